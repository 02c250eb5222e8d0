"""What moves of the mark would liquidate, in totals (LIQ-7), and positions looked at in turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from bellwether.engine.life.stress import Stress
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.decode import convert
from bellwether.gateway.operators.fields import Word, market_of
from bellwether.gateway.ports import NodePort

AT_ONCE: Final = 500
"""Positions that are looked at between other requests."""


class StressAct(Struct, frozen=True):
    coin: Word


async def stress(node: NodePort, act: dict[str, Any], signer: bytes) -> dict[str, Any]:
    """What moves of the mark would liquidate, each by itself. Raises Refused."""
    market = market_of(convert(act, StressAct, "act").coin, node.engine.venue)
    found = Stress(market)
    await each(node, market, found.add)
    return {
        "coin": market.name,
        "markPx": render.px(market, found.mark),
        "moves": [
            {
                "movePct": render.decimal(shock.move_e6, 4),
                "px": render.px(market, shock.price),
                "longSz": render.sz(market, shock.long_lots),
                "shortSz": render.sz(market, shock.short_lots),
                "accounts": shock.accounts,
                "shortfall": render.usd(shock.shortfall),
            }
            for shock in found.shocks
        ],
    }


async def each(node: NodePort, market: Market, look: Callable[[Holding], None]) -> None:
    """Looks at every position of a market, some at a time."""
    waiting = list(market.holders.values())

    def some(_: Venue) -> None:
        for holding in waiting[:AT_ONCE]:
            look(holding)

    while waiting:
        await node.read(some)
        del waiting[:AT_ONCE]
        await asyncio.sleep(0)
