"""Funding: each market's settled rates, and what every position paid each hour (FUND-4, FUND-6).

The engine moves money only when a position is settled; the hours between show as differences of the
floored cumulative amount since that settlement, so that they add up to what was settled.

The index kept here adds up the hours' steps and is this view's own: a rebase restates the engine's,
after every position has settled, and changes nothing of what was paid before (LIFE-10). Where
funding accrues continuously (FUND-5) it is the engine's, computed for the moment, and what a
settlement within an hour pays is a payment of its own.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.formulas.funding import (
    absolute_rate_atoms_e12,
    funding_index_step,
    funding_owed,
)
from bellwether.schema.events import (
    AutoDeleveraged,
    FundingPaid,
    FundingSettled,
    MarketListed,
    MarketRebased,
    PositionRebased,
    PositionSettled,
    PositionTakenOver,
    TradeExecuted,
)
from bellwether.units.division import div_down
from bellwether.units.quantities import NS_PER_HOUR
from bellwether.views.history.fills import AT_MOST
from bellwether.views.store import Moment, Rows, Store

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS funding_rates (
        asset INTEGER, time_ms INTEGER, rate_e12 INTEGER, premium_e12 INTEGER, samples INTEGER,
        oracle INTEGER, index_e12 TEXT, PRIMARY KEY (asset, time_ms)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS funding_payments (
        user INTEGER, time_ms INTEGER, asset INTEGER, seq INTEGER, amount INTEGER, lots INTEGER,
        rate_e12 INTEGER, samples INTEGER,
        PRIMARY KEY (user, time_ms, asset, seq)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS positions (
        asset INTEGER, user INTEGER, lots INTEGER, index_e12 TEXT, told INTEGER,
        PRIMARY KEY (asset, user)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS accruals (
        asset INTEGER PRIMARY KEY, absolute_e12 TEXT, since_ns INTEGER, index_e12 TEXT)""",
)

_PUT_RATE: Final = "INSERT OR REPLACE INTO funding_rates VALUES (?,?,?,?,?,?,?)"
_ADD_PAYMENT: Final = """INSERT INTO funding_payments VALUES (?,?,?,?,?,?,?,?)
    ON CONFLICT (user, time_ms, asset, seq) DO UPDATE SET amount = amount + excluded.amount"""
"""An hour's payment and what a fill settles just after it can share a command's millisecond."""
_PUT_POSITION: Final = "INSERT OR REPLACE INTO positions VALUES (?,?,?,?,?)"
_PUT_ACCRUAL: Final = "INSERT OR REPLACE INTO accruals VALUES (?,?,?,?)"


class RateRow(NamedTuple):
    """One settled hour: rates in 10^-12, `oracle` in atoms."""

    asset: int
    time_ms: int
    rate_e12: int
    premium_e12: int
    samples: int
    oracle: int
    index_e12: str


class PaymentRow(NamedTuple):
    """What one position received (negative: paid) for one hour, micro-USD."""

    user: int
    time_ms: int
    asset: int
    seq: int
    amount: int
    lots: int
    rate_e12: int
    samples: int


Position = tuple[int, int, int]
"""Signed lots, the view's funding index at the last settlement, and what was told since then."""

Accrual = tuple[int, int, int]
"""Absolute hourly rate (10^-12 atoms), the time (ns) it holds from, and the index at that time."""


