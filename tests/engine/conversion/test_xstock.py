"""What a `premarket` becomes: a tokenised share's perpetual (INST-5, LIFE-10)."""

from __future__ import annotations

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import AdvanceTime
from bellwether.schema.events import FundingPaid, MarketRebased
from bellwether.schema.instrument import ConversionPolicy
from bellwether.units.quantities import NS_PER_HOUR
from tests.engine.life.acts import carry, factor, feed, listing, price
from tests.engine.small_venue import (
    ALICE,
    BOB,
    PEOPLE,
    SOURCES,
    SmallVenue,
    buy,
    of_kind,
    refusals,
    sell,
)
from tests.engine.test_premarket import ATOMS, all_say, premarket, say

SHARES = 10_390_000_000
SHARE_PRICE = 2_000_000
"""2078 billion USD of 10.39 billion shares: 200 USD each, in atoms of four decimals."""


def listed_xstock(**more: object) -> SmallVenue:
    venue = premarket(**more)
    all_say(venue)
    venue.trade(ALICE, BOB, ATOMS, 100)
    carry(venue, listing(venue, cross_price=SHARE_PRICE, numerator=1_039, denominator=100))
    feed(venue, SHARE_PRICE, 40)
    return venue


def test_life_10_a_contract_on_a_valuation_becomes_shares_in_place() -> None:
    venue = premarket()
    all_say(venue)
    venue.trade(ALICE, BOB, ATOMS, 100)
    before = {who: questions.account_equity(venue.account(who)) for who in PEOPLE}
    carry(venue, listing(venue, cross_price=SHARE_PRICE, numerator=1_039, denominator=100))
    events = feed(venue, SHARE_PRICE, 4)
    (rebased,) = of_kind(events, MarketRebased)
    assert (rebased.numerator, rebased.denominator) == (1_039, 100)
    market = venue.market
    assert market.name == "X" and market.spec.price_unit == "share"
    assert venue.holding(ALICE).lots == 1_039 and venue.holding(BOB).lots == -1_039
    assert before == {who: questions.account_equity(venue.account(who)) for who in PEOPLE}


def test_life_10_the_ratio_is_the_share_count_where_the_specification_has_one() -> None:
    venue = premarket(share_count=SHARES)
    all_say(venue)
    venue.trade(ALICE, BOB, ATOMS, 100)
    carry(venue, listing(venue, cross_price=SHARE_PRICE))
    feed(venue, SHARE_PRICE, 40)
    assert venue.market.spec.preset == "xstock" and venue.holding(ALICE).lots == 1_039


def test_life_10_a_unit_changed_between_listing_and_conversion_is_not_changed_again() -> None:
    venue = premarket(share_count=SHARES)
    all_say(venue)
    venue.trade(ALICE, BOB, ATOMS, 100)
    carry(venue, listing(venue, cross_price=SHARE_PRICE))
    carry(venue, factor(venue, 1_039, 100, "unit_change"))
    assert venue.holding(ALICE).lots == 1_039
    events = feed(venue, SHARE_PRICE, 40)
    assert not of_kind(events, MarketRebased)
    assert venue.market.phase == codes.LISTED and venue.holding(ALICE).lots == 1_039


def test_inst_5_the_rules_of_an_xstock_hold() -> None:
    venue = listed_xstock()
    market = venue.market
    assert market.phase == codes.LISTED and market.spec.preset == "xstock"
    assert market.max_leverage == 10 and market.spec.funding.cap_e12 == 5_000_000_000
    assert market.rules.index is not None
    assert market.rules.index.mark_width_e12 == 10_000_000_000
    assert market.rules.index.impact_lots == 48 * 1_039 // 100
    assert market.position_limit_lots == 0


def test_price_20_the_index_walks_to_the_share_at_the_step_limit() -> None:
    venue = listed_xstock()
    before = venue.market.oracle_price
    feed(venue, 2_200_000, 2)
    after = venue.market.oracle_price
    assert before < after <= before * 1_005 // 1_000
    feed(venue, 2_200_000, 40)
    assert venue.market.oracle_price == 2_200_000


def test_price_9_the_mark_is_clamped_to_one_percent_of_the_index() -> None:
    venue = listed_xstock(usd=1_000_000)
    venue.rest(ALICE, buy(2_095_000, 2_000, codes.ALO))
    venue.rest(BOB, sell(2_099_000, 2_000, codes.ALO))
    feed(venue, SHARE_PRICE, 60)
    assert venue.market.mark_price == 2_020_000


def test_price_9_without_prices_from_outside_it_takes_post_only_orders_and_liquidates_nobody() -> (
    None
):
    venue = listed_xstock()
    venue.wait(800)
    assert not venue.market.is_stale
    venue.wait(200)
    assert venue.market.is_stale and not venue.market.liquidates()
    assert refusals(venue.place(ALICE, buy(1_990_000, 100))) == [rejects.POST_ONLY_NOW]
    feed(venue, SHARE_PRICE, 2)
    assert not venue.market.is_stale and venue.market.liquidates()


def test_price_14_an_xstock_takes_no_observations() -> None:
    venue = listed_xstock()
    assert refusals(say(venue, "one")) == [rejects.KIND_UNKNOWN]


def test_price_19_two_sources_that_disagree_are_a_gap_and_a_stray_third_does_not_count() -> None:
    venue = listed_xstock()

    def said(*atoms: int) -> int:
        venue.wait(3)
        for source, price_atoms in zip(SOURCES, atoms, strict=False):
            price(venue, source, price_atoms)
        venue.wait(3)
        return venue.market.oracle_price

    assert said(2_001_000, 2_001_000, 9_000_000) == 2_001_000
    venue.wait(60)
    assert said(2_000_000, 2_300_000) == 2_001_000
    assert not venue.market.listing.is_external
    assert said(2_100_000, 2_110_000) > 2_001_000


def test_fund_5_funding_follows_the_share_both_ways() -> None:
    venue = listed_xstock(usd=1_000_000)
    venue.rest(ALICE, buy(1_960_000, 2_000, codes.ALO))
    venue.rest(BOB, sell(1_964_000, 2_000, codes.ALO))
    events = feed(venue, SHARE_PRICE, 2_500)
    rate = of_kind(events, FundingPaid)[-1].rate_e12
    assert -2_500_000_000 < rate < -2_300_000_000, "1.9 % below, over eight"


def test_life_8_a_premarket_ramps_too() -> None:
    policy = ConversionPolicy(becomes="xstock", ramp_ns=NS_PER_HOUR)
    venue = premarket(conversion=policy)
    all_say(venue)
    venue.trade(ALICE, BOB, ATOMS, 100)
    carry(venue, listing(venue, cross_price=2_100_000, numerator=1_039, denominator=100))
    feed(venue, 2_100_000, 600)
    market = venue.market
    assert market.phase == codes.CONVERTING and market.rules.index is not None
    assert 5_900_000_000 < market.rules.index.mark_width_e12 < 6_300_000_000
    assert 2_040_000 < market.oracle_price < 2_060_000
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    venue.auditor = None  # What follows goes past the commands.
    later = venue.time_ns + 2_400 * 10**9
    assert other.apply(AdvanceTime(), later) == venue.engine.apply(AdvanceTime(), later)
    venue.time_ns = later
    feed(venue, 2_100_000, 60)
    assert market.phase == codes.LISTED and market.oracle_price == 2_100_000
