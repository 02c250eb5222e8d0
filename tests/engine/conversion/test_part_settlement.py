"""Who bears what a part settled far from the mark costs (LIFE-7, LIQ-5): nobody ends owing."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings, strategies as st

from bellwether.engine import questions
from bellwether.engine.liquidation.scope import whole_equity
from bellwether.engine.margin import cross_equity
from bellwether.schema import codes
from bellwether.schema.commands import PayInCapital, UpdateLeverage
from bellwether.schema.events import (
    AutoDeleveraged,
    DeficitCovered,
    EquityStated,
    Event,
    LiquidationStarted,
    OrderClosed,
    PhaseChanged,
    PositionSettled,
)
from bellwether.schema.instrument import ConversionPolicy
from bellwether.units.quantities import NS_PER_HOUR
from tests.engine.life.acts import carry, feed, listing, mortal
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    CUSTODIAN,
    PEOPLE,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    sell,
)

PART = 500_000


def opened(**differences: Any) -> SmallVenue:
    """Alice is long 1 at 100 with a margin of 20, Bob short."""
    venue = SmallVenue(mortal(**differences), audited=True)
    venue.trade(ALICE, BOB, 100_000, 1_000)
    return venue


def convert(venue: SmallVenue, cross: int, part: int = PART) -> list[Event]:
    """A listing of which a part settles at the cross: the events of the command that converts."""
    stated = {"treatment": "composite", "settled_e6": part, "grounds": "a part for cash"}
    carry(venue, listing(venue, cross_price=cross, **stated))
    for _ in range(20):
        events = feed(venue, cross, 1)
        if of_kind(events, PhaseChanged):
            return events
    raise AssertionError("the market has not converted")


def equities(venue: SmallVenue) -> list[int]:
    return [questions.account_equity(venue.account(who)) for who in PEOPLE]


def test_life_7_whoever_a_part_would_leave_owing_is_closed_out_before() -> None:
    """Half of a contract at 40 costs 30, Alice has 20: all of hers ends at 80, where nothing is
    left. Bob gains the 20, and neither fund nor venue pays.
    """
    venue = opened()
    venue.rest(ALICE, buy(80_000, 200))
    before = equities(venue)
    events = convert(venue, 40_000)
    (closed,) = of_kind(events, AutoDeleveraged)
    assert (closed.price, closed.lots, closed.account) == (80_000, 1_000, ALICE)
    stated, other = of_kind(events, EquityStated)
    assert (stated.role, stated.equity_e6) == (codes.LIQUIDATED, -10 * USD)
    assert (other.role, other.account) == (codes.DELEVERAGED, BOB)
    assert [e.status for e in of_kind(events, OrderClosed)] == [codes.LIQUIDATED_CANCELED]
    assert of_kind(events, DeficitCovered) == [] == of_kind(events, PositionSettled)
    change = [after - had for after, had in zip(equities(venue), before, strict=True)]
    assert change == [-20 * USD, 20 * USD, 0, 0]


def test_life_7_whom_a_part_leaves_something_keeps_the_rest() -> None:
    """Three tenths at 50 cost 15 of 20. What is left is below maintenance, and has its turn at the
    next update, like anybody's.
    """
    venue = opened(conversion=ConversionPolicy(ramp_ns=NS_PER_HOUR))
    events = convert(venue, 50_000, 300_000)
    assert of_kind(events, AutoDeleveraged) == [] == of_kind(events, DeficitCovered)
    assert venue.holding(ALICE).lots == 700
    assert venue.market.mark_price == 100_000, "the mark goes its own way (PRICE-20)"
    assert venue.holding(ALICE).margin.balance + venue.holding(ALICE).worth() == 5 * USD
    venue.rest(CAROL, buy(99_000, 5_000))
    assert [e.account for e in of_kind(venue.wait(3), LiquidationStarted)] == [ALICE]


def test_life_7_the_fund_pays_what_the_part_would_leave_owing_and_no_more() -> None:
    venue = opened()
    venue.run(PayInCapital(CUSTODIAN, 1, 0, False, 11 * USD, "fund"))
    events = convert(venue, 40_000)
    (paid,) = of_kind(events, DeficitCovered)
    assert (paid.amount_e6, paid.by_venue) == (10 * USD, False)
    assert of_kind(events, AutoDeleveraged) == []
    assert venue.holding(ALICE).lots == 500
    assert questions.account_equity(venue.account(BOB)) == 10_030 * USD - 30_000, "half of 60"


def test_life_7_shorts_are_closed_out_where_the_cross_is_far_above() -> None:
    venue = opened()
    events = convert(venue, 160_000)
    (closed,) = of_kind(events, AutoDeleveraged)
    assert (closed.price, closed.account, closed.counterparty) == (120_000, BOB, ALICE)
    assert of_kind(events, DeficitCovered) == []


def test_liq_1_orders_that_share_the_equity_end_first_in_other_markets_too() -> None:
    venue = SmallVenue(
        mortal(margin_mode=codes.CROSS), market("Y", margin_mode=codes.CROSS), usd=29, audited=True
    )
    venue.trade(ALICE, BOB, 100_000, 1_000)
    there = venue.rest(ALICE, buy(90_000, 200, asset=1))
    events = convert(venue, 40_000)
    assert [(e.order_id, e.status) for e in of_kind(events, OrderClosed)] == [
        (there, codes.LIQUIDATED_CANCELED)
    ]
    assert 0 <= questions.account_equity(venue.account(ALICE)) < 1_000


Trades = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(1, 3),
        st.sampled_from([101, 777, 2_001, 5_003]),
        st.integers(97, 103),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150)
@given(
    Trades,
    st.integers(1, 999_999),
    st.integers(20_000, 300_000),
    st.sampled_from(["ranked", "pro_rata"]),
    st.sampled_from([codes.CROSS, codes.NO_CROSS]),
    st.integers(0, 40),
)
def test_liq_5_no_part_at_any_cross_leaves_anybody_owing_or_the_venue_paying(
    trades: list[tuple[int, int, int, int]], part: int, cross: int, adl: str, mode: int, fund: int
) -> None:
    venue = SmallVenue(mortal(adl=adl, margin_mode=mode), usd=120, audited=True)
    for who in PEOPLE[:3]:
        venue.run(UpdateLeverage(*venue.head(who), 0, mode == codes.CROSS, 5))
    for buyer, step, lots, percent in trades:
        seller = PEOPLE[(buyer + step) % 4]
        venue.place(seller, sell(percent * 1_000, lots))
        venue.place(PEOPLE[buyer], buy(percent * 1_000, lots))
    if fund:
        venue.run(PayInCapital(CUSTODIAN, 1, 0, False, fund * USD, "fund"))
    total = sum(equities(venue))
    events = convert(venue, cross, part)
    assert not any(paid.by_venue for paid in of_kind(events, DeficitCovered))
    for who in PEOPLE:
        account = venue.account(who)
        assert cross_equity(account) >= 0
        assert all(whole_equity(holding) >= 0 for holding in account.held)
    paid = sum(e.amount_e6 for e in of_kind(events, DeficitCovered))
    assert sum(equities(venue)) == total + paid
    assert venue.market.long_lots == venue.market.short_lots
