"""Traded value per user and day, for the fee statement (ORD-7)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import TradeExecuted
from bellwether.views.store import Moment, Rows, Store

MS_PER_DAY: Final = 86_400_000
EVERYBODY: Final = 0
"""The user number under which the value of all trades stands, each counted once."""

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS volumes (
        user INTEGER, day INTEGER, taken INTEGER, made INTEGER,
        PRIMARY KEY (user, day)) WITHOUT ROWID""",
)

_ADD: Final = """INSERT INTO volumes VALUES (?, ?, ?, ?) ON CONFLICT (user, day)
    DO UPDATE SET taken = taken + excluded.taken, made = made + excluded.made"""


class VolumeRow(NamedTuple):
    """One UTC day (counted from 1970): micro-USD taken, made, and traded by everybody."""

    day: int
    taken: int
    made: int
    everybody: int


class Volumes:
    """Adds up the value of a batch's trades."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._taken: dict[tuple[int, int], int] = {}
        self._made: dict[tuple[int, int], int] = {}

    def traded(self, event: TradeExecuted, at: Moment) -> None:
        """Count a trade for its taker, its maker and the whole venue."""
        value = event.price * event.lots
        day = at.time_ms // MS_PER_DAY
        for user in (EVERYBODY, self._store.number_of(event.taker)):
            self._taken[user, day] = self._taken.get((user, day), 0) + value
        maker = (self._store.number_of(event.maker), day)
        self._made[maker] = self._made.get(maker, 0) + value

    def flush(self, rows: Rows) -> None:
        """Add what the batch brought."""
        if self._taken:
            rows.add(_ADD, [(*k, v, 0) for k, v in self._taken.items()])
            rows.add(_ADD, [(*k, 0, v) for k, v in self._made.items()])
            self._taken, self._made = {}, {}

    def by_day(self, address: bytes, first_day: int, last_day: int) -> list[VolumeRow]:
        """Return every day of the range, oldest first, days without a trade included."""
        query = "SELECT day, taken, made FROM volumes WHERE user = ? AND day BETWEEN ? AND ?"
        user = self._store.find(address)
        execute = self._store.connection.execute
        own = {row[0]: row[1:] for row in execute(query, (user, first_day, last_day)) if user}
        everybody = {row[0]: row[1] for row in execute(query, (EVERYBODY, first_day, last_day))}
        return [
            VolumeRow._make((day, *own.get(day, (0, 0)), everybody.get(day, 0)))
            for day in range(first_day, last_day + 1)
        ]

    def total(self, address: bytes) -> int:
        """Return the micro-USD that the user has ever traded."""
        query = "SELECT coalesce(sum(taken + made), 0) FROM volumes WHERE user = ?"
        user = self._store.find(address)
        return int(self._store.connection.execute(query, (user,)).fetchone()[0]) if user else 0
