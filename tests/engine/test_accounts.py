"""Leverage, isolated margin, transfers, the dead man's switch (MARG-2, MARG-5, MARG-6, MARG-10)."""

from __future__ import annotations

import pytest

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    ScheduleCancel,
    TransferBetweenDexes,
    UpdateIsolatedMargin,
    UpdateLeverage,
)
from bellwether.schema.events import OrderClosed, ScheduledCancelRan
from bellwether.schema.instrument import MarginTier
from tests.engine.small_venue import (
    ALICE,
    BOB,
    START_NS,
    SWIFT,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
)

TIERS = (MarginTier(0, 10), MarginTier(1_000 * USD, 5))
NOW_MS = START_NS // 10**6


def cross(**more: object) -> SmallVenue:
    return SmallVenue(market(preset="standard_equity", tiers=TIERS, oracle=SWIFT), **more)


def leverage(
    venue: SmallVenue, who: bytes, times: int, is_cross: bool, asset: int = 0
) -> list[int]:
    return refusals(venue.run(UpdateLeverage(*venue.head(who), asset, is_cross, times)))


@pytest.mark.parametrize("times", [0, 11, -1])
def test_leverage_lies_between_one_and_the_most(times: int) -> None:
    assert leverage(cross(), ALICE, times, True) == [rejects.LEVERAGE_INVALID]


def test_leverage_of_a_position_is_at_most_its_tiers() -> None:
    venue = cross()
    venue.trade(ALICE, BOB, 100_000, 10_000)
    assert leverage(venue, ALICE, 6, True) == [rejects.LEVERAGE_INVALID]
    assert leverage(venue, ALICE, 5, True) == []


def test_leverage_is_lowered_only_with_enough_margin() -> None:
    venue = cross(usd=1_000)
    venue.trade(ALICE, BOB, 100_000, 9_000)
    assert leverage(venue, ALICE, 1, True) == []
    venue = cross(usd=899)
    venue.trade(ALICE, BOB, 100_000, 9_000)
    assert leverage(venue, ALICE, 1, True) == [rejects.INSUFFICIENT_MARGIN]
    assert leverage(venue, ALICE, 2, True) == []
    assert venue.holding(ALICE).leverage == 2


def test_the_mode_stays_while_anything_is_open() -> None:
    venue = cross()
    order_id = venue.rest(ALICE, buy(99_000, 1_000))
    assert leverage(venue, ALICE, 5, False) == [rejects.MODE_HAS_POSITION]
    venue.cancel(ALICE, order_id)
    assert leverage(venue, ALICE, 5, False) == []
    assert not venue.holding(ALICE).is_cross


def test_cross_is_for_markets_that_allow_it() -> None:
    assert leverage(SmallVenue(), ALICE, 5, True) == [rejects.CROSS_NOT_ALLOWED]
    no_cross = SmallVenue(market(preset="standard_equity", margin_mode=codes.NO_CROSS))
    assert leverage(no_cross, ALICE, 5, True) == [rejects.CROSS_NOT_ALLOWED]
    assert leverage(no_cross, ALICE, 5, True, 9) == [rejects.MARKET_UNKNOWN]


def margin(venue: SmallVenue, amount: int) -> list[int]:
    return refusals(venue.run(UpdateIsolatedMargin(*venue.head(ALICE), 0, amount)))


def test_margin_goes_into_an_open_isolated_position() -> None:
    venue = SmallVenue(usd=100)
    assert margin(venue, USD) == [rejects.NO_POSITION]
    venue.trade(ALICE, BOB, 100_000, 1_000)
    free = questions.free_collateral(venue.account(ALICE))
    assert margin(venue, 0) == [rejects.AMOUNT_INVALID]
    assert margin(venue, free + 1) == [rejects.BALANCE_TOO_SMALL]
    assert margin(venue, free) == []
    assert venue.account(ALICE).cash.balance == 0
    assert margin(venue, -1) == [rejects.MARGIN_REMOVAL_REFUSED]


def test_margin_comes_out_down_to_what_is_needed_and_no_gain_with_it() -> None:
    venue = SmallVenue(market(preset="standard_equity", margin_mode=codes.NO_CROSS, oracle=SWIFT))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    assert margin(venue, 30 * USD) == []
    assert margin(venue, -30 * USD - 1) == [rejects.MARGIN_TOO_SMALL]
    assert margin(venue, -30 * USD) == []
    run = venue.run(UpdateIsolatedMargin(*venue.head(BOB), 0, 500 * USD))
    assert refusals(run) == []
    venue.pull(150_000)
    assert margin(venue, -10 * USD - 1) == [rejects.MARGIN_TOO_SMALL]
    assert margin(venue, -10 * USD) == []
    assert venue.holding(ALICE).margin.balance == 0


