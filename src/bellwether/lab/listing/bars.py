"""A share's price on its listing day, out of recorded bars."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from bellwether.lab.tape import TapeError
from bellwether.units.clock_text import TimeError, parse_time_ns
from bellwether.units.division import mul_div_half_even
from bellwether.units.text import DecimalError, parse_decimal

COLUMNS: Final = ("time_utc", "open_usd", "high_usd", "low_usd", "close_usd")
_FLOAT_DIGITS: Final = 15
"""Digits behind the point that a transcribed binary fraction can have."""


class Bar(msgspec.Struct, frozen=True, gc=False):
    """From `time_ns` on; open and close in price atoms."""

    time_ns: int
    open_atoms: int
    close_atoms: int


class Bars:
    """The price between the opening cross and the end of the last bar, straight inside a bar."""

    def __init__(self, bars: list[Bar], cross_ns: int) -> None:
        """Bars are of equal length and without a gap; the cross lies in the first."""
        self._bars = bars
        self._cross_ns = cross_ns
        self.length_ns = bars[1].time_ns - bars[0].time_ns
        self.end_ns = bars[-1].time_ns + self.length_ns

    def price_at(self, time_ns: int) -> int:
        """Price atoms: from a bar's open in a straight line to its close, half to even."""
        number = min((time_ns - self._bars[0].time_ns) // self.length_ns, len(self._bars) - 1)
        bar = self._bars[number]
        start = max(bar.time_ns, self._cross_ns)
        gone, whole = time_ns - start, bar.time_ns + self.length_ns - start
        return bar.open_atoms + mul_div_half_even(bar.close_atoms - bar.open_atoms, gone, whole)

    def last_close(self, time_ns: int) -> int:
        """The close of the last bar that was over by then, price atoms."""
        number = (time_ns - self._bars[0].time_ns) // self.length_ns - 1
        return self._bars[min(number, len(self._bars) - 1)].close_atoms


def read_bars(path: Path, price_decimals: int, cross_ns: int) -> Bars:
    """Raises TapeError, which names the line."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            if tuple(next(rows, [])) != COLUMNS:
                raise TapeError(f"{path}: the first line must be {','.join(COLUMNS)}")
            bars = [_bar(path, rows.line_num, row, price_decimals) for row in rows if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TapeError(f"{path} can not be read: {error}") from error
    if len(bars) < 2:
        raise TapeError(f"{path} holds fewer than two bars")
    length_ns = bars[1].time_ns - bars[0].time_ns
    for before, after in pairwise(bars):
        if length_ns <= 0 or after.time_ns - before.time_ns != length_ns:
            raise TapeError(f"{path}: the bars are not of equal length, in order and without a gap")
    if not bars[0].time_ns <= cross_ns < bars[1].time_ns:
        raise TapeError(f"{path}: the opening cross does not lie in the first bar")
    return Bars(bars, cross_ns)


def _bar(path: Path, line: int, row: list[str], decimals: int) -> Bar:
    try:
        if len(row) != len(COLUMNS):
            raise TapeError(f"a line holds {len(COLUMNS)} fields")
        time_ns = parse_time_ns(row[0].strip().replace(" ", "T", 1).replace("+00:00", "Z"))
        first, last = (_atoms(row[place], decimals) for place in (1, 4))
    except (TapeError, TimeError, DecimalError) as error:
        raise TapeError(f"{path}, line {line}: {error}") from None
    if first <= 0 or last <= 0:
        raise TapeError(f"{path}, line {line}: a price must be positive")
    return Bar(time_ns, first, last)


def _atoms(text: str, decimals: int) -> int:
    exact = parse_decimal(text.strip(), _FLOAT_DIGITS)
    return mul_div_half_even(exact, 1, 10 ** (_FLOAT_DIGITS - decimals))
