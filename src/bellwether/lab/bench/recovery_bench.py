"""How fast a venue comes back: reading, checking and replaying its journal; and memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final

from bellwether.journal import FileJournal, SnapshotStore
from bellwether.lab.bench.durable_bench import folder, run_on_loop
from bellwether.lab.bench.engine_bench import described, engine_run
from bellwether.lab.bench.group_commit import GroupCommit
from bellwether.lab.bench.report import BenchFailed, Figure, Progress, Report
from bellwether.lab.bench.resting_memory import bytes_per_order
from bellwether.lab.bench.standard.stream import StandardStream
from bellwether.lab.bench.standard.workload import (
    MAPPING,
    Workload,
    as_in_a_node,
    resting_orders,
    stream_commands,
)
from bellwether.node.commit.sequencer import MOST_TOGETHER
from bellwether.node.recovery import recover
from bellwether.schema.commands import AnyCommand

RESTING: Final = 100_000
"""Orders that the memory is measured with."""

ROUNDS: Final = 2
_BEFORE_SNAPSHOT: Final = 5_000
_TOGETHER: Final = 4
"""Groups that are on their way at a time, so that records hold about a thousand commands."""

_TARGET: Final = "at least 0.5"


def bench_recovery(workload: Workload, progress: Progress, parent: Path | None = None) -> Report:
    """Engine, start from a snapshot, engine, start from nothing, … Raises BenchFailed."""
    count = workload.stream.count
    whole = count + _BEFORE_SNAPSHOT + 1
    steps = 2 * ROUNDS + 2
    progress("recovery", 0, steps)
    with as_in_a_node(), folder(parent) as name:
        directory = Path(name)
        run_on_loop(_write(workload.stream, directory))
        engines = [engine_run(workload).per_second]
        from_snapshot: list[float] = []
        from_nothing: list[float] = []
        for turn in range(ROUNDS):
            progress("recovery", 2 * turn + 1, steps)
            from_snapshot.append(_start(directory, "snapshots", _BEFORE_SNAPSHOT + 1, count))
            progress("recovery", 2 * turn + 2, steps)
            from_nothing.append(_start(directory, "none", 0, whole))
            engines.append(engine_run(workload).per_second)
    memory = bytes_per_order(RESTING)
    progress("recovery", steps, steps)
    around = [(engines[turn] + engines[turn + 1]) / 2 for turn in range(ROUNDS)]
    return Report(
        "recovery",
        (
            described(workload),
            *MAPPING,
            f"journal on the disk of this folder: {_BEFORE_SNAPSHOT:,} resting orders, a snapshot, "
            f"then the {count:,} commands of the stream",
            "opening the journal, checking the hash chain, replaying, comparing every event byte "
            "by byte; without read models",
            f"memory: growth of a fresh process by {RESTING:,} resting orders of 100 accounts at "
            "4,000 prices",
        ),
        (
            Figure("engine", median(engines), "commands/s"),
            Figure("from a snapshot", count / median(from_snapshot), "commands/s"),
            Figure("from a snapshot, time", median(from_snapshot), "s"),
            Figure("ratio from a snapshot", _ratio(count, from_snapshot, around), target=_TARGET),
            Figure("from nothing", whole / median(from_nothing), "commands/s"),
            Figure("from nothing, time", median(from_nothing), "s"),
            Figure("ratio from nothing", _ratio(whole, from_nothing, around), target=_TARGET),
            Figure("memory per resting order", memory, "bytes", "at most 1,500"),
        ),
        (f"medians of {ROUNDS} starts of each kind, between runs of the engine",),
    )


def _ratio(count: int, seconds: list[float], engines: list[float]) -> float:
    """The median of commands a second over what the engine did just before and after."""
    pairs = zip(seconds, engines, strict=True)
    return median(count / took / engine for took, engine in pairs)


async def _write(stream: StandardStream, directory: Path) -> None:
    """The journal, and the snapshot in it."""
    venue = await GroupCommit.founded(directory)
    await _take_all(venue, resting_orders(_BEFORE_SNAPSHOT))
    venue.save_snapshot(SnapshotStore(directory / "snapshots"))
    await _take_all(venue, stream_commands(stream, _BEFORE_SNAPSHOT))
    await venue.close()
    venue.check(stream.trades)


async def _take_all(venue: GroupCommit, commands: Iterator[AnyCommand]) -> None:
    """Hands over all commands, a few groups at a time."""
    while groups := [
        group for _ in range(_TOGETHER) if (group := tuple(islice(commands, MOST_TOGETHER)))
    ]:
        await asyncio.gather(*[venue.take(group) for group in groups])


def _start(directory: Path, snapshots: str, snapshot_seq: int, commands: int) -> float:
    """Seconds of a start from what is on disk. Raises BenchFailed if it did something else."""
    began = time.perf_counter()
    with FileJournal.open(directory / "journal") as journal:
        recovered = recover(journal, SnapshotStore(directory / snapshots))
    took = time.perf_counter() - began
    if recovered.snapshot_seq != snapshot_seq or recovered.seq != snapshot_seq + commands:
        raise BenchFailed(f"the start took another way: {recovered.note}")
    return took
