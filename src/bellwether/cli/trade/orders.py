"""`bellwether trade place|cancel|modify` (ORD-1). Prices and sizes go out as they were typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json
from bellwether.cli.trade.seat import CoinArgument, TradingSeat, account_behind, dex_names
from bellwether.lab.traders.market_facts import market_facts, mid_or_mark
from bellwether.lab.traders.tick_text import on_tick
from bellwether.lab.traders.venue_api import VenueApi
from bellwether.units.text import DecimalError, parse_decimal

SLIPPAGE: Final = Decimal("0.05")
"""How far beyond the middle of the book a market order may trade."""

_WIRE_DECIMALS: Final = 8


Side = Literal["buy", "sell"]
TimeInForce = Literal["gtc", "ioc", "alo", "fok"]


@with_options_of(TradingSeat)
def place(
    seat: TradingSeat,
    coin: CoinArgument,
    side: Annotated[Side, typer.Argument(help="buy or sell.")],
    size: Annotated[str, typer.Argument(help="Contracts, such as 1 or 0.25.")],
    price: Annotated[str | None, typer.Argument(help="Limit price in USD.")] = None,
    market: Annotated[
        bool, typer.Option("--market", help="At once, at most 5 % beyond the middle of the book.")
    ] = False,
    tif: Annotated[
        TimeInForce | None,
        typer.Option(help="gtc rests, ioc trades or dies, fok all of it or dies, alo only rests."),
    ] = None,
    reduce_only: Annotated[bool, typer.Option("--reduce-only", help="Never beyond flat.")] = False,
    client_id: Annotated[
        str | None, typer.Option(help="Your own id: 0x and 32 hexadecimal digits.")
    ] = None,
) -> None:
    """Place an order, at a limit or at the market.

    Exit codes: 0 it rests or has traded, 1 refused or no answer, 2 usage.
    """
    check_decimal(size, "SIZE")
    if market:
        if price is not None or tif not in (None, "ioc"):
            refuse("--market takes neither a PRICE nor --tif gtc, alo or fok")
    elif price is None:
        refuse("give a PRICE, or --market")
    else:
        check_decimal(price, "PRICE")
    in_force = "ioc" if market else tif or "gtc"
    with seat.sign_in() as api:
        asset = asset_named(api, coin)
        limit = market_limit(api, coin, side == "buy") if price is None else price
        order = limit_order(asset, side == "buy", limit, size, reduce_only, in_force, client_id)
        [status] = send_orders(api, [order])
    tell(status, f"{side} {size} {coin} at {limit}", seat)


@with_options_of(TradingSeat)
def cancel(
    seat: TradingSeat,
    coin: Annotated[
        str | None, typer.Argument(metavar="COIN", help="Such as CBRS; with --all, all if absent.")
    ] = None,
    order_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="Order id, or client id from 0x.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every open order in COIN.")] = False,
) -> None:
    """Cancel one order by its id or client id, or all of them.

    Exit codes: 0 canceled (with --all also when there was none), 1 refused or no answer, 2 usage.
    """
    if everything is (order_id is not None) or (coin is None and not everything):
        refuse("give COIN and ID, or --all")
    with seat.sign_in() as api:
        if everything:
            statuses = _cancel_all(api, coin)
        else:
            assert coin is not None and order_id is not None, "checked above"
            statuses = _cancel_one(api, coin, order_id)
    if seat.as_json:
        print_json(statuses)
    refused = [status["error"] for status in statuses if isinstance(status, dict)]
    if refused:
        refuse(f"the venue refused: {refused[0]}", 1)
    if not seat.as_json:
        print(f"canceled {len(statuses)} order" + ("" if len(statuses) == 1 else "s"))


@with_options_of(TradingSeat)
def modify(
    seat: TradingSeat,
    coin: CoinArgument,
    order_id: Annotated[str, typer.Argument(metavar="ID", help="Order id, or client id from 0x.")],
    price: Annotated[str | None, typer.Option(help="New limit price in USD.")] = None,
    size: Annotated[str | None, typer.Option(help="New size in contracts.")] = None,
) -> None:
    """Change price or size of an open limit order; what is not given stays.

    Exit codes: 0 changed, 1 refused or no answer, 2 usage.
    """
    if price is None and size is None:
        refuse("give --price, --size or both")
    for text, name in ((price, "--price"), (size, "--size")):
        if text is not None:
            check_decimal(text, name)
    oid = _parsed_id(order_id)
    with seat.sign_in() as api:
        asset = asset_named(api, coin)
        found = api.info("orderStatus", user=account_behind(api), oid=oid)
        if found["status"] != "order" or found["order"]["order"]["coin"] != coin:
            refuse(f"there is no order {order_id} of this account in {coin}", 1)
        old = found["order"]["order"]
        if found["order"]["status"] != "open":
            refuse(f"order {order_id} is not open any more: {found['order']['status']}", 1)
        if old["isTrigger"]:
            refuse("a trigger order can not be modified here: cancel it and place another", 1)
        changed = limit_order(
            asset,
            old["side"] == "B",
            price or old["limitPx"],
            size or old["sz"],
            old["reduceOnly"],
            (old["tif"] or "Gtc").lower(),
            old["cloid"],
        )
        action = {"type": "batchModify", "modifies": [{"oid": oid, "order": changed}]}
        reply = api.exchange(action)
    tell(reply["data"]["statuses"][0], f"{changed['s']} {coin} at {changed['p']}", seat)


def limit_order(
    asset: int,
    is_buy: bool,
    price: str,
    size: str,
    reduce_only: bool,
    in_force: str,
    client_id: str | None,
) -> dict[str, Any]:
    """A limit order as it stands on the wire."""
    terms = {"limit": {"tif": in_force.capitalize()}}
    order = {"a": asset, "b": is_buy, "p": price, "s": size, "r": reduce_only, "t": terms}
    if client_id is not None:
        order["c"] = client_id
    return order


def send_orders(api: VenueApi, orders: list[dict[str, Any]]) -> list[Any]:
    """Sends orders in one action; what became of each."""
    reply = api.exchange({"type": "order", "orders": orders, "grouping": "na"})
    return list(reply["data"]["statuses"])


def tell(status: Any, wanted: str, seat: TradingSeat) -> None:
    """The outcome of one order; ends the command with 1 if it was refused."""
    if isinstance(status, dict) and "error" in status:
        refuse(f"the venue refused: {status['error']}", 1)
    if "filled" in status:
        filled = status["filled"]
        what = f"order {filled['oid']} filled: {filled['totalSz']} at {filled['avgPx']} on average"
    else:
        what = f"order {status['resting']['oid']} rests: {wanted}"
    seat.tell(status, what)


def market_limit(api: VenueApi, coin: str, is_buy: bool) -> str:
    """A price 5 % beyond the middle, or the mark where there is none, within what a market takes
    and never further than 5 %."""
    middle = mid_or_mark(api, coin)
    beyond = middle * (1 + SLIPPAGE if is_buy else 1 - SLIPPAGE)
    return on_tick(beyond, market_facts(api, coin).size_decimals, up=not is_buy)


def _cancel_one(api: VenueApi, coin: str, order_id: str) -> list[Any]:
    asset, oid = asset_named(api, coin), _parsed_id(order_id)
    if isinstance(oid, str):
        entry: dict[str, Any] = {"asset": asset, "cloid": oid}
        reply = api.exchange({"type": "cancelByCloid", "cancels": [entry]})
    else:
        reply = api.exchange({"type": "cancel", "cancels": [{"a": asset, "o": oid}]})
    return list(reply["data"]["statuses"])


def _cancel_all(api: VenueApi, coin: str | None) -> list[Any]:
    """Every open order in `coin`, or in every market; a hundred at a time."""
    address = account_behind(api)
    statuses: list[Any] = []
    names = dex_names(api) if coin is None else [coin.partition(":")[0] if ":" in coin else ""]
    for dex in names:
        found = api.info("openOrders", user=address, dex=dex)
        wanted = [order for order in found if coin in (None, order["coin"])]
        assets = {name: asset_named(api, name) for name in {order["coin"] for order in wanted}}
        entries = [{"a": assets[order["coin"]], "o": order["oid"]} for order in wanted]
        for start in range(0, len(entries), 100):
            reply = api.exchange({"type": "cancel", "cancels": entries[start : start + 100]})
            statuses += reply["data"]["statuses"]
    return statuses


def asset_named(api: VenueApi, coin: str) -> int:
    """The asset number of a coin; ends the command if there is no such market."""
    try:
        return api.asset_of(coin)
    except ValueError as error:
        refuse(str(error))


def _parsed_id(text: str) -> int | str:
    if text.startswith("0x"):
        return text.lower()
    if not text.isascii() or not text.isdigit():
        refuse(f"ID {text!r}: expected a number, or a client id of 0x and 32 hexadecimal digits")
    return int(text)


def check_decimal(text: str, where: str) -> None:
    """Says what is wrong before anything is signed; the venue has the last word."""
    try:
        value = parse_decimal(text, _WIRE_DECIMALS)
    except DecimalError as error:
        refuse(f"{where}: {error}")
    if value <= 0:
        refuse(f"{where}: expected a number above zero, got {text}")
