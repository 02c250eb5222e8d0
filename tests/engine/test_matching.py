"""Orders meet: prices, limits, self-trades, margin at the match (ORD-1 … ORD-4, MARG-4, MARG-7)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.events import OrderClosed, OrderPlaced, TradeExecuted
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)


def fills(events: list[object]) -> list[tuple[bytes, int, int]]:
    return [(e.maker, e.price, e.lots) for e in events if isinstance(e, TradeExecuted)]


def test_the_best_price_comes_first_then_the_oldest_and_the_maker_names_it() -> None:
    venue = SmallVenue()
    venue.rest(ALICE, sell(101_000, 300))
    venue.rest(BOB, sell(100_500, 300))
    venue.rest(CAROL, sell(101_000, 300))
    events = venue.place(DORA, buy(102_000, 800))
    assert fills(events) == [(BOB, 100_500, 300), (ALICE, 101_000, 300), (CAROL, 101_000, 200)]
    assert venue.market.book.levels(False, 9) == [(101_000, 100, 1)]


def test_positions_and_fees_of_a_trade() -> None:
    """100.5 USD x 0.3: 0.09 % is 0.027135, 0.03 % is 0.009045."""
    venue = SmallVenue()
    venue.trade(ALICE, BOB, 100_500, 300)
    assert venue.holding(ALICE).lots == 300 and venue.holding(BOB).lots == -300
    assert venue.holding(ALICE).cost == 30_150_000 == -venue.holding(BOB).cost
    dex = venue.engine.venue.dexes[0]
    assert dex.ledger.fees.balance == 27_135 + 9_045
    alice = venue.account(ALICE).cash.balance + venue.holding(ALICE).margin.balance
    assert alice == 10_000 * USD - 27_135


@pytest.mark.parametrize("kind", [codes.IOC, codes.FOK, codes.FRONTEND_MARKET])
def test_what_takes_does_not_rest(kind: int) -> None:
    venue = SmallVenue()
    venue.rest(ALICE, sell(100_000, 300))
    events = venue.place(BOB, buy(100_000, 300 if kind == codes.FOK else 500, kind))
    assert fills(events) == [(ALICE, 100_000, 300)]
    assert venue.account(BOB).orders == {} and venue.market.book.best_bid == 0


def test_all_or_nothing_counts_what_can_really_be_traded() -> None:
    """Own orders that prevention cancels and reduce-only orders beyond a position do not count."""
    venue = SmallVenue()
    venue.rest(ALICE, sell(100_000, 500))
    venue.rest(BOB, sell(100_000, 500))
    refused = venue.place(ALICE, buy(100_000, 600, codes.FOK))
    assert refusals(refused) == [rejects.NOT_FULLY_MATCHED]
    assert fills(venue.place(CAROL, buy(100_000, 1_000, codes.FOK))) == [
        (ALICE, 100_000, 500),
        (BOB, 100_000, 500),
    ]
    venue.rest(CAROL, sell(100_000, 1_000, reduce_only=True))
    venue.rest(CAROL, sell(101_000, 900))
    venue.place(DORA, buy(99_000, 600))
    venue.place(CAROL, sell(99_000, 600, codes.IOC))
    refused = venue.place(DORA, buy(100_000, 500, codes.FOK))
    assert refusals(refused) == [rejects.NOT_FULLY_MATCHED]


def test_resting_orders_count_towards_the_largest_position() -> None:
    venue = SmallVenue(market(position_limit_lots=1_000))
    assert refusals(venue.place(ALICE, buy(99_000, 900))) == []
    assert refusals(venue.place(ALICE, buy(99_000, 900))) == [rejects.POSITION_LIMIT]
    assert refusals(venue.place(ALICE, buy(99_000, 110))) == [rejects.POSITION_LIMIT]
    assert refusals(venue.place(ALICE, buy(100_000, 100))) == []
    assert refusals(venue.place(ALICE, sell(101_000, 1_000))) == []


def test_at_the_cap_of_open_interest_only_reducing_goes_on() -> None:
    """100 USD at the oracle is 1 contract."""
    venue = SmallVenue(market(open_interest_cap_e6=100 * USD))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    assert refusals(venue.place(CAROL, buy(99_000, 110))) == [rejects.OPEN_INTEREST_CAPPED]
    assert refusals(venue.place(ALICE, sell(100_000, 1_000))) == []
    assert refusals(venue.place(BOB, buy(100_000, 1_000))) == []
    assert venue.market.open_interest_lots == 0


def test_orders_may_be_priced_outside_the_band_unless_the_market_says_no() -> None:
    """PRICE-10: the band of 25 % around 100 USD binds prices, not orders."""
    free = SmallVenue()
    assert refusals(free.place(ALICE, buy(60_000, 1_000))) == []
    bound = SmallVenue(market(oracle={"reject_outside_band": True}))
    assert refusals(bound.place(ALICE, buy(74_999, 1_000))) == [rejects.OUTSIDE_BAND]
    assert refusals(bound.place(ALICE, buy(75_000, 1_000))) == []
    assert refusals(bound.place(ALICE, sell(125_010, 1_000))) == [rejects.OUTSIDE_BAND]
    assert refusals(bound.place(ALICE, sell(125_000, 1_000))) == []


def test_an_account_has_a_thousand_open_orders() -> None:
    """ORD-4: and one more for each 5M USD traded."""
    venue = SmallVenue(usd=1_000_000)
    for place in range(1_000):
        assert refusals(venue.place(ALICE, buy(50_000 + place * 10, 200))) == []
    assert refusals(venue.place(ALICE, buy(40_000, 300))) == [rejects.TOO_MANY_OPEN_ORDERS]
    venue.auditor = None  # What follows goes past the commands.
    venue.engine.venue.users[ALICE].volume_e6 = 5_000_000 * USD
    assert refusals(venue.place(ALICE, buy(40_000, 300))) == []
    assert refusals(venue.place(ALICE, buy(40_000, 300))) == [rejects.TOO_MANY_OPEN_ORDERS]
    assert refusals(venue.place(BOB, buy(40_000, 300))) == []


def test_an_order_is_refused_whose_loss_eats_its_margin() -> None:
    """MARG-4: 5x of 100 USD is 20, and a limit of 130 loses 30 at once; fees are counted."""
    venue = SmallVenue(usd=50)
    assert refusals(venue.place(ALICE, buy(130_000, 1_000))) == [rejects.INSUFFICIENT_MARGIN]
    rich = SmallVenue(usd=51)
    assert refusals(rich.place(ALICE, buy(130_000, 1_000))) == []


def test_orders_on_the_worse_side_count_once() -> None:
    """A bid and an offer of the same size need margin for one of them."""
    venue = SmallVenue(usd=25)
    assert refusals(venue.place(ALICE, buy(99_000, 1_000))) == []
    assert refusals(venue.place(ALICE, sell(101_000, 1_000))) == []
    assert refusals(venue.place(ALICE, buy(98_000, 1_000))) == [rejects.INSUFFICIENT_MARGIN]


def test_a_stopped_taker_ends_for_margin_with_what_it_has() -> None:
    """The cash covers the first maker's price but not the second's."""
    venue = SmallVenue(usd=21)
    venue.rest(BOB, sell(100_000, 500))
    venue.rest(CAROL, sell(100_000, 500))
    events = venue.place(ALICE, buy(100_000, 1_000))
    assert len(fills(events)) == 2
    later = venue.place(ALICE, buy(100_000, 100))
    assert refusals(later) == [rejects.INSUFFICIENT_MARGIN]
    assert of_kind(events, OrderClosed) == []


def test_order_and_trade_ids_count_up_through_a_restart() -> None:
    venue = SmallVenue()
    venue.trade(ALICE, BOB, 100_000, 300)
    venue.engine = Engine.restore(venue.engine.snapshot())
    events = venue.place(ALICE, sell(100_000, 300))
    assert [e.order_id for e in of_kind(events, OrderPlaced)] == [3]
    trades = of_kind(venue.place(BOB, buy(100_000, 300)), TradeExecuted)
    assert [e.trade_id for e in trades] == [2]


def test_time_never_goes_back() -> None:
    venue = SmallVenue()
    venue.wait(10)
    now = venue.engine.venue.time_ns
    venue.time_ns -= 5 * 10**9
    venue.place(ALICE, buy(99_000, 300))
    assert venue.engine.venue.time_ns == now
    assert venue.account(ALICE).orders[1].placed_ns == now
