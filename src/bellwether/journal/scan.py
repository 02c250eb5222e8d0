"""Walking the records of one segment, and telling a torn tail from damage.

The rule (reliability F1-F3): a bad record with any valid record after it is damage. A bad last
record is torn, and may be cut, only if something of it was plainly never written: its first byte,
its end, or a whole 512-byte sector of it is still the zeros written ahead. A last record that
looks complete and fails its checksum has changed after it was written: damage.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

import msgspec

from bellwether.journal.errors import JournalDamaged
from bellwether.journal.record import (
    FLAG_SPARSE,
    HEADER_BYTES,
    MAGIC,
    VERSION,
    Record,
    RecordHeader,
    decode_header,
    decode_record,
)
from bellwether.journal.segment import SEGMENT_HEADER_BYTES, Segment

SECTOR_BYTES: Final = 512
_CHUNK: Final = bytes(1 << 16)


class TornTail(msgspec.Struct, frozen=True):
    """An unfinished last write: bytes [start, stop) of the segment, and how one can tell."""

    start: int
    stop: int
    reason: str


@final
class SegmentWalk:
    """Yields the records of a segment in order, each checked against the chain.

    After `records()` is exhausted `offset`, `next_seq`, `chain_hash` and `epoch` describe the end,
    and `torn` what lies behind it, if anything.
    """

    __slots__ = (
        "chain_hash",
        "content",
        "epoch",
        "last_start",
        "next_seq",
        "offset",
        "segment",
        "torn",
    )

    def __init__(self, segment: Segment, content: bytes) -> None:
        self.segment = segment
        self.content = content
        self.offset = SEGMENT_HEADER_BYTES
        self.last_start = SEGMENT_HEADER_BYTES
        self.next_seq = segment.first_seq
        self.chain_hash = segment.chain_hash
        self.epoch = segment.epoch
        self.torn: TornTail | None = None

    def records(self) -> Iterator[Record]:
        """Raises JournalDamaged at the first record that is not what was written."""
        seed = self.segment.seed
        while True:
            header = decode_header(self.content, self.offset, seed)
            if header is None:
                self._end_without_header()
                return
            self._check_place(header)
            record = decode_record(self.content, self.offset, header, seed)
            if record is None:
                self._end_with_header(header)
                return
            self.last_start = self.offset
            self.offset += header.record_bytes
            self.next_seq = record.last_seq + 1
            self.chain_hash = record.hash
            self.epoch = record.epoch
            yield record

    def _check_place(self, header: RecordHeader) -> None:
        if header.version != VERSION:
            raise self._damage(
                f"the record has format version {header.version}, this program reads {VERSION}",
                "Start the version of the program that wrote this journal.",
            )
        if header.first_seq != self.next_seq or header.count < 1:
            raise self._damage(f"the record says it begins with command {header.first_seq}")
        if header.prev_hash != self.chain_hash:
            raise self._damage("the record does not follow the one before it in the hash chain")
        if header.epoch < self.epoch:
            raise self._damage(f"epoch {header.epoch} comes after epoch {self.epoch}")

    def _end_without_header(self) -> None:
        start, content = self.offset, self.content
        stop = used_end(content, start)
        if stop == start:
            return
        later = find_record(content, start + 1, self.segment.seed)
        if later >= 0:
            raise self._damage(f"no readable record here, but a valid one at byte {later}")
        header_end = start + HEADER_BYTES
        sector = _sector_after(start)
        if content[start] == 0:
            self.torn = TornTail(start, stop, "the beginning of the last write is missing")
        elif stop < header_end:
            self.torn = TornTail(start, stop, "the last write ends inside its header")
        elif sector < header_end and not any(content[sector:header_end]):
            self.torn = TornTail(start, stop, "a sector of the last write is missing")
        else:
            raise self._damage("the header of the last record has changed")

    def _end_with_header(self, header: RecordHeader) -> None:
        start, content = self.offset, self.content
        end = start + header.record_bytes
        later = find_record(content, end, self.segment.seed)
        if later >= 0:
            raise self._damage(f"the record fails its checksum, and a valid one follows at {later}")
        stop = used_end(content, start)
        if stop > end:
            raise self._damage("the record fails its checksum, and other bytes follow it")
        if stop < end:
            self.torn = TornTail(start, stop, "the last write is not whole")
        elif _misses_sector(content, start, end, bool(header.flags & FLAG_SPARSE)):
            self.torn = TornTail(start, stop, "a sector of the last write is missing")
        else:
            raise self._damage("the last record is whole but fails its checksum")

    def _damage(self, reason: str, what_to_do: str = "") -> JournalDamaged:
        return JournalDamaged(self.segment.path, self.offset, self.next_seq, reason, what_to_do)


def used_end(content: bytes, start: int) -> int:
    """Offset behind the last byte that is not zero, at least `start`."""
    end = len(content)
    while end - start >= len(_CHUNK) and content[end - len(_CHUNK) : end] == _CHUNK:
        end -= len(_CHUNK)
    low = max(start, end - len(_CHUNK))
    return low + len(content[low:end].rstrip(b"\0"))


def find_record(content: bytes, start: int, seed: int) -> int:
    """Offset of the first whole, valid record at or behind `start`, or -1."""
    at = content.find(MAGIC, start)
    while at >= 0:
        header = decode_header(content, at, seed)
        if header is not None and decode_record(content, at, header, seed) is not None:
            return at
        at = content.find(MAGIC, at + 1)
    return -1


def _sector_after(offset: int) -> int:
    return (offset // SECTOR_BYTES + 1) * SECTOR_BYTES


def _misses_sector(content: bytes, start: int, end: int, sparse: bool) -> bool:
    """Whether a sector's share of [start, end) is all zero where zeros cannot be payload.

    The first share begins with the magic and the last ends with the end mark, so they count always;
    those between count only if the payload has no long run of zeros.
    """
    low = start
    while low < end:
        high = min(_sector_after(low), end)
        inner = low > start and high < end
        if not (inner and sparse) and not any(content[low:high]):
            return True
        low = high
    return False
