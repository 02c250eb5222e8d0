"""Published prices: the value at the launch and every change since, never truncated (IFACE-4)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import MarketListed, PricesPublished
from bellwether.views.store import Moment, Rows, Store

MOST_CHANGES: Final = 100_000
MOST_SAMPLES: Final = 1_000
MOST_NS: Final = (1 << 63) - 1

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS prices (
        asset INTEGER, time_ns INTEGER, mark INTEGER, oracle INTEGER, component_oracle INTEGER,
        component_basis INTEGER, component_book INTEGER,
        PRIMARY KEY (asset, time_ns)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO prices VALUES (?,?,?,?,?,?,?)"


class TooManyChanges(Exception):
    """The range holds more than MOST_CHANGES changes; the message says how many."""


class PriceRow(NamedTuple):
    """Prices in force from `time_ns` on, in atoms."""

    asset: int
    time_ns: int
    mark: int
    oracle: int
    component_oracle: int
    component_basis: int
    component_book: int


class Prices:
    """Collects the changes of a batch and knows each market's newest."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[tuple[int, ...]] = []
        self._marks: dict[int, int] = {}
        self.latest_assets: set[int] = set()
        query = "SELECT asset, mark, max(time_ns) FROM prices GROUP BY asset"
        for asset, mark, _ in store.connection.execute(query):
            self._marks[asset] = mark

    def listed(self, event: MarketListed, at: Moment) -> None:
        """The launch value of every price is the reference (PRICE-5)."""
        reference = event.spec.reference_atoms
        time_ns = max(event.spec.launch_time, at.time_ns)
        if event.asset not in self._marks:
            self._new.append((event.asset, time_ns) + (reference,) * 5)
            self._marks[event.asset] = reference

    def published(self, event: PricesPublished) -> None:
        """A price changed."""
        self._marks[event.asset] = event.mark_price
        components = (event.component_oracle, event.component_basis, event.component_book)
        self._new.append(
            (event.asset, event.time_ns, event.mark_price, event.oracle_price, *components)
        )

    def mark_of(self, asset: int) -> int:
        """Return the newest mark of a market, 0 before its listing."""
        return self._marks.get(asset, 0)

    def before_batch(self, asset: int) -> PriceRow | None:
        """Return the prices in force before the batch that is being applied."""
        first = next((row[1] for row in self._new if row[0] == asset), None)
        return self.at(asset, MOST_NS if first is None else first - 1)

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought; `latest_assets` are the markets whose prices it changed."""
        self.latest_assets = {row[0] for row in self._new}
        if self._new:
            rows.add(_PUT, self._new)
            self._new = []

    def between(self, asset: int, start_ns: int, end_ns: int) -> list[PriceRow]:
        """Return every change in the range (inclusive), oldest first.

        Raises TooManyChanges rather than leave any out.
        """
        where = "FROM prices WHERE asset = ? AND time_ns BETWEEN ? AND ?"
        key = (asset, start_ns, end_ns)
        execute = self._store.connection.execute
        count = int(execute(f"SELECT count(*) {where}", key).fetchone()[0])
        if count > MOST_CHANGES:
            raise TooManyChanges(f"{count} changes; at most {MOST_CHANGES} are answered at once")
        rows = execute(f"SELECT * {where} ORDER BY time_ns", key)
        return [PriceRow._make(row) for row in rows]

    def sampled(self, asset: int, start_ns: int, end_ns: int, every_ns: int) -> list[PriceRow]:
        """Return the prices in force at the end of each span of the range, each change once.

        Spans are `every_ns` long, the last may be shorter. Raises TooManyChanges where there are
        more than MOST_SAMPLES.
        """
        spans = range(start_ns, end_ns, every_ns)
        if len(spans) > MOST_SAMPLES:
            raise TooManyChanges(f"{len(spans)} spans; at most {MOST_SAMPLES} are answered at once")
        found: dict[int, PriceRow] = {}
        for span_ns in spans:
            row = self.at(asset, min(span_ns + every_ns, end_ns))
            if row is not None:
                found[row.time_ns] = row
        return list(found.values())

    def at(self, asset: int, time_ns: int) -> PriceRow | None:
        """Return the prices in force at a time, None before the launch."""
        query = """SELECT * FROM prices WHERE asset = ? AND time_ns <= ?
                   ORDER BY time_ns DESC LIMIT 1"""
        row = self._store.connection.execute(query, (asset, time_ns)).fetchone()
        return None if row is None else PriceRow._make(row)
