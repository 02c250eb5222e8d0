"""Limit prices that a market takes, from any price (UNIT-2, UNIT-3)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from bellwether.units.text import canonical_decimal
from bellwether.units.tick import MAX_SIGNIFICANT_FIGURES, price_decimals


def on_tick(price: Decimal, size_decimals: int, *, up: bool) -> str:
    """Return the nearest valid price at or above (`up`) or at or below `price` > 0, in USD.

    At most five significant figures and 6 − `size_decimals` decimals; whole USD always pass.
    """
    assert price > 0, "a price is positive"
    figures = price.adjusted() - (MAX_SIGNIFICANT_FIGURES - 1)
    exponent = min(max(figures, -price_decimals(size_decimals)), 0)
    step = Decimal(1).scaleb(exponent)
    rounded = price.quantize(step, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    # Rounding down a price below one step gives nothing; the smallest price is one step.
    return canonical_decimal(format(max(rounded, step), "f"))
