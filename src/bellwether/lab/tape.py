"""A recorded tape of prices: CSV with the columns `time_utc` and `price_usd`."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from bellwether.units.clock_text import TimeError, parse_time_ns
from bellwether.units.quantities import FINE
from bellwether.units.text import DecimalError, parse_decimal

COLUMNS: Final = ("time_utc", "price_usd")


class TapeError(ValueError):
    """A file that is no tape; the message names the line."""


class Print(msgspec.Struct, frozen=True, gc=False):
    """A price from `time_ns` on, in price atoms, until the next print."""

    time_ns: int
    price_atoms: int


def read_tape(path: Path, price_decimals: int) -> list[Print]:
    """Prints in order of time, at least one. Raises TapeError.

    A time is "2026-05-01 01:29", with seconds if need be, or ISO 8601 with Z. A price with more
    digits than the market's is rounded to the nearest, halves up.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            header = next(rows, [])
            if tuple(header[:2]) != COLUMNS:
                raise TapeError(f"{path}: the first line must be {','.join(COLUMNS)}")
            prints = [_print(path, rows.line_num, row, price_decimals) for row in rows if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TapeError(f"{path} can not be read: {error}") from error
    if not prints:
        raise TapeError(f"{path} holds no prices")
    for before, after in pairwise(prints):
        if after.time_ns < before.time_ns:
            raise TapeError(f"{path}: the prices are not in order of time")
    return prints


def _print(path: Path, line: int, row: list[str], price_decimals: int) -> Print:
    try:
        if len(row) < 2:
            raise TapeError("a line holds a time and a price")
        time_ns = parse_time_ns(_iso(row[0].strip()))
        fine = parse_decimal(row[1].strip(), price_decimals + 9)
    except (TapeError, TimeError, DecimalError) as error:
        raise TapeError(f"{path}, line {line}: {error}") from None
    price_atoms = (fine + FINE // 2) // FINE
    if price_atoms <= 0:
        raise TapeError(f"{path}, line {line}: a price must be positive")
    return Print(time_ns, price_atoms)


def _iso(text: str) -> str:
    """The same instant as ISO 8601: a space becomes T, and a time of day is UTC."""
    instant = text.replace(" ", "T", 1)
    return instant + "Z" if "T" in instant and not instant.endswith("Z") else instant
