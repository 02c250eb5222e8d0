"""What a halt on the listing exchange does to prices from outside (PRICE-19, PRICE-20)."""

from __future__ import annotations

from bellwether.engine.conversion.external import external_fine
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.events import ExchangeHaltTaken, ReAnchored
from bellwether.units.quantities import FINE
from tests.engine.life.acts import carry, feed, halt, listing, mortal, price, settlement
from tests.engine.small_venue import (
    ALICE,
    BOB,
    SECOND_OPERATOR,
    SOURCES,
    SmallVenue,
    buy,
    of_kind,
    refusals,
)


def listed() -> SmallVenue:
    venue = SmallVenue(mortal())
    venue.trade(ALICE, BOB, 100_000, 1_001)
    carry(venue, listing(venue))
    feed(venue, 110_000, 60)
    assert venue.market.phase == codes.LISTED and venue.market.listing.is_external
    return venue


def outside(venue: SmallVenue) -> int:
    return external_fine(Turn(venue.engine.venue, venue.time_ns), venue.market)


def test_price_19_a_price_frozen_by_a_halt_is_not_fresh() -> None:
    venue = listed()
    (told,) = of_kind(halt(venue, SOURCES[0]), ExchangeHaltTaken)
    assert (told.halted, told.reason) == (True, "T1")
    for source in SOURCES[1:]:
        halt(venue, source)
    assert outside(venue) == -1
    (gone,) = of_kind(venue.wait(3), ReAnchored)
    assert (gone.direction, gone.reference_fine) == (0, 110_000 * FINE)
    venue.rest(ALICE, buy(110_500, 100_000))
    venue.wait(60)
    assert venue.market.oracle_price > 110_000, "the market prices itself meanwhile"


def test_price_20_a_resumption_walks_to_the_outside_price() -> None:
    venue = listed()
    for source in SOURCES:
        halt(venue, source)
    venue.wait(60)
    for source in SOURCES:
        halt(venue, source, False)
    feed(venue, 121_000, 1)
    venue.wait(3)
    assert 110_000 < venue.market.oracle_price <= 111_200, "by steps"
    feed(venue, 121_000, 60)
    assert venue.market.oracle_price == 121_000


def test_a_source_leaves_out_itself_and_nobody_else() -> None:
    venue = listed()
    halt(venue, SOURCES[0])
    assert outside(venue) == 110_000 * FINE


def test_life_7_a_listing_that_is_halted_does_not_convert() -> None:
    venue = SmallVenue(mortal())
    carry(venue, listing(venue))
    feed(venue, 110_000, 3)
    for source in SOURCES:
        halt(venue, source)
    venue.wait(120)
    assert venue.market.phase == codes.PRE_LISTING
    feed(venue, 110_000, 40)
    assert venue.market.phase == codes.LISTED and not venue.market.listing.halts


def test_a_later_price_of_the_source_says_that_the_share_trades() -> None:
    venue = listed()
    venue.wait(1)
    halt(venue, SOURCES[0])
    assert refusals(price(venue, SOURCES[0], 110_000, venue.time_ns)) == []
    assert SOURCES[0] in venue.market.listing.halts, "of the same moment"
    venue.wait(1)
    price(venue, SOURCES[0], 110_000)
    assert SOURCES[0] not in venue.market.listing.halts


def test_a_halt_is_told_once_in_order_and_by_its_source() -> None:
    venue = listed()
    source = SOURCES[0]
    assert refusals(halt(venue, source, False)) == [rejects.ALREADY_SO]
    early, late = venue.time_ns - 1, venue.time_ns + 1
    assert refusals(halt(venue, source, True, late)) == [rejects.OBSERVATION_TIME_INVALID]
    assert refusals(halt(venue, source, True, early)) == [rejects.OBSERVATION_TIME_INVALID]
    assert refusals(halt(venue, source, who=SECOND_OPERATOR)) == [rejects.SOURCE_UNBOUND]
    assert refusals(halt(venue, source, who=ALICE)) == [rejects.ROLE_MISSING]
    assert refusals(halt(venue, source)) == []
    assert refusals(halt(venue, source)) == [rejects.ALREADY_SO]
    assert refusals(halt(venue, source, False, early)) == [rejects.OBSERVATION_TIME_INVALID]


def test_a_settled_market_takes_no_halts() -> None:
    venue = SmallVenue(mortal())
    carry(venue, settlement(venue))
    assert refusals(halt(venue, SOURCES[0])) == [rejects.PHASE_FORBIDS]


def test_halts_survive_a_snapshot() -> None:
    venue = listed()
    halt(venue, SOURCES[0])
    other = type(venue.engine).restore(venue.engine.snapshot())
    assert other.venue.markets[0].listing.halts == venue.market.listing.halts
    assert other.snapshot() == venue.engine.snapshot()
