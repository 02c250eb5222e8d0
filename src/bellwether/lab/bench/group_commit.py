"""The part of a node that makes commands durable: engine, sequencer and journal, without views.

As `serve` runs them: a process writes and syncs (0038)."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import Self, final

from bellwether.engine.engine import Engine
from bellwether.journal import FileJournal, SnapshotStore
from bellwether.lab.bench.report import BenchFailed
from bellwether.lab.bench.standard.workload import founding
from bellwether.node.clock import SystemClock
from bellwether.node.commit.batch import Batch
from bellwether.node.commit.journal_process import JournalProcess, start_journal_process
from bellwether.node.commit.sequencer import Sequencer
from bellwether.node.commit.writing import ProcessWriter
from bellwether.node.errors import NodeStopped
from bellwether.schema.commands import AnyCommand


@final
class GroupCommit:
    """A venue of the standard workload with its journal in a folder; belongs to one event loop."""

    def __init__(self, journal: FileJournal, process: JournalProcess | None) -> None:
        self._journal = journal
        self._clock = SystemClock()
        self._engine = Engine()
        self._failure: NodeStopped | None = None
        self.records = 0
        self._last_hash = b""
        self._process = process
        self._sequencer = Sequencer(
            self._engine,
            journal,
            self._clock,
            0,
            self._published,
            self._failed,
            lambda seq: False,
            None if process is None else ProcessWriter(journal, process),
        )

    @classmethod
    async def founded(cls, directory: Path) -> Self:
        """The venue after its first command."""
        venue = cls(FileJournal.open(directory / "journal"), await start_journal_process())
        await venue.take((founding(venue._clock.time_ns()),))
        # As a node does when it has started; here also what the venue before left behind.
        gc.collect()
        gc.freeze()
        return venue

    async def take(self, commands: Sequence[AnyCommand]) -> None:
        """Returns when all of them are durable."""
        await self._sequencer.submit_all(commands)

    def save_snapshot(self, store: SnapshotStore) -> None:
        """Of the present state; nothing may be waiting."""
        store.save(self._sequencer.durable_seq, self._last_hash, self._engine.snapshot())

    async def close(self) -> None:
        await self._sequencer.close()
        self._journal.close()
        if self._process is not None:
            await self._process.stop()

    def check(self, trades: int) -> None:
        """Raises BenchFailed unless so many trades were made and all totals are right."""
        if self._failure is not None:
            raise BenchFailed(str(self._failure))
        made = self._engine.venue.next_trade_id - 1
        if made != trades:
            raise BenchFailed(f"{made:,} trades were made where the stream has {trades:,}")
        self._engine.audit()

    def _published(self, batch: Batch, record_hash: bytes) -> None:
        self.records += 1
        self._last_hash = record_hash

    def _failed(self, error: NodeStopped) -> None:
        self._failure = error
