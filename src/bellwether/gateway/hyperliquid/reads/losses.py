"""What is told of losses: exposure to all with a delay, liquidation prices to owners (LIQ-7)."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple, final

from bellwether.engine import questions
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.user import User
from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.request import Handler, ReadingNode, Request
from bellwether.node.commit.batch import Applied
from bellwether.schema import codes
from bellwether.units.quantities import FINE, NS_PER_MINUTE, NS_PER_MS

MEASURED_EVERY_NS: Final = 5 * NS_PER_MINUTE
DELAY_NS: Final = 15 * NS_PER_MINUTE
KEPT: Final = 8
MOST_TOLD: Final = 500
AT_ONCE: Final = 200
"""Positions that are measured beside one batch of commands."""

FEWEST_ACCOUNTS: Final = 3
"""Prices at which fewer accounts would be liquidated are told together and not by bucket."""

BUCKETS_PER_MARK: Final = 100
DAYS: Final = {number: name for name, number in codes.ASSIGNMENT_DAYS.items()}


class Measured(NamedTuple):
    """Lots that would be liquidated, by bucket: (long, short, accounts)."""

    time_ns: int
    mark: int
    width: int
    buckets: dict[int, tuple[int, int, int]]
    unreachable: int


@final
class ExposureBook:
    """Measures every market now and then, a part beside each batch, and keeps the last hours."""

    def __init__(self, node: ReadingNode) -> None:
        self._node = node
        self._measured: dict[int, list[Measured]] = {}
        self._running: Measured | None = None
        self._waiting: list[Holding] = []
        self._markets: list[Market] = []
        self._next_ns = 0
        node.subscribe(self._look)

    def latest(self, asset: int, now_ns: int) -> Measured | None:
        """The newest measurement that may be told by now."""
        for found in reversed(self._measured.get(asset, [])):
            if found.time_ns + DELAY_NS <= now_ns:
                return found
        return None

    def _look(self, first_seq: int, batch: list[Applied]) -> None:
        venue = self._node.engine.venue
        if not self._markets:
            if venue.time_ns < self._next_ns:
                return
            self._next_ns = venue.time_ns + MEASURED_EVERY_NS
            self._markets = [m for m in venue.markets.values() if m.is_trading()]
        budget = AT_ONCE
        while budget > 0 and self._markets:
            budget -= self._measure(venue, self._markets[-1], budget)

    def _measure(self, venue: Venue, market: Market, budget: int) -> int:
        """Measures so many positions of a market; how many it were, at least one."""
        if self._running is None:
            width = max(1, market.mark_price // BUCKETS_PER_MARK)
            self._running = Measured(venue.time_ns, market.mark_price, width, {}, 0)
            self._waiting = list(market.holders.values())
        part, self._waiting = self._waiting[:budget], self._waiting[budget:]
        for holding in part:
            self._running = _counted(self._running, holding)
        if not self._waiting:
            kept = self._measured.setdefault(market.asset, [])
            kept.append(self._running)
            del kept[:-KEPT]
            self._running = None
            self._markets.pop()
        return max(1, len(part))


def _counted(running: Measured, holding: Holding) -> Measured:
    """The measurement with one more position."""
    if holding.lots == 0 or holding.account is holding.market.losses.vault:
        return running
    price = questions.liquidation_price(holding.account, holding)
    if price < 0:
        return running._replace(unreachable=running.unreachable + abs(holding.lots))
    place = price // running.width
    longs, shorts, accounts = running.buckets.get(place, (0, 0, 0))
    if holding.lots > 0:
        longs += holding.lots
    else:
        shorts -= holding.lots
    running.buckets[place] = (longs, shorts, accounts + 1)
    return running


async def _exposure(node: ReadingNode, request: Request) -> Any:
    """Sizes by the price that would liquidate them, of a quarter of an hour ago."""
    market = request.market()
    book = request.exposure
    found = None if book is None else book.latest(market.asset, node.clock.time_ns())
    shown: dict[str, Any] = {"coin": market.name, "delay": DELAY_NS // NS_PER_MS}
    if found is None:
        return {**shown, "time": None, "markPx": None, "buckets": [], "elsewhere": None}
    longs = shorts = 0
    buckets = []
    for place, (long, short, accounts) in sorted(found.buckets.items()):
        if accounts < FEWEST_ACCOUNTS:
            longs, shorts = longs + long, shorts + short
            continue
        buckets.append(
            {
                "fromPx": render.px(market, place * found.width),
                "toPx": render.px(market, (place + 1) * found.width),
                "longSz": render.sz(market, long),
                "shortSz": render.sz(market, short),
            }
        )
    return {
        **shown,
        "time": found.time_ns // NS_PER_MS,
        "markPx": render.px(market, found.mark),
        "buckets": buckets,
        "elsewhere": {"longSz": render.sz(market, longs), "shortSz": render.sz(market, shorts)},
    }


def liquidation_prices(user: User) -> list[dict[str, Any]]:
    """Where each of an owner's positions would be liquidated, nothing else moving.

    Outside the discovery bounds it can not be reached while they hold (PRICE-12).
    """
    shown: list[dict[str, Any]] = []
    for account in user.accounts.values():
        for holding in account.held:
            if holding.lots == 0:
                continue
            market = holding.market
            price = questions.liquidation_price(account, holding)
            low, high = market.prices.band_low_fine, market.prices.band_high_fine
            shown.append(
                {
                    "coin": market.name,
                    "szi": render.sz(market, holding.lots),
                    "liquidationPx": None if price < 0 else render.px(market, price),
                    "isOutsideBounds": price < 0 or not low <= price * FINE <= high,
                }
            )
    return shown


async def _assignments(node: ReadingNode, request: Request) -> Any:
    """What an account takes over of liquidated positions (LIQ-3)."""
    address = request.address()

    def answer(venue: Venue) -> list[dict[str, Any]]:
        user = venue.users.get(address)
        if user is None:
            return []
        shown: list[dict[str, Any]] = []
        for market in venue.markets.values():
            account = user.accounts.get(market.dex.number)
            provider = None if account is None else market.losses.providers.get(account.number)
            if provider is not None:
                shown.append(
                    {
                        "coin": market.name,
                        "acceptLong": provider.accepts_long,
                        "acceptShort": provider.accepts_short,
                        "maxSize": render.sz(market, provider.most_lots),
                        "maxPosition": render.sz(market, provider.most_position_lots),
                        "edgeBp": provider.edge_bp,
                        "days": DAYS[provider.days],
                    }
                )
        return shown

    return await node.read(answer)


async def _liquidations(node: ReadingNode, request: Request) -> Any:
    """The newest liquidations of a market, a quarter of an hour late, without owners (RULE-7)."""
    market = request.market()
    until_ms = (node.clock.time_ns() - DELAY_NS) // NS_PER_MS
    return [
        {
            "time": row.time_ms,
            "liquidation": row.nonce,
            "side": "long" if row.lots > 0 else "short",
            "sz": render.sz(market, abs(row.lots)),
            "notional": render.usd(row.amount),
        }
        for row in node.views.ledger_updates.liquidations(market.asset, until_ms, MOST_TOLD)
    ]


async def _certificate(node: ReadingNode, request: Request) -> Any:
    """Of the liquidated account with the delay, of a named account at once (LIQ-8)."""
    user = None if request.raw("user") is None else request.address()
    until_ms = (node.clock.time_ns() - DELAY_NS) // NS_PER_MS
    body = node.views.certificates.find(request.number("id"), user, until_ms)
    return None if body is None else json.loads(body)


HANDLERS: Final[dict[str, Handler]] = {
    "certificate": _certificate,
    "exposure": _exposure,
    "liquidations": _liquidations,
    "assignments": _assignments,
}
