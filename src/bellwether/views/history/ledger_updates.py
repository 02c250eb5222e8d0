"""Deposits, withdrawals, transfers and liquidations of each user (IFACE-8)."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import (
    Credited,
    Debited,
    LiquidationStarted,
    RewardsClaimed,
    SubAccountTransferred,
    Transferred,
    WithdrawalRefused,
    WithdrawalRequested,
)
from bellwether.views.store import Moment, Rows, Store

DEPOSIT: Final = 1
WITHDRAWAL: Final = 2
SEND: Final = 3
LIQUIDATION: Final = 4
REWARDS: Final = 5
WITHIN: Final = 6
RETURNED: Final = 7
"""A withdrawal that was not paid is back."""

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS ledger_updates (
        user INTEGER, time_ms INTEGER, number INTEGER, seq INTEGER, kind INTEGER, amount INTEGER,
        nonce INTEGER, source INTEGER, destination INTEGER, source_dex TEXT, destination_dex TEXT,
        asset INTEGER, lots INTEGER, equity INTEGER, is_cross INTEGER, reference TEXT,
        PRIMARY KEY (user, time_ms, number)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS ledger_updates_by_market ON ledger_updates (asset, kind, number)",
)

_PUT: Final = "INSERT INTO ledger_updates VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_MONEY_ONLY: Final = (0, 0, 0, 0)


class LedgerRow(NamedTuple):
    """One update. Amounts are micro-USD; `source` and `destination` are numbers of users.

    A deposit's, withdrawal's or claim's dex is `source_dex`; `reference` is the custodian's name of
    the former two. One that an owner has asked for bears its number instead.

    For a liquidation `amount` is the notional at the mark, `nonce` the liquidation's number and
    `equity` what the account was worth.
    """

    user: int
    time_ms: int
    number: int
    seq: int
    kind: int
    amount: int
    nonce: int
    source: int
    destination: int
    source_dex: str
    destination_dex: str
    asset: int
    lots: int
    equity: int
    is_cross: int
    reference: str


class LedgerUpdates:
    """Collects the updates of a batch."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[tuple[int | str, ...]] = []
        self._latest: list[tuple[int | str, ...]] = []
        query = "SELECT coalesce(max(number), 0) FROM ledger_updates"
        self._number = int(store.connection.execute(query).fetchone()[0])

    def credited(self, event: Credited, at: Moment) -> None:
        """A deposit arrived."""
        rest = (event.amount, 0, 0, 0, event.dex, "", *_MONEY_ONLY, event.reference)
        self._add(event.account, at, (DEPOSIT, *rest))

    def debited(self, event: Debited, at: Moment) -> None:
        """A withdrawal left."""
        rest = (event.amount, 0, 0, 0, event.dex, "", *_MONEY_ONLY, event.reference)
        self._add(event.account, at, (WITHDRAWAL, *rest))

    def withdrawn(self, event: WithdrawalRequested, at: Moment) -> None:
        """A withdrawal was asked for: the money has left the account."""
        name = withdrawal_name(event.withdrawal_id)
        rest = (event.amount, event.nonce, 0, 0, event.dex, "", *_MONEY_ONLY, name)
        self._add(event.account, at, (WITHDRAWAL, *rest))

    def returned(self, event: WithdrawalRefused, at: Moment) -> None:
        """It was not paid."""
        name = withdrawal_name(event.withdrawal_id)
        rest = (event.amount, 0, 0, 0, event.dex, "", *_MONEY_ONLY, name)
        self._add(event.account, at, (RETURNED, *rest))

    def claimed(self, event: RewardsClaimed, at: Moment) -> None:
        """Shares of fees were taken into the account."""
        rest = (event.amount, 0, 0, 0, event.dex, "", *_MONEY_ONLY, "")
        self._add(event.account, at, (REWARDS, *rest))

    def transferred(self, event: Transferred, at: Moment) -> None:
        """Collateral moved between dexes or users: an update for each user concerned."""
        self._moved(SEND, event, (event.source_dex, event.destination_dex), at)

    def transferred_within(self, event: SubAccountTransferred, at: Moment) -> None:
        """Collateral moved between the accounts of one master."""
        self._moved(WITHIN, event, ("", ""), at)

    def _moved(
        self,
        kind: int,
        event: Transferred | SubAccountTransferred,
        dexes: tuple[str, str],
        at: Moment,
    ) -> None:
        source = self._store.number_of(event.source)
        destination = self._store.number_of(event.destination)
        rest = (kind, event.amount, event.nonce, source, destination, *dexes, *_MONEY_ONLY, "")
        self._add(event.source, at, rest)
        if destination != source:
            self._add(event.destination, at, rest)

    def liquidated(self, event: LiquidationStarted, at: Moment) -> None:
        """A position was taken over for liquidation."""
        notional = abs(event.lots) * event.mark_price
        what = (event.asset, event.lots, event.equity, event.is_cross, "")
        self._add(
            event.account, at, (LIQUIDATION, notional, event.liquidation_id, 0, 0, "", "", *what)
        )

    def _add(self, account: bytes, at: Moment, rest: tuple[int | str, ...]) -> None:
        self._number += 1
        user = self._store.number_of(account)
        self._new.append((user, at.time_ms, self._number, at.seq, *rest))

    @property
    def latest(self) -> list[LedgerRow]:
        """What the last batch brought."""
        return [LedgerRow._make(row) for row in self._latest]

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
        self._latest, self._new = self._new, []

    def oldest(self, address: bytes, start_ms: int, end_ms: int, limit: int) -> list[LedgerRow]:
        """Return up to `limit` updates of the user in the range (inclusive), oldest first."""
        query = """SELECT * FROM ledger_updates WHERE user = ? AND time_ms BETWEEN ? AND ?
                   ORDER BY time_ms, number LIMIT ?"""
        key = (self._store.find(address), start_ms, end_ms, limit)
        return [LedgerRow._make(row) for row in self._store.connection.execute(query, key)]

    def newest(self, address: bytes, limit: int) -> list[LedgerRow]:
        """Return the last `limit` updates of the user, oldest of them first."""
        query = (
            "SELECT * FROM ledger_updates WHERE user = ? ORDER BY time_ms DESC, number DESC LIMIT ?"
        )
        key = (self._store.find(address), limit)
        rows = self._store.connection.execute(query, key).fetchall()
        return [LedgerRow._make(row) for row in reversed(rows)]

    def liquidations(self, asset: int, until_ms: int, limit: int) -> list[LedgerRow]:
        """Return up to `limit` liquidations in a market up to a time (inclusive), newest first."""
        query = """SELECT * FROM ledger_updates WHERE kind = ? AND asset = ? AND time_ms <= ?
                   ORDER BY number DESC LIMIT ?"""
        key = (LIQUIDATION, asset, until_ms, limit)
        return [LedgerRow._make(row) for row in self._store.connection.execute(query, key)]

    def net_deposits(self, address: bytes) -> int:
        """Return deposits less withdrawals of the user, micro-USD."""
        query = """SELECT coalesce(sum(CASE WHEN kind IN (:deposit, :returned) THEN amount
                   WHEN kind = :withdrawal OR source = user THEN -amount ELSE amount END), 0)
                   FROM ledger_updates WHERE user = :user AND (kind IN (:deposit, :returned,
                   :withdrawal) OR kind IN (:send, :within) AND source != destination)"""
        key = {
            "user": self._store.find(address),
            "deposit": DEPOSIT,
            "withdrawal": WITHDRAWAL,
            "returned": RETURNED,
            "send": SEND,
            "within": WITHIN,
        }
        return int(self._store.connection.execute(query, key).fetchone()[0])


def withdrawal_name(number: int) -> str:
    """What a statement calls a withdrawal that was asked for."""
    return f"withdrawal {number}"
