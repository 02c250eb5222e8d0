"""Decimal text against an exact reference in fractions (UNIT-8)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import msgspec

from bellwether.feeds.prices.prints import DECIMALS, HIGHEST_E8, PriceUnusable, price_e8
from bellwether.gateway.hyperliquid.decode import Amount
from bellwether.units.text import (
    MAX_DECIMAL_CHARACTERS,
    DecimalError,
    canonical_decimal,
    format_decimal,
    parse_decimal,
)

_DIGITS: Final = frozenset("0123456789")
_MOST_DECIMALS: Final = 18


def reference(text: str) -> Fraction | None:
    """The number that is written there, or None: UNIT-8 once more, without a pattern."""
    unsigned = text.removeprefix("-")
    whole, point, fraction = unsigned.partition(".")
    if not whole or not _DIGITS.issuperset(whole) or not _DIGITS.issuperset(fraction):
        return None
    if bool(point) is not bool(fraction) or (whole[0] == "0" and len(whole) > 1):
        return None
    magnitude = Fraction(int(whole + fraction), 10 ** len(fraction))
    return -magnitude if text.startswith("-") else magnitude


def decimal_text(content: bytes) -> None:
    """The first byte chooses the unit, the rest is the text."""
    decimals = content[0] % (_MOST_DECIMALS + 1) if content else 0
    text = content[1:].decode("utf-8", "replace")
    exact = reference(text) if len(text) <= MAX_DECIMAL_CHARACTERS else None
    scaled = None if exact is None else exact * 10**decimals
    fits = scaled is not None and scaled.denominator == 1
    try:
        value = parse_decimal(text, decimals)
    except DecimalError as fault:
        assert str(fault) and not fits, f"{text!r} was refused"
    else:
        assert fits and value == scaled, f"{text!r} was read as {value}"
        assert reference(format_decimal(value, decimals)) == exact
    _canonical(text, exact)
    _amount(text, exact)


def _canonical(text: str, exact: Fraction | None) -> None:
    try:
        shortest = canonical_decimal(text)
    except DecimalError:
        assert exact is None, f"{text!r} has no canonical form"
        return
    assert reference(shortest) == exact and len(shortest) <= len(text)
    assert canonical_decimal(shortest) == shortest
    assert shortest != "-0" and not ("." in shortest and shortest.endswith("0"))


def _amount(text: str, exact: Fraction | None) -> None:
    """What requests take: twelve digits, eight decimals that count, no sign."""
    whole, _, fraction = text.partition(".")
    wanted = (
        exact is not None
        and not text.startswith("-")
        and len(whole) <= 12
        and len(fraction.rstrip("0")) <= 8
    )
    try:
        msgspec.convert(text, Amount)
    except msgspec.ValidationError:
        assert not wanted, f"{text!r} is an amount"
    else:
        assert wanted, f"{text!r} is no amount"


def provider_price(content: bytes) -> None:
    """A feed's number in 10^-8 USD, half to even."""
    text = content.decode("utf-8", "replace")
    exact = reference(text)
    scaled = None if exact is None else exact * 10**DECIMALS
    try:
        value = price_e8(text)
    except PriceUnusable as fault:
        assert str(fault)
        assert scaled is None or round(scaled) == 0 or not 0 < scaled <= HIGHEST_E8, text
        return
    assert 0 < value <= HIGHEST_E8
    assert scaled is None or value == round(scaled), f"{text!r} was read as {value}"
