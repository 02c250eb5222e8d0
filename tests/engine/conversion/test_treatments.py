"""What a listing does to a contract: convert, adjusted, settle, composite (LIFE-7)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.engine import questions
from bellwether.schema import codes, rejects
from bellwether.schema.events import MarketRebased, MarketSettled, PositionSettled
from tests.engine.life.acts import carry, feed, listing, mortal
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    PEOPLE,
    SmallVenue,
    buy,
    of_kind,
    refusals,
)


def open_market() -> SmallVenue:
    venue = SmallVenue(mortal())
    venue.trade(ALICE, BOB, 100_000, 1_001)
    venue.trade(CAROL, BOB, 100_000, 333)
    return venue


def test_life_7_adjusted_puts_positions_into_listed_shares() -> None:
    """One contract is 5/2 shares: prices of 40 USD a share mean 100 USD a contract."""
    venue = open_market()
    order = venue.rest(ALICE, buy(90_000, 1_000))
    carry(
        venue,
        listing(
            venue,
            treatment="adjusted",
            numerator=5,
            denominator=2,
            grounds="two-for-five exchange",
            cross_price=40_000,
        ),
    )
    events = feed(venue, 40_000, 40)
    (rebased,) = of_kind(events, MarketRebased)
    assert (rebased.numerator, rebased.denominator) == (5, 2)
    assert venue.market.phase == codes.LISTED and venue.market.oracle_price == 40_000
    assert venue.holding(CAROL).lots in (832, 833)
    assert venue.account(ALICE).orders[order].price == 36_000


def test_life_7_settle_ends_the_market_at_the_cross() -> None:
    venue = open_market()
    command = listing(venue, treatment="settle", grounds="a subsidiary listed", cross_price=120_000)
    events = carry(venue, command)
    (settled,) = of_kind(events, MarketSettled)
    assert settled.price == 120_000 and settled.method == codes.AT_THE_CROSS
    assert venue.market.phase == codes.SETTLED and venue.holding(ALICE).lots == 0


def test_life_7_composite_settles_a_part_and_converts_the_rest() -> None:
    venue = open_market()
    before = {who: questions.account_equity(venue.account(who)) for who in PEOPLE}
    command = listing(
        venue,
        treatment="composite",
        settled_e6=300_000,
        grounds="three parts in ten were bought for cash",
        cross_price=100_000,
    )
    carry(venue, command)
    events = feed(venue, 100_000, 20)
    parts = of_kind(events, PositionSettled)
    assert sum(e.lots for e in parts if e.start > 0) == sum(e.lots for e in parts if e.start < 0)
    assert venue.holding(BOB).lots == -(1_334 - 399)
    assert venue.holding(ALICE).lots == 1_001 - 300
    assert venue.market.phase == codes.LISTED
    assert before == {who: questions.account_equity(venue.account(who)) for who in PEOPLE}


def test_life_7_what_settles_of_a_composite_is_worth_the_shares_of_a_contract() -> None:
    venue = open_market()
    command = listing(
        venue,
        treatment="composite",
        settled_e6=500_000,
        numerator=5,
        denominator=2,
        grounds="half for cash, half for five in two shares",
        cross_price=40_000,
    )
    carry(venue, command)
    events = feed(venue, 40_000, 6)
    assert {event.price for event in of_kind(events, PositionSettled)} == {100_000}
    assert venue.market.listing.latest and venue.market.oracle_price == 40_000
    venue.wait(3)
    assert venue.market.listing.is_external, "outside prices were in shares all along"


@settings(max_examples=40)
@given(
    st.integers(1, 999_999),
    st.integers(80_000, 120_000),
    st.lists(st.integers(150, 3_000), min_size=1, max_size=5),
)
def test_a_composite_leaves_longs_and_shorts_equal_and_money_whole(
    part: int, cross: int, sizes: list[int]
) -> None:
    venue = SmallVenue(mortal())
    for place, size in enumerate(sizes):
        venue.trade(PEOPLE[place % 3], PEOPLE[3], 100_000, size)
    lots = venue.market.long_lots
    command = listing(venue, treatment="composite", settled_e6=part, grounds="g", cross_price=cross)
    carry(venue, command)
    feed(venue, cross, 20)
    assert venue.market.long_lots == venue.market.short_lots
    missing = venue.market.long_lots - (lots - lots * part // 10**6)
    assert 0 <= missing <= len(sizes), "at most a lot of each position"
    for who in PEOPLE:
        holding = venue.engine.venue.users[who].holdings.get(0)
        assert holding is None or abs(holding.lots) <= lots


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"treatment": "adjusted", "grounds": "g"}, rejects.RATIO_INVALID),
        ({"treatment": "adjusted", "numerator": 2}, rejects.GROUNDS_INVALID),
        (
            {"treatment": "adjusted", "numerator": 2, "denominator": 0, "grounds": "g"},
            rejects.RATIO_INVALID,
        ),
        ({"numerator": 2}, rejects.RATIO_INVALID),
        ({"settled_e6": 1}, rejects.RATIO_INVALID),
        ({"treatment": "composite", "grounds": "g"}, rejects.RATIO_INVALID),
        (
            {"treatment": "composite", "grounds": "g", "settled_e6": 1_000_000},
            rejects.RATIO_INVALID,
        ),
        ({"treatment": "settle"}, rejects.GROUNDS_INVALID),
        (
            {"treatment": "adjusted", "grounds": "g", "numerator": 10**13},
            rejects.FACTOR_INVALID,
        ),
    ],
)
def test_life_7_a_treatment_states_all_it_needs(fields: dict[str, object], reason: int) -> None:
    venue = open_market()
    assert refusals(venue.run(listing(venue, **fields))) == [reason]
