"""`bellwether lab flipped-bits`, `torn-writes`, `crash-points` and `power-cuts`: one fault, often.

With --state a campaign that was interrupted goes on where it was, and the figures of all runs are
added up; one that is complete begins anew.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bellwether.cli.lab.sums import AsJson, Folder, open_state, report
from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.testing.campaigns import BITS, POINTS, WRITES
from bellwether.testing.campaigns.power import CUTS

if TYPE_CHECKING:
    from bellwether.testing.campaigns.subject import Progress

_BITS_AT_ONCE: Final = 4_096
_WRITES_AT_ONCE: Final = 2_000
_POINTS_AT_ONCE: Final = 100
_CUTS_AT_ONCE: Final = 48
"""Cases after which the figures are kept."""


def flipped_bits(
    most: Annotated[int, typer.Option("--count", min=1, help="Bits to flip, at most.")] = BITS,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Flip bits of a journal of 64 KB and of a snapshot, one at a time; each must be found.

    With fewer than there are they are spread evenly. Exit codes: 0 all found, 1 one was not.
    """
    # Here and below: campaigns bring the journal, which few other commands wait for.
    from bellwether.testing.campaigns.flipped_bits import flip_bits

    state = open_state("flipped-bits", folder)
    with ReplayProgress("bits", sys.stderr) as progress:
        while True:
            began, first = time.monotonic(), state.sums.next
            found = flip_bits(most, progress, first, first + _BITS_AT_ONCE)
            last = min(found.total, first + _BITS_AT_ONCE)
            state.sums.next = last if last < found.total else 0
            counts = {"of the journal": found.journal, "of the snapshot": found.snapshot}
            wrong = [f"bit {bit} of {name} was not found" for name, bit in found.missed]
            state.add(found.tried, counts, time.monotonic() - began, wrong)
            if last >= found.total or wrong:
                break
    report(state, "bits flipped", as_json)


def torn_writes(
    most: Annotated[int, typer.Option("--count", min=1, help="Power cuts.")] = WRITES,
    seed: Annotated[int, typer.Option(min=0, help="Of the first disk.")] = 0,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Cut the power in the middle of writes; what was acknowledged must be there again.

    Exit codes: 0 nothing lost, 1 something was.
    """
    from bellwether.testing.campaigns.torn_writes import tear_writes

    state = open_state("torn-writes", folder)
    wanted = state.wanted(most)
    state.sums.next = max(state.sums.next, seed)
    with ReplayProgress("power cuts", sys.stderr) as progress:
        while (left := wanted - state.sums.done) > 0 and not state.sums.wrong:
            began, done = time.monotonic(), state.sums.done
            count = min(left, _WRITES_AT_ONCE)
            found = tear_writes(count, _after(done, wanted, progress), state.sums.next)
            state.sums.next = found.next_seed
            counts = {"torn tails cut off": found.cut}
            state.add(found.tried, counts, time.monotonic() - began, found.wrong)
    report(state, "power cuts in a write", as_json)


def crash_points(
    most: Annotated[int, typer.Option("--points", min=1, help="Processes to end.")] = POINTS,
    seed: Annotated[int, typer.Option(min=0, help="Which calls are hit.")] = 0,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Kill a real process, or fail it, in system calls that change the disk (needs strace).

    Exit codes: 0 nothing lost, 1 something was, 2 no strace.
    """
    from bellwether.testing.campaigns.crash_points import NoTracing, crash

    state = open_state("crash-points", folder)
    wanted = state.wanted(most)
    with ReplayProgress("crash points", sys.stderr) as progress:
        while (left := wanted - state.sums.done) > 0 and not state.sums.wrong:
            began, done = time.monotonic(), state.sums.done
            try:
                with tempfile.TemporaryDirectory(prefix="bellwether-") as directory:
                    found = crash(
                        min(left, _POINTS_AT_ONCE),
                        Path(directory),
                        _after(done, wanted, progress),
                        seed + state.sums.next,
                    )
            except NoTracing as error:
                refuse(str(error))
            state.sums.next += 1
            counts = {**found.tried, "lives": found.lives, "recovered": found.recovered}
            tried = sum(found.tried.values())
            state.add(tried, counts, time.monotonic() - began, found.wrong)
    report(state, "processes ended in a system call", as_json)


def power_cuts(
    most: Annotated[int, typer.Option("--count", min=1, help="Power cuts.")] = CUTS,
    seed: Annotated[int, typer.Option(min=0, help="When they come.")] = 0,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Cut the power under a living venue on a file system of its own, ext4 on a loop device.

    What it acknowledged must be there, and it must go on. Needs root and loop devices. Exit codes:
    0 nothing lost, 1 something was, 2 no power to cut here.
    """
    from bellwether.testing.campaigns.power.image import NoPowerToCut
    from bellwether.testing.campaigns.power.power_cuts import cut_power

    state = open_state("power-cuts", folder)
    wanted = state.wanted(most)
    with ReplayProgress("power cuts", sys.stderr) as progress:
        while (left := wanted - state.sums.done) > 0 and not state.sums.wrong:
            began, done = time.monotonic(), state.sums.done
            told = _after(done, wanted, progress)
            try:
                found = cut_power(min(left, _CUTS_AT_ONCE), told, seed + state.sums.next)
            except NoPowerToCut as error:
                refuse(str(error))
            state.sums.next += 1
            state.add(found.tried, found.counts(), time.monotonic() - began, found.wrong)
    report(state, "power cuts under a living venue", as_json)


def _after(done: int, wanted: int, progress: Progress) -> Progress:
    """The progress of a part as that of the whole."""
    return lambda tried, _: progress(done + tried, wanted)
