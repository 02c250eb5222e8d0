"""Averages over a window: a recent one, and the last hour of a listed market (LIFE-6, LIFE-12)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SettleMarket
from bellwether.schema.events import MarketSettled
from bellwether.units.quantities import NS_PER_HOUR
from tests.engine.life.acts import carry, feed, mortal, settlement
from tests.engine.life.test_conversion import listed
from tests.engine.small_venue import (
    ALICE,
    BOB,
    OPERATOR,
    SWIFT,
    SmallVenue,
    of_kind,
    refusals,
)


def recent(venue: SmallVenue, hours: int, price: int = 0) -> SettleMarket:
    venue.nonce += 1
    return SettleMarket(
        OPERATOR,
        venue.nonce,
        0,
        codes.RECENT_TWAP,
        price,
        hours * NS_PER_HOUR,
        "extended_market",
        "The market was disturbed.",
    )


def delisting(venue: SmallVenue) -> SettleMarket:
    return settlement(venue, codes.DELISTING, 0, "delisted", "X leaves the exchange.")


def test_life_6_a_recent_average_is_that_of_full_hours() -> None:
    venue = SmallVenue(mortal(oracle=SWIFT))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    marks = []
    for usd in (100, 104, 108, 112):
        venue.pull(usd * 1_000)
        marks.append(venue.market.mark_price)
        left = NS_PER_HOUR - venue.time_ns % NS_PER_HOUR
        venue.wait(left // 10**9)
    venue.wait(600)
    sums = dict(venue.market.twap_hours)
    until = max(sums)
    expected = (sums[until] - sums[until - 2 * NS_PER_HOUR]) / (2 * NS_PER_HOUR)
    (settled,) = of_kind(carry(venue, recent(venue, 2)), MarketSettled)
    assert abs(settled.price - expected) <= 0.5
    assert min(marks) < settled.price < max(marks)


@pytest.mark.parametrize("hours", [0, 2, 3, 1_000])
def test_life_6_a_window_that_was_not_lived_is_refused(hours: int) -> None:
    venue = SmallVenue(mortal())
    venue.wait(7_000)
    assert refusals(venue.run(recent(venue, hours))) == [rejects.WINDOW_INVALID]


def test_life_6_a_recent_average_names_no_price_and_nothing_else_a_window() -> None:
    venue = SmallVenue(mortal())
    venue.wait(15_000)
    assert refusals(venue.run(recent(venue, 2, 5))) == [rejects.SETTLEMENT_PRICE_INVALID]
    venue.nonce += 1
    odd = SettleMarket(OPERATOR, venue.nonce, 0, codes.DETERMINED, 5, 1, "insolvency", "t")
    assert refusals(venue.run(odd)) == [rejects.WINDOW_INVALID]


def test_life_12_a_delisted_market_settles_at_the_outside_average_of_its_last_hour() -> None:
    venue = listed()
    carry(venue, delisting(venue))
    started = venue.time_ns
    events = feed(venue, 110_000, 600)
    events += feed(venue, 130_000, 599)
    assert venue.market.phase == codes.LISTED
    events += venue.wait((started + NS_PER_HOUR - venue.time_ns) // 10**9)
    (settled,) = of_kind(events, MarketSettled)
    assert settled.method == codes.DELISTING and settled.grounds == "delisted"
    assert abs(settled.price - 120_000) < 40, "half an hour of each"
    assert venue.holding(ALICE).lots == 0


def test_life_12_in_a_gap_the_last_outside_price_holds() -> None:
    venue = listed()
    feed(venue, 110_000, 5)
    carry(venue, delisting(venue))
    (settled,) = of_kind(venue.wait(3_600), MarketSettled)
    assert settled.price == 110_000


def test_life_12_only_a_listed_market_is_delisted_and_only_once() -> None:
    young = SmallVenue(mortal())
    assert refusals(young.run(delisting(young))) == [rejects.PHASE_FORBIDS]
    venue = listed()
    odd = settlement(venue, codes.DELISTING, 0, "acquired")
    assert refusals(venue.run(odd)) == [rejects.GROUNDS_INVALID]
    assert refusals(venue.run(settlement(venue))) == [rejects.PHASE_FORBIDS]
    carry(venue, delisting(venue))
    assert refusals(venue.run(delisting(venue))) == [rejects.ALREADY_SO]


def test_a_last_hour_survives_a_snapshot() -> None:
    venue = listed()
    carry(venue, delisting(venue))
    feed(venue, 120_000, 100)
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
