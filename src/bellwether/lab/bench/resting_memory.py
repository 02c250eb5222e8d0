"""Memory of resting orders, measured in a fresh process: `python -m … COUNT` prints bytes each."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

from bellwether.engine.engine import Engine
from bellwether.lab.bench.report import BenchFailed
from bellwether.lab.bench.standard.workload import START_NS, founding, resting_orders


def bytes_per_order(count: int) -> float:
    """What a process grows by for each of `count` resting orders. Raises BenchFailed."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", __name__, str(count)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchFailed(f"the memory of resting orders was not measured:\n{done.stderr}")
    return float(done.stdout)


def resident_bytes() -> int:
    """Resident memory of this process (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main(count: int) -> float:
    engine = Engine()
    engine.apply(founding(), START_NS)
    gc.collect()
    before = resident_bytes()
    for command in resting_orders(count):
        engine.apply(command, START_NS)
    gc.collect()
    grown = resident_bytes() - before
    resting = sum(len(account.orders) for account in engine.venue.dexes[0].accounts)
    assert resting == count, "every order rests"
    return grown / count


if __name__ == "__main__":
    sys.stdout.write(f"{main(int(sys.argv[1]))}\n")
