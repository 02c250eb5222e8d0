"""Where a sealed batch is written and synced: in a thread, or in a process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Protocol, final

from bellwether.journal import Entry, FileJournal, Journal
from bellwether.node.commit.batch import Batch
from bellwether.node.commit.journal_process import Outcome
from bellwether.node.commit.payload import Payload

Done = Callable[[Batch, bytes | Exception], None]
"""Told a batch and its record's hash, or why there is none; called on the loop, from its turns."""


class BatchWriter(Protocol):
    """Makes one batch after another durable."""

    def write(self, batch: Batch, done: Done) -> None:
        """Begins; the batch before has been `done`."""

    async def close(self) -> None:
        """Gives back what it has of its own. The journal stays open."""


class Writing(Protocol):
    """Writes records elsewhere, one at a time (`journal_process.JournalProcess`)."""

    def takes(self, payload_bytes: int) -> bool:
        """Whether a record of so many bytes can be given to it now."""

    def write(
        self,
        files: tuple[int, int],
        entry: Entry,
        commands: Payload,
        events: Payload,
        done: Callable[[Outcome], None],
    ) -> None:
        """Tells `done`, on a later turn of the loop, the hash of the record that is on disk, or why
        it may not be."""


@final
class ThreadWriter:
    """Any journal, in a thread of its own, or wherever `thread` runs one thing after another."""

    __slots__ = ("_journal", "_loop", "_thread")

    def __init__(self, journal: Journal, thread: Executor | None = None) -> None:
        self._journal = journal
        self._loop = asyncio.get_running_loop()
        self._thread = thread or ThreadPoolExecutor(1, thread_name_prefix="journal")

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
class ProcessWriter:
    """A file journal that a process writes and syncs (0038).

    A record that begins a segment goes to a thread: that takes several syncs. So does everything
    once the process is lost, unless it was lost with a record on its way: what became of that,
    nobody can tell any more, and it counts as failed.
    """

    __slots__ = ("_journal", "_loop", "_process", "_quiet", "_thread")

    def __init__(
        self, journal: FileJournal, process: Writing, thread: Executor | None = None
    ) -> None:
        self._journal = journal
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadWriter(journal, thread)

    def write(self, batch: Batch, done: Done) -> None:
        journal = self._journal
        size = batch.commands.size + batch.events.size
        entry: Entry | None = None
        if self._process.takes(size):
            try:
                entry = journal.begin(
                    batch.first_seq, batch.count, batch.time_ns, size, batch.state_hash()
                )
            except Exception as error:
                self._loop.call_soon(done, batch, error)
                return
        if entry is None:
            self._thread.write(batch, done)
            return
        begun = entry

        def answered(outcome: Outcome) -> None:
            self._quiet.set()
            if isinstance(outcome, OSError):
                done(batch, journal.failed(outcome))
            else:
                journal.written(begun, outcome)
                done(batch, outcome)

        self._quiet.clear()
        self._process.write(journal.files, entry, batch.commands, batch.events, answered)

    async def close(self) -> None:
        await self._quiet.wait()
        await self._thread.close()
