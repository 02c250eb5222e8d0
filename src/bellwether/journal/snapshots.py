"""Snapshots of the state, beside the journal: a start needs the newest good one and the tail.

    header (128 bytes): magic 8 · version u16 · seq u64 · state length u64 · journal hash 32
                        · state hash 32 · zeros · CRC-32 u32 · mark 4
    state · CRC-32 of everything above u32 · end mark 8

A snapshot is convenience, never truth: one that is damaged is skipped with a note, and the state
can always be rebuilt from the journal. Its directory lies beside the journal's, not inside it.
"""

from __future__ import annotations

import errno
from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import Final, final
from zlib import crc32

import msgspec

from bellwether.journal.disk import Disk, RealDisk
from bellwether.journal.errors import JournalFull, JournalUnreadable, JournalWriteFailed
from bellwether.journal.record import CRC, END_MARK, HASH_BYTES, TRAILER_BYTES

SNAPSHOTS_KEPT: Final = 3
SNAPSHOT_VERSION: Final = 1
_SUFFIX: Final = ".snapshot"
_UNFINISHED: Final = ".new"
_MAGIC: Final = b"\xb7BWSNP\xa6\xe5"
_MARK: Final = b"\xe5SN\xb7"
_FIELDS: Final = Struct("<8sHQQ32s32s")
_HEADER_BYTES: Final = 128
_CRC_AT: Final = _HEADER_BYTES - CRC.size - len(_MARK)


class Snapshot(msgspec.Struct, frozen=True):
    """The whole state after command `seq`, whose record's hash is `journal_hash`."""

    seq: int
    journal_hash: bytes
    state_hash: bytes
    state: bytes


@final
class SnapshotStore:
    """The newest snapshots in one directory. `notes` says what was skipped, and why."""

    __slots__ = ("_directory", "_disk", "notes")

    def __init__(self, directory: Path, disk: Disk | None = None) -> None:
        self._directory = directory
        self._disk = disk or RealDisk()
        self.notes: list[str] = []

    def save(self, seq: int, journal_hash: bytes, state: bytes) -> Path:
        """Makes a snapshot durable, then removes all but the newest three.

        Raises JournalWriteFailed or JournalFull; older snapshots are then untouched.
        """
        if seq < 1 or len(journal_hash) != HASH_BYTES:
            raise ValueError("a snapshot names a command from 1 and a journal hash of 32 bytes")
        path = self._directory / f"{seq:020d}{_SUFFIX}"
        try:
            self._disk.make_directory(self._directory)
            self._write(path, _encode(seq, journal_hash, state))
            self._remove_old()
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            raise (JournalFull if full else JournalWriteFailed)(path, error) from error
        return path

    def list(self) -> list[int]:
        """The `seq` of every snapshot on disk, good or not, oldest first. Raises JournalUnreadable
        where the directory can not be read: which snapshots there are must not be guessed."""
        try:
            names = self._disk.list_names(self._directory)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise JournalUnreadable(self._directory, error) from error
        stems = (n.removesuffix(_SUFFIX) for n in names if n.endswith(_SUFFIX))
        return sorted(int(stem) for stem in stems if stem.isdecimal())

    def newest(self, at_most_seq: int | None = None) -> Snapshot | None:
        """The newest undamaged snapshot, not beyond `at_most_seq` (the journal's tail), or None."""
        for seq in reversed(self.list()):
            path = self._directory / f"{seq:020d}{_SUFFIX}"
            if at_most_seq is not None and seq > at_most_seq:
                self.notes.append(f"skipped {path}: beyond the journal's tail {at_most_seq}")
                continue
            try:
                return _decode(self._disk.read(path), seq)
            except (OSError, ValueError) as error:
                self.notes.append(f"skipped {path}: {error}")
        return None

    def _write(self, path: Path, content: bytes) -> None:
        unfinished = path.with_suffix(_UNFINISHED)
        handle = self._disk.create(unfinished)
        try:
            self._disk.pwrite(handle, content, 0)
            self._disk.fdatasync(handle)
        finally:
            self._disk.close(handle)
        self._disk.rename(unfinished, path)
        self._disk.fsync_directory(self._directory)

    def _remove_old(self) -> None:
        for name in self._disk.list_names(self._directory):
            if name.endswith(_UNFINISHED):
                self._disk.remove(self._directory / name)
        for seq in self.list()[:-SNAPSHOTS_KEPT]:
            self._disk.remove(self._directory / f"{seq:020d}{_SUFFIX}")


def _encode(seq: int, journal_hash: bytes, state: bytes) -> bytes:
    state_hash = sha256(state).digest()
    fields = _FIELDS.pack(_MAGIC, SNAPSHOT_VERSION, seq, len(state), journal_hash, state_hash)
    head = fields.ljust(_CRC_AT, b"\0")
    header = head + CRC.pack(crc32(head)) + _MARK
    return b"".join((header, state, CRC.pack(crc32(state, crc32(header))), END_MARK))


def _decode(content: bytes, named_seq: int) -> Snapshot:
    """Raises ValueError with the reason when one byte is not what `_encode` wrote."""
    if len(content) < _HEADER_BYTES + TRAILER_BYTES:
        raise ValueError("the file is shorter than a header")
    head = content[:_CRC_AT]
    if CRC.unpack_from(content, _CRC_AT)[0] != crc32(head):
        raise ValueError("the header fails its checksum")
    magic, version, seq, state_bytes, journal_hash, state_hash = _FIELDS.unpack_from(head)
    if magic != _MAGIC or content[_HEADER_BYTES - len(_MARK) : _HEADER_BYTES] != _MARK:
        raise ValueError("the file is not a snapshot")
    if version != SNAPSHOT_VERSION:
        raise ValueError(f"format version {version}; this program reads {SNAPSHOT_VERSION}")
    if seq != named_seq:
        raise ValueError(f"the header names command {seq}")
    if len(content) != _HEADER_BYTES + state_bytes + TRAILER_BYTES:
        raise ValueError(f"{len(content)} bytes on disk for a state of {state_bytes}")
    state = content[_HEADER_BYTES : _HEADER_BYTES + state_bytes]
    crc = CRC.unpack_from(content, len(content) - TRAILER_BYTES)[0]
    if not content.endswith(END_MARK) or crc != crc32(memoryview(content)[:-TRAILER_BYTES]):
        raise ValueError("the file fails its checksum")
    if sha256(state).digest() != state_hash:
        raise ValueError("the state does not have the hash the header names")
    return Snapshot(seq, journal_hash, state_hash, state)