def test_reducing_releases_margin_pro_rata() -> None:
    """MARG-5: 20 + 7 of margin, a third of the position, a gain of 0.333 on it."""
    venue = SmallVenue()
    venue.trade(ALICE, BOB, 100_000, 999)
    margin(venue, 7 * USD)
    held = venue.holding(ALICE).margin.balance
    assert held == 19_980_000 + 7 * USD
    cash = venue.account(ALICE).cash.balance
    venue.trade(BOB, ALICE, 101_000, 333)
    fee = -(-101_000 * 333 * 300_000 // 10**9)
    assert venue.holding(ALICE).margin.balance == held - held // 3
    assert venue.account(ALICE).cash.balance == cash + held // 3 + 333_000 - fee


def transfer(venue: SmallVenue, amount: int, to: bytes = BOB, into: str = "") -> list[int]:
    return refusals(venue.run(TransferBetweenDexes(*venue.head(ALICE), to, "", into, amount)))


def test_a_transfer_leaves_ten_percent_of_the_cross_notional() -> None:
    """MARG-6: 20x would need 5 %, a transfer leaves 10 %."""
    tiers = (MarginTier(0, 20),)
    venue = SmallVenue(market(preset="standard_equity", max_leverage=20, tiers=tiers), usd=100)
    venue.trade(ALICE, BOB, 100_000, 1_000)
    equity = questions.account_equity(venue.account(ALICE))
    assert transfer(venue, equity - 10 * USD + 1) == [rejects.BALANCE_TOO_SMALL]
    assert transfer(venue, equity - 10 * USD) == []
    assert questions.withdrawable(venue.account(ALICE)) == 0


def test_money_moves_from_dex_to_dex_and_to_whom_it_is_sent() -> None:
    venue = SmallVenue()
    stranger = b"\x55" * 20
    assert transfer(venue, 0) == [rejects.AMOUNT_INVALID]
    assert transfer(venue, 1, into="none") == [rejects.DEX_UNKNOWN]
    assert transfer(venue, 5, ALICE, "xyz") == []
    assert transfer(venue, 6, stranger) == []
    users = venue.engine.venue.users
    assert users[ALICE].accounts[1].cash.balance == 5
    assert users[stranger].accounts[0].cash.balance == 6
    assert users[ALICE].accounts[0].cash.balance == 10_000 * USD - 11
    assert [questions.solvency(dex).difference for dex in venue.engine.venue.dexes] == [0, 0]


def schedule(venue: SmallVenue, time_ms: int) -> list[int]:
    return refusals(venue.run(ScheduleCancel(*venue.head(ALICE), time_ms)))


def test_the_switch_needs_five_seconds_of_notice() -> None:
    venue = SmallVenue()
    assert schedule(venue, NOW_MS + 4_999) == [rejects.SCHEDULE_TOO_SOON]
    assert schedule(venue, NOW_MS + 5_000) == []
    assert schedule(venue, 2**63) == [rejects.SCHEDULE_TOO_FAR]


def test_the_switch_cancels_everything_everywhere_once() -> None:
    venue = SmallVenue(market("ONE"), market("TWO"))
    for asset in (0, 1):
        venue.rest(ALICE, buy(99_000, 1_000, asset=asset))
    venue.rest(BOB, buy(98_000, 1_000))
    schedule(venue, NOW_MS + 6_000)
    venue.engine = Engine.restore(venue.engine.snapshot())
    events = venue.wait(6)
    assert len(of_kind(events, ScheduledCancelRan)) == 1
    assert [e.status for e in of_kind(events, OrderClosed)] == [codes.SCHEDULED_CANCEL] * 2
    assert venue.account(ALICE).orders == {} and len(venue.account(BOB).orders) == 1
    venue.rest(ALICE, buy(99_000, 1_000))
    assert of_kind(venue.wait(60), OrderClosed) == []


def test_ten_switches_run_in_a_day() -> None:
    venue = SmallVenue()
    for _ in range(10):
        assert schedule(venue, venue.time_ns // 10**6 + 5_000) == []
        assert len(of_kind(venue.wait(5), ScheduledCancelRan)) == 1
    assert schedule(venue, venue.time_ns // 10**6 + 5_000) == [rejects.SCHEDULE_LIMIT]
    venue.wait(86_400)
    assert schedule(venue, venue.time_ns // 10**6 + 5_000) == []


def test_a_switch_taken_away_does_not_run() -> None:
    venue = SmallVenue()
    venue.rest(ALICE, buy(99_000, 1_000))
    schedule(venue, NOW_MS + 5_000)
    schedule(venue, 0)
    assert of_kind(venue.wait(10), ScheduledCancelRan) == []
    assert len(venue.account(ALICE).orders) == 1
