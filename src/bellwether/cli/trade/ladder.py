"""The prices and sizes of a scale order, exact to the last digit (ORD-1)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from bellwether.units.text import canonical_decimal, format_decimal, parse_decimal
from bellwether.units.tick import price_decimals, price_on_tick_down, price_on_tick_up

FEWEST: Final = 2
MOST: Final = 100
"""As many as one action holds."""


def prices(
    start: Decimal, end: Decimal, count: int, size_decimals: int, tick_atoms: int, is_buy: bool
) -> list[str]:
    """`count` prices at equal distances from `start` to `end`, each on a tick (UNIT-3).

    A buyer never pays more and a seller never gets less than the exact price. Raises ValueError
    where two of them fall together, or one to nothing.
    """
    decimals = price_decimals(size_decimals)
    found = []
    for i in range(count):
        exact = (Fraction(start) + Fraction(end - start) * i / (count - 1)) * 10**decimals
        atoms = exact.numerator // exact.denominator
        if is_buy:
            atoms = price_on_tick_down(atoms, size_decimals, tick_atoms)
        else:
            atoms = price_on_tick_up(atoms + (atoms < exact), size_decimals, tick_atoms)
        found.append(atoms)
    if len(set(found)) < count or min(found) == 0:
        raise ValueError(f"{count} prices do not fit between {start} and {end}: take fewer orders")
    return [canonical_decimal(format_decimal(atoms, decimals)) for atoms in found]


def sizes(total: str, count: int, size_decimals: int, skew: Decimal) -> list[str]:
    """`count` sizes that add up to `total`, the last `skew` times the first, even steps between.

    Each is cut to whole lots; what is left over goes to the largest remainders, the first of equals
    first. Raises ValueError (DecimalError among them) where a size would be nothing.
    """
    lots = parse_decimal(total, size_decimals)
    shares = [1 + (Fraction(skew) - 1) * i / (count - 1) for i in range(count)]
    exact = [lots * share / sum(shares) for share in shares]
    whole = [part.numerator // part.denominator for part in exact]
    by_rest = sorted(range(count), key=lambda i: (whole[i] - exact[i], i))
    for i in by_rest[: lots - sum(whole)]:
        whole[i] += 1
    if min(whole) == 0:
        raise ValueError(f"{total} is too little for {count} orders")
    return [format_decimal(part, size_decimals) for part in whole]
