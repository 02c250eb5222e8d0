"""What can go wrong in the node, as one tree.

    NodeError
    ├── NodeStopped           the node does not take or answer anything any more
    ├── CommandUnfit          the command holds a number that no journal record can
    ├── ClockRefused          the manual clock was asked for something it does not do
    ├── GenesisInvalid        the founding specification contradicts itself; `field` says where
    ├── DirectoryMissing      there is no journal where one was expected
    ├── ViewsUnusable         the read models can neither be opened nor built anew
    └── RecoveryFailed        the state could not be restored from what is on disk
        ├── ReplayDiffers     recomputed events or state are not the recorded ones, at a seq
        ├── RecordUnreadable  a record's commands can not be decoded by this program
        ├── SnapshotAhead     a snapshot names commands that the journal no longer holds
        └── JournalGone       there are snapshots of a venue and no journal at all

Every message says what happened, what was kept and what to do.
"""

from __future__ import annotations

from pathlib import Path


class NodeError(Exception):
    """Base of everything the node room raises on purpose."""


class NodeStopped(NodeError):
    """The command or read was not answered, and the node takes no more of them.

    A command that was waiting may or may not be in the journal; it was not acknowledged.
    """


class CommandUnfit(NodeError):
    """The command can not be written down, and was refused before it was sequenced."""


class ClockRefused(NodeError):
    """The clock can not be set: it is the system's, or the time asked for lies in the past."""


class GenesisInvalid(NodeError):
    """A genesis file or founding command that can not be used; nothing was written."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}" if field else reason)


class DirectoryMissing(NodeError):
    """The directory holds no journal."""


class ViewsUnusable(NodeError):
    """The read models' file can not be opened, nor deleted and built anew."""

    def __init__(self, path: Path, error: Exception) -> None:
        self.path = path
        super().__init__(
            f"the read models in {path} can not be built: {type(error).__name__}: {error}. The "
            "journal holds everything and was not changed. Make room and see to it that this "
            "directory can be written, or move the file away; it is built anew from the journal."
        )


class RecoveryFailed(NodeError):
    """Start-up or verification found that what is on disk does not give one consistent state."""


class ReplayDiffers(RecoveryFailed):
    """Recomputing gave something else than what was recorded. `seq`: the first such command."""

    def __init__(self, seq: int, what: str, recorded: str, recomputed: str) -> None:
        self.seq = seq
        self.what = what
        self.recorded = recorded
        self.recomputed = recomputed
        super().__init__(
            f"command {seq}: the recomputed {what} differ from the recorded ones "
            f"(recorded {recorded}; recomputed {recomputed}). Nothing was changed. "
            "Run the version of the program that wrote this journal, or restore it from a copy."
        )


class RecordUnreadable(RecoveryFailed):
    """The bytes are intact but say something this program does not know."""

    def __init__(self, seq: int, reason: str) -> None:
        self.seq = seq
        super().__init__(
            f"the record that begins with command {seq} can not be decoded: {reason}. Nothing was "
            "changed. Run the version of the program that wrote this journal."
        )


class SnapshotAhead(RecoveryFailed):
    """Durable commands have gone: a snapshot was taken of a state the journal can not reach."""

    def __init__(self, snapshot_seq: int, tail_seq: int) -> None:
        self.snapshot_seq = snapshot_seq
        self.tail_seq = tail_seq
        super().__init__(
            f"there is a snapshot at command {snapshot_seq}, but the journal ends at command "
            f"{tail_seq}: commands that were durable are missing. Nothing was changed. Restore the "
            "journal from a copy; only if there is none, move the snapshot away to go on without "
            "them."
        )


class JournalGone(RecoveryFailed):
    """The snapshots say that there was a venue here; the journal is not there."""

    def __init__(self, journal: Path, snapshot_seq: int) -> None:
        self.snapshot_seq = snapshot_seq
        super().__init__(
            f"{journal} holds no journal, but beside it is a snapshot of a venue at command "
            f"{snapshot_seq}: commands that were durable are missing. Nothing was changed. Restore "
            "the journal from a copy; to found a new venue, choose another data directory."
        )
