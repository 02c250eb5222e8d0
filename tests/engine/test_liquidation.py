"""Who is liquidated, against whom, and who pays (LIQ-1 … LIQ-6, LIQ-10)."""

from __future__ import annotations

import pytest

from bellwether.engine import questions
from bellwether.schema import codes
from bellwether.schema.commands import Debit, UpdateIsolatedMargin, UpdateLeverage
from bellwether.schema.events import (
    AutoDeleveraged,
    LiquidationStarted,
    OrderClosed,
    TradeExecuted,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    CUSTODIAN,
    DORA,
    PRICE,
    SWIFT,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    sell,
)


def swift(preset: str = "ipop", symbol: str = "X") -> SmallVenue:
    return SmallVenue(market(symbol, preset, oracle=SWIFT))


@pytest.mark.parametrize(("mark", "expected"), [(89_000, []), (88_800, [ALICE])])
def test_below_maintenance_and_not_at_it(mark: int, expected: list[bytes]) -> None:
    """5x: margin 20, at 89 equity 9 of 8.9 needed, at 88.8 equity 8.8 of 8.88."""
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    started = of_kind(venue.pull(mark - 100), LiquidationStarted)
    assert venue.market.mark_price == mark
    assert [event.account for event in started] == expected


def test_a_short_is_liquidated_on_the_way_up() -> None:
    """Margin 20: at 109 equity 11 of 10.9 needed, at 109.1 equity 10.9 of 10.91."""
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    assert of_kind(venue.pull(109_000), LiquidationStarted) == []
    started = of_kind(venue.pull(109_100), LiquidationStarted)
    assert [(e.account, e.equity, e.maintenance) for e in started] == [
        (BOB, 10_900_000, 10_910_000)
    ]


@pytest.mark.parametrize(
    ("status", "liquidates"),
    [(codes.OPEN, True), (codes.CANCEL_ONLY, True), (codes.POST_ONLY, False)],
)
def test_a_post_only_market_liquidates_nobody(status: int, liquidates: bool) -> None:
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.rest(DORA, sell(79_900, 2_000))
    venue.set_status(status)
    assert bool(of_kind(venue.wait(3), LiquidationStarted)) == liquidates
    assert venue.market.mark_price == 79_900


def test_a_halted_market_holds_its_prices_and_its_positions() -> None:
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.rest(DORA, sell(80_000, 2_000))
    venue.set_status(codes.HALTED)
    assert venue.wait(60) == [] and venue.market.mark_price == 100_000


def test_who_fell_in_a_quiet_time_is_liquidated_when_it_ends() -> None:
    """The mark stands still by then."""
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.set_status(codes.POST_ONLY)
    venue.pull(85_000)
    assert venue.wait(30) == []
    venue.set_status(codes.OPEN)
    venue.rest(CAROL, buy(84_000, 1_000))
    assert len(of_kind(venue.wait(3), LiquidationStarted)) == 1


def test_funding_alone_liquidates_while_the_mark_stands_still() -> None:
    """A premium of 50 % for hours, an oracle that stands still: funding eats the margin."""
    slow = {"time_constant_ns": 10**21, "band_e12": 990_000_000_000}
    funding = {"multiplier_e6": 1_000_000}
    venue = SmallVenue(market(oracle=slow, funding=funding))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.rest(DORA, buy(150_000, 100_000))
    found = []
    for _ in range(5):
        found += of_kind(venue.wait(3_600), LiquidationStarted)
        found += of_kind(venue.wait(3), LiquidationStarted)
    assert [event.account for event in found] == [ALICE]
    assert venue.market.mark_price == 100_000


def test_orders_end_before_positions_are_sold() -> None:
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    order_id = venue.rest(ALICE, buy(60_000, 200))
    events = venue.pull(80_000)
    kinds = [type(e) for e in events if isinstance(e, OrderClosed | LiquidationStarted)]
    closed = of_kind(events, OrderClosed)[0]
    assert (closed.order_id, closed.status) == (order_id, codes.LIQUIDATED_CANCELED)
    assert kinds.index(OrderClosed) < kinds.index(LiquidationStarted)


