"""Initial and maintenance margin (MARG-2, MARG-3)."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, strategies as st

from bellwether.formulas.margin import (
    MaintenanceTable,
    initial_margin,
    maintenance_hypercore,
    margin_kraken,
    max_leverage_at,
)

USD = 10**6
IPOP = [(0, 5)]
TIERED = [(0, 7), (1_000 * USD, 5), (5_000 * USD + 1, 3)]
PREMARKET = [(0, 200_000, 100_000), (10_000 * USD, 300_000, 150_000)]

tier_tables = st.lists(
    st.tuples(st.integers(1, 10**13), st.integers(1, 50)), max_size=5, unique_by=lambda t: t[0]
).map(lambda rest: [(0, 50), *sorted(rest)])


def exact_maintenance(notional: int, tiers: list[tuple[int, int]]) -> Fraction:
    """The words of MARG-3 in exact fractions."""
    rate = deduction = Fraction(0)
    for lower_bound, leverage in tiers:
        if notional < lower_bound:
            break
        deduction += lower_bound * (Fraction(1, 2 * leverage) - rate)
        rate = Fraction(1, 2 * leverage)
    return notional * rate - deduction


@given(st.integers(0, 10**14), tier_tables)
def test_maintenance_is_exact_and_rounded_up_once(
    notional: int, tiers: list[tuple[int, int]]
) -> None:
    assert maintenance_hypercore(notional, tiers) == ceil(exact_maintenance(notional, tiers))


@given(tier_tables)
def test_maintenance_does_not_jump_at_a_lower_bound(tiers: list[tuple[int, int]]) -> None:
    """That is what the deductions are for."""
    table = MaintenanceTable(tiers)
    for lower_bound, _ in tiers[1:]:
        assert abs(table.maintenance(lower_bound) - table.maintenance(lower_bound - 1)) <= 1


def test_an_ipop_keeps_ten_percent_at_five_times() -> None:
    """MARG-2."""
    assert maintenance_hypercore(100_000 * USD, IPOP) == 10_000 * USD
    assert maintenance_hypercore(1, IPOP) == 1
    assert maintenance_hypercore(0, IPOP) == 0


def test_a_tier_holds_from_its_lower_bound_inclusive() -> None:
    assert max_leverage_at(1_000 * USD - 1, TIERED) == 7
    assert max_leverage_at(1_000 * USD, TIERED) == 5
    assert max_leverage_at(5_000 * USD, TIERED) == 5
    assert max_leverage_at(5_000 * USD + 1, TIERED) == 3


def test_initial_margin_is_at_least_the_tiers() -> None:
    table = MaintenanceTable(TIERED)
    assert initial_margin(10, 3) == 4
    assert table.initial(100 * USD, 2) == 50 * USD
    assert table.initial(6_000 * USD, 7) == 2_000 * USD


@pytest.mark.parametrize(
    ("notional", "initial", "maintenance"),
    [
        (9_999 * USD, 1_999_800_000, 999_900_000),
        (10_000 * USD, 3_000 * USD, 1_500 * USD),
        (1, 1, 1),
    ],
)
def test_the_kraken_tier_of_the_whole_applies_to_all_of_it(
    notional: int, initial: int, maintenance: int
) -> None:
    assert margin_kraken(notional, PREMARKET) == (initial, maintenance)


def test_a_negative_notional_or_a_gap_at_zero_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        maintenance_hypercore(-1, IPOP)
    with pytest.raises(AssertionError):
        margin_kraken(-1, PREMARKET)
    with pytest.raises(AssertionError):
        MaintenanceTable([(1, 5)])
