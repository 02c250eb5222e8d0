"""A market that lives on prices from outside halts where they fail for too long (LIFE-11)."""

from __future__ import annotations

from typing import Any

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ResumeVenue
from bellwether.schema.events import Event, IndexPublished, TradingStatusSet
from bellwether.schema.presets import PRESETS
from tests.engine.acts.steps import change_of, keeping
from tests.engine.conversion.test_xstock import SHARE_PRICE, listed_xstock
from tests.engine.life.acts import carry, feed, listing
from tests.engine.small_venue import SECOND_NS, SmallVenue, market, of_kind, refusals
from tests.engine.test_premarket import all_say, premarket

MINUTE = 60
FIVE_MINUTES_NS = 300 * SECOND_NS
DAY = 86_400
GONE = 5 * MINUTE + 33
"""From the last price, which counts for half a minute, to the update that misses it too long."""


def listed(**more: Any) -> SmallVenue:
    venue = SmallVenue(market(halt_feed_ns=FIVE_MINUTES_NS, **more))
    carry(venue, listing(venue))
    feed(venue, 110_000, 40)
    return venue


def statuses(events: list[Event]) -> list[tuple[int, int]]:
    return [(event.status, event.cause) for event in of_kind(events, TradingStatusSet)]


def test_a_share_whose_feed_fails_halts_and_says_why() -> None:
    venue = listed()
    assert statuses(venue.wait(GONE - 3)) == []
    assert statuses(venue.wait(3)) == [(codes.HALTED, codes.FEED_FAILED)]
    assert venue.market.halt_cause == codes.FEED_FAILED
    held = venue.market.oracle_price
    venue.wait(DAY)
    assert venue.market.status == codes.HALTED and venue.market.oracle_price == held


def test_it_resumes_through_post_only_when_the_feed_is_back() -> None:
    venue = listed()
    venue.wait(GONE)
    events = feed(venue, 111_000, 2)
    assert statuses(events) == [(codes.POST_ONLY, codes.BY_REQUEST)]
    assert statuses(feed(venue, 111_000, 10)) == [(codes.OPEN, codes.BY_REQUEST)]


def test_an_operator_can_resume_it_and_it_is_given_as_long_again() -> None:
    venue = listed()
    venue.wait(GONE)
    assert refusals(venue.set_status(codes.OPEN)) == []
    assert statuses(venue.wait(5 * MINUTE)) == [(codes.OPEN, 0)]
    assert statuses(venue.wait(3)) == [(codes.HALTED, codes.FEED_FAILED)]


def test_two_operators_can_keep_it_halted_whatever_the_feed_says() -> None:
    venue = listed()
    venue.wait(GONE)
    assert refusals(venue.set_status(codes.HALTED)) == [rejects.ALREADY_SO]
    carry(venue, keeping(venue, codes.HALTED))
    assert statuses(feed(venue, 111_000, 20)) == []
    assert venue.market.status == codes.HALTED


def test_the_time_of_another_halt_is_none_without_a_feed() -> None:
    venue = listed()
    venue.set_status(codes.HALTED)
    venue.wait(3_600)
    venue.wait(30)
    assert venue.market.status == codes.OPEN
    assert statuses(venue.wait(4 * MINUTE)) == []


def test_a_market_whose_oracle_is_its_book_needs_no_feed() -> None:
    venue = SmallVenue(market(halt_feed_ns=FIVE_MINUTES_NS))
    assert statuses(venue.wait(DAY)) == []


def test_an_index_without_its_sources_halts_and_is_back_with_them() -> None:
    venue = premarket(halt_feed_ns=FIVE_MINUTES_NS)
    all_say(venue)
    venue.wait(7 * DAY)
    assert venue.market.status == codes.OPEN
    assert statuses(venue.wait(10 * MINUTE)) == [(codes.HALTED, codes.FEED_FAILED)]
    events = all_say(venue)
    assert statuses(events) == [(codes.POST_ONLY, codes.BY_REQUEST)]
    assert of_kind(events, IndexPublished)[-1].reason == 0
    venue.wait(30)
    assert venue.market.status == codes.OPEN


def test_the_preset_of_an_index_gives_it_an_hour_and_the_others_never_halt() -> None:
    limits = {name: spec.halt_feed_ns for name, spec in PRESETS.items()}
    hour = 3_600 * SECOND_NS
    assert limits == {"ipop": 0, "standard_equity": 0, "premarket": hour, "xstock": 0}
    venue = listed_xstock()
    assert venue.market.spec.halt_feed_ns == 0
    venue.wait(3 * DAY)
    assert venue.market.status == codes.OPEN and venue.market.is_stale, "post-only, as before"


def test_after_a_restart_a_feed_that_stays_away_halts_too() -> None:
    venue = premarket(halt_feed_ns=FIVE_MINUTES_NS)
    all_say(venue)
    venue.run(ResumeVenue(venue.time_ns + 8 * DAY * SECOND_NS))
    venue.wait(8 * DAY)
    assert venue.market.status == codes.OPEN, "the time away is no failure"
    assert statuses(venue.wait(6 * MINUTE)) == [(codes.HALTED, codes.FEED_FAILED)]
    assert statuses(all_say(venue)) == [(codes.POST_ONLY, codes.BY_REQUEST)]


@pytest.mark.parametrize("seconds", [GONE, GONE - 3])
def test_the_halt_survives_a_snapshot(seconds: int) -> None:
    venue = listed()
    venue.wait(seconds)
    venue.engine = Engine.restore(venue.engine.snapshot())
    assert statuses(venue.wait(3)) == ([] if seconds == GONE else [(codes.HALTED, 2)])
    events = feed(venue, 111_000, 2)
    assert (codes.POST_ONLY, codes.BY_REQUEST) in statuses(events)


def test_a_tokenised_share_can_be_told_to_halt() -> None:
    venue = listed_xstock()
    carry(venue, change_of(venue, halt_feed_ns=FIVE_MINUTES_NS))
    feed(venue, SHARE_PRICE, 2)
    assert (codes.HALTED, codes.FEED_FAILED) in statuses(venue.wait(6 * MINUTE))
    assert statuses(feed(venue, SHARE_PRICE, 2)) == [(codes.POST_ONLY, 0)]
