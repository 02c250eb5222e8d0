"""Funding that accrues continuously (FUND-5): what is told adds up to what was settled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, settings, strategies as st

from bellwether.engine import questions
from bellwether.schema import codes
from bellwether.schema.commands import SubmitObservation
from bellwether.views import Views
from tests.views.world import World, address, operator

ANTH = 1
ATOMS = 20_780_000
SOURCES = ("alpha", "beta", "gamma", "delta")

STEPS = st.one_of(
    st.tuples(
        st.just("order"), st.integers(0, 3), st.booleans(), st.integers(1, 900), st.integers(-9, 9)
    ),
    st.tuples(st.just("wait"), st.integers(1, 900)),
    st.tuples(st.just("observe"), st.integers(70, 140)),
    st.tuples(st.just("rebase"), st.integers(1, 5), st.integers(1, 5)),
)


def observed(world: World, source: str, value_e6: int) -> SubmitObservation:
    now = world.clock.time_ns()
    return SubmitObservation(
        operator(0),
        world.nonce(),
        ANTH,
        source,
        "secondary_trade",
        value_e6,
        "valuation",
        0,
        "common",
        0,
        now,
    )


def live(world: World, step: Any) -> None:
    market = world.engine.venue.markets[ANTH]
    match step:
        case ("order", who, is_buy, lots, away):
            price = market.mark_price + away * market.mark_price // 1_000
            world.order(who, is_buy, lots, max(price - price % 10_000, 10_000), asset=ANTH)
        case ("wait", seconds):
            world.advance(seconds)
        case ("observe", percent):
            for source in SOURCES:
                world.apply(observed(world, source, 2_078 * 10**13 * percent))
        case ("rebase", a, b) if a != b:
            world.carry(world.rebasing(a, b, asset=ANTH))


def told(world: World, who: int) -> int:
    rows = world.views.funding.payments(address(who), limit=10_000)
    return sum(row.amount for row in rows if row.asset == ANTH)


def owned(world: World, who: int) -> int:
    holding = world.engine.venue.users[address(who)].holdings.get(ANTH)
    return 0 if holding is None else holding.funding_all_time


def check(world: World) -> None:
    """Up to the last hour or settlement, the hours told are what was settled and is owed."""
    world.engine.audit()
    world.advance(3_600 - world.clock.time_ns() // 10**9 % 3_600)
    for who in range(4):
        holding = world.engine.venue.users[address(who)].holdings.get(ANTH)
        unsettled = 0 if holding is None else questions.holding_unsettled_funding(holding)
        assert told(world, who) == owned(world, who) + unsettled


@settings(max_examples=30)
@given(st.lists(STEPS, max_size=15))
def test_fund_5_the_payments_told_add_up_to_the_micro_dollar(steps: list[Any]) -> None:
    world = World()
    for step in (("observe", 100), ("order", 0, True, 500, 0), ("order", 1, False, 500, 0)):
        live(world, step)
    for step in steps:
        live(world, step)
    check(world)
    snapshot = world.engine.snapshot()
    assert type(world.engine).restore(snapshot).snapshot() == snapshot
    world.views.close()


def test_fund_5_views_opened_again_go_on_counting(tmp_path: Path) -> None:
    world = World(tmp_path / "views.sqlite3")
    live(world, ("observe", 100))
    live(world, ("order", 0, True, 500, 9))
    live(world, ("order", 1, False, 500, 9))
    live(world, ("order", 2, True, 500, 8))
    live(world, ("order", 2, False, 500, 10))
    for _ in range(9):
        live(world, ("wait", 800))
        live(world, ("observe", 100))
    world.views.close()
    world.views = Views(tmp_path / "views.sqlite3")
    live(world, ("order", 1, True, 200, 9))
    live(world, ("order", 0, False, 200, 9))
    check(world)
    assert told(world, 0) != 0
    assert world.engine.venue.markets[ANTH].status == codes.OPEN
    world.views.close()
