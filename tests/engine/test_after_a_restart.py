"""After the venue was away nothing trades and nobody is liquidated on old prices (PRICE-20a)."""

from __future__ import annotations

from typing import Any

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import AdvanceTime, PlaceTwap, ResumeVenue
from bellwether.schema.events import (
    Acknowledged,
    AuctionUncrossed,
    Event,
    FundingPaid,
    LiquidationStarted,
    OrderAmended,
    OrderClosed,
    OrderTriggered,
    PhaseChanged,
    PricesAwaited,
    PricesPublished,
    ReAnchored,
    TradeExecuted,
)
from bellwether.units.quantities import FINE
from tests.engine.conversion.test_xstock import SHARE_PRICE, listed_xstock
from tests.engine.life.acts import carry, feed, listing, price
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    PRICE,
    SECOND_NS,
    SOURCES,
    START_NS,
    SWIFT,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)
from tests.engine.test_premarket import ATOMS, all_say, premarket

HOUR = 3_600


def away(venue: SmallVenue, seconds: int) -> list[Event]:
    """The venue is gone for a time; what its return brings, up to the first own command."""
    events = venue.run(ResumeVenue(venue.time_ns + seconds * SECOND_NS))
    return events + venue.wait(seconds)


def listed(**more: Any) -> SmallVenue:
    """A share that has listed, with sources that say 110 USD."""
    venue = SmallVenue(market(**more))
    carry(venue, listing(venue))
    feed(venue, 110_000, 40)
    assert venue.market.phase == codes.LISTED
    return venue


def test_orders_rest_change_and_end_at_once_and_what_would_match_is_refused() -> None:
    venue = SmallVenue()
    ask = venue.rest(ALICE, sell(PRICE + 100, 200))
    away(venue, 1)
    bid = venue.rest(BOB, buy(PRICE - 100, 200))
    assert of_kind(venue.modify(BOB, bid, buy(PRICE - 100, 150), new=False), OrderAmended)
    for kind in (codes.GTC, codes.IOC, codes.FOK, codes.FRONTEND_MARKET):
        refused = venue.place(CAROL, buy(PRICE + 100, 200, kind))
        assert refusals(refused) == [rejects.PRICES_AWAITED]
    posted = venue.place(CAROL, buy(PRICE + 100, 200, codes.ALO))
    assert refusals(posted) == [rejects.POST_ONLY_CROSSES]
    changed = venue.modify(BOB, bid, buy(PRICE + 100, 200))
    assert refusals(changed) == [rejects.PRICES_AWAITED]
    assert of_kind(venue.cancel(ALICE, ask), OrderClosed)


def test_the_first_update_of_the_internal_oracle_ends_the_wait() -> None:
    venue = SmallVenue()
    venue.rest(ALICE, sell(PRICE, 200))
    waiting = of_kind(away(venue, 10), PricesAwaited)
    since = START_NS + 10 * SECOND_NS
    assert waiting == [PricesAwaited(0, since, since)]
    assert venue.market.awaits_ns == since and not venue.market.liquidates()
    over = of_kind(venue.wait(2), PricesAwaited)
    assert over == [PricesAwaited(0, START_NS + 12 * SECOND_NS, 0)]
    assert venue.market.liquidates()
    assert of_kind(venue.place(BOB, buy(PRICE, 200)), TradeExecuted)


def held_at_a_loss(trigger: bool = False) -> SmallVenue:
    """Alice holds with little margin and the book has fallen far below; no update has seen it."""
    venue = SmallVenue(market(oracle=SWIFT))
    venue.trade(ALICE, BOB, PRICE, 1_000)
    if trigger:
        venue.rest(
            ALICE, sell(80_000, 1_000, reduce_only=True, trigger=codes.STOP_MARKET, at=95_000)
        )
    venue.rest(CAROL, buy(85_000, 1_500, codes.ALO))
    venue.rest(DORA, sell(85_100, 1_500, codes.ALO))
    return venue


def test_nobody_is_liquidated_in_the_time_away() -> None:
    venue = held_at_a_loss()
    events = away(venue, HOUR + 1)
    assert not of_kind(events, LiquidationStarted)
    assert not of_kind(events, PricesPublished), "prices stand still"
    assert len(of_kind(events, FundingPaid)) == 1, "hours fall due as ever"
    assert venue.market.mark_price == PRICE
    events = venue.wait(3)
    assert of_kind(events, LiquidationStarted), "and then the first fresh price decides"


