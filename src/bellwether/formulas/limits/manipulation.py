"""What it would cost to move the mark by the book and hold it there (MARG-8).

Levels are (price atoms, lots), best first. Prices times lots are micro-USD, exactly; the one
rounding of each sum is downwards, so that the estimate is on the low side.
"""

from __future__ import annotations

from typing import Final

from bellwether.units.division import div_down, mul_div_down, mul_div_up
from bellwether.units.quantities import FEE_ONE, FRACTION_ONE

MOVES_E6: Final = (50_000, 100_000, 200_000)
"""The moves that are estimated: 5, 10 and 20 %."""
TIMES_MET: Final = 2
"""The depth is met once to get there, and once more within the time constant for staying there."""


def moved_price_atoms(mark_atoms: int, move_e6: int, is_up: bool) -> int:
    """The mark after a move, rounded towards where it was; at least one atom."""
    if is_up:
        return mul_div_down(mark_atoms, FRACTION_ONE + move_e6, FRACTION_ONE)
    moved = mul_div_up(mark_atoms, FRACTION_ONE - move_e6, FRACTION_ONE)
    return moved if moved > 0 else 1


def sweep_cost_e6(
    levels: list[tuple[int, int]], mark_atoms: int, target_atoms: int, is_up: bool, fee_e9: int
) -> int:
    """What taking every level up to a price loses against the mark, and its fees.

    A level that is better than the mark counts nothing. A rebate counts as no fee.
    """
    lost = 0
    taken = 0
    for price, lots in levels:
        if price > target_atoms if is_up else price < target_atoms:
            break
        taken += price * lots
        away = price - mark_atoms if is_up else mark_atoms - price
        if away > 0:
            lost += away * lots
    fees = mul_div_down(taken, fee_e9, FEE_ONE) if fee_e9 > 0 else 0
    return lost + fees


def wall_cost_e6(notional_e6: int, mark_atoms: int, target_atoms: int) -> int:
    """What a wall of that value at the moved price loses against the mark once it is hit.

    The impact price is moved by nothing less: that notional rests there (PRICE-1).
    """
    away = target_atoms - mark_atoms if target_atoms > mark_atoms else mark_atoms - target_atoms
    return mul_div_down(notional_e6, away, target_atoms)


def move_cost_e6(
    levels: list[tuple[int, int]],
    mark_atoms: int,
    move_e6: int,
    is_up: bool,
    notional_e6: int,
    fee_e9: int,
) -> int:
    """The cost of a move in one direction, micro-USD: the depth as often as it is met, and a wall.

    `levels` are those that stand in the way: asks of a move up, bids of one down.
    """
    target = moved_price_atoms(mark_atoms, move_e6, is_up)
    sweep = sweep_cost_e6(levels, mark_atoms, target, is_up, fee_e9)
    return TIMES_MET * sweep + wall_cost_e6(notional_e6, mark_atoms, target)


def is_in_reach(move_e6: int, clamp_e12: int) -> bool:
    """Can the book move a mark so far that is clamped to an index (PRICE-9)? -1 is no clamp."""
    return clamp_e12 < 0 or move_e6 <= div_down(clamp_e12, FRACTION_ONE)
