"""Oracle, band, re-anchoring and mark of one market (PRICE-5 to PRICE-11, PRICE-20)."""

from itertools import permutations
from statistics import median

import pytest
from hypothesis import given, strategies as st

from bellwether.formulas.bounds import band_edges_fine, re_anchor_direction
from bellwether.formulas.discovery import DiscoveryPolicy, DiscoveryPrices
from bellwether.formulas.mark import (
    book_component_fine,
    median3,
    next_basis_fine,
    next_mark_fine,
    premarket_mark_fine,
)
from bellwether.formulas.oracle import limit_step_fine, next_oracle_fine

S = 10**9
USD = 1_000
"""Price atoms in one USD at three size decimals."""
BAND = 250_000_000_000


def policy(max_re_anchors: int = 4) -> DiscoveryPolicy:
    return DiscoveryPolicy(
        band_e12=BAND,
        threshold_e12=900_000_000_000,
        max_re_anchors=max_re_anchors,
        tau_ns=1_800 * S,
        step_cap_ns=180 * S,
        move_limit_e6=5_000,
        basis_tau_ns=150 * S,
    )


def opened(reference_usd: int = 175) -> DiscoveryPrices:
    return DiscoveryPrices(reference_usd * USD * 10**9, BAND)


def press(
    prices: DiscoveryPrices, price_atoms: int, updates: int, max_re_anchors: int = 4
) -> list[int]:
    """Hold the whole book at one price for many updates; return the re-anchors."""
    directions: list[int] = []
    rules = policy(max_re_anchors)
    for _ in range(updates):
        fine = price_atoms * 10**9
        time_ns = max(prices.last_time_ns, 0) + 180 * S
        direction = prices.update(rules, time_ns, fine, fine, price_atoms, price_atoms, price_atoms)
        directions += [direction] if direction else []
    return directions


def test_an_empty_book_freezes_the_oracle_and_the_mark() -> None:
    """PRICE-4."""
    prices = opened()
    for step in range(100):
        assert prices.update(policy(), step * 3 * S, -1, -1, -1, -1, -1) == 0
    assert prices.oracle_atoms() == prices.mark_atoms() == 175 * USD


def test_the_first_update_moves_no_oracle() -> None:
    prices = opened()
    high = 180 * USD
    prices.update(policy(), 5 * S, high * 10**9, high * 10**9, high, high, high)
    assert prices.oracle_atoms() == 175 * USD


def test_the_oracle_counts_no_more_time_than_the_cap() -> None:
    """PRICE-5."""
    arguments = (1_800 * S, 180 * S, 10**6, 0, 10**15)
    capped = next_oracle_fine(175 * 10**12, 10**12, 180 * S, *arguments)
    assert next_oracle_fine(175 * 10**12, 10**12, 9_000 * S, *arguments) == capped
    assert next_oracle_fine(175 * 10**12, 10**12, 179 * S, *arguments) < capped


def test_oracle_and_mark_move_half_a_percent_at_most() -> None:
    """PRICE-6, PRICE-8."""
    assert limit_step_fine(1_000_399, 2_000_000, 5_000) == 1_000_399 + 5_001
    assert limit_step_fine(1_000_399, 0, 5_000) == 1_000_399 - 5_001
    assert limit_step_fine(1_000_399, 1_000_400, 5_000) == 1_000_400
    prices = opened()
    press(prices, 200 * USD, 2)
    mark = prices.mark_fine
    press(prices, 400 * USD, 1)
    assert prices.mark_fine - mark == limit_step_fine(mark, 10**20, 5_000) - mark


@given(st.integers(1, 10**15), st.integers(0, 10**12 - 1))
def test_band_edges_are_the_widest_inside_the_band(reference: int, band: int) -> None:
    """PRICE-10."""
    low, high = band_edges_fine(reference, band)
    assert (low - 1) * 10**12 < reference * (10**12 - band) <= low * 10**12
    assert high * 10**12 <= reference * (10**12 + band) < (high + 1) * 10**12


