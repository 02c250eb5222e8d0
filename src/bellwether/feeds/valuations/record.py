"""Which entries have been sent: a file of JSON lines that outlives the feed.

A line is written and synced before an entry goes out, with the nonce it goes out under. Whatever
happens then, a later try uses the same nonce, and the venue takes a nonce once: an entry arrives
once at the most, also across crashes and restarts.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final, Literal

import msgspec

from bellwether.feeds.decoding import decoded

Outcome = Literal["sending", "sent", "refused", "in_doubt"]

SENDING: Final = "sending"
SENT: Final = "sent"
REFUSED: Final = "refused"
IN_DOUBT: Final = "in_doubt"


class RecordUnusable(Exception):
    """The file can not be used; the message says why and what to do."""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest line of an id holds; `digest` is of what the entry says."""

    id: str
    digest: str
    nonce: int
    outcome: Outcome


class SentRecord:
    """Open while the feed runs; nobody else can open it meanwhile."""

    def __init__(self, path: Path) -> None:
        """Raises RecordUnusable."""
        self._lines: dict[str, Line] = {}
        self._digests: dict[str, str] = {}
        try:
            self._file = open(path, "a+b")  # noqa: SIM115 - open as long as the feed is
        except OSError as fault:
            raise RecordUnusable(f"{path} can not be written: {fault.strerror}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise RecordUnusable(f"{path} is in use by another feed") from None
        try:
            self._load(path)
        except RecordUnusable:
            self._file.close()
            raise

    def of(self, entry_id: str) -> Line | None:
        """What became of an entry."""
        return self._lines.get(entry_id)

    def told_before(self, digest: str) -> str | None:
        """The id under which the same has been said."""
        return self._digests.get(digest)

    def note(self, line: Line) -> None:
        """Writes a line; returns when it is on disk."""
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._remember(line)

    def close(self) -> None:
        self._file.close()

    def _load(self, path: Path) -> None:
        self._file.seek(0)
        content = self._file.read()
        whole, _, torn = content.rpartition(b"\n")
        if torn:
            # Nothing was sent before its line was complete.
            self._file.truncate(len(content) - len(torn))
        for number, raw in enumerate(whole.split(b"\n") if whole else [], 1):
            try:
                self._remember(decoded(raw, Line))
            except msgspec.DecodeError as fault:
                raise RecordUnusable(
                    f"{path}, line {number}: {fault}; without it an entry could be sent twice"
                ) from None

    def _remember(self, line: Line) -> None:
        self._lines[line.id] = line
        self._digests.setdefault(line.digest, line.id)
