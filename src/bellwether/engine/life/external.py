"""What outside sources say a listed share is worth (PRICE-19)."""

from __future__ import annotations

from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.units.division import div_down
from bellwether.units.quantities import FINE


def external_fine(turn: Turn, market: Market) -> int:
    """Median of the sources that are fresh, in fine price; -1 if there are too few of them.

    Of an even number it is the mean of the two in the middle, rounded down.
    """
    policy = market.spec.conversion
    oldest = turn.time_ns - policy.external_max_age_ns
    fresh: list[int] = []
    for price, seen_ns in market.listing.latest.values():
        if seen_ns >= oldest:
            fresh.append(price)
    count = len(fresh)
    if count < policy.min_external_sources:
        return -1
    fresh.sort()
    middle = div_down(count, 2)
    if count % 2 == 1:
        return fresh[middle] * FINE
    return div_down((fresh[middle - 1] + fresh[middle]) * FINE, 2)
