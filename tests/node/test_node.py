"""The node as its users see it: time, reads, listeners, stopping."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bellwether.journal import FileJournal, JournalLocked
from bellwether.node.clock import ManualClock, SystemClock
from bellwether.node.commit.batch import Applied
from bellwether.node.errors import ClockRefused, NodeStopped
from bellwether.node.founding.genesis import dev_genesis
from bellwether.node.node import Node
from bellwether.node.recovery import applied_from
from bellwether.node.verify import verify
from bellwether.schema.commands import ResumeVenue
from bellwether.schema.events import FundingPaid, OrderPlaced, PricesAwaited, PricesPublished
from bellwether.views.views import Views
from tests.node.worlds import HOUR_NS, START_NS, order, trade_a_little, venue


def test_time_stands_still_until_it_is_moved_and_every_timer_runs(tmp_path: Path) -> None:
    async def story() -> None:
        async with venue(tmp_path) as node:
            hours: list[int] = []

            def listen(first_seq: int, items: list[Applied]) -> None:
                hours.extend(
                    event.time_ns
                    for _, _, events in items
                    for event in events
                    if isinstance(event, FundingPaid) and event.asset == 0
                )

            node.subscribe(listen)
            receipt = await node.submit(order(0, 1, True, 174_000, 1_000))
            assert receipt.time_ns == START_NS
            await node.advance_to(START_NS + 5 * HOUR_NS)
            assert hours == [START_NS + hour * HOUR_NS for hour in range(1, 6)]
            assert await node.read(lambda v: v.time_ns) == START_NS + 5 * HOUR_NS
            with pytest.raises(ClockRefused):
                await node.advance_to(START_NS)

    asyncio.run(story())


def test_listeners_hear_every_command_once_in_order_after_the_views(tmp_path: Path) -> None:
    async def story() -> None:
        async with venue(tmp_path) as node:
            heard: list[int] = []

            def listen(first_seq: int, items: list[Applied]) -> None:
                heard.extend(range(first_seq, first_seq + len(items)))
                assert node.views.applied_seq == heard[-1]

            def broken(first_seq: int, items: list[Applied]) -> None:
                raise RuntimeError("a subscriber's own fault")

            node.subscribe(broken)
            node.subscribe(listen)
            await trade_a_little(node, 1)
            assert heard == list(range(2, node.durable_seq + 1))

    asyncio.run(story())


def test_the_receipt_holds_the_events_of_the_command(tmp_path: Path) -> None:
    async def story() -> None:
        async with venue(tmp_path) as node:
            receipt = await node.submit(order(0, 1, True, 174_000, 1_000))
            placed = [event for event in receipt.events if isinstance(event, OrderPlaced)]
            assert [event.price for event in placed] == [174_000]
            assert receipt.seq == node.durable_seq

    asyncio.run(story())


def test_two_nodes_never_share_a_directory(tmp_path: Path) -> None:
    async def story() -> None:
        async with venue(tmp_path):
            with pytest.raises(JournalLocked):
                FileJournal.open(tmp_path / "journal")

    asyncio.run(story())


def test_a_stopped_node_answers_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with venue(tmp_path) as node:
            pass
        with pytest.raises(NodeStopped):
            await node.submit(order(0, 1, True, 174_000, 1_000))

    asyncio.run(story())


def test_with_the_systems_clock_the_timers_run_by_themselves(tmp_path: Path) -> None:
    async def story() -> None:
        clock = SystemClock()
        long_ago = clock.time_ns() - HOUR_NS
        journal = FileJournal.open(tmp_path / "journal")
        early = Node(tmp_path, journal, ManualClock(long_ago), dev_genesis, Views)
        await early.start()
        await early.stop()
        journal = FileJournal.open(tmp_path / "journal")
        node = Node(tmp_path, journal, clock, dev_genesis, Views)
        await node.start()
        assert node.venue.time_ns > long_ago + HOUR_NS - 1, "an hour's timers ran at the start"
        with pytest.raises(ClockRefused):
            await node.advance_to(clock.time_ns() + 1)
        await node.stop()

    asyncio.run(story())


def test_a_return_stands_in_the_journal_before_the_timers_of_the_time_away(tmp_path: Path) -> None:
    async def story() -> None:
        clock = SystemClock()
        long_ago = clock.time_ns() - 4 * HOUR_NS
        journal = FileJournal.open(tmp_path / "journal")
        early = Node(tmp_path, journal, ManualClock(long_ago), dev_genesis, Views)
        await early.start()
        await trade_a_little(early, 1)
        await early.stop()
        journal = FileJournal.open(tmp_path / "journal")
        before = journal.tail_seq
        node = Node(tmp_path, journal, clock, dev_genesis, Views)
        await node.start()
        since = await node.read(lambda venue: venue.time_ns)
        await node.stop()
        journal = FileJournal.open(tmp_path / "journal")
        items = [item for _, part, _ in applied_from(journal, before + 1) for item in part]
        journal.close()
        time_ns, command, events = items[0]
        assert isinstance(command, ResumeVenue) and time_ns < clock.time_ns() - HOUR_NS
        assert {event.since_ns for event in events if isinstance(event, PricesAwaited)} == {
            command.resumed_ns
        }
        moved = [e for _, _, found in items for e in found if isinstance(e, PricesPublished)]
        assert all(event.time_ns >= command.resumed_ns for event in moved), "no price of that hour"
        assert command.resumed_ns <= since

    asyncio.run(story())
    assert verify(tmp_path).commands > 0


def test_under_the_manual_clock_a_restart_costs_no_time_and_nothing_waits(tmp_path: Path) -> None:
    async def story() -> None:
        async with venue(tmp_path) as node:
            await trade_a_little(node, 1)
        async with venue(tmp_path) as node:
            assert not any(market.awaits_ns for market in node.venue.markets.values())

    asyncio.run(story())


def test_a_clock_never_goes_back() -> None:
    clock = SystemClock()
    ahead = clock.time_ns() + 10**15
    clock.not_before(ahead)
    assert clock.time_ns() == ahead
    manual = ManualClock(5)
    manual.not_before(3)
    assert manual.time_ns() == 5
