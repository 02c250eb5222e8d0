"""`bellwether lab flipped-bits`, `torn-writes` and `crash-points`: one fault, very often."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.testing.campaigns import BITS, POINTS, WRITES

EXIT_WRONG = 1
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def flipped_bits(
    most: Annotated[int, typer.Option("--count", min=1, help="Bits to flip, at most.")] = BITS,
    as_json: AsJson = False,
) -> None:
    """Flip bits of a journal of 64 KB and of a snapshot, one at a time; each must be found.

    With fewer than there are they are spread evenly. Exit codes: 0 all found, 1 one was not.
    """
    # Here and below: campaigns bring the journal, which few other commands wait for.
    from bellwether.testing.campaigns.flipped_bits import flip_bits

    began = time.monotonic()
    with ReplayProgress("bits", sys.stderr) as progress:
        found = flip_bits(most, progress)
    said = f"{found.journal:,} bits of the journal and {found.snapshot:,} of the snapshot flipped"
    wrong = [f"bit {bit} of {name}" for name, bit in found.missed]
    _end(said, "not found", wrong, {**msgspec.to_builtins(found)}, began, as_json)


def torn_writes(
    most: Annotated[int, typer.Option("--count", min=1, help="Power cuts.")] = WRITES,
    seed: Annotated[int, typer.Option(min=0, help="Of the first disk.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Cut the power in the middle of writes; what was acknowledged must be there again.

    Exit codes: 0 nothing lost, 1 something was.
    """
    from bellwether.testing.campaigns.torn_writes import tear_writes

    began = time.monotonic()
    with ReplayProgress("power cuts", sys.stderr) as progress:
        found = tear_writes(most, progress, seed)
    said = f"power cut {found.tried:,} times in a write, {found.cut:,} torn tails cut off"
    _end(said, "wrong", found.wrong, {**msgspec.to_builtins(found)}, began, as_json)


def crash_points(
    most: Annotated[int, typer.Option("--points", min=1, help="Processes to end.")] = POINTS,
    seed: Annotated[int, typer.Option(min=0, help="Which calls are hit.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Kill a real process, or fail it, in system calls that change the disk (needs strace).

    Exit codes: 0 nothing lost, 1 something was, 2 no strace.
    """
    from bellwether.testing.campaigns.crash_points import NoTracing, crash

    began = time.monotonic()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="bellwether-") as directory,
            ReplayProgress("crash points", sys.stderr) as progress,
        ):
            found = crash(most, Path(directory), progress, seed)
    except NoTracing as error:
        refuse(str(error))
    calls = ", ".join(f"{name} {number}" for name, number in sorted(found.tried.items()))
    said = f"{sum(found.tried.values()):,} processes ended in a system call ({calls})"
    _end(said, "wrong", found.wrong, {**msgspec.to_builtins(found)}, began, as_json)


def _end(
    said: str, what: str, wrong: list[str], found: dict[str, Any], began: float, as_json: bool
) -> None:
    """Prints what was found; ends with 1 if anything is wrong."""
    seconds = time.monotonic() - began
    if as_json:
        print(json.dumps({**found, "seconds": round(seconds, 1)}))
    else:
        outcome = f"{len(wrong)} {what}: {'; '.join(wrong[:5])}" if wrong else "nothing lost"
        print(f"{said} in {seconds:,.1f} s; {outcome}")
    if wrong:
        raise typer.Exit(EXIT_WRONG)
