"""Reads of history, out of the views: orders, fills, funding, ledger, candles, trades (§2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads import twaps
from bellwether.gateway.hyperliquid.reads.market import now_ms
from bellwether.gateway.hyperliquid.reads.request import LATEST, Handler, ReadingNode, Request
from bellwether.units.division import div_half_even
from bellwether.views.candles import INTERVALS_MS
from bellwether.views.history.fills import FillRow
from bellwether.views.orders import OPEN, OrderRow
from bellwether.views.views import Views

MOST_FILLS: Final = 2_000
MOST_ORDERS: Final = 2_000
MOST_HOURS: Final = 500
MOST_TRADES: Final = 100

_CLOID: Final = re.compile(r"0x[0-9a-fA-F]{32}", re.ASCII)


async def _order_status(node: ReadingNode, request: Request) -> Any:
    address, wanted = request.address(), request.raw("oid")
    orders = node.views.orders
    if isinstance(wanted, str) and _CLOID.fullmatch(wanted):
        row = orders.by_client_id(address, bytes.fromhex(wanted[2:]))
    elif isinstance(wanted, int) and not isinstance(wanted, bool) and wanted >= 0:
        row = orders.by_id(address, wanted)
    else:
        raise WrongShape("oid: expected an order id or a client order id of 32 hexadecimal digits")
    if row is None:
        return {"status": "unknownOid"}
    market = request.venue.markets[row.asset]
    return {"status": "order", "order": render.order_state(market, _as_it_stands(market, row))}


def _as_it_stands(market: Market, row: OrderRow) -> OrderRow:
    """Where a trailing stop stands is in no event: it moves with the mark."""
    live = market.triggers.orders.get(row.oid)
    if live is None or live.trail is None or row.status != OPEN:
        return row
    return row._replace(trigger_price=market.triggers.trigger_price(live))


def historical_orders(venue: Venue, views: Views, address: bytes) -> list[dict[str, Any]]:
    """Return a user's orders, newest change first."""
    rows = views.orders.newest(address, MOST_ORDERS)
    found = []
    for row in rows:
        market = venue.markets[row.asset]
        found.append(render.order_state(market, _as_it_stands(market, row)))
    return found


async def _historical_orders(node: ReadingNode, request: Request) -> Any:
    return historical_orders(request.venue, node.views, request.address())


def merged(rows: Iterable[FillRow]) -> list[FillRow]:
    """Put fills of one order at one time together: sizes added, price the average by size."""
    found: dict[tuple[int, int, int], FillRow] = {}
    for row in rows:
        key = (row.oid, row.time_ms, row.crossed)
        known = found.get(key)
        if known is None or not row.oid:
            found[key if row.oid else (-row.tid, row.time_ms, row.crossed)] = row
            continue
        lots = known.lots + row.lots
        price = div_half_even(known.price * known.lots + row.price * row.lots, lots)
        first = known if known.tid < row.tid else row
        found[key] = first._replace(
            lots=lots,
            price=price,
            pnl=known.pnl + row.pnl,
            fee=known.fee + row.fee,
            builder_fee=known.builder_fee + row.builder_fee,
        )
    return list(found.values())


def render_fills(venue: Venue, views: Views, rows: Iterable[FillRow]) -> list[dict[str, Any]]:
    """Return fills as they go out."""
    return [render.fill(venue.markets[row.asset], row, views) for row in rows]


def newest_fills(venue: Venue, views: Views, address: bytes, aggregate: bool) -> list[Any]:
    """Return a user's fills, newest first; merging comes before the limit."""
    if not aggregate:
        return render_fills(venue, views, views.fills.newest(address, MOST_FILLS))
    rows = views.fills.newest(address, 10 * MOST_FILLS)
    return render_fills(venue, views, merged(rows)[:MOST_FILLS])


async def _user_fills(node: ReadingNode, request: Request) -> Any:
    aggregate = request.flag("aggregateByTime")
    return newest_fills(request.venue, node.views, request.address(), aggregate)


