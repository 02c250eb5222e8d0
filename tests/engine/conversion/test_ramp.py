"""Between the old rules and the new ones (LIFE-8, FUND-7)."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from bellwether.engine.conversion.ramp import listed_specification, ramped_specification
from bellwether.engine.engine import Engine
from bellwether.formulas.conversion import ramp_weight_e12
from bellwether.schema import codes
from bellwether.schema.commands import AdvanceTime
from bellwether.schema.events import FundingPaid, OrderClosed, RampAdvanced, SpecificationChanged
from bellwether.schema.instrument import ConversionPolicy, InstrumentSpec
from bellwether.schema.presets import PRESETS
from bellwether.units.quantities import FINE, NS_PER_HOUR, RATE_ONE
from tests.engine.life.acts import carry, factor, feed, listing, mortal
from tests.engine.small_venue import ALICE, BOB, DORA, SECOND_NS, SmallVenue, buy, of_kind, sell

HOUR_RAMP = ConversionPolicy(ramp_ns=NS_PER_HOUR)


def ramping(**more: object) -> SmallVenue:
    """A market that began to convert a moment ago: the book at 100 USD, the share at 110."""
    venue = SmallVenue(mortal(conversion=HOUR_RAMP, **more))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.rest(DORA, buy(99_900, 100_000, codes.ALO))
    venue.rest(DORA, sell(100_100, 100_000, codes.ALO))
    carry(venue, listing(venue))
    feed(venue, 110_000, 4)
    assert venue.market.phase == codes.CONVERTING
    return venue


def test_life_8_the_oracle_goes_over_by_linear_weight() -> None:
    venue = ramping()
    began = venue.market.listing.ramp_since_ns
    for _ in range(5):
        feed(venue, 110_000, 200)
        prices = venue.market.prices
        weight = ramp_weight_e12(prices.last_time_ns - began, NS_PER_HOUR)
        aim = prices.internal_fine + (110_000 * FINE - prices.internal_fine) * weight // RATE_ONE
        assert abs(prices.oracle_fine - aim) <= FINE
        assert abs(prices.internal_fine - 100_000 * FINE) < 20 * FINE


def test_life_8_rules_go_over_minute_by_minute_and_the_version_changes_once() -> None:
    venue = ramping()
    market = venue.market
    events = feed(venue, 110_000, 590)
    assert market.spec.version == 1 and market.spec.preset == "ipop"
    half = market.rules
    assert 240_000 < half.funding.multiplier_e6 < 250_000
    assert 174 * 10**9 < half.oracle.band_e12 < 180 * 10**9
    assert market.max_leverage == half.max_leverage == 7
    weights = [event.weight_e12 for event in of_kind(events, RampAdvanced)]
    assert weights == sorted(set(weights)) and len(weights) == 29
    events = feed(venue, 110_000, 640)
    (changed,) = of_kind(events, SpecificationChanged)
    assert changed.spec.preset == "standard_equity" and market.rules is market.spec
    assert of_kind(events, RampAdvanced)[-1].weight_e12 == RATE_ONE
    assert market.phase == codes.LISTED and market.oracle_price == 110_000


def test_life_8_a_change_of_units_on_the_way_keeps_what_has_been_gone() -> None:
    """LIFE-10; and a venue restored from its snapshot goes by the same rules."""
    venue = ramping()
    feed(venue, 110_000, 590)
    band, leverage = venue.market.rules.oracle.band_e12, venue.market.max_leverage
    assert of_kind(carry(venue, factor(venue, 2, 1)), RampAdvanced)
    market = venue.market
    assert (market.rules.oracle.band_e12, market.max_leverage) == (band, leverage)
    restored = Engine.restore(venue.engine.snapshot()).venue.markets[0]
    assert restored.rules == market.rules != market.spec
    assert venue.market.spec.version == 2


def test_life_8_positions_and_resting_orders_stay() -> None:
    venue = ramping()
    orders = set(venue.account(DORA).orders)
    feed(venue, 110_000, 1_250)
    assert venue.market.phase == codes.LISTED
    assert venue.holding(ALICE).lots == 1_000 and set(venue.account(DORA).orders) == orders


def test_fund_7_no_sample_of_the_old_rule_counts_under_the_new_one() -> None:
    venue = ramping()
    assert venue.market.premium_samples <= 3
    events = feed(venue, 110_000, 1_250)
    market = venue.market
    assert market.listing.ramp_since_ns == 0
    rates = [event.rate_e12 for event in of_kind(events, FundingPaid)]
    assert rates, "an hour was paid inside the ramp, at the multiplier of its end"


def test_fund_7_no_sample_of_the_ramp_counts_after_it() -> None:
    venue = ramping()
    ends_ns = venue.market.listing.ramp_since_ns + NS_PER_HOUR
    venue.wait((ends_ns - venue.time_ns) // SECOND_NS - 1)
    assert venue.market.premium_samples > 0
    venue.wait(1)
    assert venue.market.listing.ramp_since_ns == 0 and venue.market.premium_samples == 0


def test_life_8_orders_that_the_new_rules_forbid_end_with_a_reason() -> None:
    venue = SmallVenue(mortal(oracle={"reject_outside_band": True}))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    kept, lost = venue.rest(DORA, buy(95_000, 1_000)), venue.rest(DORA, buy(80_000, 1_000))
    carry(venue, listing(venue))
    (closed,) = of_kind(feed(venue, 100_000, 10), OrderClosed)
    assert (closed.order_id, closed.status) == (lost, codes.RULES_CHANGED_CANCELED)
    assert kept in venue.account(DORA).orders


def test_price_19_a_gap_inside_the_ramp_leaves_the_oracle_to_the_book() -> None:
    venue = ramping()
    feed(venue, 110_000, 600)
    assert venue.market.oracle_price > 104_000
    venue.wait(600)
    assert venue.market.oracle_price < 100_200 and not venue.market.listing.is_external
    feed(venue, 110_000, 700)
    assert venue.market.phase == codes.LISTED


def test_a_market_in_its_ramp_survives_a_snapshot() -> None:
    venue = ramping()
    feed(venue, 110_000, 300)
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    later = venue.time_ns + 3_000 * 10**9
    assert other.apply(AdvanceTime(), later) == venue.engine.apply(AdvanceTime(), later)
    assert other.state_hash() == venue.engine.state_hash()


def designs() -> list[InstrumentSpec]:
    return [
        mortal(conversion=HOUR_RAMP),
        mortal(preset="premarket", reference_atoms=20_780_000),
    ]


@settings(max_examples=60)
@given(st.integers(0, RATE_ONE), st.integers(0, 1))
def test_rules_at_any_weight_contradict_nothing_and_lie_between(weight: int, which: int) -> None:
    old = designs()[which]
    new = listed_specification(old)
    now = ramped_specification(old, weight)
    assert not now.faults()
    assert new.preset in PRESETS and not new.faults()
    for one, two, between in (
        (old.oracle.band_e12, new.oracle.band_e12, now.oracle.band_e12),
        (old.funding.cap_e12, new.funding.cap_e12, now.funding.cap_e12),
        (old.funding.multiplier_e6, new.funding.multiplier_e6, now.funding.multiplier_e6),
        (old.max_leverage, new.max_leverage, now.max_leverage),
    ):
        assert min(one, two) <= between <= max(one, two)
    if weight == 0:
        assert now == old
