"""`bellwether trade withdraw|withdrawals`: money that leaves, and what became of it (RULE-9)."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.times import time_text
from bellwether.cli.access.venue import checked_address
from bellwether.cli.trade.funds import check_amount
from bellwether.cli.trade.seat import Onlooker, Seat, account_behind

STATES: Final = {
    "waiting": "waits until {time}",
    "approving": "waits for approvals: {approvals} of {needed}",
    "due": "is paid next",
    "paused": "waits: withdrawals are paused",
    "paid": "paid as {reference}",
    "refused": "returned: {reason}",
}
"""What each state of a withdrawal means to a person."""


@with_options_of(Seat)
def withdraw(
    seat: Seat,
    amount: Annotated[str, typer.Argument(help="USD, with at most six decimals.")],
    receiver: Annotated[
        str | None, typer.Option("--to", help="Address; your own if absent.")
    ] = None,
) -> None:
    """Ask for money of the main dex to be paid out. An agent's key may not.

    Exit codes: 0 asked for, 1 refused or no answer, 2 usage.
    """
    check_amount(amount)
    with seat.sign_in() as api:
        own = account_behind(api)
        target = own if receiver is None else checked_address(receiver, "--to")
        action = {"type": "withdraw3", "destination": target, "amount": amount}
        api.user_signed(action, "time")
        newest = api.info("withdrawals", user=own)[0]
    seat.tell(newest, f"withdrawal {newest['id']} of {amount} USD to {target} {state_of(newest)}")


@with_options_of(Onlooker)
def withdrawals(onlooker: Onlooker) -> None:
    """What was asked for, newest first, and what it waits for or how it ended."""
    with onlooker.look() as (api, user):
        found = api.info("withdrawals", user=user)
    rows = (
        (row["id"], row["amount"], row["destination"], time_text(row["time"]), state_of(row))
        for row in found
    )
    columns = ("id", "USD", "to", "asked for", "state")
    onlooker.show(found, columns, rows, "no withdrawals", left=columns[2:])


def state_of(row: dict[str, object]) -> str:
    """A withdrawal's state in words."""
    release = row["releaseTime"]
    assert isinstance(release, int), "times are milliseconds"
    return STATES[str(row["state"])].format(
        time=time_text(release),
        approvals=row["approvals"],
        needed=row["approvalsNeeded"],
        reference=row["reference"],
        reason=row["reason"],
    )
