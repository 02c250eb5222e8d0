"""A record that is about to be written: everything but its payloads, in whatever process."""

from __future__ import annotations

import msgspec

from bellwether.journal.disk import Disk
from bellwether.journal.record import encode_record
from bellwether.journal.segment import write_zeros


class Entry(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Where a record goes in its segment and what links it to the one before.

    `offset` and `size` in bytes; zeros are missing from `zeros_from` to `zeros_to`; `seed` starts
    the segment's checksums.
    """

    offset: int
    size: int
    zeros_from: int
    zeros_to: int
    first_seq: int
    count: int
    time_ns: int
    epoch: int
    state_hash: bytes
    prev_hash: bytes
    seed: int


def write_entry(disk: Disk, handle: int, entry: Entry, commands: bytes, events: bytes) -> bytes:
    """Into the file, with zeros ahead where there are none yet. Returns the record's hash.

    Not synced: the record's own sync carries the zeros and the file's new length over. Raises
    OSError.
    """
    write_zeros(disk, handle, entry.zeros_from, entry.zeros_to)
    record, record_hash = encode_record(
        entry.first_seq,
        entry.count,
        entry.time_ns,
        entry.epoch,
        commands,
        events,
        entry.state_hash,
        entry.prev_hash,
        entry.seed,
    )
    disk.pwrite(handle, record, entry.offset)
    return record_hash
