"""How fast signed orders are carried out over HTTP, as a share of what recovering their signers
costs in the same run."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Final

import msgspec

from bellwether.gateway.hyperliquid import signing
from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.bench.api import load
from bellwether.lab.bench.api.load import Outcome
from bellwether.lab.bench.api.signed_orders import account_key, accounts_for, genesis_file
from bellwether.lab.bench.api.venue_program import VenueProgram
from bellwether.lab.bench.durable_bench import folder
from bellwether.lab.bench.report import BenchFailed, Figure, Progress, Report
from bellwether.node.founding.dev_keys import keccak256

CONNECTIONS: Final = 128
_RECOVERY_S: Final = 1.0
_SIGNATURES: Final = 500
_LONGEST_S: Final = 300


def bench_api(orders: int, progress: Progress, parent: Path | None = None) -> Report:
    """Recovery alone, orders, recovery alone. Raises BenchFailed."""
    steps = 3
    progress("api", 0, steps)
    with folder(parent) as name:
        directory = Path(name)
        with VenueProgram(directory, genesis_file(orders)) as venue:
            sender = _sender(venue, orders)
            recoveries = [recoveries_per_second()]
            progress("api", 1, steps)
            before = venue.cpu_seconds()
            outcome = _outcome(sender)
            cpu_seconds = venue.cpu_seconds() - before
            progress("api", 2, steps)
            recoveries.append(recoveries_per_second())
    progress("api", steps, steps)
    if outcome.faulty:
        raise BenchFailed(f"{outcome.faulty:,} orders failed, the first: {outcome.first_fault}")
    rate = outcome.measured / outcome.seconds
    recovery = median(recoveries)
    return Report(
        "api",
        (
            f"{orders:,} signed single orders of {accounts_for(orders)} accounts, nine of ten "
            "resting limit orders and one IOC that trades, signed before the clock starts",
            "`bellwether serve` as a program of its own on this machine: journal with one "
            "fdatasync a group on the disk of this folder, read models, metrics; no rate limits",
            f"a load generator in another process over {CONNECTIONS} kept-alive loopback HTTP "
            "connections, one order on its way on each",
            "recovery: signer from digest and signature in one thread of a third process, while "
            "the other two rest",
        ),
        (
            Figure("orders", rate, "orders/s"),
            Figure("p50", outcome.p50_ms, "ms"),
            Figure("p99", outcome.p99_ms, "ms"),
            Figure("signature recovery alone", recovery, "recoveries/s"),
            Figure("ratio", rate / recovery, target="at least 0.4"),
            Figure("venue's processor time per order", 1e6 * cpu_seconds / orders, "µs"),
        ),
        (f"the first {orders - outcome.measured:,} orders are not counted",),
    )


def recoveries_per_second() -> float:
    """Signers recovered in one thread."""
    wallet = Wallet(account_key(0))
    signed: list[tuple[bytes, bytes]] = []
    for number in range(_SIGNATURES):
        digest = keccak256(number.to_bytes(8, "big"))
        given = wallet.sign(digest)
        signed.append((digest, signing.signature_bytes(given["r"], given["s"], given["v"])))
    done = 0
    began = time.perf_counter()
    while time.perf_counter() - began < _RECOVERY_S:
        for digest, signature in signed:
            signing.recover(digest, signature)
        done += len(signed)
    return done / (time.perf_counter() - began)


def _sender(venue: VenueProgram, orders: int) -> subprocess.Popen[str]:
    """The load generator with everything signed, waiting for its word. Raises BenchFailed."""
    arguments = [venue.host, str(venue.port), str(CONNECTIONS), str(orders)]
    sender = subprocess.Popen(
        [sys.executable, "-P", "-m", load.__name__, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert sender.stdout is not None, "it says when it is ready"
    if sender.stdout.readline().strip() != "ready":
        _, errors = sender.communicate()
        raise BenchFailed(f"the load generator did not come up:\n{errors}")
    return sender


def _outcome(sender: subprocess.Popen[str]) -> Outcome:
    """Gives the word and waits. Raises BenchFailed."""
    try:
        said, errors = sender.communicate("go\n", timeout=_LONGEST_S)
    except subprocess.TimeoutExpired:
        sender.kill()
        sender.communicate()
        raise BenchFailed(f"the orders were not answered within {_LONGEST_S} seconds") from None
    if sender.returncode != 0:
        raise BenchFailed(f"the load generator failed:\n{errors}")
    return msgspec.json.decode(said, type=Outcome)
