"""Hourly funding payments add up to what was settled (FUND-4, FUND-6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bellwether.schema import codes
from bellwether.schema.events import FundingPaid, FundingSettled
from tests.views.world import CBRS, World, address


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.views.close()


def paid_in(world: World, account: int) -> int:
    return sum(row.amount for row in world.views.funding.payments(address(account), limit=10_000))


def test_payments_of_each_hour_add_up_to_what_the_position_settled(world: World) -> None:
    world.order(0, False, 7_777, 176_130)
    world.order(1, True, 7_777, 176_130, tif=codes.IOC)
    world.advance(5 * 3_600 + 60)
    assert paid_in(world, 1) < 0 < paid_in(world, 0) + 10
    hours = world.views.funding.payments(address(1))
    assert len(hours) == 5 and len({row.amount for row in hours}) > 1, "floored differences vary"
    world.order(0, True, 777, 176_000)
    placing = world.placing(1, False, 777, 176_000, tif=codes.IOC)
    settled = {
        event.account: event.amount
        for event in world.apply(placing)
        if isinstance(event, FundingSettled)
    }
    assert settled == {address(0): paid_in(world, 0), address(1): paid_in(world, 1)}


def test_the_count_starts_again_at_every_change_of_the_position(world: World) -> None:
    total = {address(0): 0, address(1): 0}
    for lots in (3_333, 1_111, 2_222):
        world.order(0, False, lots, 175_990)
        events = world.apply(world.placing(1, True, lots, 175_990, tif=codes.IOC))
        events += world.advance(2 * 3_600)
        for event in events:
            if isinstance(event, FundingSettled):
                total[event.account] += event.amount
    world.order(0, True, 6_666, 175_000)
    for event in world.apply(world.placing(1, False, 6_666, 175_000, tif=codes.IOC)):
        if isinstance(event, FundingSettled):
            total[event.account] += event.amount
    assert total == {address(0): paid_in(world, 0), address(1): paid_in(world, 1)}
    world.advance(3_600)
    assert len(world.views.funding.payments(address(1))) == 6, "a flat account pays nothing"


def test_each_settled_rate_is_kept_with_its_inputs(world: World) -> None:
    events = [e for e in world.advance(3 * 3_600) if isinstance(e, FundingPaid) and e.asset == CBRS]
    rows = world.views.funding.rates(CBRS, 0, 1 << 53, 500)
    assert [(r.rate_e12, r.samples, r.oracle) for r in rows] == [
        (e.rate_e12, e.samples, e.oracle_price) for e in events
    ]
    assert [row.time_ms % 3_600_000 for row in rows] == [0, 0, 0]
