"""A change of units makes nobody richer or poorer (LIFE-10)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.engine import questions
from bellwether.schema import codes, rejects
from bellwether.schema.events import OrderClosed, OrderRebased
from tests.engine.life.acts import carry, factor, mortal
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    PEOPLE,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)


def equities(venue: SmallVenue) -> list[int]:
    return [questions.account_equity(venue.account(who)) for who in PEOPLE]


def test_life_10_five_for_one() -> None:
    venue = SmallVenue(mortal())
    venue.trade(ALICE, BOB, 100_000, 1_000)
    order = venue.rest(CAROL, buy(95_000, 200))
    before = equities(venue)
    carry(venue, factor(venue, 5, 1))
    assert equities(venue) == before
    assert venue.holding(ALICE).lots == 5_000 and venue.holding(BOB).lots == -5_000
    assert (venue.market.mark_price, venue.market.oracle_price) == (20_000, 20_000)
    resting = venue.account(CAROL).orders[order]
    assert (resting.price, resting.lots) == (19_000, 1_000)
    assert venue.market.spec.reference_atoms == 20_000


def test_life_10_the_queue_keeps_its_order() -> None:
    venue = SmallVenue(mortal())
    first = venue.rest(ALICE, buy(95_010, 200))
    second = venue.rest(BOB, buy(95_000, 200))
    carry(venue, factor(venue, 1_000, 1))
    resting = venue.market.book.orders(True)
    assert [(o.order_id, o.price) for o in resting] == [(first, 95), (second, 95)]


def test_life_10_orders_of_which_no_lot_is_left_are_cancelled_with_the_reason() -> None:
    venue = SmallVenue(mortal())
    venue.rest(ALICE, buy(95_000, 110))
    events = carry(venue, factor(venue, 1, 200))
    assert [e.status for e in of_kind(events, OrderClosed)] == [codes.REBASED_CANCELED]
    assert venue.account(ALICE).orders == {}


def test_life_10_triggers_and_children_follow() -> None:
    venue = SmallVenue(mortal())
    venue.trade(ALICE, BOB, 100_000, 1_000)
    stop = sell(80_000, 1_000, codes.GTC, True, trigger=codes.STOP_LIMIT, at=90_000)
    venue.place(ALICE, stop)
    events = carry(venue, factor(venue, 2, 1))
    (rebased,) = of_kind(events, OrderRebased)
    assert (rebased.price, rebased.trigger_price, rebased.lots) == (40_000, 45_000, 2_000)


def test_life_10_lots_that_do_not_fit_are_paid_and_both_sides_stay_equal() -> None:
    venue = SmallVenue(mortal())
    venue.trade(ALICE, DORA, 100_000, 101)
    venue.trade(BOB, DORA, 101_000, 102)
    venue.trade(CAROL, DORA, 102_000, 103)
    before = equities(venue)
    carry(venue, factor(venue, 1, 7))
    assert equities(venue) == before
    longs = sum(venue.holding(who).lots for who in (ALICE, BOB, CAROL))
    assert longs == -venue.holding(DORA).lots == 306 // 7


@pytest.mark.parametrize(
    ("a", "b", "grounds", "reason"),
    [
        (0, 1, "split", rejects.FACTOR_INVALID),
        (1, 0, "split", rejects.FACTOR_INVALID),
        (-1, 1, "split", rejects.FACTOR_INVALID),
        (1, 1, "split", rejects.FACTOR_INVALID),
        (10**7, 1, "split", rejects.FACTOR_INVALID),
        (1_000_000, 1, "split", rejects.FACTOR_INVALID),
        (2, 1, "mood", rejects.GROUNDS_INVALID),
    ],
)
def test_life_10_a_factor_that_can_not_be_is_refused(
    a: int, b: int, grounds: str, reason: int
) -> None:
    venue = SmallVenue(mortal())
    assert refusals(venue.run(factor(venue, a, b, grounds))) == [reason]


TRADES = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.integers(95, 105),
        st.integers(101, 3_000),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60)
@given(
    trades=TRADES,
    a=st.integers(1, 97),
    b=st.integers(1, 97),
    preset=st.sampled_from(["ipop", "standard_equity"]),
    hours=st.integers(0, 3),
)
def test_life_10_any_factor_keeps_every_equity_to_the_micro_dollar(
    trades: list[tuple[bytes, bytes, int, int]], a: int, b: int, preset: str, hours: int
) -> None:
    venue = SmallVenue(market(preset=preset), usd=1_000_000)
    for buyer, seller, usd, lots in trades:
        if buyer != seller:
            venue.place(seller, sell(usd * 1_000, lots))
            venue.place(buyer, buy(usd * 1_000, lots))
    venue.wait(3_600 * hours)
    if a == b:
        return
    before = equities(venue)
    carry(venue, factor(venue, a, b))
    assert equities(venue) == before
    venue.wait(7_200)
    other = type(venue.engine).restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()


def test_life_10_a_valuation_becomes_a_share_by_the_count_of_the_ledger() -> None:
    """The unit changes in place, to the micro-dollar; the count stays what the ledger says."""
    spec = market("V", "premarket", reference_atoms=20_780_000, share_count=1_234_567_891)
    venue = SmallVenue(spec)
    venue.trade(ALICE, BOB, 20_780_000, 7)
    venue.trade(CAROL, DORA, 20_790_000, 11)
    wrong = venue.run(factor(venue, 5, 4, "unit_change"))
    assert refusals(wrong) == [rejects.FACTOR_INVALID]
    before = equities(venue)
    carry(venue, factor(venue, 1_234_567_891, 10**9, "unit_change"))
    assert equities(venue) == before
    spec = venue.market.spec
    assert (spec.price_unit, spec.share_count, spec.version) == ("share", 1_234_567_891, 2)
    told = venue.market.capital[-1]
    assert (told.kind, told.numerator, told.denominator) == ("rebase", 1_234_567_891, 10**9)
    # 2078 times 10^9 USD of value over the shares, in atoms of four decimals.
    assert venue.market.mark_price == round(2078 * 10**9 * 10**4 / 1_234_567_891)


def test_life_10_without_a_count_the_factor_says_how_many_shares_there_are() -> None:
    venue = SmallVenue(market("V", "premarket", reference_atoms=20_780_000))
    wrong = venue.run(factor(venue, 1, 3, "unit_change"))
    assert refusals(wrong) == [rejects.FACTOR_INVALID]
    carry(venue, factor(venue, 11, 10, "unit_change"))
    assert (venue.market.spec.price_unit, venue.market.spec.share_count) == ("share", 1_100_000_000)


def test_a_market_on_a_share_has_no_unit_to_change() -> None:
    venue = SmallVenue(mortal())
    refused = venue.run(factor(venue, 2, 1, "unit_change"))
    assert refusals(refused) == [rejects.GROUNDS_INVALID]
