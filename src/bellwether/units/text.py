"""Decimal numbers as text on the wire (UNIT-8)."""

import re
from typing import Final

MAX_DECIMAL_CHARACTERS: Final[int] = 24
_DECIMAL: Final = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?", re.ASCII)
_LEADING_ZERO: Final = re.compile(r"-?0[0-9]+(?:\.[0-9]+)?", re.ASCII)
_EXPONENT: Final = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]+", re.ASCII)


class DecimalError(ValueError):
    """Text that is no decimal number of its unit; the message is the reason."""


def parse_decimal(text: str, decimals: int) -> int:
    """Return the value of `text` in units of 10^-`decimals`, exactly (UNIT-8).

    Raises DecimalError on anything but plain digits with at most one point and a leading minus,
    and on more digits than the unit holds. Trailing zeros are accepted.
    """
    negative, whole, fraction = _parts(text)
    if len(fraction) > decimals:
        raise DecimalError(f"{text!r} has more than {decimals} decimals")
    magnitude = int(whole + fraction.ljust(decimals, "0"))
    return -magnitude if negative else magnitude


def format_decimal(value: int, decimals: int) -> str:
    """Return `value` units of 10^-`decimals` as text: no trailing zeros but one decimal or more.

    60_000_000 with 6 decimals is "60.0".
    """
    assert decimals >= 0, "decimals are counted from zero"
    digits = str(abs(value)).rjust(decimals + 1, "0")
    point = len(digits) - decimals
    fraction = digits[point:].rstrip("0") or "0"
    sign = "-" if value < 0 else ""
    return sign + digits[:point] + "." + fraction


def canonical_decimal(text: str) -> str:
    """Return `text` without trailing zeros, as Hyperliquid clients hash it: "1.50" is "1.5".

    Zero has no sign. Raises DecimalError as parse_decimal does.
    """
    negative, whole, fraction = _parts(text)
    shortest = whole + "." + fraction if fraction else whole
    return "-" + shortest if negative and shortest != "0" else shortest


def _parts(text: str) -> tuple[bool, str, str]:
    """Return minus sign, whole digits and the fraction without its trailing zeros."""
    if len(text) > MAX_DECIMAL_CHARACTERS:
        raise DecimalError(f"a decimal number has at most {MAX_DECIMAL_CHARACTERS} characters")
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise DecimalError(_fault(text))
    return bool(match[1]), match[2], (match[3] or "").rstrip("0")


def _fault(text: str) -> str:
    """Say why `text` is not a decimal number."""
    if not text:
        return "a decimal number is missing"
    if text.startswith("+"):
        return f"{text!r} has a sign other than a leading minus"
    if text.lstrip("+-").lower() in ("nan", "inf", "infinity"):
        return f"{text!r} is not a finite number"
    if _LEADING_ZERO.fullmatch(text):
        return f"{text!r} has leading zeros"
    if _EXPONENT.fullmatch(text):
        return f"{text!r} has an exponent"
    return f"{text!r} is not a decimal number"
