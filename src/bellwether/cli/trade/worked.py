"""`bellwether trade scale|twap|cancel-twap|trail|trigger`: orders that wait or work (ORD-1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json
from bellwether.cli.trade import ladder
from bellwether.cli.trade.orders import (
    Side,
    TimeInForce,
    asset_named,
    check_decimal,
    limit_order,
    send_orders,
    tell,
)
from bellwether.cli.trade.seat import CoinArgument, TradingSeat
from bellwether.lab.traders.market_facts import market_facts
from bellwether.lab.traders.tick_text import on_tick
from bellwether.units.text import canonical_decimal

TRAIL_SLIPPAGE: Final = Decimal("0.1")
"""How far beyond the trigger at which it begins a trailing stop may trade, at first."""


Watched = Literal["mark", "index", "last"]
SideArgument = Annotated[Side, typer.Argument(help="buy or sell.")]
SizeArgument = Annotated[str, typer.Argument(help="Contracts in all, such as 10 or 0.25.")]
ReduceOption = Annotated[bool, typer.Option("--reduce-only", help="Never beyond flat.")]


@with_options_of(TradingSeat)
def scale(
    seat: TradingSeat,
    coin: CoinArgument,
    side: SideArgument,
    size: SizeArgument,
    start: Annotated[str, typer.Argument(metavar="START", help="Price of the first order, USD.")],
    end: Annotated[str, typer.Argument(metavar="END", help="Price of the last order, USD.")],
    count: Annotated[
        int, typer.Option("--orders", min=ladder.FEWEST, max=ladder.MOST, help="How many orders.")
    ] = 5,
    skew: Annotated[
        str, typer.Option(help="Size of the last order as a multiple of the first's.")
    ] = "1",
    tif: Annotated[TimeInForce, typer.Option(help="gtc or alo.")] = "gtc",
    reduce_only: ReduceOption = False,
) -> None:
    """Place a ladder of limit orders from START to END, in one action.

    Exit codes: 0 all of them rest or have traded, 1 one was refused or no answer, 2 usage.
    """
    for text, name in ((size, "SIZE"), (start, "START"), (end, "END"), (skew, "--skew")):
        check_decimal(text, name)
    if tif not in ("gtc", "alo"):
        refuse("--tif: a ladder rests; take gtc or alo")
    is_buy = side == "buy"
    with seat.sign_in() as api:
        asset = asset_named(api, coin)
        spec = api.info("marketSpec", coin=coin)["specification"]
        decimals, tick = spec["size_decimals"], spec["tick_atoms"]
        try:
            prices = ladder.prices(Decimal(start), Decimal(end), count, decimals, tick, is_buy)
            sizes = ladder.sizes(size, count, decimals, Decimal(skew))
        except ValueError as error:
            refuse(f"scale: {error}")
        rungs = list(zip(sizes, prices, strict=True))
        orders = [limit_order(asset, is_buy, p, s, reduce_only, tif, None) for s, p in rungs]
        statuses = send_orders(api, orders)
    if seat.as_json:
        print_json(statuses)
    refused = [status["error"] for status in statuses if "error" in status]
    if not seat.as_json:
        for status, (part, price) in zip(statuses, rungs, strict=True):
            if "error" not in status:
                tell(status, f"{side} {part} {coin} at {price}", seat)
    if refused:
        refuse(f"the venue refused {len(refused)} of {count}: {refused[0]}", 1)


@with_options_of(TradingSeat)
def twap(
    seat: TradingSeat,
    coin: CoinArgument,
    side: SideArgument,
    size: SizeArgument,
    minutes: Annotated[int, typer.Argument(min=5, max=10_080, help="5 to 10080, seven days.")],
    randomize: Annotated[
        bool, typer.Option("--randomize", help="Sub-orders up to a fifth larger or smaller.")
    ] = False,
    reduce_only: ReduceOption = False,
    above: Annotated[str | None, typer.Option(help="Begin once the mark is as high.")] = None,
    below: Annotated[str | None, typer.Option(help="Begin once the mark is as low.")] = None,
    stop: Annotated[str | None, typer.Option(help="End it where the mark comes here.")] = None,
) -> None:
    """Have the venue work off an order in sub-orders every 30 seconds.

    Exit codes: 0 it runs or waits, 1 refused or no answer, 2 usage.
    """
    check_decimal(size, "SIZE")
    if above is not None and below is not None:
        refuse("give --above or --below")
    for text, name in ((above, "--above"), (below, "--below"), (stop, "--stop")):
        if text is not None:
            check_decimal(text, name)
    begins = above or below
    with seat.sign_in() as api:
        wanted = {
            "a": asset_named(api, coin),
            "b": side == "buy",
            "s": size,
            "r": reduce_only,
            "m": minutes,
            "t": randomize,
        }
        action: dict[str, Any] = {"type": "twapOrder", "twap": wanted}
        if begins is not None or stop is not None:
            waits = None if begins is None else {"p": begins, "a": above is not None}
            action["details"] = {"t": waits, "s": stop}
        status = api.exchange(action)["data"]["status"]
    _check_status(status)
    does = "runs" if begins is None else f"waits for {begins}"
    what = f"twap {status['running']['twapId']} {does}: {side} {size} {coin} in {minutes} minutes"
    seat.tell(status, what)


@with_options_of(TradingSeat)
def cancel_twap(
    seat: TradingSeat,
    coin: CoinArgument,
    twap_id: Annotated[int, typer.Argument(metavar="ID", min=0, help="Number of the TWAP order.")],
) -> None:
    """End a TWAP order that runs; what it has traded stays.

    Exit codes: 0 ended, 1 refused or no answer, 2 usage.
    """
    with seat.sign_in() as api:
        action = {"type": "twapCancel", "a": asset_named(api, coin), "t": twap_id}
        status = api.exchange(action)["data"]["status"]
    _check_status(status)
    seat.tell(status, f"twap {twap_id} ended")


@with_options_of(TradingSeat)
def trail(
    seat: TradingSeat,
    coin: CoinArgument,
    side: SideArgument,
    size: SizeArgument,
    distance: Annotated[str | None, typer.Option(help="How far it follows the mark, USD.")] = None,
    percent: Annotated[str | None, typer.Option(help="The same in per cent of the price.")] = None,
    limit: Annotated[
        str | None, typer.Option(help="Worst price; else 10 % beyond the first trigger.")
    ] = None,
    reduce_only: Annotated[
        bool, typer.Option("--reduce-only/--may-open", help="Never beyond flat.")
    ] = True,
) -> None:
    """Place a stop that follows the mark in your favour and fires when it comes back so far.

    Exit codes: 0 it waits, 1 refused or no answer, 2 usage.
    """
    check_decimal(size, "SIZE")
    if (distance is None) is (percent is None):
        refuse("give --distance or --percent")
    text, name = (distance, "--distance") if distance is not None else (percent, "--percent")
    assert text is not None, "one of them is given"
    check_decimal(text, name)
    if limit is not None:
        check_decimal(limit, "--limit")
    is_buy = side == "buy"
    given = {"trailPx": text}
    if distance is None:
        given = {"trailRate": canonical_decimal(format(Decimal(text).scaleb(-2), "f"))}
    with seat.sign_in() as api:
        asset = asset_named(api, coin)
        price = limit or _worst_price(api, coin, is_buy, given)
        terms = {"trigger": {"isMarket": True, "tpsl": "sl", **given}}
        order = {"a": asset, "b": is_buy, "p": price, "s": size, "r": reduce_only, "t": terms}
        [status] = send_orders(api, [order])
    unit = "USD" if distance is not None else "%"
    wanted = f"{side} {size} {coin} following the mark at {text} {unit}"
    tell(status, wanted, seat)


@with_options_of(TradingSeat)
def trigger(
    seat: TradingSeat,
    coin: CoinArgument,
    side: SideArgument,
    size: SizeArgument,
    at: Annotated[str, typer.Argument(metavar="AT", help="The price to wait for, USD.")],
    profit: Annotated[
        bool, typer.Option("--profit/--stop", help="Take a profit, or stop a loss.")
    ] = False,
    by: Annotated[Watched, typer.Option(help="The price that is watched.")] = "mark",
    limit: Annotated[
        str | None, typer.Option(help="Rest at this price; else trade at once, 10 % beyond AT.")
    ] = None,
    reduce_only: Annotated[
        bool, typer.Option("--reduce-only/--may-open", help="Never beyond flat.")
    ] = True,
) -> None:
    """Place an order that waits until mark, index or last trade is at a price.

    Exit codes: 0 it waits, 1 refused or no answer, 2 usage.
    """
    for text, name in ((size, "SIZE"), (at, "AT"), (limit or at, "--limit")):
        check_decimal(text, name)
    is_buy = side == "buy"
    with seat.sign_in() as api:
        asset = asset_named(api, coin)
        price = limit or _beyond(api, coin, is_buy, Decimal(at))
        waits: dict[str, Any] = {"isMarket": limit is None, "triggerPx": at}
        waits["tpsl"] = "tp" if profit else "sl"
        if by != "mark":
            waits["triggerBy"] = by
        terms = {"trigger": waits}
        order = {"a": asset, "b": is_buy, "p": price, "s": size, "r": reduce_only, "t": terms}
        [status] = send_orders(api, [order])
    wanted = f"{side} {size} {coin} once the {by} price is at {at}"
    tell(status, wanted, seat)


def _worst_price(api: Any, coin: str, is_buy: bool, given: dict[str, str]) -> str:
    """A tenth beyond where the stop begins, within what a market takes."""
    mark = Decimal(api.info("marketStatus", coin=coin)["markPx"])
    away = Decimal(given["trailPx"]) if "trailPx" in given else mark * Decimal(given["trailRate"])
    trigger = mark + away if is_buy else mark - away
    if trigger <= 0:
        refuse("the distance is larger than the price", 1)
    return _beyond(api, coin, is_buy, trigger)


def _beyond(api: Any, coin: str, is_buy: bool, price: Decimal) -> str:
    """A tenth beyond a price, on the tick."""
    beyond = price * (1 + TRAIL_SLIPPAGE if is_buy else 1 - TRAIL_SLIPPAGE)
    return on_tick(beyond, market_facts(api, coin).size_decimals, up=not is_buy)


def _check_status(status: Any) -> None:
    if isinstance(status, dict) and "error" in status:
        refuse(f"the venue refused: {status['error']}", 1)
