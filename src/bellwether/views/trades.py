"""Public trades of each market, newest first on demand (IFACE-9), and its changes of units.

A trade stays as it was executed. The newest trades are those in the units of now: a change of units
begins the list anew (LIFE-10).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import MarketRebased, TradeExecuted
from bellwether.views.store import Moment, Rows, Store

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS trades (
        asset INTEGER, tid INTEGER, time_ms INTEGER, seq INTEGER, is_buy INTEGER, price INTEGER,
        lots INTEGER, taker INTEGER, maker INTEGER, PRIMARY KEY (asset, tid)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS rebases (
        asset INTEGER, number INTEGER, time_ms INTEGER, seq INTEGER, numerator INTEGER,
        denominator INTEGER, last_tid INTEGER, PRIMARY KEY (asset, number)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO trades VALUES (?,?,?,?,?,?,?,?,?)"


_PUT_REBASE: Final = "INSERT INTO rebases VALUES (?,?,?,?,?,?,?)"


class RebaseRow(NamedTuple):
    """Sizes were multiplied and prices divided by numerator / denominator; `last_tid` is the last
    trade in the units before, `number` counts the market's rebases."""

    asset: int
    number: int
    time_ms: int
    seq: int
    numerator: int
    denominator: int
    last_tid: int


class TradeRow(NamedTuple):
    """One trade: `is_buy` is the taker's side, `taker` and `maker` are numbers of users."""

    asset: int
    tid: int
    time_ms: int
    seq: int
    is_buy: int
    price: int
    lots: int
    taker: int
    maker: int


class Trades:
    """Collects the trades of a batch."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[tuple[int, ...]] = []
        self._latest: list[tuple[int, ...]] = []
        self._new_rebases: list[RebaseRow] = []
        self._last_tid = 0
        self._rebases: dict[int, list[RebaseRow]] = {}
        for row in store.connection.execute("SELECT * FROM rebases ORDER BY asset, number"):
            self._rebases.setdefault(row[0], []).append(RebaseRow._make(row))
        found = store.connection.execute("SELECT coalesce(max(tid), 0) FROM trades").fetchone()
        self._last_tid = int(found[0])

    def traded(self, event: TradeExecuted, at: Moment) -> None:
        """Book a trade."""
        number_of = self._store.number_of
        self._last_tid = event.trade_id
        self._new.append(
            (
                event.asset,
                event.trade_id,
                at.time_ms,
                at.seq,
                event.is_buy,
                event.price,
                event.lots,
                number_of(event.taker),
                number_of(event.maker),
            )
        )

    def rebased(self, event: MarketRebased, at: Moment) -> None:
        """Units changed after the last trade."""
        known = self._rebases.setdefault(event.asset, [])
        place = (event.asset, len(known) + 1, event.time_ns // 1_000_000, at.seq)
        row = RebaseRow(*place, event.numerator, event.denominator, self._last_tid)
        known.append(row)
        self._new_rebases.append(row)

    def rebases(self, asset: int) -> list[RebaseRow]:
        """Return a market's changes of units, oldest first."""
        return self._rebases.get(asset, [])

    @property
    def latest(self) -> list[TradeRow]:
        """What the last batch brought."""
        return [TradeRow._make(row) for row in self._latest]

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
        if self._new_rebases:
            rows.add(_PUT_REBASE, self._new_rebases)
            self._new_rebases = []
        self._latest, self._new = self._new, []

    def newest(self, asset: int, limit: int) -> list[TradeRow]:
        """Return up to `limit` trades of a market in its present units, newest first."""
        known = self._rebases.get(asset)
        since = known[-1].last_tid if known else 0
        query = "SELECT * FROM trades WHERE asset = ? AND tid > ? ORDER BY tid DESC LIMIT ?"
        rows = self._store.connection.execute(query, (asset, since, limit))
        return [TradeRow._make(row) for row in rows]
