"""Stop and take-profit orders, alone, with a parent, tied to a position (ORD-1)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.events import (
    OrderActivated,
    OrderClosed,
    OrderPlaced,
    OrderTriggered,
    TradeExecuted,
)
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

STOP, STOP_LIMIT = codes.STOP_MARKET, codes.STOP_LIMIT
TAKE, TAKE_LIMIT = codes.TAKE_PROFIT_MARKET, codes.TAKE_PROFIT_LIMIT


@pytest.fixture
def venue() -> SmallVenue:
    """Alice is long 1 contract at 100 USD, Bob short; the mark follows the book at once."""
    found = SmallVenue(market(oracle=SWIFT))
    found.trade(ALICE, BOB, 100_000, 1_000)
    return found


def fired(events: list[object]) -> list[int]:
    return [event.order_id for event in events if isinstance(event, OrderTriggered)]


@pytest.mark.parametrize(
    ("who", "is_buy", "kind", "at", "not_yet", "reached"),
    [
        (ALICE, False, STOP, 95_000, 95_100, 95_000),
        (ALICE, False, TAKE, 105_000, 104_000, 105_000),
        (BOB, True, STOP, 105_000, 104_000, 105_000),
        (BOB, True, TAKE, 95_000, 95_100, 95_000),
    ],
)
def test_a_trigger_fires_when_the_mark_reaches_it(
    venue: SmallVenue, who: bytes, is_buy: bool, kind: int, at: int, not_yet: int, reached: int
) -> None:
    make = buy if is_buy else sell
    limit = 130_000 if is_buy else 70_000
    order_id = venue.rest(who, make(limit, 500, reduce_only=True, trigger=kind, at=at))
    down = at < 100_000
    # The oracle goes to the ask from above and to the bid from below.
    first, second = (not_yet - 100, reached - 100) if down else (not_yet, reached)
    assert fired(venue.pull(first)) == []
    assert venue.market.mark_price == not_yet
    assert fired(venue.pull(second)) == [order_id]
    assert venue.market.mark_price == reached


def test_triggers_that_would_fire_at_once_are_refused(venue: SmallVenue) -> None:
    for order in (
        sell(90_000, 500, trigger=STOP, at=100_000),
        sell(90_000, 500, trigger=TAKE, at=100_000),
        buy(110_000, 500, trigger=STOP, at=100_000),
        buy(110_000, 500, trigger=TAKE, at=100_000),
        sell(90_000, 500, trigger=STOP, at=0),
        sell(90_000, 500, trigger=STOP, at=-5),
    ):
        assert refusals(venue.place(ALICE, order)) == [rejects.TRIGGER_PRICE_INVALID]


def test_equal_triggers_fire_oldest_first_and_nearer_ones_before(venue: SmallVenue) -> None:
    ids = [
        venue.rest(ALICE, sell(70_000, 200, reduce_only=True, trigger=STOP, at=at))
        for at in (95_000, 95_000, 96_000, 94_000)
    ]
    events = venue.pull(93_000)
    assert fired(events) == [ids[2], ids[0], ids[1], ids[3]]
    others = SmallVenue(market(oracle=SWIFT))
    ids = [
        others.rest(ALICE, buy(130_000, 200, trigger=STOP, at=at))
        for at in (105_000, 105_000, 104_000)
    ]
    assert fired(others.pull(106_000)) == [ids[2], ids[0], ids[1]]


def test_a_market_trigger_does_not_rest_and_a_limit_trigger_does(venue: SmallVenue) -> None:
    market_id = venue.rest(ALICE, sell(99_000, 500, reduce_only=True, trigger=STOP, at=95_000))
    limit_id = venue.rest(ALICE, sell(99_000, 500, reduce_only=True, trigger=STOP_LIMIT, at=95_000))
    events = venue.pull(94_000)
    assert fired(events) == [market_id, limit_id]
    closed = of_kind(events, OrderClosed)
    assert [(e.order_id, e.status) for e in closed] == [(market_id, codes.TRIGGER_REFUSED)]
    assert venue.market.book.levels(False, 9) == [(99_000, 500, 1)]


def test_a_reduce_only_trigger_without_a_position_ends_when_it_fires(venue: SmallVenue) -> None:
    order_id = venue.rest(ALICE, sell(70_000, 500, reduce_only=True, trigger=STOP, at=95_000))
    venue.trade(BOB, ALICE, 100_000, 1_000)
    closed = of_kind(venue.pull(94_000), OrderClosed)
    assert [(e.order_id, e.status) for e in closed] == [(order_id, codes.REDUCE_ONLY_CANCELED)]


def test_a_trigger_with_a_passed_price_waits_through_a_halt(venue: SmallVenue) -> None:
    """LIFE-11: nothing fires while the market is post-only; the first update after does."""
    order_id = venue.rest(ALICE, sell(70_000, 500, reduce_only=True, trigger=STOP, at=95_000))
    venue.set_status(codes.POST_ONLY)
    assert fired(venue.pull(94_000)) == []
    venue.set_status(codes.OPEN)
    assert fired(venue.wait(3)) == [order_id]


def test_a_child_whose_trigger_has_passed_fires_with_the_next_update() -> None:
    venue = SmallVenue(market(oracle=SWIFT))
    parent = buy(100_000, 500)
    stop = sell(70_000, 500, reduce_only=True, trigger=STOP, at=100_500)
    venue.place(ALICE, parent, stop, grouping=codes.NORMAL_TPSL)
    assert fired(venue.wait(3)) == []
    assert len(of_kind(venue.place(BOB, sell(100_000, 500)), OrderActivated)) == 1
    assert len(fired(venue.wait(3))) == 1


def test_children_live_and_die_with_what_was_filled() -> None:
    venue = SmallVenue(market(oracle=SWIFT))
    stop = sell(70_000, 1_000, reduce_only=True, trigger=STOP, at=95_000)
    venue.place(ALICE, buy(100_000, 1_000), stop, grouping=codes.NORMAL_TPSL)
    venue.place(BOB, sell(100_000, 400))
    events = venue.cancel(ALICE, 1)
    assert [(e.order_id, e.lots) for e in of_kind(events, OrderActivated)] == [(2, 400)]


def test_children_of_an_untouched_parent_end_even_if_it_was_cut(venue: SmallVenue) -> None:
    """A reduce-only parent is cut to the position; what was cut off was not filled."""
    profit = buy(90_000, 2_000, reduce_only=True, trigger=TAKE_LIMIT, at=90_000)
    parent = sell(104_000, 2_000, reduce_only=True)
    venue.place(ALICE, parent, profit, grouping=codes.NORMAL_TPSL)
    events = venue.cancel(ALICE, 3)
    assert [(e.order_id, e.status) for e in of_kind(events, OrderClosed)] == [
        (3, codes.CANCELED),
        (4, codes.CANCELED),
    ]


def test_children_follow_a_parent_that_is_amended_under_its_id() -> None:
    venue = SmallVenue(market(oracle=SWIFT))
    stop = sell(70_000, 1_000, reduce_only=True, trigger=STOP, at=95_000)
    venue.place(ALICE, buy(99_000, 1_000), stop, grouping=codes.NORMAL_TPSL)
    venue.modify(ALICE, 1, buy(99_500, 1_000), new=False)
    again = Engine.restore(venue.engine.snapshot())
    assert again.state_hash() == venue.engine.state_hash()
    events = venue.place(BOB, sell(99_500, 1_000))
    assert [e.order_id for e in of_kind(events, OrderActivated)] == [2]


def test_no_two_orders_of_a_group_share_a_name() -> None:
    """ORD-6: a child is asked for its client id like any other order."""
    venue = SmallVenue()
    stop = sell(70_000, 1_000, reduce_only=True, trigger=STOP, at=95_000, name=b"n" * 16)
    parent = buy(99_000, 1_000, name=b"n" * 16)
    events = venue.place(ALICE, parent, stop, grouping=codes.NORMAL_TPSL)
    assert refusals(events) == [rejects.CLIENT_ORDER_ID_IN_USE]
    assert refusals(venue.cancel(ALICE, 1)) == []


def test_a_whole_group_is_answered(venue: SmallVenue) -> None:
    stop = sell(70_000, 1_000, reduce_only=True, trigger=STOP, at=95_000, asset=9)
    events = venue.place(ALICE, buy(99_000, 1_000, asset=9), stop, grouping=codes.NORMAL_TPSL)
    assert refusals(events) == [rejects.MARKET_UNKNOWN] * 2


def test_orders_tied_to_a_position_only_reduce(venue: SmallVenue) -> None:
    loose = sell(100_500, 1_000, trigger=STOP_LIMIT, at=99_900)
    events = venue.place(CAROL, loose, grouping=codes.POSITION_TPSL)
    assert refusals(events) == [rejects.GROUPING_INVALID]
    plain = sell(100_500, 1_000, reduce_only=True)
    events = venue.place(ALICE, plain, grouping=codes.POSITION_TPSL)
    assert refusals(events) == [rejects.GROUPING_INVALID]


def test_orders_tied_to_a_position_end_when_it_turns(venue: SmallVenue) -> None:
    tied = sell(70_000, 1, reduce_only=True, trigger=STOP, at=95_000)
    order_id = of_kind(venue.place(ALICE, tied, grouping=codes.POSITION_TPSL), OrderClosed)
    assert order_id == []
    venue.rest(CAROL, buy(100_000, 3_000))
    events = venue.place(ALICE, sell(100_000, 3_000))
    closed = of_kind(events, OrderClosed)
    assert [e.status for e in closed] == [codes.SIBLING_FILLED_CANCELED]
    assert venue.holding(ALICE).lots == -2_000


def test_an_order_tied_to_a_position_is_as_large_as_the_position(venue: SmallVenue) -> None:
    tied = sell(70_000, 1, reduce_only=True, trigger=STOP, at=95_000)
    venue.place(ALICE, tied, grouping=codes.POSITION_TPSL)
    venue.trade(ALICE, CAROL, 100_000, 700)
    venue.rest(CAROL, buy(90_000, 5_000))
    events = venue.pull(93_000)
    assert [e.lots for e in of_kind(events, OrderTriggered)] == [1_700]
    assert sum(e.lots for e in of_kind(events, TradeExecuted)) == 1_700
    assert venue.holding(ALICE).lots == 0


def test_an_order_tied_to_a_position_without_a_size_is_for_all_of_it(venue: SmallVenue) -> None:
    """As of a client that sends a size of 0 for the whole position (`positionTpsl`)."""
    tied = sell(70_000, 0, reduce_only=True, trigger=STOP, at=95_000)
    [placed] = of_kind(venue.place(ALICE, tied, grouping=codes.POSITION_TPSL), OrderPlaced)
    assert (placed.lots, placed.is_position_tpsl) == (1_000, True)
    moved = sell(70_000, 0, reduce_only=True, trigger=STOP, at=94_000)
    venue.trade(ALICE, CAROL, 100_000, 700)
    [placed] = of_kind(venue.modify(ALICE, placed.order_id, moved), OrderPlaced)
    assert (placed.lots, placed.trigger_price) == (1_700, 94_000)
    venue.rest(CAROL, buy(90_000, 5_000))
    events = venue.pull(92_000)
    assert [e.lots for e in of_kind(events, OrderTriggered)] == [1_700]
    assert venue.holding(ALICE).lots == 0


def test_only_a_trigger_tied_to_a_position_goes_without_a_size(venue: SmallVenue) -> None:
    stop = sell(70_000, 0, reduce_only=True, trigger=STOP, at=95_000)
    assert refusals(venue.place(ALICE, stop)) == [rejects.SIZE_ZERO]
    plain = sell(100_500, 0, reduce_only=True)
    events = venue.place(ALICE, plain, grouping=codes.POSITION_TPSL)
    assert refusals(events) == [rejects.SIZE_ZERO]
    events = venue.place(CAROL, stop, grouping=codes.POSITION_TPSL)
    assert refusals(events) == [rejects.REDUCE_ONLY_INCREASES]
    order_id = venue.rest(ALICE, sell(70_000, 500, reduce_only=True, trigger=STOP, at=95_000))
    assert refusals(venue.modify(ALICE, order_id, stop)) == [rejects.SIZE_ZERO]


def test_a_whole_position_is_no_more_than_the_largest_order() -> None:
    venue = SmallVenue(market(oracle=SWIFT, max_order_lots=2_000))
    for lots in (2_000, 1_000):
        venue.trade(ALICE, BOB, 100_000, lots)
    tied = sell(70_000, 0, reduce_only=True, trigger=STOP, at=95_000)
    [placed] = of_kind(venue.place(ALICE, tied, grouping=codes.POSITION_TPSL), OrderPlaced)
    assert placed.lots == 2_000
    assert [e.lots for e in of_kind(venue.pull(93_000), OrderTriggered)] == [3_000]
