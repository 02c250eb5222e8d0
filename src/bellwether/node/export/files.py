"""Rows as files: one for each market, UTC day and table, with their checksums (IFACE-9).

The same rows give the same bytes. An export is written beside its place and put there when it is
whole, so that nobody reads half of one.
"""

from __future__ import annotations

import csv
import importlib
import shutil
from collections.abc import Callable, Iterable
from decimal import Decimal
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, Protocol, final
from urllib.parse import quote

from bellwether.node.export import tables as t
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.clock_text import format_time_ns
from bellwether.units.quantities import NS_PER_DAY
from bellwether.units.text import format_decimal

CHECKSUMS: Final = "SHA256SUMS"
CSV: Final = "csv"
PARQUET: Final = "parquet"
_DIGITS: Final = 38
"""The most that a decimal of 128 bits holds."""


class ExportRefused(Exception):
    """The export can not be written; the message says why and what to do."""


@final
class Files:
    """Takes rows in the order of time and writes them; only one day of a market is open at a time.

    `begin` comes first and `finish` last; `abandon` leaves no trace.
    """

    def __init__(self, target: Path, form: str, wanted: Callable[[str, int], bool]) -> None:
        """`wanted` is asked for each symbol and day (counted from 1970). Raises ExportRefused."""
        self._target = target
        self._part = target.with_name(f"{target.name}.part")
        self._open_form = _open_parquet if form == PARQUET else _open_csv
        if form == PARQUET:
            _parquet()
        self._suffix = form
        self._wanted = wanted
        self._day = -1
        self._open: dict[tuple[str, str], _File] = {}
        self._written: list[Path] = []

    def begin(self) -> None:
        """Raises ExportRefused where something else lies."""
        target = self._target
        if target.exists() and not _is_replaceable(target):
            raise ExportRefused(
                f"{target} holds something else than an export; give a directory that is new, "
                "empty, or an earlier export, which is replaced"
            )
        try:
            shutil.rmtree(self._part, ignore_errors=True)
            self._part.mkdir(parents=True)
        except OSError as error:
            raise ExportRefused(f"{self._part} can not be made: {error.strerror}") from error

    def take(self, spec: InstrumentSpec, table: t.Table, row: t.Row) -> None:
        """One row; its first value is its time (ns)."""
        time_ns = row[0]
        assert isinstance(time_ns, int), "a row begins with its time"
        day = time_ns // NS_PER_DAY
        if day != self._day:
            self._close_day()
            self._day = day
        if not self._wanted(spec.symbol, day):
            return
        key = (spec.symbol, table.name)
        file = self._open.get(key)
        if file is None:
            folder = self._part / quote(spec.symbol, safe="") / format_time_ns(time_ns)[:10]
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{table.name}.{self._suffix}"
            file = self._open_form(path, table, spec)
            self._open[key] = file
            self._written.append(path)
        file.add(row)

    def _close_day(self) -> None:
        for file in self._open.values():
            file.close()
        self._open = {}

    def finish(self) -> int:
        """Writes the checksums and puts the export in its place; returns the number of files."""
        self._close_day()
        lines: list[str] = []
        for path in sorted(self._written):
            name = path.relative_to(self._part).as_posix()
            lines.append(f"{sha256(path.read_bytes()).hexdigest()}  {name}\n")
        (self._part / CHECKSUMS).write_text("".join(lines), encoding="utf-8")
        shutil.rmtree(self._target, ignore_errors=True)
        self._part.rename(self._target)
        return len(lines)

    def abandon(self) -> None:
        """Takes away what has been written so far."""
        self._close_day()
        shutil.rmtree(self._part, ignore_errors=True)


def _is_replaceable(target: Path) -> bool:
    """Is it an empty directory, or does it hold what an export's checksums name and no more?"""
    if not target.is_dir():
        return False
    found = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    sums = target / CHECKSUMS
    listed: set[str] = set()
    if sums.is_file():
        lines = sums.read_text(encoding="utf-8", errors="replace").splitlines()
        listed = {CHECKSUMS, *(line.partition("  ")[2] for line in lines)}
    return found <= listed


class _File(Protocol):
    """An open file of a table."""

    def add(self, row: t.Row) -> None: ...

    def close(self) -> None: ...


@final
class _CsvFile:
    def __init__(self, path: Path, table: t.Table, spec: InstrumentSpec) -> None:
        self._file: TextIOWrapper = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._kinds = [(c.kind, t.decimals_of(c.kind, spec)) for c in table.columns]
        self._writer.writerow(t.names(table))

    def add(self, row: t.Row) -> None:
        self._writer.writerow(
            _text(value, *kind) for value, kind in zip(row, self._kinds, strict=True)
        )

    def close(self) -> None:
        self._file.close()


def _text(value: int | str | None, kind: str, decimals: int) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if kind == t.TIME:
        return format_time_ns(value)
    return str(value) if decimals < 0 else format_decimal(value, decimals)


@final
class _ParquetFile:
    """Columns of their own types: times of nanoseconds in UTC, exact decimals of 38 digits."""

    def __init__(self, path: Path, table: t.Table, spec: InstrumentSpec) -> None:
        self._path = path
        self._columns = table.columns
        self._decimals = [t.decimals_of(c.kind, spec) for c in table.columns]
        self._rows: list[t.Row] = []

    def add(self, row: t.Row) -> None:
        self._rows.append(row)

    def close(self) -> None:
        arrow, parquet = _parquet()
        names, arrays = [], []
        values: Iterable[tuple[Any, ...]] = zip(*self._rows, strict=True)
        for column, decimals, content in zip(self._columns, self._decimals, values, strict=True):
            names.append(column.name)
            arrays.append(_array(arrow, column.kind, decimals, content))
        parquet.write_table(arrow.table(arrays, names=names), str(self._path))


def _array(arrow: Any, kind: str, decimals: int, content: tuple[Any, ...]) -> Any:
    if kind == t.TEXT:
        return arrow.array(content, arrow.string())
    if kind == t.TIME:
        return arrow.array(content, arrow.timestamp("ns", tz="UTC"))
    if kind == t.WHOLE:
        return arrow.array(content, arrow.int64())
    exact = [
        None if value is None else Decimal(format_decimal(value, decimals)) for value in content
    ]
    return arrow.array(exact, arrow.decimal128(_DIGITS, decimals))


def _open_csv(path: Path, table: t.Table, spec: InstrumentSpec) -> _File:
    return _CsvFile(path, table, spec)


def _open_parquet(path: Path, table: t.Table, spec: InstrumentSpec) -> _File:
    return _ParquetFile(path, table, spec)


def _parquet() -> tuple[Any, Any]:
    """The library, which is installed only where somebody wants Parquet. Raises ExportRefused."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise ExportRefused(
            "Parquet needs the package pyarrow, which is not installed: `pip install "
            "'bellwether[parquet]'`, or take --format csv"
        ) from None
