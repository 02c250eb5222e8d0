"""F4, I16: the power is cut under a living venue; what it acknowledged is there, and it goes on.

A disk lives through many cuts. After each it is mounted again; the chain is checked and compared
with what was acknowledged, and the next life starts on what there is. At the end the venue stops in
good order, and everything is recomputed from the journal.
"""

from __future__ import annotations

import os
import select
import sys
import time
from pathlib import Path
from random import Random
from subprocess import DEVNULL, PIPE, Popen
from typing import Final, final

import msgspec

from bellwether.journal import JournalError, RealDisk, read_records, verify_chain
from bellwether.node.errors import NodeError
from bellwether.node.node import JOURNAL_NAME, SNAPSHOTS_NAME
from bellwether.node.recovery import read_applied
from bellwether.node.verify import verify
from bellwether.testing.campaigns.power.image import Image, image
from bellwether.testing.campaigns.power.venue_life import LENGTH, NUMBER, Plan, published
from bellwether.testing.campaigns.subject import Progress

CUTS_OF_A_DISK: Final = 12
LAST_COMMANDS: Final = 40
"""What the last venue of a disk does before it stops."""

_IN_START: Final = 0.25
_LONGEST_START_S: Final = 0.12
_LONGEST_LOAD_S: Final = 0.3
_OUTLIVES: Final = 0.2
_JOURNAL_PROCESS: Final = 0.25
_LONGEST_S: Final = 60.0
LIFE: Final = ("-m", "bellwether.testing.campaigns.power.venue_life")
"""The program of a venue's life, as Python is told of it."""


class Cuts(msgspec.Struct):
    """`wrong` says what was lost, or would not start. Of the cuts, `starting` came before the venue
    was up, and `outlived` were seen by it as errors of the disk."""

    tried: int = 0
    starting: int = 0
    outlived: int = 0
    acknowledged: int = 0
    beyond: int = 0
    torn: int = 0
    snapshots: int = 0
    disks: int = 0
    wrong: list[str] = []

    def counts(self) -> dict[str, int]:
        """The figures by name."""
        return {
            "commands acknowledged": self.acknowledged,
            "cuts while the venue started": self.starting,
            "cuts that it outlived as errors": self.outlived,
            "cuts with more on disk than acknowledged": self.beyond,
            "torn tails": self.torn,
            "snapshots seen": self.snapshots,
            "disks": self.disks,
        }


def cut_power(count: int, progress: Progress, seed: int = 0, life: tuple[str, ...] = LIFE) -> Cuts:
    """Cuts the power so many times. Raises NoPowerToCut."""
    found = Cuts(wrong=[])
    luck = Random(seed)
    with image() as disk:
        while found.tried < count and not found.wrong:
            if found.disks:
                disk.renew()
            found.disks += 1
            cuts = min(CUTS_OF_A_DISK, count - found.tried)
            venue = _Venue(disk, life, luck, found)
            for _ in range(cuts):
                venue.live_until_cut()
                found.tried += 1
                progress(found.tried, count)
                if found.wrong:
                    return found
            venue.end()
    return found


@final
class _Ear:
    """The end of a venue's pipe that listens."""

    def __init__(self, process: Popen[bytes]) -> None:
        assert process.stdout is not None
        self._stream = process.stdout
        self._heard = bytearray()

    def hears(self, seconds: float) -> bool:
        """Is there a message, or the end, within so long?"""
        until = time.monotonic() + seconds
        while not self._whole():
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._stream], [], [], left)[0]:
                return False
            more = os.read(self._stream.fileno(), 1 << 16)
            if not more:
                self._heard.clear()
                return True
            self._heard += more
        return True

    def message(self) -> bytes:
        """The next one; empty at the end."""
        size = self._whole()
        found = bytes(self._heard[LENGTH.size : size])
        del self._heard[:size]
        return found

    def close(self) -> None:
        self._stream.close()

    def _whole(self) -> int:
        """The bytes of the first message and its length if they are all there, otherwise 0."""
        if len(self._heard) < LENGTH.size:
            return 0
        size = LENGTH.size + LENGTH.unpack_from(self._heard)[0]
        return size if len(self._heard) >= size else 0


