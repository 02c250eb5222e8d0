"""The history of TWAP orders: how each began, perhaps after a wait, and ended (ORD-1)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema import codes
from bellwether.schema.events import (
    TwapActivated,
    TwapEnded,
    TwapRebased,
    TwapSliceSent,
    TwapStarted,
)
from bellwether.views.store import Moment, Rows, Store

RUNNING: Final = 0
WAITING: Final = -1
"""The statuses of a beginning, and of an order that waits for its trigger price; an end has a
closing code of `schema.codes`."""
PLACED: Final = 0
ACTIVATED: Final = 1
ENDED: Final = 2
"""Stages of an order, an entry each; only one that has waited has an activation."""

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS twaps (
        user INTEGER, twap_id INTEGER, stage INTEGER, asset INTEGER, is_buy INTEGER, lots INTEGER,
        reduce_only INTEGER, minutes INTEGER, randomize INTEGER, started_ms INTEGER,
        time_ms INTEGER, status INTEGER, executed_lots INTEGER, executed_e6 INTEGER,
        trigger_price INTEGER, trigger_above INTEGER, stop_price INTEGER,
        PRIMARY KEY (user, twap_id, stage)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO twaps VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


class TwapRow(NamedTuple):
    """One entry of the history: sizes in lots, money in micro-USD, times milliseconds."""

    user: int
    twap_id: int
    stage: int
    asset: int
    is_buy: int
    lots: int
    reduce_only: int
    minutes: int
    randomize: int
    started_ms: int
    time_ms: int
    status: int
    executed_lots: int
    executed_e6: int
    trigger_price: int = 0
    trigger_above: int = 0
    stop_price: int = 0


class Twaps:
    """Collects beginnings and ends; knows to which TWAP order a sub-order belongs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[TwapRow] = []
        self._slices: dict[int, int] = {}
        self._latest: list[TwapRow] = []
        self._running: dict[int, TwapRow] = {}
        query = """SELECT * FROM twaps t WHERE stage < 2 AND NOT EXISTS
                   (SELECT 1 FROM twaps e WHERE e.user = t.user AND e.twap_id = t.twap_id
                    AND e.stage > t.stage)"""
        for row in store.connection.execute(query):
            found = TwapRow._make(row)
            self._running[found.twap_id] = found

    def started(self, event: TwapStarted, at: Moment) -> None:
        """A TWAP order runs, or waits."""
        row = TwapRow(
            self._store.number_of(event.account),
            event.twap_id,
            PLACED,
            event.asset,
            event.is_buy,
            event.lots,
            event.reduce_only,
            event.minutes,
            event.randomize,
            at.time_ms,
            at.time_ms,
            WAITING if event.trigger_price else RUNNING,
            0,
            0,
            event.trigger_price,
            event.trigger_above,
            event.stop_price,
        )
        self._running[event.twap_id] = row
        self._new.append(row)

    def activated(self, event: TwapActivated, at: Moment) -> None:
        """One that has waited runs."""
        row = self._running.get(event.twap_id)
        if row is not None:
            changed = row._replace(stage=ACTIVATED, time_ms=at.time_ms, status=RUNNING)
            self._running[event.twap_id] = changed
            self._new.append(changed)

    def sent(self, event: TwapSliceSent) -> None:
        """The next order is a sub-order; what it trades, it trades in the same batch."""
        self._slices[event.order_id] = event.twap_id

    def rebased(self, event: TwapRebased) -> None:
        """The order stands in the market's new units."""
        row = self._running.get(event.twap_id)
        if row is not None:
            changed = row._replace(
                lots=event.lots, trigger_price=event.trigger_price, stop_price=event.stop_price
            )
            self._running[event.twap_id] = changed
            self._new.append(changed)

    def ended(self, event: TwapEnded, at: Moment) -> None:
        """It is done, or was ended."""
        row = self._running.pop(event.twap_id, None)
        if row is not None:
            self._new.append(
                row._replace(
                    stage=ENDED,
                    time_ms=at.time_ms,
                    status=event.status,
                    executed_lots=event.executed_lots,
                    executed_e6=event.executed_e6,
                )
            )

    def of_order(self, order_id: int) -> int:
        """Return the TWAP order of a sub-order of this batch, 0 for any other order."""
        return self._slices.get(order_id, 0)

    @property
    def latest(self) -> list[TwapRow]:
        """What the last batch brought: beginnings, and ends."""
        return self._latest

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
        self._latest, self._new = self._new, []
        self._slices = {}

    def newest(self, address: bytes, limit: int) -> list[TwapRow]:
        """Return up to `limit` entries of the user's history, the last that happened first."""
        query = """SELECT * FROM twaps WHERE user = ?
                   ORDER BY time_ms DESC, stage DESC, twap_id DESC LIMIT ?"""
        key = (self._store.find(address), limit)
        return [TwapRow._make(row) for row in self._store.connection.execute(query, key)]


FINISHED: Final = frozenset((codes.FILLED, codes.TWAP_OUT_OF_TIME))
"""Endings of orders that ran their course."""
