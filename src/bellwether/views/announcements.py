"""Announcements of the venue to everybody (IFACE-4, RULE-7)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import Announced
from bellwether.views.store import Moment, Rows, Store

NS_PER_MS: Final = 1_000_000

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS announcements (
        number INTEGER PRIMARY KEY, seq INTEGER, time_ms INTEGER, asset INTEGER, kind TEXT,
        title TEXT, text TEXT, hash BLOB, grounds TEXT, effective_ms INTEGER)""",
)

_PUT: Final = "INSERT INTO announcements VALUES (?,?,?,?,?,?,?,?,?,?)"


class AnnouncementRow(NamedTuple):
    """One announcement; `asset` -1 concerns the whole venue, times are milliseconds.

    `hash` is the SHA-256 of the text; `effective_ms` is the announcement's own time where it names
    no other. One command can cause several: `number` counts them all.
    """

    number: int
    seq: int
    time_ms: int
    asset: int
    kind: str
    title: str
    text: str
    hash: bytes
    grounds: str
    effective_ms: int


class Announcements:
    """Collects the announcements of a batch and answers for what has been announced."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[tuple[int | str | bytes, ...]] = []
        self._latest: list[tuple[int | str | bytes, ...]] = []
        query = "SELECT coalesce(max(number), 0) FROM announcements"
        self._number = int(store.connection.execute(query).fetchone()[0])

    def announced(self, event: Announced, at: Moment) -> None:
        """Something was said to everybody."""
        self._number += 1
        self._new.append(
            (
                self._number,
                at.seq,
                event.time_ns // NS_PER_MS,
                event.asset,
                event.kind,
                event.title,
                event.text,
                event.text_hash,
                event.grounds,
                (event.effective_ns or event.time_ns) // NS_PER_MS,
            )
        )

    @property
    def latest(self) -> list[AnnouncementRow]:
        """What the last batch brought."""
        return [AnnouncementRow._make(row) for row in self._latest]

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
        self._latest, self._new = self._new, []

    def oldest(self, asset: int | None = None) -> list[AnnouncementRow]:
        """Return the announcements of one market, or of all, oldest first."""
        where = "" if asset is None else "WHERE asset = ?"
        key = () if asset is None else (asset,)
        query = f"SELECT * FROM announcements {where} ORDER BY number"  # noqa: S608
        rows = self._store.connection.execute(query, key)
        return [AnnouncementRow._make(row) for row in rows]
