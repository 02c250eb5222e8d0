"""The manipulation budget and the cap that follows it (MARG-8)."""

from __future__ import annotations

from typing import Any, Final

from bellwether.engine.state.market import Market
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.request import Handler, ReadingNode, Request
from bellwether.schema import codes

_PERCENT_E6: Final = 10_000


def effective_cap_e6(market: Market) -> int:
    """The cap on open interest in force, micro-USD; 0 for none."""
    cap = market.open_interest_cap_e6
    budgeted = market.budget_cap_e6
    if budgeted < 0 or 0 < cap < budgeted:
        return cap
    return budgeted


def costs_of(market: Market) -> list[dict[str, Any]]:
    """Each move that the book can make, with the cost of its cheaper direction."""
    return [
        {"movePct": render.decimal(move, 4), "costUsd": render.usd(min(up, down))}
        for move, up, down in _told(market)
    ]


def _told(market: Market) -> list[tuple[int, int, int]]:
    return [row for row in market.budget_costs if row[1] >= 0]


async def _manipulation_budget(node: ReadingNode, request: Request) -> Any:
    market = request.market()
    return await node.read(lambda _: _budget(market))


def _budget(market: Market) -> dict[str, Any]:
    multiple = market.rules.budget_multiple_e6
    is_over = market.phase == codes.SETTLED
    return {
        "coin": market.name,
        "time": market.budget_ns // render.NS_PER_MS or None,
        "moves": [
            {
                "movePct": render.decimal(move, 4),
                "upUsd": render.usd(up),
                "downUsd": render.usd(down),
                "costUsd": render.usd(min(up, down)),
            }
            for move, up, down in _told(market)
        ],
        "multiple": render.usd(multiple) if multiple else None,
        "openInterestCap": render.usd(market.open_interest_cap_e6),
        "effectiveCap": None if is_over else render.usd(effective_cap_e6(market)),
    }


HANDLERS: Final[dict[str, Handler]] = {"manipulationBudget": _manipulation_budget}
