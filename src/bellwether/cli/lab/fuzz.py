"""`bellwether lab fuzz-http`, `fuzz-websocket` and `fuzz-decoders`: bytes from outside, made wrong.

A run goes on where the last one with the same --state stopped, and its figures are added up.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer

from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse

if TYPE_CHECKING:
    from bellwether.testing.campaigns.state import State

EXIT_WRONG: Final = 1
_SHOWN: Final = 5

Minutes = Annotated[float, typer.Option(min=0.01, help="For so long.")]
Port = Annotated[int, typer.Option(min=0, max=65_535, help="Of the venue; 0 is any free one.")]
Folder = Annotated[
    Path | None, typer.Option("--state", help="Where figures and inputs are kept, to go on from.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


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
    state = _state("decoders", folder)
    with (
        tempfile.TemporaryDirectory(prefix="bellwether-") as passing,
        ReplayProgress("seconds", sys.stderr) as progress,
    ):
        corpus = (Path(passing) if folder is None else folder) / "corpus" / used
        campaign.fuzz(60 * minutes, used, state, corpus, progress)
    _end(state, f"inputs of {len(campaign.TARGETS)} decoders ({used})", {"engine": used}, as_json)


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
    state = _state("http", folder)
    with ReplayProgress("seconds", sys.stderr) as progress:
        campaign.fuzz(60 * minutes, port, state, progress)
    _end(state, "requests", {}, as_json)


def fuzz_websocket(
    minutes: Minutes = 1.0, port: Port = 0, folder: Folder = None, as_json: AsJson = False
) -> None:
    """Play sessions of raw frames and of the protocol against a venue of its own.

    Exit codes: 0 nothing wrong, 1 something is, 2 usage.
    """
    from bellwether.testing.fuzzing.websocket import campaign

    state = _state("websocket", folder)
    with ReplayProgress("seconds", sys.stderr) as progress:
        campaign.fuzz(60 * minutes, port, state, progress)
    _end(state, "sessions", {}, as_json)


def _state(name: str, folder: Path | None) -> State:
    from bellwether.testing.campaigns.state import State, StateUnusable

    try:
        return State(name, folder)
    except StateUnusable as unusable:
        refuse(f"--state: {unusable}")


def _end(state: State, what: str, more: dict[str, Any], as_json: bool) -> None:
    """Prints the figures of all runs; ends with 1 if anything is wrong."""
    sums = state.sums
    if as_json:
        print(json.dumps({**msgspec.to_builtins(sums), **more}))
    else:
        runs = "1 run" if sums.runs == 1 else f"{sums.runs} runs"
        outcome = "nothing wrong"
        if sums.wrong:
            outcome = f"{len(sums.wrong)} wrong: {'; '.join(sums.wrong[:_SHOWN])}"
        print(f"{sums.done:,} {what} in {sums.seconds:,.0f} s of {runs}; {outcome}")
        for name, number in sorted(sums.counts.items()):
            print(f"  {name:<40} {number:>12,}")
        for name, value in sorted(sums.worst.items()):
            print(f"  {name:<40} {value:>12,.3f}")
    if sums.wrong:
        raise typer.Exit(EXIT_WRONG)
