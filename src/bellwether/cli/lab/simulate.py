"""`bellwether lab simulate` and `canary`: worlds out of seeds in which everything may fail."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer

from bellwether import __version__
from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.testing.simulator.plan import CANARY_STEPS, MOST_SEEDS, SHRINKING_S, STEPS

if TYPE_CHECKING:
    from bellwether.testing.simulator.hunt import Find, Sums
    from bellwether.testing.simulator.world import Outcome

FRESH_WORLDS: Final = 20
EXIT_WRONG: Final = 1
_RANGE: Final = re.compile(r"(\d{1,18})\.\.(\d{1,18})", re.ASCII)


def simulate(
    seed: Annotated[int | None, typer.Option(min=0, help="One world, and no other.")] = None,
    seeds: Annotated[str, typer.Option(help="Worlds A..B, both included.")] = "",
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="Fresh worlds for so long.")
    ] = None,
    steps: Annotated[int, typer.Option(min=1, max=1_000_000, help="Length of a world.")] = STEPS,
    shrinking: Annotated[
        float, typer.Option("--shrink", min=0, help="Seconds to make a failing world smaller.")
    ] = SHRINKING_S,
    plan: Annotated[Path | None, typer.Option(help="A world that was kept, again.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Where to keep a failing world.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Run the real venue on a disk, a clock and a network that fail, and check what must hold.

    Without options: 20 fresh worlds. Exit codes: 0 nothing wrong, 1 something is, 2 usage.
    """
    # Here and below: the simulator brings the whole venue, which no other command waits for.
    from bellwether.testing.simulator import hunt

    if sum(option is not None for option in (seed, minutes, plan)) + bool(seeds) > 1:
        refuse("give one of --seed, --seeds, --minutes and --plan")
    if plan is not None:
        _again(plan, as_json)
        return
    chosen, total = _seeds(seed, seeds, minutes)
    seconds = 60 * minutes if minutes is not None else 0.0
    with ReplayProgress("worlds", sys.stderr) as progress:
        done = count(1)
        sums = hunt.simulate(chosen, lambda outcome: progress(next(done), total), steps, seconds)
    if as_json:
        print(json.dumps({**msgspec.to_builtins(sums), **_program()}))
    else:
        print(_sentence(sums))
    if sums.failed is not None:
        _report(sums.failed, steps, shrinking, keep)
        raise typer.Exit(EXIT_WRONG)


