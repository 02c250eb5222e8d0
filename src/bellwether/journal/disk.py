"""The handful of file operations that durability needs, as a protocol, and the real ones.

The fault simulator's disk (`bellwether.testing.faulty_disk`) obeys the same contract tests. Every
method raises OSError as the operating system gave it; turning that into a `JournalError` is the
caller's business.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final, NamedTuple, Protocol, final


class DiskSpace(NamedTuple):
    """Space of the volume a directory lies on, in bytes: what is kept for root is no part of it."""

    free_bytes: int
    total_bytes: int


class Disk(Protocol):
    """Files as the journal sees them. A handle is an int that is valid until `close`."""

    def make_directory(self, path: Path) -> None:
        """Creates the directory and its parents, durably. Not an error if it is there."""

    def list_names(self, directory: Path) -> list[str]:
        """Names of the files in a directory, sorted. FileNotFoundError if it is not there."""

    def create(self, path: Path) -> int:
        """An empty file open for writing; what was there under this name is emptied."""

    def open(self, path: Path) -> int:
        """An existing file, open for reading and writing."""

    def close(self, handle: int) -> None:
        """Gives the handle back. Says nothing about durability."""

    def size(self, handle: int) -> int:
        """Length of the file in bytes."""

    def pwrite(self, handle: int, content: bytes, offset: int) -> None:
        """Writes all of `content` or raises. Bytes between the old end and `offset` are zero."""

    def fdatasync(self, handle: int) -> None:
        """Returns when the file's bytes and length are on disk. Never call again after an error."""

    def fsync_directory(self, path: Path) -> None:
        """Returns when the directory's names are on disk."""

    def rename(self, source: Path, target: Path) -> None:
        """Gives the file another name, atomically, replacing what bore it."""

    def remove(self, path: Path) -> None:
        """Takes the name away."""

    def read(self, path: Path) -> bytes:
        """The whole file."""

    def read_start(self, path: Path, count: int) -> bytes:
        """The first `count` bytes, or fewer if the file is shorter."""

    def lock(self, path: Path) -> int:
        """Takes the exclusive lock of a file (created empty if need be), or BlockingIOError.

        The lock ends with `close` or with the process.
        """

    def space(self, directory: Path) -> DiskSpace:
        """Free and total bytes of the volume, as far as this user may fill it."""

    def salt(self) -> bytes:
        """Sixteen bytes that nobody outside can foresee."""


SALT_BYTES: Final = 16
_FILE_MODE: Final = 0o640
_DIRECTORY_MODE: Final = 0o750


@final
class RealDisk:
    """The operating system's files (POSIX)."""

    def make_directory(self, path: Path) -> None:
        missing = [p for p in (path, *path.parents) if not p.exists()]
        for directory in reversed(missing):
            directory.mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
            self.fsync_directory(directory.parent)

    def list_names(self, directory: Path) -> list[str]:
        with os.scandir(directory) as entries:
            return sorted(entry.name for entry in entries if entry.is_file())

    def create(self, path: Path) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _FILE_MODE)

    def open(self, path: Path) -> int:
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def close(self, handle: int) -> None:
        os.close(handle)

    def size(self, handle: int) -> int:
        return os.fstat(handle).st_size

    def pwrite(self, handle: int, content: bytes, offset: int) -> None:
        written = os.pwrite(handle, content, offset)
        if written == len(content):
            return
        rest = memoryview(content)
        while written < len(content):
            written += os.pwrite(handle, rest[written:], offset + written)

    def fdatasync(self, handle: int) -> None:
        os.fdatasync(handle)

    def fsync_directory(self, path: Path) -> None:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def rename(self, source: Path, target: Path) -> None:
        os.replace(source, target)

    def remove(self, path: Path) -> None:
        os.unlink(path)

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def read_start(self, path: Path, count: int) -> bytes:
        with open(path, "rb") as file:
            return file.read(count)

    def lock(self, path: Path) -> int:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise
        return handle

    def space(self, directory: Path) -> DiskSpace:
        volume = os.statvfs(directory)
        used = volume.f_blocks - volume.f_bfree
        return DiskSpace(
            volume.f_bavail * volume.f_frsize, (used + volume.f_bavail) * volume.f_frsize
        )

    def salt(self) -> bytes:
        return os.urandom(SALT_BYTES)
