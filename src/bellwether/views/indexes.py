"""The index of a market as it was computed, with what it was made of (PRICE-15 to PRICE-18)."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from bellwether.schema.events import IndexPublished
from bellwether.views.store import Rows, Store

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS indexes (
        asset INTEGER, time_ns INTEGER, price TEXT, median TEXT, reason INTEGER, method INTEGER,
        inputs BLOB, PRIMARY KEY (asset, time_ns)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO indexes VALUES (?,?,?,?,?,?,?)"
_inputs: Final = msgspec.msgpack.Decoder(list[tuple[str, str, int, int]])


class IndexRow(NamedTuple):
    """Prices are fine, as text; `inputs` are source, kind, price (fine) and weight (10^-18)."""

    asset: int
    time_ns: int
    price: str
    median: str
    reason: int
    method: int
    inputs: bytes

    def parts(self) -> list[tuple[str, str, int, int]]:
        """What counted."""
        return _inputs.decode(self.inputs)


class Indexes:
    """Collects what a batch brought."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[IndexRow] = []

    def published(self, event: IndexPublished) -> None:
        """An index was computed, or froze."""
        self._new.append(
            IndexRow(
                event.asset,
                event.time_ns,
                str(event.index_fine),
                str(event.median_fine),
                event.reason,
                event.method_version,
                msgspec.msgpack.encode(event.inputs),
            )
        )

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
            self._new = []

    def at(self, asset: int, time_ns: int) -> IndexRow | None:
        """Return the newest that was published by then, or None."""
        query = (
            "SELECT * FROM indexes WHERE asset = ? AND time_ns <= ? ORDER BY time_ns DESC LIMIT 1"
        )
        row = self._store.connection.execute(query, (asset, time_ns)).fetchone()
        return None if row is None else IndexRow._make(row)
