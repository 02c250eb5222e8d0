"""Launch, oracle, mark, funding in the engine (LIFE-2, PRICE-3 … PRICE-11, FUND-1 … FUND-6)."""

from __future__ import annotations

import pytest

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.events import (
    FundingPaid,
    FundingSettled,
    PhaseChanged,
    PricesPublished,
    ReAnchored,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    START_NS,
    SWIFT,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

HOUR = 3_600


def test_a_market_opens_at_its_launch_time_at_the_reference_price() -> None:
    venue = SmallVenue(market(launch_time=START_NS + 7 * 10**9))
    assert refusals(venue.place(ALICE, buy(99_000, 1_000))) == [rejects.MARKET_NOT_TRADING]
    events = venue.wait(10)
    assert of_kind(events, PhaseChanged) == [
        PhaseChanged(0, START_NS + 7 * 10**9, codes.PRE_LISTING)
    ]
    prices = of_kind(events, PricesPublished)
    assert [(p.oracle_price, p.mark_price) for p in prices] == [(100_000, 100_000)]
    assert refusals(venue.place(ALICE, buy(99_000, 1_000))) == []
    assert venue.engine.next_timer_ns() == START_NS + 12 * 10**9, "a sample 5 s after the launch"


def test_an_update_comes_every_three_seconds_and_only_changes_are_published() -> None:
    venue = SmallVenue(market(oracle=SWIFT))
    assert of_kind(venue.wait(30), PricesPublished) == []
    venue.rest(ALICE, buy(101_000, 1_000))
    times = [event.time_ns - START_NS for event in of_kind(venue.wait(30), PricesPublished)]
    assert times == [33 * 10**9]


def test_one_big_step_of_time_is_the_same_as_many_small_ones() -> None:
    def state(steps: list[int]) -> bytes:
        venue = SmallVenue()
        venue.trade(ALICE, BOB, 100_000, 1_000)
        venue.rest(CAROL, buy(101_000, 100_000))
        for seconds in steps:
            venue.wait(seconds)
        return venue.engine.state_hash()

    assert state([3_607]) == state([1] * 7 + [3_600]) == state([3_599, 1, 7])


def test_young_orders_do_not_move_the_oracle() -> None:
    """PRICE-3: nothing younger than a minute counts."""
    venue = SmallVenue(market(oracle={**SWIFT, "depth_rest_time_ns": 60 * 10**9}))
    venue.rest(ALICE, buy(101_000, 1_000))
    assert of_kind(venue.wait(57), PricesPublished) == []
    assert [p.oracle_price for p in of_kind(venue.wait(3), PricesPublished)] == [101_000]


def test_the_oracle_moves_by_the_weight_of_half_an_hour() -> None:
    """PRICE-5: 1 - exp(-3/1800) = 0.001665279...; a dollar of difference makes 0.001665."""
    venue = SmallVenue()
    venue.rest(ALICE, buy(101_000, 100_000))
    venue.wait(3)
    moved = venue.market.prices.oracle_fine - 100_000 * 10**9
    assert moved == 1_665_278_549


def test_a_side_worth_less_than_the_impact_notional_is_no_side() -> None:
    """PRICE-1, PRICE-4: 5,999.9 USD are too little, 6,000 are enough."""
    venue = SmallVenue(usd=100_000)
    venue.rest(ALICE, buy(101_000, 59_405))
    assert venue.wait(3) == []
    venue.rest(ALICE, buy(101_000, 100))
    assert len(of_kind(venue.wait(3), PricesPublished)) == 1


def test_re_anchors_are_counted_each_way_and_end() -> None:
    venue = SmallVenue(market(oracle={**SWIFT, "band_e12": 10**11, "max_re_anchors": 2}))
    venue.rest(ALICE, buy(190_000, 1_000))
    events = venue.wait(30)
    assert [e.reference_fine for e in of_kind(events, ReAnchored)] == [
        110_000 * 10**9,
        121_000 * 10**9,
    ]
    assert (venue.market.up_count, venue.market.down_count) == (2, 0)
    assert venue.market.mark_price == 133_100, "the hard bound"


def test_funding_moves_from_position_to_position_and_leaves_nothing_over() -> None:
    """FUND-1: what is not paid out stands in the rounding account."""
    venue = SmallVenue()
    for lots in (333, 777, 101):
        venue.trade(ALICE, BOB, 100_000, lots)
        venue.trade(CAROL, BOB, 100_000, lots)
        venue.wait(HOUR)
    dex = venue.engine.venue.dexes[0]
    received = [questions.holding_unsettled_funding(venue.holding(who)) for who in (ALICE, CAROL)]
    assert all(amount < 0 for amount in received)
    assert questions.holding_unsettled_funding(venue.holding(BOB)) > 0
    assert questions.solvency(dex).difference == 0
    for who in (ALICE, CAROL):
        venue.place(BOB, buy(100_000, 1_211))
        venue.place(who, sell(100_000, 1_211))
    assert venue.market.open_interest_lots == 0
    assert venue.market.funding_account.balance == 0
    assert questions.solvency(dex).difference == 0


def test_the_rate_of_an_empty_book_is_the_interest() -> None:
    """FUND-3: 6.25e-8 an hour; 720 samples; at the oracle."""
    venue = SmallVenue()
    paid = of_kind(venue.wait(HOUR), FundingPaid)
    assert [(p.rate_e12, p.premium_e12, p.samples, p.oracle_price) for p in paid] == [
        (62_500, 0, 720, 100_000)
    ]
    assert paid[0].time_ns == START_NS + HOUR * 10**9
    standard = SmallVenue(market(preset="standard_equity"))
    assert [p.rate_e12 for p in of_kind(standard.wait(HOUR), FundingPaid)] == [6_250_000]


def test_the_predicted_rate_is_what_the_samples_so_far_give() -> None:
    """FUND-6: and the settled one is the last prediction."""
    venue = SmallVenue(market(oracle={"time_constant_ns": 10**30}))
    venue.rest(ALICE, buy(101_000, 100_000))
    venue.wait(5)
    assert questions.predicted_rate_e12(venue.market) == 5_000 * 95 * 10**8 // 8 // 10**6
    venue.wait(HOUR - 6)
    predicted = questions.predicted_rate_e12(venue.market)
    paid = of_kind(venue.wait(1), FundingPaid)
    assert [p.rate_e12 for p in paid] == [predicted]
    assert venue.market.premium_samples == 0


def test_a_long_pays_a_positive_rate_when_it_changes() -> None:
    """FUND-4: 1,000 lots at 100,000 atoms and 62,500e-12: 6.25 micro-USD, 7 for who pays."""
    venue = SmallVenue()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.wait(HOUR)
    venue.rest(BOB, buy(100_000, 500))
    events = venue.place(ALICE, sell(100_000, 500))
    settled = {event.account: event.amount for event in of_kind(events, FundingSettled)}
    assert settled == {ALICE: -7, BOB: 6}


@pytest.mark.parametrize("status", [codes.HALTED, codes.POST_ONLY])
def test_a_halted_market_takes_no_samples(status: int) -> None:
    venue = SmallVenue()
    venue.set_status(status)
    venue.wait(100)
    assert venue.market.premium_samples == (0 if status == codes.HALTED else 20)


def test_prices_survive_a_restart_in_the_middle_of_an_hour() -> None:
    venue = SmallVenue()
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.rest(CAROL, buy(101_000, 60_000))
    venue.wait(1_234)
    again = Engine.restore(venue.engine.snapshot())
    venue.wait(3_000)
    other, venue.engine, venue.auditor = venue.engine, again, None
    venue.time_ns -= 3_000 * 10**9
    venue.wait(3_000)
    assert venue.engine.state_hash() == other.state_hash()
