"""How fast the whole engine is, as a share of what a bare core does in the same run."""

from __future__ import annotations

import gc
import time
from statistics import median

import msgspec

from bellwether.engine.engine import Engine
from bellwether.lab.bench.report import BenchFailed, Figure, Progress, Report
from bellwether.lab.bench.standard.compilation import engine_is_compiled, matching_yardstick
from bellwether.lab.bench.standard.stream import ACCOUNTS, REFERENCE, Trade, trades_hash
from bellwether.lab.bench.standard.workload import (
    COLLATERAL_E6,
    MAPPING,
    START_NS,
    STEP_NS,
    Workload,
    as_in_a_node,
)
from bellwether.lab.bench.standard.yardstick import FILL, Yardstick
from bellwether.schema.events import TradeExecuted

ROUNDS = 3
"""Runs of the engine; the yardstick runs before, between and after them."""


class Run(msgspec.Struct, frozen=True):
    """One pass over the stream."""

    per_second: float
    events: int
    engine: Engine


def bench_engine(workload: Workload, progress: Progress) -> Report:
    """Yardstick, engine, yardstick, engine, … in one process. Raises BenchFailed."""
    core = matching_yardstick()
    events = check_trades(workload, core)
    yardsticks: list[float] = []
    engines: list[float] = []
    with as_in_a_node():
        yardsticks.append(yardstick_rate(workload, core))
        for done in range(ROUNDS):
            progress("engine", done, ROUNDS)
            engines.append(engine_run(workload).per_second)
            yardsticks.append(yardstick_rate(workload, core))
    progress("engine", ROUNDS, ROUNDS)
    ratios = [
        2 * engine / (yardsticks[turn] + yardsticks[turn + 1])
        for turn, engine in enumerate(engines)
    ]
    compiled = engine_is_compiled()
    target = "at least 0.35" if compiled else "at least 0.10"
    stream = workload.stream
    return Report(
        "engine",
        (
            described(workload),
            *MAPPING,
            f"engine time moves {STEP_NS // 1000} µs a command: oracle and funding timers run",
        ),
        (
            Figure("engine", median(engines), "commands/s"),
            Figure("yardstick", median(yardsticks), "messages/s"),
            Figure("ratio", median(ratios), target=target),
        ),
        (
            f"{'compiled' if compiled else 'interpreted'} engine and yardstick; medians of "
            f"{ROUNDS} engine runs with a yardstick run before and after each",
            f"engine runs: {_listed(engines)}; yardstick runs: {_listed(yardsticks)}",
            f"{events:,} events; {stream.trades:,} trades with hash {stream.trades_hash}, the same "
            "in engine, yardstick and generator; every total recomputed at the end",
        ),
    )


def described(workload: Workload) -> str:
    """The stream in one line."""
    return (
        f"standard stream, {workload.stream.count:,} messages, seed 7 (adds within 50 ticks, "
        "cancels, changes, marketable IOC; up to 4,900 resting orders)"
    )


def check_trades(workload: Workload, core: type[Yardstick]) -> int:
    """Runs both once and compares the trades; returns the number of events. Raises BenchFailed."""
    expected = (workload.stream.trades, workload.stream.trades_hash)
    yardstick = core(ACCOUNTS, COLLATERAL_E6, REFERENCE)
    yardstick.run(workload.stream.messages)
    filled = [(taker, maker, at, lots) for _, taker, maker, at, lots, *_ in _fills(yardstick)]
    if (len(filled), trades_hash(filled)) != expected:
        raise BenchFailed("the yardstick did not make the trades of the stream")
    events, trades = engine_trades(workload)
    if (len(trades), trades_hash(trades)) != expected:
        raise BenchFailed("the engine did not make the trades of the yardstick")
    return events


def engine_trades(workload: Workload) -> tuple[int, list[Trade]]:
    """The number of events and all trades of the engine; every total is recomputed at the end."""
    engine = workload.founded()
    trades: list[Trade] = []
    events, now = 0, START_NS
    for command in workload.commands:
        now += STEP_NS
        caused = engine.apply(command, now)
        events += len(caused)
        for event in caused:
            if isinstance(event, TradeExecuted):
                trade = (event.taker_order_id, event.maker_order_id, event.price, event.lots)
                trades.append(trade)
    engine.audit()
    return events, trades


def engine_run(workload: Workload) -> Run:
    """One timed pass of the engine alone, with nothing left of the pass before."""
    engine = workload.founded()
    gc.collect()
    apply, now, events = engine.apply, START_NS, 0
    began = time.perf_counter()
    for command in workload.commands:
        now += STEP_NS
        events += len(apply(command, now))
    took = time.perf_counter() - began
    return Run(len(workload.commands) / took, events, engine)


def yardstick_rate(workload: Workload, core: type[Yardstick]) -> float:
    """Messages a second of one timed pass of the yardstick."""
    yardstick = core(ACCOUNTS, COLLATERAL_E6, REFERENCE)
    began = time.perf_counter()
    yardstick.run(workload.stream.messages)
    return workload.stream.count / (time.perf_counter() - began)


def _fills(yardstick: Yardstick) -> list[tuple[int, ...]]:
    return list(FILL.iter_unpack(bytes(yardstick.fills)))


def _listed(rates: list[float]) -> str:
    return ", ".join(f"{rate:,.0f}" for rate in rates)
