"""A venue as a program of its own, started for a benchmark and stopped after it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self, final

from bellwether.lab.bench.report import BenchFailed

_ADDRESS: Final = re.compile(r"http://([0-9.]+):([0-9]+)")
_STOP_S: Final = 30


@final
class VenueProgram:
    """`bellwether serve` with a genesis file in a folder; `host` and `port` are where it listens.

    Raises BenchFailed if it does not come up.
    """

    def __init__(self, directory: Path, genesis: bytes, *options: str) -> None:
        path = directory / "genesis.json"
        path.write_bytes(genesis)
        self._errors = directory / "errors.txt"
        command = [sys.executable, "-P", "-m", "bellwether", "serve", "--dev", "--port", "0"]
        command += ["--genesis", str(path), "--data-dir", str(directory / "venue"), *options]
        with self._errors.open("wb") as errors:
            self._program = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        self.host, self.port = self._address()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._program.terminate()
        try:
            self._program.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait()
        if self._program.stdout is not None:
            self._program.stdout.close()

    def cpu_seconds(self) -> float:
        """Processor time that it and the processes it has started have used up to now (Linux)."""
        return tree_cpu_seconds(self._program.pid)

    def resident_bytes(self) -> int:
        """Memory it holds now (Linux)."""
        text = Path(f"/proc/{self._program.pid}/statm").read_text(encoding="ascii")
        return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def most_bytes(self) -> int:
        """The most memory it has held up to now (Linux)."""
        text = Path(f"/proc/{self._program.pid}/status").read_text(encoding="ascii")
        return 1_024 * int(text.partition("VmHWM:")[2].split()[0])

    def _address(self) -> tuple[str, int]:
        assert self._program.stdout is not None, "its banner is read"
        for line in self._program.stdout:
            if found := _ADDRESS.search(line):
                return found[1], int(found[2])
        said = self._errors.read_text(encoding="utf-8", errors="replace")
        raise BenchFailed(f"the venue did not come up: {said.strip()}")


def tree_cpu_seconds(process: int) -> float:
    """Processor time of a process and of those it has started (Linux)."""
    tree = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return sum(map(_cpu_seconds, (process, *map(int, tree.split()))))


def _cpu_seconds(process: int) -> float:
    text = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
