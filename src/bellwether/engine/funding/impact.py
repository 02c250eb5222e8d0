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
    """Computes the impact prices anew if the book has changed since (PRICE-1, PRICE-3)."""
    if market.rules.index is not None:
        _refresh_impact_by_size(turn, market, market.rules.index.impact_lots)
        return
    oracle = market.rules.oracle
    if oracle.depth_rest_time_ns > 0:
        oldest = turn.time_ns - oracle.depth_rest_time_ns
        bids = rested_depth(market, True, oldest)
        asks = rested_depth(market, False, oldest)
    elif market.impact_version == market.book.version:
        return
    else:
        bids = market.book.depth(True, oracle.impact_notional_e6)
        asks = market.book.depth(False, oracle.impact_notional_e6)
    market.impact_version = market.book.version
    market.impact_bid_fine = impact_bid_fine(bids, oracle.impact_notional_e6)
    market.impact_ask_fine = impact_ask_fine(asks, oracle.impact_notional_e6)


def _refresh_impact_by_size(turn: Turn, market: Market, lots: int) -> None:
    """The prices at which the book has so many lots on either side (PRICE-2, PRICE-3)."""
    rest_ns = market.rules.oracle.depth_rest_time_ns
    if rest_ns == 0 and market.impact_version == market.book.version:
        return
    market.impact_version = market.book.version
    oldest = turn.time_ns - rest_ns
    market.impact_bid_fine = _price_by_size(market, True, lots, rest_ns > 0, oldest)
    market.impact_ask_fine = _price_by_size(market, False, lots, rest_ns > 0, oldest)


def _price_by_size(market: Market, is_buy: bool, lots: int, rested: bool, oldest: int) -> int:
    if rested:
        depth = rested_depth(market, is_buy, oldest)
    else:
        levels = market.book.levels(is_buy, EVERY_LEVEL)
        depth = [(level[0], level[1]) for level in levels]
    return _fine(impact_price_by_size_atoms(depth, lots))


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
