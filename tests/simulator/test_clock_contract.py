"""The venue's clock, over the machine's time and over a clock that is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bellwether.node.clock import SystemClock
from bellwether.testing.simulator.clock import WallClock
from bellwether.testing.simulator.loop import Timeline

START_NS = 1_777_593_600_000_000_000


def machine() -> Callable[[], int]:
    return time.time_ns


def simulated() -> Callable[[], int]:
    return WallClock(Timeline(), START_NS)


@pytest.mark.parametrize("source", [machine, simulated])
def test_time_never_goes_back_and_is_lifted_by_a_recovered_state(
    source: Callable[[], Callable[[], int]],
) -> None:
    clock = SystemClock(source())
    first = clock.time_ns()
    assert first > 0 and clock.time_ns() >= first
    clock.not_before(first + 10**15)
    assert clock.time_ns() == first + 10**15
    clock.not_before(first)
    assert clock.time_ns() == first + 10**15
    assert not clock.is_manual


def test_a_clock_that_steps_back_stands_still_until_time_has_caught_up() -> None:
    timeline = Timeline()
    wall = WallClock(timeline, START_NS)
    clock = SystemClock(wall)
    timeline.now_ns += 100
    assert clock.time_ns() == START_NS + 100
    wall.step(-60)
    assert wall() == START_NS + 40
    assert clock.time_ns() == START_NS + 100
    timeline.now_ns += 70
    assert clock.time_ns() == START_NS + 110


def test_a_wall_clock_drifts_stands_still_and_is_repaired() -> None:
    timeline = Timeline()
    wall = WallClock(timeline, START_NS)
    wall.run_at(0)
    timeline.now_ns += 1_000
    assert wall() == START_NS
    wall.run_at(3_000_000)
    timeline.now_ns += 1_000
    assert wall() == START_NS + 3_000
    wall.repair()
    assert wall() == START_NS + 2_000 == wall.true_ns
