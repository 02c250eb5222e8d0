"""Exact arithmetic of the auditor: fractions, four roundings, decay, ticks (UNIT-3, 6, 7).

Nothing here is shared with the engine, which divides whole numbers.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor, trunc
from typing import Final

FINE: Final = 10**9
MOST_FINE: Final = 2**63 - 1
RATE: Final = 10**12
MILLION: Final = 10**6
BILLION: Final = 10**9
SECOND_NS: Final = 10**9
HOUR_NS: Final = 3_600 * SECOND_NS
DAY_NS: Final = 24 * HOUR_NS
MS_NS: Final = 10**6

_DIGITS: Final = 18
_WORK: Final = Context(prec=90)


def down(value: Fraction | int) -> int:
    """Towards minus infinity: payouts, releases."""
    return floor(value)


def up(value: Fraction | int) -> int:
    """Towards plus infinity: fees, margin requirements."""
    return ceil(value)


def toward_zero(value: Fraction | int) -> int:
    """Towards zero: rates, and products with a weight."""
    return trunc(value)


def can_be_held(price_fine: int) -> bool:
    """Is a price from outside above zero, and its fine price one of 63 bits (UNIT-4)?"""
    return 0 < price_fine <= MOST_FINE


def half_even(value: Fraction | int) -> int:
    """To the nearest, halves to the even one: what is published."""
    return round(value)


def atoms(fine: int) -> int:
    """The price at which a fine price is published (UNIT-4)."""
    return half_even(Fraction(fine, FINE))


@lru_cache(maxsize=65_536)
def weight(elapsed_ns: int, tau_ns: int) -> Fraction:
    """`1 − exp(−dt/τ)`, the exponential to 18 digits rounded down (UNIT-7)."""
    power = _WORK.divide(Decimal(-elapsed_ns), Decimal(tau_ns))
    decay = int(_WORK.exp(power).scaleb(_DIGITS, _WORK))
    return 1 - Fraction(decay, 10**_DIGITS)


def clamp(value: int, low: int, high: int) -> int:
    """The number nearest to a value within two bounds."""
    return max(low, min(high, value))


def band(reference: int, width_e12: int) -> tuple[int, int]:
    """`ref·(1 ∓ b)`: the low edge rounded up, the high one down (PRICE-10)."""
    width = Fraction(width_e12, RATE)
    return up(reference * (1 - width)), down(reference * (1 + width))


def blend(old: int, new: int, weight_e12: int) -> int:
    """`old + weight × (new − old)`, the move towards zero (LIFE-8)."""
    return old + toward_zero(Fraction((new - old) * weight_e12, RATE))


def step_towards(before: int, aim: int, limit_e6: int) -> int:
    """An aim no further away than the limit, which is rounded down (PRICE-6, PRICE-20)."""
    limit = down(Fraction(before * limit_e6, MILLION))
    return clamp(aim, before - limit, before + limit)


def on_tick(price: int, decimals: int, tick: int) -> bool:
    """Is it a limit price: on the tick, or whole dollars, or five significant figures (UNIT-3)?"""
    if price <= 0:
        return False
    if tick:
        return price % tick == 0
    figures = len(str(price).rstrip("0"))
    return figures <= 5 or price % _dollar(decimals) == 0


def _dollar(decimals: int) -> int:
    """Price atoms in a dollar (UNIT-2)."""
    return int(10 ** (6 - decimals))


def _figures(price: int) -> int:
    """The distance of prices with five significant figures."""
    return int(10 ** max(0, len(str(price)) - 5))


def tick_below(price: int, decimals: int, tick: int) -> int:
    """The highest limit price that is not above; 0 if there is none."""
    if tick:
        return price - price % tick
    figures, dollar = _figures(price), _dollar(decimals)
    return max(price - price % figures, price - price % dollar)


def tick_above(price: int, decimals: int, tick: int) -> int:
    """The lowest limit price that is not below."""
    if tick:
        return price + -price % tick
    figures, dollar = _figures(price), _dollar(decimals)
    return min(price + -price % figures, price + -price % dollar)


def largest_remainders(sizes: list[tuple[int, int]], total: int, part: Fraction) -> dict[int, int]:
    """Floors of `size × part`, and one more to the largest remainders until `total` is given out.

    `sizes` are pairs of number and size; among equals the lower number comes first.
    """
    shares = {number: down(size * part) for number, size in sizes}
    rest = [(down(size * part) - size * part, number) for number, size in sizes]
    for _, number in sorted(rest)[: max(0, total - sum(shares.values()))]:
        shares[number] += 1
    return shares
