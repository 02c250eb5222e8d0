"""A specification changes with two keys, after its lock, at its time (INST-1, RULE-2)."""

from __future__ import annotations

from typing import Any

import pytest

from bellwether.engine.engine import Engine
from bellwether.node.checks import Checks
from bellwether.schema import codes, rejects
from bellwether.schema.commands import AdvanceTime
from bellwether.schema.events import (
    Announced,
    ChangeLapsed,
    ChangeScheduled,
    LiquidationStarted,
    MarketListed,
    OrderClosed,
    PhaseChanged,
    ShareCountRecorded,
    SpecificationChanged,
)
from bellwether.schema.instrument import MarginTier
from bellwether.units.tick import price_on_tick
from tests.engine.acts.steps import change_of, changed
from tests.engine.life.acts import (
    DEADLINE_NS,
    OUTSIDE_NS,
    carry,
    decide,
    factor,
    feed,
    listing,
    mortal,
    propose,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    OPERATOR,
    SECOND_NS,
    START_NS,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)


def test_inst_1_an_approved_change_is_the_next_version_and_the_old_one_stays() -> None:
    venue = SmallVenue(mortal())
    events = carry(venue, change_of(venue, open_interest_cap_e6=5 * USD))
    assert of_kind(events, SpecificationChanged)[0].spec.version == 2
    assert venue.market.open_interest_cap_e6 == 5 * USD
    assert [spec.open_interest_cap_e6 for spec in venue.market.versions] == [10**14, 5 * USD]
    said = of_kind(events, Announced)[0]
    assert (said.kind, said.grounds) == ("parameters", "Because.")


def test_rule_2_nothing_changes_before_the_approval() -> None:
    venue = SmallVenue(mortal())
    number = propose(venue, change_of(venue, max_order_lots=7))
    assert venue.market.spec.version == 1
    assert refusals(decide(venue, number, OPERATOR)) == [rejects.PROPOSAL_OWN]
    venue.wait(86_400)
    assert venue.market.spec.version == 1


def test_a_change_comes_into_force_at_its_time() -> None:
    venue = SmallVenue(mortal())
    at = START_NS + 100 * SECOND_NS
    events = carry(venue, change_of(venue, at, max_order_lots=7))
    assert of_kind(events, Announced)[0].effective_ns == at
    assert of_kind(events, ChangeScheduled)[0].effective_ns == at
    venue.wait(99)
    assert venue.market.max_order_lots == 0
    (changed,) = of_kind(venue.wait(1), SpecificationChanged)
    assert (changed.time_ns, venue.market.max_order_lots) == (at, 7)


def test_rule_2_a_time_lock_holds_back_what_is_approved() -> None:
    venue = SmallVenue(mortal(time_lock_ns=3_600 * SECOND_NS))
    venue.wait(10)
    events = carry(venue, change_of(venue, START_NS + 20 * SECOND_NS, max_order_lots=7))
    at = START_NS + 3_610 * SECOND_NS
    assert of_kind(events, Announced)[0].effective_ns == at
    assert not of_kind(venue.wait(3_599), SpecificationChanged)
    assert of_kind(venue.wait(1), SpecificationChanged)


def test_a_waiting_change_survives_a_snapshot_and_binds_the_same() -> None:
    venue = SmallVenue(mortal(time_lock_ns=60 * SECOND_NS))
    carry(venue, change_of(venue, max_order_lots=7))
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    later = venue.time_ns + 61 * SECOND_NS
    ours, theirs = (e.apply(AdvanceTime(), later) for e in (venue.engine, other))
    assert ours == theirs and of_kind(ours, SpecificationChanged)
    assert other.snapshot() == venue.engine.snapshot()


def test_waiting_changes_join_what_came_into_force_before_them() -> None:
    venue = SmallVenue(mortal())
    late = START_NS + 100 * SECOND_NS
    carry(venue, change_of(venue, late, oracle={"interval_ns": 6 * SECOND_NS}))
    carry(venue, change_of(venue, oracle={"max_re_anchors": 2}))
    venue.wait(100)
    spec = venue.market.spec
    assert (spec.version, spec.oracle.interval_ns, spec.oracle.max_re_anchors) == (
        3,
        6 * SECOND_NS,
        2,
    )


