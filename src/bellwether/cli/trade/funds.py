"""`bellwether trade leverage|transfer` (MARG-2, UNIT-8)."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json
from bellwether.cli.trade.signing_options import DevAccountOption, trader_key
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
from bellwether.units.text import DecimalError, parse_decimal

_USD_DECIMALS: Final = 6
_MAIN: Final = "main"


def leverage(
    coin: Annotated[str, typer.Argument(metavar="COIN", help="Such as CBRS or xyz:SPCX.")],
    times: Annotated[int, typer.Argument(metavar="N", min=1, help="Such as 3 for 3x.")],
    isolated: Annotated[
        bool, typer.Option("--isolated", help="Margin of its own instead of the account's.")
    ] = False,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """Choose the leverage in a market; one that is isolated by its rules needs --isolated."""
    with answering(connect(url, trader_key(key_file, key_ring, dev_account))) as api:
        try:
            asset = api.asset_of(coin)
        except ValueError as error:
            refuse(str(error))
        action = {"type": "updateLeverage", "asset": asset, "isCross": not isolated}
        reply = api.exchange({**action, "leverage": times})
    if as_json:
        print_json(reply)
    else:
        print(f"{coin}: {times}x {'isolated' if isolated else 'cross'}")


def transfer(
    amount: Annotated[str, typer.Argument(help="USD, with at most six decimals.")],
    source: Annotated[str, typer.Option("--from", help="Dex it leaves.")] = _MAIN,
    target: Annotated[str, typer.Option("--to", help="Dex it goes to.")] = _MAIN,
    receiver: Annotated[
        str | None, typer.Option("--receiver", help="Another account; your own if absent.")
    ] = None,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """Move collateral between dexes, or to another account. An agent's key may not.

    Exit codes: 0 moved, 1 refused or no answer, 2 usage.
    """
    check_amount(amount)
    if source == target and receiver is None:
        refuse("nothing to do: give --from, --to or --receiver")
    with answering(connect(url, trader_key(key_file, key_ring, dev_account))) as api:
        assert api.wallet is not None, "it was opened with a key"
        own = api.wallet.hex_address
        action = {
            "type": "sendAsset",
            "destination": own if receiver is None else checked_address(receiver, "--receiver"),
            "sourceDex": "" if source == _MAIN else source,
            "destinationDex": "" if target == _MAIN else target,
            "token": "USDC",
            "amount": amount,
            "fromSubAccount": "",
        }
        reply = api.user_signed(action)
    if as_json:
        print_json(reply)
    else:
        whom = "" if receiver is None else f" of {receiver}"
        print(f"moved {amount} USD from {source} to {target}{whom}")


def check_amount(text: str) -> None:
    """Ends the command if AMOUNT is no amount above zero."""
    try:
        value = parse_decimal(text, _USD_DECIMALS)
    except DecimalError as error:
        refuse(f"AMOUNT: {error}")
    if value <= 0:
        refuse(f"AMOUNT: expected a number above zero, got {text}")
