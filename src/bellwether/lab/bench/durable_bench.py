"""How fast commands become durable: engine and journal with group commit on a real disk."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Coroutine
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

import msgspec
import uvloop

from bellwether.journal import RealDisk
from bellwether.lab.bench.engine_bench import described, engine_run
from bellwether.lab.bench.group_commit import GroupCommit
from bellwether.lab.bench.report import Figure, Progress, Report
from bellwether.lab.bench.standard.workload import MAPPING, Workload, as_in_a_node
from bellwether.node.commit.sequencer import MOST_TOGETHER, QUEUE_LIMIT

OFFERED: Final = 100_000
"""Commands a second that the latency is measured at."""

ROUNDS: Final = 3
GROUP: Final = MOST_TOGETHER
OUTSTANDING: Final = QUEUE_LIMIT
_LATENCY_S: Final = 5
_SYNCS: Final = 32
_KEPT_UP: Final = 0.98

T = TypeVar("T")


class Latency(msgspec.Struct, frozen=True):
    """Milliseconds from when a command was due until it was durable, and what was achieved."""

    p50_ms: float
    p99_ms: float
    per_second: float


def bench_durable(workload: Workload, progress: Progress, parent: Path | None = None) -> Report:
    """Engine, journalled engine, engine, … and then the latency; files lie in a new folder under
    `parent`, the present folder if absent. Raises BenchFailed."""
    rates: list[float] = []
    with as_in_a_node():
        engines = [engine_run(workload).per_second]
        for done in range(ROUNDS):
            progress("durable", done, ROUNDS + 1)
            rates.append(run_on_loop(saturation(workload, parent)))
            engines.append(engine_run(workload).per_second)
        sync_ms = fdatasync_ms(parent)
        progress("durable", ROUNDS, ROUNDS + 1)
        latency = run_on_loop(offered_latency(workload, parent))
    progress("durable", ROUNDS + 1, ROUNDS + 1)
    ratios = [2 * rate / (engines[i] + engines[i + 1]) for i, rate in enumerate(rates)]
    return Report(
        "durable",
        (
            described(workload),
            *MAPPING,
            "the node's sequencer, file journal on the disk of this folder and process that "
            "writes it, one fdatasync a group, system clock, no views; "
            f"saturation: commands handed over {GROUP} at a time, at most {OUTSTANDING:,} waiting",
            f"latency: each command due at its time at {OFFERED:,} a second, measured from then "
            "until it is durable; its sender shares the event loop",
        ),
        (
            Figure("engine", median(engines), "commands/s"),
            Figure("saturation", median(rates), "commands/s"),
            Figure("ratio", median(ratios), target="at least 0.5"),
            Figure("achieved at 100,000/s", latency.per_second, "commands/s"),
            Figure("p50", latency.p50_ms, "ms"),
            Figure("p99", latency.p99_ms, "ms"),
            Figure("fdatasync alone, p50", sync_ms, "ms"),
        ),
        (_verdict(latency), f"medians of {ROUNDS} runs, each between two runs of the engine"),
    )


def _verdict(latency: Latency) -> str:
    if latency.per_second >= _KEPT_UP * OFFERED:
        return f"kept up with {OFFERED:,} commands a second"
    return (
        f"did NOT keep up with {OFFERED:,} commands a second: the latencies are those of a queue "
        "that grows"
    )


def fdatasync_ms(parent: Path | None) -> float:
    """Median of writing 64 KiB into a file that is there and syncing it: what the disk is like."""
    disk = RealDisk()
    content = bytes(range(256)) * 256
    taken: list[float] = []
    with folder(parent) as name:
        handle = disk.create(Path(name) / "sync")
        for turn in range(2 * _SYNCS):
            began = time.perf_counter()
            disk.pwrite(handle, content, turn % _SYNCS * len(content))
            disk.fdatasync(handle)
            taken.append(time.perf_counter() - began)
        disk.close(handle)
    return 1e3 * median(taken[_SYNCS:])


async def saturation(workload: Workload, parent: Path | None) -> float:
    """Commands a second when there is always one waiting."""
    commands = workload.commands
    # Whoever is free hands over the next group; the stream's order is that of the starts.
    starts = iter(range(0, len(commands), GROUP))

    async def hand_over() -> None:
        for start in starts:
            await venue.take(commands[start : start + GROUP])

    with folder(parent) as name:
        venue = await GroupCommit.founded(Path(name))
        began = time.perf_counter()
        await asyncio.gather(*(hand_over() for _ in range(OUTSTANDING // GROUP)))
        took = time.perf_counter() - began
        await venue.close()
    venue.check(workload.stream.trades)
    return len(commands) / took


async def offered_latency(workload: Workload, parent: Path | None) -> Latency:
    """Hands each command over when it is due, whether or not the ones before are durable."""
    commands = workload.commands[: OFFERED * _LATENCY_S]
    latencies = array("d")
    clock = time.perf_counter

    async def hand_over(start: int, stop: int) -> None:
        await venue.take(commands[start:stop])
        now = clock() - began
        latencies.extend(now - index / OFFERED for index in range(start, stop))

    with folder(parent) as name:
        venue = await GroupCommit.founded(Path(name))
        pending: set[asyncio.Task[None]] = set()
        began = clock()
        sent = 0
        while sent < len(commands):
            due = min(int((clock() - began) * OFFERED) + 1, sent + MOST_TOGETHER, len(commands))
            if due > sent:
                task = asyncio.create_task(hand_over(sent, due))
                pending.add(task)
                task.add_done_callback(pending.discard)
                sent = due
            await asyncio.sleep(0)
        await asyncio.gather(*pending)
        took = clock() - began
        await venue.close()
    ordered = sorted(latencies)
    last = len(ordered) - 1
    return Latency(
        p50_ms=1e3 * ordered[last // 2],
        p99_ms=1e3 * ordered[last * 99 // 100],
        per_second=len(ordered) / took,
    )


def run_on_loop(measurement: Coroutine[Any, Any, T]) -> T:
    """On the event loop that a venue runs on."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measurement)


def folder(parent: Path | None) -> TemporaryDirectory[str]:
    """A new folder that is removed afterwards."""
    return TemporaryDirectory(prefix="bellwether-bench-", dir=parent or Path.cwd())
