"""`bellwether lab simulate` and `canary`: worlds out of seeds in which everything may fail."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
from datetime import UTC, datetime
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
    from bellwether.testing.campaigns.worlds import Campaign
    from bellwether.testing.simulator.hunt import Find, Sums
    from bellwether.testing.simulator.world import Outcome

FRESH_WORLDS: Final = 20
SAVE_EVERY_S: Final = 5.0
TELL_EVERY_S: Final = 20.0
EXIT_WRONG: Final = 1
_RANGE: Final = re.compile(r"(\d{1,18})\.\.(\d{1,18})", re.ASCII)


def simulate(
    seed: Annotated[int | None, typer.Option(min=0, help="One world, and no other.")] = None,
    seeds: Annotated[str, typer.Option(help="Worlds A..B, both included.")] = "",
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="For so long; without --seeds fresh worlds.")
    ] = None,
    steps: Annotated[int, typer.Option(min=1, max=1_000_000, help="Length of a world.")] = STEPS,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Worlds at once.")] = 1,
    state: Annotated[
        Path | None, typer.Option(help="Folder of a campaign, which goes on where it was.")
    ] = None,
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
    if sum(option is not None for option in (seed, minutes or seeds or None, plan)) > 1:
        refuse("give one of --seed, --plan, and --seeds or --minutes")
    if plan is not None:
        _again(plan, as_json)
        return
    chosen = _seeds(seed, seeds, minutes)
    seconds = 60 * minutes if minutes is not None else 0.0
    if state is not None:
        sums, failed = _campaign(state, chosen, bool(seeds), steps, seconds, workers)
    else:
        sums = _fresh(chosen, steps, seconds, workers)
        failed = sums.failed
    if as_json:
        print(json.dumps({**msgspec.to_builtins(sums), **_program()}))
    else:
        print(_sentence(sums, failed))
    if failed is not None:
        _report(failed, steps, shrinking, keep)
        raise typer.Exit(EXIT_WRONG)


def _fresh(chosen: tuple[int, int], steps: int, seconds: float, workers: int) -> Sums:
    """Worlds that nobody counts but this call."""
    # Here and below: the simulator brings the whole venue, which no other command waits for.
    from bellwether.testing.simulator import hunt

    first, last = chosen
    numbers = count(first) if last < 0 else iter(range(first, last + 1))
    total = last - first + 1 if last >= 0 else sys.maxsize
    with ReplayProgress("worlds", sys.stderr) as progress:
        done = count(1)
        return hunt.simulate(
            numbers, lambda _: progress(next(done), total), steps, seconds, workers
        )


def _campaign(
    folder: Path,
    chosen: tuple[int, int],
    is_range: bool,
    steps: int,
    seconds: float,
    workers: int,
) -> tuple[Sums, Outcome | None]:
    """The worlds of a folder go on; its sums, and the world that is wrong."""
    from bellwether.testing.campaigns.worlds import CampaignError, only_one, open_campaign

    try:
        with only_one(folder):
            campaign = open_campaign(folder, *chosen, steps, is_range)
            return campaign.sums, _go_on(campaign, folder, seconds, workers)
    except (CampaignError, OSError) as error:
        refuse(f"--state: {error}")


def _go_on(campaign: Campaign, folder: Path, seconds: float, workers: int) -> Outcome | None:
    """One part of a campaign, told and written down now and then; the world that is wrong."""
    from bellwether.testing.campaigns.worlds import Part
    from bellwether.testing.simulator import hunt

    program = _program()
    campaign.parts.append(
        Part(program["commit"], program["core"], f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    )
    began = saved = told = time.monotonic()

    def take(outcome: Outcome) -> None:
        nonlocal saved, told
        now = time.monotonic()
        campaign.take(outcome, now - began)
        if now - saved >= SAVE_EVERY_S or outcome.code:
            saved = now
            campaign.save(folder)
        if now - told >= TELL_EVERY_S:
            told = now
            print(_stands(campaign, seconds), file=sys.stderr, flush=True)

    try:
        return hunt.simulate(campaign.seeds(), take, campaign.steps, seconds, workers).failed
    except KeyboardInterrupt:
        return None
    finally:
        campaign.save(folder)


def _stands(campaign: Campaign, seconds: float) -> str:
    """How far a campaign is, and how fast this part of it."""
    sums, part = campaign.sums, campaign.parts[-1]
    left = seconds - part.seconds if seconds else float("inf")
    of = ""
    if campaign.last_seed >= 0:
        total = campaign.last_seed - campaign.first_seed + 1
        of = f" of {total:,}"
        left = min(left, (total - sums.worlds) * part.seconds / max(part.worlds, 1))
    togo = f", {left / 60:,.0f} min to go" if left < float("inf") else ""
    return (
        f"{sums.worlds:,} worlds{of}, {sums.events:,} events "
        f"({part.events / max(part.seconds, 0.001):,.0f} a second), "
        f"{sum(sums.faults.values()):,} faults, {len(campaign.wrong)} wrong{togo}"
    )


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


def _seeds(seed: int | None, seeds: str, minutes: float | None) -> tuple[int, int]:
    """The first world and the last; -1 where as many come as there is time for."""
    if seed is not None:
        return seed, seed
    if seeds:
        match = _RANGE.fullmatch(seeds)
        if match is None or int(match[1]) > int(match[2]):
            refuse(f"--seeds: {seeds} is no range such as 0..199")
        return int(match[1]), int(match[2])
    first = secrets.randbits(40)
    return first, -1 if minutes is not None else first + FRESH_WORLDS - 1


def _sentence(sums: Sums, failed: Outcome | None) -> str:
    outcome = "nothing wrong" if failed is None else f"seed {failed.seed} is wrong"
    worlds = "world" if sums.worlds == 1 else "worlds"
    rate = sums.events / sums.seconds if sums.seconds else 0
    return (
        f"{sums.worlds:,} {worlds} from seed {sums.first_seed} on, {sums.steps:,} steps: "
        f"{sums.commands:,} commands, {sums.events:,} events, {sums.lives:,} lives of the venue, "
        f"{sum(sums.faults.values()):,} "
        f"faults ({sums.halts:,} halts, {sums.refusals:,} refused starts), "
        f"{sums.virtual_s / 3_600:,.1f} h of its time in {sums.seconds:,.1f} s "
        f"({rate:,.0f} events/s); in {sums.lied} the disk lied, "
        f"{sums.audited} had an auditor; {outcome}"
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
