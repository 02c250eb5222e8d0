"""Caps on open interest, and the manipulation budget that lowers them (MARG-7, MARG-8)."""

from __future__ import annotations

from typing import Any

import pytest

from bellwether.engine.engine import Engine
from bellwether.engine.limits.caps import is_at_cap
from bellwether.schema import codes, rejects
from bellwether.schema.commands import PlaceTwap, ResumeVenue
from bellwether.schema.events import (
    BudgetEstimated,
    OrderClosed,
    OrderPlaced,
    OrderTriggered,
    TradeExecuted,
)
from tests.engine.acts.steps import change_of
from tests.engine.life.acts import carry, factor
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    PRICE,
    SECOND_NS,
    SWIFT,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)
from tests.engine.test_premarket import all_say, premarket

HUNDRED = 100 * USD


def capped(**more: Any) -> SmallVenue:
    """One contract is all that fits, and Alice holds it, long against Bob."""
    venue = SmallVenue(market(**(more or {"open_interest_cap_e6": HUNDRED})))
    venue.trade(ALICE, BOB, PRICE, 1_000)
    assert is_at_cap(venue.market)
    return venue


@pytest.mark.parametrize(
    "rule",
    [
        {"open_interest_cap_e6": HUNDRED},
        {"open_interest_cap_e6": HUNDRED + 99_999},
        {"open_interest_lots": 1_000},
        {"dex_cap_e6": HUNDRED},
    ],
)
def test_marg_7_at_the_cap_only_reducing_orders_are_taken(rule: dict[str, int]) -> None:
    venue = capped(**rule)
    reason = rejects.DEX_INTEREST_CAPPED if "dex_cap_e6" in rule else rejects.OPEN_INTEREST_CAPPED
    assert refusals(venue.place(CAROL, buy(PRICE, 200))) == [reason]
    assert refusals(venue.place(BOB, sell(PRICE, 200))) == [reason]
    assert refusals(venue.place(ALICE, sell(PRICE, 1_200))) == [reason], "more than it reduces"
    assert of_kind(venue.place(ALICE, sell(PRICE, 1_000)), OrderPlaced)
    assert of_kind(venue.place(BOB, buy(PRICE - 100, 500, reduce_only=True)), OrderPlaced)


def test_marg_7_at_the_cap_no_price_goes_beyond_the_oracle() -> None:
    venue = capped()
    for order in (
        sell(PRICE - 100, 500),
        sell(PRICE - 100, 500, reduce_only=True),
        sell(PRICE - 100, 500, codes.ALO),
    ):
        assert refusals(venue.place(ALICE, order)) == [rejects.BEYOND_ORACLE_AT_CAP]
    beyond = venue.place(BOB, buy(PRICE + 100, 500, reduce_only=True))
    assert refusals(beyond) == [rejects.BEYOND_ORACLE_AT_CAP]


def test_marg_7_below_the_cap_prices_are_free() -> None:
    venue = SmallVenue(market(open_interest_cap_e6=HUNDRED))
    venue.trade(ALICE, BOB, PRICE, 999)
    assert not is_at_cap(venue.market)
    assert of_kind(venue.place(ALICE, sell(PRICE - 100, 999)), OrderPlaced)
    assert refusals(venue.place(CAROL, buy(PRICE + 100, 200))) == [rejects.OPEN_INTEREST_CAPPED]


def test_marg_7_a_market_order_stops_at_the_oracle() -> None:
    venue = capped()
    venue.rest(BOB, buy(PRICE, 400, reduce_only=True))
    venue.rest(BOB, buy(PRICE - 1_000, 400, reduce_only=True))
    events = venue.place(ALICE, sell(PRICE - 5_000, 1_000, codes.FRONTEND_MARKET, True))
    assert [e.price for e in of_kind(events, TradeExecuted)] == [PRICE]
    assert of_kind(events, OrderPlaced)[0].price == PRICE


