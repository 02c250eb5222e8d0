"""`bellwether lab fuzz-http`, `fuzz-websocket` and `fuzz-decoders`: bytes from outside, made wrong.

A run goes on where the last one with the same --state stopped, and its figures are added up.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from bellwether.cli.lab.sums import AsJson, Folder, open_state, report
from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse

Minutes = Annotated[float, typer.Option(min=0.01, help="For so long.")]
Port = Annotated[int, typer.Option(min=0, max=65_535, help="Of the venue; 0 is any free one.")]


def fuzz_decoders(
    minutes: Minutes = 1.0,
    folder: Folder = None,
    engine: Annotated[
        str | None, typer.Option(help="atheris (guided by coverage) or hypothesis.")
    ] = None,
    again: Annotated[
        Path | None, typer.Option(help="One input that was kept in --state, again.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Feed every decoder of bytes from outside, in process, with inputs that are nearly right.

    Exit codes: 0 nothing wrong, 1 a decoder failed, 2 usage.
    """
    # Here and below: campaigns bring the whole venue, which few other commands wait for.
    from bellwether.testing.fuzzing.decoders import campaign
    from bellwether.testing.fuzzing.decoders.table import TARGETS

    if again is not None:
        campaign.try_again(again.name.rpartition("-")[0], again.read_bytes())
        print("nothing wrong")
        return
    if engine is not None and engine not in campaign.ENGINES:
        refuse(f"--engine {engine}: expected one of {', '.join(campaign.ENGINES)}")
    try:
        used = campaign.engine_of(engine)
    except campaign.EngineMissing as missing:
        refuse(str(missing))
    state = open_state("decoders", folder)
    with (
        tempfile.TemporaryDirectory(prefix="bellwether-") as passing,
        ReplayProgress("seconds", sys.stderr) as progress,
    ):
        corpus = (Path(passing) if folder is None else folder) / "corpus" / used
        campaign.fuzz(60 * minutes, used, state, corpus, progress)
    what = f"inputs of {len(TARGETS)} decoders ({used})"
    report(state, what, as_json, engine=used)


def fuzz_http(
    minutes: Minutes = 1.0, port: Port = 0, folder: Folder = None, as_json: AsJson = False
) -> None:
    """Send requests to a venue of its own: drawn from its description, and nearly good signed ones.

    Exit codes: 0 nothing wrong, 1 something is, 2 usage.
    """
    try:
        from bellwether.testing.fuzzing.http import campaign
    except ImportError as missing:
        refuse(f"{missing}; `make campaign-http` installs what is needed")
    _end_in_order()
    state = open_state("http", folder)
    with ReplayProgress("seconds", sys.stderr) as progress:
        campaign.fuzz(60 * minutes, port, state, progress)
    report(state, "requests", as_json)


def fuzz_websocket(
    minutes: Minutes = 1.0, port: Port = 0, folder: Folder = None, as_json: AsJson = False
) -> None:
    """Play sessions of raw frames and of the protocol against a venue of its own.

    Exit codes: 0 nothing wrong, 1 something is, 2 usage.
    """
    from bellwether.testing.fuzzing.websocket import campaign

    _end_in_order()
    state = open_state("websocket", folder)
    with ReplayProgress("seconds", sys.stderr) as progress:
        campaign.fuzz(60 * minutes, port, state, progress)
    report(state, "sessions", as_json)


def _end_in_order() -> None:
    """A campaign that is told to end takes its venue with it."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
