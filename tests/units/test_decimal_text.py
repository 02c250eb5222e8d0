"""Decimal strings are read strictly and written in one way (UNIT-8)."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from bellwether.units.text import (
    DecimalError,
    canonical_decimal,
    format_decimal,
    parse_decimal,
)


@given(st.integers(-(10**15), 10**15), st.integers(0, 6))
def test_formatting_and_parsing_are_inverse(value: int, decimals: int) -> None:
    text = format_decimal(value, decimals)
    assert parse_decimal(text, decimals) == value
    assert "." in text
    assert Decimal(text) == Decimal(value).scaleb(-decimals)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.integers(0, 3))
def test_trailing_zeros_change_nothing(value: int, decimals: int, zeros: int) -> None:
    text = format_decimal(value, decimals)
    assert parse_decimal(text + "0" * zeros, decimals) == value
    assert canonical_decimal(text + "0" * zeros) == canonical_decimal(text)


@given(st.text(max_size=30))
def test_whatever_is_accepted_is_plain_ascii_decimal(text: str) -> None:
    try:
        value = parse_decimal(text, 6)
    except DecimalError as error:
        assert str(error)
        return
    assert text.isascii()
    assert Decimal(text) == Decimal(value).scaleb(-6)


@pytest.mark.parametrize(
    ("text", "decimals", "value"),
    [
        ("60", 6, 60_000_000),
        ("0.5", 1, 5),
        ("-1.25", 6, -1_250_000),
        ("1.500000000", 1, 15),
        ("0", 0, 0),
        ("-0.0", 6, 0),
        ("7.0", 0, 7),
        ("123456789012345678901234", 0, 123456789012345678901234),
    ],
)
def test_plain_decimals_are_exact(text: str, decimals: int, value: int) -> None:
    assert parse_decimal(text, decimals) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("NaN", "finite"),
        ("-inf", "finite"),
        ("Infinity", "finite"),
        ("1e3", "exponent"),
        ("1E-3", "exponent"),
        ("+1", "sign"),
        ("01", "leading zeros"),
        ("-00.5", "leading zeros"),
        ("1.2345678", "more than 6 decimals"),
        ("1234567890123456789012345", "at most 24"),
        ("1.", "not a decimal"),
        (".5", "not a decimal"),
        ("--1", "not a decimal"),
        ("1_000", "not a decimal"),
        (" 1", "not a decimal"),
        ("1\n", "not a decimal"),
        ("0x10", "not a decimal"),
        ("١", "not a decimal"),
        ("1²", "not a decimal"),
        ("1,5", "not a decimal"),
    ],
)
def test_anything_else_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(DecimalError, match=reason):
        parse_decimal(text, 6)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (60_000_000, 6, "60.0"),
        (5, 1, "0.5"),
        (-1_250_000, 6, "-1.25"),
        (0, 6, "0.0"),
        (7, 0, "7.0"),
        (-1, 6, "-0.000001"),
    ],
)
def test_numbers_are_written_with_a_point_and_no_spare_zeros(
    value: int, decimals: int, text: str
) -> None:
    assert format_decimal(value, decimals) == text


@pytest.mark.parametrize(
    ("text", "hashed"),
    [("1.50", "1.5"), ("2.0", "2"), ("100", "100"), ("-0.0", "0"), ("-3.10", "-3.1")],
)
def test_the_canonical_form_is_what_clients_hash(text: str, hashed: str) -> None:
    assert canonical_decimal(text) == hashed


def test_the_canonical_form_of_nonsense_is_refused() -> None:
    with pytest.raises(DecimalError):
        canonical_decimal("1e5")
