"""Many worlds one after another, and the search for planted bugs."""

from __future__ import annotations

import gc
import selectors
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, closing
from itertools import islice
from subprocess import PIPE, Popen
from typing import IO

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
    audited: int = 0
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
        self.audited += outcome.audited
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
    """Each process has a seed at a time; a worker ends when nobody writes to it any more."""
    waiting = iter(seeds)
    command = [sys.executable, "-P", "-m", __name__, str(steps)]
    with ExitStack() as pool, selectors.DefaultSelector() as answers:
        for seed in islice(waiting, workers):
            worker = pool.enter_context(Popen(command, stdin=PIPE, stdout=PIPE, text=True))
            pool.callback(worker.kill)
            answers.register(_pipe(worker.stdout), selectors.EVENT_READ, worker)
            _give(worker, seed)
        while answers.get_map():
            for key, _ in answers.select():
                line = _pipe(key.data.stdout).readline()
                if not line:
                    raise RuntimeError(f"a worker has ended with code {key.data.wait()}")
                seed = next(waiting, -1)
                if seed < 0:
                    answers.unregister(key.fileobj)
                else:
                    _give(key.data, seed)
                yield msgspec.json.decode(line, type=Outcome)


def _give(worker: Popen[str], seed: int) -> None:
    pipe = _pipe(worker.stdin)
    pipe.write(f"{seed}\n")
    pipe.flush()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None, "workers are started with pipes"
    return pipe


def work(steps: int, seeds: Iterable[str], answers: IO[str]) -> None:
    """A worker's life: a line with a seed comes, a line with its outcome goes. It ends with the
    process that started it, however that ends, and not before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _keep_program()
    for seed in seeds:
        outcome = run_world(draw_plan(int(seed), steps))
        answers.write(msgspec.json.encode(outcome).decode() + "\n")
        answers.flush()


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
    """Looks for a bug in at most so many worlds; no auditor is there to see it first."""
    began = time.monotonic()
    events = 0
    with planted(bug):
        for number in range(most):
            outcome = run_world(draw_plan(first_seed + number, steps, bug.focus, audited=False))
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


if __name__ == "__main__":
    work(int(sys.argv[1]), sys.stdin, sys.stdout)
