"""What can go wrong with the journal, as one tree.

    JournalError
    ├── JournalLocked          another engine has the directory open
    ├── JournalDamaged         bytes that were durable have changed or gone: halt, never guess
    ├── JournalUnreadable      the disk refused a read
    ├── JournalWriteFailed     a write or sync failed: not acknowledged, and the journal is dead
    │   └── JournalFull        the same, because there is no space left
    ├── JournalClosed          used after close() or after a failed write
    └── AppendRefused          the batch does not follow the tail or the epoch; nothing written

Every message says what happened, what was kept and what to do.
"""

from __future__ import annotations

from pathlib import Path


class JournalError(Exception):
    """Base of everything the journal room raises on purpose."""


class JournalLocked(JournalError):
    """Another process holds the lock of the directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} is locked: another venue is running on this journal. Nothing was changed. "
            "Stop the other process, or start this one with another data directory."
        )


class JournalDamaged(JournalError):
    """The journal is not what was written, at a place where a torn write cannot explain it.

    path: the file; offset: bytes from its start; seq: the first command that cannot be trusted.
    """

    def __init__(
        self, path: Path, offset: int, seq: int, reason: str, what_to_do: str = ""
    ) -> None:
        self.path = path
        self.offset = offset
        self.seq = seq
        self.reason = reason
        self.what_to_do = what_to_do or (
            f"Keep the directory as it is, restore {path.name} from a copy and run "
            "`bellwether verify`; do not cut the file by hand."
        )
        super().__init__(
            f"{path} is damaged at byte {offset} (command {seq}): {reason}. "
            f"Everything before command {seq} in this file is intact and nothing was changed. "
            f"{self.what_to_do}"
        )


class JournalUnreadable(JournalError):
    """The operating system refused to give back bytes of the journal."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.path = path
        super().__init__(
            f"{path} cannot be read: {error}. Nothing was changed. Check the disk, "
            "then start again or restore the file from a copy."
        )


class JournalWriteFailed(JournalError):
    """A write or sync failed; what it held was not acknowledged, and this journal is dead.

    A failed sync is never repeated: Linux reports the error once and marks the pages clean, so a
    second sync would succeed without the bytes being on disk.
    """

    def __init__(self, path: Path, error: OSError) -> None:
        self.path = path
        self.errno = error.errno
        super().__init__(
            f"writing to {path} failed: {error}. Every acknowledged record is kept; the last batch "
            f"was not acknowledged. {self._advice()}"
        )

    def _advice(self) -> str:
        return "Stop this process, check the disk, and start again: recovery decides what counts."


class JournalFull(JournalWriteFailed):
    """No space left on the device, or the quota is used up."""

    def _advice(self) -> str:
        return "Free some space on this volume and start the venue again."


class JournalClosed(JournalError):
    """The journal was closed, or died of an earlier failure, and refuses everything."""


class AppendRefused(JournalError):
    """The append does not follow the tail, or comes from a writer that was fenced off."""