async def _user_fills_by_time(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    start, end = request.time_or("startTime", 0), request.time_or("endTime", LATEST)
    request.number("startTime")
    select = node.views.fills.newest if request.flag("reversed") else node.views.fills.oldest
    if not request.flag("aggregateByTime"):
        rows = select(address, MOST_FILLS, start, end)
    else:
        rows = merged(select(address, 10 * MOST_FILLS, start, end))[:MOST_FILLS]
    return render_fills(request.venue, node.views, rows)


async def _twap_slice_fills(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    rows = node.views.fills.of_twaps(address, MOST_FILLS)
    return slice_fills(request.venue, node.views, rows)


async def _twap_slice_fills_by_time(node: ReadingNode, request: Request) -> Any:
    address, start = request.address(), min(request.number("startTime"), LATEST)
    end = request.time_or("endTime", LATEST)
    rows = node.views.fills.of_twaps(address, MOST_FILLS, start, end)
    return slice_fills(request.venue, node.views, rows)


def slice_fills(venue: Venue, views: Views, rows: Iterable[FillRow]) -> list[dict[str, Any]]:
    """Return fills of TWAP orders as they go out."""
    return [
        {"fill": render.fill(venue.markets[row.asset], row, views), "twapId": row.twap_id}
        for row in rows
        if row.twap_id
    ]


def twap_history(venue: Venue, views: Views, address: bytes) -> list[dict[str, Any]]:
    """Return how a user's TWAP orders began and ended, the last first."""
    rows = views.twaps.newest(address, MOST_ORDERS)
    return [twaps.entry(venue.markets[row.asset], row, address) for row in rows]


async def _twap_history(node: ReadingNode, request: Request) -> Any:
    return twap_history(request.venue, node.views, request.address())


async def _user_funding(node: ReadingNode, request: Request) -> Any:
    start, end = request.time_or("startTime", 0), request.time_or("endTime", LATEST)
    rows = node.views.funding.payments(request.address(), start, end, MOST_HOURS)
    markets = request.venue.markets
    return [
        {
            "time": row.time_ms,
            "hash": render.hash_of(row.seq),
            "delta": {"type": "funding", **render.funding(markets[row.asset], row)},
        }
        for row in rows
    ]


async def _funding_history(node: ReadingNode, request: Request) -> Any:
    market = request.market()
    start, end = request.number("startTime"), request.time_or("endTime", LATEST)
    rows = node.views.funding.rates(market.asset, min(start, LATEST), end, MOST_HOURS)
    return [
        {
            "coin": market.name,
            "fundingRate": render.rate(row.rate_e12),
            "premium": render.rate(row.premium_e12),
            "time": row.time_ms,
        }
        for row in rows
    ]


async def _ledger_updates(node: ReadingNode, request: Request) -> Any:
    start, end = request.time_or("startTime", 0), request.time_or("endTime", LATEST)
    rows = node.views.ledger_updates.oldest(request.address(), start, end, MOST_HOURS)
    return [render.ledger_update(request.venue.markets, row, node.views) for row in rows]


async def _candles(node: ReadingNode, request: Request) -> Any:
    inner = request.within("req")
    interval = inner.text("interval")
    if interval not in INTERVALS_MS:
        raise WrongShape(f"req.interval: expected one of {', '.join(INTERVALS_MS)}")
    market = inner.market()
    start, end = min(inner.number("startTime"), LATEST), inner.time_or("endTime", LATEST)
    now = now_ms(request.venue)
    rows = node.views.candles.between(market.asset, interval, start, end, now)
    return [render.candle(market, interval, row) for row in rows]


async def _recent_trades(node: ReadingNode, request: Request) -> Any:
    market = request.market()
    rows = node.views.trades.newest(market.asset, MOST_TRADES)
    return [render.trade(market, row, node.views) for row in rows]


HANDLERS: Final[dict[str, Handler]] = {
    "orderStatus": _order_status,
    "historicalOrders": _historical_orders,
    "userFills": _user_fills,
    "userFillsByTime": _user_fills_by_time,
    "userTwapSliceFills": _twap_slice_fills,
    "userTwapSliceFillsByTime": _twap_slice_fills_by_time,
    "twapHistory": _twap_history,
    "userTwapHistory": _twap_history,
    "userFunding": _user_funding,
    "fundingHistory": _funding_history,
    "userNonFundingLedgerUpdates": _ledger_updates,
    "candleSnapshot": _candles,
    "recentTrades": _recent_trades,
}