def test_the_book_is_used_down_to_zero_equity_and_no_further() -> None:
    """Margin 20: zero at 80. After bids at 82 and 80 the 8.46 that are left hold the rest down to
    78.9: the bid at 78.5 is not taken; the rest waits for a better book (LIQ-4)."""
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    for price, lots in ((82_000, 300), (80_000, 300), (78_500, 900)):
        venue.rest(CAROL, buy(price, lots))
    venue.rest(DORA, sell(84_000, 2_000))
    events = venue.wait(3)
    trades = of_kind(events, TradeExecuted)
    assert [(e.price, e.lots, e.kind) for e in trades[:1]] == [(82_000, 300, 1)]
    assert [e.price for e in trades] == [82_000, 80_000]
    assert of_kind(events, AutoDeleveraged) == []
    assert venue.holding(ALICE).lots == 1_000 - sum(e.lots for e in trades) > 0
    assert of_kind(venue.wait(3), LiquidationStarted) == []
    venue.rest(CAROL, buy(82_500, 2_000))
    assert sum(e.lots for e in of_kind(venue.wait(3), TradeExecuted)) == 400
    assert venue.holding(ALICE).lots == 0
    assert questions.account_equity(venue.account(ALICE)) >= 9_965 * USD


@pytest.mark.parametrize(("bid", "fee"), [(80_000, 0), (80_050, 50_000), (80_100, 72_090)])
def test_the_fee_of_a_forced_fill_is_at_most_what_is_left(bid: int, fee: int) -> None:
    """Margin 20: at 80.05 a close leaves 0.05 of the 0.072 that the fee would be (LIQ-5)."""
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.rest(CAROL, buy(bid, 1_000))
    venue.rest(DORA, sell(80_200, 2_000))
    trades = of_kind(venue.wait(3), TradeExecuted)
    assert [(e.price, e.taker_fee) for e in trades] == [(bid, fee)]
    cash_before = 10_000 * USD - 90_000 - 20 * USD
    assert venue.account(ALICE).cash.balance - cash_before == (bid - 80_000) * 1_000 - fee


def test_a_liquidation_takes_the_cash_of_an_isolated_owner_never() -> None:
    """MARG-1: an isolated position has its own margin and nothing else."""
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    cash = venue.account(ALICE).cash.balance
    venue.pull(60_000)
    assert venue.account(ALICE).cash.balance >= cash
    assert venue.holding(ALICE).margin.balance == 0


def deleveraging_world() -> SmallVenue:
    """Alice long 3; short against her Bob (thin margin), Carol (thick), Dora (entered lower)."""
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.trade(ALICE, CAROL, 100_000, 1_000)
    venue.trade(ALICE, DORA, 97_000, 1_000)
    venue.run(UpdateIsolatedMargin(*venue.head(CAROL), 0, 100 * USD))
    return venue


def test_the_best_placed_of_the_other_side_is_deleveraged_first() -> None:
    """Shorts rank by entry / equity: Bob before Dora before Carol."""
    venue = deleveraging_world()
    venue.rest(DORA, sell(70_000, 500))
    forced = of_kind(venue.wait(3), AutoDeleveraged)
    assert [event.counterparty for event in forced] == [BOB, DORA, CAROL]
    assert {event.price for event in forced} == {100_000}, "at the previous mark (LIQ-4)"


def test_the_previous_mark_gives_way_to_the_price_of_zero_equity() -> None:
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.set_status(codes.POST_ONLY)
    venue.pull(70_000)
    venue.set_status(codes.OPEN)
    forced = of_kind(venue.wait(3), AutoDeleveraged)
    assert [(e.price, e.account_pnl, e.counterparty_pnl) for e in forced] == [
        (80_000, -20 * USD, 20 * USD)
    ]
    assert questions.account_equity(venue.account(ALICE)) == 9_980 * USD - 90_000


def test_nobody_is_deleveraged_below_zero() -> None:
    """LIQ-5: a counterparty that entered near the mark bears what its margin bears."""
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 10_000)
    venue.set_status(codes.POST_ONLY)
    venue.pull(60_000)
    venue.set_status(codes.OPEN)
    venue.rest(BOB, buy(60_000, 10_000))
    venue.rest(CAROL, sell(60_000, 10_000))
    forced = of_kind(venue.wait(3), AutoDeleveraged)
    assert [event.counterparty for event in forced] == [CAROL]
    for who in (ALICE, BOB, CAROL, DORA):
        assert questions.account_equity(venue.account(who)) >= 0
        assert venue.account(who).cash.balance >= 0
    assert venue.holding(CAROL).lots == 0 and venue.holding(CAROL).margin.balance == 0


def cross_pair() -> SmallVenue:
    """Alice has 60 USD, 3 long in ONE and 1 short in TWO, both cross at 10x."""
    venue = SmallVenue(
        market("ONE", "standard_equity", oracle=SWIFT),
        market("TWO", "standard_equity", oracle=SWIFT),
    )
    assert venue.run(Debit(CUSTODIAN, 1, ALICE, "", 9_940 * USD, "out"))
    venue.trade(ALICE, BOB, 100_000, 3_000)
    venue.trade(BOB, ALICE, 100_000, 1_000, asset=1)
    return venue


