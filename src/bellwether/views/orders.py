"""Every order's current or final state, by order id and by client id (ORD-1, ORD-6)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema import codes, rejects
from bellwether.schema.events import (
    OrderActivated,
    OrderAmended,
    OrderClosed,
    OrderEcho,
    OrderPlaced,
    OrderRebased,
    OrderRefused,
    OrderTriggered,
    TradeExecuted,
)
from bellwether.views.store import Moment, Rows, Store

OPEN: Final = 0
TRIGGERED: Final = 100
REFUSED: Final = 1_000
"""Added to the number of the refusal; closed orders carry their code of `schema.codes`."""

_STATICALLY_INVALID: Final = frozenset(
    (
        rejects.MARKET_UNKNOWN,
        rejects.SIZE_INVALID,
        rejects.SIZE_ZERO,
        rejects.PRICE_INVALID,
        rejects.GROUPING_INVALID,
        rejects.CLIENT_ORDER_ID_IN_USE,
    )
)

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS orders (
        user INTEGER, oid INTEGER, asset INTEGER, is_buy INTEGER, price INTEGER, lots INTEGER,
        original_lots INTEGER, time_in_force INTEGER, reduce_only INTEGER, cloid BLOB,
        trigger INTEGER, trigger_price INTEGER, is_position_tpsl INTEGER, parent_id INTEGER,
        placed_ms INTEGER, status INTEGER, status_ms INTEGER, trail_atoms INTEGER,
        trail_e6 INTEGER, trigger_by INTEGER,
        PRIMARY KEY (user, oid)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS client_ids (
        user INTEGER, cloid BLOB, oid INTEGER, PRIMARY KEY (user, cloid)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO orders VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_PUT_CLOID: Final = "INSERT OR REPLACE INTO client_ids VALUES (?,?,?)"

_PRICE: Final = 4
_LOTS: Final = 5
_ORIGINAL: Final = 6
_TRIGGER_PRICE: Final = 11
_IS_POSITION_TPSL: Final = 12
_STATUS: Final = 15
_STATUS_MS: Final = 16

Row = list[int | bytes]


class OrderRow(NamedTuple):
    """One order. `user` is the store's number, prices are atoms, times milliseconds.

    `status` is OPEN, TRIGGERED, a closing code, or REFUSED plus the number of the refusal. `oid` is
    negative for a refused order that was never given an id.
    """

    user: int
    oid: int
    asset: int
    is_buy: int
    price: int
    lots: int
    original_lots: int
    time_in_force: int
    reduce_only: int
    cloid: bytes
    trigger: int
    trigger_price: int
    is_position_tpsl: int
    parent_id: int
    placed_ms: int
    status: int
    status_ms: int
    trail_atoms: int = 0
    trail_e6: int = 0
    trigger_by: int = 0


class Orders:
    """Live orders stay in memory; whatever a batch changed is written at its end."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._live: dict[int, Row] = {}
        self._changed: dict[int, Row] = {}
        self._cloids: list[tuple[int, bytes, int]] = []
        self._placed: set[int] = set()
        self._refused = 0
        self._latest: list[Row] = []
        self.latest_placed: set[int] = set()
        query = "SELECT * FROM orders WHERE status IN (?, ?)"
        for row in store.connection.execute(query, (OPEN, TRIGGERED)):
            self._live[row[1]] = list(row)

    def placed(self, event: OrderPlaced, at: Moment) -> None:
        """A new order is open."""
        user = self._store.number_of(event.account)
        row: Row = [
            user,
            event.order_id,
            event.asset,
            int(event.is_buy),
            event.price,
            event.lots,
            event.original_lots,
            event.time_in_force,
            int(event.reduce_only),
            event.client_order_id,
            event.trigger,
            event.trigger_price,
            int(event.is_position_tpsl),
            event.parent_id,
            at.time_ms,
            OPEN,
            at.time_ms,
            event.trail_atoms,
            event.trail_e6,
            event.trigger_by,
        ]
        self._live[event.order_id] = self._changed[event.order_id] = row
        self._placed.add(event.order_id)
        if event.client_order_id:
            self._cloids.append((user, event.client_order_id, event.order_id))

    def refused(self, event: OrderRefused, at: Moment) -> None:
        """Remember a refused order, unless it was malformed, so that its client id finds it."""
        echo = event.order
        if echo is None or not event.account or event.reason in _STATICALLY_INVALID:
            return
        if echo.price < 0 or echo.lots <= 0 or not (echo.client_order_id or echo.order_id):
            return
        self._refused += 1
        oid = echo.order_id or -(at.seq * 1_000 + self._refused % 1_000)
        user = self._store.number_of(event.account)
        self._changed[oid] = _refused_row(user, oid, event, echo, at.time_ms)
        if echo.client_order_id:
            self._cloids.append((user, echo.client_order_id, oid))

    def closed(self, event: OrderClosed, at: Moment) -> None:
        """The order ended with what is left unfilled."""
        self._end(event.order_id, event.lots, event.status, at)

    def _end(self, order_id: int, lots: int, status: int, at: Moment) -> None:
        row = self._live.pop(order_id, None)
        if row is None:
            return
        row[_LOTS] = lots
        row[_STATUS] = status
        row[_STATUS_MS] = at.time_ms
        self._changed[order_id] = row

    def amended(self, event: OrderAmended, at: Moment) -> None:
        """The order shrank in place; under a new id the old one counts as replaced."""
        row = self._live.get(event.previous_id)
        if row is None:
            return
        if event.order_id != event.previous_id:
            successor = list(row)
            self._end(event.previous_id, int(row[_LOTS]), codes.REPLACED, at)
            successor[1] = event.order_id
            successor[14] = successor[_STATUS_MS] = at.time_ms
            row = self._live[event.order_id] = successor
            self._placed.add(event.order_id)
        row[_ORIGINAL] = int(row[_ORIGINAL]) - (int(row[_LOTS]) - event.lots)
        row[_LOTS] = event.lots
        row[9] = event.client_order_id
        self._changed[event.order_id] = row
        if event.client_order_id:
            user = self._store.number_of(event.account)
            self._cloids.append((user, event.client_order_id, event.order_id))

    def triggered(self, event: OrderTriggered, at: Moment) -> None:
        """The order left the trigger book with the size that it could still have."""
        row = self._live.get(event.order_id)
        if row is None:
            return
        row[_STATUS] = TRIGGERED
        row[_TRIGGER_PRICE] = event.trigger_price
        row[_STATUS_MS] = at.time_ms
        row[_LOTS] = event.lots
        if row[_IS_POSITION_TPSL]:
            row[_ORIGINAL] = event.lots
        self._changed[event.order_id] = row

    def activated(self, event: OrderActivated, at: Moment) -> None:
        """A child order now waits with a size."""
        row = self._live.get(event.order_id)
        if row is not None:
            row[_LOTS] = event.lots
            row[_ORIGINAL] = max(int(row[_ORIGINAL]), event.lots)
            row[_STATUS_MS] = at.time_ms
            self._changed[event.order_id] = row

    def rebased(self, event: OrderRebased) -> None:
        """The order stands in the market's new units; its status and its place are the same."""
        row = self._live.get(event.order_id)
        if row is not None:
            row[_PRICE] = event.price
            row[_LOTS] = event.lots
            row[_ORIGINAL] = event.original_lots
            row[_TRIGGER_PRICE] = event.trigger_price
            self._changed[event.order_id] = row

    def traded(self, event: TradeExecuted, at: Moment) -> None:
        """Both orders of a trade have less to fill; a filled one ends without an event."""
        for order_id in (event.taker_order_id, event.maker_order_id):
            row = self._live.get(order_id)
            if row is None:
                continue
            left = int(row[_LOTS]) - event.lots
            if left > 0:
                row[_LOTS] = left
                self._changed[order_id] = row
            else:
                self._end(order_id, 0, codes.FILLED, at)

    def client_id_of(self, order_id: int) -> bytes:
        """Return the client id of a live order, empty without one."""
        row = self._live.get(order_id)
        return bytes(row[9]) if row is not None and isinstance(row[9], bytes) else b""

    @property
    def latest(self) -> list[OrderRow]:
        """The orders that the last batch changed, as they were at its end."""
        return [OrderRow._make(row) for row in self._latest]

    def flush(self, rows: Rows) -> None:
        """Write what the batch changed; `latest_placed` are the orders that are new."""
        self.latest_placed, self._placed = self._placed, set()
        self._latest = list(self._changed.values())
        if self._changed:
            rows.add(_PUT, self._latest)
            self._changed = {}
        if self._cloids:
            rows.add(_PUT_CLOID, self._cloids)
            self._cloids = []

    def by_id(self, address: bytes, oid: int) -> OrderRow | None:
        """Return the user's order with this id."""
        query = "SELECT * FROM orders WHERE user = ? AND oid = ?"
        key = (self._store.find(address), oid)
        if not 0 <= oid < 1 << 63:
            return None
        row = self._store.connection.execute(query, key).fetchone()
        return None if row is None else OrderRow._make(row)

    def by_client_id(self, address: bytes, cloid: bytes) -> OrderRow | None:
        """Return the newest of the user's orders with this client id."""
        query = """SELECT o.* FROM client_ids c JOIN orders o ON o.user = c.user AND o.oid = c.oid
                   WHERE c.user = ? AND c.cloid = ?"""
        key = (self._store.find(address), cloid)
        row = self._store.connection.execute(query, key).fetchone()
        return None if row is None else OrderRow._make(row)

    def newest(self, address: bytes, limit: int) -> list[OrderRow]:
        """Return up to `limit` of the user's orders, the last placed first."""
        query = "SELECT * FROM orders WHERE user = ? ORDER BY oid DESC LIMIT ?"
        key = (self._store.find(address), limit)
        return [OrderRow._make(row) for row in self._store.connection.execute(query, key)]


def _refused_row(user: int, oid: int, event: OrderRefused, echo: OrderEcho, time_ms: int) -> Row:
    return [
        user,
        oid,
        event.asset,
        echo.is_buy,
        echo.price,
        echo.lots,
        echo.lots,
        echo.time_in_force,
        echo.reduce_only,
        echo.client_order_id,
        echo.trigger,
        max(echo.trigger_price, 0),
        False,
        0,
        time_ms,
        REFUSED + event.reason,
        time_ms,
        0,
        0,
        echo.trigger_by,
    ]
