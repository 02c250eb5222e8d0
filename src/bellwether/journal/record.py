"""One record: one group-commit batch, as it lies on disk (reliability: durable before visible).

    header fields (80 bytes, little endian)
        magic 8 · version u16 · flags u16 · count u32 · epoch u64 · first_seq u64
        time_ns i64 · commands length u32 · events length u32 · prev_hash 32
    header CRC-32 u32 · header mark 4
    state hash (0 or 32) · commands · events
    CRC-32 of everything above u32 · end mark 8

The hash of a record is SHA-256 over header fields, state hash, commands and events; the fields
hold the previous record's hash, so the hashes form a chain that does not depend on where segments
are cut. Both CRCs start from the segment's seed, which nobody outside can foresee, so a record
copied from elsewhere, or planted inside a command's bytes, is not taken for one of this segment.

Every mark consists of bytes with at least two bits set: one changed bit never turns a mark's byte
into zero. Zero in the place of a mark therefore means "never written", which is how a torn write
is told from damage.
"""

from __future__ import annotations

from hashlib import sha256
from struct import Struct
from typing import Final
from zlib import crc32

import msgspec

VERSION: Final = 1
HASH_BYTES: Final = 32
GENESIS_HASH: Final = bytes(HASH_BYTES)

MAGIC: Final = b"\xb7BWREC\xa6\xe5"
HEADER_MARK: Final = b"\xb7HD\xe5"
END_MARK: Final = b"\xe5BWEND\xa6\xb7"

FIELDS: Final = Struct("<8sHHIQQqII32s")
CRC: Final = Struct("<I")
HEADER_BYTES: Final = FIELDS.size + CRC.size + len(HEADER_MARK)
TRAILER_BYTES: Final = CRC.size + len(END_MARK)
RECORD_OVERHEAD: Final = HEADER_BYTES + TRAILER_BYTES
MAX_COUNT: Final = 2**32 - 1
MAX_TIME_NS: Final = 2**63 - 1

FLAG_STATE_HASH: Final = 1
# Set when the payload holds a long run of zeros, so that a zero sector inside the record
# proves nothing about whether it was written.
FLAG_SPARSE: Final = 2
_ZERO_RUN: Final = bytes(64)


class Record(msgspec.Struct, frozen=True, gc=False):
    """A batch read back. `commands` and `events` are whatever bytes the node gave to append."""

    first_seq: int
    count: int
    time_ns: int
    epoch: int
    commands: bytes
    events: bytes
    state_hash: bytes
    prev_hash: bytes
    hash: bytes

    @property
    def last_seq(self) -> int:
        return self.first_seq + self.count - 1


class RecordHeader(msgspec.Struct, frozen=True, gc=False):
    """The fixed part of a record whose header CRC was right: its lengths can be trusted."""

    version: int
    flags: int
    count: int
    epoch: int
    first_seq: int
    time_ns: int
    commands_bytes: int
    events_bytes: int
    prev_hash: bytes

    @property
    def state_hash_bytes(self) -> int:
        return HASH_BYTES if self.flags & FLAG_STATE_HASH else 0

    @property
    def record_bytes(self) -> int:
        payload = self.state_hash_bytes + self.commands_bytes + self.events_bytes
        return RECORD_OVERHEAD + payload


def encode_record(
    first_seq: int,
    count: int,
    time_ns: int,
    epoch: int,
    commands: bytes,
    events: bytes,
    state_hash: bytes,
    prev_hash: bytes,
    seed: int,
) -> tuple[bytes, bytes]:
    """The record's bytes and its hash. Raises struct.error when a number does not fit its field."""
    flags = FLAG_STATE_HASH if state_hash else 0
    if _ZERO_RUN in commands or _ZERO_RUN in events:
        flags |= FLAG_SPARSE
    sizes = (len(commands), len(events))
    fields = FIELDS.pack(MAGIC, VERSION, flags, count, epoch, first_seq, time_ns, *sizes, prev_hash)
    header = fields + CRC.pack(crc32(fields, seed)) + HEADER_MARK
    # Joined first: hashing in one piece gives the interpreter away, and waits for it, once each.
    body = b"".join((header, state_hash, commands, events))
    digest = sha256(fields)
    digest.update(memoryview(body)[HEADER_BYTES:])
    return b"".join((body, CRC.pack(crc32(body, seed)), END_MARK)), digest.digest()


def decode_header(segment: bytes, offset: int, seed: int) -> RecordHeader | None:
    """The header at `offset`, or None when the bytes there are not one."""
    fields_end = offset + FIELDS.size
    mark_start = fields_end + CRC.size
    if segment[mark_start : mark_start + len(HEADER_MARK)] != HEADER_MARK:
        return None
    fields = segment[offset:fields_end]
    if crc32(fields, seed) != CRC.unpack_from(segment, fields_end)[0]:
        return None
    magic, version, flags, count, epoch, first_seq, time_ns, *rest = FIELDS.unpack(fields)
    if magic != MAGIC:
        return None
    return RecordHeader(version, flags, count, epoch, first_seq, time_ns, *rest)


def decode_record(segment: bytes, offset: int, header: RecordHeader, seed: int) -> Record | None:
    """The whole record behind a good header, or None when its CRC or end mark is wrong."""
    end = offset + header.record_bytes
    crc_at = end - TRAILER_BYTES
    if segment[end - len(END_MARK) : end] != END_MARK:
        return None
    view = memoryview(segment)
    if crc32(view[offset:crc_at], seed) != CRC.unpack_from(segment, crc_at)[0]:
        return None
    state_at = offset + HEADER_BYTES
    commands_at = state_at + header.state_hash_bytes
    events_at = commands_at + header.commands_bytes
    digest = sha256(view[offset : offset + FIELDS.size])
    digest.update(view[state_at:crc_at])
    return Record(
        first_seq=header.first_seq,
        count=header.count,
        time_ns=header.time_ns,
        epoch=header.epoch,
        commands=segment[commands_at:events_at],
        events=segment[events_at:crc_at],
        state_hash=segment[state_at:commands_at],
        prev_hash=header.prev_hash,
        hash=digest.digest(),
    )
