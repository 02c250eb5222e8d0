"""Public trades of each market, newest first on demand (IFACE-9)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import TradeExecuted
from bellwether.views.store import Moment, Rows, Store

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS trades (
        asset INTEGER, tid INTEGER, time_ms INTEGER, seq INTEGER, is_buy INTEGER, price INTEGER,
        lots INTEGER, taker INTEGER, maker INTEGER, PRIMARY KEY (asset, tid)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO trades VALUES (?,?,?,?,?,?,?,?,?)"


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

    def traded(self, event: TradeExecuted, at: Moment) -> None:
        """Book a trade."""
        number_of = self._store.number_of
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

    @property
    def latest(self) -> list[TradeRow]:
        """What the last batch brought."""
        return [TradeRow._make(row) for row in self._latest]

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
        self._latest, self._new = self._new, []

    def newest(self, asset: int, limit: int) -> list[TradeRow]:
        """Return up to `limit` trades of a market, newest first."""
        query = "SELECT * FROM trades WHERE asset = ? ORDER BY tid DESC LIMIT ?"
        rows = self._store.connection.execute(query, (asset, limit))
        return [TradeRow._make(row) for row in rows]
