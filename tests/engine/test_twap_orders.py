"""TWAP orders: schedule, slippage, catching up, and every way in which one ends (ORD-1)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.engine.engine import Engine
from bellwether.engine.twap.schedule import largest_slice, slice_count, target_lots
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AdvanceTime,
    CancelTwap,
    PlaceTwap,
    ScheduleCancel,
    SetAccount,
)
from bellwether.schema.events import (
    Event,
    OrderPlaced,
    TradeExecuted,
    TwapEnded,
    TwapRebased,
    TwapSliceSent,
    TwapStarted,
)
from tests.engine.life.acts import carry, factor, mortal, settlement
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    COMPLIANCE,
    SWIFT,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

LOTS = 11_000
"""11 contracts over 5 minutes, a contract in each of the 11 sub-orders."""


@pytest.fixture
def venue() -> SmallVenue:
    return SmallVenue(usd=1_000_000)


def start(
    venue: SmallVenue,
    who: bytes = ALICE,
    lots: int = LOTS,
    minutes: int = 5,
    *,
    is_buy: bool = True,
    reduce_only: bool = False,
    randomize: bool = False,
) -> list[Event]:
    head = venue.head(who)
    return venue.run(PlaceTwap(*head, 0, is_buy, lots, reduce_only, minutes, randomize))


def quote(venue: SmallVenue, lots: int = 100_000, price: int = 100_000) -> int:
    return venue.rest(BOB, sell(price, lots))


def traded(events: list[Event]) -> list[int]:
    return [event.lots for event in of_kind(events, TradeExecuted)]


def test_sub_orders_are_even_and_thirty_seconds_apart(venue: SmallVenue) -> None:
    quote(venue)
    events = start(venue)
    assert [event.twap_id for event in of_kind(events, TwapStarted)] == [1]
    assert traded(events) == [1_000]
    events = venue.wait(29)
    assert traded(events) == []
    for _ in range(9):
        events = venue.wait(30)
        assert traded(events) == [1_000]
    events = venue.wait(1)
    assert traded(events) == [1_000]
    ended = of_kind(events, TwapEnded)[0]
    assert (ended.status, ended.executed_lots) == (codes.FILLED, LOTS)
    assert ended.executed_e6 == LOTS * 100_000
    assert venue.engine.venue.twaps == {} and venue.account(ALICE).twaps == {}


def test_what_is_missed_is_caught_up_threefold_at_most(venue: SmallVenue) -> None:
    start(venue)
    venue.wait(30 * 4)
    quote(venue)
    # Five sub-orders have gone by; the sixth may be three even ones, and so may the seventh.
    assert traded(venue.wait(30)) == [3_000]
    assert traded(venue.wait(30)) == [3_000]
    assert traded(venue.wait(30)) == [2_000]
    assert traded(venue.wait(30)) == [1_000]


def test_a_twap_order_that_can_not_catch_up_ends_with_its_time(venue: SmallVenue) -> None:
    start(venue)
    venue.wait(30 * 9)
    quote(venue)
    ended = of_kind(venue.wait(30), TwapEnded)[0]
    assert (ended.status, ended.executed_lots) == (codes.TWAP_OUT_OF_TIME, 3_000)


def test_a_sub_order_goes_three_percent_beyond_the_mark_and_no_further(venue: SmallVenue) -> None:
    quote(venue, 400, 103_000)
    quote(venue, 5_000, 103_100)
    events = start(venue)
    assert traded(events) == [400]
    assert of_kind(events, OrderPlaced)[0].price == 103_000
    assert of_kind(events, OrderPlaced)[0].time_in_force == codes.TWAP_SLICE


def test_a_selling_sub_order_goes_three_percent_below_the_mark(venue: SmallVenue) -> None:
    venue.rest(BOB, buy(97_000, 400))
    venue.rest(BOB, buy(96_900, 5_000))
    events = start(venue, is_buy=False)
    assert traded(events) == [400]
    assert of_kind(events, OrderPlaced)[0].price == 97_000


def test_while_the_market_is_halted_sub_orders_are_missed(venue: SmallVenue) -> None:
    quote(venue)
    start(venue)
    for status in (codes.HALTED, codes.CANCEL_ONLY, codes.POST_ONLY):
        venue.set_status(status)
        assert traded(venue.wait(30)) == []
    venue.set_status(codes.OPEN)
    assert traded(venue.wait(30)) == [3_000]


def test_a_reduce_only_twap_order_stops_at_flat_and_goes_on_when_there_is_more() -> None:
    venue = SmallVenue(usd=1_000_000)
    venue.trade(ALICE, BOB, 100_000, 1_500)
    venue.rest(CAROL, buy(100_000, 50_000))
    events = start(venue, is_buy=False, reduce_only=True)
    assert traded(events) == [1_000]
    assert traded(venue.wait(30)) == [500]
    assert venue.holding(ALICE).lots == 0
    assert of_kind(venue.wait(30), TwapSliceSent) == []
    assert len(venue.account(ALICE).twaps) == 1


def test_a_cancelled_twap_order_sends_nothing_more(venue: SmallVenue) -> None:
    quote(venue)
    start(venue)
    ended = venue.run(CancelTwap(*venue.head(ALICE), 0, 1))
    assert of_kind(ended, TwapEnded)[0].status == codes.CANCELED
    assert traded(venue.wait(300)) == []
    again = venue.run(CancelTwap(*venue.head(ALICE), 0, 1))
    assert refusals(again) == [rejects.TWAP_NOT_RUNNING]


@pytest.mark.parametrize(("who", "asset", "number"), [(BOB, 0, 1), (ALICE, 7, 1), (ALICE, 0, 2)])
def test_only_a_running_twap_order_of_ones_own_is_cancelled(
    venue: SmallVenue, who: bytes, asset: int, number: int
) -> None:
    start(venue)
    venue.rest(BOB, buy(90_000, 1_000))
    events = venue.run(CancelTwap(*venue.head(who), asset, number))
    assert refusals(events) == [rejects.TWAP_NOT_RUNNING]
    assert list(venue.engine.venue.twaps) == [1]


@pytest.mark.parametrize(
    ("asset", "lots", "minutes", "reason"),
    [
        (7, LOTS, 5, rejects.MARKET_UNKNOWN),
        (0, -1, 5, rejects.SIZE_INVALID),
        (0, 0, 5, rejects.SIZE_ZERO),
        (0, LOTS, 4, rejects.TWAP_DURATION_INVALID),
        (0, LOTS * 10_000, 7 * 24 * 60 + 1, rejects.TWAP_DURATION_INVALID),
        (0, 499, 5, rejects.TWAP_VALUE_TOO_SMALL),
        (0, 1_007_999, 7 * 24 * 60, rejects.TWAP_VALUE_TOO_SMALL),
    ],
)
def test_a_twap_order_that_does_not_fit_is_refused(
    venue: SmallVenue, asset: int, lots: int, minutes: int, reason: int
) -> None:
    before = venue.engine.state_hash()
    head = venue.head(ALICE)
    events = venue.run(PlaceTwap(*head, asset, True, lots, False, minutes, False))
    assert refusals(events) == [reason]
    assert venue.engine.venue.twaps == {} and venue.engine.venue.next_twap_id == 1
    assert before != venue.engine.state_hash(), "the nonce is used"


def test_the_least_worth_is_ten_usd_a_minute(venue: SmallVenue) -> None:
    assert of_kind(start(venue, lots=500), TwapStarted)


def test_a_reduce_only_twap_order_needs_a_position(venue: SmallVenue) -> None:
    assert refusals(start(venue, reduce_only=True)) == [rejects.REDUCE_ONLY_INCREASES]


def test_an_account_has_twenty_twap_orders_at_most(venue: SmallVenue) -> None:
    for _ in range(20):
        assert of_kind(start(venue, lots=500), TwapStarted)
    assert refusals(start(venue, lots=500)) == [rejects.TOO_MANY_TWAPS]


def test_a_liquidated_accounts_twap_order_ends() -> None:
    venue = SmallVenue(market(oracle=SWIFT), usd=2_000)
    venue.trade(ALICE, BOB, 100_000, 90_000)
    start(venue, lots=1_000)
    events = venue.pull(80_000)
    assert [e.status for e in of_kind(events, TwapEnded)] == [codes.LIQUIDATED_CANCELED]
    assert venue.engine.venue.twaps == {}
    venue.wait(60)


def test_an_owner_who_may_take_no_more_risk_loses_the_twap_order() -> None:
    venue = SmallVenue(market(excluded_jurisdictions=("US",)))
    start(venue)
    venue.nonce += 1
    events = venue.run(SetAccount(COMPLIANCE, venue.nonce, ALICE, "US", "retail", ""))
    assert [e.status for e in of_kind(events, TwapEnded)] == [codes.NOT_ELIGIBLE_CANCELED]


def test_a_snapshot_in_the_middle_goes_on_as_if_nothing_had_happened(venue: SmallVenue) -> None:
    quote(venue)
    start(venue, randomize=True)
    venue.wait(75)
    again = Engine.restore(venue.engine.snapshot())
    assert again.state_hash() == venue.engine.state_hash()
    for _ in range(10):
        venue.time_ns += 30 * 10**9
        events = venue.engine.apply(AdvanceTime(), venue.time_ns)
        assert again.apply(AdvanceTime(), venue.time_ns) == events
        assert again.state_hash() == venue.engine.state_hash()
    assert venue.engine.venue.twaps == {}


def test_randomized_sub_orders_differ_by_a_fifth_and_add_up(venue: SmallVenue) -> None:
    quote(venue, 200_000)
    events = start(venue, lots=110_000, randomize=True)
    sizes = traded(events) + traded(venue.wait(300))
    assert sum(sizes) == 110_000 and len(sizes) == 11
    assert len(set(sizes)) > 5
    assert all(8_000 <= size <= 12_000 for size in sizes[:-1])


class Bare:
    """A schedule alone, with a book that takes what it is told to."""

    def __init__(self, twap_id: int, lots: int, minutes: int, randomize: bool) -> None:
        self.given = (twap_id, lots, minutes, randomize)
        self.executed = 0

    def due(self, place: int) -> int:
        twap_id, lots, minutes, randomize = self.given
        target = target_lots(twap_id, lots, minutes, place, randomize)
        return max(0, min(target - self.executed, largest_slice(lots, minutes)))


@settings(max_examples=200)
@given(
    st.integers(1, 10**6),
    st.integers(1, 10**7),
    st.integers(5, 90),
    st.booleans(),
    st.lists(st.integers(0, 100), min_size=1, max_size=40),
)
def test_no_more_than_the_size_trades_and_no_sub_order_is_larger_than_threefold(
    twap_id: int, lots: int, minutes: int, randomize: bool, luck: list[int]
) -> None:
    """A book that fills any part of each sub-order; a full one ends exactly at the size."""
    schedule, full = (
        Bare(twap_id, lots, minutes, randomize),
        Bare(twap_id, lots, minutes, randomize),
    )
    count = slice_count(minutes)
    for place in range(count):
        due = schedule.due(place)
        assert due * count <= max(3 * lots, count)
        schedule.executed += due * luck[place % len(luck)] // 100
        full.executed += full.due(place)
        assert schedule.executed <= full.executed <= lots
        behind = (place + 1) * lots - full.executed * count
        assert abs(behind) <= count + lots // 8, "a book that fills stays at the even schedule"
    assert full.executed == lots


def test_life_10_a_rebase_scales_the_sizes() -> None:
    venue = SmallVenue(usd=1_000_000)
    quote(venue)
    start(venue)
    venue.wait(30)
    events = carry(venue, factor(venue, 3, 2))
    (told,) = of_kind(events, TwapRebased)
    assert (told.lots, told.executed_lots) == (16_500, 3_000)
    assert traded(venue.wait(30)) == [1_500]


def test_life_10_a_twap_order_of_which_nothing_is_left_ends() -> None:
    venue = SmallVenue(usd=1_000_000)
    start(venue, lots=500)
    events = carry(venue, factor(venue, 1, 501))
    assert [e.status for e in of_kind(events, TwapEnded)] == [codes.REBASED_CANCELED]


def test_a_settled_markets_twap_orders_end_with_it() -> None:
    venue = SmallVenue(mortal(), usd=1_000_000)
    start(venue)
    events = carry(venue, settlement(venue))
    assert [e.status for e in of_kind(events, TwapEnded)] == [codes.DELISTED_CANCELED]
    venue.wait(60)


def test_the_dead_mans_switch_ends_twap_orders_too(venue: SmallVenue) -> None:
    start(venue)
    venue.run(ScheduleCancel(*venue.head(ALICE), venue.time_ns // 10**6 + 5_000))
    ended = of_kind(venue.wait(5), TwapEnded)
    assert [event.status for event in ended] == [codes.SCHEDULED_CANCEL]


def test_sub_orders_stay_within_a_markets_protection() -> None:
    venue = SmallVenue(market(market_protection_e6=10_000), usd=1_000_000)
    quote(venue, 1_000, 101_000)
    events = start(venue)
    assert of_kind(events, OrderPlaced)[0].price == 101_000
