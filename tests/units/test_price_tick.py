"""Which prices are on the tick (UNIT-2, UNIT-3)."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from bellwether.units.text import parse_decimal
from bellwether.units.tick import (
    atoms_per_usd,
    lots_per_contract,
    price_decimals,
    price_on_tick,
)


@pytest.mark.parametrize(
    ("text", "size_decimals", "valid"),
    [
        ("1234.5", 2, True),
        ("1234.56", 2, False),
        ("123456", 2, True),
        ("123456.5", 2, False),
        ("0.001234", 0, True),
        ("0.012345", 0, True),
        ("1.2345", 0, True),
        ("12.345", 0, True),
        ("1.23456", 0, False),
        ("12.3456", 0, False),
        ("100000.0", 5, True),
        ("12345.6", 5, False),
        ("175.03", 3, True),
        ("175.031", 3, False),
    ],
)
def test_five_significant_figures_or_whole_usd(text: str, size_decimals: int, valid: bool) -> None:
    """The examples of HyperCore's rule, and those of a share near 175 USD (UNIT-3)."""
    atoms = parse_decimal(text, price_decimals(size_decimals))
    assert price_on_tick(atoms, size_decimals, 0) is valid


@given(st.integers(1, 10**6), st.integers(0, 7), st.integers(0, 5))
def test_the_rule_agrees_with_counting_figures(
    mantissa: int, zeros: int, size_decimals: int
) -> None:
    atoms = mantissa * 10**zeros
    usd = Decimal(atoms).scaleb(-price_decimals(size_decimals))
    figures = len(usd.normalize().as_tuple().digits)
    assert price_on_tick(atoms, size_decimals, 0) is (usd == usd.to_integral() or figures <= 5)


@given(st.integers(1, 10**12), st.integers(1, 10**6))
def test_a_fixed_tick_replaces_the_rule(atoms: int, tick: int) -> None:
    assert price_on_tick(atoms * tick, 3, tick)
    assert price_on_tick(atoms, 3, tick) is (atoms % tick == 0)


@pytest.mark.parametrize("tick", [0, 10])
@pytest.mark.parametrize("atoms", [0, -10])
def test_a_price_that_is_not_positive_is_never_on_the_tick(atoms: int, tick: int) -> None:
    assert not price_on_tick(atoms, 2, tick)


@pytest.mark.parametrize("size_decimals", range(6))
def test_price_times_size_is_micro_usd(size_decimals: int) -> None:
    """UNIT-2: one contract at one USD is a million."""
    assert atoms_per_usd(size_decimals) * lots_per_contract(size_decimals) == 10**6


@pytest.mark.parametrize("size_decimals", [-1, 6])
def test_size_decimals_are_zero_to_five(size_decimals: int) -> None:
    with pytest.raises(AssertionError):
        price_decimals(size_decimals)
    with pytest.raises(AssertionError):
        lots_per_contract(size_decimals)
