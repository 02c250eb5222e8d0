"""How fast engine time passes: the days of an idle venue, and the steps of a market many hold."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Final

from bellwether.lab.bench.durable_bench import folder, run_on_loop
from bellwether.lab.bench.life.held_market import (
    LEVERAGE,
    PRICE,
    QUOTE_STEP,
    SWING,
    HeldMarket,
)
from bellwether.lab.bench.life.idle_venue import MARKETS, IdleRun, idle_days
from bellwether.lab.bench.report import Figure, Progress, Report
from bellwether.lab.bench.standard.workload import as_in_a_node

DAYS: Final = 90
"""What a time is asked of; the dev world's first market ends then."""

POSITIONS: Final = 10_000
FEW: Final = 10
ROUNDS: Final = 3
HOURS: Final = 48
QUOTED_S: Final = 900
_SECONDS_TARGET: Final = "at most 60"
_RATIO_TARGET: Final = "at most 1.5"


def bench_life(days: int, positions: int, progress: Progress, parent: Path | None = None) -> Report:
    """Idle venue, held markets, idle venue, … ; `positions` is even. Raises BenchFailed."""
    passed = 0
    total = ROUNDS * days

    def day_passed() -> None:
        nonlocal passed
        passed += 1
        progress("life", passed, total)

    progress("life", 0, total)
    few, many = HeldMarket(FEW), HeldMarket(positions)
    runs: list[IdleRun] = []
    with as_in_a_node():
        for turn in range(ROUNDS):
            with folder(parent) as name:
                runs.append(run_on_loop(idle_days(Path(name), days, day_passed)))
            _live(few, many, turn)
    few.check()
    many.check()
    return Report(
        "life",
        _workload(days, positions),
        (*_idle_figures(days, runs), *_step_figures(few, many)),
        _remarks(runs, few, many),
    )


def _live(few: HeldMarket, many: HeldMarket, turn: int) -> None:
    """A share of the hours, by turns; either market goes first as often as the other."""
    for hour in range(turn, HOURS, ROUNDS):
        for market in (few, many) if hour % 2 == 0 else (many, few):
            market.live_hour(QUOTED_S)


def _idle_figures(days: int, runs: list[IdleRun]) -> tuple[Figure, ...]:
    seconds = median(run.seconds for run in runs)
    target = _SECONDS_TARGET if days == DAYS else ""
    return (
        Figure("idle venue", days / seconds, "days/s"),
        Figure("idle venue, time", seconds, "s", target),
    )


def _step_figures(few: HeldMarket, many: HeldMarket) -> list[Figure]:
    """Three for each kind of step: what it takes in either market, and the ratio."""
    figures: list[Figure] = []
    for name, short, long in (
        ("oracle update", few.updates, many.updates),
        ("funding sample", few.samples, many.samples),
        ("funding hour", few.hours, many.hours),
    ):
        ratio = median(slow / quick for quick, slow in zip(short, long, strict=True))
        figures += [
            Figure(f"{name}, {few.positions} positions", 1e6 * median(short), "µs"),
            Figure(f"{name}, {many.positions:,} positions", 1e6 * median(long), "µs"),
            Figure(f"{name}, ratio", ratio, target=_RATIO_TARGET),
        ]
    return figures


def _workload(days: int, positions: int) -> tuple[str, ...]:
    return (
        f"idle venue: {MARKETS} markets, one ipop and one premarket, and no orders, for "
        f"{days} {'day' if days == 1 else 'days'}; oracle every 3 s, funding samples every 5 s, "
        "hourly funding; the dates of its markets come as they do",
        "a whole node: engine, sequencer, file journal on the disk of this folder with one "
        "fdatasync a record, read models; manual clock, moved a day at a time",
        f"steps: one market of preset ipop at {PRICE:,} atoms, {FEW} open positions against "
        f"{positions:,}, one an account, half of them long; 20 to 100 USD each, isolated at "
        f"{LEVERAGE}x, entered within 0.5 % of the reference",
        f"before each update the quotes move {QUOTE_STEP} atoms, back and forth within "
        f"{SWING:,} atoms of the reference, by a command that is not timed; each update measured "
        "moves the mark, publishes prices and looks for liquidations; none is found",
        f"{HOURS} hours of each market by turns, engine.apply(AdvanceTime) timer by timer in the "
        f"first {QUOTED_S // 60} minutes of each; steps of two timers at once left out, and the "
        "first update after positions were opened",
    )


def _remarks(runs: list[IdleRun], few: HeldMarket, many: HeldMarket) -> tuple[str, ...]:
    run = runs[0]
    listed = ", ".join(f"{each.seconds:.3g} s" for each in runs)
    return (
        f"idle venue: median of {len(runs)} runs ({listed}), between the hours of the steps; "
        f"{run.commands:,} commands and {run.events:,} events in {run.records:,} records",
        f"steps: medians of {len(few.updates)} hours, of the mean step in each; the ratio is that "
        "of two hours next to each other",
        f"the mark moved in {few.moved:,} of {few.all_updates:,} updates with {few.positions} "
        f"positions, in {many.moved:,} with {many.positions:,}; all positions stayed open; every "
        "total recomputed at the end",
    )
