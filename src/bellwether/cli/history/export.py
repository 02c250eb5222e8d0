"""`bellwether export`: a venue's history as files to download (IFACE-9)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json

_FAR_DAY: Final = 100_000
"""Far enough: a day in the year 2243."""


def export(
    data_dir: Annotated[Path, typer.Argument(help="The data directory of a venue.")],
    out: Annotated[Path, typer.Option("--out", help="Directory: new, or an earlier export.")],
    markets: Annotated[
        list[str] | None, typer.Option("--market", help="Only this one; may be given again.")
    ] = None,
    first_day: Annotated[
        str | None, typer.Option("--from", help="First UTC day, such as 2026-05-01.")
    ] = None,
    last_day: Annotated[
        str | None, typer.Option("--to", help="Last UTC day, inclusive; the newest if absent.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Write trades, marks, inputs, funding and announcements per market and UTC day.

    Replays the journal from its beginning and compares every event with what was recorded; also
    while the venue runs. `sha256sum -c SHA256SUMS` checks the files.

    Exit codes: 0 written, 1 the journal can not be replayed or the files not written, 2 usage.
    """
    from bellwether.journal import JournalError
    from bellwether.node.errors import DirectoryMissing, NodeError
    from bellwether.node.export.files import CSV, PARQUET, ExportRefused, Files
    from bellwether.node.export.history import tell_history
    from bellwether.units.quantities import NS_PER_DAY

    if form not in (CSV, PARQUET):
        refuse(f"--format: expected {CSV} or {PARQUET}, got {form!r}")
    first = _day(first_day, "--from", 0)
    last = _day(last_day, "--to", _FAR_DAY)
    if last < first:
        refuse("--to: expected a day that is not before --from")
    chosen = frozenset(markets or ())
    seen: set[str] = set()

    def wanted(symbol: str, day: int) -> bool:
        seen.add(symbol)
        return (not chosen or symbol in chosen) and first <= day <= last

    try:
        files = Files(out, form, wanted)
        files.begin()
    except ExportRefused as error:
        refuse(str(error), 1)
    try:
        with ReplayProgress("exporting", sys.stderr) as progress:
            commands = tell_history(data_dir, files.take, (last + 1) * NS_PER_DAY, progress)
        unknown = sorted(chosen - seen)
        if unknown:
            files.abandon()
            refuse(f"--market: there is no market {unknown[0]!r}; there are {_listed(seen)}")
        count = files.finish()
    except DirectoryMissing as error:
        files.abandon()
        refuse(str(error))
    except (JournalError, NodeError) as error:
        files.abandon()
        refuse(f"{error}; `bellwether verify` says more", 1)
    except OSError as error:
        files.abandon()
        refuse(f"{out} can not be written: {error.strerror}", 1)
    except BaseException:
        files.abandon()
        raise
    if as_json:
        print_json({"files": count, "commands": commands, "directory": str(out)})
    else:
        print(f"{count} files of {commands} commands in {out}, checksums in SHA256SUMS")


def _day(text: str | None, option: str, otherwise: int) -> int:
    """A UTC day, counted from 1970; ends the command if the text is none."""
    from bellwether.units.clock_text import TimeError, parse_time_ns
    from bellwether.units.quantities import NS_PER_DAY

    if text is None:
        return otherwise
    try:
        time_ns = parse_time_ns(text)
    except TimeError as error:
        refuse(f"{option}: {error}")
    if time_ns % NS_PER_DAY:
        refuse(f"{option}: expected a day such as 2026-05-01, got {text!r}")
    return time_ns // NS_PER_DAY


def _listed(symbols: set[str]) -> str:
    return ", ".join(sorted(symbols)) or "none yet"
