"""One price as a provider reported it, in 10^-8 USD, and its way to and from text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException
from typing import Final

from bellwether.units.division import div_half_even
from bellwether.units.text import format_decimal

DECIMALS: Final = 8
HIGHEST_E8: Final = 10**15
"""Ten million USD a share; beyond it a number is taken for nonsense."""

NOW: Final = -1
"""The time of a print whose provider names none and was asked for the present state."""


class PriceUnusable(ValueError):
    """What was reported is no price; the message says why."""


@dataclass(frozen=True, slots=True)
class Print:
    """A trade, or the middle of a quote, of the share behind the market `coin`.

    `time_ns` is when the provider saw it, or NOW; `key` is the provider's name for it, empty if it
    has none; `conditions` are the tape's codes (a quote of both sides has none).
    """

    coin: str
    price_e8: int
    time_ns: int
    key: str = ""
    conditions: tuple[str, ...] = ()


def price_e8(value: Decimal | str) -> int:
    """A provider's number in 10^-8 USD, half to even. Raises PriceUnusable."""
    try:
        scaled = Decimal(value).scaleb(DECIMALS)
        if not scaled.is_finite() or not 0 < scaled <= HIGHEST_E8:
            raise PriceUnusable(f"{value} is not a price")
        whole = int(scaled.to_integral_value(ROUND_HALF_EVEN))
    except DecimalException:
        raise PriceUnusable(f"{value!r} is not a number") from None
    if whole == 0:
        raise PriceUnusable(f"{value} is not a price")
    return whole


def middle_e8(bid_e8: int, ask_e8: int, widest_e6: int) -> int:
    """The middle of a quote. Raises PriceUnusable if it is crossed or wider than `widest_e6`."""
    if bid_e8 > ask_e8:
        raise PriceUnusable("crossed quote")
    if (ask_e8 - bid_e8) * 10**6 > widest_e6 * bid_e8:
        raise PriceUnusable("wide quote")
    return div_half_even(bid_e8 + ask_e8, 2)


def price_text(price: int, decimals: int) -> str:
    """A price as the venue takes it: at most `decimals` of them, half to even.

    Raises PriceUnusable if nothing is left of it.
    """
    rounded = div_half_even(price, 10 ** (DECIMALS - decimals))
    if rounded == 0:
        raise PriceUnusable(f"a price below the market's {decimals} decimals")
    return format_decimal(rounded, decimals)
