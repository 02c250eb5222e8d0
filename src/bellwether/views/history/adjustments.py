"""What happens without a trade: rebases, conversions, and what the waterfall moves (IFACE-8)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import (
    CapitalPaidIn,
    DeficitCovered,
    LiquidationFeePaid,
    PhaseChanged,
    PositionRebased,
    PositionTakenOver,
)
from bellwether.views.store import Moment, Rows, Store

REBASE: Final = 1
CONVERSION: Final = 2
DEFICIT_COVERED: Final = 3
MARGIN_HANDED_OVER: Final = 4
LIQUIDATION_FEE: Final = 5
CAPITAL: Final = 6

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS adjustments (
        user INTEGER, time_ms INTEGER, number INTEGER, seq INTEGER, kind INTEGER, asset INTEGER,
        start INTEGER, lots INTEGER, amount INTEGER,
        PRIMARY KEY (user, time_ms, number)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT INTO adjustments VALUES (?,?,?,?,?,?,?,?,?)"


class AdjustmentRow(NamedTuple):
    """The signed position before (`start`) and after (`lots`), and micro-USD received.

    `number` counts all adjustments. Of mere payments no
    position is told.
    """

    user: int
    time_ms: int
    number: int
    seq: int
    kind: int
    asset: int
    start: int
    lots: int
    amount: int


class Adjustments:
    """Collects the adjustments of a batch."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[AdjustmentRow] = []
        query = "SELECT coalesce(max(number), 0) FROM adjustments"
        self._number = int(store.connection.execute(query).fetchone()[0])

    def _add(self, user: int, at: Moment, kind: int, asset: int, *rest: int) -> None:
        self._number += 1
        row = (user, at.time_ms, self._number, at.seq, kind, asset, *rest)
        self._new.append(AdjustmentRow._make(row))

    def covered(self, event: DeficitCovered, at: Moment) -> None:
        """The insurance fund paid what a liquidation or a settlement left owing (LIQ-5)."""
        user = self._store.number_of(event.account)
        self._add(user, at, DEFICIT_COVERED, event.asset, 0, 0, event.amount_e6)

    def taken_over(self, event: PositionTakenOver, at: Moment) -> None:
        """Margin went with a position, from the account to who took it over (LIQ-2)."""
        if event.amount_e6:
            for account, amount in (
                (event.account, -event.amount_e6),
                (event.counterparty, event.amount_e6),
            ):
                user = self._store.number_of(account)
                self._add(user, at, MARGIN_HANDED_OVER, event.asset, 0, 0, amount)

    def charged(self, event: LiquidationFeePaid, at: Moment) -> None:
        """A forced fill brought the insurance fund its fee (LIQ-5)."""
        user = self._store.number_of(event.account)
        self._add(user, at, LIQUIDATION_FEE, event.asset, 0, 0, -event.amount_e6)

    def endowed(self, event: CapitalPaidIn, at: Moment) -> None:
        """A vault got capital from outside (LIQ-2)."""
        user = self._store.number_of(event.account)
        self._add(user, at, CAPITAL, event.asset, 0, 0, event.amount_e6)

    def rebased(self, event: PositionRebased, at: Moment) -> None:
        """A position stands in new units (LIFE-10)."""
        user = self._store.number_of(event.account)
        self._add(user, at, REBASE, event.asset, event.start, event.lots, event.paid)

    def converted(self, event: PhaseChanged, positions: dict[int, int], at: Moment) -> None:
        """A market converts; every position stays as it is (LIFE-8)."""
        for user, lots in positions.items():
            self._add(user, at, CONVERSION, event.asset, lots, lots, 0)

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
            self._new = []

    def oldest(self, address: bytes, start_ms: int, end_ms: int, limit: int) -> list[AdjustmentRow]:
        """Return up to `limit` adjustments of the user in the range (inclusive), oldest first."""
        query = """SELECT * FROM adjustments WHERE user = ? AND time_ms BETWEEN ? AND ?
                   ORDER BY time_ms, number LIMIT ?"""
        key = (self._store.find(address), start_ms, end_ms, limit)
        return [AdjustmentRow._make(row) for row in self._store.connection.execute(query, key)]
