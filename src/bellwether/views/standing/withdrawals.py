"""Withdrawals: what was asked for, and how each ended (RULE-9)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import (
    WithdrawalApproved,
    WithdrawalRefused,
    WithdrawalReleased,
    WithdrawalRequested,
)
from bellwether.views.store import Moment, Rows, Store

PENDING: Final = 0
PAID: Final = 1
REFUSED: Final = 2
NS_PER_MS: Final = 1_000_000

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS withdrawals (
        number INTEGER PRIMARY KEY, user INTEGER, time_ms INTEGER, dex TEXT, destination BLOB,
        amount INTEGER, nonce INTEGER, due_ms INTEGER, needed INTEGER, approvals INTEGER,
        status INTEGER, ended_ms INTEGER, reference TEXT, grounds TEXT)""",
    "CREATE INDEX IF NOT EXISTS withdrawals_by_user ON withdrawals (user, number)",
)

_PUT: Final = "INSERT OR REPLACE INTO withdrawals VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


class WithdrawalRow(NamedTuple):
    """Money in micro-USD, times in milliseconds; `due_ms` is the first that is not too early."""

    number: int
    user: int
    time_ms: int
    dex: str
    destination: bytes
    amount: int
    nonce: int
    due_ms: int
    needed: int
    approvals: int = 0
    status: int = PENDING
    ended_ms: int = 0
    reference: str = ""
    grounds: str = ""


class Withdrawals:
    """Collects what a batch brought; those that are pending are kept at hand."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed: dict[int, WithdrawalRow] = {}
        query = "SELECT * FROM withdrawals WHERE status = ? ORDER BY number"
        rows = (WithdrawalRow._make(row) for row in store.connection.execute(query, (PENDING,)))
        self._pending: dict[int, WithdrawalRow] = {row.number: row for row in rows}

    def requested(self, event: WithdrawalRequested, at: Moment) -> None:
        """Money began to wait."""
        self._put(
            WithdrawalRow(
                event.withdrawal_id,
                self._store.number_of(event.account),
                at.time_ms,
                event.dex,
                event.destination,
                event.amount,
                event.nonce,
                -(-event.due_ns // NS_PER_MS),
                event.approvals,
            )
        )

    def approved(self, event: WithdrawalApproved) -> None:
        """A key more has agreed."""
        row = self._pending[event.withdrawal_id]
        self._put(row._replace(approvals=row.approvals + 1))

    def released(self, event: WithdrawalReleased, at: Moment) -> None:
        """It was paid."""
        row = self._pending[event.withdrawal_id]
        self._put(row._replace(status=PAID, ended_ms=at.time_ms, reference=event.reference))

    def refused(self, event: WithdrawalRefused, at: Moment) -> None:
        """The money returned."""
        row = self._pending[event.withdrawal_id]
        self._put(row._replace(status=REFUSED, ended_ms=at.time_ms, grounds=event.grounds))

    def _put(self, row: WithdrawalRow) -> None:
        self._changed[row.number] = row
        if row.status == PENDING:
            self._pending[row.number] = row
        else:
            self._pending.pop(row.number, None)

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._changed:
            rows.add(_PUT, list(self._changed.values()))
            self._changed = {}

    def pending(self) -> list[WithdrawalRow]:
        """Return all that waits, oldest first."""
        return [self._pending[number] for number in sorted(self._pending)]

    def of_user(self, address: bytes, limit: int) -> list[WithdrawalRow]:
        """Return up to `limit` withdrawals of a user, newest first."""
        query = "SELECT * FROM withdrawals WHERE user = ? ORDER BY number DESC LIMIT ?"
        found = self._store.connection.execute(query, (self._store.find(address), limit))
        return [WithdrawalRow._make(row) for row in found]
