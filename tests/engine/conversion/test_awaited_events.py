"""A listing that waits for an event: the treatment `trigger` (LIFE-7)."""

from __future__ import annotations

import pytest

from bellwether.engine import questions
from bellwether.engine.life.preview import preview_conversion
from bellwether.schema import codes, rejects
from bellwether.schema.commands import DeclareEvent
from bellwether.schema.events import (
    Announced,
    EventAwaited,
    EventDecided,
    MarketRebased,
    MarketSettled,
    PhaseChanged,
    PositionSettled,
)
from bellwether.schema.instrument import ConversionPolicy
from bellwether.units.quantities import NS_PER_DAY
from tests.engine.conversion.test_listing_day import indicate
from tests.engine.life.acts import (
    DEADLINE_NS,
    carry,
    decide,
    feed,
    listing,
    mortal,
    propose,
    settlement,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    OPERATOR,
    PEOPLE,
    SECOND_NS,
    SmallVenue,
    buy,
    of_kind,
    refusals,
)

EVENT = "share_class_exchange"
WAIT_S = 6 * 3_600
"""Longer than the market's own dates."""


def terms(venue: SmallVenue, **more: object) -> dict[str, object]:
    return {
        "treatment": "trigger",
        "grounds": "a tracking stock has listed, not the company",
        "event": EVENT,
        "condition": "Tracking shares are exchanged for common shares.",
        "deadline_ns": venue.time_ns + WAIT_S * SECOND_NS,
        "after": "convert",
        "otherwise": "settle",
        **more,
    }


def waiting(**more: object) -> SmallVenue:
    venue = SmallVenue(mortal())
    venue.trade(ALICE, BOB, 100_000, 1_001)
    venue.trade(CAROL, BOB, 100_000, 333)
    (awaited,) = of_kind(carry(venue, listing(venue, **terms(venue, **more))), EventAwaited)
    assert awaited.event == EVENT and awaited.otherwise == (more.get("otherwise") or "settle")
    return venue


def declaration(venue: SmallVenue, **more: object) -> DeclareEvent:
    venue.nonce += 1
    given: dict[str, object] = {
        "event": EVENT,
        "cross_price": 0,
        "cross_time_ns": 0,
        "grounds": "the exchange offer has closed",
        "announcement": "The event has happened.",
        **more,
    }
    return DeclareEvent(OPERATOR, venue.nonce, 0, **given)  # type: ignore[arg-type]


def test_life_7_a_listing_that_waits_binds_nothing_at_once() -> None:
    venue = waiting()
    order = venue.rest(ALICE, buy(90_000, 1_000))
    events = feed(venue, 110_000, 40)
    assert not of_kind(events, PhaseChanged)
    assert venue.market.phase == codes.PRE_LISTING and order in venue.account(ALICE).orders
    assert venue.market.oracle_price < 101_000, "its own prices, not those of what has listed"


