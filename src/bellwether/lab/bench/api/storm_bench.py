"""How much later a cancel is answered during a storm of orders than alone (F17)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from bellwether.lab.bench.api import load
from bellwether.lab.bench.api.load import Outcome
from bellwether.lab.bench.api.signed_orders import genesis_file
from bellwether.lab.bench.api.venue_program import VenueProgram
from bellwether.lab.bench.durable_bench import folder
from bellwether.lab.bench.load_program import LoadProgram
from bellwether.lab.bench.report import BenchFailed, Figure, Progress, Report

STORMERS: Final = 512
"""Connections of the storm; fewer where the accounts of few orders would get out of step."""

RATE: Final = 200
_CONNECTIONS: Final = 64
_LEAST: Final = 3_000
_ORDERS_PER_STORMER: Final = 60
_ORDERS_PER_CANCEL: Final = 100
_LONGEST_S: Final = 300.0
_MB: Final = 1e6


class Storm(NamedTuple):
    """What became of the cancels and of the orders beside them, and the venue's memory in bytes
    before and at most."""

    cancels: Outcome
    orders: Outcome
    before: int
    most: int


def bench_storm(
    orders: int, progress: Progress, parent: Path | None = None, gateways: int = 1
) -> Report:
    """Cancels alone, then beside a storm. Raises BenchFailed."""
    orders = max(orders, _LEAST)
    count = orders // _ORDERS_PER_CANCEL
    options = ("--gateways", str(gateways)) if gateways > 1 else ()
    progress("storm", 0, 2)
    alone = _alone(count, parent, *options)
    progress("storm", 1, 2)
    storm = _storm(count, orders, parent, *options)
    progress("storm", 2, 2)
    beside, stormed = storm.cancels, storm.orders
    return Report(
        "storm",
        (
            f"{count:,} cancels by client id over {_CONNECTIONS} connections, one order each, "
            f"{RATE} a second, each due at its time and counted from then on",
            f"alone, and on a new venue beside {orders:,} signed single orders over "
            f"{_stormers(orders)} connections, the next as soon as the last is answered; other "
            "accounts than those of the cancels",
            "`bellwether serve` as a program of its own on this machine, without limits, and each "
            f"load another program; gateways: {gateways}",
        ),
        (
            Figure("cancel alone, p50", alone.p50_ms, "ms"),
            Figure("cancel alone, p99", alone.p99_ms, "ms"),
            Figure("cancel in the storm, p50", beside.p50_ms, "ms"),
            Figure("cancel in the storm, p99", beside.p99_ms, "ms"),
            Figure("later by, p50", beside.p50_ms - alone.p50_ms, "ms"),
            Figure("later by, p99", beside.p99_ms - alone.p99_ms, "ms"),
            Figure("orders of the storm", stormed.rate, "orders/s"),
            Figure("order in the storm, p50", stormed.p50_ms, "ms"),
            Figure("order in the storm, p99", stormed.p99_ms, "ms"),
            Figure("cancel to order, p50", beside.p50_ms / stormed.p50_ms, target="below 1"),
            Figure("memory before", storm.before / _MB, "MB"),
            Figure("most memory", storm.most / _MB, "MB"),
        ),
        ("every cancel and every order was carried out; the venue holds what it has accepted",),
    )


def _alone(count: int, parent: Path | None, *options: str) -> Outcome:
    """Raises BenchFailed."""
    with (
        folder(parent) as name,
        VenueProgram(Path(name), _genesis(0), *options) as venue,
        LoadProgram(load.__name__, *_cancels(venue, count)) as cancels,
    ):
        return _whole(cancels.outcome(Outcome, _LONGEST_S))


def _storm(count: int, orders: int, parent: Path | None, *options: str) -> Storm:
    """Raises BenchFailed."""
    with folder(parent) as name, VenueProgram(Path(name), _genesis(orders), *options) as venue:
        nonce = time.time_ns() // 1_000_000
        stormers = ("orders", venue.host, venue.port, _stormers(orders), 1, orders, 0, nonce)
        with (
            LoadProgram(load.__name__, *_cancels(venue, count)) as cancels,
            LoadProgram(load.__name__, *stormers) as storm,
            ThreadPoolExecutor(1) as other,
        ):
            before = venue.resident_bytes()
            raging = other.submit(storm.outcome, Outcome, _LONGEST_S)
            beside = _whole(cancels.outcome(Outcome, _LONGEST_S))
            if raging.done():
                raise BenchFailed("the storm was over before the cancels: it takes more orders")
            stormed = _whole(raging.result())
        return Storm(beside, stormed, before, venue.most_bytes())


def _stormers(orders: int) -> int:
    return min(STORMERS, orders // _ORDERS_PER_STORMER)


def _genesis(orders: int) -> bytes:
    return genesis_file(orders, apart=True)


def _cancels(venue: VenueProgram, count: int) -> tuple[object, ...]:
    nonce = time.time_ns() // 1_000_000
    return ("lone cancels", venue.host, venue.port, _CONNECTIONS, 1, count, RATE, nonce)


def _whole(outcome: Outcome) -> Outcome:
    """Raises BenchFailed unless everything was carried out."""
    if outcome.faulty:
        raise BenchFailed(f"{outcome.faulty:,} requests failed: {outcome.first_fault}")
    return outcome