def test_a_cross_account_answers_for_all_of_its_positions() -> None:
    """60 less fees of 0.3 and 3 x 14.8 are 15.3, and 12.78 + 5 are needed (LIQ-1)."""
    venue = cross_pair()
    venue.rest(CAROL, buy(85_000, 9_000))
    venue.rest(CAROL, sell(85_200, 9_000))
    started = of_kind(venue.wait(3), LiquidationStarted)
    assert started[0].asset == 0 and started[0].is_cross
    assert (started[0].equity, started[0].maintenance) == (15_300_000, 17_780_000)


def test_cash_that_went_into_isolated_margin_no_longer_holds_a_cross_position() -> None:
    """LIQ-9: 120 USD; margins of 10 and 10 at 10x leave 100, lowering both to 2x leaves 20."""
    isolated = {"preset": "standard_equity", "margin_mode": codes.NO_CROSS, "oracle": SWIFT}
    venue = SmallVenue(
        market("ONE", "standard_equity", oracle=SWIFT),
        market("TWO", **isolated),
        market("THREE", **isolated),
    )
    venue.run(Debit(CUSTODIAN, 1, ALICE, "", 9_880 * USD, "out"))
    for asset in (0, 1, 2):
        venue.trade(ALICE, BOB, 100_000, 1_000, asset=asset)
    venue.wait(3)
    venue.pull(100_100)
    for asset in (1, 2):
        venue.run(UpdateLeverage(*venue.head(ALICE), asset, False, 2))
    assert 18 * USD < questions.cross_equity(venue.account(ALICE)) < 21 * USD
    started = of_kind(venue.pull(82_000), LiquidationStarted)
    assert [(event.account, event.asset) for event in started] == [(ALICE, 0)]


def test_a_cross_liquidation_leaves_a_halted_market_alone() -> None:
    venue = cross_pair()
    venue.rest(CAROL, sell(101_000, 9_000, asset=1))
    venue.set_status(codes.HALTED, 1)
    events = venue.pull(70_000)
    assert {event.asset for event in of_kind(events, LiquidationStarted)} == {0}
    assert venue.holding(ALICE, 1).lots == -1_000


def test_a_forced_fill_is_not_the_last_trade() -> None:
    """LIQ-6: kept out of what the mark looks at."""
    venue = swift()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.rest(CAROL, buy(87_000, 5_000))
    events = venue.pull(88_000)
    assert [e.kind for e in of_kind(events, TradeExecuted)] == [codes.LIQUIDATION_TRADE]
    assert venue.market.last_trade_price == 100_000


def test_a_forced_fill_is_the_last_trade_once_its_quiet_time_is_over() -> None:
    """LIQ-6: 30 s later, unless somebody traded of his own accord meanwhile."""
    for trades_between in (False, True):
        venue = swift()
        venue.trade(ALICE, BOB, 100_000, 1_000)
        venue.rest(CAROL, buy(87_000, 1_000))
        (forced,) = of_kind(venue.pull(88_000), TradeExecuted)
        venue.wait(26)
        assert venue.market.last_trade_price == 100_000
        if trades_between:
            venue.trade(CAROL, DORA, 88_500, 200)
        venue.wait(4)
        assert venue.market.last_trade_price == (88_500 if trades_between else forced.price)
        venue.wait(60)
        assert venue.market.last_trade_price == (88_500 if trades_between else forced.price)


def test_who_falls_as_a_maker_of_forced_fills_is_looked_at_though_the_mark_stands_still() -> None:
    """Carol sells half far below the mark to Alice's liquidation; of the needed 11.1 she has 11."""
    oracle = {"move_limit_e6": 900_000, "time_constant_ns": 10**15}
    venue = SmallVenue(market(oracle=oracle), audited=False)
    venue.trade(BOB, ALICE, PRICE, 1_000)
    venue.trade(CAROL, DORA, PRICE, 2_000)
    venue.run(UpdateIsolatedMargin(*venue.head(DORA), 0, 500 * USD))
    venue.rest(CAROL, sell(60_000, 1_000))
    # Everybody has been looked at once since they traded.
    venue.market.recheck = True
    venue.wait(3)
    prices = venue.market.prices
    prices.oracle_fine = prices.mark_fine = 111_000 * 10**9
    venue.market.last_trade_price = 111_000
    assert [e.account for e in of_kind(venue.wait(3), LiquidationStarted)] == [ALICE]
    venue.rest(DORA, buy(101_000, 1_000))
    events = venue.wait(3)
    assert venue.market.mark_price == 111_000
    assert [e.account for e in of_kind(events, LiquidationStarted)] == [CAROL]
