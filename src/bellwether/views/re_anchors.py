"""Every move of a market's discovery reference, with the bounds it made (PRICE-11)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import ReAnchored
from bellwether.views.store import Rows, Store

MOST_TOLD: Final = 500

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS re_anchors (
        asset INTEGER, time_ns INTEGER, direction INTEGER, reference TEXT, low TEXT, high TEXT,
        PRIMARY KEY (asset, time_ns)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO re_anchors VALUES (?,?,?,?,?,?)"


class ReAnchorRow(NamedTuple):
    """`direction` is +1, -1, or 0 where outside prices came or went; prices are fine, as text."""

    asset: int
    time_ns: int
    direction: int
    reference: str
    low: str
    high: str


class ReAnchors:
    """Collects what a batch brought."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[ReAnchorRow] = []

    def happened(self, event: ReAnchored) -> None:
        """The reference moved."""
        prices = (event.reference_fine, event.band_low_fine, event.band_high_fine)
        moved = (event.asset, event.time_ns, event.direction)
        self._new.append(ReAnchorRow(*moved, *(str(price) for price in prices)))

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
            self._new = []

    def newest(self, asset: int) -> list[ReAnchorRow]:
        """Return the newest MOST_TOLD moves of a market, oldest first."""
        query = "SELECT * FROM re_anchors WHERE asset = ? ORDER BY time_ns DESC LIMIT ?"
        rows = self._store.connection.execute(query, (asset, MOST_TOLD))
        return [ReAnchorRow._make(row) for row in rows][::-1]
