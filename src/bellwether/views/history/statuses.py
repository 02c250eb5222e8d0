"""What markets, and the whole venue, have taken over time: every stop and resumption (LIFE-11,
LIFE-13), whoever or whatever began it."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import TradingStatusSet, VenueStatusSet
from bellwether.views.store import Moment, Rows, Store

MOST_TOLD: Final = 500
OF_THE_VENUE: Final = -1
"""Stands for an asset where a status is of all markets."""

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS statuses (
        asset INTEGER, seq INTEGER, place INTEGER, time_ns INTEGER, status INTEGER, cause INTEGER,
        grounds TEXT, PRIMARY KEY (seq, place)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO statuses VALUES (?,?,?,?,?,?,?)"
_OF_ONE: Final = "SELECT * FROM statuses WHERE asset = ? ORDER BY seq DESC, place DESC LIMIT ?"
_OF_ALL: Final = "SELECT * FROM statuses ORDER BY seq DESC, place DESC LIMIT ?"


class StatusRow(NamedTuple):
    """One change: `status` and `cause` are codes, `place` its number within the command `seq`."""

    asset: int
    seq: int
    place: int
    time_ns: int
    status: int
    cause: int
    grounds: str


class Statuses:
    """Collects what a batch brought."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[StatusRow] = []

    def changed(self, event: TradingStatusSet, at: Moment) -> None:
        """A market takes something else from now on."""
        self._add(event.asset, event, at)

    def venue_changed(self, event: VenueStatusSet, at: Moment) -> None:
        """All markets do."""
        self._add(OF_THE_VENUE, event, at)

    def _add(self, asset: int, event: TradingStatusSet | VenueStatusSet, at: Moment) -> None:
        last = self._new[-1] if self._new else None
        place = last.place + 1 if last is not None and last.seq == at.seq else 0
        what = (event.time_ns, event.status, event.cause, event.grounds)
        self._new.append(StatusRow(asset, at.seq, place, *what))

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
            self._new = []

    def newest(self, asset: int | None) -> list[StatusRow]:
        """Return the newest MOST_TOLD changes of a market, or of all of them and the venue with
        None, oldest first."""
        connection = self._store.connection
        if asset is None:
            rows = connection.execute(_OF_ALL, (MOST_TOLD,))
        else:
            rows = connection.execute(_OF_ONE, (asset, MOST_TOLD))
        return [StatusRow._make(row) for row in rows][::-1]
