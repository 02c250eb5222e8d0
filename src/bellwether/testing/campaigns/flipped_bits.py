"""F3: every single bit of a journal and of a snapshot is flipped, and every one is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from bellwether.journal import JournalDamaged, SnapshotStore, verify_chain
from bellwether.testing.campaigns.subject import (
    JOURNAL,
    SNAPSHOTS,
    Progress,
    last_segment,
    write_venue,
)
from bellwether.testing.faulty_disk import FaultyDisk

JOURNAL_BYTES: Final = 1 << 16


class Bits(msgspec.Struct):
    """`missed` are the bits that nobody found: file and bit. `total` is what a whole campaign
    flips."""

    total: int = 0
    journal: int = 0
    snapshot: int = 0
    missed: list[tuple[str, int]] = []

    @property
    def tried(self) -> int:
        """How many bits were flipped."""
        return self.journal + self.snapshot


def flip_bits(most: int, progress: Progress, first: int = 0, last: int | None = None) -> Bits:
    """Flips at most so many bits, spread evenly over both files, one at a time; of these those from
    number `first` to before `last`. There are `total` of them all the same."""
    disk = FaultyDisk()
    write_venue(disk, JOURNAL_BYTES)
    segment = last_segment(disk)
    snapshot = next(path for path in disk.paths() if path.parent == SNAPSHOTS)
    wanted = list(_places(disk, (segment, snapshot), most))
    found = Bits(total=len(wanted), missed=[])
    for number, (path, bit) in enumerate(wanted[first:last], start=first + 1):
        disk.flip(path, bit)
        if path == segment:
            found.journal += 1
            is_found = isinstance(verify_chain(JOURNAL, disk).damage, JournalDamaged)
        else:
            found.snapshot += 1
            is_found = SnapshotStore(SNAPSHOTS, disk).newest() is None
        disk.flip(path, bit)
        if not is_found:
            found.missed.append((path.name, bit))
        if number % 1_000 == 0 or number == len(wanted):
            progress(number, len(wanted))
    return found


def _places(disk: FaultyDisk, paths: tuple[Path, ...], most: int) -> Iterator[tuple[Path, int]]:
    """Every bit that was written; with fewer asked for, every so many-th."""
    places = [
        (path, bit) for path in paths for bit in range(8 * len(disk.read(path).rstrip(b"\0")))
    ]
    if most >= len(places):
        yield from places
        return
    for number in range(most):
        yield places[number * len(places) // most]
