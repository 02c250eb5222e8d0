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
from bellwether.lab.bench.report import BenchFailed, Figure

RATE: Final = 1_000
_CONNECTIONS: Final = 16
_LOOKS: Final = 60
_MB: Final = 1e6


def memory_over_time(minutes: int, parent: Path | None, *options: str) -> tuple[Figure, ...]:
    """Orders and cancels by turns at a steady rate; resident memory of the venue's process after a
    third of the time and at the end. Raises BenchFailed."""
    seconds = 60 * minutes
    count = seconds * RATE
    sizes: list[int] = []
    with folder(parent) as name, VenueProgram(Path(name), genesis_file(0), *options) as venue:
        nonce = time.time_ns() // 1_000_000
        arguments = ("turnover", venue.host, venue.port, _CONNECTIONS, 1, count, RATE, nonce)
        with LoadProgram(load.__name__, *arguments) as program:
            outcome = program.outcome(
                Outcome,
                seconds + 120.0,
                lambda: sizes.append(venue.resident_bytes()),
                seconds / _LOOKS,
            )
        sizes.append(venue.resident_bytes())
    if outcome.faulty:
        raise BenchFailed(f"{outcome.faulty:,} requests failed: {outcome.first_fault}")
    early, late = sizes[len(sizes) // 3], sizes[-1]
    return (
        Figure("memory after a third of the time", early / _MB, "MB"),
        Figure(f"memory after {minutes} minutes", late / _MB, "MB"),
        Figure("growth", late / early, target="at most 1.1"),
        Figure("p99.9 all the while", outcome.p999_ms, "ms"),
    )