def test_marg_7_so_does_a_stop_that_fires() -> None:
    venue = capped()
    stop = sell(PRICE - 9_000, 1_000, reduce_only=True, trigger=codes.STOP_MARKET, at=99_800)
    venue.rest(ALICE, stop)
    venue.rest(BOB, buy(PRICE - 2_000, 500, codes.ALO, True))
    venue.auditor = None  # What follows goes past the commands.
    venue.market.prices.mark_fine -= 3_000 * 10**9
    events = venue.wait(3)
    assert of_kind(events, OrderTriggered)
    assert not of_kind(events, TradeExecuted)
    assert of_kind(events, OrderClosed)


def test_marg_7_and_the_sub_orders_of_a_twap() -> None:
    venue = capped()
    venue.rest(BOB, buy(PRICE - 100, 500, codes.ALO, True))
    venue.run(PlaceTwap(*venue.head(ALICE), 0, False, 1_000, True, 5, False))
    assert venue.holding(ALICE).lots == 1_000
    venue.rest(BOB, buy(PRICE, 500, codes.ALO, True))
    venue.wait(30)
    assert venue.holding(ALICE).lots < 1_000


def test_marg_7_a_dexs_cap_counts_all_its_markets() -> None:
    venue = SmallVenue(market(dex_cap_e6=2 * HUNDRED), market("Y"))
    venue.trade(ALICE, BOB, PRICE, 1_500, asset=1)
    venue.trade(ALICE, BOB, PRICE, 400)
    assert refusals(venue.place(CAROL, buy(PRICE, 200))) == [rejects.DEX_INTEREST_CAPPED]
    assert refusals(venue.place(CAROL, buy(PRICE, 100))) == []


def test_marg_7_an_owners_cap_counts_linked_accounts_and_the_stricter_rule() -> None:
    venue = SmallVenue(market(owner_cap_e6=HUNDRED))
    venue.auditor = None  # What follows goes past the commands.
    venue.engine.venue.link(venue.account(ALICE).user, "one")
    venue.engine.venue.link(venue.account(CAROL).user, "one")
    venue.trade(ALICE, BOB, PRICE, 800)
    assert refusals(venue.place(CAROL, buy(PRICE, 201))) == [rejects.OWNER_SHARE_REACHED]
    share = SmallVenue(
        market(owner_cap_e6=HUNDRED, open_interest_cap_e6=HUNDRED, largest_owner_share_e6=500_000)
    )
    assert refusals(share.place(CAROL, buy(PRICE, 501))) == [rejects.OWNER_SHARE_REACHED]


