"""`bellwether lab cascades` and `lying-sources`: whole markets out of seeds.

With --state a campaign that was interrupted goes on with its next seed; one that has come to its
end says again what it found.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bellwether.cli.lab.sums import AsJson, Folder, open_state, report
from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.testing.campaigns.markets import CASCADES, LIES

if TYPE_CHECKING:
    from bellwether.testing.campaigns.markets.seeds import Run
    from bellwether.testing.campaigns.state import State

_AT_ONCE: Final = 20
"""Seeds after which the figures are kept."""

_RANGE: Final = re.compile(r"(\d{1,18})\.\.(\d{1,18})", re.ASCII)


def cascades(
    seeds: Annotated[str, typer.Option(help="A..B, both included.")] = f"0..{CASCADES - 1}",
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Let prices fall or rise by 60 % on crowds at the highest leverage, and say who pays.

    Every market must end solvent, by the auditor's reading of the rules too. Exit codes: 0 nothing
    wrong, 1 something is.
    """
    # Here and below: campaigns bring the engine and the auditor, which few commands wait for.
    from bellwether.testing.campaigns.markets.cascades import POLICIES
    from bellwether.testing.campaigns.markets.seeds import fall_through

    state = _run("cascades", seeds, folder, fall_through)
    report(state, "cascades", as_json, columns=POLICIES)


def lying_sources(
    seeds: Annotated[str, typer.Option(help="A..B, both included.")] = f"0..{LIES - 1}",
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Let sources of prices lie to markets of each design, beside twins that are told the truth.

    With an honest majority nobody may be liquidated who would not be under the true price; without
    one the limits of the rules must hold. Exit codes: 0 nothing wrong, 1 something is.
    """
    from bellwether.testing.campaigns.markets.lying_sources import MAJORITIES
    from bellwether.testing.campaigns.markets.seeds import lie

    state = _run("lying-sources", seeds, folder, lie)
    report(state, "markets whose sources lied", as_json, columns=MAJORITIES)


def _run(name: str, seeds: str, folder: Path | None, run: Run) -> State:
    """All that is left of the seeds, or up to one that is wrong."""
    from bellwether.testing.campaigns.markets.seeds import run_seeds

    match = _RANGE.fullmatch(seeds)
    if match is None or int(match[1]) > int(match[2]):
        refuse(f"--seeds: {seeds} is no range such as 0..199")
    first, end = int(match[1]), int(match[2]) + 1
    state = open_state(name, folder)
    if state.sums.done == 0:
        state.sums.next = first
    if state.sums.next - state.sums.done != first or state.sums.next > end:
        refuse(f"--state: {folder} has other seeds, and would go on with {state.sums.next}")
    with ReplayProgress(name, sys.stderr) as progress:
        while (seed := state.sums.next) < end and not state.sums.wrong:
            began = time.monotonic()
            found = run_seeds(run, range(seed, min(seed + _AT_ONCE, end)))
            state.sums.next += found.tried
            state.add(found.tried, found.counts, time.monotonic() - began, found.wrong)
            progress(state.sums.next - first, end - first)
    return state
