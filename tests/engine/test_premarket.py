"""Kraken's design: synthetic index, clamped mark, continuous funding, whole tiers (INST-4)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SubmitObservation
from bellwether.schema.events import (
    Event,
    FundingPaid,
    IndexPublished,
    ObservationTaken,
    PricesPublished,
)
from bellwether.schema.wire import encode_events
from bellwether.units.quantities import FINE
from tests.engine.life.acts import carry, factor, listing, settlement
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    OPERATOR,
    PEOPLE,
    SECOND_OPERATOR,
    SOURCES,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

ATOMS = 20_780_000
BILLIONS = 2_078
TICK = 100


def premarket(usd: int = 100_000, **more: Any) -> SmallVenue:
    return SmallVenue(market(preset="premarket", reference_atoms=ATOMS, **more), usd=usd)


def say(venue: SmallVenue, name: str, billions: int = BILLIONS, **more: Any) -> list[Event]:
    venue.nonce += 1
    given: dict[str, Any] = {
        "signer": OPERATOR,
        "nonce": venue.nonce,
        "asset": 0,
        "source": name,
        "kind": "secondary_trade",
        "value_e6": billions * 10**15,
        "unit": "valuation",
        "share_count": 0,
        "share_class": "common",
        "size_e6": 10**12,
        "observed_ns": venue.time_ns,
        **more,
    }
    return venue.run(SubmitObservation(**given))


def all_say(venue: SmallVenue, billions: int = BILLIONS) -> list[Event]:
    return [event for source in SOURCES for event in say(venue, source, billions)]


def test_price_14_a_valuation_becomes_the_price_of_one_contract() -> None:
    venue = premarket()
    (taken,) = of_kind(say(venue, "one"), ObservationTaken)
    assert taken.price_fine == ATOMS * FINE
    shares = {"unit": "per_share", "value_e6": 200 * 10**6, "share_count": 10_390_000_000}
    (taken,) = of_kind(say(venue, "two", **shares), ObservationTaken)
    assert taken.price_fine == ATOMS * FINE


def test_unit_4_a_price_too_large_to_record_is_refused_and_the_venue_goes_on() -> None:
    """An event with a number of more than 64 bits can not be journalled: it would end the venue."""
    venue = premarket()
    shares = {"unit": "per_share", "value_e6": 2_078 * 10**15, "share_count": 10**10}
    assert refusals(say(venue, "one", **shares)) == [rejects.PRICE_INVALID]
    largest = {"unit": "per_share", "value_e6": 9_223_370 * 10**6, "share_count": 10**8}
    said = say(venue, "one", **largest)
    assert of_kind(said, ObservationTaken)
    encode_events([said])
    assert refusals(venue.run(factor(venue, 1, 10**6))) == [rejects.FACTOR_INVALID]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("unit", "", rejects.UNIT_INVALID),
        ("unit", "per_share", rejects.UNIT_INVALID),
        ("kind", "rumour", rejects.KIND_UNKNOWN),
        ("value_e6", 0, rejects.PRICE_INVALID),
        ("source", "unbound", rejects.SOURCE_UNBOUND),
        ("signer", SECOND_OPERATOR, rejects.SOURCE_UNBOUND),
        ("signer", ALICE, rejects.ROLE_MISSING),
        ("observed_ns", 1 << 62, rejects.OBSERVATION_TIME_INVALID),
    ],
)
def test_price_14_an_observation_without_its_facts_is_refused(
    field: str, value: object, reason: int
) -> None:
    assert refusals(say(premarket(), "one", **{field: value})) == [reason]


def test_price_14_a_market_without_index_takes_none() -> None:
    assert refusals(say(SmallVenue(), "one")) == [rejects.NOT_OF_THIS_MARKET]


def test_price_15_too_few_sources_freeze_the_index_and_a_third_lifts_it() -> None:
    venue = premarket()
    venue.wait(60)
    say(venue, "one")
    say(venue, "two")
    assert venue.market.index.reason != 0
    (published,) = of_kind(say(venue, "three"), IndexPublished)
    assert (published.reason, venue.market.index.reason) == (0, 0)
    assert [source for source, *_ in published.inputs] == list(SOURCES)


def test_price_15_sources_too_far_apart_freeze_the_index() -> None:
    venue = premarket()
    say(venue, "one", 2_000)
    say(venue, "two", 2_000)
    say(venue, "three", 2_600)
    assert venue.market.index.reason == 2
    assert venue.market.prices.oracle_fine == ATOMS * FINE


def test_price_16_the_index_goes_to_the_median_slowly() -> None:
    venue = premarket()
    for _ in range(60):
        venue.wait(60)
        all_say(venue, 2_200)
    index = venue.market.oracle_price / 10_000
    assert 2_078 + 122 * 0.60 < index < 2_078 + 122 * 0.66, "63 % after one time constant"


def test_price_17_what_looks_like_a_split_is_held_until_another_confirms() -> None:
    venue = premarket()
    all_say(venue)
    (taken,) = of_kind(say(venue, "one", BILLIONS // 5), ObservationTaken)
    assert taken.is_held and len(venue.market.index.held) == 1
    (taken,) = of_kind(say(venue, "two", BILLIONS // 5), ObservationTaken)
    assert not taken.is_held and not venue.market.index.held


def test_price_9_the_mark_stays_within_a_quarter_percent_of_the_index() -> None:
    venue = premarket()
    venue.rest(ALICE, buy(22_000_000, 100))
    venue.rest(BOB, sell(22_100_000, 100))
    for _ in range(20):
        all_say(venue)
        venue.wait(60)
    index, mark = venue.market.oracle_price, venue.market.mark_price
    assert index == ATOMS and mark == index * 10_025 // 10_000


def test_price_9_a_stale_index_is_post_only_and_liquidates_nobody() -> None:
    venue = premarket()
    venue.wait(899)
    assert not venue.market.is_stale
    venue.wait(6)
    assert venue.market.is_stale and not venue.market.liquidates()
    order = buy(20_000_000, 100)
    assert refusals(venue.place(ALICE, order)) == [rejects.POST_ONLY_NOW]
    assert refusals(venue.place(ALICE, buy(20_000_000, 100, codes.ALO))) == []
    all_say(venue)
    assert not venue.market.is_stale and venue.market.liquidates()


def test_fund_5_the_rate_of_the_hour_before_accrues_and_is_zero_sum() -> None:
    venue = premarket()
    venue.trade(ALICE, BOB, ATOMS, 100)
    venue.rest(CAROL, buy(20_900_000, 1_000))
    venue.rest(CAROL, sell(21_000_000, 1_000))
    paid: list[FundingPaid] = []
    for _ in range(130):
        all_say(venue)
        paid += of_kind(venue.wait(60), FundingPaid)
    assert [event.rate_e12 for event in paid] == [7_000_000, 7_000_000]
    minute = 100 * ATOMS * 7_000_000 / 10**12 / 60
    owed = venue.holding(ALICE).unsettled_funding()
    assert -owed == pytest.approx(70 * minute, rel=0.01), "the first hour had no rate"
    assert venue.holding(BOB).unsettled_funding() in (-owed, -owed - 1)


def test_marg_3_whole_tiers_decide_what_an_order_needs() -> None:
    venue = premarket()
    assert refusals(venue.place(ALICE, buy(ATOMS, 400))) == []
    assert refusals(venue.place(ALICE, buy(ATOMS, 14_000))) == [rejects.INSUFFICIENT_MARGIN]


def test_rule_5_the_preset_excludes_where_it_may_not_be_offered() -> None:
    spec = market(preset="premarket", reference_atoms=ATOMS)
    assert not SmallVenue(spec).market.admits("FR", "professional")


def test_life_10_and_life_6_work_here_too() -> None:
    venue = premarket()
    venue.trade(ALICE, BOB, ATOMS, 100)
    all_say(venue)
    before = [questions.account_equity(venue.account(who)) for who in (ALICE, BOB)]
    carry(venue, factor(venue, 2, 1))
    assert [questions.account_equity(venue.account(who)) for who in (ALICE, BOB)] == before
    venue.wait(120)
    assert venue.market.oracle_price == ATOMS // 2
    carry(venue, settlement(venue, price=ATOMS))
    assert venue.market.phase == codes.SETTLED


def test_life_10_a_contract_on_a_valuation_converts_only_by_a_known_ratio() -> None:
    venue = premarket()
    assert refusals(venue.run(listing(venue))) == [rejects.RATIO_INVALID]


def test_an_indexed_market_survives_a_snapshot() -> None:
    venue = premarket()
    venue.trade(ALICE, BOB, ATOMS, 100)
    all_say(venue)
    say(venue, "one", BILLIONS // 5)
    events = venue.wait(4_000)
    assert of_kind(events, PricesPublished) == [] or events
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    command = SubmitObservation(
        OPERATOR, 10**9, 0, "one", "filing", 10**18, "valuation", 0, "common", 0, venue.time_ns
    )
    at = venue.time_ns + 10**10
    assert other.apply(command, at) == venue.engine.apply(command, at)
    assert other.snapshot() == venue.engine.snapshot()


STEPS = st.one_of(
    st.tuples(
        st.just("order"),
        st.integers(0, 3),
        st.booleans(),
        st.integers(1, 900),
        st.integers(-20, 20),
    ),
    st.tuples(
        st.just("order"),
        st.integers(0, 3),
        st.booleans(),
        st.integers(1, 900),
        st.integers(-20, 20),
    ),
    st.tuples(st.just("wait"), st.integers(1, 1_200)),
    st.tuples(st.just("observe"), st.integers(60, 150), st.integers(1, 40)),
)


@settings(max_examples=40)
@given(st.lists(STEPS, max_size=30))
def test_random_premarkets_conserve_and_leave_nobody_below_zero(steps: list[Any]) -> None:
    """LIQ-1, PRICE-9, FUND-5; the books are audited after every command."""
    venue = premarket(usd=3_000)
    all_say(venue)
    for step in steps:
        match step:
            case ("order", who, is_buy, lots, away):
                price = max(venue.market.mark_price * (1_000 + away) // 1_000, TICK)
                order = (buy if is_buy else sell)(price - price % TICK, lots)
                venue.place(PEOPLE[who], order)
            case ("wait", seconds):
                venue.wait(seconds)
            case ("observe", percent, rounds):
                for _ in range(rounds):
                    venue.wait(60)
                    all_say(venue, BILLIONS * percent // 100)
        market = venue.market
        width = market.prices.oracle_fine * 25 // 10_000 + FINE
        if not market.is_stale:
            assert abs(market.prices.mark_fine - market.prices.oracle_fine) <= width
        assert market.losses.fund.balance >= 0 and market.dex.ledger.fees.balance >= 0
    books = questions.solvency(venue.market.dex)
    assert books.difference == 0
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()


def test_price_3_young_orders_do_not_move_the_mark_by_size_either() -> None:
    venue = premarket(oracle={"depth_rest_time_ns": 60 * 10**9})
    all_say(venue)
    for order in (buy(ATOMS + 10_000, 100), sell(ATOMS + 20_000, 100)):
        venue.rest(ALICE if order.is_buy else BOB, order)
    assert of_kind(venue.wait(57), PricesPublished) == []
    (moved,) = of_kind(venue.wait(3), PricesPublished)
    assert moved.mark_price > ATOMS
