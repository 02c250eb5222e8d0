"""Batches with contents that can be told apart, and the directories they go to."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from bellwether.journal import FileJournal, Record
from bellwether.testing import FaultyDisk

DIRECTORY = Path("/venue/journal")
SNAPSHOTS = Path("/venue/snapshots")
SMALL_SEGMENT = 4096


class Batch(NamedTuple):
    first_seq: int
    number: int
    time_ns: int
    commands: bytes
    events: bytes
    state_hash: bytes


def text(seed: str, size: int) -> bytes:
    """`size` printable bytes, never zero, different for every seed."""
    block = sha256(seed.encode()).hexdigest().encode()
    return (block * (size // len(block) + 1))[:size]


def batch(first_seq: int, count: int = 2, commands: int = 120, events: int = 300) -> Batch:
    state_hash = sha256(b"state %d" % first_seq).digest() if first_seq % 3 == 0 else b""
    return Batch(
        first_seq,
        count,
        first_seq * 1_000,
        text(f"commands {first_seq}", commands),
        text(f"events {first_seq}", events),
        state_hash,
    )


def batches(number: int, *, start: int = 1, commands: int = 120, events: int = 300) -> list[Batch]:
    made = []
    for k in range(number):
        made.append(batch(start, 1 + k % 3, commands, events))
        start += 1 + k % 3
    return made


def of(record: Record) -> Batch:
    return Batch(
        record.first_seq,
        record.count,
        record.time_ns,
        record.commands,
        record.events,
        record.state_hash,
    )


def written(
    number: int, *, commands: int = 120, events: int = 300, segment_bytes: int = SMALL_SEGMENT
) -> FaultyDisk:
    """A disk that holds a closed journal of so many batches."""
    disk = FaultyDisk()
    with FileJournal.open(DIRECTORY, disk, segment_bytes) as journal:
        for b in batches(number, commands=commands, events=events):
            journal.append(*b)
    return disk


def last_segment(disk: FaultyDisk) -> Path:
    return max(path for path in disk.paths() if path.suffix == ".seg")


def used(content: bytes) -> int:
    return len(content.rstrip(b"\0"))
