"""A launch out of a call auction (LIFE-2)."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import AdvanceTime
from bellwether.schema.events import (
    AuctionUncrossed,
    OrderClosed,
    PhaseChanged,
    PricesPublished,
    TradeExecuted,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    PEOPLE,
    SECOND_NS,
    START_NS,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

HOUR = 3_600


def gathering(usd: int = 10_000, **more: object) -> SmallVenue:
    """A market in its call auction, an hour before its launch."""
    spec = market(launch_time=START_NS + 2 * HOUR * SECOND_NS, auction_ns=HOUR * SECOND_NS, **more)
    venue = SmallVenue(spec, usd=usd)
    assert venue.market.phase == codes.ANNOUNCED
    events = venue.wait(HOUR)
    assert [e.phase for e in of_kind(events, PhaseChanged)] == [codes.AUCTION]
    return venue


def test_life_2_orders_gather_and_trade_at_one_price_at_the_launch() -> None:
    venue = gathering()
    venue.rest(ALICE, buy(104_000, 1_000))
    venue.rest(BOB, buy(102_000, 500))
    venue.rest(CAROL, sell(99_000, 800))
    last = venue.rest(DORA, sell(101_000, 700))
    assert venue.market.long_lots == 0 and not venue.market.book.is_uncrossed()
    events = venue.wait(HOUR)
    (result,) = of_kind(events, AuctionUncrossed)
    assert (result.price, result.lots) == (101_000, 1_500)
    trades = of_kind(events, TradeExecuted)
    assert {trade.price for trade in trades} == {101_000}
    assert [(trade.lots, trade.taker_fee == trade.maker_fee) for trade in trades] == [
        (800, True),
        (200, True),
        (500, True),
    ]
    assert venue.holding(ALICE).lots == 1_000 and venue.holding(BOB).lots == 500
    assert last not in venue.account(DORA).orders
    (first, *_) = of_kind(events, PricesPublished)
    assert first.mark_price == first.oracle_price == 101_000
    assert venue.market.reference_fine == 101_000 * 10**9
    assert venue.market.phase == codes.PRE_LISTING


def test_life_2_without_a_cross_it_opens_at_the_initial_reference_price() -> None:
    venue = gathering()
    venue.rest(ALICE, buy(90_000, 1_000))
    venue.rest(BOB, sell(95_000, 1_000))
    events = venue.wait(HOUR)
    (result,) = of_kind(events, AuctionUncrossed)
    assert (result.price, result.lots) == (0, 0)
    assert venue.market.mark_price == 100_000
    assert venue.market.book.best_bid == 90_000 and venue.market.book.best_ask == 95_000


def test_life_2_it_opens_inside_the_bounds() -> None:
    venue = gathering()
    venue.rest(ALICE, buy(170_000, 100))
    venue.rest(BOB, sell(160_000, 100))
    events = venue.wait(HOUR)
    assert of_kind(events, AuctionUncrossed)[0].price in (160_000, 170_000)
    low, high = venue.market.band_low_fine, venue.market.band_high_fine
    assert low <= venue.market.prices.oracle_fine <= high
    assert venue.market.mark_price <= 125_000


def test_life_2_only_orders_that_may_rest_are_taken() -> None:
    venue = gathering()
    for order in (
        buy(100_000, 100, codes.IOC),
        buy(100_000, 100, codes.ALO),
        buy(100_000, 100, codes.FOK),
        buy(100_000, 100, codes.FRONTEND_MARKET),
    ):
        assert refusals(venue.place(ALICE, order)) == [rejects.AUCTION_TAKES_LIMITS]
    order_id = venue.rest(ALICE, buy(100_000, 100))
    venue.cancel(ALICE, order_id)
    assert not venue.account(ALICE).orders


def test_life_2_before_the_auction_nothing_is_taken() -> None:
    spec = market(launch_time=START_NS + 9 * SECOND_NS, auction_ns=6 * SECOND_NS)
    venue = SmallVenue(spec)
    assert refusals(venue.place(ALICE, buy(100_000, 100))) == [rejects.MARKET_NOT_TRADING]


def test_ord_3_nobody_trades_with_himself_in_the_auction() -> None:
    venue = gathering()
    venue.rest(ALICE, buy(104_000, 200))
    venue.rest(ALICE, sell(99_000, 200))
    events = venue.wait(HOUR)
    assert not of_kind(events, TradeExecuted)
    (closed,) = of_kind(events, OrderClosed)
    assert closed.status == codes.SELF_TRADE_CANCELED


def test_life_2_who_trades_on_after_the_auction_keeps_its_place() -> None:
    """Bob's own ask is cancelled, which leaves his bid and Alice's crossing Dora's ask; what is
    left of his, which came first, stands before hers."""
    venue = gathering(self_trade_prevention=codes.STP_CANCEL_MAKER)
    first = venue.rest(BOB, buy(104_000, 500))
    venue.rest(ALICE, buy(104_000, 500))
    venue.rest(BOB, sell(99_000, 1_200))
    venue.rest(DORA, sell(103_000, 300))
    events = venue.wait(HOUR)
    assert [e.lots for e in of_kind(events, TradeExecuted)] == [300]
    assert [order.lots for order in venue.market.book.orders(True)] == [200, 500]
    assert venue.market.book.orders(True)[0].order_id == first


def test_an_auction_survives_a_snapshot() -> None:
    venue = gathering()
    venue.rest(ALICE, buy(104_000, 200))
    venue.rest(BOB, sell(99_000, 200))
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    later = venue.time_ns + HOUR * SECOND_NS
    assert other.apply(AdvanceTime(), later) == venue.engine.apply(AdvanceTime(), later)
    assert other.state_hash() == venue.engine.state_hash()


ORDERS = st.lists(
    st.tuples(st.integers(0, 1), st.booleans(), st.integers(95, 105), st.integers(1, 9)),
    max_size=12,
)


@settings(max_examples=150)
@given(ORDERS)
def test_life_2_no_other_price_would_have_traded_more(
    orders: list[tuple[int, bool, int, int]],
) -> None:
    """Buyers and sellers are different people with money enough; compared with every price."""
    venue = gathering(usd=1_000_000)
    bids: list[tuple[int, int]] = []
    asks: list[tuple[int, int]] = []
    for who, is_buy, usd, hundreds in orders:
        price, lots = usd * 1_000, hundreds * 1_000
        person = PEOPLE[who] if is_buy else PEOPLE[who + 2]
        venue.rest(person, (buy if is_buy else sell)(price, lots))
        (bids if is_buy else asks).append((price, lots))
    (result,) = of_kind(venue.wait(HOUR), AuctionUncrossed)
    best = 0
    for price in range(95_000, 106_000, 1_000):
        bought = sum(lots for limit, lots in bids if limit >= price)
        sold = sum(lots for limit, lots in asks if limit <= price)
        best = max(best, min(bought, sold))
    assert result.lots == best
    assert venue.market.long_lots == best
