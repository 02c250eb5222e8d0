"""What all markets take while the venue's disk is slow or nearly full (LIFE-13)."""

from __future__ import annotations

from typing import Any

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import PlaceOrders, PlaceTwap, SetVenueStatus
from bellwether.schema.events import (
    Event,
    LiquidationStarted,
    OrderAmended,
    OrderClosed,
    OrderPlaced,
    OrderTriggered,
    TradeExecuted,
    TwapSliceSent,
    TwapStarted,
    VenueStatusSet,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    PRICE,
    START_NS,
    SWIFT,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

SLOW = (codes.POST_ONLY, codes.DISK_SLOW)
STALLED = (codes.CANCEL_ONLY, codes.DISK_SLOW)
LOW = (codes.CANCEL_ONLY, codes.DISK_LOW)
WELL = (codes.OPEN, codes.BY_REQUEST)
KINDS = (codes.GTC, codes.IOC, codes.FOK, codes.FRONTEND_MARKET)


def is_now(venue: SmallVenue, state: tuple[int, int]) -> list[Event]:
    return venue.run(SetVenueStatus(*state, "as the test says"))


def small_venue(**more: Any) -> SmallVenue:
    return SmallVenue(market(**more), audited=True)


def twap(venue: SmallVenue, reduce_only: bool, is_buy: bool = True) -> list[Event]:
    head = venue.head(CAROL)
    return venue.run(PlaceTwap(*head, 0, is_buy, 20_000, reduce_only, 5, False, 0, False, 0))


def test_a_slow_disk_leaves_post_only_and_reducing_orders() -> None:
    venue = small_venue()
    venue.trade(CAROL, ALICE, PRICE, 1_000)
    bid = venue.rest(BOB, buy(PRICE - 100, 500))
    assert is_now(venue, SLOW) == [VenueStatusSet(START_NS, *SLOW, "as the test says")]
    for kind in KINDS:
        assert refusals(venue.place(BOB, buy(PRICE, 100, kind))) == [rejects.DISK_SLOW_NOW]
    assert not refusals(venue.place(BOB, buy(PRICE - 200, 200, codes.ALO)))
    assert refusals(venue.place(CAROL, sell(PRICE, 1_001, codes.IOC))) == [rejects.DISK_SLOW_NOW]
    sold = venue.place(CAROL, sell(PRICE - 100, 300, codes.IOC, True))
    assert of_kind(sold, TradeExecuted), "who reduces may take"
    assert of_kind(venue.place(CAROL, sell(PRICE - 100, 200)), TradeExecuted), "unmarked as well"
    stop = {"trigger": codes.STOP_MARKET, "at": PRICE - 9_000}
    assert not refusals(venue.place(CAROL, sell(PRICE - 9_000, 100, reduce_only=True, **stop)))
    opening = venue.place(DORA, sell(PRICE - 9_000, 500, **stop))
    assert refusals(opening) == [rejects.DISK_SLOW_NOW]
    assert venue.account(BOB).orders.get(bid) is None, "both sales have filled it"


@pytest.mark.parametrize(
    ("state", "reason"),
    [(STALLED, rejects.DISK_STALLED_NOW), (LOW, rejects.DISK_LOW_NOW)],
)
def test_a_disk_that_stands_or_is_nearly_full_leaves_cancels(
    state: tuple[int, int], reason: int
) -> None:
    venue = small_venue()
    venue.trade(CAROL, ALICE, PRICE, 1_000)
    bid = venue.rest(BOB, buy(PRICE - 100, 500))
    is_now(venue, state)
    for order in (
        buy(PRICE - 200, 100, codes.ALO),
        *(buy(PRICE, 100, kind) for kind in KINDS),
        sell(PRICE, 100, codes.IOC, True),
    ):
        assert refusals(venue.place(CAROL, order)) == [reason]
    assert refusals(twap(venue, True, False)) == [reason]
    assert refusals(venue.modify(BOB, bid, buy(PRICE - 50, 500))) == [reason]
    assert venue.account(BOB).orders[bid].lots == 500, "and the order has stayed"
    (shrunk,) = of_kind(venue.modify(BOB, bid, buy(PRICE - 100, 300), False), OrderAmended)
    assert shrunk.lots == 300
    assert of_kind(venue.cancel(BOB, bid), OrderClosed)
    is_now(venue, WELL)
    assert not refusals(venue.place(BOB, buy(PRICE - 100, 200)))


def test_the_market_s_own_reason_is_told_first() -> None:
    venue = small_venue()
    is_now(venue, STALLED)
    venue.set_status(codes.HALTED)
    assert refusals(venue.place(BOB, buy(PRICE, 100))) == [rejects.TRADING_HALTED]
    venue.set_status(codes.POST_ONLY)
    is_now(venue, SLOW)
    assert refusals(venue.place(BOB, buy(PRICE, 100))) == [rejects.POST_ONLY_NOW]


def test_an_account_that_is_not_there_is_told_of_the_disk_first() -> None:
    venue = SmallVenue(market("X"), market("Y"), audited=True)
    is_now(venue, LOW)
    assert refusals(venue.place(BOB, buy(PRICE, 100, asset=1))) == [rejects.DISK_LOW_NOW]


def test_resting_orders_stay_stops_fire_and_positions_are_liquidated() -> None:
    """LIQ-10: prices are as fresh as ever."""
    venue = SmallVenue(market(oracle=SWIFT), audited=True)
    venue.trade(CAROL, ALICE, PRICE, 400_000)
    stop = {"trigger": codes.STOP_MARKET, "at": 90_000}
    venue.rest(CAROL, sell(85_000, 1_000, reduce_only=True, **stop))
    bid = venue.rest(BOB, buy(50_000, 200))
    venue.rest(DORA, buy(80_000, 2_000, codes.ALO))
    venue.rest(DORA, sell(80_100, 2_000, codes.ALO))
    is_now(venue, STALLED)
    events = venue.wait(3)
    assert of_kind(events, OrderTriggered)
    assert of_kind(events, LiquidationStarted)
    assert bid in venue.account(BOB).orders


def test_what_was_held_back_is_looked_at_when_its_wait_is_over() -> None:
    venue = small_venue(maker_protection_ns=10**9)
    venue.rest(ALICE, sell(PRICE, 1_000))
    held = venue.place(BOB, buy(PRICE, 100))
    assert of_kind(held, OrderPlaced) and not of_kind(held, TradeExecuted)
    is_now(venue, SLOW)
    released = venue.wait(1)
    assert not of_kind(released, TradeExecuted)
    assert [e.status for e in of_kind(released, OrderClosed)] == [codes.TRIGGER_REFUSED]


def test_twap_orders_wait_and_those_that_reduce_go_on() -> None:
    venue = SmallVenue(market(min_order_value_e6=1), usd=100_000, audited=True)
    venue.trade(CAROL, ALICE, PRICE, 20_000)
    venue.rest(DORA, buy(PRICE, 90_000))
    venue.rest(DORA, sell(PRICE + 100, 90_000))
    for reduce_only in (False, True):
        assert of_kind(twap(venue, reduce_only, not reduce_only), TwapStarted)
    assert len(of_kind(venue.wait(30), TwapSliceSent)) == 2
    is_now(venue, SLOW)
    (sent,) = of_kind(venue.wait(30), TwapSliceSent)
    assert sent.twap_id == 2, "that which sells what it holds"
    assert refusals(twap(venue, False)) == [rejects.DISK_SLOW_NOW]
    assert of_kind(twap(venue, True, False), TwapStarted)
    is_now(venue, LOW)
    assert not of_kind(venue.wait(30), TwapSliceSent)
    is_now(venue, WELL)
    assert len(of_kind(venue.wait(30), TwapSliceSent)) == 3


def test_a_call_auction_goes_on_gathering_on_a_slow_disk() -> None:
    """LIFE-2: nothing takes before the launch, and post-only orders have no place there."""
    start = START_NS + 7_200 * 10**9
    venue = small_venue(launch_time=start, auction_ns=3_600 * 10**9)
    venue.wait(3_601)
    assert venue.market.phase == codes.AUCTION
    is_now(venue, SLOW)
    assert not refusals(venue.place(BOB, buy(PRICE, 100)))
    is_now(venue, STALLED)
    assert refusals(venue.place(BOB, buy(PRICE, 100))) == [rejects.DISK_STALLED_NOW]


@pytest.mark.parametrize(
    "state",
    [
        WELL,
        (codes.OPEN, codes.DISK_SLOW),
        (codes.POST_ONLY, codes.DISK_LOW),
        (codes.POST_ONLY, codes.BY_REQUEST),
        (codes.HALTED, codes.DISK_LOW),
        (codes.CANCEL_ONLY, codes.FEED_FAILED),
        (9, -1),
    ],
)
def test_what_is_so_or_unheard_of_changes_nothing(state: tuple[int, int]) -> None:
    venue = small_venue()
    before = venue.engine.snapshot()
    assert refusals(is_now(venue, state)) == [rejects.ALREADY_SO]
    assert venue.engine.snapshot() == before


def test_a_snapshot_knows_what_the_disk_lets_through() -> None:
    venue = small_venue()
    is_now(venue, LOW)
    again = Engine.restore(venue.engine.snapshot())
    assert again.snapshot() == venue.engine.snapshot()
    assert again.venue.status_since_ns == START_NS
    command = PlaceOrders(*venue.head(BOB), (buy(PRICE, 100),), 0)
    assert refusals(again.apply(command, START_NS)) == [rejects.DISK_LOW_NOW]
