"""`bellwether operator withdrawals|approve-withdrawal|release|refuse|pause-withdrawals|…`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.times import time_text
from bellwether.cli.operator.desk import CustodyDesk, Desk
from bellwether.cli.operator.wording import AnnouncementOption, GroundsOption, ReferenceOption
from bellwether.cli.refusal import refuse as refuse_usage
from bellwether.cli.trade.withdrawals import state_of

NumberArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="Its number.")]


@with_options_of(CustodyDesk)
def withdrawals(desk: CustodyDesk) -> None:
    """What waits to be paid out, oldest first; for any operator's key and the custodian's."""
    found = desk.send({"kind": "withdrawals"})["withdrawals"]
    fields = ("id", "user", "amount", "destination")
    rows = ((*map(row.get, fields), time_text(row["time"]), state_of(row)) for row in found)
    columns = ("id", "account", "USD", "to", "asked for", "state")
    left = ("account", "to", "asked for", "state")
    desk.show(found, columns, rows, "nothing waits to be paid out", left=left)


@with_options_of(CustodyDesk)
def approve_withdrawal(desk: CustodyDesk, number: NumberArgument) -> None:
    """Agree to a large withdrawal, with the custodian's key or one that may judge risk."""
    desk.act("approveWithdrawal", f"withdrawal {number} is approved", id=number)


@with_options_of(CustodyDesk)
def release(desk: CustodyDesk, number: NumberArgument, reference: ReferenceOption) -> None:
    """Book that a withdrawal has been paid out, with the custodian's key."""
    what = f"withdrawal {number} is paid"
    desk.act("releaseWithdrawal", what, id=number, reference=reference)


@with_options_of(CustodyDesk)
def refuse(desk: CustodyDesk, number: NumberArgument, grounds: GroundsOption) -> None:
    """Send the money of a withdrawal back to its account."""
    desk.act("refuseWithdrawal", f"withdrawal {number} is returned", id=number, grounds=grounds)


@with_options_of(CustodyDesk)
def pause_withdrawals(desk: CustodyDesk, grounds: GroundsOption) -> None:
    """Let no money leave; one key is enough."""
    desk.act("pauseWithdrawals", "withdrawals are paused", grounds=grounds)


@with_options_of(Desk)
def resume_withdrawals(
    desk: Desk, grounds: GroundsOption, announcement: AnnouncementOption = ""
) -> None:
    """Propose that money may leave again."""
    fields = {"grounds": grounds, "announcement": announcement}
    desk.propose("resumeWithdrawals", "withdrawals go on", **fields)


@with_options_of(Desk)
def withdrawal_terms(
    desk: Desk,
    grounds: GroundsOption,
    settings: Annotated[
        list[str],
        typer.Option(
            "--set",
            help="FIELD=VALUE: least, delayedAbove, largeAbove, accountHourly, venueHourly (USD), "
            "delayMs, largeDelayMs, newAddressMs, largeApprovals.",
        ),
    ],
    announcement: AnnouncementOption = "",
) -> None:
    """Propose other terms for withdrawals; what waits already keeps its own."""
    fields = {"grounds": grounds, "announcement": announcement}
    fields.update(_setting(text) for text in settings)
    desk.propose("withdrawalTerms", "other terms for withdrawals", **fields)


def _setting(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign or not name or name in ("kind", "grounds", "announcement"):
        refuse_usage(f"--set: expected FIELD=VALUE, got {text!r}")
    is_count = name in ("delayMs", "largeDelayMs", "newAddressMs", "largeApprovals")
    return name, int(value) if is_count and value.isascii() and value.isdigit() else value
