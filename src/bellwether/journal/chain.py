"""Walking the hash chain across segments: what recovery, readers and verification share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import final

from bellwether.journal.disk import Disk
from bellwether.journal.errors import JournalDamaged, JournalUnreadable
from bellwether.journal.record import Record
from bellwether.journal.scan import SegmentWalk
from bellwether.journal.segment import Segment, list_segments


@final
class ChainWalk:
    """Yields the records of consecutive segments; `last` is the walk of the newest one reached."""

    __slots__ = ("_disk", "_segments", "last", "used_bytes")

    def __init__(self, disk: Disk, segments: Sequence[Segment]) -> None:
        self._disk = disk
        self._segments = segments
        self.last: SegmentWalk | None = None
        self.used_bytes = 0

    def records(self) -> Iterator[Record]:
        """Raises JournalDamaged or JournalUnreadable. A torn end of the last segment is left in
        `last.torn`; in any other segment it is damage, since later writes came after it."""
        for segment in self._segments:
            if self.last is not None:
                _check_link(self.last, segment)
            self.last = SegmentWalk(segment, _read(self._disk, segment.path))
            yield from self.last.records()
            self.used_bytes += self.last.offset


def read_records(disk: Disk, directory: Path) -> Iterator[Record]:
    """Every record of a journal from the first, without taking its lock. Errors as ChainWalk."""
    return ChainWalk(disk, list_segments(disk, directory)).records()


def _read(disk: Disk, path: Path) -> bytes:
    try:
        return disk.read(path)
    except OSError as error:
        raise JournalUnreadable(path, error) from error


def _check_link(before: SegmentWalk, segment: Segment) -> None:
    if before.torn is not None:
        raise JournalDamaged(
            before.segment.path,
            before.torn.start,
            before.next_seq,
            f"{before.torn.reason}, but the later segment {segment.path.name} exists",
        )
    if segment.first_seq != before.next_seq:
        raise JournalDamaged(
            before.segment.path,
            before.offset,
            before.next_seq,
            f"commands {before.next_seq} to {segment.first_seq - 1} are missing: "
            f"the next segment is {segment.path.name}",
        )
    if segment.chain_hash != before.chain_hash:
        raise JournalDamaged(
            segment.path,
            0,
            segment.first_seq,
            f"the segment does not follow {before.segment.path.name} in the hash chain",
        )
    if segment.epoch < before.epoch:
        raise JournalDamaged(
            segment.path,
            0,
            segment.first_seq,
            f"epoch {segment.epoch} comes after epoch {before.epoch}",
        )
