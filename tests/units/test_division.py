"""Every named division rounds as its name says (UNIT-6)."""

from fractions import Fraction
from math import ceil, floor, trunc

import pytest
from hypothesis import given, strategies as st

from bellwether.units import division, fine_price

numbers = st.one_of(st.integers(), st.integers(-1000, 1000))
divisors = st.one_of(st.integers(min_value=1), st.integers(1, 40))


@given(numbers, divisors)
def test_each_division_agrees_with_exact_fractions(n: int, d: int) -> None:
    exact = Fraction(n, d)
    assert division.div_down(n, d) == floor(exact)
    assert division.div_up(n, d) == ceil(exact)
    assert division.div_toward_zero(n, d) == trunc(exact)
    assert division.div_half_even(n, d) == round(exact)


@given(numbers, numbers, divisors)
def test_a_product_is_divided_with_one_rounding(a: int, b: int, d: int) -> None:
    exact = Fraction(a * b, d)
    assert division.mul_div_down(a, b, d) == floor(exact)
    assert division.mul_div_up(a, b, d) == ceil(exact)
    assert division.mul_div_toward_zero(a, b, d) == trunc(exact)
    assert division.mul_div_half_even(a, b, d) == round(exact)


@pytest.mark.parametrize(
    ("n", "rounded"), [(-25, -2), (-15, -2), (-5, 0), (5, 0), (15, 2), (25, 2), (26, 3), (24, 2)]
)
def test_halves_go_to_the_even_neighbor(n: int, rounded: int) -> None:
    assert division.div_half_even(n, 10) == rounded


@pytest.mark.parametrize("d", [0, -3])
def test_a_divisor_that_is_not_positive_is_a_bug(d: int) -> None:
    for divide in (
        division.div_down,
        division.div_up,
        division.div_toward_zero,
        division.div_half_even,
    ):
        with pytest.raises(AssertionError):
            divide(1, d)
    for scale in (
        division.mul_div_down,
        division.mul_div_up,
        division.mul_div_toward_zero,
        division.mul_div_half_even,
    ):
        with pytest.raises(AssertionError):
            scale(1, 1, d)


def test_a_fine_price_is_published_half_to_even() -> None:
    """UNIT-4."""
    assert fine_price.published_atoms(2_500_000_000) == 2
    assert fine_price.published_atoms(3_500_000_000) == 4
    assert fine_price.published_atoms(2_500_000_001) == 3
    assert fine_price.atoms_down(2_999_999_999) == 2
    assert fine_price.atoms_up(2_000_000_001) == 3
    assert fine_price.published_atoms(fine_price.fine_of_atoms(175_000)) == 175_000
