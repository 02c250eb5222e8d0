"""Impact prices and their difference from the oracle (PRICE-1, PRICE-2, PRICE-4)."""

from fractions import Fraction
from math import ceil, floor

from hypothesis import given, strategies as st

from bellwether.formulas.impact import (
    impact_ask_fine,
    impact_bid_fine,
    impact_price_by_size_atoms,
    impact_price_difference_fine,
)

Levels = list[tuple[int, int]]

sides = st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**5)), max_size=6)


def average_price(levels: Levels, notional: int) -> Fraction | None:
    """A plain model: take lots, fractions of them at the last level, until the money is spent."""
    lots, left = Fraction(0), Fraction(notional)
    for price, size in levels:
        taken = min(Fraction(size), left / price)
        lots += taken
        left -= taken * price
        if left == 0:
            return notional / lots
    return None


@given(sides, st.integers(1, 10**12))
def test_impact_prices_agree_with_the_plain_model(levels: Levels, notional: int) -> None:
    """PRICE-1: bids round down, asks up."""
    exact = average_price(levels, notional)
    expected = (-1, -1) if exact is None else (floor(exact * 10**9), ceil(exact * 10**9))
    assert (impact_bid_fine(levels, notional), impact_ask_fine(levels, notional)) == expected


def test_depth_of_exactly_the_notional_has_an_impact_price() -> None:
    assert impact_bid_fine([(100, 10), (90, 10)], 1_900) == 95 * 10**9
    assert impact_bid_fine([(100, 10), (90, 10)], 1_901) == -1
    assert impact_ask_fine([], 1) == -1


def test_impact_by_size_is_the_price_of_the_level_reached() -> None:
    """PRICE-2."""
    levels = [(100, 3), (99, 5)]
    assert impact_price_by_size_atoms(levels, 3) == 100
    assert impact_price_by_size_atoms(levels, 4) == 99
    assert impact_price_by_size_atoms(levels, 8) == 99
    assert impact_price_by_size_atoms(levels, 9) == -1


def test_only_a_book_beyond_the_oracle_pulls_it() -> None:
    """PRICE-4: a missing side contributes nothing."""
    assert impact_price_difference_fine(100, 95, 105) == 0
    assert impact_price_difference_fine(100, 103, 105) == 3
    assert impact_price_difference_fine(100, 90, 96) == -4
    assert impact_price_difference_fine(100, 103, -1) == 3
    assert impact_price_difference_fine(100, -1, 96) == -4
    assert impact_price_difference_fine(100, -1, -1) == 0
