"""A process writes and syncs: durable before visible, whatever becomes of the process."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bellwether.journal import (
    Entry,
    FileJournal,
    JournalFull,
    JournalLocked,
    RealDisk,
    verify_chain,
)
from bellwether.node.clock import ManualClock
from bellwether.node.commit.batch import Batch, Receipt
from bellwether.node.commit.journal_process import JournalProcess, Outcome
from bellwether.node.commit.payload import Payload
from bellwether.node.commit.sequencer import Sequencer
from bellwether.node.commit.writing import ProcessWriter
from bellwether.node.errors import NodeStopped
from bellwether.schema.commands import Noop
from tests.node.stand_ins import CountingMachine, noop

START_NS = 1_777_593_600_000_000_000
SEGMENT_BYTES = 16 * 1024


class Bench:
    """A sequencer over a file journal with small segments and a process that writes."""

    def __init__(self, directory: Path, process: JournalProcess) -> None:
        self.directory = directory
        self.process = process
        self.journal = FileJournal.open(directory, segment_bytes=SEGMENT_BYTES)
        self.machine = CountingMachine()
        self.published: list[int] = []
        self.failures: list[NodeStopped] = []
        self.sequencer = Sequencer(
            self.machine,
            self.journal,
            ManualClock(START_NS),
            START_NS,
            self._publish,
            self.failures.append,
            lambda seq: False,
            ProcessWriter(self.journal, process),
        )

    def _publish(self, batch: Batch, record_hash: bytes) -> None:
        assert record_hash == self.journal.tail_hash
        assert batch.last_seq == self.journal.tail_seq
        self.published.append(batch.last_seq)

    def send(self, count: int, first: int = 1) -> list[asyncio.Task[Receipt]]:
        return [
            asyncio.create_task(self.sequencer.submit(noop(nonce)))
            for nonce in range(first, first + count)
        ]

    async def until_applied(self, count: int) -> None:
        while len(self.machine.applied) < count:
            await asyncio.sleep(0)

    async def until_lost(self) -> None:
        while self.process.is_there:
            await asyncio.sleep(0.001)


def run(story: Callable[[Bench], Awaitable[None]], directory: Path) -> None:
    async def told() -> None:
        process = await JournalProcess.start()
        bench = Bench(directory, process)
        try:
            await asyncio.wait_for(story(bench), 30)
            await bench.sequencer.close()
        finally:
            bench.journal.close()
            await process.stop()

    asyncio.run(told())


def test_what_is_acknowledged_is_in_the_journal_across_many_segments(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        for first in range(1, 1_001, 50):
            receipts = await asyncio.gather(*bench.send(50, first))
            assert [receipt.seq for receipt in receipts] == list(range(first, first + 50))
        assert bench.published[-1] == bench.journal.tail_seq == 1_000

    run(story, tmp_path)
    report = verify_chain(tmp_path)
    assert report.ok and report.tail_seq == 1_000
    assert report.segments > 2


def test_nothing_is_acknowledged_before_the_process_has_answered(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        os.kill(bench.process.pid, signal.SIGSTOP)
        sent = bench.send(2)
        await bench.until_applied(2)
        sent += bench.send(2, first=3)
        await bench.until_applied(4)
        await asyncio.sleep(0.02)
        assert not any(task.done() for task in sent)
        assert bench.published == []
        assert bench.sequencer.durable_seq == bench.journal.tail_seq == 0
        os.kill(bench.process.pid, signal.SIGCONT)
        assert [r.seq for r in await asyncio.gather(*sent)] == [1, 2, 3, 4]

    run(story, tmp_path)


def test_a_process_lost_while_it_writes_acknowledges_nobody_and_stops_everything(
    tmp_path: Path,
) -> None:
    async def story(bench: Bench) -> None:
        await asyncio.gather(*bench.send(3))
        os.kill(bench.process.pid, signal.SIGSTOP)
        sent = bench.send(2, first=4)
        await bench.until_applied(5)
        os.kill(bench.process.pid, signal.SIGKILL)
        results = await asyncio.gather(*sent, return_exceptions=True)
        assert [type(result) for result in results] == [NodeStopped] * 2
        assert "the process that writes the journal was lost" in str(results[0])
        assert bench.published == [3]
        assert len(bench.failures) == 1

    run(story, tmp_path)
    with FileJournal.open(tmp_path) as again:
        assert again.tail_seq in (3, 5), "what was not acknowledged may be there, or not"


def test_a_process_lost_while_idle_is_done_without(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await asyncio.gather(*bench.send(3))
        os.kill(bench.process.pid, signal.SIGKILL)
        await bench.until_lost()
        assert [r.seq for r in await asyncio.gather(*bench.send(3, first=4))] == [4, 5, 6]
        assert bench.failures == []

    run(story, tmp_path)
    assert verify_chain(tmp_path).tail_seq == 6


def test_a_failure_of_another_kind_waits_for_the_record_before_it_closes(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        os.kill(bench.process.pid, signal.SIGSTOP)
        sent = bench.send(2)
        await bench.until_applied(2)
        bench.sequencer.stop(NodeStopped("for a reason of its own"))
        await asyncio.gather(*sent, return_exceptions=True)
        closing = asyncio.create_task(bench.sequencer.close())
        await asyncio.sleep(0.02)
        assert not closing.done(), "the record may become durable yet"
        os.kill(bench.process.pid, signal.SIGCONT)
        await closing
        assert bench.published == []
        assert bench.journal.tail_seq == 2

    run(story, tmp_path)


def test_a_signal_to_stop_is_left_to_the_venue(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await asyncio.gather(*bench.send(2))
        os.kill(bench.process.pid, signal.SIGTERM)
        await asyncio.gather(*bench.send(2, first=3))
        assert bench.process.is_there
        assert bench.published[-1] == 4

    run(story, tmp_path)


def test_a_record_that_is_too_large_to_share_is_written_all_the_same(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        assert bench.process.takes(4 << 20)
        assert not bench.process.takes(8 << 20)
        await bench.sequencer.submit(Noop(bytes(20), bytes(9 << 20), 1, 0))
        await asyncio.gather(*bench.send(1, first=2))
        assert bench.published == [1, 2]

    run(story, tmp_path)
    assert verify_chain(tmp_path).tail_seq == 2


def test_nobody_opens_the_journal_while_a_record_of_a_venue_that_ended_is_on_its_way(
    tmp_path: Path,
) -> None:
    async def story(bench: Bench) -> None:
        await asyncio.gather(*bench.send(2))
        os.kill(bench.process.pid, signal.SIGSTOP)
        sent = bench.send(1, first=3)
        await bench.until_applied(3)
        bench.journal.close()
        with pytest.raises(JournalLocked):
            FileJournal.open(tmp_path)
        os.kill(bench.process.pid, signal.SIGCONT)
        await asyncio.gather(*sent, return_exceptions=True)

    run(story, tmp_path)
    with FileJournal.open(tmp_path) as again:
        assert again.tail_seq == 3


def test_an_error_of_the_disk_comes_back_as_it_was(tmp_path: Path) -> None:
    async def told() -> None:
        process = await JournalProcess.start()
        file = RealDisk().create(tmp_path / "file")
        full = os.open("/dev/full", os.O_RDWR)
        unwritable = os.open(tmp_path / "file", os.O_RDONLY)
        pieces = Payload()
        pieces.add(b"\x91\xc0", 1)
        entry = Entry(0, 300, 0, 4096, 1, 1, START_NS, 1, b"", bytes(32), 7)
        try:
            for handle, expected in (
                (file, 0),
                (full, errno.ENOSPC),
                (unwritable, errno.EBADF),
                (file, 0),
            ):
                answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
                process.write((handle, file), entry, pieces, pieces, answer.set_result)
                outcome = await asyncio.wait_for(answer, 10)
                assert expected == (outcome.errno if isinstance(outcome, OSError) else 0)
        finally:
            for handle in (full, unwritable, file):
                os.close(handle)
            await process.stop()

    asyncio.run(told())


def test_a_full_disk_acknowledges_nobody(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await asyncio.gather(*bench.send(2))
        # What the journal writes to is full from now on.
        full = os.open("/dev/full", os.O_RDWR)
        os.dup2(full, bench.journal.files[0])
        os.close(full)
        results = await asyncio.gather(*bench.send(2, first=3), return_exceptions=True)
        assert [type(result) for result in results] == [NodeStopped] * 2
        assert isinstance(bench.failures[0].__cause__, JournalFull)
        assert bench.published == [2]

    run(story, tmp_path)
    with FileJournal.open(tmp_path) as again:
        assert again.tail_seq == 2


def test_the_process_goes_when_it_is_told_to() -> None:
    async def told() -> int:
        process = await JournalProcess.start()
        await process.stop()
        return process.pid

    pid = asyncio.run(told())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
