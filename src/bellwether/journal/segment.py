"""A segment: one file of the journal, named by the first command it can hold.

    header (128 bytes): magic 8 · version u16 · epoch u64 · first_seq u64 · chain hash 32
                        · salt 16 · zeros · CRC-32 u32 · mark 4
    records, one after the other
    zeros, written ahead

A segment is built under a temporary name and renamed when its header and first zeros are on disk,
so a file with a segment's name always has a whole header. The header's CRC is the seed of the
records' CRCs; the salt makes it unforeseeable.
"""

from __future__ import annotations

from pathlib import Path
from struct import Struct
from typing import Final
from zlib import crc32

import msgspec

from bellwether.journal.disk import Disk
from bellwether.journal.errors import JournalDamaged, JournalUnreadable
from bellwether.journal.record import CRC, GENESIS_HASH

SEGMENT_VERSION: Final = 1
SEGMENT_HEADER_BYTES: Final = 128
SEGMENT_SUFFIX: Final = ".seg"
UNFINISHED_SUFFIX: Final = ".new"
LOCK_NAME: Final = "LOCK"

_MAGIC: Final = b"\xb7BWSEG\xa6\xe5"
_MARK: Final = b"\xe5SG\xb7"
_FIELDS: Final = Struct("<8sHQQ32s16s")
_CRC_AT: Final = SEGMENT_HEADER_BYTES - CRC.size - len(_MARK)
_FILL_STEP: Final = bytes(1 << 18)
"""At once: each write lets the event loop have the interpreter, and has to wait to get it back."""


class Segment(msgspec.Struct, frozen=True):
    """Where a segment lies and what its header promises. `seed` starts the CRCs of its records."""

    path: Path
    first_seq: int
    epoch: int
    chain_hash: bytes
    seed: int


def segment_name(first_seq: int) -> str:
    """Twenty digits, so that the order of names is the order of sequence numbers."""
    return f"{first_seq:020d}{SEGMENT_SUFFIX}"


def encode_segment_header(first_seq: int, epoch: int, chain_hash: bytes, salt: bytes) -> bytes:
    fields = _FIELDS.pack(_MAGIC, SEGMENT_VERSION, epoch, first_seq, chain_hash, salt)
    head = fields.ljust(_CRC_AT, b"\0")
    return head + CRC.pack(crc32(head)) + _MARK


def decode_segment_header(path: Path, head: bytes) -> Segment:
    """The header of the file at `path`. Raises JournalDamaged when it is not one we can read."""
    named_seq = int(path.stem)
    whole = len(head) >= SEGMENT_HEADER_BYTES
    if not whole or head[_CRC_AT + CRC.size : SEGMENT_HEADER_BYTES] != _MARK:
        raise JournalDamaged(path, 0, named_seq, "the segment header is not whole")
    seed = CRC.unpack_from(head, _CRC_AT)[0]
    if crc32(head[:_CRC_AT]) != seed:
        raise JournalDamaged(path, 0, named_seq, "the segment header fails its checksum")
    magic, version, epoch, first_seq, chain_hash, _ = _FIELDS.unpack_from(head)
    if magic != _MAGIC or version != SEGMENT_VERSION:
        raise JournalDamaged(
            path,
            0,
            named_seq,
            f"the segment has format version {version}, this program reads {SEGMENT_VERSION}",
            "Start the version of the program that wrote this journal.",
        )
    if first_seq != named_seq:
        raise JournalDamaged(path, 0, named_seq, f"the header says it begins at {first_seq}")
    return Segment(path, first_seq, epoch, chain_hash, seed)


def list_segments(disk: Disk, directory: Path) -> list[Segment]:
    """The segments of a directory in order, their headers read and checked.

    Raises JournalDamaged for a bad header or when the first segment is not the journal's
    beginning, JournalUnreadable when the disk refuses.
    """
    segments: list[Segment] = []
    for name in disk.list_names(directory):
        path = directory / name
        if name.endswith(SEGMENT_SUFFIX) and path.stem.isdecimal():
            try:
                head = disk.read_start(path, SEGMENT_HEADER_BYTES)
            except OSError as error:
                raise JournalUnreadable(path, error) from error
            segments.append(decode_segment_header(path, head))
    if segments and (segments[0].first_seq != 1 or segments[0].chain_hash != GENESIS_HASH):
        first = segments[0]
        raise JournalDamaged(
            first.path, 0, 1, f"commands 1 to {first.first_seq - 1} are not in the directory"
        )
    return segments


def create_segment(
    disk: Disk, directory: Path, first_seq: int, epoch: int, chain_hash: bytes, fill_bytes: int
) -> tuple[Segment, int]:
    """A new segment with zeros up to `fill_bytes`, durable under its name, and its open handle."""
    path = directory / segment_name(first_seq)
    unfinished = path.with_suffix(UNFINISHED_SUFFIX)
    header = encode_segment_header(first_seq, epoch, chain_hash, disk.salt())
    handle = disk.create(unfinished)
    try:
        disk.pwrite(handle, header, 0)
        write_zeros(disk, handle, SEGMENT_HEADER_BYTES, fill_bytes)
        disk.fdatasync(handle)
        disk.rename(unfinished, path)
        disk.fsync_directory(directory)
    except BaseException:
        disk.close(handle)
        raise
    return decode_segment_header(path, header), handle


def write_zeros(disk: Disk, handle: int, start: int, stop: int) -> None:
    """Real zeros, not a hole: appends inside them change no metadata."""
    for at in range(start, stop, len(_FILL_STEP)):
        disk.pwrite(handle, _FILL_STEP[: stop - at], at)
