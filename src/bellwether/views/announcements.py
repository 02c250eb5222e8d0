"""Announcements of the venue to everybody (IFACE-4)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.views.store import Store

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS announcements (
        seq INTEGER PRIMARY KEY, time_ms INTEGER, asset INTEGER, kind TEXT, title TEXT,
        text TEXT, hash TEXT, effective_ms INTEGER)""",
)


class AnnouncementRow(NamedTuple):
    """One announcement; `asset` -1 concerns the whole venue, times are milliseconds."""

    seq: int
    time_ms: int
    asset: int
    kind: str
    title: str
    text: str
    hash: str
    effective_ms: int


class Announcements:
    """Answers for what has been announced."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def oldest(self, asset: int | None = None) -> list[AnnouncementRow]:
        """Return the announcements of one market, or of all, oldest first."""
        where = "" if asset is None else "WHERE asset = ?"
        key = () if asset is None else (asset,)
        query = f"SELECT * FROM announcements {where} ORDER BY seq"  # noqa: S608
        rows = self._store.connection.execute(query, key)
        return [AnnouncementRow._make(row) for row in rows]
