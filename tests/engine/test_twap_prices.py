"""TWAP orders that wait for a trigger price, and those that a stop price ends (ORD-1)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import CancelTwap, PlaceTwap
from bellwether.schema.events import (
    Event,
    TwapActivated,
    TwapEnded,
    TwapRebased,
    TwapSliceSent,
    TwapStarted,
)
from tests.engine.life.acts import carry, factor
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    SWIFT,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

LOTS = 11_000


@pytest.fixture
def venue() -> SmallVenue:
    """Mark and oracle are where `pull` quotes, at once; Bob offers far above."""
    return SmallVenue(market(oracle=SWIFT), usd=1_000_000)


def start(
    venue: SmallVenue, trigger: int = 0, above: bool = False, stop: int = 0, is_buy: bool = True
) -> list[Event]:
    head = venue.head(ALICE)
    return venue.run(PlaceTwap(*head, 0, is_buy, LOTS, False, 5, False, trigger, above, stop))


def ends(events: list[Event]) -> list[int]:
    return [event.status for event in of_kind(events, TwapEnded)]


def test_it_waits_until_the_mark_has_risen_to_its_trigger(venue: SmallVenue) -> None:
    started = of_kind(start(venue, 105_000, above=True), TwapStarted)[0]
    assert (started.trigger_price, started.trigger_above) == (105_000, True)
    assert of_kind(venue.wait(60), TwapSliceSent) == []
    assert of_kind(venue.pull(103_000), TwapActivated) == []
    events = venue.pull(106_000)
    (activated,) = of_kind(events, TwapActivated)
    assert activated.price == venue.market.mark_price >= 105_000
    assert len(of_kind(events, TwapSliceSent)) == 1
    venue.rest(BOB, sell(106_500, 5_000))
    assert len(of_kind(venue.wait(30), TwapSliceSent)) == 1


def test_or_has_fallen_to_it(venue: SmallVenue) -> None:
    start(venue, 95_000, above=False)
    assert of_kind(venue.pull(105_000), TwapActivated) == []
    assert len(of_kind(venue.pull(94_000), TwapActivated)) == 1


def test_its_minutes_count_from_then(venue: SmallVenue) -> None:
    start(venue, 105_000, above=True)
    venue.wait(600)
    venue.pull(106_000)
    assert ends(venue.wait(299)) == []
    assert ends(venue.wait(1)) == [codes.TWAP_OUT_OF_TIME]


@pytest.mark.parametrize(("stop", "to"), [(105_000, 106_000), (95_000, 94_000)])
@pytest.mark.parametrize("is_buy", [True, False])
def test_a_stop_price_ends_it_from_whichever_side_the_mark_comes(
    venue: SmallVenue, stop: int, to: int, is_buy: bool
) -> None:
    start(venue, stop=stop, is_buy=is_buy)
    assert ends(venue.pull(100_500)) == []
    assert ends(venue.pull(to)) == [codes.TWAP_STOPPED]
    assert of_kind(venue.wait(60), TwapSliceSent) == []
    assert venue.market.twap_watch.rising == venue.market.twap_watch.falling == []


def test_a_stop_price_is_looked_at_once_it_runs(venue: SmallVenue) -> None:
    """Its other side is the one where the mark was when it began."""
    start(venue, 105_000, above=True, stop=95_000)
    assert ends(venue.pull(94_000)) == []
    venue.pull(106_000)
    assert ends(venue.pull(94_000)) == [codes.TWAP_STOPPED]


def test_a_mark_that_begins_at_the_stop_price_trades_nothing(venue: SmallVenue) -> None:
    venue.rest(BOB, sell(100_000, 2_000))
    start(venue, 99_999, above=False, stop=90_050)
    venue.cancel(BOB, 1)
    events = venue.pull(90_000)
    assert venue.market.mark_price == 90_050
    assert ends(events) == [codes.TWAP_STOPPED]
    assert of_kind(events, TwapSliceSent) == []


@pytest.mark.parametrize(
    ("trigger", "above", "stop"),
    [
        (100_000, True, 0),
        (99_000, True, 0),
        (100_000, False, 0),
        (101_000, False, 0),
        (0, False, 100_000),
        (-1, True, 0),
        (105_000, True, -1),
        (105_000_001, True, 0),
        (0, False, 105_000_001),
    ],
)
def test_a_price_that_is_reached_or_is_none_is_refused(
    venue: SmallVenue, trigger: int, above: bool, stop: int
) -> None:
    assert refusals(start(venue, trigger, above, stop)) == [rejects.TWAP_PRICE_INVALID]
    assert venue.account(ALICE).twaps == {}


def test_one_that_waits_is_cancelled(venue: SmallVenue) -> None:
    start(venue, 105_000, above=True)
    assert ends(venue.run(CancelTwap(*venue.head(ALICE), 0, 1))) == [codes.CANCELED]
    assert of_kind(venue.pull(106_000), TwapActivated) == []


def test_a_snapshot_keeps_what_it_waits_for(venue: SmallVenue) -> None:
    start(venue, 105_000, above=True, stop=103_000)
    venue.engine = Engine.restore(venue.engine.snapshot())
    assert len(of_kind(venue.pull(106_000), TwapActivated)) == 1
    payload = venue.engine.snapshot()
    venue.engine = Engine.restore(payload)
    assert venue.engine.snapshot() == payload
    assert ends(venue.pull(102_000)) == [codes.TWAP_STOPPED]


def test_a_change_of_units_scales_both_prices(venue: SmallVenue) -> None:
    start(venue, 105_000, above=True, stop=98_000)
    start(venue, stop=90_000)
    rebased = of_kind(carry(venue, factor(venue, 2, 1)), TwapRebased)
    assert [(e.trigger_price, e.stop_price) for e in rebased] == [(52_500, 49_000), (0, 45_000)]
    assert ends(venue.pull(44_000)) == [codes.TWAP_STOPPED]
    assert len(of_kind(venue.pull(53_000), TwapActivated)) == 1


def test_sub_orders_that_fill_it_end_it_though_a_stop_waits(venue: SmallVenue) -> None:
    venue.rest(BOB, sell(100_000, 100_000))
    venue.rest(CAROL, buy(99_000, 200))
    start(venue, stop=150_000)
    assert ends(venue.wait(300)) == [codes.FILLED]
    assert venue.market.twap_watch.rising == []
