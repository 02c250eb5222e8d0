"""Takers wait where makers are protected; post-only orders and cancels do not (ORD-2)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import AdvanceTime, CancelOrders, ScheduleCancel
from bellwether.schema.events import (
    Event,
    OrderActivated,
    OrderClosed,
    OrderPlaced,
    TradeExecuted,
)
from tests.engine.life.acts import carry, factor, mortal
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

WAIT_NS = 20_000_000


@pytest.fixture
def venue() -> SmallVenue:
    """Bob offers a contract at 100 USD; takers wait 20 ms."""
    found = SmallVenue(market(maker_protection_ns=WAIT_NS))
    found.rest(BOB, sell(100_000, 1_000))
    return found


def wait(venue: SmallVenue, ns: int) -> list[Event]:
    venue.time_ns += ns
    return venue.run(AdvanceTime())


def traded(events: list[Event]) -> list[int]:
    return [event.lots for event in of_kind(events, TradeExecuted)]


@pytest.mark.parametrize("kind", [codes.GTC, codes.IOC, codes.FOK, codes.FRONTEND_MARKET])
def test_a_taker_trades_when_its_wait_is_over(venue: SmallVenue, kind: int) -> None:
    events = venue.place(ALICE, buy(100_000, 1_000, kind))
    assert [type(event) for event in events] == [OrderPlaced]
    assert wait(venue, WAIT_NS - 1) == []
    assert traded(wait(venue, 1)) == [1_000]
    assert venue.engine.venue.held_back == {} and venue.account(ALICE).orders == {}


def test_a_maker_can_be_gone_by_then(venue: SmallVenue) -> None:
    venue.place(ALICE, buy(100_000, 1_000, codes.IOC))
    order_id = next(iter(venue.account(BOB).orders))
    assert of_kind(venue.cancel(BOB, order_id), OrderClosed)
    (closed,) = of_kind(wait(venue, WAIT_NS), OrderClosed)
    assert (closed.status, closed.lots) == (codes.IOC_REMAINDER, 1_000)


def test_what_does_not_take_and_post_only_orders_go_ahead(venue: SmallVenue) -> None:
    venue.place(ALICE, buy(100_000, 1_000))
    events = venue.place(CAROL, buy(99_000, 500), buy(99_100, 500, codes.ALO))
    assert len(venue.market.book.orders(True)) == 2 and of_kind(events, OrderClosed) == []
    assert refusals(venue.place(CAROL, buy(100_000, 500, codes.ALO))) == [rejects.POST_ONLY_CROSSES]


def test_takers_come_in_the_order_in_which_they_were_placed(venue: SmallVenue) -> None:
    first = venue.rest(ALICE, buy(100_000, 700, codes.IOC))
    venue.time_ns += 1
    second = venue.rest(CAROL, buy(100_000, 700, codes.IOC))
    trades = of_kind(wait(venue, WAIT_NS), TradeExecuted)
    assert [(e.taker_order_id, e.lots) for e in trades] == [(first, 700), (second, 300)]


def test_an_order_that_waits_can_be_cancelled_and_modified(venue: SmallVenue) -> None:
    order_id = venue.rest(ALICE, buy(100_000, 1_000))
    (closed,) = of_kind(venue.cancel(ALICE, order_id), OrderClosed)
    assert closed.status == codes.CANCELED
    order_id = venue.rest(ALICE, buy(100_000, 1_000))
    wait(venue, WAIT_NS - 5)
    venue.modify(ALICE, order_id, buy(100_000, 600))
    assert traded(wait(venue, WAIT_NS - 1)) == []
    assert traded(wait(venue, 1)) == [600]
    order_id = venue.rest(CAROL, buy(100_000, 300))
    venue.modify(CAROL, order_id, buy(100_000, 200), new=False)
    assert traded(wait(venue, WAIT_NS)) == [200]


def test_the_switch_takes_it_back(venue: SmallVenue) -> None:
    venue.run(ScheduleCancel(*venue.head(ALICE), venue.time_ns // 10**6 + 5_000))
    wait(venue, 5 * 10**9 - 1)
    venue.place(ALICE, buy(100_000, 1_000))
    (closed,) = of_kind(wait(venue, 1), OrderClosed)
    assert closed.status == codes.SCHEDULED_CANCEL
    assert traded(wait(venue, WAIT_NS)) == []


def test_a_halt_in_between_ends_it(venue: SmallVenue) -> None:
    venue.place(ALICE, buy(100_000, 1_000))
    venue.set_status(codes.HALTED)
    (closed,) = of_kind(wait(venue, WAIT_NS), OrderClosed)
    assert closed.status == codes.TRIGGER_REFUSED


def test_margin_is_asked_again(venue: SmallVenue) -> None:
    """Two orders that each fit; the first takes the margin of the second."""
    venue.rest(BOB, sell(100_000, 9_000))
    poor = SmallVenue(market(maker_protection_ns=WAIT_NS), usd=100)
    poor.rest(BOB, sell(100_000, 4_000))
    poor.rest(CAROL, sell(100_000, 4_000))
    poor.place(ALICE, buy(100_000, 4_000, codes.IOC), buy(100_000, 4_000, codes.IOC))
    events = wait(poor, WAIT_NS)
    assert traded(events) == [4_000]
    assert [e.status for e in of_kind(events, OrderClosed)] == [codes.MARGIN_CANCELED]


def test_a_snapshot_keeps_what_waits(venue: SmallVenue) -> None:
    venue.place(ALICE, buy(100_000, 1_000))
    again = Engine.restore(venue.engine.snapshot())
    assert again.state_hash() == venue.engine.state_hash()
    venue.engine = again
    assert traded(wait(venue, WAIT_NS)) == [1_000]


def test_a_parents_children_wait_for_it(venue: SmallVenue) -> None:
    stop = sell(80_000, 1_000, reduce_only=True, trigger=codes.STOP_MARKET, at=90_000)
    venue.place(ALICE, buy(100_000, 1_000), stop, grouping=codes.NORMAL_TPSL)
    assert of_kind(wait(venue, WAIT_NS), OrderActivated)


def test_life_10_a_rebase_scales_what_waits() -> None:
    venue = SmallVenue(mortal(maker_protection_ns=10**12))
    venue.rest(BOB, sell(100_000, 1_000))
    venue.rest(ALICE, buy(100_000, 1_000))
    carry(venue, factor(venue, 5, 1))
    assert traded(wait(venue, 10**12)) == [5_000]


def test_cancels_of_makers_go_ahead(venue: SmallVenue) -> None:
    venue.place(ALICE, buy(100_000, 1_000))
    order_id = next(iter(venue.account(BOB).orders))
    events = venue.run(CancelOrders(*venue.head(BOB), ((0, order_id),)))
    assert [e.status for e in of_kind(events, OrderClosed)] == [codes.CANCELED]
    assert venue.market.book.orders(False) == []
    wait(venue, WAIT_NS)
    assert [o.lots for o in venue.market.book.orders(True)] == [1_000], "the taker rests now"