def test_a_change_that_has_become_impossible_lapses_and_says_so() -> None:
    venue = SmallVenue(mortal())
    late = START_NS + 100 * SECOND_NS
    tiers = (MarginTier(0, 5), MarginTier(USD, 4))
    carry(venue, change_of(venue, late, tiers=tiers))
    carry(venue, change_of(venue, max_leverage=3, tiers=(MarginTier(0, 3),)))
    events = venue.wait(100)
    (lapsed,) = of_kind(events, ChangeLapsed)
    assert lapsed.reason == rejects.SPECIFICATION_INVALID
    assert "does not come into force" in of_kind(events, Announced)[0].text
    assert venue.market.max_leverage == 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"symbol": "Y"}, rejects.FIELD_FIXED),
        ({"dex": "xyz"}, rejects.FIELD_FIXED),
        ({"preset": "premarket"}, rejects.FIELD_FIXED),
        ({"size_decimals": 2}, rejects.FIELD_FIXED),
        ({"price_unit": "valuation"}, rejects.FIELD_FIXED),
        ({"funding": {"policy": "kraken"}}, rejects.FIELD_FIXED),
        ({"reference_atoms": 1}, rejects.FIELD_FIXED),
        ({"launch_time": START_NS + 1}, rejects.FIELD_FIXED),
        ({}, rejects.ALREADY_SO),
        ({"max_leverage": 51}, rejects.SPECIFICATION_INVALID),
        ({"oracle": {"interval_ns": 1}}, rejects.SPECIFICATION_INVALID),
        ({"conversion": {"becomes": "nothing"}}, rejects.SPECIFICATION_INVALID),
        ({"outside_launch_time": START_NS}, rejects.DATE_PAST),
        ({"settlement_deadline": OUTSIDE_NS - 1}, rejects.SPECIFICATION_INVALID),
        ({"max_order_lots": 1, "effective_ns": START_NS - 1}, rejects.EFFECTIVE_TIME_INVALID),
        ({"max_order_lots": 1, "effective_ns": 1 << 62}, rejects.EFFECTIVE_TIME_INVALID),
        ({"max_order_lots": 1, "grounds": ""}, rejects.GROUNDS_MISSING),
        ({"max_order_lots": 1, "text": ""}, rejects.ANNOUNCEMENT_MISSING),
        ({"max_order_lots": 1, "by": ALICE}, rejects.ROLE_MISSING),
    ],
)
def test_a_change_is_refused_for_its_reason(changes: dict[str, Any], reason: int) -> None:
    venue = SmallVenue(mortal())
    assert refusals(venue.run(change_of(venue, **changes))) == [reason]
    assert not venue.engine.venue.proposals


