"""Premium samples and the hours that are paid for by them (FUND-2 … FUND-4, FUND-6)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.funding.impact import refresh_impact
from bellwether.engine.pricing import accrue_twap
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.formulas.funding import (
    absolute_rate_atoms_e12,
    funding_index_step,
    hypercore_rate_e12,
    impact_mid_premium_e12,
    kraken_rate_e12,
    premium_sample_e12,
)
from bellwether.formulas.impact import impact_price_difference_fine
from bellwether.schema import codes
from bellwether.schema.events import FundingPaid
from bellwether.units.division import div_down
from bellwether.units.quantities import FRACTION_ONE, RATE_ONE

HOURS_KEPT: Final = 721
"""Thirty days of hours, both ends included: the longest window of an average (LIFE-6)."""
E12_PER_E6: Final = div_down(RATE_ONE, FRACTION_ONE)


def sample_premium(turn: Turn, market: Market) -> None:
    """Takes the premium sample that is due, but none of a market whose prices are held (FUND-2)."""
    if market.status == codes.HALTED or market.awaits_ns > 0:
        return
    refresh_impact(turn, market)
    oracle_fine = market.prices.oracle_fine
    bid = market.impact_bid_fine
    ask = market.impact_ask_fine
    if market.rules.funding.premium_kind == "impact_mid":
        if bid < 0 or ask < 0:
            return
        premium = impact_mid_premium_e12(bid, ask, oracle_fine)
        market.premium_sum += premium
        if market.accrues:
            market.premiums.append(premium)
    else:
        difference = impact_price_difference_fine(oracle_fine, bid, ask)
        market.premium_sum += premium_sample_e12(difference, oracle_fine)
    market.premium_samples += 1


def funding_rate(market: Market) -> int:
    """What the running hour's samples give, hourly (FUND-2, FUND-6)."""
    policy = market.rules.funding
    if market.accrues:
        mean = market.premium_e12()
        return kraken_rate_e12(mean, policy.divisor, policy.min_e12, policy.cap_e12)
    return hypercore_rate_e12(
        market.premium_e12(),
        policy.interest_e12,
        policy.clamp_e12,
        policy.multiplier_e6 * E12_PER_E6,
        policy.cap_e12,
    )


def settle_hour(turn: Turn, market: Market) -> None:
    """The top of the hour: one addition to the cumulative index, whoever holds what (FUND-4)."""
    rate = funding_rate(market)
    premium = market.premium_e12()
    market.funding_rate_e12 = rate
    if market.accrues:
        # What has just ended was paid at the rate of the hour before; this one is for the next.
        market.funding_absolute_e12 = absolute_rate_atoms_e12(rate, market.oracle_price)
    else:
        market.funding_index_e12 += funding_index_step(market.oracle_price, rate)
    market.funding_settled_ns = turn.time_ns
    market.recheck = True
    turn.emit(
        FundingPaid(
            market.asset,
            turn.time_ns,
            rate,
            premium,
            market.premium_samples,
            market.oracle_price,
            str(market.funding_index_e12),
        )
    )
    market.premium_sum = 0
    market.premium_samples = 0
    market.premiums = []
    accrue_twap(turn, market)
    market.twap_hours.append((turn.time_ns, market.twap_sum))
    if len(market.twap_hours) > HOURS_KEPT:
        del market.twap_hours[0]
