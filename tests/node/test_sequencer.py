"""Group commit: nothing is acknowledged or visible before it is durable."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bellwether.journal import JournalWriteFailed
from bellwether.node.clock import ManualClock
from bellwether.node.commit.batch import BATCH_COMMANDS, Batch, Receipt
from bellwether.node.commit.sequencer import MOST_TOGETHER, QUEUE_LIMIT, STEP_NS, Sequencer
from bellwether.node.errors import CommandUnfit, NodeStopped
from bellwether.schema import codes
from bellwether.schema.commands import AdvanceTime, Noop, SetVenueStatus
from bellwether.schema.events import Acknowledged
from bellwether.schema.wire import decode_commands
from tests.node.stand_ins import CountingMachine, HeldJournal, noop

START_NS = 1_777_593_600_000_000_000


class Bench:
    """A sequencer with everything it needs, and what it told the outside."""

    def __init__(self) -> None:
        self.journal = HeldJournal()
        self.machine = CountingMachine()
        self.clock = ManualClock(START_NS)
        self.published: list[int] = []
        self.failures: list[NodeStopped] = []
        self.view_error: Exception | None = None
        self.sequencer = Sequencer(
            self.machine,
            self.journal,
            self.clock,
            START_NS,
            self._publish,
            self.failures.append,
            lambda seq: False,
        )

    def _publish(self, batch: Batch, record_hash: bytes) -> None:
        if self.view_error is not None:
            raise self.view_error
        self.published.append(batch.last_seq)

    def send(self, count: int, first: int = 1) -> list[asyncio.Task[Receipt]]:
        return [
            asyncio.create_task(self.sequencer.submit(noop(nonce)))
            for nonce in range(first, first + count)
        ]

    async def until_writing(self) -> None:
        assert await asyncio.to_thread(self.journal.entered.wait, 10)


def run(story: Callable[[Bench], Awaitable[None]]) -> None:
    async def told() -> None:
        bench = Bench()
        await asyncio.wait_for(story(bench), 30)
        await bench.sequencer.close()

    asyncio.run(told())


def test_commands_get_consecutive_numbers_in_the_order_they_came() -> None:
    async def story(bench: Bench) -> None:
        receipts = await asyncio.gather(*bench.send(1_500))
        assert [receipt.seq for receipt in receipts] == list(range(1, 1_501))
        assert [c.nonce for _, c in bench.machine.applied] == list(range(1, 1_501))
        assert len(bench.journal.records) < 100, "commands share syncs"
        assert bench.published[-1] == 1_500

    run(story)


def test_nothing_is_acknowledged_while_the_disk_has_not_answered() -> None:
    async def story(bench: Bench) -> None:
        bench.journal.gate.clear()
        sent = bench.send(3)
        await bench.until_writing()
        late = bench.send(2, first=4)
        await asyncio.sleep(0.02)
        assert not any(task.done() for task in sent + late)
        assert bench.published == []
        bench.journal.gate.set()
        assert [r.seq for r in await asyncio.gather(*sent, *late)] == [1, 2, 3, 4, 5]

    run(story)


def test_what_the_node_says_itself_goes_before_all_that_waits_though_there_is_no_room() -> None:
    """LIFE-13."""

    async def story(bench: Bench) -> None:
        bench.journal.gate.clear()
        sent = bench.send(1)
        await bench.until_writing()
        assert bench.sequencer.writing_seq == 1
        sent += bench.send(QUEUE_LIMIT + 5_000, first=2)
        while bench.sequencer.applied_seq < BATCH_COMMANDS:
            await asyncio.sleep(0)
        bench.sequencer.say(SetVenueStatus(codes.CANCEL_ONLY, codes.DISK_LOW, "a test"))
        bench.journal.gate.set()
        await asyncio.gather(*sent)
        kinds = [type(command) for _, command in bench.machine.applied]
        assert kinds.index(SetVenueStatus) <= BATCH_COMMANDS + 1 + MOST_TOGETHER
        assert len(kinds) == len(sent) + 1 and bench.sequencer.writing_seq == 0

    run(story)


def test_a_sequencer_that_has_failed_takes_nothing_of_the_node_s_own() -> None:
    async def story(bench: Bench) -> None:
        bench.journal.error = JournalWriteFailed(Path("a"), OSError(errno.EIO, "worn out"))
        with pytest.raises(NodeStopped):
            await bench.sequencer.submit(noop(1))
        bench.sequencer.say(SetVenueStatus(codes.CANCEL_ONLY, codes.DISK_LOW, "a test"))
        await asyncio.sleep(0)
        assert len(bench.machine.applied) == 1

    run(story)


def test_a_read_waits_until_what_it_saw_is_durable() -> None:
    async def story(bench: Bench) -> None:
        await bench.sequencer.settled()
        bench.journal.gate.clear()
        sent = bench.send(1)
        await bench.until_writing()
        reader = asyncio.create_task(bench.sequencer.settled())
        later = bench.send(1, first=2)
        await asyncio.sleep(0.02)
        assert len(bench.machine.applied) == 2, "the engine works while the disk does"
        second_reader = asyncio.create_task(bench.sequencer.settled())
        await asyncio.sleep(0)
        assert not reader.done() and not second_reader.done()
        bench.journal.gate.set()
        await asyncio.gather(reader, second_reader, *sent, *later)
        assert bench.published == [1, 2]

    run(story)


def test_a_failed_write_acknowledges_nobody_and_stops_everything() -> None:
    async def story(bench: Bench) -> None:
        bench.journal.gate.clear()
        bench.journal.error = JournalWriteFailed(Path("x.seg"), OSError(errno.EIO, "broken disk"))
        sent = bench.send(2)
        await bench.until_writing()
        sent += bench.send(2, first=3)
        reader = asyncio.create_task(bench.sequencer.settled())
        await asyncio.sleep(0.02)
        bench.journal.gate.set()
        results = await asyncio.gather(*sent, reader, return_exceptions=True)
        assert [type(result) for result in results] == [NodeStopped] * 5
        assert "broken disk" in str(results[0])
        assert bench.published == []
        assert len(bench.failures) == 1
        with pytest.raises(NodeStopped):
            await bench.sequencer.submit(noop(9))
        with pytest.raises(NodeStopped):
            await bench.sequencer.settled()

    run(story)


def test_a_broken_invariant_in_the_engine_stops_everything() -> None:
    async def story(bench: Bench) -> None:
        bench.machine.fault_at = 2
        results = await asyncio.gather(*bench.send(4), return_exceptions=True)
        assert [type(result) for result in results] == [NodeStopped] * 4
        assert "positions of a market sum to zero" in str(bench.failures[0])
        assert bench.journal.records == [], "a batch the engine died in is never written"

    run(story)


def test_views_that_fail_stop_the_node_before_anyone_is_told() -> None:
    async def story(bench: Bench) -> None:
        bench.view_error = RuntimeError("no space for the views")
        results = await asyncio.gather(*bench.send(1), return_exceptions=True)
        assert isinstance(results[0], NodeStopped)
        assert "views.sqlite3" in str(bench.failures[0])

    run(story)


def test_a_number_beyond_64_bits_is_refused_and_hurts_nobody_else() -> None:
    async def story(bench: Bench) -> None:
        with pytest.raises(CommandUnfit):
            await bench.sequencer.submit(noop(2**64))
        assert (await bench.sequencer.submit(noop(1))).seq == 1

    run(story)


def test_a_caller_who_leaves_does_not_stop_the_others() -> None:
    async def story(bench: Bench) -> None:
        bench.journal.gate.clear()
        first, second = bench.send(2)
        await bench.until_writing()
        first.cancel()
        await asyncio.sleep(0)
        bench.journal.gate.set()
        assert (await second).seq == 2

    run(story)


def test_a_long_span_of_time_is_divided_into_steps() -> None:
    async def story(bench: Bench) -> None:
        end = START_NS + 100 * STEP_NS + 1
        receipt = await bench.sequencer.submit(noop(1), end)
        assert receipt.time_ns == bench.clock.time_ns() == end
        times = [time_ns for time_ns, _ in bench.machine.applied]
        gaps = [after - before for before, after in zip([START_NS, *times], times, strict=False)]
        assert max(gaps) <= STEP_NS
        steps = [c for _, c in bench.machine.applied if isinstance(c, AdvanceTime)]
        assert len(steps) == 100
        assert max(record.count for record in bench.journal.records) < 20
        journalled = [p for r in bench.journal.records for p in decode_commands(r.commands)]
        assert journalled == bench.machine.applied

    run(story)


def test_closing_writes_what_was_accepted_and_takes_nothing_more() -> None:
    async def story(bench: Bench) -> None:
        sent = bench.send(5)
        await asyncio.sleep(0)
        await bench.sequencer.close()
        assert [r.seq for r in await asyncio.gather(*sent)] == [1, 2, 3, 4, 5]
        with pytest.raises(NodeStopped):
            await bench.sequencer.submit(noop(6))

    run(story)


def groups(count: int) -> list[list[Noop]]:
    """Groups of 250 commands in a row."""
    return [[noop(250 * group + nonce) for nonce in range(1, 251)] for group in range(count)]


def test_commands_handed_over_together_are_answered_together_and_in_order() -> None:
    async def story(bench: Bench) -> None:
        waiting = [asyncio.create_task(bench.sequencer.submit_all(group)) for group in groups(20)]
        (alone,) = bench.send(1, first=5_001)
        caused = [events for part in await asyncio.gather(*waiting) for events in part]
        assert caused == [[Acknowledged()]] * 5_000
        assert (await alone).seq == 5_001
        assert [c.nonce for _, c in bench.machine.applied] == list(range(1, 5_002))
        assert len(bench.journal.records) > 1, "they do not fit one record"

    run(story)


def test_no_command_of_a_group_is_taken_if_one_is_unfit() -> None:
    async def story(bench: Bench) -> None:
        with pytest.raises(CommandUnfit):
            await bench.sequencer.submit_all([noop(1), noop(2**70)])
        assert bench.machine.applied == []
        assert (await bench.sequencer.submit(noop(2))).seq == 1

    run(story)


def test_groups_that_were_not_written_are_not_acknowledged() -> None:
    async def story(bench: Bench) -> None:
        bench.journal.gate.clear()
        waiting = [asyncio.create_task(bench.sequencer.submit_all(group)) for group in groups(20)]
        await bench.until_writing()
        bench.journal.error = JournalWriteFailed(Path("x.seg"), OSError(errno.EIO, "broken disk"))
        bench.journal.gate.set()
        for outcome in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(outcome, NodeStopped)
        assert len(bench.failures) == 1

    run(story)


def test_the_event_loop_gets_a_turn_however_many_batches_were_written() -> None:
    async def story(bench: Bench) -> None:
        applied = bench.machine.applied
        between: list[int] = []

        async def turns() -> None:
            while True:
                before = len(applied)
                await asyncio.sleep(0)
                between.append(len(applied) - before)

        async def pump() -> None:
            for group in groups(40):
                await bench.sequencer.submit_all(group)

        watcher = asyncio.create_task(turns())
        await asyncio.gather(*(pump() for _ in range(30)))
        watcher.cancel()
        assert max(between) < 4 * MOST_TOGETHER, "a turn, and one after a write"

    run(story)
