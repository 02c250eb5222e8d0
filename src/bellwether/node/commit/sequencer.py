"""Group commit: commands are stamped, applied, journalled, and only then seen by anyone.

The engine applies commands into an open batch while the batch before it is being written; when
the disk is done the open batch is sealed and written in turn. So one sync serves all who came
meanwhile, the engine is at most one open batch ahead, and a lone command waits for one sync only.

Whatever goes wrong stops everything at once: nobody who waits is told of success, and nothing is
tried twice (reliability: embedded journal).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import repeat
from time import perf_counter
from typing import Final, final

from bellwether.journal import Journal
from bellwether.node.clock import Clock
from bellwether.node.commit.batch import Batch
from bellwether.node.commit.measures import CommitMeasures
from bellwether.node.commit.submission import Answer, Receipt, Submission
from bellwether.node.commit.writing import BatchWriter, ThreadWriter
from bellwether.node.errors import NodeStopped
from bellwether.node.machine import Machine
from bellwether.schema.commands import AdvanceTime, AnyCommand
from bellwether.schema.events import Event
from bellwether.schema.wire import encode_commands

STEP_NS: Final = 600_000_000_000
"""Longest span of time between two commands: longer ones are divided by AdvanceTime commands, so
that no record holds more events than the timers of a few steps can cause."""

QUEUE_LIMIT: Final = 16_384
"""Commands that may wait; who comes later waits before the queue."""

MOST_TOGETHER: Final = 256
"""Commands of one submission; they share a record and a moment. About as many are applied before
the event loop gets a turn."""


@final
class Sequencer:
    """Runs on one event loop; `writer` says where the journal runs, by default in a thread.

    `on_durable` is called for each batch in order, on the loop, before its promises are kept;
    `on_failure` once, with the reason, when the sequencer has stopped. `wants_state(seq)` says
    whether a batch that ends with command `seq` is to carry the state's hash. `measures` says how
    long that takes.
    """

    __slots__ = (
        "_arrange",
        "_arranged",
        "_clock",
        "_closing",
        "_engine",
        "_failure",
        "_idle",
        "_loop",
        "_on_durable",
        "_on_failure",
        "_open",
        "_queue",
        "_room",
        "_scheduled",
        "_sealed_s",
        "_time_ns",
        "_waiting",
        "_wants_state",
        "_writer",
        "_writing",
        "measures",
    )

    def __init__(
        self,
        engine: Machine,
        journal: Journal,
        clock: Clock,
        time_ns: int,
        on_durable: Callable[[Batch, bytes], None],
        on_failure: Callable[[NodeStopped], None],
        wants_state: Callable[[int], bool],
        writer: BatchWriter | None = None,
        arrange: Callable[[deque[Submission]], int] = len,
    ) -> None:
        """`time_ns` is the engine's time: 0 for a venue that has not been founded. `arrange` may
        sort the first of what waits, and says how many it has looked at (ORD-2)."""
        self._engine = engine
        self.measures = CommitMeasures()
        self._clock = clock
        self._time_ns = time_ns
        self._on_durable = on_durable
        self._on_failure = on_failure
        self._wants_state = wants_state
        self._loop = asyncio.get_running_loop()
        self._writer = writer or ThreadWriter(journal)
        self._queue: deque[Submission] = deque()
        self._arrange = arrange
        self._arranged = 0
        self._waiting = 0
        self._open = Batch(journal.tail_seq + 1)
        self._writing: Batch | None = None
        self._sealed_s = 0.0
        self._scheduled = False
        self._closing = False
        self._failure: NodeStopped | None = None
        self._room = asyncio.Event()
        self._idle = asyncio.Event()
        self._room.set()
        self._idle.set()

    @property
    def durable_seq(self) -> int:
        """The last command that is on disk and was published."""
        return (self._writing or self._open).first_seq - 1

    @property
    def applied_seq(self) -> int:
        """The last command that the engine has applied."""
        return self._open.last_seq

    @property
    def settled_seq(self) -> int:
        """The same if it is durable and the sequencer runs, otherwise 0."""
        settled = self._writing is None and self._open.count == 0 and self._failure is None
        return self._open.last_seq if settled else 0

    @property
    def writing_seq(self) -> int:
        """The first command of the batch that is on its way to the disk, 0 for none."""
        return 0 if self._writing is None else self._writing.first_seq

    def say(self, command: AnyCommand) -> None:
        """Takes in a command of the node's own: before everything that waits, room or none.

        Nobody waits for it. Of a sequencer that is stopping or has failed nothing comes of it.
        """
        if self._closing or self._failure is not None:
            return
        since_s = self._queue[0].queued_s if self._queue else perf_counter()
        said: asyncio.Future[Answer] = self._loop.create_future()
        said.add_done_callback(asyncio.Future.exception)
        self._queue.appendleft(Submission((command,), 0, said, since_s))
        if self._arranged:
            self._arranged += 1
        self._waiting += 1
        self._idle.clear()
        self._schedule()

    async def submit(self, command: AnyCommand, time_ns: int = 0) -> Receipt:
        """Resolves when the command is durable and published. Raises NodeStopped, or CommandUnfit
        for a number beyond 64 bits, which can not be journalled.

        `time_ns` moves a manual clock to that time first, or is that of the last command for what
        belongs before the timers due since; 0 stamps the clock's time.
        """
        if self._waiting >= QUEUE_LIMIT:
            await self._until_room()
        seq, applied_ns, (events,) = await self._queued((command,), time_ns)
        return Receipt(seq, applied_ns, events)

    async def submit_all(self, commands: Sequence[AnyCommand]) -> list[list[Event]]:
        """The same for 1 to MOST_TOGETHER commands of one moment; all are taken or, if one is
        unfit, none. Gives back the events of each."""
        assert 0 < len(commands) <= MOST_TOGETHER, "a submission fits a slice"
        if self._waiting >= QUEUE_LIMIT:
            await self._until_room()
        _, _, caused = await self._queued(commands, 0)
        return caused

    async def _until_room(self) -> None:
        while self._waiting >= QUEUE_LIMIT and self._failure is None:
            self._room.clear()
            await self._room.wait()

    def _queued(self, commands: Sequence[AnyCommand], time_ns: int) -> asyncio.Future[Answer]:
        """What the sender waits for. Not a coroutine: there is one step less for each command."""
        if self._closing:
            raise NodeStopped("the venue is stopping; the command was not taken")
        self._check_running()
        promise: asyncio.Future[Answer] = self._loop.create_future()
        self._queue.append(Submission(commands, time_ns, promise, perf_counter()))
        self._waiting += len(commands)
        self._idle.clear()
        self._schedule()
        return promise

    async def settled(self) -> None:
        """Returns when everything applied up to now is durable. Raises NodeStopped."""
        self._check_running()
        batch = self._open if self._open.count else self._writing
        if batch is None:
            return
        reader: asyncio.Future[None] = self._loop.create_future()
        batch.readers.append(reader)
        await reader

    async def close(self) -> None:
        """Takes nothing more, writes what waits and gives the writer back. The journal stays open.

        Does not raise: after a failure there is nothing left to write.
        """
        self._closing = True
        await self._idle.wait()
        await self._writer.close()

    def stop(self, error: NodeStopped) -> None:
        """Stops at once: every promise that is still open is broken with `error`."""
        if self._failure is not None:
            return
        self._failure = error
        for submission in self._queue:
            submission.reject(str(error))
        self._queue.clear()
        self._arranged = 0
        self._waiting = 0
        for batch in (self._writing, self._open):
            if batch is not None:
                batch.break_promises(str(error))
        self._room.set()
        self._idle.set()
        self._on_failure(error)

    def _check_running(self) -> None:
        if self._failure is not None:
            raise NodeStopped(str(self._failure)) from self._failure

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._scheduled = False
        self._run()

    def _run(self) -> None:
        """Apply a share of what waits, and write the open batch if the disk is free.

        What is applied already goes first, so that the disk works while more is applied. At most
        one turn is scheduled at any time: the event loop has other things to do in between."""
        if self._failure is not None:
            return
        try:
            self._write_if_free()
            self._apply_waiting()
            self._write_if_free()
        except Exception as error:
            self.stop(_engine_failure(error))
            return
        if self._queue and not self._open.is_full:
            self._schedule()
        elif not self._queue and self._writing is None:
            self._idle.set()

    def _apply_waiting(self) -> None:
        if not self._queue or self._open.is_full:
            return
        batch, left, before = self._open, MOST_TOGETHER, self._waiting
        waited = perf_counter() - self._queue[0].queued_s
        while left > 0 and self._queue and not batch.is_full:
            if self._arranged == 0:
                self._arranged = self._arrange(self._queue)
            submission = self._queue[0]
            time_ns = max(submission.asked_ns or self._clock.time_ns(), self._time_ns)
            if self._time_ns and time_ns - self._time_ns > STEP_NS:
                step, step_ns = (AdvanceTime(),), self._time_ns + STEP_NS
                self._apply(step, step_ns, _encoded(step, step_ns))
                batch.steps += 1
                left -= 1
                continue
            self._queue.popleft()
            self._arranged -= 1
            commands = submission.commands
            self._waiting -= len(commands)
            try:
                encoded = _encoded(commands, time_ns)
            except OverflowError as error:
                submission.refuse(error)
                continue
            submission.time_ns = time_ns
            start = batch.count
            batch.shares.append((submission, start, start + len(commands)))
            self._apply(commands, time_ns, encoded)
            left -= len(commands)
        self.measures.queued.add(waited, before - self._waiting)
        self.measures.waiting = self._waiting
        if self._waiting < QUEUE_LIMIT:
            self._room.set()

    def _apply(self, commands: Sequence[AnyCommand], time_ns: int, encoded: bytes) -> None:
        """Applies commands of one moment, encoded already, into the open batch."""
        self._clock.not_before(time_ns)
        apply = self._engine.apply
        caused = [apply(command, time_ns) for command in commands]
        self._open.add(time_ns, commands, caused, encoded)
        self._time_ns = time_ns

    def _write_if_free(self) -> None:
        if self._writing is None and self._open.count:
            self._write()

    def _write(self) -> None:
        """Seals the open batch and hands it to the journal."""
        batch = self._open
        if self._wants_state(batch.last_seq):
            batch.state = self._engine.snapshot()
        self._writing = batch
        self._sealed_s = perf_counter()
        self._open = Batch(batch.last_seq + 1)
        self._writer.write(batch, self._written)

    def _written(self, batch: Batch, outcome: bytes | Exception) -> None:
        """On the loop again: the batch is durable, or the node is dead."""
        if self._failure is not None:
            return
        if isinstance(outcome, Exception):
            self.stop(_journal_failure(batch, outcome))
            return
        durable_s = perf_counter()
        self.measures.batch_written(durable_s - self._sealed_s, batch.count)
        try:
            self._on_durable(batch, outcome)
        except Exception as error:
            self.stop(_view_failure(batch, error))
            return
        self.measures.published.add(perf_counter() - durable_s, batch.count)
        self._writing = None
        batch.keep_promises()
        self._run()


def _encoded(commands: Sequence[AnyCommand], time_ns: int) -> bytes:
    """As the journal has them. Raises OverflowError before anything has happened."""
    return encode_commands(list(zip(repeat(time_ns), commands)))


def _engine_failure(error: Exception) -> NodeStopped:
    stopped = NodeStopped(
        f"the engine failed: {type(error).__name__}: {error}. Every acknowledged command is in "
        "the journal; the commands of this moment were not acknowledged. Keep the data directory, "
        "report the fault, and run `bellwether verify` before starting again."
    )
    stopped.__cause__ = error
    return stopped


def _journal_failure(batch: Batch, error: Exception) -> NodeStopped:
    stopped = NodeStopped(
        f"the journal refused commands {batch.first_seq} to {batch.last_seq}: {error} "
        "None of them was acknowledged."
    )
    stopped.__cause__ = error
    return stopped


def _view_failure(batch: Batch, error: Exception) -> NodeStopped:
    stopped = NodeStopped(
        f"commands {batch.first_seq} to {batch.last_seq} are in the journal, but publishing them "
        f"failed: {type(error).__name__}: {error}. They were not acknowledged. Start again; if it "
        "fails at the same place, remove views.sqlite3: it is rebuilt from the journal."
    )
    stopped.__cause__ = error
    return stopped
