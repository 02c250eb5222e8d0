"""Impact prices: what an order of a stated size would get from the book now (PRICE-1, PRICE-3)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.formulas.impact import (
    impact_ask_fine,
    impact_bid_fine,
    impact_price_by_size_atoms,
)
from bellwether.units.quantities import FINE

EVERY_LEVEL: Final = 1 << 30


def refresh_impact(turn: Turn, market: Market) -> None:
    """Computes the impact prices anew if the book has changed since (PRICE-1 to PRICE-3).

    Where orders count only once they have rested, time alone changes what counts.
    """
    oracle = market.rules.oracle
    rests = oracle.depth_rest_time_ns > 0
    if not rests and market.impact_version == market.book.version:
        return
    market.impact_version = market.book.version
    oldest = turn.time_ns - oracle.depth_rest_time_ns
    index = market.rules.index
    if index is not None:
        bids = _rested_levels(market, True, rests, oldest)
        asks = _rested_levels(market, False, rests, oldest)
        market.impact_bid_fine = _fine(impact_price_by_size_atoms(bids, index.impact_lots))
        market.impact_ask_fine = _fine(impact_price_by_size_atoms(asks, index.impact_lots))
        return
    if rests:
        bids = rested_depth(market, True, oldest)
        asks = rested_depth(market, False, oldest)
    else:
        bids = market.book.depth(True, oracle.impact_notional_e6)
        asks = market.book.depth(False, oracle.impact_notional_e6)
    market.impact_bid_fine = impact_bid_fine(bids, oracle.impact_notional_e6)
    market.impact_ask_fine = impact_ask_fine(asks, oracle.impact_notional_e6)


def _rested_levels(market: Market, is_buy: bool, rests: bool, oldest: int) -> list[tuple[int, int]]:
    """All levels of a side, or those of orders that have rested (PRICE-2, PRICE-3)."""
    if rests:
        return rested_depth(market, is_buy, oldest)
    return [(level[0], level[1]) for level in market.book.levels(is_buy, EVERY_LEVEL)]


def rested_depth(market: Market, is_buy: bool, placed_until: int) -> list[tuple[int, int]]:
    """Levels of a side without the orders placed later than a time (PRICE-3)."""
    levels: list[tuple[int, int]] = []
    for order in market.book.orders(is_buy):
        if order.placed_ns > placed_until:
            continue
        if levels and levels[-1][0] == order.price:
            levels[-1] = (order.price, levels[-1][1] + order.lots)
        else:
            levels.append((order.price, order.lots))
    return levels


def _fine(price: int) -> int:
    """Fine price of a price in atoms, -1 where there is none."""
    return price * FINE if price > 0 else -1
