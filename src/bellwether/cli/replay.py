"""`bellwether replay`: drives one market with recorded prices."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.lab.replay import Ended, Happening, HourSettled, Launched, Moved, Updated, replay
from bellwether.lab.tape import TapeError, read_tape
from bellwether.node.errors import GenesisInvalid
from bellwether.node.founding.genesis_file import RATE_DECIMALS, apply_differences
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.presets import PRESETS
from bellwether.units.clock_text import TimeError, format_time_ns, parse_time_ns
from bellwether.units.quantities import PRICE_AND_SIZE_DECIMALS
from bellwether.units.text import DecimalError, format_decimal, parse_decimal

_FINE_DECIMALS = 9


def run(
    tape: Annotated[Path, typer.Argument(help="CSV with the columns time_utc,price_usd.")],
    preset: Annotated[str, typer.Option(help="Preset of the market.")] = "ipop",
    symbol: Annotated[str, typer.Option(help="Name of the market.")] = "TAPE",
    reference: Annotated[
        str | None, typer.Option(help="Initial reference price in USD; the first price if absent.")
    ] = None,
    band: Annotated[
        str | None, typer.Option(help="Width of the discovery band: 0.25 is ±25 %.")
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="Launch time; the first price's if absent.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="A field of the specification in its own unit, such as oracle.max_re_anchors=2.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw price, oracle, band and re-anchors: FILE.svg or .png.")
    ] = None,
) -> None:
    """Replay a tape of prices through the oracle, the band, the mark and the funding.

    Exit codes: 0 done, 2 the tape or the specification can not be used.
    """
    try:
        spec = _specification(preset, symbol, reference, band, changes or [])
        decimals = PRICE_AND_SIZE_DECIMALS - spec.size_decimals
        prints = read_tape(tape, decimals)
        launch_ns = prints[0].time_ns if start is None else parse_time_ns(start)
        if reference is None:
            spec = _specification(
                preset, symbol, format_decimal(prints[0].price_atoms, decimals), band, changes or []
            )
    except (TapeError, GenesisInvalid, DecimalError, TimeError) as error:
        refuse(str(error))
    drawn: list[Happening] = []
    report: Callable[[Happening], None] = _Lines(spec) if as_json else _Tables(spec)
    with ReplayProgress("replaying", sys.stderr) as progress:
        steps = replay(
            spec, prints, launch_ns, lambda at, low, high: progress(at - low, high - low)
        )
        for happening in steps:
            report(happening)
            if plot is not None:
                drawn.append(happening)
    if isinstance(report, _Tables):
        report.show()
    if plot is not None:
        _draw(spec, drawn, plot)


def _specification(
    preset: str, symbol: str, reference: str | None, band: str | None, changes: list[str]
) -> InstrumentSpec:
    """Raises GenesisInvalid or DecimalError."""
    if preset not in PRESETS:
        raise GenesisInvalid("preset", f"{preset!r} is none of {', '.join(sorted(PRESETS))}")
    wanted: dict[str, Any] = {}
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals:
            raise GenesisInvalid("--set", f"expected KEY=VALUE, not {change!r}")
        group, dot, field = key.strip().partition(".")
        if dot:
            wanted.setdefault(group, {})[field] = _value(value.strip())
        else:
            wanted[group] = _value(value.strip())
    size_decimals = wanted.get("size_decimals", PRESETS[preset].size_decimals)
    if not isinstance(size_decimals, int) or not 0 <= size_decimals <= PRICE_AND_SIZE_DECIMALS:
        raise GenesisInvalid("size_decimals", "expected a whole number from 0 to 5")
    fixed: dict[str, Any] = {"symbol": symbol, "reference_atoms": 1}
    if reference is not None:
        decimals = PRICE_AND_SIZE_DECIMALS - size_decimals
        fixed["reference_atoms"] = parse_decimal(reference, decimals)
    if band is not None:
        wanted.setdefault("oracle", {})["band_e12"] = parse_decimal(band, RATE_DECIMALS)
    return apply_differences(PRESETS[preset], fixed, wanted, "")


def _value(text: str) -> object:
    """A JSON value, or the text itself where it is none."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value


def _time(time_ns: int) -> str:
    return format_time_ns(time_ns).replace(".000Z", "Z")


