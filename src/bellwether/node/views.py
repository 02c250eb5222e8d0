"""What the node asks of the read models, and bringing them up to the journal at the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, TypeVar

import structlog

from bellwether.journal import Journal, JournalError
from bellwether.node.batch import Applied
from bellwether.node.errors import NodeError
from bellwether.node.recovery import Progress, applied_from

_log: Final = structlog.get_logger("bellwether.node")


class ReadModels(Protocol):
    """Views of the events. They hold nothing that can not be rebuilt from the journal."""

    @property
    def applied_seq(self) -> int:
        """The last command the views have seen; 0 when they are new."""

    def apply_batch(self, first_seq: int, items: list[Applied]) -> None:
        """Takes in the events of one batch."""

    def close(self) -> None:
        """Gives the database back."""


ViewsT = TypeVar("ViewsT", bound=ReadModels)


def open_caught_up(
    open_views: Callable[[Path], ViewsT], path: Path, journal: Journal, progress: Progress
) -> ViewsT:
    """The views at the journal's tail; they are deleted and rebuilt when they are damaged or ahead.

    Raises what the second attempt raises, and JournalError or RecordUnreadable.
    """
    try:
        views = open_views(path)
        if views.applied_seq <= journal.tail_seq:
            _catch_up(views, journal, progress)
            return views
        _log.warning("views_ahead", views=views.applied_seq, journal=journal.tail_seq)
        views.close()
    except (JournalError, NodeError):
        raise
    except Exception as error:
        # Whatever the views choke on, they hold nothing that the journal does not.
        _log.warning("views_damaged", path=str(path), error=f"{type(error).__name__}: {error}")
    _delete(path)
    views = open_views(path)
    _catch_up(views, journal, progress)
    return views


def _catch_up(views: ReadModels, journal: Journal, progress: Progress) -> None:
    for first_seq, items in applied_from(journal, views.applied_seq + 1):
        views.apply_batch(first_seq, items)
        progress(first_seq + len(items) - 1, journal.tail_seq)


def _delete(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
