"""Impact prices: what trading into the book would give on average (PRICE-1, PRICE-2, PRICE-4).

Levels are ``(price_atoms, lots)`` of one side, best first. A missing price is -1.
"""

from typing import Final

from bellwether.units.division import mul_div_down, mul_div_up
from bellwether.units.quantities import FINE

MISSING: Final[int] = -1


def impact_bid_fine(levels: list[tuple[int, int]], notional_e6: int) -> int:
    """Return the average price of selling `notional_e6` into the bids, rounded down (PRICE-1).

    -1 if the whole depth is worth less.
    """
    price, divisor = _average(levels, notional_e6)
    return mul_div_down(notional_e6 * price, FINE, divisor) if divisor > 0 else MISSING


def impact_ask_fine(levels: list[tuple[int, int]], notional_e6: int) -> int:
    """Return the average price of buying `notional_e6` from the asks, rounded up (PRICE-1).

    -1 if the whole depth is worth less.
    """
    price, divisor = _average(levels, notional_e6)
    return mul_div_up(notional_e6 * price, FINE, divisor) if divisor > 0 else MISSING


def _average(levels: list[tuple[int, int]], notional_e6: int) -> tuple[int, int]:
    """Return (p, d) so that the average price is notional * p / d atoms; d = 0 without depth.

    With q lots worth v before the last level, whose price is p, the lots traded are
    q + (notional - v) / p; price and divisor are multiplied by p to stay whole.
    """
    assert notional_e6 > 0, "an impact notional is positive"
    lots_before = 0
    value_before = 0
    for price, lots in levels:
        value = price * lots
        if value_before + value >= notional_e6:
            return price, lots_before * price + notional_e6 - value_before
        lots_before += lots
        value_before += value
    return 0, 0


def impact_price_by_size_atoms(levels: list[tuple[int, int]], lots_needed: int) -> int:
    """Return the price of the level at which the cumulative size reaches `lots_needed` (PRICE-2).

    -1 if the side is thinner.
    """
    assert lots_needed > 0, "an impact size is positive"
    cumulative = 0
    for price, lots in levels:
        cumulative += lots
        if cumulative >= lots_needed:
            return price
    return MISSING


def impact_price_difference_fine(oracle_fine: int, bid_fine: int, ask_fine: int) -> int:
    """Return ``max(impact_bid - S, 0) - max(S - impact_ask, 0)`` (PRICE-4).

    A missing side (-1) contributes 0, so that an empty book freezes the oracle.
    """
    difference = 0
    if bid_fine > oracle_fine:
        difference = bid_fine - oracle_fine
    if 0 <= ask_fine < oracle_fine:
        difference -= oracle_fine - ask_fine
    return difference
