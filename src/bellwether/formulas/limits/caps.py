"""Caps on open interest as lots (MARG-7), and how one follows the manipulation budget (MARG-8)."""

from __future__ import annotations

from typing import Final

from bellwether.units.division import div_down, mul_div_down, mul_div_up
from bellwether.units.quantities import FRACTION_ONE

NO_CAP: Final = 1 << 62
"""Lots that no market reaches."""


def lots_under_cap(cap_e6: int, price_atoms: int) -> int:
    """How many lots are worth `cap_e6` micro-USD or less; NO_CAP where the cap is 0, for none.

    Rounded down, so that n lots are under the cap exactly if n is not more than this.
    """
    return div_down(cap_e6, price_atoms) if cap_e6 > 0 else NO_CAP


def smaller_cap(one: int, other: int) -> int:
    """The smaller of two caps, of which 0 is none; 0 where both are."""
    if one == 0 or other == 0:
        return one + other
    return one if one < other else other


def budgeted_cap_e6(cost_e6: int, multiple_e6: int) -> int:
    """k times what the manipulation costs, micro-USD, rounded down (MARG-8)."""
    return mul_div_down(cost_e6, multiple_e6, FRACTION_ONE)


def next_cap_e6(before_e6: int, wanted_e6: int, cap_e6: int, rise_e6: int) -> int:
    """The cap a minute later, micro-USD (MARG-8): down at once, up by a share of the whole.

    `cap_e6` is the specification's, 0 for none; then the share is one of what is wanted. A step up
    is rounded up, so that what may rise at all does.
    """
    if 0 < cap_e6 < wanted_e6:
        wanted_e6 = cap_e6
    if wanted_e6 <= before_e6:
        return wanted_e6
    whole = cap_e6 if cap_e6 > 0 else wanted_e6
    raised = before_e6 + mul_div_up(whole, rise_e6, FRACTION_ONE)
    return raised if raised < wanted_e6 else wanted_e6
