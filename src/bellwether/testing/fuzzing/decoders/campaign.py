"""All decoders one after the other, a slice of the time each, guided by coverage where possible."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from bellwether.testing.campaigns.state import State
from bellwether.testing.campaigns.subject import Progress
from bellwether.testing.fuzzing.decoders.table import TARGETS, seeds

ATHERIS: Final = "atheris"
HYPOTHESIS: Final = "hypothesis"
ENGINES: Final = (ATHERIS, HYPOTHESIS)
SHORTEST_SLICE_S: Final = 0.3
LONGEST_SLICE_S: Final = 60.0
_SLOWEST_S: Final = 5
_MOST_MB: Final = 1_024
_START_S: Final = 120
_EXAMPLES: Final = 100
_PROGRAM: Final = "bellwether.testing.fuzzing.decoders.guided"
_EXECUTED: Final = re.compile(r"stat::number_of_executed_units: (\d+)")
_RUNS: Final = re.compile(r"^#(\d+)\t", re.MULTILINE)
_COVERAGE: Final = re.compile(r"cov: (\d+)")


class EngineMissing(Exception):
    """The engine that was asked for is not installed."""


class Slice(NamedTuple):
    """One decoder for a while. `wrong` is a sentence, empty if nothing was."""

    tried: int
    edges: int
    wrong: str
    content: bytes


def engine_of(wanted: str | None) -> str:
    """Which engine runs: the one asked for, or the better one that is there. Raises
    EngineMissing."""
    is_there = importlib.util.find_spec(ATHERIS) is not None
    if wanted == ATHERIS and not is_there:
        raise EngineMissing("atheris is not installed; --engine hypothesis does without it")
    return wanted or (ATHERIS if is_there else HYPOTHESIS)


def fuzz(seconds: float, engine: str, state: State, corpus: Path, progress: Progress) -> None:
    """Runs every decoder again and again until the time is over; figures go into the state."""
    ends = time.monotonic() + seconds
    slice_s = min(LONGEST_SLICE_S, max(SHORTEST_SLICE_S, seconds / len(TARGETS)))
    state.begin_anywhere()
    done = 0
    while done == 0 or time.monotonic() < ends:
        for name in TARGETS:
            if done >= len(TARGETS) and time.monotonic() >= ends:
                return
            began = time.monotonic()
            found = _slice(name, engine, slice_s, corpus / name, state.sums.next)
            done += 1
            state.sums.next += found.tried
            counts = {name: found.tried}
            worst = {f"{name} edges": float(found.edges)} if found.edges else {}
            wrong = [f"{name}: {found.wrong}"] if found.wrong else []
            if found.wrong:
                digest = hashlib.sha256(found.content).hexdigest()[:16]
                state.keep(f"{name}-{digest}", found.content)
            state.add(found.tried, counts, time.monotonic() - began, wrong, worst)
            progress(int(seconds - max(0.0, ends - time.monotonic())), int(seconds))


def try_again(name: str, content: bytes) -> None:
    """One decoder on one input; raises what the decoder raises."""
    TARGETS[name](content)


def _slice(name: str, engine: str, seconds: float, corpus: Path, case: int) -> Slice:
    corpus.mkdir(parents=True, exist_ok=True)
    if engine == HYPOTHESIS:
        return _drawn(name, seconds, corpus, case)
    for content in seeds(name):
        path = corpus / hashlib.sha1(content, usedforsecurity=False).hexdigest()
        if not path.exists():
            path.write_bytes(content)
    return _guided(name, seconds, corpus)


def _drawn(name: str, seconds: float, corpus: Path, case: int) -> Slice:
    from bellwether.testing.fuzzing.decoders.drawn import try_drawn

    ends, tried = time.monotonic() + seconds, 0
    while tried == 0 or time.monotonic() < ends:
        drawn = try_drawn(name, case + tried, _EXAMPLES, corpus)
        tried += drawn.tried
        if drawn.error is not None:
            return Slice(tried, 0, f"{type(drawn.error).__name__}: {drawn.error}", drawn.latest)
    return Slice(tried, 0, "", b"")


def _guided(name: str, seconds: float, corpus: Path) -> Slice:
    """One process under libFuzzer; what it writes says what it did."""
    with tempfile.TemporaryDirectory(prefix="bellwether-") as folder:
        options = (
            f"-max_total_time={max(1, round(seconds))}",
            f"-timeout={_SLOWEST_S}",
            f"-rss_limit_mb={_MOST_MB}",
            f"-artifact_prefix={folder}/",
            "-print_final_stats=1",
            "-reload=0",
        )
        program = (sys.executable, "-P", "-m", _PROGRAM, name, *options, str(corpus))
        try:
            done = subprocess.run(
                program, capture_output=True, check=False, timeout=seconds + _START_S
            )
        except subprocess.TimeoutExpired:
            return Slice(0, 0, "did not come to its end", b"")
        said = (done.stderr + done.stdout).decode(errors="replace")
        left = sorted(Path(folder).iterdir())
        content = left[0].read_bytes() if left else b""
    tried = [int(number) for number in (_EXECUTED.findall(said) or _RUNS.findall(said))]
    edges = [int(number) for number in _COVERAGE.findall(said)]
    wrong = "" if done.returncode == 0 else _reason(said, done.returncode)
    return Slice(max(tried, default=0), max(edges, default=0), wrong, content)


def _reason(said: str, code: int) -> str:
    """The exception a decoder ended with, or what libFuzzer says instead."""
    lines = said.splitlines()
    for mark in (" === Uncaught Python exception: ===", "ERROR: libFuzzer", "Traceback"):
        for number, line in enumerate(lines):
            if mark in line:
                return " ".join(lines[number : number + 2])[:300]
    return f"ended with {code}: {' '.join(lines[-2:])[:300]}"
