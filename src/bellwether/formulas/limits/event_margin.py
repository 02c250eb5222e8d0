"""Margin fractions under a leverage that an event allows at most (MARG-9, MARG-2). Rounded up."""

from __future__ import annotations

from bellwether.units.division import div_up
from bellwether.units.quantities import FRACTION_ONE


def least_initial_e6(max_leverage: int) -> int:
    """The smallest initial margin as a share of notional, in millionths."""
    return div_up(FRACTION_ONE, max_leverage)


def least_maintenance_e6(max_leverage: int) -> int:
    """The smallest maintenance margin: half of the initial one."""
    return div_up(FRACTION_ONE, 2 * max_leverage)


def stricter_leverage(one: int, other: int) -> int:
    """The lower of two limits on leverage, of which 0 is none; 0 where both are."""
    if one == 0 or other == 0:
        return one + other
    return one if one < other else other
