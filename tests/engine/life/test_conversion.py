"""From the private to the listed company (LIFE-3, LIFE-7, LIFE-8, PRICE-11, PRICE-19, PRICE-20)."""

from __future__ import annotations

import pytest

from bellwether.schema import codes, rejects
from bellwether.schema.events import PhaseChanged, PricesPublished, ReAnchored
from bellwether.units.quantities import FINE
from tests.engine.life.acts import (
    DEADLINE_NS,
    OUTSIDE_NS,
    carry,
    feed,
    listing,
    mortal,
    price,
    propose,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    SECOND_NS,
    SECOND_OPERATOR,
    SmallVenue,
    buy,
    of_kind,
    refusals,
)


def listed(**more: object) -> SmallVenue:
    """A market whose conversion is over, the oracle at 110 USD."""
    venue = SmallVenue(mortal(**more))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    carry(venue, listing(venue))
    feed(venue, 110_000, 40)
    return venue


def test_life_7_confirmation_and_prices_convert_and_positions_stay() -> None:
    venue = SmallVenue(mortal())
    venue.trade(ALICE, BOB, 100_000, 1_000)
    order = venue.rest(ALICE, buy(90_000, 1_000))
    feed(venue, 110_000, 10)
    assert venue.market.phase == codes.PRE_LISTING
    events = carry(venue, listing(venue))
    assert [e.phase for e in of_kind(events, PhaseChanged)] == [codes.CONVERTING]
    assert venue.market.spec.funding.multiplier_e6 == 500_000
    assert venue.holding(ALICE).lots == 1_000 and order in venue.account(ALICE).orders
    feed(venue, 110_000, 40)
    assert venue.market.phase == codes.LISTED
    assert venue.market.oracle_price == 110_000
    assert [spec.preset for spec in venue.market.versions] == ["ipop", "standard_equity"]


@pytest.mark.parametrize(("rounds", "sources"), [(3, 3), (40, 1)])
def test_life_7_too_few_prices_or_sources_do_not_convert(rounds: int, sources: int) -> None:
    venue = SmallVenue(mortal())
    carry(venue, listing(venue))
    for _ in range(rounds):
        venue.wait(1)
        for source in ("one", "two", "three")[:sources]:
            price(venue, source, 110_000)
    assert venue.market.phase == codes.PRE_LISTING


def test_life_7_prices_older_than_the_window_do_not_count() -> None:
    venue = SmallVenue(mortal())
    carry(venue, listing(venue))
    feed(venue, 110_000, 20, seconds=60)
    assert venue.market.phase == codes.PRE_LISTING


def test_price_20_the_oracle_goes_to_the_external_price_at_the_step_limit() -> None:
    venue = SmallVenue(mortal())
    carry(venue, listing(venue))
    steps = [e.oracle_price for e in of_kind(feed(venue, 110_000, 60), PricesPublished)]
    before = [100_000, *steps]
    assert steps[-1] == 110_000
    for last, now in zip(before, steps, strict=False):
        assert last <= now <= last + last * 5_000 // 10**6 + 1


def test_life_3_a_confirmed_listing_stops_both_dates() -> None:
    venue = SmallVenue(mortal())
    carry(venue, listing(venue))
    venue.wait((DEADLINE_NS - venue.time_ns) // SECOND_NS + 10)
    assert venue.market.phase == codes.PRE_LISTING
    feed(venue, 110_000, 40)
    assert venue.market.phase == codes.LISTED


def test_life_5_a_listing_inside_the_settlement_period_still_converts() -> None:
    venue = SmallVenue(mortal())
    venue.wait((OUTSIDE_NS - venue.time_ns) // SECOND_NS)
    assert venue.market.phase == codes.SETTLEMENT_PERIOD
    carry(venue, listing(venue))
    feed(venue, 110_000, 40)
    venue.wait((DEADLINE_NS - venue.time_ns) // SECOND_NS + 10)
    assert venue.market.phase == codes.LISTED


def test_price_11_bounds_are_anchored_anew_when_prices_come_and_go() -> None:
    venue = listed()
    assert venue.market.reference_fine == 110_000 * FINE
    feed(venue, 112_000, 20)
    (gone,) = of_kind(venue.wait(60), ReAnchored)
    assert (gone.direction, gone.reference_fine) == (0, 112_000 * FINE)
    assert not venue.market.listing.is_external
    feed(venue, 113_000, 1)
    (back,) = of_kind(venue.wait(3), ReAnchored)
    assert (back.direction, back.reference_fine) == (0, 113_000 * FINE)


def test_price_19_the_median_of_the_sources_counts() -> None:
    venue = listed()
    for _ in range(30):
        venue.wait(3)
        price(venue, "one", 110_000)
        price(venue, "two", 110_000)
        price(venue, "three", 1)
    assert venue.market.oracle_price == 110_000


def test_price_19_one_fresh_source_is_not_enough() -> None:
    venue = listed()
    for _ in range(30):
        venue.wait(3)
        price(venue, "one", 150_000)
    assert venue.market.oracle_price < 111_000


def test_rule_3_a_price_needs_the_key_of_its_source() -> None:
    venue = SmallVenue(mortal())
    assert refusals(price(venue, "one", 1, who=SECOND_OPERATOR)) == [rejects.SOURCE_UNBOUND]
    assert refusals(price(venue, "unknown", 1)) == [rejects.SOURCE_UNBOUND]
    assert refusals(price(venue, "one", 1, who=ALICE)) == [rejects.ROLE_MISSING]


def test_prices_do_not_come_from_the_future_or_backwards() -> None:
    venue = SmallVenue(mortal())
    future = price(venue, "one", 1, venue.time_ns + 1)
    assert refusals(future) == [rejects.OBSERVATION_TIME_INVALID]
    price(venue, "one", 1)
    backwards = price(venue, "one", 1, venue.time_ns - 1)
    assert refusals(backwards) == [rejects.OBSERVATION_TIME_INVALID]
    for atoms in (0, 10**10):
        assert refusals(price(venue, "one", atoms)) == [rejects.PRICE_INVALID]


def test_life_7_another_exchange_needs_grounds() -> None:
    venue = SmallVenue(mortal())
    refused = venue.run(listing(venue, exchange="XNYS"))
    assert refusals(refused) == [rejects.TREATMENT_INVALID]
    assert propose(venue, listing(venue, exchange="XNYS", grounds="The same share.")) == 1


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("cross_price", 0, rejects.PRICE_INVALID),
        ("cross_time_ns", 0, rejects.OBSERVATION_TIME_INVALID),
        ("cross_time_ns", 1 << 62, rejects.OBSERVATION_TIME_INVALID),
        ("treatment", "barter", rejects.TREATMENT_INVALID),
        ("treatment", "composite", rejects.RATIO_INVALID),
        ("treatment", "adjusted", rejects.RATIO_INVALID),
    ],
)
def test_life_7_a_listing_without_its_facts_is_refused(
    field: str, value: object, reason: int
) -> None:
    venue = SmallVenue(mortal())
    assert refusals(venue.run(listing(venue, **{field: value}))) == [reason]


def test_a_listing_is_confirmed_once() -> None:
    venue = SmallVenue(mortal())
    carry(venue, listing(venue))
    assert refusals(venue.run(listing(venue))) == [rejects.ALREADY_SO]


def test_a_listed_market_survives_a_snapshot() -> None:
    venue = listed()
    other = type(venue.engine).restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    assert other.venue.markets[0].versions == venue.market.versions
