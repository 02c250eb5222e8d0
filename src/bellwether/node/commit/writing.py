"""Where a sealed batch is written and synced: in a thread, or on the loop and in a process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, final

from bellwether.journal import FileJournal, Journal
from bellwether.node.commit.batch import Batch
from bellwether.node.commit.sync_process import SyncProcess

Done = Callable[[Batch, bytes | Exception], None]
"""Told a batch and its record's hash, or why there is none; called on the loop, from its turns."""


class BatchWriter(Protocol):
    """Makes one batch after another durable."""

    def write(self, batch: Batch, done: Done) -> None:
        """Begins; the batch before has been `done`."""

    async def close(self) -> None:
        """Gives back what it has of its own. The journal stays open."""


@final
class ThreadWriter:
    """Any journal, in a thread of its own."""

    __slots__ = ("_journal", "_loop", "_thread")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")

    def write(self, batch: Batch, done: Done) -> None:
        self._thread.submit(self._append, batch, done)

    async def close(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)

    def _append(self, batch: Batch, done: Done) -> None:
        """In the thread."""
        outcome: bytes | Exception
        try:
            outcome = self._journal.append(
                batch.first_seq,
                batch.count,
                batch.time_ns,
                batch.commands.whole(),
                batch.events.whole(),
                batch.state_hash(),
            )
        except Exception as error:
            outcome = error
        self._loop.call_soon_threadsafe(done, batch, outcome)


@final
class SyncedWriter:
    """A file journal, written by the loop and synced by a process (0028).

    A record that begins a segment goes to a thread: that takes several syncs. So does everything
    once the process is lost, unless it was lost with a sync on its way: whether that failed, nobody
    can tell any more, and it counts as failed.
    """

    __slots__ = ("_journal", "_loop", "_process", "_quiet", "_thread")

    def __init__(self, journal: FileJournal, process: SyncProcess) -> None:
        self._journal = journal
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadWriter(journal)

    def write(self, batch: Batch, done: Done) -> None:
        journal = self._journal
        try:
            is_written = self._process.is_there and journal.write(
                batch.first_seq,
                batch.count,
                batch.time_ns,
                batch.commands.whole(),
                batch.events.whole(),
                batch.state_hash(),
            )
        except Exception as error:
            self._loop.call_soon(done, batch, error)
            return
        if not is_written:
            self._thread.write(batch, done)
            return

        def synced(error: OSError | None) -> None:
            self._quiet.set()
            done(batch, journal.synced() if error is None else journal.sync_failed(error))

        self._quiet.clear()
        self._process.sync(journal.handle, synced)

    async def close(self) -> None:
        await self._quiet.wait()
        await self._thread.close()
