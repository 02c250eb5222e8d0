"""Funding rates and payments (FUND-1 to FUND-5)."""

from fractions import Fraction
from math import floor, trunc

from hypothesis import given, strategies as st

from bellwether.formulas import funding

RATE = 10**12
lots = st.integers(-(10**9), 10**9)
rates = st.integers(-(10**11), 10**11)


def hypercore(mean: int, multiplier: int) -> int:
    return funding.hypercore_rate_e12(mean, 10**8, 5 * 10**8, multiplier, 4 * 10**10)


def test_the_rate_at_zero_premium_is_the_published_one() -> None:
    """FUND-3: 6.25e-8 an hour before the listing and 6.25e-6 after."""
    assert hypercore(0, 5 * 10**9) == 62_500
    assert hypercore(0, 5 * 10**11) == 6_250_000


@given(rates, st.integers(0, RATE))
def test_the_hourly_rate_is_rounded_once_towards_zero(mean: int, multiplier: int) -> None:
    """FUND-2."""
    f8 = mean + min(max(10**8 - mean, -5 * 10**8), 5 * 10**8)
    exact = Fraction(multiplier * f8, 8 * RATE)
    assert hypercore(mean, multiplier) == max(min(trunc(exact), 4 * 10**10), -4 * 10**10)


def test_the_cap_holds_on_both_sides() -> None:
    assert hypercore(RATE, RATE) == 4 * 10**10
    assert hypercore(-RATE, RATE) == -4 * 10**10


def test_premiums_round_towards_zero() -> None:
    assert funding.premium_sample_e12(1, 3) == 333_333_333_333
    assert funding.premium_sample_e12(-1, 3) == -333_333_333_333
    assert funding.impact_mid_premium_e12(103, 104, 100) == 35_000_000_000
    assert funding.impact_mid_premium_e12(2, 2, 3) == -333_333_333_333


def test_a_quarter_of_the_samples_is_dropped_at_each_end() -> None:
    """FUND-5."""
    assert funding.kraken_mean_e12([4, 1000, 2, -1000, 3]) == 3
    assert funding.kraken_mean_e12([7, -7, -8]) == -2
    assert funding.kraken_mean_e12([5]) == 5
    assert funding.kraken_rate_e12(-17, 8, -100, 100) == -2
    assert funding.kraken_rate_e12(10**9, 8, 6_250_000, 7_000_000) == 7_000_000
    assert funding.absolute_rate_atoms_e12(7_000_000, 114_824) == 803_768_000_000


@given(lots, st.integers(1, 10**6), rates)
def test_a_payment_rounds_towards_minus_infinity(size: int, oracle: int, rate: int) -> None:
    """FUND-4."""
    exact = Fraction(-size * oracle * rate, RATE)
    assert funding.payment_received(size, oracle, rate) == floor(exact)


@given(st.lists(st.tuples(st.integers(1, 10**6), rates), min_size=1, max_size=9), lots)
def test_the_index_pays_what_the_hours_pay_but_for_rounding(
    hours: list[tuple[int, int]], size: int
) -> None:
    """FUND-4: no hour can add more than the micro-dollar that it rounds away."""
    delta = sum(funding.funding_index_step(oracle, rate) for oracle, rate in hours)
    apart = sum(funding.payment_received(size, oracle, rate) for oracle, rate in hours)
    assert 0 <= funding.funding_owed(size, delta) - apart < len(hours)


@given(lots, st.integers(1, 10**6), rates)
def test_a_market_never_pays_out_more_than_it_takes_in(size: int, oracle: int, rate: int) -> None:
    """FUND-1: what is left over is less than a micro-dollar for each position."""
    long = funding.payment_received(size, oracle, rate)
    short = funding.payment_received(-size, oracle, rate)
    assert -1 <= long + short <= 0


@given(lots, rates, st.integers(0, 3_600 * 10**9))
def test_accrual_is_exact_to_the_nanosecond(size: int, rate: int, elapsed_ns: int) -> None:
    """FUND-5: the absolute rate is per hour."""
    step = funding.accrual_index_step(rate, elapsed_ns)
    exact = Fraction(-size * rate * elapsed_ns, RATE * 3_600 * 10**9)
    assert funding.accrual_owed(size, step) == floor(exact)
