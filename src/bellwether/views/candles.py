"""Candles of one minute, hour and day, aggregated on reading to every interval.

Intervals without a trade are flat at the close before, with no volume, from the launch up to now.
A change of units restates all of them, so that a chart shows no jump where nothing was gained or
lost (LIFE-10): prices are divided and lots multiplied by the factor, half to even; what was traded
in USD stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from bellwether.schema.events import MarketListed, MarketRebased, TradeExecuted
from bellwether.units.division import mul_div_half_even
from bellwether.views.store import Moment, Rows, Store

MS_PER_MINUTE: Final = 60_000
MS_PER_HOUR: Final = 3_600_000
MS_PER_DAY: Final = 86_400_000
BASES: Final = (MS_PER_MINUTE, MS_PER_HOUR, MS_PER_DAY)

INTERVALS_MS: Final[dict[str, int]] = {
    "1m": MS_PER_MINUTE,
    "3m": 3 * MS_PER_MINUTE,
    "5m": 5 * MS_PER_MINUTE,
    "15m": 15 * MS_PER_MINUTE,
    "30m": 30 * MS_PER_MINUTE,
    "1h": MS_PER_HOUR,
    "2h": 2 * MS_PER_HOUR,
    "4h": 4 * MS_PER_HOUR,
    "8h": 8 * MS_PER_HOUR,
    "12h": 12 * MS_PER_HOUR,
    "1d": MS_PER_DAY,
    "3d": 3 * MS_PER_DAY,
    "1w": 7 * MS_PER_DAY,
    "1M": 0,
}
"""Lengths; a month (0) follows the calendar, everything else counts from 1970 in UTC."""

MOST_CANDLES: Final = 5_000

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS candles (
        base INTEGER, asset INTEGER, open_ms INTEGER, open INTEGER, high INTEGER, low INTEGER,
        close INTEGER, lots INTEGER, value INTEGER, trades INTEGER,
        PRIMARY KEY (base, asset, open_ms)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS launches (
        asset INTEGER PRIMARY KEY, launch_ms INTEGER, reference INTEGER)""",
)

_PUT: Final = "INSERT OR REPLACE INTO candles VALUES (?,?,?,?,?,?,?,?,?,?)"
_RESTATE: Final = """UPDATE candles SET open = restated(open, ?2, ?1),
    high = restated(high, ?2, ?1), low = restated(low, ?2, ?1), close = restated(close, ?2, ?1),
    lots = restated(lots, ?1, ?2) WHERE asset = ?3"""
_PUT_LAUNCH: Final = "INSERT OR REPLACE INTO launches VALUES (?,?,?)"


class Candle(NamedTuple):
    """Prices in atoms, `value` in micro-USD; `close_ms` is the last millisecond inside."""

    open_ms: int
    close_ms: int
    open: int
    high: int
    low: int
    close: int
    lots: int
    value: int
    trades: int


