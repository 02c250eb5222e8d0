"""One life of the venue's process: the real journal, sequencer and node on a world's disk."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final, final

from bellwether.journal import Entry, FileJournal, JournalError, SnapshotStore, write_entry
from bellwether.node.clock import Clock, ManualClock, SystemClock
from bellwether.node.commit.batch import Applied, Receipt
from bellwether.node.commit.journal_process import Outcome
from bellwether.node.commit.payload import Payload
from bellwether.node.commit.writing import BatchWriter, ProcessWriter, ThreadWriter
from bellwether.node.errors import JournalGone, NodeError
from bellwether.node.node import JOURNAL_NAME, SNAPSHOTS_NAME, Node
from bellwether.schema.commands import AnyCommand
from bellwether.testing.faulty_disk import FaultyDisk
from bellwether.testing.simulator.cast.operators import founding
from bellwether.testing.simulator.clock import WallClock
from bellwether.testing.simulator.loop import Timeline, VirtualLoop, VirtualThread
from bellwether.testing.simulator.plan import Features
from bellwether.testing.simulator.witness import Witness
from bellwether.views.views import Views

DIRECTORY: Final = Path("/simulated/venue")
JOURNAL: Final = DIRECTORY / JOURNAL_NAME
SNAPSHOTS: Final = DIRECTORY / SNAPSHOTS_NAME
START_NS: Final = 1_777_593_540_000_000_000
"""Before midnight, so that most worlds see an hour and a day end."""

NS_PER_MS: Final = 1_000_000

Answered = Callable[[Receipt | Exception], None]


@final
class VirtualJournalProcess:
    """Stands for the process that writes records (`node.commit.journal_process`).

    It outlives the venue's process for a moment: a record that is on its way may still be written.
    """

    def __init__(self, disk: FaultyDisk, loop: VirtualLoop, takes_ns: Callable[[], int]) -> None:
        self.is_there = True
        self._disk = disk
        self._loop = loop
        self._takes_ns = takes_ns
        self._work: Callable[[], Outcome] | None = None
        self._done: Callable[[Outcome], None] | None = None

    def takes(self, payload_bytes: int) -> bool:
        return self.is_there

    def write(
        self,
        files: tuple[int, int],
        entry: Entry,
        commands: Payload,
        events: Payload,
        done: Callable[[Outcome], None],
    ) -> None:
        self._work = partial(self._write, files[0], entry, commands.whole(), events.whole())
        self._done = done
        self._loop.call_later(self._takes_ns() / 1e9, self._answer)

    def lose(self) -> None:
        """It dies; a record on its way counts as failed, whether or not it was written."""
        self.is_there = False
        self._work = None
        self._tell(OSError(errno.EIO, "the process that writes the journal was lost"))

    def outlive(self) -> None:
        """The venue's process has died: the record that was asked for is written all the same."""
        if self._work is not None:
            self._work()

    def _write(self, file: int, entry: Entry, commands: bytes, events: bytes) -> Outcome:
        try:
            record_hash = write_entry(self._disk, file, entry, commands, events)
            self._disk.fdatasync(file)
        except OSError as error:
            return error
        return record_hash

    def _answer(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            self._tell(work())

    def _tell(self, outcome: Outcome) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(outcome)


class Readers:
    """The witness and, in some worlds, the real read models beside it."""

    def __init__(self, witness: Witness, views: Views | None) -> None:
        self._witness = witness
        self._views = views

    @property
    def applied_seq(self) -> int:
        return 0 if self._views is not None else self._witness.applied_seq

    @property
    def record_hash(self) -> bytes:
        return b"" if self._views is not None else self._witness.record_hash

    def apply_batch(self, first_seq: int, items: list[Applied], record_hash: bytes) -> None:
        self._witness.apply_batch(first_seq, items, record_hash)
        if self._views is not None:
            self._views.apply_batch(first_seq, items, record_hash)

    def close(self) -> None:
        if self._views is not None:
            self._views.close()


@final
class VenueLife:
    """`state` is one of starting, up, stopping, refused (to start), ended.

    `error` says why a start was refused; `asked` counts requests that have no answer yet;
    `recovered_seq` is the last command found on the disk, -1 before it was read.
    """

    def __init__(
        self,
        features: Features,
        timeline: Timeline,
        wall: WallClock,
        disk: FaultyDisk,
        witness: Witness,
        luck: Random,
    ) -> None:
        self.loop = VirtualLoop(timeline, self._takes_ns)
        self.state = "starting"
        self.error: Exception | None = None
        self.asked = 0
        self.slow_until_ns = 0
        self.slowest_ns = 0
        self.paused_until_ns = 0
        self.recovered_seq = -1
        self.node: Node[Readers]
        self.writing: VirtualJournalProcess | None = None
        self._features = features
        self._timeline = timeline
        self._wall = wall
        self._disk = disk
        self._witness = witness
        self._luck = luck
        self._tasks: set[asyncio.Task[Any]] = set()
        self._run(self._start())

    @property
    def failure(self) -> Exception | None:
        """Why the node stopped by itself, or None."""
        return self.node.failure if self.state == "up" else None

    def ask(self, command: AnyCommand, answered: Answered) -> None:
        """Hands a command over; `answered` is called once, unless the process dies before."""
        self.asked += 1
        self._run(self._ask(command, answered))

    def advance(self, by_ns: int) -> None:
        """Moves a manual clock."""
        self._run(self._advance(by_ns))

    def stop(self) -> None:
        """Begins a stop in good order."""
        self.state = "stopping"
        self._run(self._stop())

    def kill(self) -> None:
        """Nothing of it happens any more. The disk must be without power."""
        self.state = "ended"
        self.loop.kill()

    def _run(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _takes_ns(self) -> int:
        longest = self._features.disk_ms * NS_PER_MS
        if self._timeline.now_ns < self.slow_until_ns:
            longest = self.slowest_ns
        return self._luck.randrange(1_000, longest)

    async def _start(self) -> None:
        try:
            journal = self._open_journal()
        except (JournalError, JournalGone) as error:
            self._refuse(error)
            return
        self.recovered_seq = journal.tail_seq
        features = self._features
        clock: Clock = SystemClock(self._wall)
        if features.manual_clock:
            clock = ManualClock(START_NS)
        self.node = Node(
            DIRECTORY,
            journal,
            clock,
            lambda start_ns: founding(features, start_ns),
            lambda _: self._readers(),
            snapshot_every=features.snapshot_every,
            writer=self._writer(journal),
            disk=self._disk,
        )
        try:
            await self.node.start()
        except (JournalError, NodeError) as error:
            await self.node.stop()
            self._refuse(error)
            return
        self.state = "up"

    def _open_journal(self) -> FileJournal:
        """As the composition root does it. Raises JournalError or JournalGone."""
        disk = self._disk
        is_new = not any(path.suffix == ".seg" for path in disk.paths())
        snapshots = SnapshotStore(SNAPSHOTS, disk).list()
        if is_new and snapshots:
            raise JournalGone(JOURNAL, snapshots[-1])
        return FileJournal.open(JOURNAL, disk, self._features.segment_bytes)

    def _writer(self, journal: FileJournal) -> BatchWriter:
        thread = VirtualThread(self.loop)
        if not self._features.writing_process:
            return ThreadWriter(journal, thread)
        self.writing = VirtualJournalProcess(self._disk, self.loop, self._takes_ns)
        return ProcessWriter(journal, self.writing, thread)

    def _readers(self) -> Readers:
        views = Views(None) if self._features.real_views else None
        return Readers(self._witness, views)

    def _refuse(self, error: Exception) -> None:
        self.error = error
        self.state = "refused"

    async def _ask(self, command: AnyCommand, answered: Answered) -> None:
        try:
            receipt = await self.node.submit(command)
        except NodeError as error:
            self.asked -= 1
            answered(error)
        else:
            self.asked -= 1
            answered(receipt)

    async def _advance(self, by_ns: int) -> None:
        try:
            await self.node.advance_to(self.node.clock.time_ns() + by_ns)
        except NodeError:
            return

    async def _stop(self) -> None:
        await self.node.stop()
        self.state = "ended"
