"""The loop writes and a process syncs: durable before visible, whatever becomes of the process."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bellwether.journal import FileJournal, JournalFull, RealDisk, verify_chain
from bellwether.journal.disk import Disk
from bellwether.node.clock import ManualClock
from bellwether.node.commit.batch import Batch, Receipt
from bellwether.node.commit.sequencer import Sequencer
from bellwether.node.commit.sync_process import SyncProcess
from bellwether.node.commit.writing import SyncedWriter
from bellwether.node.errors import NodeStopped
from bellwether.testing.faulty_disk import FaultyDisk
from tests.node.stand_ins import CountingMachine, noop

START_NS = 1_777_593_600_000_000_000
SEGMENT_BYTES = 16 * 1024


class Bench:
    """A sequencer over a file journal with small segments and a process that syncs."""

    def __init__(self, directory: Path, process: SyncProcess, disk: Disk | None = None) -> None:
        self.directory = directory
        self.process = process
        self.journal = FileJournal.open(directory, disk, SEGMENT_BYTES)
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
            SyncedWriter(self.journal, process),
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


def run(
    story: Callable[[Bench], Awaitable[None]], directory: Path, disk: Disk | None = None
) -> None:
    async def told() -> None:
        process = await SyncProcess.start()
        bench = Bench(directory, process, disk)
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


def test_a_process_lost_while_it_syncs_acknowledges_nobody_and_stops_everything(
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
        assert "the process that syncs the journal was lost" in str(results[0])
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


def test_a_failure_of_another_kind_waits_for_the_sync_before_it_closes(tmp_path: Path) -> None:
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


def test_a_full_disk_found_by_the_loop_acknowledges_nobody(tmp_path: Path) -> None:
    disk = FaultyDisk(capacity_bytes=SEGMENT_BYTES, errors={("pwrite", 3): errno.ENOSPC})

    async def story(bench: Bench) -> None:
        results = await asyncio.gather(*bench.send(2), return_exceptions=True)
        assert [type(result) for result in results] == [NodeStopped] * 2
        assert isinstance(bench.failures[0].__cause__, JournalFull)
        assert bench.published == []

    run(story, tmp_path, disk)


def test_the_error_of_a_sync_comes_back_as_it_was(tmp_path: Path) -> None:
    async def told() -> None:
        process = await SyncProcess.start()
        reading, writing = os.pipe()
        handle = RealDisk().create(tmp_path / "file")
        try:
            for file, expected in ((handle, 0), (writing, errno.EINVAL), (handle, 0)):
                answer: asyncio.Future[OSError | None] = asyncio.get_running_loop().create_future()
                process.sync(file, answer.set_result)
                error = await asyncio.wait_for(answer, 10)
                assert (0 if error is None else error.errno) == expected
        finally:
            for file in (reading, writing, handle):
                os.close(file)
            await process.stop()

    asyncio.run(told())


def test_the_process_goes_when_it_is_told_to() -> None:
    async def told() -> int:
        process = await SyncProcess.start()
        await process.stop()
        return process.pid

    pid = asyncio.run(told())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
