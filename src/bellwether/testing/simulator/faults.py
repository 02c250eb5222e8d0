"""What fails in a world, what it excuses, and how the world goes on after it.

A fault excuses what it must cause: a venue may halt because its disk failed, and may refuse to
start on a journal with a changed bit. Nothing excuses a lost or different command, but a disk that
lies about syncs or writes elsewhere: then the venue may be behind, and the world ends there.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, final

from bellwether.journal import verify_chain
from bellwether.testing.faulty_disk import PowerCut
from bellwether.testing.simulator.loop import NS_PER_S
from bellwether.testing.simulator.plan import LIES
from bellwether.testing.simulator.venue_life import JOURNAL, SNAPSHOTS, VenueLife

if TYPE_CHECKING:
    from bellwether.testing.simulator.world import World

_ROOM: Final = 1 << 40
_LATER: Final = {
    "write_error": ("pwrite", errno.EIO),
    "sync_error": ("fdatasync", errno.EIO),
    "read_error": ("read", errno.EIO),
}
_NAMES: Final = ("rename", "create", "fsync_directory", "remove", "list_names", "open")


class Halted(Exception):
    """The world can not go on: its disk lied, and the venue noticed or is behind."""


@final
class Faults:
    """`lied` says that the world ended because the disk broke its word, `may_lie` that it may.
    `halts` and `refusals` (of a start) are those that a fault excused."""

    def __init__(self, world: World) -> None:
        self.lied = False
        self.halts = 0
        self.refusals = 0
        self._world = world
        self._excuses: set[str] = set()
        self._bereft: VenueLife | None = None
        self._flipped: set[tuple[Path, int]] = set()
        self.may_lie = False
        self._ceased = False
        self._cut_is_kill = False
        self._die_at_step = 0
        self._die_is_kill = False
        self._seen: VenueLife | None = None
        self._ending: VenueLife | None = None

    # -- beginning ----------------------------------------------------------------------------
    def strike(self, kind: str, who: int, luck: Random) -> None:
        """Lets a fault happen, or prepares it."""
        if self._ceased:
            return
        if kind in LIES or kind in _LATER or kind in ("name_error", "disk_full"):
            self._spoil_disk(kind, luck)
        elif kind.startswith("clock"):
            self._spoil_clock(kind, luck)
        elif kind == "disconnect":
            span = luck.choice((100_000_000, NS_PER_S, 5 * NS_PER_S))
            self._world.network.cut(who if luck.random() < 0.8 else -1, span)
        elif kind == "views_lost":
            self._world.witness.forget_views()
        elif kind.startswith("flip"):
            self._flip(JOURNAL if kind == "flip_journal" else SNAPSHOTS, luck)
        else:
            process = self._world.process
            if process is not None and process.state in ("starting", "up"):
                self._hit(kind, process, luck)

    def cease(self) -> None:
        """Nothing fails from here on, and what was spoilt is repaired."""
        world = self._world
        self._ceased = True
        self._find_flips()
        if self._excuses:
            # A slow process may not have noticed yet what has failed already.
            self._bereft = world.process
        self._mend_disk()
        self._die_at_step = 0
        world.disk.cut_at = None
        world.disk.sync_lies = False
        world.wall.repair()
        world.network.repair()
        if world.process is not None:
            world.process.paused_until_ns = world.process.slow_until_ns = 0

    def is_durable(self) -> bool:
        """Whether no power cut could take anything from the journal now."""
        if self.may_lie:
            return True
        return not any(path.suffix == ".seg" for path in self._world.disk.unsynced(JOURNAL))

    # -- looking after the process ------------------------------------------------------------
    def after_callback(self, process: VenueLife) -> None:
        """Notices what a callback has brought: the end of the process, or a fault of its own."""
        disk = self._world.disk
        if not disk.powered:
            self._die(process, self._cut_is_kill)
        elif self._die_at_step and process.loop.steps >= self._die_at_step:
            self._die(process, self._die_is_kill)
        elif process.loop.faults:
            self._world.fail("I19", f"an exception that nobody took: {process.loop.faults[0]}")
        elif process.state == "refused":
            self._refused(process)
        elif process.state == "ended":
            self._ended(process)
        elif process.failure is not None and self._ending is not process:
            self._failed(process)
        if process is not self._seen and process.recovered_seq >= 0:
            self._seen = process
            self._recovered(process.recovered_seq)

    def _ended(self, process: VenueLife) -> None:
        """A stop in good order; nobody may have been left without an answer."""
        if process.loop.is_idle:
            if process.asked:
                self._world.fail("I19", f"{process.asked} commands have no answer after a stop")
            self.end_process(process)
            self._start_later(process, 10_000_000)

    def end_process(self, process: VenueLife) -> None:
        """Takes a process away that is not needed any more."""
        disk = self._world.disk
        disk.powered = False
        process.kill()
        disk.kill()

    def _die(self, process: VenueLife, is_kill: bool) -> None:
        """The process ends here and now; with the power, what was not synced meets a loss."""
        disk = self._world.disk
        writing = process.writing
        if is_kill and writing is not None and disk.powered and self._world.luck.random() < 0.5:
            with suppress(PowerCut):
                writing.outlive()
        disk.powered = False
        process.kill()
        if is_kill:
            disk.kill()
        else:
            disk.restart()
        self._mend_disk()
        self._start_later(process, 50_000_000)

    def _start_later(self, process: VenueLife, longest_ns: int) -> None:
        world = self._world
        if process is not world.process:
            return
        world.process = None
        self._die_at_step = 0
        world.disk.cut_at = None
        world.timeline.after(world.luck.randrange(longest_ns), world.start_process)

    def _refused(self, process: VenueLife) -> None:
        """A start that was refused: it must have a reason, which is then taken away."""
        if self.may_lie:
            self.lied = True
            raise Halted
        if not self._excuses and not self._flipped and self._bereft is not process:
            self._world.fail("START", f"the venue does not start: {process.error}")
        self.refusals += 1
        self._heal()
        self.end_process(process)
        self._mend_disk()
        self._start_later(process, 50_000_000)

    def _failed(self, process: VenueLife) -> None:
        """The node has halted: clients may go on asking it, then it is ended and started again."""
        if not self._excuses and self._bereft is not process:
            self._world.fail("HALT", f"the node stopped by itself: {process.failure}")
        self._ending = process
        self.halts += 1
        luck = self._world.luck
        by_stop = luck.random() < 0.5
        longest = 10_000_000 if self._ceased else 2 * NS_PER_S

        def end() -> None:
            if process is self._world.process and process.state == "up":
                if by_stop:
                    self._mend_disk()
                    process.stop()
                else:
                    self._die(process, True)

        self._world.timeline.after(luck.randrange(longest), end)

    def _recovered(self, tail_seq: int) -> None:
        told = len(self._world.witness.told)
        if tail_seq >= told:
            return
        if self.may_lie:
            self.lied = True
            raise Halted
        self._world.fail("I16", f"{told} commands were acknowledged, {tail_seq} are left")

    # -- single faults ------------------------------------------------------------------------
    def _hit(self, kind: str, process: VenueLife, luck: Random) -> None:
        disk, timeline = self._world.disk, self._world.timeline
        is_kill = kind.startswith("kill")
        if kind in ("kill", "power"):
            self._die(process, is_kill)
        elif kind in ("kill_in_write", "power_in_write"):
            disk.cut_at = disk.operations + luck.randrange(1, 25)
            self._cut_is_kill = is_kill
        elif kind in ("kill_in_callback", "power_in_callback"):
            self._die_at_step = process.loop.steps + luck.randrange(1, 60)
            self._die_is_kill = is_kill
        elif kind == "slow_disk":
            process.slow_until_ns = timeline.now_ns + luck.choice((NS_PER_S, 10 * NS_PER_S))
            process.slowest_ns = luck.choice((2 * NS_PER_S, 8 * NS_PER_S))
        elif kind == "pause":
            span = luck.choice((10_000_000, NS_PER_S, 6 * NS_PER_S))
            process.paused_until_ns = timeline.now_ns + span
        elif kind == "journal_process_lost":
            writing = process.writing
            if writing is not None and writing.is_there:
                # A paused process notices late: what excuses its halt lasts as long as it does.
                self._bereft = process
                process.loop.call_soon(writing.lose)
        elif kind == "stop" and process.state == "up" and process.failure is None:
            process.stop()

    def _spoil_disk(self, kind: str, luck: Random) -> None:
        disk = self._world.disk
        if kind == "lying_sync":
            disk.sync_lies = self.may_lie = True
            return
        if kind == "misdirected_write":
            self.may_lie = True
            disk.misdirected.add(disk.calls.get("pwrite", 0) + luck.randrange(1, 10))
            return
        self._excuses.add(kind)
        if kind == "disk_full":
            used = sum(disk.size_of(path) for path in disk.paths())
            disk.capacity_bytes = used + luck.choice((luck.randrange(20_000), used // 25))
            return
        operation, number = _LATER.get(kind, (luck.choice(_NAMES), errno.EIO))
        disk.errors[operation, disk.calls.get(operation, 0) + luck.randrange(1, 6)] = number

    def _mend_disk(self) -> None:
        """Errors are over and there is room again; what has been written stays as it is."""
        disk = self._world.disk
        disk.errors.clear()
        disk.misdirected.clear()
        disk.capacity_bytes = _ROOM
        self._excuses.clear()

    def _spoil_clock(self, kind: str, luck: Random) -> None:
        wall = self._world.wall
        is_small = len(self._world.plan.features.markets) < 3 and luck.random() < 0.1
        spans = (NS_PER_S, 60 * NS_PER_S, 3_600 * NS_PER_S)
        if kind == "clock_rate":
            wall.run_at(luck.choice((0, 500_000, 999_900, 1_000_200, 3_000_000)))
        elif kind == "clock_step":
            wall.step(2 * 86_400 * NS_PER_S if is_small else luck.choice(spans))
        else:
            wall.step(-luck.choice((*spans, 2 * 86_400 * NS_PER_S)))

    # -- bits ---------------------------------------------------------------------------------
    def _flip(self, directory: Path, luck: Random) -> None:
        """A bit changes where it lies, in what is written and synced."""
        disk, process = self._world.disk, self._world.process
        waiting = disk.unsynced(directory)
        if process is None or process.state != "up" or waiting or process.failure is not None:
            return
        suffixes = (".seg", ".snapshot")
        paths = [p for p in disk.paths() if p.parent == directory and p.suffix in suffixes]
        if not paths:
            return
        path = luck.choice(paths)
        try:
            used = len(disk.read(path).rstrip(b"\0"))
        except (OSError, PowerCut):
            return
        bit = luck.randrange(8 * max(used, 1))
        disk.flip(path, bit)
        if directory == JOURNAL:
            self._flipped ^= {(path, bit)}

    def _find_flips(self) -> None:
        """Whatever has changed is found from outside, and then repaired from a copy."""
        world = self._world
        there = set(world.disk.paths())
        if any(path in there for path, _ in self._flipped) and not self.may_lie:
            world.disk.errors.clear()
            report = verify_chain(JOURNAL, world.disk)
            if report.ok:
                world.fail("F3", "a bit of the journal has changed and the chain looks whole")
        self._heal()

    def _heal(self) -> None:
        there = set(self._world.disk.paths())
        for path, bit in sorted(self._flipped):
            if path in there:
                self._world.disk.flip(path, bit)
        self._flipped.clear()
