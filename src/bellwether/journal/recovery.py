"""Bringing a journal directory back to its last durable record (reliability F1, F2).

Nothing is guessed: an unfinished last write is cut and zeroed, unfinished segment files are
removed, and anything else that is wrong is raised with the directory left as it was.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path

import msgspec

from bellwether.journal.chain import ChainWalk
from bellwether.journal.disk import Disk
from bellwether.journal.errors import JournalDamaged
from bellwether.journal.scan import SegmentWalk
from bellwether.journal.segment import (
    LOCK_NAME,
    SEGMENT_SUFFIX,
    UNFINISHED_SUFFIX,
    Segment,
    list_segments,
    write_zeros,
)


class RecoveredTail(msgspec.Struct, frozen=True):
    """Where appending goes on. `handle` is the last segment, open; `filled` its length in bytes."""

    segments: list[Segment]
    handle: int
    offset: int
    filled: int
    tail_seq: int
    tail_hash: bytes
    epoch: int
    cut_bytes: int
    notes: list[str]


def recover(disk: Disk, directory: Path, check_all: bool) -> RecoveredTail | None:
    """The recovered tail, made durable again, or None when no segment has been begun yet.

    Reads the last two segments, or all. Raises JournalDamaged, JournalUnreadable or OSError.
    """
    segments = list_segments(disk, directory)
    walk: SegmentWalk | None = None
    if segments:
        chain = ChainWalk(disk, segments if check_all else segments[-2:])
        deque(chain.records(), maxlen=0)
        walk = chain.last
    notes = _clear_away(disk, directory)
    if walk is None:
        return None
    # A segment may have got its name in the moment before a kill, and the name not be on disk yet.
    disk.fsync_directory(directory)
    handle = disk.open(walk.segment.path)
    try:
        cut_bytes = _cut(disk, handle, walk, notes)
        _make_durable(disk, handle, walk)
        filled = disk.size(handle)
    except BaseException:
        disk.close(handle)
        raise
    return RecoveredTail(
        segments=segments,
        handle=handle,
        offset=walk.offset,
        filled=filled,
        tail_seq=walk.next_seq - 1,
        tail_hash=walk.chain_hash,
        epoch=walk.epoch,
        cut_bytes=cut_bytes,
        notes=notes,
    )


def _clear_away(disk: Disk, directory: Path) -> list[str]:
    """Removes segments whose creation never finished: no record was ever in them."""
    notes: list[str] = []
    for name in disk.list_names(directory):
        path = directory / name
        if name.endswith(UNFINISHED_SUFFIX):
            disk.remove(path)
            notes.append(f"removed {path}: a segment whose creation did not finish")
        elif name.endswith(SEGMENT_SUFFIX) and not path.stem.isdecimal():
            raise JournalDamaged(path, 0, 0, "a segment file bears a name that is not a number")
        elif name != LOCK_NAME and not name.endswith(SEGMENT_SUFFIX):
            notes.append(f"left {path} alone: it is not part of the journal")
    return notes


def _cut(disk: Disk, handle: int, walk: SegmentWalk, notes: list[str]) -> int:
    torn = walk.torn
    if torn is None:
        return 0
    # The first byte by itself: once it is zero on disk the write remains recognisable as torn,
    # however the power goes while the rest of it is being zeroed.
    write_zeros(disk, handle, torn.start, torn.start + 1)
    disk.fdatasync(handle)
    write_zeros(disk, handle, torn.start, torn.stop)
    cut_bytes = torn.stop - torn.start
    notes.append(
        f"cut {cut_bytes} bytes at {torn.start} of {walk.segment.path}: {torn.reason}; "
        f"the batch of command {walk.next_seq} was never acknowledged"
    )
    return cut_bytes


def _make_durable(disk: Disk, handle: int, walk: SegmentWalk) -> None:
    """Writes the last record once more and syncs.

    After a kill the record may be in the page cache only; after a failed sync its pages may be
    marked clean without being on disk, and a sync alone would do nothing. Nobody may see it before
    it is durable, and the same bytes over themselves cannot tear.
    """
    if walk.offset > walk.last_start:
        disk.pwrite(handle, walk.content[walk.last_start : walk.offset], walk.last_start)
    disk.fdatasync(handle)