def canary(
    first_seed: Annotated[int, typer.Option("--seed", min=0, help="The first world.")] = 0,
    worlds: Annotated[int, typer.Option(min=1, help="Worlds for each bug.")] = MOST_SEEDS,
    steps: Annotated[int, typer.Option(min=1, help="Length of a world.")] = CANARY_STEPS,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Plant known bugs, one at a time, and see the simulator find each.

    A compiled core can not be changed: there only bugs around it are planted. Exit codes: 0 all
    found, 1 one was not.
    """
    from bellwether.testing.simulator.hunt import hunt, is_compiled, plantable

    finds: list[Find] = []
    for bug in plantable():
        find = hunt(bug, first_seed, worlds, steps)
        finds.append(find)
        if as_json:
            print(json.dumps(msgspec.to_builtins(find)), flush=True)
        else:
            print(_found(find), flush=True)
    missed = [find for find in finds if not find.code]
    if not as_json:
        form = "compiled" if is_compiled() else "interpreted"
        print(f"{len(finds) - len(missed)} of {len(finds)} bugs found ({form} core)")
    if missed:
        raise typer.Exit(EXIT_WRONG)


def _seeds(seed: int | None, seeds: str, minutes: float | None) -> tuple[Iterator[int], int]:
    """Which worlds, and how many of them there are (as many as come, where time decides)."""
    if seed is not None:
        return iter((seed,)), 1
    if seeds:
        match = _RANGE.fullmatch(seeds)
        if match is None or int(match[1]) > int(match[2]):
            refuse(f"--seeds: {seeds} is no range such as 0..199")
        first, last = int(match[1]), int(match[2])
        return iter(range(first, last + 1)), last - first + 1
    first = secrets.randbits(40)
    if minutes is not None:
        return count(first), sys.maxsize
    return iter(range(first, first + FRESH_WORLDS)), FRESH_WORLDS


def _sentence(sums: Sums) -> str:
    outcome = "nothing wrong" if sums.failed is None else f"seed {sums.failed.seed} is wrong"
    worlds = "world" if sums.worlds == 1 else "worlds"
    rate = sums.events / sums.seconds if sums.seconds else 0
    return (
        f"{sums.worlds:,} {worlds} from seed {sums.first_seed} on, {sums.steps:,} steps: "
        f"{sums.commands:,} commands, {sums.events:,} events, {sums.lives:,} lives of the venue, "
        f"{sum(sums.faults.values()):,} "
        f"faults ({sums.halts:,} halts, {sums.refusals:,} refused starts), "
        f"{sums.virtual_s / 3_600:,.1f} h of its time in {sums.seconds:,.1f} s "
        f"({rate:,.0f} events/s); in {sums.lied} the disk lied; {outcome}"
    )


def _report(failed: Outcome, steps: int, seconds: float, keep: Path | None) -> None:
    """Says what is wrong, in the smallest world found, and how to see it again."""
    from bellwether.testing.simulator.plan import draw_plan
    from bellwether.testing.simulator.shrink import shrink, told
    from bellwether.testing.simulator.world import run_world

    program = _program()
    print(f"{failed.code}: {failed.violation}", file=sys.stderr)
    print(
        f"again: bellwether lab simulate --seed {failed.seed} --steps {steps}   "
        f"(bellwether {program['version']}, commit {program['commit']}, {program['core']} core)",
        file=sys.stderr,
    )
    plan = draw_plan(failed.seed, steps)
    if seconds > 0:
        with ReplayProgress("making it smaller", sys.stderr) as progress:
            plan = shrink(plan, failed.code, lambda left, _: progress(0, left + 1), seconds)
        print(told(plan, run_world(plan)), file=sys.stderr)
    if keep is not None:
        keep.write_bytes(msgspec.json.encode(plan))
        print(f"kept: bellwether lab simulate --plan {keep}", file=sys.stderr)


def _again(path: Path, as_json: bool) -> None:
    """Runs a world that was kept in a file."""
    from bellwether.testing.simulator.plan import Plan
    from bellwether.testing.simulator.shrink import told
    from bellwether.testing.simulator.world import run_world

    try:
        plan = msgspec.json.decode(path.read_bytes(), type=Plan)
    except (OSError, msgspec.MsgspecError) as error:
        refuse(f"{path}: {error}")
    outcome = run_world(plan)
    if as_json:
        print(json.dumps({**msgspec.to_builtins(outcome), **_program()}))
    elif outcome.code:
        print(told(plan, outcome))
    else:
        print(f"{outcome.commands:,} commands, {outcome.events:,} events; nothing wrong")
    if outcome.code:
        raise typer.Exit(EXIT_WRONG)


def _found(find: Find) -> str:
    if not find.code:
        return f"NOT FOUND  {find.name}: {find.does} ({find.worlds} worlds, {find.events:,} events)"
    return (
        f"{find.code:<6} {find.name}: {find.does}; world {find.worlds}, {find.events:,} events, "
        f"{find.seconds:.1f} s"
    )


def _program() -> dict[str, Any]:
    """What was run: a seed means the same only to the same program."""
    from bellwether.testing.simulator.hunt import is_compiled

    done = subprocess.run(
        ["git", "-C", os.path.dirname(__file__), "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    commit = done.stdout.strip() or "unknown"
    core = "compiled" if is_compiled() else "interpreted"
    return {"version": __version__, "commit": commit, "core": core}
