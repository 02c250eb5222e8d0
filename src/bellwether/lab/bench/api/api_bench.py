"""How fast signed orders are carried out over HTTP and WebSocket, as a share of what recovering
their signers costs in the same run, and reads as a share of what the HTTP layer costs."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from bellwether.lab.bench.api import bare_exchange, bare_server, load
from bellwether.lab.bench.api.kinds import BATCH, READS_OF
from bellwether.lab.bench.api.load import Outcome
from bellwether.lab.bench.api.recovery_yardstick import recoveries_per_second
from bellwether.lab.bench.api.signed_orders import accounts_for, genesis_file
from bellwether.lab.bench.api.venue_program import VenueProgram, tree_cpu_seconds
from bellwether.lab.bench.durable_bench import folder
from bellwether.lab.bench.load_program import LoadProgram
from bellwether.lab.bench.report import BenchFailed, Figure, Progress, Report

CONNECTIONS: Final = 128
_SOCKETS: Final = 8
_TOGETHER: Final = CONNECTIONS // _SOCKETS
_READERS: Final = 32
_ANSWER_BYTES: Final = 1_750
_LONGEST_S: Final = 300.0


class Run(NamedTuple):
    """What one load found, and the venue's processor time in it."""

    outcome: Outcome
    cpu_seconds: float


