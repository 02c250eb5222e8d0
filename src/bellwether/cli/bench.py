"""`bellwether bench`: the benchmarks, each with its workload printed."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.lab.bench.report import BenchFailed, Progress, Report
from bellwether.lab.bench.standard.stream import STANDARD_MESSAGES

if TYPE_CHECKING:
    from bellwether.lab.bench.suite import Sizes


class Benchmark(StrEnum):
    """What can be measured."""

    ENGINE = "engine"
    DURABLE = "durable"
    API = "api"
    STORM = "storm"
    STREAM = "stream"
    RECOVERY = "recovery"
    LIFE = "life"
    RISK = "risk"
    ENDURANCE = "endurance"
    ALL = "all"


def bench(
    which: Annotated[
        Benchmark, typer.Argument(help="What to measure; `all` is all but `endurance`.")
    ] = Benchmark.ALL,
    messages: Annotated[
        int, typer.Option(help="Messages of the standard stream.", min=1_000)
    ] = STANDARD_MESSAGES,
    orders: Annotated[
        int, typer.Option(help="Signed orders of `api` and `storm`.", min=100)
    ] = 60_000,
    days: Annotated[int, typer.Option(help="Days of `life`'s idle venue.", min=1, max=90)] = 90,
    positions: Annotated[
        int, typer.Option(help="Open positions of `life`, an even number.", min=10)
    ] = 10_000,
    clients: Annotated[int, typer.Option(help="Watchers of `stream`.", min=10)] = 1_000,
    stalled: Annotated[
        int | None,
        typer.Option(help="How many of them never read; a tenth if absent.", min=0),
    ] = None,
    idle: Annotated[int, typer.Option(help="Idle connections of `stream`.", min=10)] = 10_000,
    seconds: Annotated[int, typer.Option(help="How long `stream` watches.", min=1)] = 15,
    gateways: Annotated[
        int,
        typer.Option(
            help="Gateway processes of the venue of `api`, `storm`, `endurance`.", min=1, max=64
        ),
    ] = 1,
    minutes: Annotated[float, typer.Option(help="How long `endurance` lasts.", min=0.05)] = 30,
    crowd: Annotated[
        int, typer.Option(help="Positions of `risk`, a multiple of 2,000.", min=2_000)
    ] = 100_000,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Where journals are written for a while; the present folder if absent."),
    ] = None,
    write: Annotated[
        Path | None, typer.Option(help="Markdown file to keep the results in: bench/RESULTS.md.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a benchmark.")] = False,
) -> None:
    """Run the benchmarks, each with its workload printed.

    Exit codes: 0 measured, 1 a benchmark could not be run or gave a wrong outcome.
    """
    if stalled is None:
        stalled = clients // 10
    _check(positions, crowd, clients, stalled)
    from bellwether.lab.bench.results import write_section
    from bellwether.lab.bench.suite import Sizes, Suite
    from bellwether.lab.bench.surroundings import surroundings

    if data_dir is not None:
        data_dir.mkdir(parents=True, exist_ok=True)
    numbers = (messages, orders, days, positions, clients, idle, seconds, gateways, minutes, crowd)
    sizes = Sizes(*numbers, stalled)
    suite = Suite(sizes, data_dir)
    names = suite.names if which is Benchmark.ALL else (which.value,)
    for name in names:
        try:
            with _Steps() as progress:
                report = suite.run(name, progress)
        except BenchFailed as failed:
            refuse(f"{name}: {failed}", 1)
        ran = surroundings()
        if as_json:
            print(json.dumps(msgspec.to_builtins(ran) | msgspec.to_builtins(report)), flush=True)
        else:
            _show(report, ran.text())
        if write is not None:
            write_section(write, report, ran, f"bellwether bench {name} {_asked(name, sizes)}")


def _check(positions: int, crowd: int, clients: int, stalled: int) -> None:
    """Refuses sizes that go together with nothing."""
    if positions % 2:
        refuse(f"--positions {positions}: expected an even number, half long and half short")
    if crowd % 2_000:
        refuse(f"--crowd {crowd}: expected a multiple of 2,000, for markets of a hundredth of it")
    if stalled >= clients:
        refuse(f"--stalled {stalled}: expected fewer than --clients {clients}: some have to read")


def _asked(name: str, sizes: Sizes) -> str:
    """The options that a benchmark went by."""
    options = {
        Benchmark.API: ("orders", "gateways"),
        Benchmark.STORM: ("orders", "gateways"),
        Benchmark.STREAM: ("clients", "stalled", "idle", "seconds"),
        Benchmark.LIFE: ("days", "positions"),
        Benchmark.RISK: ("crowd",),
        Benchmark.ENDURANCE: ("minutes", "gateways"),
    }
    named = options.get(Benchmark(name), ("messages",))
    return " ".join(f"--{option} {getattr(sizes, option):.10g}" for option in named)


class _Steps:
    """One bar for each step of a benchmark."""

    def __init__(self) -> None:
        self._bars: dict[str, ReplayProgress] = {}

    def __enter__(self) -> Progress:
        return self._moved

    def _moved(self, what: str, done: int, total: int) -> None:
        if what not in self._bars:
            self._bars[what] = ReplayProgress(what, sys.stderr)
        self._bars[what](done, total)

    def __exit__(self, *_: object) -> None:
        for bar in self._bars.values():
            bar.__exit__(None, None, None)


def _show(report: Report, ran: str) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]{report.name}[/bold]  ({ran})")
    for line in report.workload:
        console.print(f"  workload: {line}", markup=False)
    table = Table("figure", "value", "asked for", box=None, pad_edge=True)
    table.columns[1].justify = "right"
    for figure in report.figures:
        table.add_row(figure.name, figure.text(), figure.target)
    console.print(table)
    for remark in report.remarks:
        console.print(f"  {remark}", markup=False)
