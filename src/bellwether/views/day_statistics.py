"""What a market did over the last 24 hours: price before, volume in coins and in USD."""

from __future__ import annotations

from typing import NamedTuple

from bellwether.views.candles import MS_PER_DAY, MS_PER_MINUTE, Candles


class DayRow(NamedTuple):
    """`previous_price` in atoms (24 hours ago), lots, and micro-USD; whole minutes."""

    previous_price: int
    lots: int
    value: int


class DayStatistics:
    """Computed from the one-minute candles, at most once per market and batch."""

    def __init__(self, candles: Candles) -> None:
        self._candles = candles
        self._known: dict[int, tuple[int, DayRow]] = {}

    def forget(self, assets: set[int]) -> None:
        """Markets that have just traded are computed afresh."""
        for asset in assets:
            self._known.pop(asset, None)

    def of(self, asset: int, now_ms: int) -> DayRow:
        """Return the statistics of the 24 hours up to `now_ms`."""
        minute = now_ms - now_ms % MS_PER_MINUTE
        known = self._known.get(asset)
        if known is not None and known[0] == minute:
            return known[1]
        start = minute + MS_PER_MINUTE - MS_PER_DAY
        lots, value = self._candles.totals(asset, start)
        row = DayRow(self._candles.close_at(asset, start), lots, value)
        self._known[asset] = (minute, row)
        return row
