"""What an index was made of at a moment, now or in the past (PRICE-18, RULE-7)."""

from __future__ import annotations

from typing import Any, Final

from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.request import LATEST, Handler, ReadingNode, Request
from bellwether.units.quantities import NS_PER_MS

_FREEZES: Final = {1: "too few live sources", 2: "the sources are too far apart"}


async def _index_at(node: ReadingNode, request: Request) -> Any:
    """The newest index that was published by a time, in the units of that time; null before any."""
    market = request.market()
    last_ns = request.time_or("time", LATEST) * NS_PER_MS + NS_PER_MS - 1
    indexes = node.views.indexes
    row = indexes.at(market.asset, min(last_ns, LATEST * 1_000))
    if row is None:
        return None
    median = int(row.median)
    return {
        "time": row.time_ns // NS_PER_MS,
        "indexPx": render.fine_px(market, int(row.price)),
        "medianPx": render.fine_px(market, median) if median >= 0 else None,
        "frozen": _FREEZES.get(row.reason),
        "methodVersion": row.method,
        "influenceCap": render.decimal(row.cap_e6, 6),
        "inputs": [
            {
                "source": source,
                "kind": kind,
                "px": render.fine_px(market, price),
                "weight": render.decimal(weight, 18),
                "observedAt": _ms(indexes.observed_at(row, source, kind, price)),
            }
            for source, kind, price, weight in row.parts()
        ],
    }


def _ms(time_ns: int | None) -> int | None:
    return None if time_ns is None else time_ns // NS_PER_MS


HANDLERS: Final[dict[str, Handler]] = {"indexAt": _index_at}
