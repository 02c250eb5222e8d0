"""A liquidated position is closed against another account at a price, without fee and book."""

from __future__ import annotations

from bellwether.engine.fills import fill
from bellwether.engine.margin import isolated_release
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.turn import Turn

Closed = tuple[int, int, int, int, bool, bytes, bytes, int, int, int, int]
"""What every event of it begins with: trade id, asset, price, lots, is_buy (of the liquidated),
both addresses, lots of both before, realised profits of both in micro-USD."""


def close_against(turn: Turn, holding: Holding, other: Holding, lots: int, price: int) -> Closed:
    """Closes lots of a liquidated position by having the other account take the other side."""
    market = holding.market
    is_buy = holding.lots < 0
    start = holding.lots
    other_start = other.lots
    released = released_margin(holding, lots, price)
    profit = fill(turn, holding, is_buy, lots, price, 0)
    keep_margin(holding, released)
    other_profit = fill(turn, other, not is_buy, lots, price, 0)
    return (
        turn.venue.new_trade_id(),
        market.asset,
        price,
        lots,
        is_buy,
        holding.account.user.address,
        other.account.user.address,
        start,
        other_start,
        profit,
        other_profit,
    )


def released_margin(holding: Holding, lots: int, price: int) -> int:
    """What closing so many lots at a price lets go of an isolated margin, micro-USD (MARG-5)."""
    return 0 if holding.is_cross else isolated_release(holding, lots, price)[0]


def keep_margin(holding: Holding, released: int) -> None:
    """Puts back what a forced close let go: it answers for the rest until that is cured."""
    if holding.lots != 0 and not holding.is_cross:
        account = holding.account
        holding.market.dex.ledger.move(account.cash, holding.margin, released)