def bench_api(
    orders: int,
    progress: Progress,
    parent: Path | None = None,
    gateways: int = 1,
) -> Report:
    """Recovery alone, loads of every kind, recovery alone. Raises BenchFailed."""
    runner = _Runner(progress, parent, gateways)
    recoveries = [[recoveries_per_second(threads)] for threads in (1, 2)]
    single = runner.run("orders", orders)
    rate = single.outcome.rate
    bare_orders = _bare(bare_exchange.__name__, (), ("orders", CONNECTIONS), orders)
    half = runner.run("orders", orders // 2, rate=int(rate / 2))
    batches = runner.run("batches", orders // 10)
    cancels = runner.run("cancels", orders // 2)
    mixed = runner.run("mixed", orders // 2)
    posts = runner.run("posts", orders // 2)
    together = runner.run("posts", orders // 2, _SOCKETS, _TOGETHER)
    reads = runner.run("reads", orders, _READERS).outcome
    answer_bytes = (str(_ANSWER_BYTES),)
    bare = _bare(bare_server.__name__, answer_bytes, ("constant", _READERS), orders).outcome
    for threads, found in enumerate(recoveries, 1):
        found.append(recoveries_per_second(threads))
    one, two = median(recoveries[0]), median(recoveries[1])
    runner.done()
    return Report(
        "api",
        _workload(orders, gateways),
        (
            Figure("orders", rate, "orders/s"),
            Figure("p50", single.outcome.p50_ms, "ms"),
            Figure("p99", single.outcome.p99_ms, "ms"),
            Figure("signature recovery alone", one, "recoveries/s"),
            Figure("ratio to one thread", rate / one),
            Figure("signature recovery alone, two threads", two, "recoveries/s"),
            Figure("ratio to two threads", rate / two, target="at least 0.6"),
            Figure("bare server, orders", bare_orders.outcome.rate, "orders/s"),
            Figure("ratio to bare server", rate / bare_orders.outcome.rate),
            Figure("bare server's ratio to two threads", bare_orders.outcome.rate / two),
            Figure("bare server's processor time per order", _each(bare_orders, orders), "µs"),
            Figure("venue's processor time per order", _each(single, orders), "µs"),
            Figure("load's processor time per order", _load(single, orders), "µs"),
            Figure("orders at half of that", half.outcome.rate, "orders/s"),
            Figure("p50 at half", half.outcome.p50_ms, "ms"),
            Figure("p99 at half", half.outcome.p99_ms, "ms"),
            Figure("p99.9 at half", half.outcome.p999_ms, "ms"),
            Figure("orders in batches", BATCH * batches.outcome.rate, "orders/s"),
            Figure("cancels", cancels.outcome.rate, "cancels/s"),
            Figure("mixed with reads", mixed.outcome.rate, "requests/s"),
            Figure("orders over WebSocket posts", posts.outcome.rate, "orders/s"),
            Figure("posts to HTTP", posts.outcome.rate / rate),
            Figure("posts, several at a time", together.outcome.rate, "orders/s"),
            Figure("l2Book", reads.rate, "reads/s"),
            Figure("bare server", bare.rate, "reads/s"),
            Figure("ratio of reads", reads.rate / bare.rate, target="at least 0.5"),
        ),
        (f"the first {orders - single.outcome.measured:,} requests of each kind are not counted",),
    )


def _workload(orders: int, gateways: int) -> tuple[str, ...]:
    return (
        f"{orders:,} signed single orders of {accounts_for(orders)} accounts, nine of ten "
        "resting limit orders and one IOC that trades, signed before the clock starts",
        "`bellwether serve` as a program of its own on this machine: journal with one "
        "fdatasync a group on the disk of this folder, read models, metrics; no rate limits; "
        f"gateways: {gateways}",
        f"a load generator in another process over {CONNECTIONS} kept-alive loopback HTTP "
        "connections, one order on its way on each; raw sockets and epoll",
        "at half of that rate: each order due at its time, and counted from then on",
        f"batches of {BATCH}, each order counted; cancels by client id one by one; mixed: one "
        f"request of {READS_OF} an l2Book; posts over as many WebSockets, and {_TOGETHER} at "
        f"a time over {_SOCKETS}; a new venue for each",
        f"l2Book (20 levels a side) over {_READERS} connections, and a server of httptools on "
        f"uvloop that answers every request with the same {_ANSWER_BYTES:,} bytes",
        "bare server of orders: the same layer, every order decoded, its signer recovered in a "
        "process as the venue does, and a constant answer; same requests, same load generator",
        "recovery: signer from digest and signature in one thread and in two of a third "
        "process, while the others rest",
    )


def _each(run: Run, requests: int) -> float:
    return 1e6 * run.cpu_seconds / requests


def _load(run: Run, requests: int) -> float:
    return 1e6 * run.outcome.cpu_seconds / requests


class _Runner:
    """One venue for each load, so that none meets the books of another."""

    _STEPS: Final = 8

    def __init__(self, progress: Progress, parent: Path | None, gateways: int) -> None:
        self._progress = progress
        self._parent = parent
        self.options = ("--gateways", str(gateways)) if gateways > 1 else ()
        self._done = 0

    def run(
        self,
        kind: str,
        count: int,
        connections: int = CONNECTIONS,
        together: int = 1,
        rate: int = 0,
    ) -> Run:
        """Raises BenchFailed."""
        self._progress("api", self._done, self._STEPS)
        self._done += 1
        orders = count * BATCH if kind == "batches" else count
        nonce = time.time_ns() // 1_000_000
        with (
            folder(self._parent) as name,
            VenueProgram(Path(name), genesis_file(orders), *self.options) as venue,
        ):
            arguments = (kind, venue.host, venue.port, connections, together, count, rate, nonce)
            with LoadProgram(load.__name__, *arguments) as program:
                before = venue.cpu_seconds()
                outcome = program.outcome(Outcome, _LONGEST_S)
                cpu_seconds = venue.cpu_seconds() - before
        if outcome.faulty:
            raise BenchFailed(
                f"{outcome.faulty:,} of {kind} failed, the first: {outcome.first_fault}"
            )
        return Run(outcome, cpu_seconds)

    def done(self) -> None:
        """Everything has run."""
        self._progress("api", self._STEPS, self._STEPS)


def _bare(server_name: str, given: tuple[str, ...], load_of: tuple[str, int], count: int) -> Run:
    """The same load on a server that answers with a constant. Raises BenchFailed."""
    command = [sys.executable, "-P", "-m", server_name, *given]
    kind, connections = load_of
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None and server.stdin is not None
        port = int(server.stdout.readline())
        nonce = time.time_ns() // 1_000_000
        arguments = (kind, "127.0.0.1", port, connections, 1, count, 0, nonce)
        with LoadProgram(load.__name__, *arguments) as program:
            before = tree_cpu_seconds(server.pid)
            outcome = program.outcome(Outcome, _LONGEST_S)
            cpu_seconds = tree_cpu_seconds(server.pid) - before
        server.stdin.close()
    return Run(outcome, cpu_seconds)
