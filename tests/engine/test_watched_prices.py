"""Triggers by the index and by the last trade (ORD-1)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.events import Event, LiquidationStarted, OrderTriggered
from tests.engine.life.acts import carry, factor
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    SWIFT,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

STOP, TAKE = codes.STOP_MARKET, codes.TAKE_PROFIT_MARKET
INDEX, LAST = codes.BY_INDEX, codes.BY_LAST


@pytest.fixture
def venue() -> SmallVenue:
    """Alice is long 10 contracts at 100 USD, Bob short; mark and oracle stand still."""
    found = SmallVenue(market(), usd=100_000)
    found.trade(ALICE, BOB, 100_000, 10_000)
    return found


def fired(events: list[Event]) -> list[tuple[int, int]]:
    return [(e.order_id, e.price) for e in of_kind(events, OrderTriggered)]


def stop(venue: SmallVenue, at: int, by: int = LAST, lots: int = 200) -> int:
    return venue.rest(ALICE, sell(50_000, lots, reduce_only=True, trigger=STOP, at=at, by=by))


def test_an_order_by_the_index_fires_at_the_oracle_and_not_at_trades() -> None:
    venue = SmallVenue(market(oracle=SWIFT), usd=100_000)
    venue.trade(ALICE, BOB, 100_000, 1_000)
    order_id = stop(venue, 95_000, INDEX)
    venue.trade(CAROL, DORA, 90_000, 200)
    assert order_id in venue.account(ALICE).orders
    events = venue.pull(90_000)
    assert fired(events) == [(order_id, venue.market.oracle_price)]
    assert venue.market.oracle_price <= 95_000


def test_an_oracle_that_moves_while_the_mark_stands_fires_them() -> None:
    venue = SmallVenue(market(oracle=SWIFT), usd=100_000)
    venue.trade(ALICE, BOB, 100_000, 1_000)
    order_id = stop(venue, 99_900, INDEX)
    venue.auditor = None  # What follows goes past the commands.
    prices = venue.market.prices
    prices.oracle_fine = 99_000 * 10**9
    prices.basis_fine = 100_000 * 10**9 - prices.oracle_fine
    venue.rest(DORA, buy(99_000, 2_000))
    venue.rest(DORA, sell(101_000, 2_000))
    before = venue.market.mark_price
    events = venue.wait(3)
    assert venue.market.oracle_price < 99_900 < before
    assert [event[0] for event in fired(events)] == [order_id]


def test_one_by_the_last_trade_ignores_the_mark() -> None:
    venue = SmallVenue(market(oracle=SWIFT), usd=100_000)
    venue.trade(ALICE, BOB, 100_000, 1_000)
    order_id = stop(venue, 95_000)
    assert fired(venue.pull(90_000)) == []
    assert order_id in venue.account(ALICE).orders


def test_the_highest_and_the_lowest_trade_of_an_action_count(venue: SmallVenue) -> None:
    """Up to 104, down to 96 and back to 100, all in one action of Carol's."""
    profit = venue.rest(
        ALICE, sell(50_000, 200, reduce_only=True, trigger=TAKE, at=103_500, by=LAST)
    )
    loss = stop(venue, 96_500)
    venue.place(DORA, buy(96_000, 100), sell(104_000, 100), buy(90_000, 1_000))
    venue.rest(BOB, sell(104_500, 100))
    events = venue.place(
        CAROL, buy(104_000, 100, codes.IOC), sell(96_000, 100, codes.IOC), buy(104_500, 100)
    )
    assert [event[0] for event in fired(events)] == [profit, loss]


def test_trades_before_an_order_waits_are_not_shown_to_it(venue: SmallVenue) -> None:
    """Another order waits, so that the low is noted; the new one comes after the price is back."""
    stop(venue, 80_000)
    venue.place(DORA, buy(94_000, 200), sell(100_000, 200))
    events = venue.place(
        ALICE,
        sell(94_000, 200, codes.IOC),
        buy(100_000, 200, codes.IOC),
        sell(50_000, 200, reduce_only=True, trigger=STOP, at=95_000, by=LAST),
    )
    assert fired(events) == [] and refusals(events) == []


