"""Funding rates and payments (FUND-2 to FUND-5)."""

from typing import Final

from bellwether.units.division import (
    div_down,
    div_toward_zero,
    mul_div_down,
    mul_div_toward_zero,
)
from bellwether.units.quantities import NS_PER_HOUR, RATE_ONE

_EIGHT_HOURS: Final[int] = 8 * RATE_ONE
_ACCRUAL_ONE: Final[int] = RATE_ONE * NS_PER_HOUR


def premium_sample_e12(ipd_fine: int, oracle_fine: int) -> int:
    """Return the premium ``IPD / oracle``, towards zero (FUND-2, ``impact_difference``)."""
    return mul_div_toward_zero(ipd_fine, RATE_ONE, oracle_fine)


def impact_mid_premium_e12(impact_bid_fine: int, impact_ask_fine: int, base_fine: int) -> int:
    """Return ``(impact_bid + impact_ask) / 2 / base - 1``, towards zero.

    The base is the oracle (FUND-2, ``impact_mid``) or the index (FUND-5). Both sides are present:
    there is no sample without.
    """
    assert impact_bid_fine >= 0 and impact_ask_fine >= 0, "both impact prices are present"
    twice = impact_bid_fine + impact_ask_fine - 2 * base_fine
    return mul_div_toward_zero(twice, RATE_ONE, 2 * base_fine)


def mean_toward_zero(total: int, count: int) -> int:
    """Return the mean of `count` samples that add up to `total`, towards zero (FUND-2)."""
    return div_toward_zero(total, count)


def hypercore_rate_e12(
    mean_e12: int, interest_e12: int, clamp_e12: int, multiplier_e12: int, cap_e12: int
) -> int:
    """Return the hourly rate ``multiplier * F8 / 8`` within +-cap, rounded once, towards zero.

    ``F8 = mean + clamp(interest - mean, -c, +c)`` (FUND-2).
    """
    f8 = mean_e12 + clamp_rate_e12(interest_e12 - mean_e12, -clamp_e12, clamp_e12)
    rate = mul_div_toward_zero(multiplier_e12, f8, _EIGHT_HOURS)
    return clamp_rate_e12(rate, -cap_e12, cap_e12)


def kraken_mean_e12(samples_e12: list[int]) -> int:
    """Return the mean of the middle samples: a quarter dropped at each end (FUND-5).

    There is at least one sample.
    """
    dropped = div_down(len(samples_e12), 4)
    middle = sorted(samples_e12)[dropped : len(samples_e12) - dropped]
    return mean_toward_zero(sum(middle), len(middle))


def kraken_rate_e12(mean_e12: int, divisor: int, min_e12: int, max_e12: int) -> int:
    """Return the relative hourly rate: mean / n towards zero, within [min, max] (FUND-5)."""
    return clamp_rate_e12(div_toward_zero(mean_e12, divisor), min_e12, max_e12)


def absolute_rate_atoms_e12(rate_e12: int, index_atoms: int) -> int:
    """Return the rate in price atoms scaled 10^12: relative rate times index, exact (FUND-5)."""
    return rate_e12 * index_atoms


def clamp_rate_e12(rate_e12: int, low_e12: int, high_e12: int) -> int:
    """Return the rate nearest to `rate_e12` within the two bounds."""
    assert low_e12 <= high_e12, "bounds are in order"
    if rate_e12 < low_e12:
        return low_e12
    return high_e12 if rate_e12 > high_e12 else rate_e12


def payment_received(position_lots: int, oracle_atoms: int, rate_e12: int) -> int:
    """Return the micro-USD that a position receives for one hour, towards minus infinity (FUND-4).

    A long (positive lots) pays a positive rate: the amount is negative.
    """
    return funding_owed(position_lots, funding_index_step(oracle_atoms, rate_e12))


def funding_index_step(oracle_atoms: int, rate_e12: int) -> int:
    """Return what one funding event adds to the market's cumulative index, exact (FUND-4).

    The index is in price atoms scaled 10^12: what one long lot has paid, in 10^-12 micro-USD.
    """
    return oracle_atoms * rate_e12


def funding_owed(position_lots: int, index_delta: int) -> int:
    """Return the micro-USD owed to a position over a difference of the cumulative index (FUND-4).

    Negative if the position owes. Rounded towards minus infinity; the remainder is `ROUNDING`'s.
    """
    return mul_div_down(-position_lots, index_delta, RATE_ONE)


def accrual_index_step(absolute_rate_e12: int, elapsed_ns: int) -> int:
    """Return what `elapsed_ns` at an absolute hourly rate add to the accrual index, exact (FUND-5).

    The accrual index is the absolute rate (price atoms scaled 10^12) times nanoseconds.
    """
    return absolute_rate_e12 * elapsed_ns


def accrual_owed(position_lots: int, accrual_delta: int) -> int:
    """Return the micro-USD owed to a position over a difference of the accrual index (FUND-5).

    Negative if the position owes. Rounded towards minus infinity; the remainder is `ROUNDING`'s.
    """
    return mul_div_down(-position_lots, accrual_delta, _ACCRUAL_ONE)
