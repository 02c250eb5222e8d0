"""`bellwether operator withdrawals|approve-withdrawal|release|refuse|pause-withdrawals|…`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bellwether.cli.operator.access import (
    AnnouncementOption,
    DevOperatorOption,
    GroundsOption,
    act_of,
    carry_out,
    signing_key,
    tell,
    tell_proposal,
    time_text,
)
from bellwether.cli.operator.accounts import DevCustodianOption, ReferenceOption
from bellwether.cli.refusal import refuse as refuse_usage
from bellwether.cli.tables import print_json, print_table
from bellwether.cli.trade.venue_access import (
    DEFAULT_URL,
    JsonOption,
    KeyFileOption,
    KeyRingOption,
    UrlOption,
)
from bellwether.cli.trade.withdrawals import state_of

NumberArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="Its number.")]


def withdrawals(
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    dev_custodian: DevCustodianOption = False,
    as_json: JsonOption = False,
) -> None:
    """What waits to be paid out, oldest first; for any operator's key and the custodian's."""
    key = signing_key(key_file, key_ring, dev_operator, custodian=dev_custodian)
    found = carry_out(url, key, {"kind": "withdrawals"})["withdrawals"]
    if as_json:
        print_json(found)
        return
    rows = (
        (
            row["id"],
            row["user"],
            row["amount"],
            row["destination"],
            time_text(row["time"]),
            state_of(row),
        )
        for row in found
    )
    columns = ("id", "account", "USD", "to", "asked for", "state")
    left = ("account", "to", "asked for", "state")
    print_table(columns, rows, "nothing waits to be paid out", left=left)


def approve_withdrawal(
    number: NumberArgument,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    dev_custodian: DevCustodianOption = False,
    as_json: JsonOption = False,
) -> None:
    """Agree to a large withdrawal, with the custodian's key or one that may judge risk."""
    key = signing_key(key_file, key_ring, dev_operator, custodian=dev_custodian)
    reply = carry_out(url, key, {"kind": "approveWithdrawal", "id": number})
    tell(reply, f"withdrawal {number} is approved", as_json)


def release(
    number: NumberArgument,
    reference: ReferenceOption,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    dev_custodian: DevCustodianOption = False,
    as_json: JsonOption = False,
) -> None:
    """Book that a withdrawal has been paid out, with the custodian's key."""
    key = signing_key(key_file, key_ring, dev_operator, custodian=dev_custodian)
    act = {"kind": "releaseWithdrawal", "id": number, "reference": reference}
    tell(carry_out(url, key, act), f"withdrawal {number} is paid", as_json)


def refuse(
    number: NumberArgument,
    grounds: GroundsOption,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    dev_custodian: DevCustodianOption = False,
    as_json: JsonOption = False,
) -> None:
    """Send the money of a withdrawal back to its account."""
    key = signing_key(key_file, key_ring, dev_operator, custodian=dev_custodian)
    act = {"kind": "refuseWithdrawal", "id": number, "grounds": grounds}
    tell(carry_out(url, key, act), f"withdrawal {number} is returned", as_json)


def pause_withdrawals(
    grounds: GroundsOption,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    dev_custodian: DevCustodianOption = False,
    as_json: JsonOption = False,
) -> None:
    """Let no money leave; one key is enough."""
    key = signing_key(key_file, key_ring, dev_operator, custodian=dev_custodian)
    reply = carry_out(url, key, {"kind": "pauseWithdrawals", "grounds": grounds})
    tell(reply, "withdrawals are paused", as_json)


def resume_withdrawals(
    grounds: GroundsOption,
    announcement: AnnouncementOption = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose that money may leave again."""
    key = signing_key(key_file, key_ring, dev_operator)
    act = act_of("resumeWithdrawals", grounds=grounds, announcement=announcement)
    tell_proposal(carry_out(url, key, act), "withdrawals go on", as_json)


def withdrawal_terms(
    grounds: GroundsOption,
    settings: Annotated[
        list[str],
        typer.Option(
            "--set",
            help="FIELD=VALUE: least, delayedAbove, largeAbove, accountHourly, venueHourly (USD), "
            "delayMs, largeDelayMs, largeApprovals.",
        ),
    ],
    announcement: AnnouncementOption = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose other terms for withdrawals; what waits already keeps its own."""
    key = signing_key(key_file, key_ring, dev_operator)
    act = act_of("withdrawalTerms", grounds=grounds, announcement=announcement)
    act.update(_setting(text) for text in settings)
    tell_proposal(carry_out(url, key, act), "other terms for withdrawals", as_json)


def _setting(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign or not name or name in ("kind", "grounds", "announcement"):
        refuse_usage(f"--set: expected FIELD=VALUE, got {text!r}")
    is_count = name in ("delayMs", "largeDelayMs", "largeApprovals")
    return name, int(value) if is_count and value.isascii() and value.isdigit() else value
