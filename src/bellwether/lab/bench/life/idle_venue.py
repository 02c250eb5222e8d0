"""A venue in which nobody trades: a whole node under the manual clock, told what time it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from bellwether.journal import FileJournal
from bellwether.lab.bench.report import BenchFailed
from bellwether.lab.bench.standard.workload import START_NS
from bellwether.node.clock import ManualClock
from bellwether.node.commit.batch import Applied
from bellwether.node.errors import NodeStopped
from bellwether.node.founding.genesis import dev_genesis
from bellwether.node.node import JOURNAL_NAME, Node
from bellwether.schema.commands import Genesis
from bellwether.schema.events import FundingPaid
from bellwether.units.quantities import NS_PER_DAY
from bellwether.views.views import Views

MARKETS: Final = 2
_HOURS: Final = 24


class IdleRun(msgspec.Struct, frozen=True):
    """What it took to let the days pass, and what was written meanwhile."""

    seconds: float
    commands: int
    records: int
    events: int


async def idle_days(directory: Path, days: int, passed: Callable[[], None]) -> IdleRun:
    """Founds a venue of two markets in a folder and moves its clock; `passed` is told of each day.

    At most 90: then its first market settles. Raises BenchFailed unless every hour was funded in
    both markets; every total is recomputed at the end.
    """
    journal = FileJournal.open(directory / JOURNAL_NAME)
    node = Node(directory, journal, ManualClock(START_NS), _genesis, Views)
    counts = _Counts()
    try:
        await node.start()
        node.subscribe(counts.take)
        before = node.durable_seq
        began = time.perf_counter()
        for day in range(1, days + 1):
            await node.advance_to(START_NS + day * NS_PER_DAY)
            passed()
        took = time.perf_counter() - began
        commands = node.durable_seq - before
        node.engine.audit()
    except NodeStopped as stopped:
        raise BenchFailed(str(stopped)) from stopped
    finally:
        await node.stop()
    if counts.funded != MARKETS * _HOURS * days:
        raise BenchFailed(f"{counts.funded:,} hours were funded in {days:,} days")
    return IdleRun(took, commands, counts.records, counts.events)


class _Counts:
    """What the node has published."""

    def __init__(self) -> None:
        self.records = 0
        self.events = 0
        self.funded = 0

    def take(self, first_seq: int, items: list[Applied]) -> None:
        self.records += 1
        for _, _, events in items:
            self.events += len(events)
            self.funded += sum(isinstance(event, FundingPaid) for event in events)


def _genesis(start_ns: int) -> Genesis:
    """The dev world with one market of each design: CBRS and ANTH."""
    world = dev_genesis(start_ns, check_nonce_window=False)
    return msgspec.structs.replace(world, markets=world.markets[:MARKETS])
