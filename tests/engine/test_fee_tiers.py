"""Rates by the volume of full days, growth mode, and whoever they do not apply to (ORD-7)."""

from __future__ import annotations

from typing import Any

from bellwether.engine.engine import Engine
from bellwether.engine.fees.rates import rates_of
from bellwether.engine.fees.volume import Volume
from bellwether.schema import codes
from bellwether.schema.events import TradeExecuted
from bellwether.schema.instrument import FeeTier
from tests.engine.acts.steps import change_of
from tests.engine.life.acts import carry
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
    sell,
)

DAY = 86_400
TIERS = (FeeTier(1_000 * 10**6, 500_000, 100_000), FeeTier(5_000 * 10**6, 400_000, -20_000))


def tiered(**more: Any) -> SmallVenue:
    return SmallVenue(market(fee_tiers=TIERS, fee_window_days=2, **more), usd=100_000)


def fees(venue: SmallVenue, taker: bytes = ALICE, maker: bytes = BOB) -> tuple[int, int]:
    """Of a trade of 20 USD."""
    venue.rest(maker, sell(100_000, 200))
    (trade,) = of_kind(venue.place(taker, buy(100_000, 200, codes.IOC)), TradeExecuted)
    return trade.taker_fee, trade.maker_fee


def swap(venue: SmallVenue, usd: int) -> None:
    """Alice and Bob trade for so many USD, and Carol has Bob's part back."""
    venue.trade(ALICE, BOB, 100_000, usd * 10)


def test_what_is_traded_today_counts_from_tomorrow_on() -> None:
    venue = tiered()
    swap(venue, 1_000)
    assert fees(venue) == (18_000, 6_000)
    venue.wait(DAY)
    assert fees(venue) == (10_000, 2_000)
    assert fees(venue, CAROL, DORA) == (18_000, 6_000)


def test_a_higher_tier_pays_its_makers() -> None:
    venue = tiered()
    swap(venue, 5_000)
    venue.wait(DAY)
    kept = venue.engine.venue.dexes[0].ledger.fees
    before = kept.balance
    assert fees(venue) == (8_000, -400)
    assert kept.balance - before == 7_600


def test_days_leave_the_window_again() -> None:
    venue = tiered()
    swap(venue, 5_000)
    venue.wait(DAY)
    venue.wait(DAY)
    assert fees(venue) == (8_000, -400)
    venue.wait(DAY)
    assert fees(venue) == (18_000, 6_000)


def test_the_last_micro_dollar_before_a_tier_counts() -> None:
    volume = Volume()
    volume.take(10, 999_999_999)
    assert volume.within(11, 2) == 999_999_999
    volume.make(10, 1)
    assert (volume.within(10, 2), volume.within(11, 2), volume.within(13, 2)) == (0, 10**9, 0)
    assert volume.within(12, 2) == 10**9 and volume.days == []


def test_thirty_days_are_kept_and_no_more() -> None:
    volume = Volume()
    for day in range(100, 200):
        volume.take(day, 1)
        volume.make(day, 2)
    assert volume.within(200, 30) == 90 and len(volume.days) == 30
    volume.take(500, 7)
    assert volume.days == [] and volume.within(501, 1) == 7


def test_a_tier_never_makes_a_cheap_market_dearer() -> None:
    venue = tiered(taker_fee_e9=450_000, maker_fee_e9=-50_000)
    swap(venue, 1_000)
    venue.wait(DAY)
    assert fees(venue) == (9_000, -1_000)


def test_growth_mode_charges_a_tenth_of_every_rate() -> None:
    venue = tiered(growth_mode=True)
    assert fees(venue) == (1_800, 600)
    swap(venue, 5_000)
    venue.wait(DAY)
    assert fees(venue) == (800, -40)


def test_rates_follow_a_change_of_the_rules_at_once() -> None:
    venue = tiered()
    swap(venue, 1_000)
    venue.wait(DAY)
    assert fees(venue) == (10_000, 2_000)
    carry(venue, change_of(venue, growth_mode=True))
    assert fees(venue) == (1_000, 200)


def test_a_snapshot_keeps_the_volumes_and_reading_rates_changes_nothing() -> None:
    venue = tiered()
    swap(venue, 5_000)
    venue.wait(DAY)
    before = venue.engine.snapshot()
    alice = venue.engine.venue.users[ALICE]
    assert rates_of(venue.market, alice) == (400_000, -20_000)
    assert venue.engine.snapshot() == before
    venue.engine = Engine.restore(before)
    assert venue.engine.snapshot() == before
    assert fees(venue) == (8_000, -400)


def test_fill_or_kill_is_tried_at_the_rates_that_it_will_pay() -> None:
    """Alice has 20 USD and the fee of her tier, not that of the base, for 1x leverage."""
    venue = tiered()
    swap(venue, 5_000)
    venue.wait(DAY)
    venue.rest(DORA, sell(100_000, 200))
    events = venue.place(ALICE, buy(100_000, 200, codes.FOK))
    (trade,) = of_kind(events, TradeExecuted)
    assert (trade.taker_fee, trade.maker_fee) == (8_000, 6_000)


def test_a_liquidation_pays_the_rates_of_both() -> None:
    venue = SmallVenue(
        market(fee_tiers=(FeeTier(90 * 10**6, 100_000, 50_000),), oracle=SWIFT), usd=30
    )
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.wait(DAY)
    venue.rest(BOB, buy(84_000, 800))
    venue.rest(CAROL, sell(84_100, 200))
    trades = of_kind(venue.wait(3) + venue.wait(3), TradeExecuted)
    (trade,) = [each for each in trades if each.kind == codes.LIQUIDATION_TRADE]
    value = trade.lots * trade.price
    assert (trade.taker_fee, trade.maker_fee) == (-(-value // 10_000), -(-value // 20_000))
