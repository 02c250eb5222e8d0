"""What the node asks of the read models, and bringing them up to the journal at the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, TypeVar

import structlog

from bellwether.journal import Journal, JournalError
from bellwether.node.commit.batch import Applied
from bellwether.node.errors import NodeError, ViewsUnusable
from bellwether.node.recovery import Progress, applied_from, has_record

_log: Final = structlog.get_logger("bellwether.node")


class ReadModels(Protocol):
    """Views of the events. They hold nothing that can not be rebuilt from the journal."""

    @property
    def applied_seq(self) -> int:
        """The last command the views have seen; 0 when they are new."""

    @property
    def record_hash(self) -> bytes:
        """The hash of the journal's record that ends with that command."""

    def apply_batch(self, first_seq: int, items: list[Applied], record_hash: bytes) -> None:
        """Takes in the events of one batch, whose record has the hash."""

    def close(self) -> None:
        """Gives the database back."""


ViewsT = TypeVar("ViewsT", bound=ReadModels)


def open_caught_up(
    open_views: Callable[[Path], ViewsT], path: Path, journal: Journal, progress: Progress
) -> ViewsT:
    """The views at the journal's tail; they are deleted and rebuilt when they are damaged, ahead
    of the journal, or built from another one.

    Raises ViewsUnusable, and JournalError or RecordUnreadable.
    """
    was_there = path.exists()
    try:
        views = open_views(path)
        reason = _misfit(views, journal)
        if not reason:
            if not was_there and journal.tail_seq:
                _log.warning("views_rebuilt", path=str(path), reason="the file was not there")
            _catch_up(views, journal, progress)
            return views
        views.close()
    except (JournalError, NodeError):
        raise
    except Exception as error:
        # Whatever the views choke on, they hold nothing that the journal does not.
        reason = f"{type(error).__name__}: {error}"
    _log.warning("views_rebuilt", path=str(path), reason=reason)
    try:
        _delete(path)
        views = open_views(path)
        _catch_up(views, journal, progress)
    except (JournalError, NodeError):
        raise
    except Exception as error:
        raise ViewsUnusable(path, error) from error
    return views


def _misfit(views: ReadModels, journal: Journal) -> str:
    """Why the views are not of this journal; empty if they are."""
    seq, tail_seq = views.applied_seq, journal.tail_seq
    if seq > tail_seq:
        return f"they are at command {seq}, the journal ends at {tail_seq}"
    if seq and not has_record(journal, seq, views.record_hash):
        return f"at command {seq} they are of another journal"
    return ""


def _catch_up(views: ReadModels, journal: Journal, progress: Progress) -> None:
    start = views.applied_seq
    for first_seq, items, record_hash in applied_from(journal, start + 1):
        views.apply_batch(first_seq, items, record_hash)
        progress(first_seq + len(items) - 1, journal.tail_seq)
    if start and journal.tail_seq > start:
        _log.info("views_caught_up", from_seq=start, to_seq=journal.tail_seq)


def _delete(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