@pytest.mark.parametrize(("at", "kind"), [(100_000, STOP), (101_000, STOP), (99_000, TAKE)])
def test_one_that_the_last_trade_has_passed_is_refused(
    venue: SmallVenue, at: int, kind: int
) -> None:
    order = sell(50_000, 200, reduce_only=True, trigger=kind, at=at, by=LAST)
    assert refusals(venue.place(ALICE, order)) == [rejects.TRIGGER_PRICE_INVALID]


def test_without_a_trade_the_mark_says_what_has_passed() -> None:
    venue = SmallVenue(market(oracle=SWIFT), usd=100_000)
    order = buy(150_000, 200, trigger=STOP, at=100_000, by=LAST)
    assert refusals(venue.place(ALICE, order)) == [rejects.TRIGGER_PRICE_INVALID]
    venue.rest(ALICE, buy(150_000, 200, trigger=STOP, at=101_000, by=LAST))


def test_a_price_that_nobody_knows_is_refused(venue: SmallVenue) -> None:
    for by in (-1, 3):
        order = sell(50_000, 200, reduce_only=True, trigger=STOP, at=95_000, by=by)
        assert refusals(venue.place(ALICE, order)) == [rejects.TRIGGER_BY_UNKNOWN]
    order = sell(50_000, 200, reduce_only=True, trigger=STOP, trail=500, by=LAST)
    assert refusals(venue.place(ALICE, order)) == [rejects.TRAIL_INVALID]


def test_a_hundred_fire_at_the_end_of_a_command_and_the_others_before_the_next(
    venue: SmallVenue,
) -> None:
    """No order makes a command as long as what waits; a snapshot between knows who is due."""
    for _ in range(130):
        stop(venue, 98_000, lots=20)
    venue.rest(DORA, buy(97_000, 5_000))
    events = venue.place(CAROL, sell(97_000, 200, codes.IOC))
    assert len(fired(events)) == 100
    assert len(venue.market.triggers.due) == 30
    venue.engine = Engine.restore(venue.engine.snapshot())
    assert len(fired(venue.wait(0))) == 30
    assert venue.market.triggers.due == {} and venue.market.triggers.waiting_for_last == 0


def test_a_cancelled_order_is_not_due(venue: SmallVenue) -> None:
    ids = [stop(venue, 98_000, lots=20) for _ in range(101)]
    venue.rest(DORA, buy(97_000, 5_000))
    venue.place(CAROL, sell(97_000, 200, codes.IOC))
    assert list(venue.market.triggers.due) == [ids[100]]
    venue.auditor = None  # What follows goes past the commands.
    venue.engine.venue.timers.waiting.remove(
        next(timer for timer in venue.engine.venue.timers.waiting if timer[1] == 32)
    )
    venue.cancel(ALICE, ids[100])
    assert venue.market.triggers.due == {}


def test_a_change_of_units_keeps_what_an_order_watches(venue: SmallVenue) -> None:
    stop(venue, 96_000)
    carry(venue, factor(venue, 2, 1))
    (order,) = [o for o in venue.account(ALICE).orders.values() if o.trigger]
    assert (order.trigger_price, order.trigger_by) == (48_000, LAST)
    venue.rest(DORA, buy(47_000, 5_000))
    assert len(fired(venue.place(CAROL, sell(47_000, 300, codes.IOC)))) == 1


def test_a_fill_of_a_liquidation_is_no_last_trade() -> None:
    """What it sells at is no price that a market found (LIQ-6)."""
    venue = SmallVenue(market(oracle=SWIFT), usd=30)
    venue.trade(ALICE, BOB, 100_000, 1_000)
    waits = venue.rest(CAROL, sell(50_000, 200, trigger=STOP, at=95_000, by=LAST))
    venue.rest(DORA, buy(84_000, 1_000))
    venue.rest(BOB, sell(84_100, 200))
    events = venue.wait(3) + venue.wait(3)
    assert len(of_kind(events, LiquidationStarted)) == 1
    assert venue.market.last_trade_price == 100_000
    assert waits in venue.account(CAROL).orders
