"""`bellwether trade leverage|transfer` (MARG-2, UNIT-8)."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.venue import checked_address
from bellwether.cli.refusal import refuse
from bellwether.cli.trade.orders import asset_named
from bellwether.cli.trade.seat import CoinArgument, Seat, TradingSeat, account_behind
from bellwether.units.text import DecimalError, parse_decimal

_USD_DECIMALS: Final = 6
MAIN: Final = "main"


@with_options_of(TradingSeat)
def leverage(
    seat: TradingSeat,
    coin: CoinArgument,
    times: Annotated[int, typer.Argument(metavar="N", min=1, help="Such as 3 for 3x.")],
    isolated: Annotated[
        bool, typer.Option("--isolated", help="Margin of its own instead of the account's.")
    ] = False,
) -> None:
    """Choose the leverage in a market; one that is isolated by its rules needs --isolated."""
    with seat.sign_in() as api:
        asset = asset_named(api, coin)
        action = {"type": "updateLeverage", "asset": asset, "isCross": not isolated}
        reply = api.exchange({**action, "leverage": times})
    seat.tell(reply, f"{coin}: {times}x {'isolated' if isolated else 'cross'}")


@with_options_of(Seat)
def transfer(
    seat: Seat,
    amount: Annotated[str, typer.Argument(help="USD, with at most six decimals.")],
    source: Annotated[str, typer.Option("--from", help="Dex it leaves.")] = MAIN,
    target: Annotated[str, typer.Option("--to", help="Dex it goes to.")] = MAIN,
    receiver: Annotated[
        str | None, typer.Option("--receiver", help="Another account; your own if absent.")
    ] = None,
) -> None:
    """Move collateral between dexes, or to another account. An agent's key may not.

    Exit codes: 0 moved, 1 refused or no answer, 2 usage.
    """
    check_amount(amount)
    if source == target and receiver is None:
        refuse("nothing to do: give --from, --to or --receiver")
    with seat.sign_in() as api:
        own = account_behind(api)
        whose = own if receiver is None else checked_address(receiver, "--receiver")
        reply = api.user_signed(usd_move(amount, whose, source, target))
    whom = "" if receiver is None else f" of {receiver}"
    seat.tell(reply, f"moved {amount} USD from {source} to {target}{whom}")


def usd_move(
    amount: str, receiver: str, source: str, target: str, sub_account: str = ""
) -> dict[str, Any]:
    """The action that moves `amount` from dex `source` to `target`, out of a `sub_account` if one
    is named."""
    return {
        "type": "sendAsset",
        "destination": receiver,
        "sourceDex": "" if source == MAIN else source,
        "destinationDex": "" if target == MAIN else target,
        "token": "USDC",
        "amount": amount,
        "fromSubAccount": sub_account,
    }


def check_amount(text: str) -> None:
    """Ends the command if AMOUNT is no amount above zero."""
    try:
        value = parse_decimal(text, _USD_DECIMALS)
    except DecimalError as error:
        refuse(f"AMOUNT: {error}")
    if value <= 0:
        refuse(f"AMOUNT: expected a number above zero, got {text}")