def test_without_the_command_the_time_away_liquidates() -> None:
    assert of_kind(held_at_a_loss().wait(HOUR), LiquidationStarted)


def test_no_trigger_fires_before_the_first_fresh_price() -> None:
    venue = held_at_a_loss(trigger=True)
    assert not of_kind(away(venue, HOUR + 1), OrderTriggered)
    assert of_kind(venue.wait(3), OrderTriggered)


def test_whoever_comes_back_first_can_leave_before_it_counts() -> None:
    venue = held_at_a_loss(trigger=True)
    away(venue, 1)
    for account in (ALICE, CAROL, DORA):
        for order_id in list(venue.account(account).orders):
            venue.cancel(account, order_id)
    events = venue.wait(30)
    assert not of_kind(events, LiquidationStarted) and not of_kind(events, OrderTriggered)


def test_a_share_waits_for_prices_seen_since() -> None:
    venue = listed()
    venue.rest(ALICE, sell(110_000, 100))
    away(venue, 5)
    for source in SOURCES:
        price(venue, source, 111_000, venue.time_ns - SECOND_NS)
    assert not of_kind(venue.wait(3), PricesAwaited), "seen before the return"
    assert refusals(venue.place(BOB, buy(110_000, 100))) == [rejects.PRICES_AWAITED]
    for source in SOURCES:
        price(venue, source, 111_000)
    (over,) = of_kind(venue.wait(3), PricesAwaited)
    assert over.since_ns == 0
    assert venue.market.oracle_price == 110_550, "at the step limit (PRICE-20)"
    assert of_kind(venue.place(BOB, buy(110_000, 100)), TradeExecuted)


def test_a_share_without_a_feed_waits_as_long_as_a_price_may_be_old() -> None:
    venue = listed()
    away(venue, 5)
    assert not of_kind(venue.wait(29), PricesAwaited)
    assert of_kind(venue.wait(3), PricesAwaited)
    assert not venue.market.listing.is_external, "the book stands in for the feed"


def test_bounds_are_anchored_at_the_price_seen_since_not_at_one_with_older_ones_in_it() -> None:
    """Found by a world (seed 7000976) that was held to the auditor: the wait was already over."""
    venue = listed()
    first, second, third = SOURCES
    venue.wait(33)
    assert not venue.market.listing.is_external, "a gap"
    price(venue, first, 114_000)
    away(venue, 5)
    price(venue, second, 111_000)
    price(venue, third, 113_000)
    (anchored,) = of_kind(venue.wait(3), ReAnchored)
    assert anchored.reference_fine == 112_000 * FINE
    assert venue.market.listing.latest[first][0] == 114_000, "fresh by its age, and seen before"


def test_an_index_is_fresh_once_it_is_computed_again() -> None:
    venue = premarket()
    all_say(venue)
    venue.rest(ALICE, sell(ATOMS, 100))
    away(venue, 90)
    assert refusals(venue.place(BOB, buy(ATOMS, 100))) == [rejects.PRICES_AWAITED]
    assert not of_kind(venue.wait(29), PricesAwaited)
    assert of_kind(venue.wait(1), PricesAwaited), "its minute, out of sources that are still live"
    assert of_kind(venue.place(BOB, buy(ATOMS, 100)), TradeExecuted)


def test_a_new_observation_is_fresh_at_once() -> None:
    venue = premarket()
    all_say(venue)
    away(venue, 61)
    assert of_kind(all_say(venue), PricesAwaited)


def test_a_frozen_index_keeps_waiting() -> None:
    venue = premarket()
    all_say(venue)
    away(venue, 8 * 24 * HOUR)
    assert not of_kind(venue.wait(600), PricesAwaited), "its sources have grown old"
    assert of_kind(all_say(venue), PricesAwaited)


def test_a_tokenised_share_waits_for_its_spot_price() -> None:
    venue = listed_xstock()
    away(venue, 5)
    assert not of_kind(venue.wait(120), PricesAwaited)
    assert of_kind(feed(venue, SHARE_PRICE, 2), PricesAwaited)


def test_no_funding_sample_is_taken_of_held_prices() -> None:
    venue = SmallVenue()
    samples = venue.market.premium_samples
    away(venue, 59)
    assert venue.market.premium_samples == samples


