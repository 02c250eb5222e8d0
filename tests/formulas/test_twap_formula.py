"""The time-weighted average price (LIFE-4)."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from bellwether.formulas.twap import twap_atoms, twap_sum_after

spans = st.lists(st.tuples(st.integers(1, 10**7), st.integers(1, 10**14)), min_size=1)


@given(spans)
def test_the_average_is_exact_and_half_to_even(held: list[tuple[int, int]]) -> None:
    total = 0
    for price, duration in held:
        total = twap_sum_after(total, price, duration)
    duration = sum(span for _, span in held)
    exact = Fraction(sum(price * span for price, span in held), duration)
    assert twap_atoms(total, duration) == round(exact)


def test_halves_go_to_the_even_atom() -> None:
    assert twap_atoms(twap_sum_after(twap_sum_after(0, 2, 5), 3, 5), 10) == 2
    assert twap_atoms(twap_sum_after(twap_sum_after(0, 3, 5), 4, 5), 10) == 4


def test_no_time_has_no_average() -> None:
    with pytest.raises(AssertionError):
        twap_atoms(0, 0)
    with pytest.raises(AssertionError):
        twap_sum_after(0, 5, -1)