class Funding:
    """Follows every position out of the events, so that each hour's payments can be told."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rates: list[tuple[int | str, ...]] = []
        self._payments: list[PaymentRow] = []
        self._touched: set[tuple[int, int]] = set()
        self._latest: list[PaymentRow] = []
        self.latest_assets: set[int] = set()
        self._index: dict[int, int] = {}
        self._rate: dict[int, int] = {}
        self._positions: dict[int, dict[int, Position]] = {}
        query = "SELECT asset, index_e12, rate_e12, max(time_ms) FROM funding_rates GROUP BY asset"
        for asset, index, rate, _ in store.connection.execute(query):
            self._index[asset] = int(index)
            self._rate[asset] = rate
        held = "SELECT * FROM positions WHERE lots != 0"
        for asset, user, lots, index, told in store.connection.execute(held):
            self._positions.setdefault(asset, {})[user] = (lots, int(index), told)
        self._accruals: dict[int, Accrual] = {}
        self._new_accruals: set[int] = set()
        for asset, rate, since_ns, index in store.connection.execute("SELECT * FROM accruals"):
            self._accruals[asset] = (int(rate), since_ns, int(index))

    def listed(self, event: MarketListed) -> None:
        """A market's funding may accrue from the beginning, at nothing."""
        if event.spec.funding.policy == "kraken":
            self._accrue(event.asset, 0, 0, 0)

    def _accrue(self, asset: int, absolute_e12: int, since_ns: int, index: int) -> None:
        self._accruals[asset] = (absolute_e12, since_ns, index)
        self._new_accruals.add(asset)

    def _index_at(self, asset: int, time_ns: int) -> int:
        accrual = self._accruals.get(asset)
        if accrual is None:
            return self._index.get(asset, 0)
        rate, since_ns, index = accrual
        return index + div_down(rate * (time_ns - since_ns), NS_PER_HOUR)

    def restated(self, event: MarketRebased) -> None:
        """An accruing index goes on in the new units."""
        if event.asset in self._accruals:
            index = int(event.index_e12)
            self._accrue(event.asset, event.absolute_e12, event.time_ns, index)
            for user, (lots, _, _) in self._positions.get(event.asset, {}).items():
                self._positions[event.asset][user] = (lots, index, 0)
                self._touched.add((event.asset, user))

    def traded(self, event: TradeExecuted, at: Moment) -> None:
        """Both positions changed, and settled before they did."""
        signed = event.lots if event.is_buy else -event.lots
        self._hold(event.asset, event.taker, event.taker_start + signed, at.time_ns)
        if event.maker != event.taker:
            self._hold(event.asset, event.maker, event.maker_start - signed, at.time_ns)
        else:
            self._hold(event.asset, event.maker, event.taker_start, at.time_ns)

    def deleveraged(self, event: AutoDeleveraged, at: Moment) -> None:
        """Both positions shrank towards zero."""
        for account, start in (
            (event.account, event.account_start),
            (event.counterparty, event.counterparty_start),
        ):
            left = start - event.lots if start > 0 else start + event.lots
            self._hold(event.asset, account, left, at.time_ns)

    def taken_over(self, event: PositionTakenOver, at: Moment) -> None:
        """One position shrank towards zero, the other may have grown or turned."""
        signed = event.lots if event.is_buy else -event.lots
        self._hold(event.asset, event.account, event.account_start + signed, at.time_ns)
        self._hold(event.asset, event.counterparty, event.counterparty_start - signed, at.time_ns)

    def rebased(self, event: PositionRebased, at: Moment) -> None:
        """A position settled and stands in new units."""
        self._hold(event.asset, event.account, event.lots, at.time_ns)

    def closed(self, event: PositionSettled, at: Moment) -> None:
        """A position, or a part of it, ended at the settlement price."""
        left = event.start - event.lots if event.start > 0 else event.start + event.lots
        self._hold(event.asset, event.account, left, at.time_ns)

    def settled(self, event: FundingSettled, at: Moment) -> list[PaymentRow]:
        """A position's funding became collateral; returned is what no hour has told of it."""
        told_now: list[PaymentRow] = []
        asset = event.asset
        user = self._store.number_of(event.account)
        held = self._positions.get(asset, {}).get(user)
        if held is None:
            return told_now
        lots, index, told = held
        accrual = self._accruals.get(asset)
        if accrual is not None:
            index = int(event.index_e12)
            untold = event.amount - told
            if untold:
                rate = self._rate.get(asset, 0)
                row = PaymentRow(user, at.time_ms, asset, at.seq, untold, lots, rate, 0)
                self._payments.append(row)
                told_now.append(row)
        else:
            index = self._index.get(asset, 0)
        self._positions[asset][user] = (lots, index, 0)
        self._touched.add((asset, user))
        return told_now

    def _hold(self, asset: int, account: bytes, lots: int, time_ns: int) -> None:
        user = self._store.number_of(account)
        positions = self._positions.setdefault(asset, {})
        if lots:
            before = positions.get(user)
            if before is None or asset not in self._accruals:
                positions[user] = (lots, self._index_at(asset, time_ns), 0)
            else:
                positions[user] = (lots, before[1], before[2])
        else:
            positions.pop(user, None)
        self._touched.add((asset, user))

    def position(self, asset: int, account: bytes) -> int:
        """Return the signed lots that an account holds in a market."""
        user = self._store.find(account)
        return self._positions.get(asset, {}).get(user, (0, 0, 0))[0]

    def positions(self, asset: int) -> dict[int, int]:
        """Return the signed lots of every position in a market, by number of user."""
        return {user: held[0] for user, held in self._positions.get(asset, {}).items()}

    def told(self, asset: int, account: bytes) -> int:
        """Return what was told of a position's funding and is not collateral yet, micro-USD."""
        user = self._store.find(account)
        return self._positions.get(asset, {}).get(user, (0, 0, 0))[2]

    def paid(self, event: FundingPaid, at: Moment) -> list[PaymentRow]:
        """An hour was settled: one rate, and one payment for every open position, returned."""
        asset = event.asset
        time_ms = event.time_ns // 1_000_000
        before = self._index.get(asset, 0)
        index = before + funding_index_step(event.oracle_price, event.rate_e12)
        rate_e12 = event.rate_e12
        if asset in self._accruals:
            # What ends was paid at the rate of the hour before; this one is for the next (FUND-5).
            index = int(event.index_e12)
            rate_e12 = self._rate.get(asset, 0)
            absolute = absolute_rate_atoms_e12(event.rate_e12, event.oracle_price)
            self._accrue(asset, absolute, event.time_ns, index)
        self._rate[asset] = event.rate_e12
        self._index[asset] = index
        self._rates.append(
            (
                asset,
                time_ms,
                event.rate_e12,
                event.premium_e12,
                event.samples,
                event.oracle_price,
                str(index),
            )
        )
        tail = (rate_e12, event.samples)
        told_now: list[PaymentRow] = []
        for user, (lots, since, told) in self._positions.get(asset, {}).items():
            owed = funding_owed(lots, index - since)
            told_now.append(PaymentRow(user, time_ms, asset, at.seq, owed - told, lots, *tail))
            self._positions[asset][user] = (lots, since, owed)
            self._touched.add((asset, user))
        self._payments += told_now
        return told_now

    @property
    def latest(self) -> list[PaymentRow]:
        """The payments of the last batch."""
        return self._latest

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought; `latest_assets` are the markets that settled an hour."""
        self._latest = self._payments
        self.latest_assets = {int(row[0]) for row in self._rates}
        if self._rates:
            rows.add(_PUT_RATE, self._rates)
            self._rates = []
        if self._payments:
            rows.add(_ADD_PAYMENT, self._payments)
        self._payments = []
        if self._touched:
            changed: list[tuple[int | str, ...]] = []
            for asset, user in self._touched:
                lots, index, told = self._positions.get(asset, {}).get(user, (0, 0, 0))
                changed.append((asset, user, lots, str(index), told))
            rows.add(_PUT_POSITION, changed)
            self._touched = set()

        if self._new_accruals:
            rows.add(
                _PUT_ACCRUAL,
                [
                    (
                        asset,
                        str(self._accruals[asset][0]),
                        *self._accruals[asset][1:2],
                        str(self._accruals[asset][2]),
                    )
                    for asset in sorted(self._new_accruals)
                ],
            )
            self._new_accruals = set()

    def rates(self, asset: int, start_ms: int, end_ms: int, limit: int) -> list[RateRow]:
        """Return up to `limit` settled hours of a market in the range (inclusive), oldest first."""
        query = """SELECT * FROM funding_rates WHERE asset = ? AND time_ms BETWEEN ? AND ?
                   ORDER BY time_ms LIMIT ?"""
        rows = self._store.connection.execute(query, (asset, start_ms, end_ms, limit))
        return [RateRow._make(row) for row in rows]

    def payments(
        self, address: bytes, start_ms: int = 0, end_ms: int = AT_MOST, limit: int = 500
    ) -> list[PaymentRow]:
        """Return up to `limit` payments of a user in the range (inclusive), oldest first."""
        query = """SELECT * FROM funding_payments WHERE user = ? AND time_ms BETWEEN ? AND ?
                   ORDER BY time_ms, asset LIMIT ?"""
        key = (self._store.find(address), start_ms, end_ms, limit)
        return [PaymentRow._make(row) for row in self._store.connection.execute(query, key)]

    def sums(self, address: bytes, start_ms: int, end_ms: int) -> list[tuple[int, int]]:
        """Return what a user received in the range (inclusive) by asset, micro-USD."""
        query = """SELECT asset, sum(amount) FROM funding_payments
                   WHERE user = ? AND time_ms BETWEEN ? AND ? GROUP BY asset"""
        key = (self._store.find(address), start_ms, end_ms)
        return [(asset, int(total)) for asset, total in self._store.connection.execute(query, key)]

    def newest_payments(self, address: bytes, limit: int) -> list[PaymentRow]:
        """Return up to `limit` payments of a user, newest first."""
        query = """SELECT * FROM funding_payments WHERE user = ?
                   ORDER BY time_ms DESC, asset LIMIT ?"""
        key = (self._store.find(address), limit)
        return [PaymentRow._make(row) for row in self._store.connection.execute(query, key)]
