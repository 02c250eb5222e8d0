"""F1, F6: a real process is killed, or fails, in its n-th system call that changes the disk.

`strace` counts the calls and injects the signal or the error; files and process are real. The same
directory is used again and again, so that recoveries are hit as well.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Final

import msgspec

from bellwether.journal import FileJournal, JournalError, SnapshotStore
from bellwether.testing.campaigns.subject import Progress, Written, batches
from bellwether.testing.campaigns.writer_program import SEGMENT_BYTES

BATCHES: Final = 60
_PROGRAM: Final = "bellwether.testing.campaigns.writer_program"
_TRACED: Final = "pwrite64,fdatasync,fsync,rename,unlink"
_STRACE: Final = ("strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={_TRACED}")
_HITS: Final = (
    ("pwrite64", 25),
    ("fdatasync", 14),
    ("fsync", 5),
    ("rename", 3),
    ("unlink", 2),
)
"""Calls that are hit, and up to which one of a life."""


class Crashes(msgspec.Struct):
    """`tried` by what was injected where; `wrong` says what was lost, if anything was."""

    tried: dict[str, int] = {}
    lives: int = 0
    recovered: int = 0
    wrong: list[str] = []


class NoTracing(Exception):
    """`strace` is not installed, or may not trace here."""


def crash(points: int, directory: Path, progress: Progress, seed: int = 0) -> Crashes:
    """Lets so many processes end in a system call. Raises NoTracing."""
    _check_tracing()
    work = [batch for batch, _ in _first(BATCHES)]
    prepared = directory / "batches"
    prepared.write_bytes(msgspec.msgpack.encode(work))
    found = Crashes(tried={}, wrong=[])
    luck = Random(seed)
    venue, kept, done = directory / "venue", 0, 0
    while done < points and not found.wrong:
        call, most = luck.choice(_HITS)
        fault = "signal=KILL" if luck.random() < 0.8 else "error=EIO"
        told, ended = _live(venue, prepared, f"{call}:{fault}:when={luck.randrange(1, most + 1)}")
        found.lives += 1
        if not ended:
            name = f"{call} {fault}"
            found.tried[name] = found.tried.get(name, 0) + 1
            done += 1
        kept = max(kept, told)
        there = _look(venue, work, kept, found)
        found.recovered += there > kept
        kept = there
        if kept == len(work):
            shutil.rmtree(venue)
            kept = 0
        progress(done, points)
    return found


def _first(count: int) -> list[tuple[Written, object]]:
    stream = batches()
    return [next(stream) for _ in range(count)]


def _check_tracing() -> None:
    if shutil.which("strace") is None:
        raise NoTracing("strace is not installed")
    done = subprocess.run([*_STRACE, "true"], capture_output=True, check=False, timeout=30)
    if done.returncode != 0:
        raise NoTracing("strace may not trace here: " + done.stderr.decode(errors="replace"))


def _live(venue: Path, prepared: Path, fault: str) -> tuple[int, bool]:
    """One life of the writing process: the last batch that it called durable, and whether it came
    to its end."""
    program = (sys.executable, "-P", "-m", _PROGRAM, str(venue), str(prepared))
    done = subprocess.run(
        [*_STRACE, "-e", f"inject={fault}", *program], capture_output=True, check=False, timeout=60
    )
    lines = done.stdout.split()
    return (int(lines[-1]) if lines else 0), done.returncode == 0


def _look(venue: Path, work: list[Written], kept: int, found: Crashes) -> int:
    """How many batches there are; what was called durable must be among them."""
    try:
        with FileJournal.open(venue / "journal", segment_bytes=SEGMENT_BYTES) as journal:
            records = list(journal.read())
            tail_seq = journal.tail_seq
    except JournalError as error:
        found.wrong.append(f"it does not open: {error}")
        return 0
    there = [Written(r.first_seq, r.count, r.time_ns, r.commands, r.events) for r in records]
    if there != work[: len(there)] or not kept <= len(there) <= kept + 1:
        found.wrong.append(f"{kept} batches were durable, {len(there)} are there")
    newest = SnapshotStore(venue / "snapshots").newest()
    if newest is not None:
        hashes = {record.last_seq: record.hash for record in records}
        if newest.seq > tail_seq or hashes[newest.seq] != newest.journal_hash:
            found.wrong.append(f"the snapshot at command {newest.seq} is of another journal")
    return len(there)
