"""Many worlds one after another, and the search for planted bugs."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from bellwether.testing.simulator.bugs import BUGS, Bug, planted
from bellwether.testing.simulator.plan import CANARY_STEPS, MOST_SEEDS, STEPS, draw_plan
from bellwether.testing.simulator.world import Outcome, run_world
from bellwether.units import division

_COLLECT_EVERY: Final = 8

Progress = Callable[[Outcome], None]


class Sums(msgspec.Struct):
    """What was seen in all worlds; `failed` is the first in which something was wrong."""

    first_seed: int = -1
    worlds: int = 0
    steps: int = 0
    commands: int = 0
    events: int = 0
    lives: int = 0
    halts: int = 0
    refusals: int = 0
    lied: int = 0
    virtual_s: int = 0
    seconds: float = 0.0
    faults: dict[str, int] = {}
    failed: Outcome | None = None

    def add(self, outcome: Outcome) -> None:
        """Counts a world in."""
        if not self.worlds:
            self.first_seed = outcome.seed
        self.worlds += 1
        self.steps += outcome.steps
        self.commands += outcome.commands
        self.events += outcome.events
        self.lives += outcome.lives
        self.halts += outcome.halts
        self.refusals += outcome.refusals
        self.lied += outcome.lied
        self.virtual_s += outcome.virtual_s
        for kind, count in outcome.faults.items():
            self.faults[kind] = self.faults.get(kind, 0) + count


class Find(msgspec.Struct, frozen=True):
    """How a planted bug was found; `code` is empty if it was not."""

    name: str
    does: str
    code: str
    what: str
    seed: int
    worlds: int
    events: int
    seconds: float


def simulate(
    seeds: Iterable[int], progress: Progress, steps: int = STEPS, seconds: float = 0.0
) -> Sums:
    """Runs worlds until one is wrong, the seeds end, or the time (if any) is over."""
    sums = Sums(faults={})
    began = time.monotonic()
    for seed in seeds:
        outcome = run_world(draw_plan(seed, steps))
        sums.add(outcome)
        progress(outcome)
        if sums.worlds % _COLLECT_EVERY == 0:
            gc.collect()
        if outcome.code:
            sums.failed = outcome
            break
        if seconds and time.monotonic() - began > seconds:
            break
    sums.seconds = time.monotonic() - began
    return sums


def is_compiled() -> bool:
    """Whether the core is compiled, so that nothing can be planted in it."""
    return not str(division.__file__).endswith(".py")


def plantable() -> list[Bug]:
    """The bugs that can be planted in this form of the program."""
    return [bug for bug in BUGS if not (bug.in_core and is_compiled())]


def hunt(bug: Bug, first_seed: int, most: int = MOST_SEEDS, steps: int = CANARY_STEPS) -> Find:
    """Looks for a bug in at most so many worlds."""
    began = time.monotonic()
    events = 0
    with planted(bug):
        for number in range(most):
            outcome = run_world(draw_plan(first_seed + number, steps, bug.focus))
            events += outcome.events
            if outcome.code:
                break
    seconds = time.monotonic() - began
    return Find(
        bug.name,
        bug.does,
        outcome.code,
        outcome.violation,
        outcome.seed,
        number + 1,
        events,
        seconds,
    )
