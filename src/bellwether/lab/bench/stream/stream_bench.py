"""How fast changes of a market reach a thousand watchers, and what idle connections cost."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Final, NamedTuple

from bellwether.lab.bench.api.signed_orders import genesis_file
from bellwether.lab.bench.api.venue_program import VenueProgram
from bellwether.lab.bench.durable_bench import folder
from bellwether.lab.bench.load_program import LoadProgram
from bellwether.lab.bench.report import BenchFailed, Figure, Progress, Report
from bellwether.lab.bench.stream import idlers, watchers
from bellwether.lab.bench.stream.watchers import Watched

CHANGES_A_SECOND: Final = 50
_LONGEST_S: Final = 120.0
_MOST_MS: Final = 250
_MOST_MB: Final = 300
_OTHER_DESCRIPTORS: Final = 200
_MB: Final = 1e6


class Run(NamedTuple):
    """What watchers saw, the venue's processor time in it and the most memory it held."""

    watched: Watched
    cpu_seconds: float
    most_bytes: int


def bench_stream(
    clients: int,
    idle: int,
    seconds: int,
    stalled: int,
    progress: Progress,
    parent: Path | None = None,
) -> Report:
    """All reading, some of them stalled, idle connections. Raises BenchFailed."""
    _let_open(max(clients, idle))
    progress("stream", 0, 3)
    calm, cpu_seconds, _ = _watched(clients, 0, seconds, parent)
    progress("stream", 1, 3)
    beside, _, most_bytes = _watched(clients, stalled, seconds, parent)
    progress("stream", 2, 3)
    before, after = _memory(idle, parent)
    progress("stream", 3, 3)
    at_most = f"at most {_MOST_MS}"
    return Report(
        "stream",
        (
            f"{clients:,} WebSocket clients subscribed to l2Book (20 levels a side) and trades of "
            f"one market, {CHANGES_A_SECOND} changes of its book a second for {seconds} s, every "
            "fifth a trade, each a signed order in a WebSocket post",
            "delivery: from when a change was due to be sent until a client has read the frame "
            "that shows it, for each client and each change; a book shows the newest state",
            f"then the same with {stalled:,} of the clients never reading, with receive buffers of "
            "4 KiB, on a new venue; hung up on: from the first change until the connection is "
            "gone, five seconds after the client was cut off, in which it could still read why",
            "`bellwether serve` as a program of its own on this machine; all clients and the "
            "sender of orders in one other process, with raw sockets and epoll",
            f"memory: resident size of a new venue before and after {idle:,} WebSockets are opened",
        ),
        (
            Figure("delivery p50", calm.p50_ms, "ms"),
            Figure("delivery p99", calm.p99_ms, "ms", at_most),
            Figure("delivery, longest", calm.worst_ms, "ms"),
            Figure("frames read", calm.frames / seconds, "frames/s"),
            Figure("venue's processor share", cpu_seconds / seconds),
            Figure("delivery p50 beside stalled clients", beside.p50_ms, "ms"),
            Figure("delivery p99 beside stalled clients", beside.p99_ms, "ms", at_most),
            *_cut_off(beside, stalled),
            Figure("most memory beside stalled clients", most_bytes / _MB, "MB"),
            Figure("memory before", before / _MB, "MB"),
            Figure(f"memory with {idle:,} idle clients", after / _MB, "MB", f"at most {_MOST_MB}"),
            Figure("memory per idle client", (after - before) / idle, "bytes"),
        ),
        (
            f"{calm.deliveries + beside.deliveries:,} deliveries, none is missing and every trade "
            "came to every reader",
        ),
    )


def _cut_off(beside: Watched, stalled: int) -> tuple[Figure, ...]:
    """How many of those who never read were left, and when."""
    after = beside.hung_up or [0.0]
    return (
        Figure("stalled clients cut off", len(beside.hung_up), target=f"all {stalled:,}"),
        Figure("hung up on after, p50", after[len(after) // 2], "s"),
        Figure("hung up on after, longest", after[-1], "s"),
    )


def _watched(clients: int, stalled: int, seconds: int, parent: Path | None) -> Run:
    """Raises BenchFailed."""
    count = seconds * CHANGES_A_SECOND
    with folder(parent) as name, VenueProgram(Path(name), genesis_file(0)) as venue:
        arguments = (venue.host, venue.port, clients, stalled, count, CHANGES_A_SECOND)
        with LoadProgram(watchers.__name__, *arguments) as load:
            before = venue.cpu_seconds()
            watched = load.outcome(Watched, seconds + _LONGEST_S)
            cpu_seconds = venue.cpu_seconds() - before
        most_bytes = venue.most_bytes()
    if watched.missing or watched.faulty or watched.cut_off:
        raise BenchFailed(f"deliveries are missing, or orders were refused: {watched}")
    return Run(watched, cpu_seconds, most_bytes)


def _memory(idle: int, parent: Path | None) -> tuple[int, int]:
    """Resident bytes of a venue before and with idle connections. Raises BenchFailed."""
    with folder(parent) as name, VenueProgram(Path(name), genesis_file(0)) as venue:
        before = venue.resident_bytes()
        with LoadProgram(idlers.__name__, venue.host, venue.port, idle):
            return before, venue.resident_bytes()


def _let_open(sockets: int) -> None:
    """Room for so many sockets in programs that are started here. Raises BenchFailed."""
    wanted = sockets + _OTHER_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise BenchFailed(f"{wanted:,} open files are needed and the system allows {hard:,}")
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
