"""`bellwether trade withdraw|withdrawals`: money that leaves, and what became of it (RULE-9)."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from bellwether.cli.tables import print_json, print_table
from bellwether.cli.trade.funds import check_amount
from bellwether.cli.trade.signing_options import (
    AddressOption,
    DevAccountOption,
    Onlooker,
    trader_key,
)
from bellwether.cli.trade.venue_access import (
    DEFAULT_URL,
    JsonOption,
    KeyFileOption,
    KeyRingOption,
    UrlOption,
    answering,
    checked_address,
    connect,
)
from bellwether.units.clock_text import format_time_ns
from bellwether.units.quantities import NS_PER_MS

STATES: Final = {
    "waiting": "waits until {time}",
    "approving": "waits for approvals: {approvals} of {needed}",
    "due": "is paid next",
    "paused": "waits: withdrawals are paused",
    "paid": "paid as {reference}",
    "refused": "returned: {reason}",
}
"""What each state of a withdrawal means to a person."""


def withdraw(
    amount: Annotated[str, typer.Argument(help="USD, with at most six decimals.")],
    receiver: Annotated[
        str | None, typer.Option("--to", help="Address; your own if absent.")
    ] = None,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for money of the main dex to be paid out. An agent's key may not.

    Exit codes: 0 asked for, 1 refused or no answer, 2 usage.
    """
    check_amount(amount)
    with answering(connect(url, trader_key(key_file, key_ring, dev_account))) as api:
        assert api.wallet is not None, "it was opened with a key"
        own = api.wallet.hex_address
        target = own if receiver is None else checked_address(receiver, "--to")
        action = {"type": "withdraw3", "destination": target, "amount": amount}
        api.user_signed(action, "time")
        newest = api.info("withdrawals", user=own)[0]
    if as_json:
        print_json(newest)
    else:
        print(f"withdrawal {newest['id']} of {amount} USD to {target} {state_of(newest)}")


def withdrawals(
    url: UrlOption = DEFAULT_URL,
    address: AddressOption = None,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """What was asked for, newest first, and what it waits for or how it ended."""
    onlooker = Onlooker(url, address, key_file, key_ring, dev_account)
    with answering(onlooker.api) as api:
        found = api.info("withdrawals", user=onlooker.address())
    if as_json:
        print_json(found)
        return
    rows = (
        (row["id"], row["amount"], row["destination"], _time(row["time"]), state_of(row))
        for row in found
    )
    columns = ("id", "USD", "to", "asked for", "state")
    print_table(columns, rows, "no withdrawals", left=columns[2:])


def state_of(row: dict[str, object]) -> str:
    """A withdrawal's state in words."""
    release = row["releaseTime"]
    assert isinstance(release, int), "times are milliseconds"
    return STATES[str(row["state"])].format(
        time=_time(release),
        approvals=row["approvals"],
        needed=row["approvalsNeeded"],
        reference=row["reference"],
        reason=row["reason"],
    )


def _time(time_ms: int) -> str:
    return format_time_ns(time_ms * NS_PER_MS)