def test_marg_7_the_cap_in_lots_follows_the_oracle_and_a_change_of_units() -> None:
    venue = SmallVenue(market(open_interest_cap_e6=HUNDRED, open_interest_lots=5_000, oracle=SWIFT))
    assert venue.market.capped_lots == 1_000
    venue.rest(DORA, buy(PRICE * 19 // 10, 1_000, codes.ALO))
    venue.wait(3)
    assert venue.market.oracle_price > PRICE
    assert venue.market.capped_lots == HUNDRED // venue.market.oracle_price
    carry(venue, factor(venue, 10, 1))
    assert venue.market.capped_lots == HUNDRED // venue.market.oracle_price
    assert venue.market.spec.open_interest_lots == 50_000


def quoted(**more: Any) -> SmallVenue:
    """Ten contracts 1 % off the mark on either side, and one pair that holds a contract."""
    venue = SmallVenue(market(open_interest_cap_e6=10_000 * HUNDRED, **more), usd=100_000)
    venue.trade(ALICE, BOB, PRICE, 1_000)
    venue.rest(DORA, sell(101_000, 10_000, codes.ALO))
    venue.rest(CAROL, buy(99_000, 10_000, codes.ALO))
    return venue


def test_marg_8_each_minute_the_cost_of_moving_the_mark_is_published() -> None:
    venue = quoted()
    assert not of_kind(venue.wait(59), BudgetEstimated)
    (told,) = of_kind(venue.wait(1), BudgetEstimated)
    assert told.cap_e6 == -1 and [move for move, _, _ in told.costs] == [50_000, 100_000, 200_000]
    _, up, down = told.costs[0]
    assert up == 2 * (10 * USD + 909_000) + 285_714_285
    assert down == 2 * (10 * USD + 891_000) + 315_789_473
    assert not of_kind(venue.wait(120), BudgetEstimated), "what has not changed is not repeated"
    venue.rest(DORA, sell(102_000, 10_000, codes.ALO))
    (told,) = of_kind(venue.wait(60), BudgetEstimated)
    assert told.costs[0][1] == up + 2 * (20 * USD + 918_000)


def test_marg_8_orders_that_have_just_come_do_not_count() -> None:
    venue = quoted(oracle={"depth_rest_time_ns": 61 * SECOND_NS})
    (told,) = of_kind(venue.wait(60), BudgetEstimated)
    assert told.costs[0][1] == 285_714_285, "the wall alone"
    (told,) = of_kind(venue.wait(60), BudgetEstimated)
    assert told.costs[0][1] > 285_714_285


def test_marg_8_the_cap_falls_at_once_and_stops_nothing_but_increases() -> None:
    venue = quoted(budget_multiple_e6=USD // 10)
    venue.wait(60)
    cap = venue.market.budget_cap_e6
    assert cap == (2 * (10 * USD + 909_000) + 285_714_285) // 10 < HUNDRED
    assert venue.market.long_lots == 1_000, "above the cap, and nobody is closed"
    assert refusals(venue.place(BOB, sell(99_000, 200))) == [rejects.OPEN_INTEREST_CAPPED]
    assert refusals(venue.place(BOB, sell(PRICE, 200))) == [], "what rests makes the book deeper"
    assert of_kind(venue.place(ALICE, sell(99_000, 1_000)), TradeExecuted), "below the oracle too"


def test_marg_8_the_cap_rises_slowly() -> None:
    venue = quoted(budget_multiple_e6=USD)
    venue.wait(60)
    low = venue.market.budget_cap_e6
    venue.rest(DORA, sell(104_000, 400_000, codes.ALO))
    venue.rest(CAROL, buy(96_000, 400_000, codes.ALO))
    (told,) = of_kind(venue.wait(60), BudgetEstimated)
    whole = 10_000 * HUNDRED
    wanted = min(told.costs[0][1:])
    assert told.cap_e6 == min(wanted, low + whole // 100)
    for order_id in list(venue.account(DORA).orders):
        venue.cancel(DORA, order_id)
    (told,) = of_kind(venue.wait(60), BudgetEstimated)
    assert told.cap_e6 == told.costs[0][1] < low


def test_marg_8_held_prices_keep_the_last_estimate() -> None:
    venue = quoted(budget_multiple_e6=USD)
    venue.wait(60)
    venue.set_status(codes.HALTED)
    venue.cancel(DORA, next(iter(venue.account(DORA).orders)))
    assert not of_kind(venue.wait(600), BudgetEstimated)
    venue.set_status(codes.OPEN)
    assert of_kind(venue.wait(60), BudgetEstimated)
    venue.run(ResumeVenue(venue.time_ns + 600 * SECOND_NS))
    venue.cancel(CAROL, next(iter(venue.account(CAROL).orders)))
    assert not of_kind(venue.wait(599), BudgetEstimated)


def test_marg_8_a_book_can_not_move_a_mark_that_is_clamped() -> None:
    venue = premarket(budget_multiple_e6=USD)
    all_say(venue)
    (told,) = of_kind(venue.wait(60), BudgetEstimated)
    assert told.costs == ((50_000, -1, -1), (100_000, -1, -1), (200_000, -1, -1))
    assert told.cap_e6 == -1


def test_marg_8_the_budget_survives_a_snapshot_and_ends_with_its_rule() -> None:
    venue = quoted(budget_multiple_e6=USD // 10)
    venue.wait(60)
    other = Engine.restore(venue.engine.snapshot())
    assert other.venue.markets[0].most_lots == venue.market.most_lots < 1_000
    assert other.state_hash() == venue.engine.state_hash()
    carry(venue, change_of(venue, budget_multiple_e6=0))
    (told,) = of_kind(venue.wait(60), BudgetEstimated)
    assert told.cap_e6 == -1
    assert of_kind(venue.place(BOB, sell(99_000, 200)), TradeExecuted)
