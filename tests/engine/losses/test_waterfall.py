"""The order of losses: margin, fund, the other side; and nothing beyond (LIQ-4, LIQ-5)."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.engine.liquidation.scope import whole_equity
from bellwether.formulas.deleveraging import covering_lots, equal_parts
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AdvanceTime,
    CancelOrders,
    Genesis,
    GenesisAccount,
    OrderRequest,
    PayInCapital,
    PlaceOrders,
)
from bellwether.schema.events import (
    AutoDeleveraged,
    CapitalPaidIn,
    DeficitCovered,
    Event,
    LiquidationFeePaid,
    LiquidationStarted,
    TradeExecuted,
)
from bellwether.schema.presets import specify
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    CUSTODIAN,
    DORA,
    START_NS,
    SWIFT,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)


def gap(venue: SmallVenue, price: int) -> list[Event]:
    venue.rest(CAROL, sell(price, 30_000))
    return venue.wait(3)


def funded(usd: int, **differences: Any) -> SmallVenue:
    """Alice is long 1 with a margin of 20, Bob short."""
    venue = SmallVenue(market(oracle=SWIFT, **differences))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    if usd:
        venue.run(PayInCapital(CUSTODIAN, 1, 0, False, usd * USD, "fund"))
    return venue


def test_capital_comes_in_with_the_custodians_reference() -> None:
    venue = funded(50)
    assert venue.market.losses.fund.balance == 50 * USD
    again = venue.run(PayInCapital(CUSTODIAN, 2, 0, False, USD, "fund"))
    assert refusals(again) == [rejects.REFERENCE_USED]
    assert refusals(venue.run(PayInCapital(CUSTODIAN, 3, 0, False, 0, "b"))) == [
        rejects.AMOUNT_INVALID
    ]
    assert refusals(venue.run(PayInCapital(CUSTODIAN, 4, 9, False, 1, "b"))) == [
        rejects.MARKET_UNKNOWN
    ]
    assert refusals(venue.run(PayInCapital(ALICE, 5, 0, False, 1, "b"))) == [rejects.ROLE_MISSING]
    (paid,) = of_kind(venue.run(PayInCapital(CUSTODIAN, 6, 0, False, USD, "b")), CapitalPaidIn)
    assert (paid.account, paid.amount_e6) == (b"", USD)
    assert questions.solvency(venue.market.dex).insurance_fund == 51 * USD


def test_the_fund_pays_the_book_its_way_below_zero_equity() -> None:
    """Zero is at 80; a bid at 78 is taken, for 2 a contract; what is left of the fund stays."""
    venue = funded(50)
    venue.rest(DORA, buy(78_000, 5_000))
    events = gap(venue, 78_100)
    assert [(e.price, e.lots) for e in of_kind(events, TradeExecuted)] == [(78_000, 1_000)]
    assert [e.amount_e6 for e in of_kind(events, DeficitCovered)] == [2 * USD]
    assert of_kind(events, AutoDeleveraged) == []
    assert venue.market.losses.fund.balance == 48 * USD


def test_the_fund_pays_no_further_than_its_limit_and_its_money_go() -> None:
    """At most 5 % from the best bid; 1 of 2.1 a contract is there for 476 lots."""
    venue = funded(1)
    venue.rest(DORA, buy(77_900, 5_000))
    events = gap(venue, 78_000)
    assert [e.lots for e in of_kind(events, TradeExecuted)] == [476]
    assert sum(e.lots for e in of_kind(events, AutoDeleveraged)) == 524
    assert 0 <= venue.market.losses.fund.balance < 2_100
    far = funded(1_000)
    far.rest(DORA, buy(78_000, 200))
    far.rest(DORA, buy(74_000, 5_000))
    sold = of_kind(gap(far, 78_100), TradeExecuted)
    assert [(e.price, e.lots) for e in sold] == [(78_000, 200)]


def test_a_lone_bid_far_away_does_not_name_the_price_that_the_fund_pays() -> None:
    venue = funded(1_000)
    venue.rest(DORA, buy(40_000, 5_000))
    events = gap(venue, 78_000)
    assert of_kind(events, TradeExecuted) == [] and of_kind(events, DeficitCovered) == []
    assert sum(e.lots for e in of_kind(events, AutoDeleveraged)) == 1_000
    assert venue.market.losses.fund.balance == 1_000 * USD


def test_the_fund_makes_up_for_the_previous_mark_where_it_can() -> None:
    """LIQ-4: the previous mark of 78 would leave 2; with a fund the other side keeps it."""
    for usd, covers in ((0, False), (1, False), (5, True)):
        venue = funded(usd)
        venue.set_status(codes.POST_ONLY)
        venue.pull(78_000)
        venue.set_status(codes.OPEN)
        before = venue.market.mark_price
        events = gap(venue, 77_000)
        (closed,) = of_kind(events, AutoDeleveraged)
        assert closed.price == (before if covers else 80_000)
        assert venue.account(ALICE).cash.balance >= 0
        paid = 80_000 * 1_000 - before * 1_000 if covers else 0
        assert venue.market.losses.fund.balance == usd * USD - paid


def test_a_liquidation_fee_goes_to_the_fund_as_far_as_something_is_left() -> None:
    """1 % of 88.5 is 0.885; at 80.5 the taker fee leaves 0.42755 of 0.5."""
    for bid, fee in ((88_500, 885_000), (80_500, 427_550)):
        venue = funded(0, losses={"fee_e9": 10_000_000})
        venue.rest(CAROL, buy(bid, 1_000))
        venue.rest(DORA, sell(bid + 300, 2_000))
        events = venue.wait(3)
        assert [e.amount_e6 for e in of_kind(events, LiquidationFeePaid)] == [fee]
        assert venue.market.losses.fund.balance == fee


def test_in_proportion_only_what_the_deficit_needs_is_closed() -> None:
    """Three shorts of 6, 3 and 1; at 79 Alice owes 10, which 21 a contract of hers brings."""
    venue = SmallVenue(market(oracle=SWIFT, adl="pro_rata"))
    for who, lots in ((BOB, 6_000), (CAROL, 3_000), (DORA, 1_000)):
        venue.trade(ALICE, who, 100_000, lots)
    venue.rest(CAROL, sell(79_000, 5_000))
    closed = of_kind(venue.wait(3), AutoDeleveraged)
    assert {e.price for e in closed} == {100_000}
    need = covering_lots(10_000, 10 * USD, 21_000)
    assert need == 477 and sum(e.lots for e in closed) == need
    assert [e.lots for e in closed] == [286, 143, 48]
    assert 0 <= whole_equity(venue.holding(ALICE)) < 21_000
    assert venue.holding(ALICE).lots == 10_000 - need


def test_at_the_bankruptcy_price_all_of_it_is_closed_in_proportion() -> None:
    venue = SmallVenue(market(oracle=SWIFT, adl="pro_rata"))
    for who, lots in ((BOB, 6_000), (CAROL, 3_000), (DORA, 1_000)):
        venue.trade(ALICE, who, 100_000, lots)
    venue.set_status(codes.POST_ONLY)
    venue.pull(70_000)
    venue.set_status(codes.OPEN)
    closed = of_kind(venue.wait(3), AutoDeleveraged)
    assert [(e.price, e.lots) for e in closed] == [
        (80_000, 6_000),
        (80_000, 3_000),
        (80_000, 1_000),
    ]


@given(
    st.dictionaries(st.integers(0, 30), st.integers(1, 1_000), min_size=1), st.integers(0, 5_000)
)
def test_equal_parts_are_equal_but_for_who_offers_less(most: dict[int, int], need: int) -> None:
    parts = dict(equal_parts(list(most.items()), need))
    assert sum(parts.values()) == min(need, sum(most.values()))
    assert all(0 <= parts[account] <= most[account] for account in most)
    open_parts = [parts[account] for account in most if parts[account] < most[account]]
    if open_parts:
        largest = max(parts.values())
        assert max(open_parts) - min(open_parts) <= 1 and largest <= min(open_parts) + 1


def crowd(preset: str, people: int, **differences: Any) -> tuple[Engine, list[bytes]]:
    spec = specify(
        preset,
        "X",
        "",
        reference_atoms=100_000,
        launch_time=START_NS,
        open_interest_cap_e6=0,
        self_trade_prevention=codes.STP_ALLOW,
        **differences,
    )
    who = [(n + 1).to_bytes(20, "big") for n in range(people)]
    accounts = tuple(GenesisAccount(one, "XX", "retail", (("", 1_000 * USD),)) for one in who)
    engine = Engine()
    engine.apply(Genesis(("",), (spec,), (), accounts, False, True), START_NS)
    return engine, who


@pytest.mark.parametrize("adl", ["ranked", "pro_rata"])
@pytest.mark.parametrize("preset", ["ipop", "standard_equity"])
@pytest.mark.parametrize("seed", range(3))
def test_a_cascade_of_sixty_percent_leaves_nobody_below_zero(
    seed: int, preset: str, adl: str
) -> None:
    """Nine of ten accounts at the most leverage; the mark falls by 60 % in gaps and steps."""
    oracle = {**SWIFT, "move_limit_e6": 150_000}
    engine, who = crowd(preset, 60, oracle=oracle, adl=adl)
    random = Random(seed)
    now, nonce = START_NS, 0

    def place(one: bytes, price: int, lots: int, is_buy: bool) -> None:
        nonlocal nonce
        nonce += 1
        order = OrderRequest(0, is_buy, price, lots)
        engine.apply(PlaceOrders(one, b"", nonce, 0, (order,)), now)

    leverage = engine.venue.markets[0].max_leverage
    for pair in range(27):
        lots = 100 * random.randint(80, 94) * leverage
        is_buy = random.random() < 0.5
        place(who[2 * pair], 100_000, lots, is_buy)
        place(who[2 * pair + 1], 100_000, lots, not is_buy)
    assert len(engine.venue.markets[0].holders) == 54
    place(who[59], 40_000, 20_000, True)
    fees_before = liquidated = closed = 0
    for price in (95_000, 88_000, 80_000, 71_000, 62_000, 55_000, 47_000, 40_000, 40_000):
        nonce += 1
        place(who[58], price, 1_000, False)
        for _ in range(4):
            now += 3 * 10**9
            events = engine.apply(AdvanceTime(), now)
            engine.audit()
            assert not [e for e in of_kind(events, DeficitCovered) if e.by_venue]
            check_sizes(events)
            liquidated += len(of_kind(events, LiquidationStarted))
            closed += len(of_kind(events, AutoDeleveraged))
            for account in engine.venue.dexes[0].accounts:
                assert questions.cross_equity(account) >= 0
                for holding in account.held:
                    if holding.lots:
                        assert whole_equity(holding) >= 0
            fees = engine.venue.dexes[0].ledger.fees.balance
            assert fees >= fees_before
            fees_before = fees
        for order_id in list(engine.venue.users[who[58]].accounts[0].orders):
            nonce += 1
            engine.apply(CancelOrders(who[58], b"", nonce, 0, ((0, order_id),)), now)
    assert questions.solvency(engine.venue.dexes[0]).difference == 0
    assert liquidated > 10 and closed > 10


def check_sizes(events: list[Event]) -> None:
    """I18: nobody is closed beyond his position, and nobody is turned round."""
    for event in events:
        if isinstance(event, AutoDeleveraged):
            assert event.lots <= abs(event.account_start)
            assert event.lots <= abs(event.counterparty_start)
            assert (event.account_start > 0) == (not event.is_buy)
            assert (event.counterparty_start > 0) == event.is_buy
        elif isinstance(event, TradeExecuted) and event.kind == codes.LIQUIDATION_TRADE:
            assert event.lots <= abs(event.taker_start)
            assert (event.taker_start > 0) == (not event.is_buy)


@pytest.mark.parametrize("preset", ["ipop", "standard_equity"])
def test_the_whole_open_interest_can_go_in_one_liquidation(preset: str) -> None:
    """One account holds one whole side; a gap ruins it in one update."""
    engine, who = crowd(preset, 6, oracle=SWIFT)
    whole = 9_000 * engine.venue.markets[0].max_leverage
    for number, one in enumerate(who[1:4]):
        order = OrderRequest(0, False, 100_000, whole // 4)
        engine.apply(PlaceOrders(one, b"", number + 1, 0, (order,)), START_NS)
    order = OrderRequest(0, True, 100_000, 3 * (whole // 4))
    engine.apply(PlaceOrders(who[0], b"", 1, 0, (order,)), START_NS)
    assert engine.venue.markets[0].long_lots == 3 * (whole // 4)
    order = OrderRequest(0, False, 30_000, 1_000)
    engine.apply(PlaceOrders(who[5], b"", 1, 0, (order,)), START_NS)
    events = engine.apply(AdvanceTime(), START_NS + 3 * 10**9)
    engine.audit()
    assert engine.venue.markets[0].open_interest_lots == 0
    assert len(of_kind(events, AutoDeleveraged)) == 3 and of_kind(events, DeficitCovered) == []
    assert all(questions.account_equity(a) >= 0 for a in engine.venue.dexes[0].accounts)
