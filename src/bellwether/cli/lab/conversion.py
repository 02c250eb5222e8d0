"""`bellwether lab conversion`: a recorded market through its listing, with and without a ramp."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.lab.listing.bars import Bars, read_bars
from bellwether.lab.listing.conversion import Moment, live_through
from bellwether.lab.tape import Print, TapeError, read_tape
from bellwether.node.founding.genesis_file import RATE_DECIMALS
from bellwether.schema import codes
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.presets import specify
from bellwether.units.clock_text import TimeError, format_time_ns, parse_time_ns
from bellwether.units.quantities import NS_PER_MINUTE, PRICE_AND_SIZE_DECIMALS
from bellwether.units.text import DecimalError, format_decimal, parse_decimal

PRICE_DECIMALS: Final = PRICE_AND_SIZE_DECIMALS - 3


def conversion(
    tape: Annotated[Path, typer.Argument(help="The perpetual: time_utc,price_usd.")],
    bars: Annotated[Path, typer.Argument(help="The share in bars of equal length.")],
    cross: Annotated[str, typer.Option(help="The opening cross, UTC.")],
    symbol: Annotated[str, typer.Option(help="Name of the market.")] = "TAPE",
    reference: Annotated[str, typer.Option(help="Initial reference price, USD.")] = "175",
    band: Annotated[str, typer.Option(help="Width of the discovery band.")] = "0.25",
    ramp: Annotated[
        list[int] | None, typer.Option(min=0, max=1_440, help="Minutes; give several to compare.")
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="Leave out what was printed before, UTC.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Replay a perpetual through its listing: oracle and mark less the share after the cross.

    Exit codes: 0 done, 2 the files or the specification can not be used.
    """
    minutes = ramp or [0, 60]
    try:
        cross_ns = parse_time_ns(cross)
        prints = read_tape(tape, PRICE_DECIMALS)
        if start is not None:
            prints = _from(prints, parse_time_ns(start))
        share = read_bars(bars, PRICE_DECIMALS, cross_ns)
        spec = specify(
            "ipop",
            symbol,
            "",
            reference_atoms=parse_decimal(reference, PRICE_DECIMALS),
            oracle={"band_e12": parse_decimal(band, RATE_DECIMALS)},
        )
    except (TapeError, TimeError, DecimalError) as error:
        refuse(str(error))
    if spec.faults():
        refuse("; ".join(spec.faults()))
    runs = [_run(spec, prints, share, cross_ns, length) for length in minutes]
    if as_json:
        _print_lines(minutes, runs)
    else:
        Console().print(_table(minutes, runs))


def _from(prints: list[Print], start_ns: int) -> list[Print]:
    later = [one for one in prints if one.time_ns >= start_ns]
    if not later:
        raise TapeError("nothing was printed after --start")
    return later


def _run(
    spec: InstrumentSpec, prints: list[Print], share: Bars, cross_ns: int, minutes: int
) -> list[Moment]:
    policy = msgspec.structs.replace(spec.conversion, ramp_ns=minutes * NS_PER_MINUTE)
    ramped = msgspec.structs.replace(spec, conversion=policy)
    with ReplayProgress(f"ramp of {minutes} min", sys.stderr) as progress:
        return list(live_through(ramped, prints, share, cross_ns, progress))


def _away(price: int, share: int) -> str:
    """Dollars above the share, to a tenth, half up."""
    tenths = (price - share + 50) // 100
    return f"{'-' if tenths < 0 else '+'}{abs(tenths) // 10}.{abs(tenths) % 10}"


def _table(minutes: list[int], runs: list[list[Moment]]) -> Table:
    table = Table(title="USD above the share")
    for name in ("UTC", "share", "recorded"):
        table.add_column(name, justify="right", no_wrap=True)
    for length in minutes:
        table.add_column(f"oracle, ramp {length} min", justify="right")
        table.add_column(f"mark, ramp {length} min", justify="right")
    for moments in zip(*runs, strict=True):
        one = moments[0]
        cells = [_away(price, m.share) for m in moments for price in (m.oracle, m.mark)]
        price = format_decimal(one.share, PRICE_DECIMALS)
        table.add_row(
            format_time_ns(one.time_ns)[11:16], price, _away(one.print, one.share), *cells
        )
    return table


def _print_lines(minutes: list[int], runs: list[list[Moment]]) -> None:
    for length, moments in zip(minutes, runs, strict=True):
        for one in moments:
            line = {
                "rampMinutes": length,
                "time": format_time_ns(one.time_ns),
                "share": format_decimal(one.share, PRICE_DECIMALS),
                "recorded": format_decimal(one.print, PRICE_DECIMALS),
                "oracle": format_decimal(one.oracle, PRICE_DECIMALS),
                "mark": format_decimal(one.mark, PRICE_DECIMALS),
                "phase": codes.PHASE_NAMES[one.phase],
            }
            print(json.dumps(line))
