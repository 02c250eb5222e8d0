"""The manipulation budget of a market (MARG-8): estimated each minute out of the resting book."""

from __future__ import annotations

from typing import Final

from bellwether.engine.funding.impact import rested_depth
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.formulas.limits.caps import budgeted_cap_e6, next_cap_e6
from bellwether.formulas.limits.manipulation import (
    MOVES_E6,
    is_in_reach,
    move_cost_e6,
    moved_price_atoms,
)
from bellwether.schema import codes
from bellwether.schema.events import BudgetEstimated

UNREACHED: Final = -1
"""The cost of a move that the book cannot make."""


def estimate_budget(turn: Turn, market: Market) -> None:
    """Estimates what moving the mark costs, and lets the cap on open interest follow.

    While prices are held, the book is not what they are made of: the last estimate stands.
    """
    if market.status == codes.HALTED or market.awaits_ns > 0 or not market.is_trading():
        return
    costs = _costs(turn, market)
    cap = _cap_e6(market, costs)
    if costs == market.budget_costs and cap == market.budget_cap_e6:
        return
    market.budget_costs = costs
    market.budget_ns = turn.time_ns
    market.budget_cap_e6 = cap
    market.fit_caps()
    turn.emit(BudgetEstimated(market.asset, turn.time_ns, tuple(costs), cap))


def _costs(turn: Turn, market: Market) -> list[tuple[int, int, int]]:
    """(move 10^-6, cost up, cost down) of each move, micro-USD; UNREACHED where the clamp holds."""
    rules = market.rules
    clamp = -1 if rules.index is None else rules.index.mark_width_e12
    asks = _depth(turn, market, False)
    bids = _depth(turn, market, True)
    found: list[tuple[int, int, int]] = []
    for move in MOVES_E6:
        if not is_in_reach(move, clamp):
            found.append((move, UNREACHED, UNREACHED))
            continue
        notional, fee = rules.oracle.impact_notional_e6, market.taker_fee_e9
        up = move_cost_e6(asks, market.mark_price, move, True, notional, fee)
        down = move_cost_e6(bids, market.mark_price, move, False, notional, fee)
        found.append((move, up, down))
    return found


def _depth(turn: Turn, market: Market, is_buy: bool) -> list[tuple[int, int]]:
    """A side's levels that have rested long enough (PRICE-3), as far as the largest move goes."""
    furthest = moved_price_atoms(market.mark_price, MOVES_E6[-1], not is_buy)
    rest_ns = market.rules.oracle.depth_rest_time_ns
    if rest_ns == 0:
        return market.book.depth_to(is_buy, furthest)
    return rested_depth(market, is_buy, turn.time_ns - rest_ns)


def least_cost_e6(costs: list[tuple[int, int, int]]) -> int:
    """The cheapest of all moves that the book can make; UNREACHED if it can make none."""
    least = UNREACHED
    for _, up, down in costs:
        cost = up if up < down else down
        if cost != UNREACHED and (least == UNREACHED or cost < least):
            least = cost
    return least


def _cap_e6(market: Market, costs: list[tuple[int, int, int]]) -> int:
    """The cap that the budget gives, micro-USD; -1 where it gives none."""
    rules = market.rules
    least = least_cost_e6(costs)
    if rules.budget_multiple_e6 == 0 or least == UNREACHED:
        return -1
    wanted = budgeted_cap_e6(least, rules.budget_multiple_e6)
    cap = rules.open_interest_cap_e6
    before = market.budget_cap_e6
    if before < 0:
        before = cap if cap > 0 else wanted
    return next_cap_e6(before, wanted, cap, rules.budget_rise_e6)
