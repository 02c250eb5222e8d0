"""By how much each account's balance changed on each day, so that no statement starts at zero.

A balance is what stands in the ledger for an account of a dex: its cash, the margin of its isolated
positions, and the funding that has been told of and is not collateral yet. Profit that is not
realised is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bellwether.schema import codes
from bellwether.schema.events import (
    AutoDeleveraged,
    CapitalPaidIn,
    Credited,
    Debited,
    DeficitCovered,
    DexOpened,
    LiquidationFeePaid,
    PositionRebased,
    PositionSettled,
    PositionTakenOver,
    RewardsClaimed,
    SubAccountTransferred,
    TradeExecuted,
    Transferred,
    WithdrawalRefused,
    WithdrawalRequested,
)
from bellwether.views.history.funding import PaymentRow
from bellwether.views.history.volumes import MS_PER_DAY
from bellwether.views.store import Moment, Rows, Store

SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS dexes (number INTEGER PRIMARY KEY, name TEXT)",
    """CREATE TABLE IF NOT EXISTS day_sums (
        user INTEGER, dex INTEGER, day INTEGER, amount INTEGER,
        PRIMARY KEY (user, dex, day)) WITHOUT ROWID""",
)

_PUT_DEX: Final = "INSERT OR REPLACE INTO dexes VALUES (?,?)"
_ADD: Final = """INSERT INTO day_sums VALUES (?,?,?,?)
    ON CONFLICT (user, dex, day) DO UPDATE SET amount = amount + excluded.amount"""


def dex_of(asset: int) -> int:
    """Return the number of the dex in which an asset is traded."""
    if asset < codes.FIRST_NAMED_DEX_ASSET:
        return 0
    return (asset - codes.FIRST_NAMED_DEX_ASSET) // codes.ASSETS_PER_DEX


class DaySums:
    """Adds up what a batch did to balances."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sums: dict[tuple[int, int, int], int] = {}
        self._opened: list[tuple[int, str]] = []
        self.dexes: dict[str, int] = {}
        """Numbers of the dexes by name, in the order of their opening."""
        for number, name in store.connection.execute("SELECT * FROM dexes ORDER BY number"):
            self.dexes[name] = number

    def opened(self, event: DexOpened) -> None:
        """A dex has a name and a number."""
        self.dexes[event.name] = event.number
        self._opened.append((event.number, event.name))

    def _add(self, user: int, dex: int, amount: int, time_ms: int) -> None:
        key = (user, dex, time_ms // MS_PER_DAY)
        self._sums[key] = self._sums.get(key, 0) + amount

    def _book(self, account: bytes, dex: int, amount: int, at: Moment) -> None:
        self._add(self._store.number_of(account), dex, amount, at.time_ms)

    def traded(self, event: TradeExecuted, taker: int, maker: int, time_ms: int) -> None:
        """Both sides, by their numbers, realised a profit and paid a fee."""
        sums = self._sums
        dex, day = dex_of(event.asset), time_ms // MS_PER_DAY
        key = (taker, dex, day)
        sums[key] = sums.get(key, 0) + event.taker_pnl - event.taker_fee
        key = (maker, dex, day)
        sums[key] = sums.get(key, 0) + event.maker_pnl - event.maker_fee

    def deleveraged(self, event: AutoDeleveraged, at: Moment) -> None:
        """Both sides realised a profit."""
        dex = dex_of(event.asset)
        self._book(event.account, dex, event.account_pnl, at)
        self._book(event.counterparty, dex, event.counterparty_pnl, at)

    def taken_over(self, event: PositionTakenOver, at: Moment) -> None:
        """Both sides realised a profit, and margin went with the position."""
        dex = dex_of(event.asset)
        self._book(event.account, dex, event.account_pnl - event.amount_e6, at)
        self._book(event.counterparty, dex, event.counterparty_pnl + event.amount_e6, at)

    def charged(self, event: LiquidationFeePaid, at: Moment) -> None:
        """A forced fill cost a fee for the insurance fund."""
        self._book(event.account, dex_of(event.asset), -event.amount_e6, at)

    def endowed(self, event: CapitalPaidIn, at: Moment) -> None:
        """A vault got capital."""
        self._book(event.account, dex_of(event.asset), event.amount_e6, at)

    def settled(self, event: PositionSettled, at: Moment) -> None:
        """A position ended at the settlement price."""
        self._book(event.account, dex_of(event.asset), event.pnl, at)

    def funded(self, payments: Iterable[PaymentRow]) -> None:
        """Funding was told."""
        for row in payments:
            self._add(row.user, dex_of(row.asset), row.amount, row.time_ms)

    def credited(self, event: Credited, at: Moment) -> None:
        """A deposit arrived."""
        self._book(event.account, self.dexes[event.dex], event.amount, at)

    def debited(self, event: Debited, at: Moment) -> None:
        """A withdrawal left."""
        self._book(event.account, self.dexes[event.dex], -event.amount, at)

    def withdrawn(self, event: WithdrawalRequested, at: Moment) -> None:
        """What was asked for has left the account."""
        self._book(event.account, self.dexes[event.dex], -event.amount, at)

    def returned(self, event: WithdrawalRefused, at: Moment) -> None:
        """It was not paid, and is back."""
        self._book(event.account, self.dexes[event.dex], event.amount, at)

    def claimed(self, event: RewardsClaimed, at: Moment) -> None:
        """Shares of fees were taken into the account."""
        self._book(event.account, self.dexes[event.dex], event.amount, at)

    def transferred(self, event: Transferred, at: Moment) -> None:
        """Collateral moved between dexes or users."""
        self._book(event.source, self.dexes[event.source_dex], -event.amount, at)
        self._book(event.destination, self.dexes[event.destination_dex], event.amount, at)

    def transferred_within(self, event: SubAccountTransferred, at: Moment) -> None:
        """Collateral moved between the accounts of one master."""
        self._book(event.source, self.dexes[""], -event.amount, at)
        self._book(event.destination, self.dexes[""], event.amount, at)

    def covered(self, event: DeficitCovered, at: Moment) -> None:
        """The insurance fund paid."""
        self._book(event.account, dex_of(event.asset), event.amount_e6, at)

    def rebased(self, event: PositionRebased, at: Moment) -> None:
        """What did not fit a lot was paid."""
        if event.paid:
            self._book(event.account, dex_of(event.asset), event.paid, at)

    def flush(self, rows: Rows) -> None:
        """Add what the batch brought."""
        if self._opened:
            rows.add(_PUT_DEX, self._opened)
            self._opened = []
        if self._sums:
            rows.add(_ADD, [(*key, amount) for key, amount in self._sums.items()])
            self._sums = {}

    def until(self, address: bytes, day: int) -> dict[int, int]:
        """Return the balances of a user at the beginning of a day (counted from 1970), by dex."""
        query = "SELECT dex, sum(amount) FROM day_sums WHERE user = ? AND day < ? GROUP BY dex"
        key = (self._store.find(address), day)
        return {dex: int(total) for dex, total in self._store.connection.execute(query, key)}