def test_slices_of_the_time_away_find_nothing() -> None:
    venue = SmallVenue()
    venue.rest(ALICE, sell(PRICE, 5_000))
    venue.run(PlaceTwap(*venue.head(BOB), 0, True, 2_000, False, 5, False))
    done = venue.holding(BOB).lots
    away(venue, 61)
    assert venue.holding(BOB).lots == done
    venue.wait(240)
    assert venue.holding(BOB).lots > done


def test_a_call_auction_that_ran_out_meanwhile_waits_a_little() -> None:
    launch = START_NS + 120 * SECOND_NS
    venue = SmallVenue(market(launch_time=launch, auction_ns=60 * SECOND_NS))
    venue.wait(90)
    venue.rest(ALICE, sell(PRICE, 200))
    venue.rest(BOB, buy(PRICE, 200))
    assert not of_kind(away(venue, 60), AuctionUncrossed)
    events = venue.wait(30)
    assert of_kind(events, AuctionUncrossed)[0].time_ns == launch + 60 * SECOND_NS
    assert of_kind(events, PhaseChanged)[0].phase == codes.PRE_LISTING


def two_markets() -> SmallVenue:
    """Alice holds both across; the second is a share that waits for a feed."""
    cross = {"margin_mode": codes.CROSS, "oracle": SWIFT}
    return SmallVenue(market(**cross), market("Y", **cross), usd=100)


def test_a_cross_account_is_spared_while_another_of_its_markets_waits() -> None:
    venue = two_markets()
    venue.trade(ALICE, BOB, PRICE, 2_000)
    venue.trade(ALICE, BOB, PRICE, 100, asset=1)
    away(venue, 1)
    other = venue.engine.venue.markets[1]
    venue.wait(3)
    assert other.awaits_ns == 0
    venue.auditor = None  # What follows goes past the commands.
    other.awaits_ns = venue.time_ns + 4 * SECOND_NS
    venue.rest(CAROL, buy(51_000, 500, codes.ALO))
    venue.rest(DORA, sell(51_100, 500, codes.ALO))
    assert not of_kind(venue.wait(2), LiquidationStarted)
    assert venue.market.mark_price < 55_000
    assert of_kind(venue.wait(3), LiquidationStarted), "the other is fresh, and both count"


def test_a_market_that_keeps_waiting_spares_an_account_for_two_minutes_only() -> None:
    venue = two_markets()
    venue.trade(ALICE, BOB, PRICE, 2_000)
    venue.trade(ALICE, BOB, PRICE, 100, asset=1)
    venue.set_status(codes.HALTED, asset=1)
    away(venue, 1)
    venue.rest(CAROL, buy(51_000, 500, codes.ALO))
    venue.rest(DORA, sell(51_100, 500, codes.ALO))
    assert not of_kind(venue.wait(119), LiquidationStarted)
    started = of_kind(venue.wait(6), LiquidationStarted)
    assert {event.asset for event in started} == {0}, "nothing is liquidated where prices are old"
    assert venue.holding(ALICE, 1).lots == 100


@pytest.mark.parametrize("asset", [0, 1])
def test_the_wait_survives_a_snapshot(asset: int) -> None:
    venue = two_markets()
    venue.run(ResumeVenue(venue.time_ns + SECOND_NS))
    other = Engine.restore(venue.engine.snapshot())
    assert other.venue.markets[asset].awaits_ns == START_NS + SECOND_NS
    assert other.state_hash() == venue.engine.state_hash()
    later = START_NS + 10 * SECOND_NS
    assert other.apply(AdvanceTime(), later) == venue.engine.apply(AdvanceTime(), later)


def test_a_venue_without_markets_that_trade_has_nothing_to_wait_for() -> None:
    venue = SmallVenue(market(launch_time=START_NS + HOUR * SECOND_NS))
    assert venue.run(ResumeVenue(START_NS + SECOND_NS)) == [Acknowledged()]
    venue.wait(HOUR)
    assert venue.market.awaits_ns == 0


def test_a_clock_that_went_back_makes_nothing_wait_for_the_past() -> None:
    venue = SmallVenue()
    venue.wait(60)
    (waiting,) = of_kind(venue.run(ResumeVenue(START_NS)), PricesAwaited)
    assert waiting.since_ns == venue.time_ns
