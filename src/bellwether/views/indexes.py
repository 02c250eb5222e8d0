"""The index of a market as it was computed, with what it was made of (PRICE-15 to PRICE-18)."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from bellwether.schema.events import IndexPublished, ObservationTaken
from bellwether.schema.instrument import InstrumentSpec
from bellwether.views.store import Moment, Rows, Store

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS indexes (
        asset INTEGER, time_ns INTEGER, price TEXT, median TEXT, reason INTEGER, method INTEGER,
        inputs BLOB, cap_e6 INTEGER, PRIMARY KEY (asset, time_ns)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS observations (
        asset INTEGER, source TEXT, kind TEXT, price TEXT, time_ns INTEGER, observed_ns INTEGER,
        PRIMARY KEY (asset, source, kind, price, time_ns)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS influence_caps (
        asset INTEGER PRIMARY KEY, cap_e6 INTEGER) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO indexes VALUES (?,?,?,?,?,?,?,?)"
_PUT_OBSERVED: Final = "INSERT OR REPLACE INTO observations VALUES (?,?,?,?,?,?)"
_PUT_CAP: Final = "INSERT OR REPLACE INTO influence_caps VALUES (?,?)"
_inputs: Final = msgspec.msgpack.Decoder(list[tuple[str, str, int, int]])


class IndexRow(NamedTuple):
    """Prices are fine, as text; `inputs` are source, kind, price (fine) and weight (10^-18) after
    the cap, `cap_e6` the largest share of one source (10^-6)."""

    asset: int
    time_ns: int
    price: str
    median: str
    reason: int
    method: int
    inputs: bytes
    cap_e6: int

    def parts(self) -> list[tuple[str, str, int, int]]:
        """What counted."""
        return _inputs.decode(self.inputs)


class Indexes:
    """Collects what a batch brought."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[IndexRow] = []
        self._observed: list[tuple[int, str, str, str, int, int]] = []
        self._new_caps: list[tuple[int, int]] = []
        query = "SELECT asset, cap_e6 FROM influence_caps"
        self._caps: dict[int, int] = dict(store.connection.execute(query).fetchall())

    def observed(self, event: ObservationTaken, at: Moment) -> None:
        """A source has seen something; held back, it may count later."""
        place = (event.asset, event.source, event.kind, str(event.price_fine))
        self._observed.append((*place, at.time_ns, event.observed_ns))

    def ruled(self, asset: int, spec: InstrumentSpec) -> None:
        """A specification is in force from now on."""
        if spec.index is not None:
            self._caps[asset] = spec.index.influence_cap_e6
            self._new_caps.append((asset, spec.index.influence_cap_e6))

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
                self._caps[event.asset],
            )
        )

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
            self._new = []
        if self._observed:
            rows.add(_PUT_OBSERVED, self._observed)
            self._observed = []
        if self._new_caps:
            rows.add(_PUT_CAP, self._new_caps)
            self._new_caps = []

    def at(self, asset: int, time_ns: int) -> IndexRow | None:
        """Return the newest that was published by then, or None."""
        query = (
            "SELECT * FROM indexes WHERE asset = ? AND time_ns <= ? ORDER BY time_ns DESC LIMIT 1"
        )
        row = self._store.connection.execute(query, (asset, time_ns)).fetchone()
        return None if row is None else IndexRow._make(row)

    def observed_at(self, row: IndexRow, source: str, kind: str, price: int) -> int | None:
        """Return when (ns) an input of an index was observed: the newest of its source and kind
        with that price. None where units have changed in between: its price was another one."""
        query = (
            "SELECT observed_ns FROM observations WHERE asset = ? AND source = ? AND kind = ?"
            " AND price = ? AND time_ns <= ? ORDER BY time_ns DESC LIMIT 1"
        )
        place = (row.asset, source, kind, str(price), row.time_ns)
        found = self._store.connection.execute(query, place).fetchone()
        return None if found is None else int(found[0])
