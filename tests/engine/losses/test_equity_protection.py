"""Kraken's equity protection: what ends, the steps, and the whole process at once (LIQ-3)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.engine.liquidation.scope import slack, whole_equity
from bellwether.schema import codes, rejects
from bellwether.schema.commands import PayInCapital, SetAssignment
from bellwether.schema.events import (
    AssignmentSet,
    AutoDeleveraged,
    DeficitCovered,
    Event,
    LiquidationStarted,
    OrderClosed,
    OrderPlaced,
    PositionTakenOver,
    TradeExecuted,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    COMPLIANCE,
    CUSTODIAN,
    DORA,
    SWIFT,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

NO_FEES: dict[str, Any] = {"taker_fee_e9": 0, "maker_fee_e9": 0}


def protected(usd: int = 10_000, margin_mode: int = codes.CROSS, **differences: Any) -> SmallVenue:
    """A market of HyperCore's prices under Kraken's policy, 5x: 20 % initial, 10 % maintenance."""
    rules = {
        "liquidation_policy": "kraken",
        "adl": "pro_rata",
        "losses": {"step_e6": 100_000, "cooldown_ns": 0, **differences.pop("losses", {})},
        "margin_mode": margin_mode,
        "liquidation_quiet_time_ns": 10**18,
        **NO_FEES,
        **differences,
    }
    return SmallVenue(market(oracle=SWIFT, **rules), usd=usd)


def long_alice(usd: int = 250, **differences: Any) -> SmallVenue:
    """Alice has 250 USD and is long 10 at 100, cross; Bob short (he has 250 too)."""
    venue = protected(usd, **differences)
    venue.trade(ALICE, BOB, 100_000, 10_000)
    return venue


def ask(venue: SmallVenue, price: int, lots: int = 1_000) -> list[Event]:
    """Carol alone offers at a price: the mark goes there."""
    for order_id in list(venue.account(CAROL).orders):
        venue.cancel(CAROL, order_id)
    venue.rest(CAROL, sell(price, lots))
    return venue.wait(3)


def forced(events: list[Event]) -> list[tuple[int, int]]:
    placed = of_kind(events, OrderPlaced)
    mine = [e for e in placed if e.time_in_force == codes.LIQUIDATION_MARKET]
    return [(e.lots, e.price) for e in mine]


def test_below_the_initial_margin_what_adds_risk_ends_and_what_reduces_stays() -> None:
    """At 93 the equity is 180 of the 186 that 10 at 93 ask for initially, and 93 below."""
    venue = long_alice()
    adds = venue.rest(ALICE, buy(50_000, 200))
    turns = venue.rest(ALICE, sell(150_000, 10_100))
    reduces = venue.rest(ALICE, sell(140_000, 4_000))
    tied = venue.rest(ALICE, sell(145_000, 20_000, reduce_only=True))
    assert of_kind(ask(venue, 95_000), OrderClosed) == []
    ended = {e.order_id: e.status for e in of_kind(ask(venue, 93_000), OrderClosed)}
    assert ended == {adds: codes.MARGIN_CANCELED, turns: codes.MARGIN_CANCELED}
    assert sorted(venue.account(ALICE).orders) == [reduces, tied]
    assert of_kind(venue.wait(30), LiquidationStarted) == []


def test_an_isolated_position_is_protected_by_its_own_margin() -> None:
    venue = long_alice(1_000, margin_mode=codes.STRICT_ISOLATED)
    adds = venue.rest(ALICE, buy(50_000, 200))
    ended = {e.order_id for e in of_kind(ask(venue, 99_000), OrderClosed)}
    assert ended == {adds}


def test_just_below_maintenance_a_tenth_goes_in_each_update() -> None:
    """At 81.5 the equity is 65 of 81.5; a tenth less needs 73.35, two tenths 66."""
    venue = long_alice()
    venue.rest(DORA, buy(81_000, 5_000))
    assert forced(ask(venue, 81_500)) == [(1_000, 75_000)]
    assert venue.holding(ALICE).lots == 9_000
    assert slack(venue.holding(ALICE)) < 0
    again = venue.wait(3)
    assert forced(again)[0][0] == 900 and venue.holding(ALICE).lots == 8_100


def test_far_below_the_rest_goes_at_zero_equity_or_better() -> None:
    """At 80 the equity is 50, below two thirds of 80: one order for all, limited at 75."""
    venue = long_alice()
    venue.rest(DORA, buy(76_000, 12_000))
    events = ask(venue, 80_000)
    assert forced(events) == [(10_000, 75_000)]
    assert sum(e.lots for e in of_kind(events, TradeExecuted)) == 10_000
    assert venue.account(ALICE).cash.balance == 10 * USD


def provide(
    venue: SmallVenue, who: bytes, most: int = 5_000, edge: int = 100, **more: Any
) -> list[Event]:
    return venue.run(
        SetAssignment(
            *venue.head(who),
            more.get("asset", 0),
            more.get("longs", True),
            more.get("shorts", True),
            most,
            more.get("position", 50_000),
            edge,
            more.get("days", codes.EVERY_DAY),
        )
    )


def test_providers_take_equal_parts_each_at_its_edge() -> None:
    """At 79 with 40 of equity: 1 % and 2 % off the mark are 78.21 and 77.42, zero is 75."""
    venue = long_alice(400)
    for who, edge in ((CAROL, 100), (DORA, 200)):
        (said,) = of_kind(provide(venue, who, edge=edge), AssignmentSet)
        assert (said.account, said.edge_bp) == (who, edge)
    venue.account(ALICE)
    events = ask(venue, 63_000)
    taken = of_kind(events, PositionTakenOver)
    assert [(e.counterparty, e.lots, e.price) for e in taken] == [
        (CAROL, 5_000, 62_370),
        (DORA, 5_000, 61_740),
    ]
    assert {e.kind for e in taken} == {codes.BY_PROVIDER}
    assert venue.holding(ALICE).lots == 0 and of_kind(events, AutoDeleveraged) == []
    assert (
        venue.account(ALICE).cash.balance
        == (400 - 500) * USD + 62_370 * 5_000 + (61_740 * 5_000) - 500 * USD + 0
    )
    assert venue.holding(DORA).lots == 5_000


def test_a_provider_takes_no_more_than_it_wants_and_can_pay() -> None:
    venue = long_alice(400)
    provide(venue, CAROL, most=1_000)
    provide(venue, DORA, most=50_000, position=3_000)
    events = ask(venue, 63_000, 200)
    taken = of_kind(events, PositionTakenOver)
    assert [(e.counterparty, e.lots) for e in taken] == [(CAROL, 1_000), (DORA, 3_000)]
    (closed,) = of_kind(events, AutoDeleveraged)
    assert (closed.counterparty, closed.lots) == (BOB, 6_000)
    poor = long_alice(400)
    provide(poor, DORA, most=50_000)
    events = ask(poor, 63_000)
    (one,) = of_kind(events, PositionTakenOver)
    covered = questions.cross_equity(poor.account(DORA)) - poor.holding(DORA).initial()
    assert one.lots == 10_000 or 0 <= covered < 13_000


@pytest.mark.parametrize(
    ("words", "takes"),
    [
        ({}, True),
        ({"longs": False}, False),
        ({"days": codes.WEEKDAYS}, True),
        ({"days": codes.WEEKENDS}, False),
        ({"edge": 250}, True),
    ],
)
def test_preferences_are_kept(words: dict[str, Any], takes: bool) -> None:
    """The first of May 2026 is a Friday."""
    venue = long_alice(400)
    provide(venue, DORA, most=10_000, **words)
    assert bool(of_kind(ask(venue, 63_000), PositionTakenOver)) == takes


def test_nobody_takes_at_worse_than_zero_equity_or_from_himself() -> None:
    """At 60.2 only 0.2 of 60.2 are left, a third of a percent."""
    venue = long_alice(400)
    provide(venue, DORA, most=10_000)
    provide(venue, ALICE, most=10_000)
    events = ask(venue, 60_200)
    assert of_kind(events, PositionTakenOver) == []
    (closed,) = of_kind(events, AutoDeleveraged)
    assert (closed.counterparty, closed.price) == (BOB, 60_000)


def test_who_opts_out_takes_nothing() -> None:
    venue = long_alice(400)
    provide(venue, DORA, most=10_000)
    provide(venue, DORA, longs=False, shorts=False)
    assert venue.market.losses.providers == {}
    assert of_kind(ask(venue, 63_000), PositionTakenOver) == []


def test_what_can_not_be_meant_is_refused() -> None:
    venue = protected()
    assert refusals(provide(venue, DORA, edge=74)) == [rejects.ASSIGNMENT_EDGE_INVALID]
    assert refusals(provide(venue, DORA, edge=251)) == [rejects.ASSIGNMENT_EDGE_INVALID]
    assert refusals(provide(venue, DORA, most=0)) == [rejects.ASSIGNMENT_LIMITS_INVALID]
    assert refusals(provide(venue, DORA, days=3)) == [rejects.ASSIGNMENT_LIMITS_INVALID]
    assert refusals(provide(venue, DORA, asset=7)) == [rejects.MARKET_UNKNOWN]
    other = SmallVenue()
    assert refusals(provide(other, DORA)) == [rejects.NO_ASSIGNMENT_HERE]
    assert refusals(provide(venue, COMPLIANCE)) == [rejects.SIGNER_UNKNOWN]


def test_the_pool_takes_what_is_left_up_to_its_limit_then_it_is_unwound() -> None:
    """Nobody bids 60: 59 and 58 are within 5 % of the mark, 57 is not; the fund pays."""
    venue = long_alice(400)
    venue.run(PayInCapital(CUSTODIAN, 1, 0, False, 1_000 * USD, "pool"))
    for price, lots in ((59_000, 1_000), (58_000, 2_000), (57_000, 5_000)):
        venue.rest(DORA, buy(price, lots))
    events = ask(venue, 60_900)
    trades = of_kind(events, TradeExecuted)
    assert [(e.price, e.lots) for e in trades] == [(59_000, 1_000), (58_000, 2_000)]
    paid = sum(e.amount_e6 for e in of_kind(events, DeficitCovered))
    assert paid == 1_000 * 1_000 + 2_000 * 2_000
    (closed,) = of_kind(events, AutoDeleveraged)
    assert (closed.lots, closed.price) == (7_000, 60_000)


STEPS = st.one_of(
    st.tuples(
        st.just("order"),
        st.integers(0, 3),
        st.booleans(),
        st.integers(1, 60),
        st.integers(-12, 12),
    ),
    st.tuples(st.just("wait"), st.sampled_from((1, 3, 30, 3_600))),
    st.tuples(st.just("ask"), st.integers(70, 130)),
    st.tuples(st.just("provide"), st.integers(0, 3), st.integers(75, 250), st.booleans()),
    st.tuples(st.just("pay"), st.integers(1, 300), st.booleans()),
)


@settings(max_examples=60)
@given(st.lists(STEPS, max_size=25), st.sampled_from((codes.CROSS, codes.STRICT_ISOLATED)))
def test_whatever_happens_nobody_ends_below_zero(steps: list[Any], mode: int) -> None:
    """LIQ-5: not an account, not the fund; a restored venue goes on as the first one does."""
    venue = protected(600, mode, losses={"backstop_loss_limit_e6": 50 * USD, "fee_e9": 5_000_000})
    people = (ALICE, BOB, CAROL, DORA)
    for step in steps:
        other = Engine.restore(venue.engine.snapshot())
        match step:
            case ("order", who, is_buy, tenths, away):
                price = venue.market.mark_price * (100 + away) // 100 // 100 * 100
                order = (buy if is_buy else sell)(max(price, 100), tenths * 100)
                venue.place(people[who], order)
            case ("wait", seconds):
                said = venue.wait(seconds)
                from bellwether.schema.commands import AdvanceTime

                assert other.apply(AdvanceTime(), venue.time_ns) == said
                assert other.snapshot() == venue.engine.snapshot()
                settled(venue, said)
            case ("ask", percent):
                price = venue.market.mark_price * percent // 100 // 100 * 100
                venue.place(DORA, sell(max(price, 100) + 100, 200), buy(max(price, 100), 200))
                settled(venue, venue.wait(3))
            case ("provide", who, edge, longs):
                provide(venue, people[who], edge=edge, longs=longs)
            case ("pay", usd, is_backstop):
                venue.nonce += 1
                name = f"capital {venue.nonce}"
                pay = PayInCapital(CUSTODIAN, venue.nonce, 0, is_backstop, usd * USD, name)
                venue.run(pay)
    assert questions.solvency(venue.market.dex).difference == 0


def settled(venue: SmallVenue, events: list[Event]) -> None:
    assert not any(e.by_venue for e in of_kind(events, DeficitCovered))
    assert venue.market.losses.fund.balance >= 0
    for account in venue.market.dex.accounts:
        assert questions.account_equity(account) >= 0
        for holding in account.held:
            assert holding.lots == 0 or whole_equity(holding) >= 0
