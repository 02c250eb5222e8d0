"""Caps on open interest and the cost of a manipulation against plain fractions (MARG-7, MARG-8)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, strategies as st

from bellwether.formulas.limits.caps import (
    NO_CAP,
    budgeted_cap_e6,
    lots_under_cap,
    next_cap_e6,
    smaller_cap,
)
from bellwether.formulas.limits.manipulation import (
    MOVES_E6,
    TIMES_MET,
    is_in_reach,
    move_cost_e6,
    moved_price_atoms,
    sweep_cost_e6,
    wall_cost_e6,
)

prices = st.integers(1, 10**9)
amounts = st.integers(0, 10**15)
shares = st.integers(1, 10**6)
moves = st.sampled_from(MOVES_E6)
sides = st.lists(st.tuples(st.integers(1, 10**7), st.integers(1, 10**6)), max_size=8)


@given(st.integers(1, 10**18), prices, st.integers(0, 10**12))
def test_marg_7_lots_are_under_the_cap_exactly_where_their_value_is(
    cap: int, price: int, lots: int
) -> None:
    assert (lots <= lots_under_cap(cap, price)) == (lots * price <= cap)


def test_marg_7_no_cap_stops_nobody() -> None:
    assert lots_under_cap(0, 1) == NO_CAP
    assert smaller_cap(0, 5) == smaller_cap(5, 0) == smaller_cap(9, 5) == 5
    assert smaller_cap(0, 0) == 0


@given(prices, moves)
def test_marg_8_a_moved_price_lies_on_the_near_side(mark: int, move: int) -> None:
    share = Fraction(move, 10**6)
    assert moved_price_atoms(mark, move, True) == floor(mark * (1 + share))
    assert moved_price_atoms(mark, move, False) == max(1, ceil(mark * (1 - share)))


def exact_cost(
    levels: list[tuple[int, int]], mark: int, move: int, is_up: bool, wall: int, fee: Fraction
) -> Fraction:
    """Without any rounding but that of the price."""
    target = moved_price_atoms(mark, move, is_up)
    way = [(p, n) for p, n in levels if (p <= target if is_up else p >= target)]
    lost = sum(n * max(0, p - mark if is_up else mark - p) for p, n in way)
    fees = sum(p * n for p, n in way) * fee
    return TIMES_MET * (lost + fees) + Fraction(wall * abs(target - mark), target)


@given(sides, prices, moves, st.booleans(), amounts, st.integers(-(10**6), 10**6))
def test_marg_8_a_cost_is_at_most_three_micro_usd_below_the_exact_one(
    levels: list[tuple[int, int]], mark: int, move: int, is_up: bool, wall: int, fee_e9: int
) -> None:
    levels = sorted(levels, reverse=not is_up)
    cost = move_cost_e6(levels, mark, move, is_up, wall, fee_e9)
    exact = exact_cost(levels, mark, move, is_up, wall, Fraction(max(0, fee_e9), 10**9))
    assert 0 <= exact - cost < 3
    assert cost >= 0


@given(sides, prices, st.booleans(), amounts)
def test_marg_8_a_longer_way_costs_no_less(
    levels: list[tuple[int, int]], mark: int, is_up: bool, wall: int
) -> None:
    levels = sorted(levels, reverse=not is_up)
    costs = [move_cost_e6(levels, mark, move, is_up, wall, 900_000) for move in MOVES_E6]
    if mark > 1_000:
        assert costs == sorted(costs)


def test_marg_8_a_worked_example() -> None:
    """Mark 100 USD in atoms of 0.001; asks of 10 at 102 and 20 at 104, 5 % up, a fee of 0.09 %.

    Twice 10 x 2 + 20 x 4 USD and 0.09 % of 3,100 USD; 6,000 USD at 105 that are worth 5,714.28.
    """
    asks = [(102_000, 10_000), (104_000, 20_000), (106_000, 99_000)]
    assert sweep_cost_e6(asks, 100_000, 105_000, True, 900_000) == 100_000_000 + 2_790_000
    assert wall_cost_e6(6_000_000_000, 100_000, 105_000) == 285_714_285
    cost = move_cost_e6(asks, 100_000, 50_000, True, 6_000_000_000, 900_000)
    assert cost == 2 * 102_790_000 + 285_714_285


@pytest.mark.parametrize(
    ("clamp", "reach"), [(-1, 3), (2_500_000_000, 0), (10**11, 2), (99_999_999_999, 1)]
)
def test_marg_8_the_book_moves_a_clamped_mark_no_further_than_its_clamp(
    clamp: int, reach: int
) -> None:
    assert [is_in_reach(move, clamp) for move in MOVES_E6] == [n < reach for n in range(3)]


@given(amounts, st.integers(0, 10**12))
def test_marg_8_a_budget_is_k_times_the_cost(cost: int, multiple: int) -> None:
    assert budgeted_cap_e6(cost, multiple) == floor(cost * Fraction(multiple, 10**6))


@given(amounts, amounts, amounts, shares)
def test_marg_8_a_cap_falls_at_once_and_rises_by_its_share(
    before: int, wanted: int, cap: int, rise: int
) -> None:
    after = next_cap_e6(before, wanted, cap, rise)
    aim = min(wanted, cap) if cap else wanted
    step = ceil(Fraction((cap or wanted) * rise, 10**6))
    assert after == (aim if aim <= before else min(aim, before + step))


@given(amounts, st.integers(1, 10**15), st.integers(1, 10**15), st.integers(10_000, 10**6))
def test_marg_8_a_cap_gets_where_it_may(before: int, wanted: int, cap: int, rise: int) -> None:
    value = min(before, min(wanted, cap))
    for _ in range(101):
        value = next_cap_e6(value, wanted, cap, rise)
    assert value == min(wanted, cap)
