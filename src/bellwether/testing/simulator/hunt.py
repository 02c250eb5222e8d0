"""Many worlds one after another, and the search for planted bugs."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import closing
from itertools import islice
from multiprocessing import connection, get_context, parent_process
from threading import Thread

import msgspec

from bellwether.testing.simulator.bugs import BUGS, Bug, planted
from bellwether.testing.simulator.plan import CANARY_STEPS, MOST_SEEDS, STEPS, draw_plan
from bellwether.testing.simulator.world import Outcome, run_world
from bellwether.units import division

Progress = Callable[[Outcome], None]


class Sums(msgspec.Struct):
    """What was seen in all worlds, faults by kind, and events by kind in `census`. `failed` is the
    first in which something was wrong."""

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
    census: dict[str, int] = {}
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
        for sums, counts in ((self.faults, outcome.faults), (self.census, outcome.census)):
            for kind, count in counts.items():
                sums[kind] = sums.get(kind, 0) + count


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
    seeds: Iterable[int],
    progress: Progress,
    steps: int = STEPS,
    seconds: float = 0.0,
    workers: int = 1,
) -> Sums:
    """Runs worlds until one is wrong, the seeds end, or the time (if any) is over.

    With more than one worker as many processes have a world each, and worlds come in any order.
    """
    sums = Sums()
    began = time.monotonic()
    outcomes = _one_by_one(seeds, steps) if workers == 1 else _at_once(seeds, steps, workers)
    with closing(outcomes):
        for outcome in outcomes:
            sums.add(outcome)
            progress(outcome)
            if outcome.code:
                sums.failed = outcome
                break
            if seconds and time.monotonic() - began > seconds:
                break
    sums.seconds = time.monotonic() - began
    return sums


def _one_by_one(seeds: Iterable[int], steps: int) -> Generator[Outcome]:
    _keep_program()
    for seed in seeds:
        yield run_world(draw_plan(seed, steps))


def _at_once(seeds: Iterable[int], steps: int, workers: int) -> Generator[Outcome]:
    waiting = iter(seeds)
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin_worker)
    try:
        running = {pool.submit(_world, seed, steps) for seed in islice(waiting, workers)}
        while running:
            done: set[Future[Outcome]]
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {pool.submit(_world, seed, steps) for seed in islice(waiting, len(done))}
            for future in done:
                yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _world(seed: int, steps: int) -> Outcome:
    return run_world(draw_plan(seed, steps))


def _begin_worker() -> None:
    """A worker ends with the process that started it, however that ends, and not before."""
    _keep_program()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
    os._exit(1)


def _keep_program() -> None:
    """What the program is made of stays: between worlds only their own garbage is looked at."""
    gc.collect()
    gc.freeze()


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
