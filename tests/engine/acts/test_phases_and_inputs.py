"""Two operators move phases and resolve inputs, among what the tables and records have."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ResumeVenue
from bellwether.schema.events import IndexPublished, InputResolved, PhaseChanged
from bellwether.units.quantities import FINE
from tests.engine.acts.steps import phase_of, resolving, seen
from tests.engine.life.acts import DEADLINE_NS, carry, decide, listing, mortal, propose
from tests.engine.small_venue import (
    OPERATOR,
    SECOND_NS,
    START_NS,
    SmallVenue,
    market,
    of_kind,
    refusals,
)


def test_a_market_launches_ahead_of_its_time() -> None:
    launch = START_NS + 3_600 * SECOND_NS
    venue = SmallVenue(market(launch_time=launch))
    events = carry(venue, phase_of(venue, codes.PRE_LISTING))
    assert [e.phase for e in of_kind(events, PhaseChanged)] == [codes.PRE_LISTING]
    assert venue.market.launched_ns == START_NS
    assert not of_kind(venue.wait(3_601), PhaseChanged)


def test_an_auction_is_cut_short() -> None:
    launch = START_NS + 600 * SECOND_NS
    venue = SmallVenue(market(launch_time=launch, auction_ns=300 * SECOND_NS))
    venue.wait(400)
    assert venue.market.phase == codes.AUCTION
    carry(venue, phase_of(venue, codes.PRE_LISTING))
    assert venue.market.phase == codes.PRE_LISTING
    assert not of_kind(venue.wait(300), PhaseChanged)


def test_an_auction_that_a_restart_prolonged_is_cut_short() -> None:
    """LIFE-1, PRICE-20a: its launch is due at another time than its specification says."""
    launch = START_NS + 600 * SECOND_NS
    venue = SmallVenue(market(launch_time=launch, auction_ns=300 * SECOND_NS))
    venue.wait(590)
    venue.run(ResumeVenue(venue.time_ns + 5 * SECOND_NS))
    carry(venue, phase_of(venue, codes.PRE_LISTING))
    assert venue.market.phase == codes.PRE_LISTING
    assert not of_kind(venue.wait(600), PhaseChanged)


def test_the_settlement_period_begins_early_and_ends_at_its_deadline() -> None:
    venue = SmallVenue(mortal())
    carry(venue, phase_of(venue, codes.SETTLEMENT_PERIOD))
    assert venue.market.phase == codes.SETTLEMENT_PERIOD
    venue.wait((DEADLINE_NS - START_NS) // SECOND_NS)
    assert venue.market.settled_ns == DEADLINE_NS


@pytest.mark.parametrize(
    ("phase", "reason"),
    [
        (codes.ANNOUNCED, rejects.PHASE_FORBIDS),
        (codes.LISTED, rejects.PHASE_FORBIDS),
        (codes.SETTLED, rejects.PHASE_FORBIDS),
        (99, rejects.PHASE_FORBIDS),
        (codes.CONVERTING, rejects.MOVE_HAS_ITS_OWN_ACT),
        (codes.SETTLING, rejects.MOVE_HAS_ITS_OWN_ACT),
    ],
)
def test_life_1_only_moves_of_the_table_that_nothing_else_causes(phase: int, reason: int) -> None:
    venue = SmallVenue(mortal())
    assert refusals(venue.run(phase_of(venue, phase))) == [reason]


def test_a_period_without_an_end_or_after_a_listing_does_not_begin() -> None:
    endless = SmallVenue()
    refused = endless.run(phase_of(endless, codes.SETTLEMENT_PERIOD))
    assert refusals(refused) == [rejects.PHASE_FORBIDS]
    venue = SmallVenue(mortal())
    carry(venue, listing(venue))
    refused = venue.run(phase_of(venue, codes.SETTLEMENT_PERIOD))
    assert refusals(refused) == [rejects.PHASE_FORBIDS]


def test_a_phase_needs_grounds_and_a_second_operator() -> None:
    venue = SmallVenue(mortal())
    refused = venue.run(phase_of(venue, codes.SETTLEMENT_PERIOD, ""))
    assert refusals(refused) == [rejects.GROUNDS_MISSING]
    number = propose(venue, phase_of(venue, codes.SETTLEMENT_PERIOD))
    assert refusals(decide(venue, number, OPERATOR)) == [rejects.PROPOSAL_OWN]
    assert venue.market.phase == codes.PRE_LISTING


def observed() -> SmallVenue:
    """Three sources agree on 100 USD a contract; then one sees twice as much, which is held."""
    venue = SmallVenue(market("V", "premarket", reference_atoms=1_000_000, size_decimals=2))
    for source in ("one", "two", "three"):
        seen(venue, source, 100)
    venue.wait(60)
    seen(venue, "one", 200)
    assert ("one", "secondary_trade") in venue.market.index.held
    return venue


def test_rule_4_a_held_observation_is_accepted_by_two() -> None:
    venue = observed()
    number = propose(venue, resolving(venue, "one", True))
    assert ("one", "secondary_trade") in venue.market.index.held
    (resolved,) = of_kind(decide(venue, number), InputResolved)
    assert (resolved.price_fine, resolved.accepted) == (2_000_000 * FINE, True)
    book = venue.market.index
    assert not book.held
    assert book.accepted[("one", "secondary_trade")].price_fine == 2_000_000 * FINE


def test_rule_4_a_rejected_observation_counts_no_more_and_stays_on_record() -> None:
    venue = observed()
    carry(venue, resolving(venue, "one", False))
    book = venue.market.index
    place = ("one", "secondary_trade")
    assert place not in book.held and place in book.rejected
    assert book.accepted[place].price_fine == 1_000_000 * FINE
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    carry(venue, resolving(venue, "one", True))
    assert book.accepted[place].price_fine == 2_000_000 * FINE and not book.rejected


def test_rule_4_a_frozen_index_goes_on_without_the_one_that_is_far_off() -> None:
    venue = SmallVenue(
        market("V", "premarket", reference_atoms=1_000_000, size_decimals=2),
    )
    for source, usd in (("one", 100), ("two", 101), ("three", 160)):
        seen(venue, source, usd)
    seen(venue, "one", 102, "tender_offer")
    assert venue.market.index.reason == 2
    carry(venue, resolving(venue, "three", False))
    assert venue.market.index.reason == 1, "two sources are too few"
    (computed,) = of_kind(seen(venue, "three", 103), IndexPublished)
    assert computed.reason == 0 and not venue.market.index.rejected


def test_rule_4_only_what_is_on_record_unchanged_is_resolved() -> None:
    venue = observed()
    refused = venue.run(resolving(venue, "one", True, value=7))
    assert refusals(refused) == [rejects.PROPOSAL_STALE]
    number = propose(venue, resolving(venue, "one", True))
    venue.wait(1)
    seen(venue, "one", 202)
    assert refusals(decide(venue, number)) == [rejects.PROPOSAL_STALE]
    counted = venue.run(resolving(venue, "two", True))
    assert refusals(counted) == [rejects.OBSERVATION_UNKNOWN]
    refused = venue.run(resolving(venue, "one", True, grounds=""))
    assert refusals(refused) == [rejects.GROUNDS_MISSING]


def test_a_market_without_an_index_has_nothing_to_resolve() -> None:
    venue = SmallVenue()
    other = observed()
    refused = venue.run(resolving(other, "one", True))
    assert refusals(refused) == [rejects.NOT_OF_THIS_MARKET]
