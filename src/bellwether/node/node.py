"""One venue: recovers, sequences, publishes, keeps the time and stops in good order."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Final, Generic, TypeVar, final

import structlog

from bellwether.engine.engine import Engine
from bellwether.engine.state.venue import Venue
from bellwether.journal import Disk, DiskSpace, Journal, RealDisk, SnapshotStore
from bellwether.node.clock import Clock
from bellwether.node.commit.batch import Applied, Batch, Receipt
from bellwether.node.commit.block import arrange
from bellwether.node.commit.disk_watch import DiskWatch, State
from bellwether.node.commit.measures import CommitMeasures
from bellwether.node.commit.sequencer import Sequencer
from bellwether.node.commit.writing import BatchWriter
from bellwether.node.errors import ClockRefused, GenesisInvalid, NodeStopped
from bellwether.node.interpreter import tune_interpreter
from bellwether.node.recovery import Progress, no_progress, recover
from bellwether.node.snapshot_writer import SNAPSHOT_EVERY, SnapshotWriter
from bellwether.node.views import ViewsT, open_caught_up
from bellwether.schema import codes
from bellwether.schema.commands import AdvanceTime, AnyCommand, Genesis, ResumeVenue
from bellwether.schema.events import CommandRefused
from bellwether.schema.rejects import SENTENCES

Listener = Callable[[int, list[Applied]], None]
"""Told the first sequence number and the items of each durable batch."""

T = TypeVar("T")

VIEWS_NAME: Final = "views.sqlite3"
SNAPSHOTS_NAME: Final = "snapshots"
JOURNAL_NAME: Final = "journal"
"""What lies in a data directory."""

_LONGEST_NAP_S: Final = 1.0
_NS_PER_S: Final = 1_000_000_000
_log: Final = structlog.get_logger("bellwether.node")


@final
class Node(Generic[ViewsT]):
    """Owns the journal from `start` to `stop`. All methods belong to one event loop.

    `failed` is set once the node has stopped by itself; `failure` then says why.
    """

    def __init__(
        self,
        directory: Path,
        journal: Journal,
        clock: Clock,
        genesis: Callable[[int], Genesis],
        open_views: Callable[[Path], ViewsT],
        *,
        admit: Callable[[Venue], None] | None = None,
        snapshot_every: int = SNAPSHOT_EVERY,
        progress: Progress = no_progress,
        writer: BatchWriter | None = None,
        disk: Disk | None = None,
        watch_disk: bool = True,
    ) -> None:
        """`genesis` is asked for the founding command, with the start (ns), if the journal is
        empty; `open_views` opens or creates the read models at a path; `admit` is shown a
        recovered state before anything is written, and may raise; `writer` writes batches to
        the journal, a thread if absent; snapshots go to `disk`, the system's if absent,
        and with `watch_disk` its haste and free space decide what the venue takes (LIFE-13)."""
        self.clock = clock
        self.failed = asyncio.Event()
        self.failure: NodeStopped | None = None
        self.engine: Engine
        self.views: ViewsT
        self._directory = directory
        self._journal = journal
        self._writer = writer
        self._disk = disk or RealDisk()
        self._genesis = genesis
        self._open_views = open_views
        self._admit = admit
        self._snapshot_every = snapshot_every
        self._watches_disk = watch_disk and not clock.is_manual
        self._progress = progress
        self._listeners: list[Listener] = []
        self._snapshots: SnapshotWriter
        self._sequencer: Sequencer
        self._started = False
        self._timers: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def venue(self) -> Venue:
        """The engine's state as it is now, durable or not; answer clients through `read`."""
        return self.engine.venue

    @property
    def durable_seq(self) -> int:
        """The last command that is on disk and published."""
        return self._sequencer.durable_seq

    @property
    def applied_seq(self) -> int:
        """The last command that is in the engine's state, durable or not."""
        return self._sequencer.applied_seq

    @property
    def settled_seq(self) -> int:
        """The same if that is durable and the node runs, otherwise 0."""
        return self._sequencer.settled_seq

    @property
    def measures(self) -> CommitMeasures:
        """How long commands wait on their way to the disk and back."""
        return self._sequencer.measures

    @property
    def disk_space(self) -> DiskSpace:
        """Of the volume of the data directory. Raises OSError."""
        return self._disk.space(self._directory)

    @property
    def durable_hash(self) -> bytes:
        """The hash of the journal's last record."""
        return self._journal.tail_hash

    async def start(self) -> None:
        """Recovers, brings the views up, founds the venue if the journal is empty, and runs the
        timers that fell due meanwhile. Raises NodeError or JournalError."""
        tune_interpreter()
        store = SnapshotStore(self._directory / SNAPSHOTS_NAME, self._disk)
        recovered = recover(self._journal, store, self._progress)
        self.engine = recovered.engine
        if self._admit is not None and recovered.seq:
            self._admit(self.engine.venue)
        for note in (*store.notes, *([recovered.note] if recovered.note else [])):
            _log.warning("snapshot_skipped", note=note)
        path = self._directory / VIEWS_NAME
        self.views = open_caught_up(self._open_views, path, self._journal, self._progress)
        self._snapshots = SnapshotWriter(store, recovered.seq, self._snapshot_every)
        time_ns = self.engine.venue.time_ns
        self.clock.not_before(time_ns)
        self._sequencer = Sequencer(
            self.engine,
            self._journal,
            self.clock,
            time_ns,
            self._publish,
            self._fail,
            self._wants_state,
            self._writer,
            partial(arrange, self.engine.venue),
        )
        self._started = True
        if recovered.seq == 0:
            await self._found()
        elif not self.clock.is_manual:
            # Stamped with the time before, so that no timer of the time away runs without it.
            await self._sequencer.submit(ResumeVenue(self.clock.time_ns()), time_ns)
            await self.submit(AdvanceTime())
        if self._watches_disk:
            self._watch_disk()
        if gc.isenabled():
            # What has been built up to now stays: the collector need not walk over it again.
            gc.collect()
            gc.freeze()
        if not self.clock.is_manual:
            self._timers = asyncio.create_task(self._run_timers())
        _log.info("node_started", seq=self.durable_seq, snapshot_seq=recovered.snapshot_seq)

    async def stop(self) -> None:
        """Writes what was accepted, takes a snapshot and closes the journal. Does not raise.

        After a start that failed it only closes the journal.
        """
        if not self._started:
            self._journal.close()
            return
        if self._timers is not None:
            self._timers.cancel()
        if self._watching is not None:
            self._watching.cancel()
        if self.failure is None:
            self._snapshots.finish()
            try:
                await self.submit(AdvanceTime())
            except NodeStopped as error:
                _log.error("stopped_early", error=str(error))
        await self._sequencer.close()
        await self._snapshots.wait()
        self._journal.close()
        try:
            self.views.close()
        except Exception as error:
            # A full disk: what the read models lack is in the journal, and built from it again.
            _log.warning("views_not_closed", error=str(error))
        _log.info("node_stopped", seq=self.durable_seq)

    def submit(self, command: AnyCommand) -> Coroutine[Any, Any, Receipt]:
        """Resolves when the command is durable and the views have it.

        Raises NodeStopped when the node has failed or is stopping, and CommandUnfit for a command
        with a number beyond 64 bits. A refusal by the engine is an event in the receipt.
        """
        return self._sequencer.submit(command)

    async def read(self, fn: Callable[[Venue], T]) -> T:
        """Asks the engine's state now; answers once all that this state holds is durable.

        The answer must not refer to engine objects: they change. Raises NodeStopped.
        """
        if self.failure is not None:
            raise NodeStopped(str(self.failure))
        answer = fn(self.engine.venue)
        await self._sequencer.settled()
        return answer

    def subscribe(self, listener: Listener) -> None:
        """Calls `listener` in order for each batch, once it is durable and the views have it."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: Listener) -> None:
        self._listeners.remove(listener)

    async def advance_to(self, time_ns: int) -> None:
        """Moves the manual clock; returns when every timer up to then has run, in order.

        Raises ClockRefused without a manual clock or for a time in the past, and NodeStopped.
        """
        if not self.clock.is_manual:
            raise ClockRefused("the venue runs on the system's clock")
        now = self.clock.time_ns()
        if time_ns < now:
            raise ClockRefused(f"the clock stands at {now} ns and can not go back to {time_ns} ns")
        await self._sequencer.submit(AdvanceTime(), time_ns)

    def _watch_disk(self) -> None:
        """From the first moment on; under a manual clock the requests alone count."""
        venue, sequencer = self.venue, self._sequencer
        said = State(venue.status, venue.status_cause)
        watch = DiskWatch(lambda: self.disk_space, sequencer.say, said)
        watch.look_at_space()
        self._watching = asyncio.create_task(watch.run(lambda: sequencer.writing_seq))

    def _wants_state(self, seq: int) -> bool:
        """What room there is on a disk that is nearly full is the journal's."""
        return self.venue.status_cause != codes.DISK_LOW and self._snapshots.is_due(seq)

    async def _found(self) -> None:
        """The first command of a new journal. Raises GenesisInvalid."""
        receipt = await self.submit(self._genesis(self.clock.time_ns()))
        for event in receipt.events:
            if isinstance(event, CommandRefused):
                raise GenesisInvalid("", SENTENCES.get(event.reason, str(event.reason)))

    def _publish(self, batch: Batch, record_hash: bytes) -> None:
        self._snapshots.take(batch, record_hash)
        items = batch.items
        self.views.apply_batch(batch.first_seq, items, record_hash)
        for listener in tuple(self._listeners):
            try:
                listener(batch.first_seq, items)
            except Exception:
                # What is published is durable; one listener's fault is not the venue's.
                _log.exception("listener_failed", seq=batch.first_seq)

    def _fail(self, error: NodeStopped) -> None:
        self.failure = error
        self.failed.set()
        _log.critical("node_failed", error=str(error), exc_info=error.__cause__)

    async def _run_timers(self) -> None:
        """With the system's clock: wakes when a timer is due and lets it run."""
        while self.failure is None:
            due_ns = self.engine.next_timer_ns()
            wait_ns = due_ns - self.clock.time_ns() if due_ns else _NS_PER_S
            if wait_ns > 0:
                await asyncio.sleep(min(wait_ns / _NS_PER_S, _LONGEST_NAP_S))
                continue
            try:
                await self.submit(AdvanceTime())
            except NodeStopped:
                return
