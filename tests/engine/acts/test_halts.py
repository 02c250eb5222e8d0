"""One operator stops a market for an hour, two for as long as they say (LIFE-11, RULE-2)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.events import LiquidationStarted, TradingStatusSet
from tests.engine.acts.steps import change_of, keeping
from tests.engine.life.acts import DEADLINE_NS, carry, decide, mortal, propose
from tests.engine.small_venue import (
    ALICE,
    BOB,
    OPERATOR,
    SECOND_NS,
    START_NS,
    SWIFT,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

HOUR = 3_600


@pytest.mark.parametrize("status", [codes.HALTED, codes.CANCEL_ONLY])
def test_a_halt_of_one_operator_ends_by_itself_after_an_hour(status: int) -> None:
    venue = SmallVenue()
    venue.set_status(status)
    venue.wait(HOUR - 1)
    assert venue.market.status == status
    (ended,) = of_kind(venue.wait(1), TradingStatusSet)
    assert (ended.status, ended.time_ns) == (codes.POST_ONLY, START_NS + HOUR * SECOND_NS)
    (opened,) = of_kind(venue.wait(30), TradingStatusSet)
    assert opened.status == codes.OPEN == venue.market.status


def test_one_operator_can_not_halt_again_when_the_hour_is_over() -> None:
    venue = SmallVenue()
    venue.set_status(codes.HALTED)
    venue.wait(HOUR)
    assert refusals(venue.set_status(codes.HALTED)) == [rejects.HALT_NEEDS_TWO]
    venue.wait(HOUR - 1)
    assert refusals(venue.set_status(codes.HALTED)) == [rejects.HALT_NEEDS_TWO]
    venue.wait(1)
    assert refusals(venue.set_status(codes.HALTED)) == []


def test_within_the_hour_one_operator_halts_resumes_and_halts_again() -> None:
    venue = SmallVenue()
    venue.set_status(codes.CANCEL_ONLY)
    venue.set_status(codes.HALTED)
    venue.wait(600)
    venue.set_status(codes.OPEN)
    venue.wait(600)
    venue.set_status(codes.HALTED)
    venue.wait(HOUR - 1_200)
    assert venue.market.status == codes.POST_ONLY and venue.market.reopens_ns > 0


def test_two_operators_halt_until_the_market_is_resumed() -> None:
    venue = SmallVenue()
    venue.set_status(codes.HALTED)
    number = propose(venue, keeping(venue, codes.HALTED))
    assert refusals(decide(venue, number, OPERATOR)) == [rejects.PROPOSAL_OWN]
    decide(venue, number)
    venue.wait(10 * HOUR)
    assert venue.market.status == codes.HALTED
    assert refusals(venue.set_status(codes.CANCEL_ONLY)) == [rejects.HALT_NEEDS_TWO]
    venue.set_status(codes.OPEN)
    venue.wait(30)
    assert venue.market.status == codes.OPEN


def test_without_a_second_operator_a_longer_halt_does_not_happen() -> None:
    venue = SmallVenue()
    propose(venue, keeping(venue, codes.HALTED))
    assert venue.market.status == codes.OPEN
    assert refusals(venue.run(keeping(venue, codes.OPEN))) == [rejects.ALREADY_SO]
    assert refusals(venue.run(keeping(venue, codes.HALTED, ""))) == [rejects.GROUNDS_MISSING]
    carry(venue, keeping(venue, codes.HALTED))
    assert refusals(venue.run(keeping(venue, codes.HALTED))) == [rejects.ALREADY_SO]


def test_a_resumption_lets_only_post_at_first() -> None:
    venue = SmallVenue()
    venue.rest(BOB, sell(101_000, 1_000))
    venue.set_status(codes.HALTED)
    venue.set_status(codes.OPEN)
    assert refusals(venue.place(ALICE, buy(101_000, 1_000))) == [rejects.POST_ONLY_NOW]
    assert refusals(venue.set_status(codes.OPEN)) == [rejects.ALREADY_SO]
    venue.wait(30)
    venue.rest(ALICE, buy(101_000, 1_000))
    assert venue.holding(ALICE).lots == 1_000


def test_the_post_only_time_is_the_specifications() -> None:
    at_once = SmallVenue(market(resume_post_only_ns=0))
    at_once.set_status(codes.HALTED)
    assert [e.status for e in of_kind(at_once.set_status(codes.OPEN), TradingStatusSet)] == [0]
    venue = SmallVenue()
    carry(venue, change_of(venue, resume_post_only_ns=5 * SECOND_NS))
    venue.set_status(codes.HALTED)
    venue.set_status(codes.OPEN)
    venue.wait(5)
    assert venue.market.status == codes.OPEN


def test_a_halt_during_the_resumption_stops_it() -> None:
    venue = SmallVenue()
    venue.set_status(codes.HALTED)
    venue.set_status(codes.OPEN)
    venue.set_status(codes.HALTED)
    venue.wait(60)
    assert venue.market.status == codes.HALTED


@pytest.mark.parametrize("opened", [False, True])
def test_a_halt_and_a_resumption_survive_a_snapshot(opened: bool) -> None:
    venue = SmallVenue()
    venue.set_status(codes.HALTED)
    if opened:
        venue.set_status(codes.OPEN)
    venue.engine = Engine.restore(venue.engine.snapshot())
    assert Engine.restore(venue.engine.snapshot()).snapshot() == venue.engine.snapshot()
    venue.wait(HOUR + 30)
    assert venue.market.status == codes.OPEN


def test_a_settled_market_is_neither_halted_nor_resumed() -> None:
    venue = SmallVenue(mortal())
    venue.wait((DEADLINE_NS - 60 * SECOND_NS - START_NS) // SECOND_NS)
    venue.set_status(codes.HALTED)
    venue.wait(60)
    assert venue.market.phase == codes.SETTLED
    for status in (codes.OPEN, codes.POST_ONLY):
        assert refusals(venue.set_status(status)) == [rejects.PHASE_FORBIDS]
    assert not of_kind(venue.wait(2 * HOUR), TradingStatusSet)


def jumpy(**more: object) -> SmallVenue:
    """A market that halts by itself when the mark moves by more than 2 % in five minutes."""
    venue = SmallVenue(market(oracle=SWIFT, halt_move_e6=20_000, **more))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    return venue


@pytest.mark.parametrize("price", [103_000, 97_000])
def test_life_11_a_mark_that_moves_too_far_halts_the_market_by_itself(price: int) -> None:
    venue = jumpy()
    venue.pull(100_000)
    venue.pull(101_000 if price > 100_000 else 99_000)
    assert venue.market.status == codes.OPEN
    (halted,) = of_kind(venue.pull(price), TradingStatusSet)
    assert halted.status == codes.HALTED and "automatic" in halted.grounds
    assert refusals(venue.place(ALICE, buy(100_000, 200))) == [rejects.TRADING_HALTED]
    events = of_kind(venue.wait(299), TradingStatusSet) + of_kind(venue.wait(31), TradingStatusSet)
    assert [event.status for event in events] == [codes.POST_ONLY, codes.OPEN]


def test_life_11_a_slow_move_halts_nothing() -> None:
    venue = jumpy()
    for usd in range(100, 110):
        assert not of_kind(venue.pull(usd * 1_000), TradingStatusSet)
        venue.wait(301)


def test_life_11_a_halt_of_its_own_liquidates_nobody_and_uses_up_nobodys_hour() -> None:
    venue = jumpy()
    venue.pull(100_000)
    events = venue.pull(70_000)
    assert of_kind(events, TradingStatusSet) and not of_kind(events, LiquidationStarted)
    venue.set_status(codes.OPEN)
    venue.wait(30)
    assert venue.market.status == codes.OPEN
    assert refusals(venue.set_status(codes.HALTED)) == []


def test_life_11_an_automatic_halt_survives_a_snapshot() -> None:
    venue = jumpy()
    venue.pull(101_000)
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot() and other.venue.markets[0].recent_marks
    venue.pull(104_000)
    assert Engine.restore(venue.engine.snapshot()).snapshot() == venue.engine.snapshot()