@final
class _Venue:
    """What one disk went through. `_known` has what was acknowledged, by number."""

    def __init__(self, disk: Image, life: tuple[str, ...], luck: Random, found: Cuts) -> None:
        self._disk = disk
        self._life = life
        self._luck = luck
        self._found = found
        self._seed = luck.getrandbits(32)
        self._lives = 0
        self._known: dict[int, bytes] = {}
        self._is_cut = False
        self._is_up = False
        self._last = ""

    @property
    def _directory(self) -> Path:
        return self._disk.place / "venue"

    def live_until_cut(self) -> None:
        """One life, the cut, and a look at what is there."""
        luck = self._luck
        self._disk.mount()
        process, pipe = self._start(0)
        try:
            if luck.random() < _IN_START:
                self._listen(pipe, luck.uniform(0, _LONGEST_START_S))
            else:
                self._listen(pipe, _LONGEST_S, until_up=True)
                self._listen(pipe, luck.uniform(0, _LONGEST_LOAD_S))
            self._found.starting += not self._is_up
            self._is_cut = True
            self._disk.cut()
            if luck.random() < _OUTLIVES:
                self._found.outlived += 1
                self._listen(pipe, _LONGEST_S, until_end=True)
        finally:
            process.kill()
            process.wait()
        self._listen(pipe, _LONGEST_S, until_end=True)
        pipe.close()
        self._disk.unmount()
        self._disk.mount()
        self._look()
        self._disk.unmount()

    def end(self) -> None:
        """A last life stops in good order, and everything is recomputed."""
        self._disk.mount()
        process, pipe = self._start(LAST_COMMANDS)
        try:
            self._listen(pipe, _LONGEST_S, until_end=True)
        finally:
            process.kill()
            process.wait()
        pipe.close()
        if self._last != "s":
            self._wrong("the venue did not stop in good order")
        else:
            self._look()
            verified = verify(self._directory)
            if not verified.ok:
                self._wrong(verified.summary)
        self._disk.unmount()

    def _start(self, most: int) -> tuple[Popen[bytes], _Ear]:
        self._lives += 1
        self._is_cut = self._is_up = False
        self._last = ""
        in_process = self._luck.random() < _JOURNAL_PROCESS
        plan = Plan(str(self._directory), self._lives, self._seed + self._lives, in_process, most)
        self._directory.mkdir(exist_ok=True)
        command = (sys.executable, "-P", *self._life, msgspec.json.encode(plan).decode())
        process = Popen(command, stdin=DEVNULL, stdout=PIPE)
        return process, _Ear(process)

    def _listen(
        self, pipe: _Ear, seconds: float, until_up: bool = False, until_end: bool = False
    ) -> None:
        """Takes in what is told within so long; what ends it earlier is what was asked for."""
        until = time.monotonic() + seconds
        while not (until_up and (self._is_up or self._last)):
            left = until - time.monotonic()
            if left <= 0 or not pipe.hears(left):
                if until_up or until_end:
                    self._wrong(f"nothing was heard of the venue for {seconds:.0f} s")
                return
            message = pipe.message()
            if not message:
                if not self._is_cut and not self._last:
                    self._wrong("the venue's process ended without a word")
                return
            self._take(message)

    def _take(self, message: bytes) -> None:
        kind, rest = message[:1], message[1:]
        if kind == b"a":
            (seq,) = NUMBER.unpack(rest[: NUMBER.size])
            self._known[seq] = rest[NUMBER.size :]
            self._found.acknowledged += 1
            return
        if kind == b"u":
            self._is_up = True
            (seq,) = NUMBER.unpack(rest)
            if seq < max(self._known, default=0):
                self._wrong(f"it came back with {seq} commands")
            return
        self._last = kind.decode()
        if kind in (b"r", b"h") and not self._is_cut:
            self._wrong(f"before the cut: {rest.decode(errors='replace')}")

    def _look(self) -> None:
        """What is on the disk is a chain, and has all that was acknowledged."""
        journal = self._directory / JOURNAL_NAME
        if not any(journal.glob("*.seg")):
            # The power went before the venue was founded.
            if self._known:
                self._wrong("the journal is gone")
            return
        chain = verify_chain(journal)
        self._found.torn += bool(chain.notes)
        snapshots = self._directory / SNAPSHOTS_NAME
        self._found.snapshots += snapshots.is_dir() and len(list(snapshots.glob("*"))) > 0
        if chain.damage is not None:
            self._wrong(f"the chain is damaged: {chain.damage}")
            return
        last = max(self._known, default=0)
        missing = dict(self._known)
        try:
            for record in read_records(RealDisk(), journal):
                for seq, item in enumerate(read_applied(record), start=record.first_seq):
                    shown = missing.pop(seq, None)
                    if shown is not None and published(*item) != shown:
                        self._wrong(f"command {seq} is another than was acknowledged")
        except (JournalError, NodeError) as error:
            self._wrong(str(error))
            return
        if missing:
            self._wrong(f"{len(missing)} acknowledged commands are gone, from {min(missing)} on")
        self._found.beyond += chain.tail_seq > last

    def _wrong(self, what: str) -> None:
        where = f"disk {self._found.disks}, life {self._lives}"
        self._found.wrong.append(f"{where}: {what}")
