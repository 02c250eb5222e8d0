"""Does a venue grow in memory while orders come and go?"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from bellwether.lab.bench.api import load
from bellwether.lab.bench.api.load import Outcome
from bellwether.lab.bench.api.signed_orders import genesis_file
from bellwether.lab.bench.api.venue_program import VenueProgram
from bellwether.lab.bench.durable_bench import folder
from bellwether.lab.bench.load_program import LoadProgram
from bellwether.lab.bench.report import BenchFailed, Figure, Progress, Report

RATE: Final = 1_000
_CONNECTIONS: Final = 16
_LOOKS: Final = 60
_MB: Final = 1e6


def bench_endurance(
    minutes: float, progress: Progress, parent: Path | None = None, gateways: int = 1
) -> Report:
    """Orders and cancels by turns at a steady rate; resident memory of the venue's process after a
    third of the time and at the end. Raises BenchFailed."""
    seconds = 60 * minutes
    count = round(seconds * RATE)
    sizes: list[int] = []
    options = ("--gateways", str(gateways)) if gateways > 1 else ()
    with folder(parent) as name, VenueProgram(Path(name), genesis_file(0), *options) as venue:
        nonce = time.time_ns() // 1_000_000
        arguments = ("turnover", venue.host, venue.port, _CONNECTIONS, 1, count, RATE, nonce)

        def look() -> None:
            sizes.append(venue.resident_bytes())
            progress("endurance", min(len(sizes), _LOOKS), _LOOKS)

        with LoadProgram(load.__name__, *arguments) as program:
            outcome = program.outcome(Outcome, seconds + 120.0, look, seconds / _LOOKS)
        sizes.append(venue.resident_bytes())
        most = venue.most_bytes()
    if outcome.faulty:
        raise BenchFailed(f"{outcome.faulty:,} requests failed: {outcome.first_fault}")
    early, late = sizes[len(sizes) // 3], sizes[-1]
    return Report(
        "endurance",
        (
            f"{count:,} signed requests over {minutes:g} minutes, {RATE:,} a second, orders and "
            "cancels by turns, 1,000 of them resting; each due at its time and counted from then",
            "`bellwether serve` as a program of its own on this machine, without limits, over "
            f"{_CONNECTIONS} kept-alive connections from another; gateways: {gateways}",
            f"resident memory of the venue's process, {_LOOKS} times",
        ),
        (
            Figure("memory after a third of the time", early / _MB, "MB"),
            Figure("memory at the end", late / _MB, "MB"),
            Figure("growth", late / early, target="at most 1.1"),
            Figure("most memory", most / _MB, "MB"),
            Figure("p50", outcome.p50_ms, "ms"),
            Figure("p99", outcome.p99_ms, "ms"),
            Figure("p99.9", outcome.p999_ms, "ms"),
        ),
        (f"{outcome.rate:,.0f} requests a second were answered, none refused",),
    )
