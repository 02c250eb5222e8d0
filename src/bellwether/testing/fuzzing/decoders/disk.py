"""Files that a start reads: nothing that was altered is taken for what was written (F3, I16)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from bellwether.journal import JournalDamaged, SnapshotStore
from bellwether.journal.record import Record
from bellwether.journal.scan import SegmentWalk
from bellwether.journal.segment import decode_segment_header
from bellwether.testing.campaigns.subject import SNAPSHOTS, last_segment, write_venue
from bellwether.testing.faulty_disk import FaultyDisk

_BYTES: Final = 1 << 15
_EDIT: Final = 4
"""Bytes of an edit: where (two), what to do, and with which byte."""


class Files(NamedTuple):
    """A small venue as it was written."""

    segment: Path
    content: bytes
    records: list[Record]
    snapshot: Path
    state: bytes


@cache
def files() -> Files:
    """Written once by the real journal."""
    disk = FaultyDisk()
    write_venue(disk, _BYTES)
    segment = last_segment(disk)
    snapshot = next(path for path in disk.paths() if path.parent == SNAPSHOTS)
    content = disk.read(segment).rstrip(b"\0") + bytes(4_096)
    records, torn = _walk(segment, content)
    assert records and not torn
    return Files(segment, content, records, snapshot, disk.read(snapshot))


def edited(content: bytes, edits: bytes) -> bytes:
    """Every four bytes of `edits` change something: a byte, a run of zeros, or the length."""
    picture = bytearray(content)
    for start in range(0, len(edits) - _EDIT + 1, _EDIT):
        at = int.from_bytes(edits[start : start + 2], "little") % max(1, len(picture))
        what, byte = edits[start + 2], edits[start + 3]
        match what % 5:
            case 0:
                picture[at : at + 1] = bytes([byte])
            case 1:
                length = min(512, len(picture) - at)
                picture[at : at + length] = bytes(length)
            case 2:
                del picture[at : at + 1 + byte]
            case 3:
                picture[at:at] = picture[byte : byte + 128]
            case _:
                del picture[at:]
    return bytes(picture)


def journal_edits(edits: bytes) -> None:
    """A journal that was altered gives a beginning of what was written, or says it is damaged."""
    written = files()
    content = edited(written.content, edits)
    records, torn = _walk(written.segment, content)
    assert records == written.records[: len(records)], "an altered record was accepted"
    used = len(written.content.rstrip(b"\0"))
    if content[:used] == written.content[:used]:
        return
    assert len(records) < len(written.records) or torn or content[used:].strip(b"\0")


def journal_bytes(content: bytes) -> None:
    """Bytes that nobody wrote are no journal."""
    records, _ = _walk(files().segment, content)
    assert records == files().records[: len(records)]


def _walk(path: Path, content: bytes) -> tuple[list[Record], bool]:
    """The records before the end or the damage; whether there is damage or a torn tail."""
    found: list[Record] = []
    try:
        walk = SegmentWalk(decode_segment_header(path, content[:128]), content)
        found.extend(walk.records())
    except JournalDamaged as damage:
        assert damage.reason and str(path) in str(damage)
        return found, True
    return found, walk.torn is not None


def snapshot_edits(edits: bytes) -> None:
    """A snapshot is the one that was written, or it is skipped with a note."""
    _snapshot(edited(files().state, edits))


def snapshot_bytes(content: bytes) -> None:
    """Bytes that nobody wrote are no snapshot."""
    _snapshot(content)


def _snapshot(content: bytes) -> None:
    disk = FaultyDisk()
    disk.make_directory(SNAPSHOTS)
    handle = disk.create(files().snapshot)
    disk.pwrite(handle, content, 0)
    store = SnapshotStore(SNAPSHOTS, disk)
    found = store.newest()
    if content == files().state:
        assert found is not None
    else:
        assert found is None and store.notes, "an altered snapshot was accepted"
