"""What outside sources say a listed share is worth (PRICE-19), or will open at (LIFE-9)."""

from __future__ import annotations

from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.formulas.conversion import indication_weight_e12
from bellwether.units.division import div_down, mul_div_down
from bellwether.units.quantities import FINE, FRACTION_ONE


def external_fine(turn: Turn, market: Market) -> int:
    """Median of the sources that are fresh and agree, in fine price; -1 if they are too few.

    A source that says that the exchange has halted the share has no fresh price.
    Who is further from the median of all than the policy allows does not count; two that disagree
    so are no price at all. Of an even number it is the mean of the middle two, rounded down. While
    the market waits for fresh prices, those from before the restart do not count (PRICE-20a).
    """
    policy = market.spec.conversion
    oldest = turn.time_ns - policy.external_max_age_ns
    if oldest < market.awaits_ns:
        oldest = market.awaits_ns
    fresh: list[int] = []
    halts = market.listing.halts
    for source, (price, seen_ns) in market.listing.latest.items():
        if seen_ns >= oldest and source not in halts:
            fresh.append(price)
    if len(fresh) < policy.min_external_sources:
        return -1
    median = _median_fine(fresh)
    furthest = mul_div_down(median, policy.max_deviation_e6, FRACTION_ONE)
    agreed = [price for price in fresh if abs(price * FINE - median) <= furthest]
    return _median_fine(agreed) if len(agreed) >= policy.min_external_sources else -1


def indication(turn: Turn, market: Market) -> tuple[int, int]:
    """(fine price, weight 10^-12) of the fresh indications' median price and smallest volume.

    (0, 0) without a fresh one: the internal price then stands alone.
    """
    policy = market.spec.conversion
    oldest = turn.time_ns - policy.external_max_age_ns
    fresh: list[int] = []
    fewest = 0
    for price, paired, seen_ns in market.listing.indications.values():
        if seen_ns >= oldest:
            fewest = paired if not fresh or paired < fewest else fewest
            fresh.append(price)
    if not fresh:
        return 0, 0
    price_fine = _median_fine(fresh)
    # Price atoms times lots are micro-USD, and a share has 10^size_decimals lots.
    paired_e6 = div_down(price_fine * fewest * 10**market.size_decimals, FINE)
    weight = indication_weight_e12(
        paired_e6, policy.auction_half_value_e6, policy.auction_max_weight_e6
    )
    return price_fine, weight


def _median_fine(prices: list[int]) -> int:
    prices.sort()
    middle = div_down(len(prices), 2)
    if len(prices) - 2 * middle == 1:
        return prices[middle] * FINE
    return div_down((prices[middle - 1] + prices[middle]) * FINE, 2)
