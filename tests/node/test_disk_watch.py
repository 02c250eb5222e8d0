"""What the node makes of a slow disk and of one that fills (LIFE-13, faults F5 and F7)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog

from bellwether.journal import DiskSpace, FileJournal
from bellwether.node.clock import SystemClock
from bellwether.node.commit.batch import Receipt
from bellwether.node.commit.disk_watch import (
    CALM_S,
    LOOK_S,
    LOW,
    SLOW,
    STALLED,
    WELL,
    DiskWatch,
    State,
)
from bellwether.node.commit.writing import ThreadWriter
from bellwether.node.founding.dev_keys import dev_address
from bellwether.node.founding.genesis import dev_genesis
from bellwether.node.node import Node
from bellwether.schema import rejects
from bellwether.schema.commands import AnyCommand, CancelOrders, SetVenueStatus
from bellwether.schema.events import OrderClosed, OrderPlaced, OrderRefused
from bellwether.testing.faulty_disk import FaultyDisk
from bellwether.testing.simulator.clock import WallClock
from bellwether.testing.simulator.loop import Timeline, VirtualLoop, VirtualThread
from bellwether.views.views import Views
from tests.node.worlds import START_NS, order

T = TypeVar("T")

GB = 10**9
DIRECTORY = Path("/simulated")


class Watched:
    """A watch over a disk of 100 GB, and what it told the engine."""

    def __init__(self, said: State = WELL) -> None:
        self.free = 50 * GB
        self.error: OSError | None = None
        self.said: list[SetVenueStatus] = []
        self.watch = DiskWatch(self._space, self.said.append, said)

    def _space(self) -> DiskSpace:
        if self.error is not None:
            raise self.error
        return DiskSpace(self.free, 100 * GB)

    def look(self, seconds: float, writing: int = 0) -> list[tuple[int, int]]:
        """So many seconds of looks; what was told meanwhile."""
        self.said.clear()
        for _ in range(round(seconds / LOOK_S)):
            self.watch.look(writing)
        return [(command.status, command.cause) for command in self.said]


@pytest.fixture
def log() -> Iterator[list[dict[str, object]]]:
    with structlog.testing.capture_logs() as lines:
        yield lines  # type: ignore[misc]


def test_a_write_is_slow_after_a_second_and_stalled_after_five() -> None:
    watched = Watched()
    assert watched.look(1.0, writing=7) == []
    assert watched.look(LOOK_S, writing=7) == [SLOW]
    assert watched.look(3.75, writing=7) == []
    assert watched.look(LOOK_S, writing=7) == [STALLED]
    assert watched.said[0].grounds == "a write to the journal has taken 5 s so far"


def test_many_quick_writes_are_no_slow_one() -> None:
    watched = Watched()
    assert all(watched.look(0.75, writing=number) == [] for number in range(1, 100))


def test_all_orders_are_taken_again_once_the_disk_has_been_well_for_half_a_minute() -> None:
    watched = Watched()
    watched.look(6, writing=7)
    assert watched.look(CALM_S - LOOK_S) == []
    assert watched.look(LOOK_S) == [WELL]
    assert watched.look(600) == []


def test_a_disk_that_is_slow_now_and_then_does_not_flap() -> None:
    watched = Watched()
    told = []
    for number in range(1, 21):
        told += watched.look(2, writing=number)
        told += watched.look(CALM_S - 2)
    assert told == [SLOW]
    told = watched.look(6, writing=30) + watched.look(10) + watched.look(2, writing=31)
    assert told == [STALLED], "what was worst lasts as long as ever"
    assert watched.look(CALM_S) == [SLOW, WELL]


def test_room_is_warned_of_at_20_percent_and_orders_end_at_5(
    log: list[dict[str, object]],
) -> None:
    watched = Watched()
    watched.free = 20 * GB
    assert watched.look(1) == [] and not watched.watch.is_warned
    watched.free -= 1
    assert watched.look(1) == [] and watched.watch.is_warned
    watched.free = 5 * GB
    assert watched.look(1) == []
    watched.free -= 1
    assert watched.look(1) == [LOW]
    assert watched.said[0].grounds == "5.0 GB of 100.0 GB are free"
    watched.free = 6 * GB - 1
    assert watched.look(60) == [], "a little more than the limit is not enough"
    watched.free = 6 * GB
    assert watched.look(CALM_S - LOOK_S) == []
    assert watched.look(2 * LOOK_S) == [WELL] and watched.watch.is_warned
    watched.free = 21 * GB
    assert watched.look(1) == [] and not watched.watch.is_warned
    events = [line["event"] for line in log]
    assert events == ["disk_filling", "venue_restricted", "venue_open", "disk_has_room"]
    assert {"because", "takes", "keeps", "do", "ends"} <= set(log[1])


def test_a_full_disk_is_told_before_a_slow_one() -> None:
    watched = Watched()
    watched.free = GB
    assert watched.look(10, writing=7) == [LOW]
    watched.free = 50 * GB
    assert watched.look(CALM_S, writing=7) == [STALLED]


def test_space_that_nobody_can_tell_changes_nothing(log: list[dict[str, object]]) -> None:
    watched = Watched()
    watched.error = OSError("gone")
    assert watched.look(100) == []
    assert [line["event"] for line in log] == ["disk_space_unknown"]


def test_what_a_life_before_said_lasts_until_the_disk_has_been_well() -> None:
    watched = Watched(STALLED)
    assert watched.look(CALM_S - LOOK_S) == []
    assert watched.look(LOOK_S) == [WELL]


class VirtualVenue:
    """A dev world on a faulty disk, with the real node and watch, in virtual time.

    `write_s` is how long a write takes from now on.
    """

    def __init__(self, disk: FaultyDisk | None = None, watch_disk: bool = True) -> None:
        self.disk = disk or FaultyDisk()
        self.watch_disk = watch_disk
        self.write_s = 0.001
        self.timeline = Timeline()
        self.wall = WallClock(self.timeline, START_NS)
        self.nonce = 0
        self.begin()

    def begin(self) -> None:
        """Starts the venue, anew or on what the disk holds."""
        self.loop = VirtualLoop(self.timeline, lambda: round(self.write_s * 1e9))
        self.journal = FileJournal.open(DIRECTORY / "journal", self.disk)
        self.node: Node[Views] = Node(
            DIRECTORY,
            self.journal,
            SystemClock(self.wall),
            lambda start_ns: dev_genesis(start_ns, check_nonce_window=False),
            lambda _: Views(None),
            writer=self._writer(),
            disk=self.disk,
            watch_disk=self.watch_disk,
        )
        self.wait_for(self.node.start())

    def _writer(self) -> ThreadWriter:
        asyncio._set_running_loop(self.loop)
        return ThreadWriter(self.journal, VirtualThread(self.loop))

    def stop(self) -> None:
        """In good order."""
        self.write_s = 0.001
        self.wait_for(self.node.stop())
        self.loop.kill()

    def spend(self, seconds: float) -> None:
        """Everything of so many seconds happens."""
        end_ns = self.timeline.now_ns + round(seconds * 1e9)
        while self._next_ns() <= end_ns:
            self._step()
        self.timeline.now_ns = end_ns

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """What comes of it, however long it takes."""
        task = self.loop.create_task(work)
        while not task.done():
            self._step()
        return task.result()

    def send(self, command: AnyCommand) -> asyncio.Task[Receipt]:
        return self.loop.create_task(self.node.submit(command))

    def place(self, account: int, price: int, is_buy: bool = True) -> asyncio.Task[Receipt]:
        self.nonce += 1
        return self.send(order(account, self.nonce, is_buy, price, 2_000))

    @property
    def state(self) -> tuple[int, int]:
        return self.node.venue.status, self.node.venue.status_cause

    def _next_ns(self) -> int:
        due = self.loop.next_ns if self.loop.is_idle else self.timeline.now_ns
        assert due is not None, "a venue that runs has something to do"
        return due

    def _step(self) -> None:
        self.timeline.now_ns = max(self.timeline.now_ns, self._next_ns())
        self.loop.run_due()
        if not self.loop.is_idle:
            self.loop.run_one()


@pytest.fixture(autouse=True)
def _no_loop_is_left() -> Iterator[None]:
    yield
    asyncio._set_running_loop(None)


def reasons(task: asyncio.Task[Receipt]) -> list[int]:
    return [event.reason for event in task.result().events if isinstance(event, OrderRefused)]


def test_a_sync_that_lasts_closes_the_venue_before_it_is_over() -> None:
    """F7: refused are orders that come while it lasts, and answered when it is over."""
    venue = VirtualVenue()
    resting = venue.place(0, 174_000)
    venue.spend(5)
    (placed,) = [e for e in resting.result().events if isinstance(e, OrderPlaced)]
    venue.write_s = 8.0
    stuck = venue.place(1, 173_000)
    venue.spend(1.4)
    assert venue.state == SLOW
    taking = venue.place(1, 173_500)
    venue.spend(4)
    assert venue.state == STALLED and not taking.done()
    venue.nonce += 1
    account = dev_address("account", 0)
    cancel = venue.send(CancelOrders(account, b"", venue.nonce, 0, ((0, placed.order_id),)))
    late = venue.place(1, 173_500)
    venue.write_s = 0.001
    venue.spend(8)
    assert reasons(stuck) == [] and reasons(taking) == [rejects.DISK_SLOW_NOW]
    assert reasons(late) == [rejects.DISK_STALLED_NOW]
    assert [type(event) for event in cancel.result().events] == [OrderClosed]
    venue.spend(CALM_S)
    assert venue.state == WELL
    again = venue.place(1, 173_500)
    venue.spend(1)
    assert reasons(again) == []
    venue.stop()


def test_a_pause_of_the_program_is_no_slow_disk() -> None:
    venue = VirtualVenue()
    venue.place(0, 174_000)
    for _ in range(20):
        venue.timeline.now_ns += 20 * 10**9
        venue.spend(0.5)
        assert venue.state == WELL
    venue.stop()


def test_a_disk_that_is_nearly_full_takes_cancels_and_no_orders_and_no_snapshots() -> None:
    """F5: what room there is is the journal's. A start finds it so before its first order."""
    venue = VirtualVenue()
    resting = venue.place(0, 174_000)
    venue.spend(1)
    (placed,) = [e for e in resting.result().events if isinstance(e, OrderPlaced)]
    used = sum(venue.disk.size_of(path) for path in venue.disk.paths())
    venue.disk.capacity_bytes = used * 100 // 96
    venue.spend(1)
    assert venue.state == LOW
    refused = venue.place(1, 173_000)
    venue.nonce += 1
    account = dev_address("account", 0)
    cancel = venue.send(CancelOrders(account, b"", venue.nonce, 0, ((0, placed.order_id),)))
    venue.spend(1)
    assert reasons(refused) == [rejects.DISK_LOW_NOW]
    assert [type(event) for event in cancel.result().events] == [OrderClosed]
    venue.stop()
    assert not [path for path in venue.disk.paths() if path.suffix == ".snapshot"]
    venue.begin()
    assert venue.state == LOW
    venue.disk.capacity_bytes = 1 << 30
    venue.spend(CALM_S + 1)
    assert venue.state == WELL
    venue.stop()
    assert [path for path in venue.disk.paths() if path.suffix == ".snapshot"]


def test_a_start_on_a_disk_that_is_nearly_full_takes_no_order() -> None:
    venue = VirtualVenue()
    venue.stop()
    used = sum(venue.disk.size_of(path) for path in venue.disk.paths())
    venue.disk.capacity_bytes = used * 100 // 96
    venue.begin()
    first = venue.place(0, 174_000)
    venue.spend(1)
    assert reasons(first) == [rejects.DISK_LOW_NOW]
    venue.stop()


def test_a_venue_that_is_not_to_watch_its_disk_takes_orders_on_a_full_and_slow_one() -> None:
    venue = VirtualVenue(watch_disk=False)
    used = sum(venue.disk.size_of(path) for path in venue.disk.paths())
    venue.disk.capacity_bytes = used * 100 // 96
    venue.write_s = 6
    first = venue.place(0, 174_000)
    venue.spend(7)
    assert reasons(first) == [] and venue.state == WELL
    venue.stop()
