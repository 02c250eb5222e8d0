"""`bellwether serve`: runs a venue."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.units.clock_text import TimeError, parse_time_ns

DEFAULT_DIRECTORY = Path("./bellwether-data")
LOOPBACK = "127.0.0.1"

ConsolePort = Annotated[
    int | None,
    typer.Option(
        help="The operators' page and acts are on this port alone; 0 takes a free one.",
        min=0,
        max=65_535,
    ),
]
ConsoleHost = Annotated[str, typer.Option(help="Address of --console-port.")]


def serve(
    data_dir: Annotated[
        Path, typer.Option(help="Where the venue keeps its journal, snapshots and views.")
    ] = DEFAULT_DIRECTORY,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = LOOPBACK,
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65_535)] = 3001,
    genesis: Annotated[
        Path | None, typer.Option(help="JSON or TOML file that founds a new venue.")
    ] = None,
    journal: Annotated[str, typer.Option(help="Where the journal is kept: file.")] = "file",
    clock: Annotated[
        str, typer.Option(help="system, or manual: time moves only by POST /dev/clock.")
    ] = "system",
    start: Annotated[
        str | None, typer.Option(help="Where a manual clock starts: 2026-05-01T00:00:00Z.")
    ] = None,
    dev: Annotated[
        bool, typer.Option("--dev", help="A world with public keys and money of no value.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="With --dev: makers and takers, so the market lives.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The luck of the demo's traders.")] = 0,
    limits: Annotated[
        bool, typer.Option("--limits", help="Limits of rate and of the disk in a dev world too.")
    ] = False,
    gateways: Annotated[
        int,
        typer.Option(help="Processes that hold the clients' connections.", min=1, max=64),
    ] = 1,
    console_port: ConsolePort = None,
    console_host: ConsoleHost = LOOPBACK,
    json_log: Annotated[
        bool, typer.Option("--json-log", help="Each line of the log is a JSON object.")
    ] = False,
) -> None:
    """Run a venue until SIGTERM or Ctrl-C.

    Exit codes: 0 stopped on request, 1 what is on disk can not be used, 2 usage, 3 the venue
    failed while running.
    """
    if journal != "file":
        refuse(
            f"--journal {journal}: this version keeps its journal in files only (--journal file)"
        )
    if demo and not dev:
        refuse("--demo needs --dev")
    if console_port is None and console_host != LOOPBACK:
        refuse("--console-host needs --console-port")
    from bellwether import app
    from bellwether.cli.banner import banner

    settings = app.ServeSettings(
        data_dir=data_dir,
        host=host,
        port=port,
        genesis=genesis,
        manual_start_ns=_manual_start(clock, start, dev),
        dev=dev,
        demo=demo,
        seed=seed,
        limit_requests=limits,
        gateways=gateways,
        console_port=console_port,
        console_host=console_host,
        json_log=json_log,
    )
    with ReplayProgress("recovering", sys.stderr) as progress:
        code = app.serve(settings, banner, progress)
    raise typer.Exit(code)


def _manual_start(clock: str, start: str | None, dev: bool) -> int | None:
    """Where the manual clock starts (ns), or None for the system's clock."""
    if clock not in ("system", "manual"):
        refuse(f"--clock {clock}: expected system or manual")
    if clock == "system":
        if start is not None:
            refuse("--start needs --clock manual")
        return None
    if not dev:
        refuse("--clock manual needs --dev: a venue of value keeps the system's time")
    try:
        return _today_ns() if start is None else parse_time_ns(start)
    except TimeError as error:
        refuse(f"--start: {error}")


def _today_ns() -> int:
    """00:00 UTC of the present day."""
    from bellwether.node.clock import SystemClock
    from bellwether.units.quantities import NS_PER_DAY

    now = SystemClock().time_ns()
    return now - now % NS_PER_DAY