def test_dates_move_their_timers() -> None:
    venue = SmallVenue(mortal())
    carry(venue, change_of(venue, outside_launch_time=OUTSIDE_NS + 600 * SECOND_NS))
    venue.wait((OUTSIDE_NS - START_NS) // SECOND_NS + 1)
    assert venue.market.phase == codes.PRE_LISTING
    (moved,) = of_kind(venue.wait(600), PhaseChanged)
    assert moved.time_ns == OUTSIDE_NS + 600 * SECOND_NS
    carry(venue, change_of(venue, settlement_deadline=DEADLINE_NS + 600 * SECOND_NS))
    venue.wait((DEADLINE_NS - venue.time_ns) // SECOND_NS + 1)
    assert venue.market.phase == codes.SETTLEMENT_PERIOD
    venue.wait(600)
    assert venue.market.settled_ns == DEADLINE_NS + 600 * SECOND_NS


def test_a_market_without_an_outside_launch_date_gets_one() -> None:
    venue = SmallVenue()
    carry(venue, change_of(venue, outside_launch_time=START_NS + 60 * SECOND_NS))
    assert of_kind(venue.wait(60), PhaseChanged)[0].phase == codes.SETTLEMENT_PERIOD


def test_before_the_launch_its_time_and_reference_change() -> None:
    venue = SmallVenue(market(launch_time=START_NS + 60 * SECOND_NS))
    later = START_NS + 90 * SECOND_NS
    carry(venue, change_of(venue, launch_time=later, reference_atoms=50_000))
    venue.wait(89)
    assert venue.market.phase == codes.ANNOUNCED
    venue.wait(1)
    assert venue.market.phase == codes.PRE_LISTING
    assert (venue.market.mark_price, venue.market.oracle_price) == (50_000, 50_000)


def test_positions_stay_and_are_looked_at_again_under_the_new_margin() -> None:
    venue = SmallVenue(market(), usd=25)
    venue.trade(ALICE, BOB, 100_000, 1_000)
    # Equity of 20 USD covers 10 USD of maintenance at 5x, but not 50 USD at 1x.
    venue.wait(3)
    assert venue.holding(ALICE).lots == 1_000
    carry(venue, change_of(venue, max_leverage=1, tiers=(MarginTier(0, 1),)))
    assert venue.holding(ALICE).lots == 1_000
    venue.place(CAROL, buy(99_000, 200))
    assert of_kind(venue.wait(60), LiquidationStarted)


def test_orders_that_the_new_rules_forbid_end_with_the_reason() -> None:
    venue = SmallVenue()
    off_tick = venue.rest(ALICE, buy(90_010, 1_000))
    on_tick = venue.rest(ALICE, buy(90_000, 1_000))
    too_large = venue.rest(BOB, sell(110_000, 3_000))
    events = carry(venue, change_of(venue, tick_atoms=100, max_order_lots=2_000))
    ended = {e.order_id: e.status for e in of_kind(events, OrderClosed)}
    forbidden = codes.RULES_CHANGED_CANCELED
    assert ended == {off_tick: forbidden, too_large: forbidden}
    assert list(venue.account(ALICE).orders) == [on_tick]


def test_a_trailing_stop_stays_wherever_the_mark_has_put_its_trigger() -> None:
    """Found by a world (seed 7001460): new rules ended it for a tick that nobody had typed."""
    venue = SmallVenue()
    stop = sell(50_000, 500, reduce_only=True, trigger=codes.STOP_MARKET, trail_e6=23_456)
    venue.trade(ALICE, BOB, 100_000, 1_000)
    waiting = venue.rest(ALICE, stop)
    trigger = venue.account(ALICE).orders[waiting].trigger_price
    assert not price_on_tick(trigger, venue.market.size_decimals, 100)
    events = carry(venue, change_of(venue, tick_atoms=100))
    assert not of_kind(events, OrderClosed)
    assert list(venue.account(ALICE).orders) == [waiting]


def test_orders_beyond_a_new_position_limit_end_newest_first() -> None:
    venue = SmallVenue()
    first = venue.rest(ALICE, buy(90_000, 1_000))
    second = venue.rest(ALICE, buy(90_000, 1_000))
    events = carry(venue, change_of(venue, position_limit_lots=1_500))
    assert [e.order_id for e in of_kind(events, OrderClosed)] == [second]
    assert list(venue.account(ALICE).orders) == [first]


def test_who_is_excluded_by_a_change_keeps_no_order_that_adds_risk() -> None:
    venue = SmallVenue()
    venue.rest(ALICE, buy(90_000, 1_000))
    events = carry(venue, change_of(venue, excluded_jurisdictions=("XX",)))
    assert [e.status for e in of_kind(events, OrderClosed)] == [codes.NOT_ELIGIBLE_CANCELED]


def test_cross_positions_keep_a_market_cross() -> None:
    venue = SmallVenue(market(margin_mode=codes.CROSS))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    refused = venue.run(change_of(venue, margin_mode=codes.STRICT_ISOLATED))
    assert refusals(refused) == [rejects.MODE_HAS_POSITION]


def test_a_narrower_band_moves_its_edges() -> None:
    venue = SmallVenue()
    carry(venue, change_of(venue, oracle={"band_e12": 100_000_000_000}))
    assert venue.market.band_high_fine == 110_000 * 10**9


def test_inst_6_a_revised_estimate_changes_only_what_is_shown() -> None:
    venue = SmallVenue(mortal(share_count=10**9))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    before = (venue.market.mark_price, venue.holding(ALICE).lots, venue.account(ALICE).cash.balance)
    source = {"share_count_source": "S-1/A", "share_count_as_of": START_NS}
    events = carry(venue, change_of(venue, share_count=11 * 10**8, **source))
    (recorded,) = of_kind(events, ShareCountRecorded)
    assert (recorded.kind, recorded.share_count, recorded.source) == (
        "revision",
        11 * 10**8,
        "S-1/A",
    )
    assert recorded.grounds == "Because."
    after = (venue.market.mark_price, venue.holding(ALICE).lots, venue.account(ALICE).cash.balance)
    assert before == after


def test_life_10_the_ledger_has_the_listing_the_revisions_and_the_rebases() -> None:
    venue = SmallVenue(mortal(share_count=10**9))
    carry(venue, change_of(venue, share_count=2 * 10**9))
    carry(venue, factor(venue, 5, 1))
    told = [(e.version, e.kind, e.share_count, e.numerator) for e in venue.market.capital]
    assert told == [
        (1, "listing", 10**9, 1),
        (2, "revision", 2 * 10**9, 1),
        (3, "rebase", 10**10, 5),
    ]
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()


def test_a_settled_market_changes_no_more() -> None:
    venue = SmallVenue(mortal())
    venue.wait((DEADLINE_NS - START_NS) // SECOND_NS)
    assert venue.market.phase == codes.SETTLED
    refused = venue.run(change_of(venue, max_order_lots=1))
    assert refusals(refused) == [rejects.PHASE_FORBIDS]


def test_the_terms_of_a_conversion_stand_once_it_has_begun() -> None:
    ramp = {"ramp_ns": 3_600 * SECOND_NS, "external_window_ns": 86_400 * SECOND_NS}
    venue = SmallVenue(mortal(conversion=changed(market(), {"conversion": ramp}).conversion))
    carry(venue, change_of(venue, conversion={"min_external_sources": 3}))
    carry(venue, listing(venue))
    feed(venue, 110_000, 10)
    assert venue.market.phase == codes.CONVERTING
    refused = venue.run(change_of(venue, conversion={"ramp_ns": 0}))
    assert refusals(refused) == [rejects.FIELD_FIXED]
    feed(venue, 110_000, 100, seconds=10)
    between = venue.market.rules.funding.multiplier_e6
    assert 5_000 < between < 500_000
    carry(venue, change_of(venue, max_order_lots=7_000))
    assert venue.market.rules.funding.multiplier_e6 == between, "a change does not end the ramp"
    assert venue.market.max_order_lots == 7_000


def test_a_later_launch_moves_its_auction() -> None:
    launch = START_NS + 600 * SECOND_NS
    venue = SmallVenue(market(launch_time=launch, auction_ns=300 * SECOND_NS))
    carry(venue, change_of(venue, launch_time=launch + 600 * SECOND_NS))
    venue.wait(899)
    assert venue.market.phase == codes.ANNOUNCED
    venue.wait(1)
    assert venue.market.phase == codes.AUCTION
    venue.wait(300)
    assert venue.market.phase == codes.PRE_LISTING


def test_rule_8_a_life_with_changes_is_made_again_from_its_own_inputs() -> None:
    """What `bellwether verify` recomputes goes by the versions and ramps that were in force."""
    ramp = {"ramp_ns": 3_600 * SECOND_NS, "external_window_ns": 86_400 * SECOND_NS}
    venue = SmallVenue(mortal(conversion=changed(market(), {"conversion": ramp}).conversion))
    checks = Checks()
    checks.take([MarketListed(0, venue.market.versions[0])])
    checks.take([PhaseChanged(0, START_NS, codes.PRE_LISTING)])
    late = START_NS + 3_000 * SECOND_NS
    checks.take(carry(venue, change_of(venue, late, funding={"interest_e12": 7 * 10**8})))
    checks.take(venue.wait(4_000))
    checks.take(carry(venue, listing(venue)))
    checks.take(feed(venue, 110_000, 120, seconds=10))
    checks.take(carry(venue, change_of(venue, funding={"clamp_e12": 7 * 10**8})))
    checks.take(feed(venue, 110_000, 300, seconds=10))
    assert checks.again["funding rates"] >= 2