def test_life_7_neither_date_ends_a_market_that_waits() -> None:
    venue = waiting()
    venue.wait((DEADLINE_NS - venue.time_ns) // SECOND_NS + 10)
    assert venue.market.phase == codes.PRE_LISTING


def test_life_7_the_declared_event_converts() -> None:
    venue = waiting()
    venue.wait(3_600)
    (decided,) = of_kind(carry(venue, declaration(venue)), EventDecided)
    assert (decided.happened, decided.treatment) == (True, "convert")
    feed(venue, 110_000, 60)
    assert venue.market.phase == codes.LISTED and venue.market.oracle_price == 110_000
    venue.wait(WAIT_S)
    assert venue.market.phase == codes.LISTED, "the deadline is gone with the event"


def test_life_7_a_price_seen_while_waiting_counts_once_the_event_is_there() -> None:
    venue = waiting()
    number = propose(venue, declaration(venue))
    feed(venue, 110_000, 20)
    events = decide(venue, number)
    assert [event.phase for event in of_kind(events, PhaseChanged)] == [codes.CONVERTING]


def test_life_7_after_the_event_positions_go_into_listed_shares() -> None:
    venue = waiting(after="adjusted", numerator=5, denominator=2, cross_price=40_000)
    assert not of_kind(feed(venue, 40_000, 20), MarketRebased)
    (rebased,) = of_kind(carry(venue, declaration(venue)), MarketRebased)
    feed(venue, 40_000, 40)
    assert (rebased.numerator, rebased.denominator) == (5, 2)
    assert venue.market.phase == codes.LISTED and venue.holding(CAROL).lots in (832, 833)


def test_life_7_a_part_settles_at_the_price_after_the_event() -> None:
    venue = waiting(after="composite", settled_e6=300_000)
    before = {who: questions.account_equity(venue.account(who)) for who in PEOPLE}
    assert refusals(venue.run(declaration(venue))) == [rejects.PRICE_INVALID]
    after = {"cross_price": 100_000, "cross_time_ns": venue.time_ns}
    carry(venue, declaration(venue, **after))
    parts = of_kind(feed(venue, 100_000, 20), PositionSettled)
    assert {part.price for part in parts} == {100_000}
    assert venue.holding(BOB).lots == -(1_334 - 399)
    assert before == {who: questions.account_equity(venue.account(who)) for who in PEOPLE}


def test_life_7_a_missed_deadline_settles_at_the_average_since_the_launch() -> None:
    venue = waiting()
    feed(venue, 150_000, 20)
    events = venue.wait(WAIT_S)
    (decided,) = of_kind(events, EventDecided)
    (settled,) = of_kind(events, MarketSettled)
    assert (decided.happened, decided.treatment) == (False, "settle")
    assert (settled.method, settled.price) == (codes.DEFAULT_TWAP, 100_000)
    assert any("was not declared" in event.text for event in of_kind(events, Announced))
    assert venue.market.phase == codes.SETTLED and venue.holding(ALICE).lots == 0


def test_life_7_a_missed_deadline_may_convert_all_the_same_and_without_the_ratio() -> None:
    venue = waiting(after="adjusted", numerator=5, denominator=2, otherwise="convert")
    (decided,) = of_kind(venue.wait(WAIT_S), EventDecided)
    assert (decided.treatment, decided.numerator, decided.denominator) == ("convert", 1, 1)
    events = feed(venue, 110_000, 60)
    assert not of_kind(events, MarketRebased) and venue.market.phase == codes.LISTED


def test_life_7_terms_change_by_stating_the_listing_anew() -> None:
    venue = waiting()
    further = venue.time_ns + 2 * WAIT_S * SECOND_NS
    carry(venue, listing(venue, **terms(venue, deadline_ns=further, otherwise="convert")))
    venue.wait(WAIT_S + 10)
    assert venue.market.listing.awaited is not None, "the old deadline is off"
    carry(venue, listing(venue, treatment="convert", grounds="it is the same share after all"))
    assert venue.market.listing.awaited is None
    feed(venue, 110_000, 60)
    assert venue.market.phase == codes.LISTED
    assert refusals(venue.run(declaration(venue))) == [rejects.EVENT_NOT_AWAITED]


def test_life_7_a_market_that_waits_can_be_settled_otherwise() -> None:
    venue = waiting()
    carry(venue, settlement(venue))
    assert venue.market.phase == codes.SETTLED
    assert refusals(venue.run(declaration(venue))) == [rejects.EVENT_NOT_AWAITED]
    assert not of_kind(venue.wait(WAIT_S), EventDecided)


def test_rule_2_the_proposer_does_not_declare_an_event_alone() -> None:
    venue = waiting()
    number = propose(venue, declaration(venue))
    assert refusals(decide(venue, number, OPERATOR)) == [rejects.PROPOSAL_OWN]
    assert venue.market.listing.awaited is not None


def test_a_declaration_from_before_the_deadline_does_not_bind_after_it() -> None:
    venue = waiting(otherwise="convert")
    venue.wait(WAIT_S - 60)
    number = propose(venue, declaration(venue))
    venue.wait(120)
    assert refusals(decide(venue, number)) == [rejects.PROPOSAL_STALE]


def test_life_9_a_listing_day_ends_with_a_listing_that_waits() -> None:
    venue = SmallVenue(mortal(conversion=ConversionPolicy(auction_aware=True)))
    venue.trade(ALICE, BOB, 100_000, 1_001)
    indicate(venue, 120_000, 1_000)
    assert venue.market.phase == codes.LISTING_DAY
    carry(venue, listing(venue, **terms(venue, deadline_ns=venue.time_ns + 2 * NS_PER_DAY)))
    assert venue.market.phase == codes.PRE_LISTING and venue.market.new_risk_leverage == 0
    indicate(venue, 120_000, 1_000)
    assert venue.market.phase == codes.LISTING_DAY, "the day of the share that is waited for"
    venue.wait(13 * 3_600)
    assert venue.market.phase == codes.SETTLEMENT_PERIOD, "half a day, and its own date has passed"
    venue.wait(48 * 3_600)
    assert venue.market.phase == codes.SETTLED


def test_life_9_a_second_listing_day_is_as_long_as_the_first_would_have_been() -> None:
    """Found by a world (seed 7001563): the first day was to end in the midst of the second."""
    venue = SmallVenue(mortal(conversion=ConversionPolicy(auction_aware=True)))
    indicate(venue, 120_000, 1_000)
    venue.wait(6 * 3_600)
    carry(venue, listing(venue, **terms(venue, deadline_ns=venue.time_ns + 2 * NS_PER_DAY)))
    indicate(venue, 120_000, 1_000)
    venue.wait(11 * 3_600)
    assert venue.market.phase == codes.LISTING_DAY, "half a day after the first had begun is over"
    venue.wait(3_600)
    assert venue.market.phase != codes.LISTING_DAY


def test_the_preview_knows_that_a_ratio_may_pay() -> None:
    venue = waiting(after="adjusted", numerator=5, denominator=2)
    found = preview_conversion(venue.market, venue.holding(ALICE))
    assert found is not None and found.may_pay


def test_what_is_waited_for_survives_a_snapshot() -> None:
    venue = waiting(after="composite", settled_e6=300_000)
    other = type(venue.engine).restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    awaited = other.venue.markets[0].listing.awaited
    assert awaited is not None and awaited.condition.startswith("Tracking")
    assert (awaited.treatment, awaited.otherwise) == ("composite", "settle")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"event": ""}, rejects.EVENT_TERMS_INVALID),
        ({"condition": ""}, rejects.EVENT_TERMS_INVALID),
        ({"after": ""}, rejects.EVENT_TERMS_INVALID),
        ({"after": "settle"}, rejects.EVENT_TERMS_INVALID),
        ({"after": "trigger"}, rejects.EVENT_TERMS_INVALID),
        ({"otherwise": ""}, rejects.EVENT_TERMS_INVALID),
        ({"otherwise": "composite"}, rejects.EVENT_TERMS_INVALID),
        ({"deadline_ns": 0}, rejects.EVENT_DEADLINE_INVALID),
        ({"deadline_ns": 1 << 62}, rejects.EVENT_DEADLINE_INVALID),
        ({"grounds": ""}, rejects.GROUNDS_INVALID),
        ({"numerator": 5}, rejects.RATIO_INVALID),
        ({"after": "adjusted"}, rejects.RATIO_INVALID),
        ({"after": "composite"}, rejects.RATIO_INVALID),
        ({"settled_e6": 1}, rejects.RATIO_INVALID),
        ({"treatment": "convert"}, rejects.EVENT_TERMS_INVALID),
    ],
)
def test_life_7_a_trigger_states_all_it_needs(fields: dict[str, object], reason: int) -> None:
    venue = SmallVenue(mortal())
    assert refusals(venue.run(listing(venue, **terms(venue, **fields)))) == [reason]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"event": "spac_closing"}, rejects.EVENT_NOT_AWAITED),
        ({"grounds": ""}, rejects.GROUNDS_MISSING),
        ({"cross_price": -1}, rejects.PRICE_INVALID),
        ({"cross_price": 10**10}, rejects.PRICE_INVALID),
        ({"cross_time_ns": 1}, rejects.PRICE_INVALID),
        ({"cross_price": 1}, rejects.OBSERVATION_TIME_INVALID),
        ({"cross_price": 1, "cross_time_ns": 1 << 62}, rejects.OBSERVATION_TIME_INVALID),
        ({"announcement": ""}, rejects.ANNOUNCEMENT_MISSING),
    ],
)
def test_life_7_a_declaration_is_of_the_event_that_is_awaited(
    fields: dict[str, object], reason: int
) -> None:
    venue = waiting()
    assert refusals(venue.run(declaration(venue, **fields))) == [reason]


def test_an_event_that_nobody_waits_for_is_not_declared() -> None:
    venue = SmallVenue(mortal())
    assert refusals(venue.run(declaration(venue))) == [rejects.EVENT_NOT_AWAITED]