class Candles:
    """Keeps the running candle of each base interval; a batch writes those it touched."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._running: dict[tuple[int, int], list[int]] = {}
        self._touched: dict[tuple[int, int, int], list[int]] = {}
        self._launches: dict[int, tuple[int, int]] = {}
        self._listed: list[tuple[int, int, int]] = []
        self._rebases: list[tuple[int, int, int]] = []
        store.connection.create_function("restated", 3, mul_div_half_even, deterministic=True)
        query = "SELECT *, max(open_ms) FROM candles GROUP BY base, asset"
        for row in store.connection.execute(query):
            self._running[row[0], row[1]] = list(row[:10])
        for asset, launch_ms, reference in store.connection.execute("SELECT * FROM launches"):
            self._launches[asset] = (launch_ms, reference)

    def listed(self, event: MarketListed, at: Moment) -> None:
        """Candles begin at the launch, flat at the reference price."""
        launch_ms = max(event.spec.launch_time // 1_000_000, at.time_ms)
        self._launches.setdefault(event.asset, (launch_ms, event.spec.reference_atoms))
        self._listed.append((event.asset, *self._launches[event.asset]))

    def traded(self, event: TradeExecuted, at: Moment) -> None:
        """Add a trade to the running candle of each base interval."""
        asset, price, lots = event.asset, event.price, event.lots
        for base in BASES:
            open_ms = at.time_ms - at.time_ms % base
            row = self._running.get((base, asset))
            if row is None or row[2] != open_ms:
                row = [base, asset, open_ms, price, price, price, price, 0, 0, 0]
                self._running[base, asset] = row
            if price > row[4]:
                row[4] = price
            if price < row[5]:
                row[5] = price
            row[6] = price
            row[7] += lots
            row[8] += price * lots
            row[9] += 1
            self._touched[base, asset, open_ms] = row

    def rebased(self, event: MarketRebased) -> None:
        """Restate what is at hand now, and the rest when the batch is written (LIFE-10)."""
        asset, a, b = event.asset, event.numerator, event.denominator
        for key, row in self._touched.items():
            if row[1] == asset:
                self._touched[key] = _restated(row, a, b)
        for base in BASES:
            running = self._running.get((base, asset))
            if running is not None:
                touched = self._touched.get((base, asset, running[2]))
                self._running[base, asset] = touched or _restated(running, a, b)
        launch_ms, reference = self._launches[asset]
        self._launches[asset] = (launch_ms, mul_div_half_even(reference, b, a))
        self._listed.append((asset, *self._launches[asset]))
        self._rebases.append((a, b, asset))

    def flush(self, rows: Rows) -> None:
        """Write what the batch changed."""
        if self._rebases:
            # What earlier batches left is in the old units and goes in first.
            self._store.flush()
            rows.add(_RESTATE, self._rebases)
            self._rebases = []
        if self._touched:
            rows.add(_PUT, self._touched.values())
            self._touched = {}
        if self._listed:
            rows.add(_PUT_LAUNCH, self._listed)
            self._listed = []

    def between(
        self, asset: int, interval: str, start_ms: int, end_ms: int, now_ms: int
    ) -> list[Candle]:
        """Return the newest MOST_CANDLES candles that open in the range (inclusive), ascending.

        Raises KeyError for an unknown interval. Nothing lies before the launch or after now.
        """
        if asset not in self._launches:
            return []
        length = INTERVALS_MS[interval]
        launch_ms, reference = self._launches[asset]
        last = bucket_of(min(end_ms, now_ms), length)
        first = max(bucket_of(launch_ms, length), _at_or_after(start_ms, length))
        most = MOST_CANDLES * (length or 31 * MS_PER_DAY)
        first = max(first, bucket_of(max(last - most, 0), length))
        if first > last:
            return []
        rows = self._rows(asset, _base_for(length), first, next_bucket(last, length))
        close = self._close_before(asset, first, reference)
        return _filled(rows, first, last, length, close)[-MOST_CANDLES:]

    def running(self, asset: int, interval: str, now_ms: int) -> Candle | None:
        """Return the candle of `now_ms`, None before the launch."""
        start = bucket_of(now_ms, INTERVALS_MS[interval])
        found = self.between(asset, interval, start, now_ms, now_ms)
        return found[-1] if found else None

    def close_at(self, asset: int, time_ms: int) -> int:
        """Return the last traded price before a time, the reference where there is none."""
        reference = self._launches.get(asset, (0, 0))[1]
        return self._close_before(asset, time_ms - time_ms % MS_PER_MINUTE, reference)

    def totals(self, asset: int, start_ms: int) -> tuple[int, int]:
        """Return lots and micro-USD traded in the minutes that open at or after `start_ms`."""
        query = """SELECT coalesce(sum(lots), 0), coalesce(sum(value), 0) FROM candles
                   WHERE base = ? AND asset = ? AND open_ms >= ?"""
        key = (MS_PER_MINUTE, asset, start_ms)
        lots, value = self._store.connection.execute(query, key).fetchone()
        return int(lots), int(value)

    def _rows(self, asset: int, base: int, start_ms: int, end_ms: int) -> Iterator[list[int]]:
        query = """SELECT * FROM candles WHERE base = ? AND asset = ? AND open_ms >= ?
                   AND open_ms < ? ORDER BY open_ms"""
        yield from self._store.connection.execute(query, (base, asset, start_ms, end_ms))

    def _close_before(self, asset: int, time_ms: int, otherwise: int) -> int:
        query = """SELECT close FROM candles WHERE base = ? AND asset = ? AND open_ms < ?
                   ORDER BY open_ms DESC LIMIT 1"""
        key = (MS_PER_MINUTE, asset, time_ms)
        row = self._store.connection.execute(query, key).fetchone()
        return otherwise if row is None else int(row[0])


def _restated(row: list[int], a: int, b: int) -> list[int]:
    """A new row in units of which a / b are one of before; the old one may wait to be written."""
    prices = (mul_div_half_even(price, b, a) for price in row[3:7])
    return [*row[:3], *prices, mul_div_half_even(row[7], a, b), *row[8:]]


def bucket_of(time_ms: int, length: int) -> int:
    """Return when the interval that contains `time_ms` opens; length 0 is a calendar month."""
    if length:
        return time_ms - time_ms % length
    moment = datetime.fromtimestamp(time_ms // 1_000, UTC)
    return int(datetime(moment.year, moment.month, 1, tzinfo=UTC).timestamp()) * 1_000


def next_bucket(open_ms: int, length: int) -> int:
    """Return when the interval after the one that opens at `open_ms` opens."""
    return open_ms + length if length else bucket_of(open_ms + 32 * MS_PER_DAY, 0)


def _at_or_after(time_ms: int, length: int) -> int:
    start = bucket_of(max(time_ms, 0), length)
    return start if start >= time_ms else next_bucket(start, length)


def _base_for(length: int) -> int:
    if length == 0 or length >= MS_PER_DAY:
        return MS_PER_DAY
    return MS_PER_HOUR if length >= MS_PER_HOUR else MS_PER_MINUTE


def _filled(
    rows: Iterator[list[int]], first: int, last: int, length: int, close: int
) -> list[Candle]:
    """Merge base rows into the intervals from `first` to `last`, flat where there are none."""
    found: list[Candle] = []
    row = next(rows, None)
    open_ms = first
    while open_ms <= last:
        end = next_bucket(open_ms, length)
        opened = high = low = close
        lots = value = trades = 0
        while row is not None and row[2] < end:
            if not trades:
                opened, high, low = row[3], row[4], row[5]
            high, low, close = max(high, row[4]), min(low, row[5]), row[6]
            lots, value, trades = lots + row[7], value + row[8], trades + row[9]
            row = next(rows, None)
        found.append(Candle(open_ms, end - 1, opened, high, low, close, lots, value, trades))
        open_ms = end
    return found
