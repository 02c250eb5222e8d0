"""Fills: one side of a trade or the settlement of a position, and what it did to it (IFACE-8)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema import codes
from bellwether.schema.events import (
    AutoDeleveraged,
    PositionSettled,
    PositionTakenOver,
    TradeExecuted,
)
from bellwether.views.store import Moment, Rows, Store

NORMAL: Final = codes.NORMAL_TRADE
LIQUIDATION: Final = codes.LIQUIDATION_TRADE
DELEVERAGING: Final = 2
SETTLEMENT: Final = 3
TAKEOVER: Final = 4

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS fills (
        user INTEGER, time_ms INTEGER, tid INTEGER, crossed INTEGER, seq INTEGER, asset INTEGER,
        oid INTEGER, is_buy INTEGER, price INTEGER, lots INTEGER, start INTEGER, pnl INTEGER,
        fee INTEGER, kind INTEGER, mark INTEGER, liquidated INTEGER, cloid BLOB, twap_id INTEGER,
        builder_fee INTEGER,
        PRIMARY KEY (user, time_ms, tid, crossed)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO fills VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"

AT_MOST: Final = (1 << 63) - 1


class FillRow(NamedTuple):
    """One fill: price in atoms, `start` the signed position before, pnl and fee in micro-USD.

    `pnl` is before fees. `mark` is the mark price and `liquidated` the number of the liquidated
    user where the trade was a liquidation or a deleveraging, else 0. `twap_id` names the TWAP order
    that a sub-order belonged to, else 0; `builder_fee` is the builder's part of the fee.
    """

    user: int
    time_ms: int
    tid: int
    crossed: int
    seq: int
    asset: int
    oid: int
    is_buy: int
    price: int
    lots: int
    start: int
    pnl: int
    fee: int
    kind: int
    mark: int
    liquidated: int
    cloid: bytes
    twap_id: int
    builder_fee: int = 0


class Fills:
    """Collects the fills of a batch and answers for them by user and time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[tuple[int | bytes, ...]] = []
        self._latest: list[tuple[int | bytes, ...]] = []

    def traded(
        self,
        event: TradeExecuted,
        at: Moment,
        mark: int,
        cloids: tuple[bytes, bytes],
        twap_id: int,
    ) -> tuple[int, int]:
        """Book both sides of a trade; returns the numbers of taker and maker.

        `cloids` are the taker's and the maker's. A sub-order of a TWAP order only ever takes.
        """
        taker = self._store.number_of(event.taker)
        maker = self._store.number_of(event.maker)
        liquidation = event.kind == LIQUIDATION
        shared = (event.kind, mark if liquidation else 0, taker if liquidation else 0)
        where = (at.time_ms, event.trade_id)
        what = (event.price, event.lots)
        self._new.append(
            (
                taker,
                *where,
                1,
                at.seq,
                event.asset,
                event.taker_order_id,
                event.is_buy,
                *what,
                event.taker_start,
                event.taker_pnl,
                event.taker_fee,
                *shared,
                cloids[0],
                twap_id,
                event.taker_builder_fee,
            )
        )
        self._new.append(
            (
                maker,
                *where,
                0,
                at.seq,
                event.asset,
                event.maker_order_id,
                not event.is_buy,
                *what,
                event.maker_start,
                event.maker_pnl,
                event.maker_fee,
                *shared,
                cloids[1],
                0,
                event.maker_builder_fee,
            )
        )
        return taker, maker

    def deleveraged(
        self, event: AutoDeleveraged | PositionTakenOver, at: Moment, mark: int
    ) -> None:
        """Book both sides of a position closed or taken over without the book (LIQ-2 … LIQ-4)."""
        account = self._store.number_of(event.account)
        counterparty = self._store.number_of(event.counterparty)
        where = (at.time_ms, event.trade_id)
        what = (event.price, event.lots)
        kind = DELEVERAGING if isinstance(event, AutoDeleveraged) else TAKEOVER
        last = (0, kind, mark, account, b"", 0, 0)
        self._new.append(
            (
                account,
                *where,
                1,
                at.seq,
                event.asset,
                0,
                event.is_buy,
                *what,
                event.account_start,
                event.account_pnl,
                *last,
            )
        )
        self._new.append(
            (
                counterparty,
                *where,
                0,
                at.seq,
                event.asset,
                0,
                not event.is_buy,
                *what,
                event.counterparty_start,
                event.counterparty_pnl,
                *last,
            )
        )

    def settled(self, event: PositionSettled, at: Moment) -> None:
        """Book the end of a position at the settlement price: without order, fee or other side."""
        self._new.append(
            (
                self._store.number_of(event.account),
                at.time_ms,
                event.trade_id,
                1,
                at.seq,
                event.asset,
                0,
                event.start < 0,
                event.price,
                event.lots,
                event.start,
                event.pnl,
                0,
                SETTLEMENT,
                0,
                0,
                b"",
                0,
                0,
            )
        )

    @property
    def latest(self) -> list[FillRow]:
        """What the last batch brought."""
        return [FillRow._make(row) for row in self._latest]

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
        self._latest, self._new = self._new, []

    def newest(
        self, address: bytes, limit: int, start_ms: int = 0, end_ms: int = AT_MOST
    ) -> list[FillRow]:
        """Return up to `limit` fills of the user in the range (inclusive), newest first."""
        return self._select(address, limit, start_ms, end_ms, "DESC")

    def oldest(
        self, address: bytes, limit: int, start_ms: int = 0, end_ms: int = AT_MOST
    ) -> list[FillRow]:
        """Return up to `limit` fills of the user in the range (inclusive), oldest first."""
        return self._select(address, limit, start_ms, end_ms, "ASC")

    def sums(self, address: bytes, start_ms: int, end_ms: int) -> list[tuple[int, int]]:
        """Return profit less fees of the range (inclusive) by asset, micro-USD."""
        query = """SELECT asset, sum(pnl - fee) FROM fills
                   WHERE user = ? AND time_ms BETWEEN ? AND ? GROUP BY asset"""
        key = (self._store.find(address), start_ms, end_ms)
        return [(asset, int(total)) for asset, total in self._store.connection.execute(query, key)]

    def of_twaps(
        self, address: bytes, limit: int, start_ms: int = 0, end_ms: int = AT_MOST
    ) -> list[FillRow]:
        """Return up to `limit` fills of the user's TWAP orders in the range, newest first."""
        return self._select(address, limit, start_ms, end_ms, "DESC", "AND twap_id > 0")

    def _select(
        self, address: bytes, limit: int, start_ms: int, end_ms: int, order: str, only: str = ""
    ) -> list[FillRow]:
        query = f"""SELECT * FROM fills WHERE user = ? AND time_ms BETWEEN ? AND ? {only}
                    ORDER BY time_ms {order}, tid {order}, crossed {order} LIMIT ?"""  # noqa: S608
        key = (self._store.find(address), start_ms, end_ms, limit)
        return [FillRow._make(row) for row in self._store.connection.execute(query, key)]


def direction(fill: FillRow) -> str:
    """Return Hyperliquid's words for what the fill did to the position before it."""
    if fill.kind == DELEVERAGING:
        return "Auto-Deleveraging"
    if fill.kind == SETTLEMENT:
        return "Settlement"
    start = fill.start if fill.is_buy else -fill.start
    own, other = ("Long", "Short") if fill.is_buy else ("Short", "Long")
    if start >= 0:
        return f"Open {own}"
    return f"Close {other}" if fill.lots <= -start else f"{other} > {own}"
