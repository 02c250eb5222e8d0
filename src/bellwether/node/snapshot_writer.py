"""Snapshots while the venue runs: when one is due, and writing it off the event loop."""

from __future__ import annotations

import asyncio
from typing import Final, final

import structlog

from bellwether.journal import JournalError, SnapshotStore
from bellwether.node.commit.batch import Batch

SNAPSHOT_EVERY: Final = 100_000
"""Commands between snapshots."""

_log: Final = structlog.get_logger("bellwether.node")


@final
class SnapshotWriter:
    """At most one snapshot is being written; a failed one is reported and costs nothing but time
    at the next start, because the journal holds everything."""

    __slots__ = ("_every", "_finishing", "_last_seq", "_store", "_task")

    def __init__(self, store: SnapshotStore, last_seq: int, every: int = SNAPSHOT_EVERY) -> None:
        self._store = store
        self._last_seq = last_seq
        self._every = every
        self._finishing = False
        self._task: asyncio.Task[None] | None = None

    def is_due(self, seq: int) -> bool:
        """Whether the batch that ends with command `seq` is to carry the state."""
        if self._finishing:
            return seq > self._last_seq
        busy = self._task is not None and not self._task.done()
        return seq - self._last_seq >= self._every and not busy

    def finish(self) -> None:
        """From here on the next batch carries the state, as the last of a clean stop."""
        self._finishing = True

    def take(self, batch: Batch, record_hash: bytes) -> None:
        """Starts writing the state of a durable batch, if it carries one."""
        if not batch.state:
            return
        self._last_seq = batch.last_seq
        before = self._task
        self._task = asyncio.create_task(self._save(before, batch, record_hash))

    async def wait(self) -> None:
        """Returns when the last snapshot is on disk, or has failed."""
        if self._task is not None:
            await self._task

    async def _save(
        self, before: asyncio.Task[None] | None, batch: Batch, record_hash: bytes
    ) -> None:
        if before is not None:
            await before
        try:
            await asyncio.to_thread(self._store.save, batch.last_seq, record_hash, batch.state)
        except JournalError as error:
            _log.warning("snapshot_failed", seq=batch.last_seq, error=str(error))