def test_pressure_re_anchors_up_to_the_limit_and_then_the_bound_is_hard() -> None:
    """PRICE-11: each re-anchor moves the reference by one band."""
    prices = opened()
    assert press(prices, 2_000 * USD, 500, max_re_anchors=2) == [1, 1]
    assert prices.reference_fine == 175 * USD * 10**9 * 25 // 16
    assert prices.oracle_fine == prices.band_high_fine
    assert prices.mark_fine == prices.band_high_fine
    assert (prices.up_count, prices.down_count) == (2, 0)


def test_the_directions_have_independent_counters() -> None:
    prices = opened()
    assert press(prices, 2_000 * USD, 500, max_re_anchors=1) == [1]
    assert press(prices, 1 * USD, 500, max_re_anchors=1) == [-1]
    assert prices.oracle_fine == prices.band_low_fine
    prices.resume_external(300 * USD * 10**9, BAND)
    assert (prices.up_count, prices.down_count) == (0, 0)
    assert prices.band_low_fine == 225 * USD * 10**9


@pytest.mark.parametrize(
    ("oracle", "ups", "downs", "direction"),
    [
        (1225, 0, 0, 1),
        (1224, 0, 0, 0),
        (1225, 4, 0, 0),
        (1225, 3, 4, 1),
        (775, 0, 0, -1),
        (776, 0, 0, 0),
        (775, 0, 4, 0),
    ],
)
def test_the_threshold_is_reached_inclusively(
    oracle: int, ups: int, downs: int, direction: int
) -> None:
    """PRICE-11 at b = 25 % and threshold 0.90."""
    assert re_anchor_direction(oracle, 1000, BAND, 900_000_000_000, ups, downs, 4) == direction


def test_the_median_of_three_is_the_middle_one() -> None:
    for values in permutations((1, 2, 3)):
        assert median3(*values) == 2
    assert median3(5, 5, 9) == median3(9, 5, 5) == median3(5, 9, 5) == 5


@given(*[st.one_of(st.just(-1), st.integers(0, 1000))] * 3)
def test_the_book_component_is_the_median_of_those_present(a: int, b: int, c: int) -> None:
    """PRICE-7: of two the floor of their mean, of none missing."""
    present = [price for price in (a, b, c) if price >= 0]
    expected = int(median(present) // 1) if present else -1
    assert book_component_fine(a, b, c) == expected


def test_the_basis_holds_while_a_side_is_missing() -> None:
    assert next_basis_fine(77, -1, 1_000, 10 * S, 150 * S) == 77
    assert next_basis_fine(0, 1_000, 2_000, 150 * S, 150 * S) == -632
    assert next_basis_fine(0, 2_000, 1_000, 150 * S, 150 * S) == 632


def test_the_mark_falls_back_to_the_oracle_without_a_book() -> None:
    assert next_mark_fine(1_000_000, 1_000_100, 300, -1, 5_000, 0, 10**9) == 1_000_100


def test_the_premarket_mark_stays_within_its_width_of_the_index() -> None:
    """PRICE-9."""
    assert premarket_mark_fine(10_001, 5_000, 2_500_000_000) == 10_026
    assert premarket_mark_fine(10_001, -5_000, 2_500_000_000) == 9_976
    assert premarket_mark_fine(10_001, 7, 2_500_000_000) == 10_008


def test_an_external_price_is_followed_at_the_step_limit() -> None:
    """PRICE-20: no jump, even when the band around the new reference is far away."""
    prices = opened()
    target = 350 * USD * 10**9
    prices.resume_external(target, BAND)
    prices.follow(policy(), 3 * S, target, -1, -1, -1)
    assert prices.oracle_fine == 175_875 * 10**9
    assert prices.mark_fine == 175_875 * 10**9
    assert (prices.band_low_fine, prices.band_high_fine) == band_edges_fine(target, BAND)
    for step in range(2, 200):
        prices.follow(policy(), step * 3 * S, target, -1, -1, -1)
    assert prices.oracle_fine == prices.mark_fine == target
    assert (prices.band_low_fine, prices.band_high_fine) == band_edges_fine(target, BAND)


def test_an_update_before_the_last_one_is_a_bug() -> None:
    prices = opened()
    prices.update(policy(), 5 * S, -1, -1, -1, -1, -1)
    with pytest.raises(AssertionError):
        prices.update(policy(), 4 * S, -1, -1, -1, -1, -1)
