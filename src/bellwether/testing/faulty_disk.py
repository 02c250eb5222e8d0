"""A disk in memory that forgets, tears, lies and refuses, repeatably from a seed.

It keeps two pictures of every file: what the system shows (the cache) and what survives a power
cut. A write goes into the cache and waits; `fdatasync` carries it over. Names work the same way
with `fsync_directory`. At a power cut the waiting writes meet a `Loss`.

An injected error on `fdatasync` behaves as Linux does: the waiting writes stay visible, are marked
clean, and no later sync carries them over.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from random import Random
from typing import Final, final

from bellwether.journal.disk import SALT_BYTES, DiskSpace

SECTOR_BYTES: Final = 512
_NOT_OPEN: Final = "the handle is not open"


class PowerCut(Exception):
    """The machine lost power in this operation; call `restart` to go on."""


class Loss(Enum):
    """What a power cut does to writes that were not synced."""

    ALL = "nothing of them survives"
    NOTHING = "all of them survive"
    TORN = "they survive in order up to any byte"
    SECTORS = "any of their sectors survive, in no order"
    RAGGED = "any of their sectors up to any byte"


@final
class _File:
    __slots__ = ("cache", "durable", "waiting")

    def __init__(self) -> None:
        self.cache = bytearray()
        self.durable = bytearray()
        self.waiting: list[tuple[int, bytes]] = []


@final
class _NameChange:
    """One change of a directory: names taken away and a name given, all at once."""

    __slots__ = ("added", "directory", "file", "removed")

    def __init__(
        self, directory: Path, removed: Path | None, added: Path | None, file: _File | None
    ) -> None:
        self.directory = directory
        self.removed = removed
        self.added = added
        self.file = file

    def apply(self, names: dict[Path, _File]) -> None:
        if self.removed is not None:
            names.pop(self.removed, None)
        if self.added is not None and self.file is not None:
            names[self.added] = self.file


@final
class FaultyDisk:
    """Obeys `bellwether.journal.disk.Disk`, and breaks when told to.

    `cut_at`: the number of the changing operation (from 1) in which the power goes.
    `errors`: (operation name, which call of it from 1) → errno to raise there.
    `capacity_bytes`: ENOSPC when all files together would grow beyond it.
    `sync_lies`: fdatasync reports success and does nothing.
    `misdirected`: numbers of calls of pwrite (from 1) that are written some sectors away.
    """

    def __init__(
        self,
        seed: int = 0,
        *,
        cut_at: int | None = None,
        errors: Mapping[tuple[str, int], int] | None = None,
        capacity_bytes: int = 1 << 30,
    ) -> None:
        self._random = Random(seed)
        self.cut_at = cut_at
        self.errors = dict(errors or {})
        self.capacity_bytes = capacity_bytes
        self.sync_lies = False
        self.misdirected: set[int] = set()
        self.operations = 0
        self.calls: dict[str, int] = {}
        self.powered = True
        self._directories: set[Path] = set()
        self._names: dict[Path, _File] = {}
        self._durable_names: dict[Path, _File] = {}
        self._changes: list[_NameChange] = []
        self._handles: dict[int, _File] = {}
        self._locks: dict[int, Path] = {}
        self._next_handle = 3

    # -- faults -------------------------------------------------------------------------------
    def kill(self) -> None:
        """The process dies and the machine lives on: handles and locks end, the cache stays.

        After a `PowerCut` this makes of it a kill in the same operation.
        """
        self._handles.clear()
        self._locks.clear()
        self.cut_at = None
        self.powered = True

    def restart(self, loss: Loss | None = None) -> Loss:
        """Power goes (if it has not) and comes back; unsynced writes meet `loss`, or a seeded one.

        Unsynced changes of names survive as a seeded prefix, or not at all under `Loss.ALL`.
        """
        loss = loss or self._random.choice(list(Loss))
        kept = len(self._changes) if loss is Loss.NOTHING else 0
        if loss not in (Loss.ALL, Loss.NOTHING):
            kept = self._random.randint(0, len(self._changes))
        for change in self._changes[:kept]:
            change.apply(self._durable_names)
        self._changes.clear()
        for file in {id(f): f for f in self._durable_names.values()}.values():
            self._lose(file, loss)
        self._names = dict(self._durable_names)
        self.kill()
        return loss

    def reseed(self, seed: int) -> None:
        """From here on its luck is that of another seed."""
        self._random = Random(seed)

    def flip(self, path: Path, bit: int) -> None:
        """Changes one bit of a file where it lies: bit `bit % 8` of byte `bit // 8`."""
        file = self._file(path)
        for picture in (file.cache, file.durable):
            if bit // 8 < len(picture):
                picture[bit // 8] ^= 1 << bit % 8

    def overwrite(self, path: Path, content: bytes) -> None:
        """Puts other bytes in the place of a file's, durably, behind everybody's back."""
        file = self._file(path)
        file.cache[:] = content
        file.durable[:] = content
        file.waiting.clear()

    def paths(self) -> list[Path]:
        return sorted(self._names)

    def size_of(self, path: Path) -> int:
        """Length of a file in bytes, whether or not the power is on."""
        return len(self._names[path].cache)

    def unsynced(self, directory: Path) -> list[Path]:
        """Files of a directory that a power cut could change: bytes or names were not synced."""
        changed = {c.added or c.removed for c in self._changes if c.directory == directory}
        waiting = {p for p, file in self._names.items() if file.waiting and p.parent == directory}
        return sorted(path for path in changed | waiting if path is not None)

    # -- Disk ---------------------------------------------------------------------------------
    def make_directory(self, path: Path) -> None:
        self._step("make_directory")
        self._directories.update((path, *path.parents))

    def list_names(self, directory: Path) -> list[str]:
        self._call("list_names")
        if directory not in self._directories:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(directory))
        return sorted(path.name for path in self._names if path.parent == directory)

    def create(self, path: Path) -> int:
        if path.parent not in self._directories:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        file = _File()
        self._change("create", _NameChange(path.parent, None, path, file))
        return self._opened(file)

    def open(self, path: Path) -> int:
        self._call("open")
        return self._opened(self._file(path))

    def close(self, handle: int) -> None:
        self._call("close")
        self._opened_file(handle)
        del self._handles[handle]
        self._locks.pop(handle, None)

    def size(self, handle: int) -> int:
        self._call("size")
        return len(self._opened_file(handle).cache)

    def pwrite(self, handle: int, content: bytes, offset: int) -> None:
        file = self._opened_file(handle)
        if not self.powered:
            raise PowerCut
        number = self._failing("pwrite")
        if self.calls["pwrite"] in self.misdirected:
            offset += SECTOR_BYTES * self._random.randint(1, 8)
        growth = max(0, offset + len(content) - len(file.cache))
        if number == 0 and growth and growth > (room := self._room()):
            number = errno.ENOSPC
            content = content[: max(0, len(content) - growth + room)]
        elif number:
            content = content[: self._random.randint(0, len(content))]
        if content:
            _put(file.cache, content, offset)
            file.waiting.append((offset, bytes(content)))
        self._finish(number)

    def fdatasync(self, handle: int) -> None:
        file = self._opened_file(handle)
        if not self.powered:
            raise PowerCut
        number = self._failing("fdatasync")
        self._finish(0)
        if number:
            self._lose(file, self._random.choice(list(Loss)), keep_cache=True)
            raise OSError(number, os.strerror(number))
        if not self.sync_lies:
            self._lose(file, Loss.NOTHING, keep_cache=True)

    def fsync_directory(self, path: Path) -> None:
        self._step("fsync_directory")
        for change in self._changes:
            if change.directory == path:
                change.apply(self._durable_names)
        self._changes = [c for c in self._changes if c.directory != path]

    def rename(self, source: Path, target: Path) -> None:
        assert source.parent == target.parent, "the journal renames within one directory only"
        self._change("rename", _NameChange(source.parent, source, target, self._file(source)))

    def remove(self, path: Path) -> None:
        self._file(path)
        self._change("remove", _NameChange(path.parent, path, None, None))

    def read(self, path: Path) -> bytes:
        self._call("read")
        return bytes(self._file(path).cache)

    def read_start(self, path: Path, count: int) -> bytes:
        self._call("read_start")
        return bytes(self._file(path).cache[:count])

    def lock(self, path: Path) -> int:
        self._call("lock")
        if path in self._locks.values():
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(path))
        if path not in self._names:
            self._change("create", _NameChange(path.parent, None, path, _File()))
        handle = self._opened(self._names[path])
        self._locks[handle] = path
        return handle

    def space(self, directory: Path) -> DiskSpace:
        self._call("space")
        return DiskSpace(max(0, self._room()), self.capacity_bytes)

    def salt(self) -> bytes:
        return self._random.randbytes(SALT_BYTES)

    # -- inside -------------------------------------------------------------------------------
    def _room(self) -> int:
        return self.capacity_bytes - sum(len(file.cache) for file in self._names.values())

    def _file(self, path: Path) -> _File:
        if path not in self._names:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        return self._names[path]

    def _opened(self, file: _File) -> int:
        self._next_handle += 1
        self._handles[self._next_handle] = file
        return self._next_handle

    def _opened_file(self, handle: int) -> _File:
        if not self.powered:
            raise PowerCut
        if handle not in self._handles:
            raise OSError(errno.EBADF, _NOT_OPEN)
        return self._handles[handle]

    def _change(self, operation: str, change: _NameChange) -> None:
        """A change of names: seen at once, durable with the directory, absent if it fails."""
        if not self.powered:
            raise PowerCut
        number = self._failing(operation)
        if number == 0:
            self._changes.append(change)
            change.apply(self._names)
        self._finish(number)

    def _failing(self, operation: str) -> int:
        """Counts a call and gives the errno it must fail with, or 0."""
        self.calls[operation] = self.calls.get(operation, 0) + 1
        return self.errors.get((operation, self.calls[operation]), 0)

    def _call(self, operation: str) -> None:
        """An operation that changes nothing durable: it can fail, but is no place for a cut."""
        if not self.powered:
            raise PowerCut
        number = self._failing(operation)
        if number:
            raise OSError(number, os.strerror(number))

    def _step(self, operation: str) -> None:
        if not self.powered:
            raise PowerCut
        self._finish(self._failing(operation))

    def _finish(self, number: int) -> None:
        self.operations += 1
        if self.operations == self.cut_at:
            self.powered = False
            raise PowerCut
        if number:
            raise OSError(number, os.strerror(number))

    def _lose(self, file: _File, loss: Loss, *, keep_cache: bool = False) -> None:
        """Carries over what survives of the waiting writes; without `keep_cache` the rest goes."""
        for offset, content in self._survivors(file.waiting, loss):
            _put(file.durable, content, offset)
        file.waiting.clear()
        if not keep_cache:
            file.cache = bytearray(file.durable)

    def _survivors(self, waiting: list[tuple[int, bytes]], loss: Loss) -> list[tuple[int, bytes]]:
        if loss is Loss.ALL:
            return []
        if loss is Loss.NOTHING:
            return waiting
        pieces = waiting
        if loss in (Loss.SECTORS, Loss.RAGGED):
            pieces = [piece for write in waiting for piece in _sectors(*write)]
            pieces = [piece for piece in pieces if self._random.random() < 0.5]
        if loss is Loss.SECTORS:
            self._random.shuffle(pieces)
            return pieces
        return self._torn(pieces)

    def _torn(self, pieces: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        left = self._random.randint(0, sum(len(content) for _, content in pieces))
        kept = []
        for offset, content in pieces:
            kept.append((offset, content[:left]))
            left -= len(kept[-1][1])
        return kept


def _put(picture: bytearray, content: bytes, offset: int) -> None:
    if len(picture) < offset:
        picture.extend(bytes(offset - len(picture)))
    picture[offset : offset + len(content)] = content


def _sectors(offset: int, content: bytes) -> list[tuple[int, bytes]]:
    pieces = []
    at = offset
    while at < offset + len(content):
        end = min((at // SECTOR_BYTES + 1) * SECTOR_BYTES, offset + len(content))
        pieces.append((at, content[at - offset : end - offset]))
        at = end
    return pieces
