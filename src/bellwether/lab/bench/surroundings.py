"""Where a benchmark ran: without it a figure says nothing."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bellwether.lab.bench.standard.compilation import engine_is_compiled


class Surroundings(msgspec.Struct, frozen=True):
    """`commit` is empty outside a git checkout; "+" behind it stands for changes not committed."""

    date: str
    cpu: str
    cores: int
    python: str
    compiled: bool
    commit: str

    def text(self) -> str:
        core = "compiled" if self.compiled else "interpreted"
        commit = f", commit {self.commit}" if self.commit else ""
        return (
            f"{self.date}, {self.cpu}, {self.cores} cores, Python {self.python}, "
            f"{core} core{commit}"
        )


def surroundings() -> Surroundings:
    """Of this process, now."""
    return Surroundings(
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        compiled=engine_is_compiled(),
        commit=_commit(),
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _commit() -> str:
    folder = Path(__file__).resolve().parent
    commit = _git(folder, "rev-parse", "--short", "HEAD")
    return commit + ("+" if commit and _git(folder, "status", "--porcelain", ".") else "")


def _git(folder: Path, *words: str) -> str:
    """What git says about the folder of the source, or nothing."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
