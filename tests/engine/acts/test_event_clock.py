"""Margin by what is known of a listing: new risk at once, positions with notice (MARG-9)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bellwether.engine.engine import Engine
from bellwether.engine.limits.clocked import clocked_rules
from bellwether.formulas.limits.event_margin import (
    least_initial_e6,
    least_maintenance_e6,
    stricter_leverage,
)
from bellwether.schema import codes, rejects
from bellwether.schema.commands import AdvanceTime, EnterEventPhase, UpdateIsolatedMargin
from bellwether.schema.events import (
    Announced,
    Event,
    EventMarginBound,
    EventPhaseEntered,
    LiquidationStarted,
    OrderPlaced,
)
from bellwether.schema.instrument import ConversionPolicy, EventMargin
from bellwether.schema.presets import PRESETS
from tests.engine.acts.steps import change_of
from tests.engine.life.acts import carry, feed, listing
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    OPERATOR,
    PRICE,
    SECOND_NS,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

HOUR_NS = 3_600 * SECOND_NS
SCHEDULE = (
    EventMargin("filed", 3, HOUR_NS),
    EventMargin("priced", 2, HOUR_NS),
    EventMargin("seasoned", 4, HOUR_NS),
)


def clocked(usd: int = 10_000, **more: Any) -> SmallVenue:
    return SmallVenue(market(event_margins=SCHEDULE, **more), usd=usd)


def entering(venue: SmallVenue, phase: str, grounds: str = "It was said.") -> EnterEventPhase:
    venue.nonce += 1
    return EnterEventPhase(OPERATOR, venue.nonce, 0, phase, grounds, f"X is {phase}.")


def enter(venue: SmallVenue, phase: str) -> list[Event]:
    return carry(venue, entering(venue, phase))


def test_a_phase_is_entered_by_an_announcement_with_notice() -> None:
    venue = clocked()
    events = enter(venue, "filed")
    (said,) = of_kind(events, Announced)
    (entered,) = of_kind(events, EventPhaseEntered)
    assert entered == EventPhaseEntered(0, venue.time_ns, "filed", 3, venue.time_ns + HOUR_NS)
    assert said.effective_ns == entered.binds_ns and said.text == "X is filed."
    assert not of_kind(events, EventMarginBound)
    assert not of_kind(venue.wait(3_599), EventMarginBound)
    (bound,) = of_kind(venue.wait(1), EventMarginBound)
    assert bound.max_leverage == 3 and bound.time_ns == entered.binds_ns


def test_new_risk_meets_the_requirement_at_once_and_reducing_does_not() -> None:
    venue = clocked(usd=100)
    venue.trade(ALICE, BOB, PRICE, 1_000)
    enter(venue, "priced")
    assert refusals(venue.place(CAROL, buy(PRICE, 2_000))) == [rejects.INSUFFICIENT_MARGIN]
    assert of_kind(venue.place(CAROL, buy(PRICE, 1_900)), OrderPlaced), "at two times"
    assert of_kind(venue.place(ALICE, sell(PRICE + 100, 1_000)), OrderPlaced), "it opens nothing"


def thin() -> SmallVenue:
    """Alice holds 10 contracts at five times, and the mark has fallen by 11 %."""
    oracle = {"move_limit_e6": 900_000, "time_constant_ns": 10**15}
    venue = SmallVenue(market(event_margins=SCHEDULE, oracle=oracle), audited=False)
    venue.trade(ALICE, BOB, PRICE, 10_000)
    prices = venue.market.prices
    prices.oracle_fine = prices.mark_fine = 89_000 * 10**9
    venue.market.last_trade_price = 89_000
    events = venue.wait(3)
    assert venue.market.mark_price == 89_000 and not of_kind(events, LiquidationStarted)
    return venue


def test_positions_meet_it_when_the_notice_is_over() -> None:
    venue = thin()
    enter(venue, "priced")
    assert not of_kind(venue.wait(3_597), LiquidationStarted)
    venue.place(CAROL, buy(89_000, 10_000))
    (started,) = of_kind(venue.wait(6), LiquidationStarted)
    assert started.maintenance == 890 * USD // 4, "half of a half"


def test_whoever_adds_margin_in_time_stays() -> None:
    venue = thin()
    enter(venue, "priced")
    venue.run(UpdateIsolatedMargin(*venue.head(ALICE), 0, 400 * USD))
    assert not of_kind(venue.wait(4_000), LiquidationStarted)


def test_a_phase_that_asks_for_less_binds_at_once() -> None:
    venue = clocked()
    enter(venue, "priced")
    venue.wait(3_600)
    assert venue.market.max_leverage == 2
    assert of_kind(enter(venue, "seasoned"), EventMarginBound)[0].max_leverage == 4
    assert venue.market.max_leverage == 4
    assert of_kind(enter(venue, "crossed"), EventMarginBound)[0].max_leverage == 0
    assert venue.market.max_leverage == 5, "a phase without a row asks for nothing"


def test_a_phase_within_the_notice_of_another_takes_its_place() -> None:
    venue = clocked()
    enter(venue, "filed")
    venue.wait(1_800)
    enter(venue, "priced")
    assert not of_kind(venue.wait(1_800), EventMarginBound)
    (bound,) = of_kind(venue.wait(1_800), EventMarginBound)
    assert bound.max_leverage == 2


@pytest.mark.parametrize(
    ("phase", "grounds", "reason"),
    [
        ("rumoured", "Why.", rejects.EVENT_PHASE_UNKNOWN),
        ("filed", "Why.", rejects.ALREADY_SO),
        ("priced", "", rejects.GROUNDS_MISSING),
    ],
)
def test_what_can_not_be_entered_is_refused(phase: str, grounds: str, reason: int) -> None:
    venue = clocked()
    enter(venue, "filed")
    assert refusals(venue.run(entering(venue, phase, grounds))) == [reason]


def test_a_change_of_the_specification_keeps_what_is_in_force() -> None:
    venue = clocked()
    enter(venue, "priced")
    venue.wait(3_600)
    carry(venue, change_of(venue, event_margins=(EventMargin("priced", 3, 0),), halt_move_e6=1))
    assert venue.market.max_leverage == 2 and venue.market.rules.halt_move_e6 == 1
    assert venue.market.spec.max_leverage == 5


def test_a_conversion_with_a_ramp_keeps_it_too() -> None:
    ramp = ConversionPolicy(ramp_ns=HOUR_NS)
    venue = clocked(conversion=ramp)
    enter(venue, "priced")
    venue.wait(3_600)
    carry(venue, listing(venue))
    feed(venue, 110_000, 200)
    assert venue.market.phase == codes.CONVERTING and venue.market.listing.ramp_e12 > 0
    assert venue.market.max_leverage == 2
    enter(venue, "crossed")
    assert venue.market.max_leverage >= 5


def test_it_survives_a_snapshot() -> None:
    venue = clocked()
    enter(venue, "filed")
    venue.wait(3_600)
    enter(venue, "priced")
    other = Engine.restore(venue.engine.snapshot())
    assert other.state_hash() == venue.engine.state_hash()
    assert other.venue.markets[0].max_leverage == 3
    later = venue.time_ns + HOUR_NS
    assert other.apply(AdvanceTime(), later) == venue.engine.apply(AdvanceTime(), later)
    assert other.venue.markets[0].max_leverage == 2


@given(st.integers(1, 50))
def test_margins_are_the_fractions_of_the_leverage_rounded_up(leverage: int) -> None:
    assert least_initial_e6(leverage) == ceil(Fraction(10**6, leverage))
    assert least_maintenance_e6(leverage) == ceil(Fraction(10**6, 2 * leverage))
    assert stricter_leverage(leverage, 0) == stricter_leverage(0, leverage) == leverage
    assert stricter_leverage(leverage, 3) == min(leverage, 3)


@pytest.mark.parametrize("preset", PRESETS)
@given(leverage=st.integers(1, 50))
def test_no_tier_asks_for_less_than_before_or_than_the_clock(preset: str, leverage: int) -> None:
    rules = PRESETS[preset]
    under = clocked_rules(rules, leverage)
    bounds = {t.lower_bound_e6 for t in (*rules.tiers, *rules.whole_tiers)}
    for bound in bounds:
        before = [t for t in rules.tiers if t.lower_bound_e6 <= bound][-1]
        after = [t for t in under.tiers if t.lower_bound_e6 <= bound][-1]
        assert after.max_leverage == min(before.max_leverage, leverage)
        if rules.whole_tiers:
            old = [t for t in rules.whole_tiers if t.lower_bound_e6 <= bound][-1]
            new = [t for t in under.whole_tiers if t.lower_bound_e6 <= bound][-1]
            assert new.initial_e6 == max(old.initial_e6, ceil(Fraction(10**6, leverage)))
            assert new.maintenance_e6 == max(
                old.maintenance_e6, ceil(Fraction(10**6, 2 * leverage))
            )
    assert under.max_leverage == under.tiers[0].max_leverage


def test_a_schedule_that_makes_no_sense_is_a_fault() -> None:
    for rows, text in (
        ((EventMargin("filed", 3, 0), EventMargin("filed", 2, 0)), "different phases"),
        ((EventMargin("rumoured", 3, 0),), "no phase rumoured"),
        ((EventMargin("filed", 0, 0),), "max_leverage"),
        ((EventMargin("filed", 3, -1),), "notice_ns"),
    ):
        assert text in " ".join(market(event_margins=rows).faults())
