"""Fill-or-kill trades all of its size or nothing, whatever the margins behind the book (ORD-1)."""

from __future__ import annotations

import pytest

from bellwether.schema import codes, rejects
from bellwether.schema.events import Event, OrderClosed, TradeExecuted
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

FOK = codes.FOK


def traded(events: list[Event]) -> int:
    return sum(event.lots for event in of_kind(events, TradeExecuted))


def kill(venue: SmallVenue, who: bytes, lots: int, price: int = 100_000, **more: bool) -> int:
    """What trades; nothing else of the state has changed where it is nothing."""
    book = [(o.order_id, o.lots) for o in venue.market.book.orders(False)]
    events = venue.place(who, buy(price, lots, FOK, **more))
    if traded(events) == 0:
        assert refusals(events) == [rejects.NOT_FULLY_MATCHED]
        assert [(o.order_id, o.lots) for o in venue.market.book.orders(False)] == book
    else:
        assert of_kind(events, OrderClosed) == []
    return traded(events)


def test_all_of_it_trades_over_several_levels_and_makers() -> None:
    venue = SmallVenue()
    for who, price in ((BOB, 99_900), (CAROL, 100_000), (BOB, 100_000)):
        venue.rest(who, sell(price, 1_000))
    assert kill(venue, ALICE, 3_001) == 0
    assert kill(venue, ALICE, 3_000) == 3_000


def test_two_orders_that_together_outrun_their_makers_margin_do_not_count_as_both() -> None:
    """Each fits alone: after the first has traded, the second is cancelled for margin (MARG-4)."""
    venue = SmallVenue(market(maker_fee_e9=0), usd=100)
    venue.rest(BOB, sell(100_000, 3_000))
    venue.rest(BOB, sell(99_000, 1_500))
    holding = venue.holding(BOB)
    assert len(venue.account(BOB).orders) == 2
    # What backed both is gone: a loss elsewhere would do the same.
    venue.auditor = None
    venue.market.dex.ledger.move(holding.account.cash, venue.account(CAROL).cash, 15 * 10**6)
    assert kill(venue, DORA, 4_500) == 0
    assert kill(venue, DORA, 1_500) == 1_500


def test_a_reduce_only_maker_counts_as_far_as_it_can_reduce() -> None:
    venue = SmallVenue()
    venue.trade(BOB, CAROL, 100_000, 1_000)
    venue.rest(BOB, sell(100_000, 1_000, reduce_only=True))
    venue.rest(BOB, sell(101_000, 1_000, reduce_only=True))
    assert kill(venue, ALICE, 1_001, 101_000) == 0
    assert kill(venue, ALICE, 1_000, 101_000) == 1_000


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (codes.STP_ALLOW, 2_000),
        (codes.STP_CANCEL_MAKER, 0),
        (codes.STP_REJECT_TAKER, 0),
        (codes.STP_CANCEL_BOTH, 0),
        (codes.STP_DECREMENT, 0),
    ],
)
def test_ones_own_orders_count_only_where_self_trades_are_allowed(rule: int, expected: int) -> None:
    venue = SmallVenue(market(self_trade_prevention=rule))
    venue.rest(ALICE, sell(100_000, 1_000))
    venue.rest(BOB, sell(100_000, 1_000))
    assert kill(venue, ALICE, 2_000) == expected


def test_behind_a_maker_of_ones_own_enough_of_others_is_enough() -> None:
    venue = SmallVenue()
    venue.rest(ALICE, sell(99_000, 1_000))
    venue.rest(BOB, sell(100_000, 1_000))
    events = venue.place(ALICE, buy(100_000, 1_000, FOK))
    assert traded(events) == 1_000
    assert [e.status for e in of_kind(events, OrderClosed)] == [codes.SELF_TRADE_CANCELED]


def test_reduce_only_means_all_that_it_can_reduce() -> None:
    venue = SmallVenue()
    venue.trade(BOB, ALICE, 100_000, 1_000)
    venue.rest(CAROL, sell(100_000, 900))
    assert kill(venue, ALICE, 5_000, reduce_only=True) == 0
    venue.rest(CAROL, sell(100_000, 100))
    assert kill(venue, ALICE, 5_000, reduce_only=True) == 1_000
    assert venue.holding(ALICE).lots == 0


def test_a_rehearsal_leaves_no_trace() -> None:
    """A refused order uses its nonce; everything else is as it was, to the byte."""
    ours, theirs = SmallVenue(), SmallVenue()
    for venue in (ours, theirs):
        venue.trade(BOB, CAROL, 100_000, 700)
        venue.rest(BOB, sell(100_000, 1_000))
        venue.rest(CAROL, sell(100_100, 1_000))
    ours.place(ALICE, buy(100_100, 2_001, FOK))
    theirs.place(ALICE, buy(100_100, 2_001, codes.ALO))
    assert ours.engine.state_hash() == theirs.engine.state_hash()


def test_a_rehearsal_shows_liquidation_no_copy_of_a_position() -> None:
    """Bob's position in the other market is watched once, as it is, not as it was rehearsed."""
    venue = SmallVenue(*(market(name, "standard_equity") for name in ("X", "Y")))
    venue.trade(BOB, CAROL, 100_000, 1_000, asset=1)
    venue.rest(BOB, sell(100_000, 1_000))
    other = venue.engine.venue.markets[1]
    assert kill(venue, ALICE, 1_000) == 1_000
    real = [venue.holding(who, 1) for who in (BOB, CAROL)]
    assert all(found in real for found in other.fences.fresh)