class _Texts:
    """Numbers of this market as text."""

    def __init__(self, spec: InstrumentSpec) -> None:
        self._decimals = PRICE_AND_SIZE_DECIMALS - spec.size_decimals

    def price(self, atoms: int) -> str:
        return format_decimal(atoms, self._decimals)

    def fine(self, price_fine: int) -> str:
        return format_decimal(price_fine, self._decimals + _FINE_DECIMALS)

    @staticmethod
    def rate(rate_e12: int) -> str:
        return format_decimal(rate_e12, RATE_DECIMALS)


class _Lines:
    """One JSON object a line, for programs."""

    def __init__(self, spec: InstrumentSpec) -> None:
        self._texts = _Texts(spec)
        self._symbol = spec.symbol

    def __call__(self, happening: Happening) -> None:
        found = self._object(happening)
        if found is not None:
            print(json.dumps(found, separators=(",", ":")))

    def _object(self, happening: Happening) -> dict[str, object] | None:
        texts, time = self._texts, _time(happening.time_ns)
        if isinstance(happening, Launched):
            return {
                "event": "launch",
                "time": time,
                "symbol": self._symbol,
                "reference": texts.fine(happening.reference_fine),
                "bandLow": texts.fine(happening.band_low_fine),
                "bandHigh": texts.fine(happening.band_high_fine),
            }
        if isinstance(happening, Moved):
            return {
                "event": "re_anchor",
                "time": time,
                "direction": "up" if happening.direction > 0 else "down",
                "reference": texts.fine(happening.reference_fine),
            }
        if isinstance(happening, HourSettled):
            return {
                "event": "funding",
                "time": time,
                "rate": texts.rate(happening.rate_e12),
                "premium": texts.rate(happening.premium_e12),
                "samples": happening.samples,
                "oracle": texts.price(happening.oracle_atoms),
            }
        return self._end(happening, time) if isinstance(happening, Ended) else None

    def _end(self, ended: Ended, time: str) -> dict[str, object]:
        return {
            "event": "end",
            "time": time,
            "updates": ended.updates,
            "reAnchors": {"up": ended.ups, "down": ended.downs},
            "reference": self._texts.fine(ended.reference_fine),
            "oracle": self._texts.price(ended.oracle_atoms),
            "mark": self._texts.price(ended.mark_atoms),
            "liquidations": 0,
        }


class _Tables:
    """Tables for people, shown at the end."""

    def __init__(self, spec: InstrumentSpec) -> None:
        self._texts = _Texts(spec)
        self._symbol = spec.symbol
        self._moves = Table("time (UTC)", "what", "reference", "band", title="References")
        for column in self._moves.columns:
            column.no_wrap = True
        self._rates: list[int] = []
        self._end: Ended | None = None

    def __call__(self, happening: Happening) -> None:
        if isinstance(happening, Launched):
            self._row(happening, "launch")
        elif isinstance(happening, Moved):
            self._row(happening, "up" if happening.direction > 0 else "down")
        elif isinstance(happening, HourSettled):
            self._rates.append(happening.rate_e12)
        elif isinstance(happening, Ended):
            self._end = happening

    def _row(self, moved: Launched | Moved, what: str) -> None:
        texts = self._texts
        band = f"{texts.fine(moved.band_low_fine)} – {texts.fine(moved.band_high_fine)}"
        self._moves.add_row(_time(moved.time_ns), what, texts.fine(moved.reference_fine), band)

    def show(self) -> None:
        console, texts, end = Console(), self._texts, self._end
        assert end is not None, "a replay has an end"
        console.print(self._moves)
        console.print(
            f"{self._symbol}: {end.updates:,} price updates, {end.ups} re-anchors up and "
            f"{end.downs} down; at {_time(end.time_ns)} oracle {texts.price(end.oracle_atoms)}, "
            f"mark {texts.price(end.mark_atoms)}, reference {texts.fine(end.reference_fine)}.",
            highlight=False,
        )
        if self._rates:
            console.print(
                f"Funding: {len(self._rates)} hours, from {texts.rate(min(self._rates))} to "
                f"{texts.rate(max(self._rates))} an hour, together {texts.rate(sum(self._rates))}. "
                "No positions, so nothing was liquidated.",
                highlight=False,
            )


def _draw(spec: InstrumentSpec, happenings: list[Happening], path: Path) -> None:
    from bellwether.lab.replay_plot import PlotUnavailable, draw

    updates = [one for one in happenings if isinstance(one, Updated)]
    moves = [one for one in happenings if isinstance(one, Moved)]
    try:
        draw(spec, updates, moves, path)
    except PlotUnavailable as error:
        refuse(str(error))
    print(f"drawn: {path}", file=sys.stderr)
