"""What is spoilt in a campaign: a small venue's journal and snapshot, written by the real thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from bellwether.engine.engine import Engine
from bellwether.journal import Disk, FileJournal, SnapshotStore
from bellwether.schema.commands import AnyCommand
from bellwether.schema.wire import encode_commands, encode_events
from bellwether.testing.command_stream import CommandStream
from bellwether.testing.faulty_disk import FaultyDisk

JOURNAL: Final = Path("/campaign/journal")
SNAPSHOTS: Final = Path("/campaign/snapshots")
SEGMENT_BYTES: Final = 1 << 17
SEED: Final = 20_261_121

Progress = Callable[[int, int], None]
"""Told how many cases are done, and how many there are."""


class Written(NamedTuple):
    """One batch as it was given to the journal."""

    first_seq: int
    number: int
    time_ns: int
    commands: bytes
    events: bytes


def batches(seed: int = SEED, per_batch: int = 2) -> Iterator[tuple[Written, Engine]]:
    """Batches of a drawn stream without end, and the engine after each."""
    engine = Engine()
    stream = CommandStream(seed)
    seq = 1
    taken: list[tuple[int, AnyCommand]] = []
    caused: list[Any] = []
    for time_ns, command in stream.take(1 << 40):
        events = engine.apply(command, time_ns)
        stream.observe(events)
        taken.append((time_ns, command))
        caused.append(events)
        if len(taken) == per_batch:
            events_bytes = encode_events(cast(Any, caused))
            batch = Written(seq, per_batch, time_ns, encode_commands(taken), events_bytes)
            yield batch, engine
            seq += per_batch
            taken, caused = [], []


def write_venue(disk: Disk, journal_bytes: int) -> bytes:
    """A journal of about so many bytes in one segment, with a snapshot in the middle. The last
    snapshot's state is given back."""
    state = b""
    with FileJournal.open(JOURNAL, disk, SEGMENT_BYTES) as journal:
        used = 0
        for batch, engine in batches():
            if used + len(batch.commands) + len(batch.events) + 120 > journal_bytes:
                break
            used += len(batch.commands) + len(batch.events) + 120
            record_hash = journal.append(*batch)
            if not state and used > journal_bytes // 2:
                state = engine.snapshot()
                SnapshotStore(SNAPSHOTS, disk).save(journal.tail_seq, record_hash, state)
    return state


def last_segment(disk: FaultyDisk) -> Path:
    """The newest segment of the journal."""
    return max(path for path in disk.paths() if path.suffix == ".seg")
