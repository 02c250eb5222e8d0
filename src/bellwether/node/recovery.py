"""From what is on disk to a running state: newest good snapshot, then the tail of the journal.

Every replayed record must give the events it holds, byte for byte, and the state hash where it
holds one; otherwise the start is refused with the sequence number (architecture: Journal).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Final, cast

import msgspec

from bellwether.engine.engine import Engine
from bellwether.journal import Journal, Record, SnapshotStore
from bellwether.node.commit.batch import Applied
from bellwether.node.commit.payload import Payload
from bellwether.node.errors import RecordUnreadable, ReplayDiffers, SnapshotAhead
from bellwether.node.machine import Machine
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import AnyEvent, Event
from bellwether.schema.wire import decode_commands, decode_events, encode_events

Progress = Callable[[int, int], None]
"""Told the last command replayed and the last there is; called once a record."""

_SHOWN: Final = 300
_PIECE: Final = 256
"""Commands whose events are encoded together, soon after they were made."""


def no_progress(seq: int, tail_seq: int) -> None:
    """For callers who do not want to know."""


class Recovered(msgspec.Struct, frozen=True):
    """The state after the journal's last command.

    `snapshot_seq` is 0 for a replay from genesis; `note` says why a snapshot was passed over.
    """

    engine: Engine
    seq: int
    snapshot_seq: int
    note: str


def recover(
    journal: Journal, snapshots: SnapshotStore, progress: Progress = no_progress
) -> Recovered:
    """Raises ReplayDiffers, RecordUnreadable, SnapshotAhead or a JournalError."""
    _check_not_ahead(journal, snapshots)
    engine, start, note = _from_snapshot(journal, snapshots)
    for record in journal.read(start + 1):
        if record.first_seq > start:
            replay_record(engine, record)
            progress(record.last_seq, journal.tail_seq)
    return Recovered(engine, journal.tail_seq, start, note)


def replay_record(machine: Machine, record: Record) -> int:
    """Applies a record's commands and compares; returns the number of events of all of them.

    Raises ReplayDiffers or RecordUnreadable.
    """
    commands = read_commands(record)
    recomputed_events = Payload()
    seq, count = record.first_seq, 0
    try:
        for start in range(0, len(commands), _PIECE):
            events: list[list[Event]] = []
            for time_ns, command in commands[start : start + _PIECE]:
                caused = machine.apply(command, time_ns)
                events.append(caused)
                count += len(caused)
                seq += 1
            recomputed_events.add(_encoded(events), len(events))
    except ReplayDiffers:
        raise
    except Exception as error:
        raise ReplayDiffers(seq, "events", "some", f"{type(error).__name__}: {error}") from error
    whole = recomputed_events.whole()
    if whole != record.events:
        raise _first_difference(record, cast("list[list[Event]]", decode_events(whole)))
    if record.state_hash:
        recomputed = sha256(machine.snapshot()).digest()
        if recomputed != record.state_hash:
            raise ReplayDiffers(
                record.last_seq, "state hash", record.state_hash.hex(), recomputed.hex()
            )
    return count


def read_commands(record: Record) -> list[tuple[int, AnyCommand]]:
    """The commands of a record with their times. Raises RecordUnreadable."""
    try:
        commands = decode_commands(record.commands)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise RecordUnreadable(record.first_seq, str(error)) from error
    if len(commands) != record.count:
        reason = f"it says {record.count} commands and holds {len(commands)}"
        raise RecordUnreadable(record.first_seq, reason)
    return commands


def read_applied(record: Record) -> list[Applied]:
    """What the record says happened, without recomputing it. Raises RecordUnreadable."""
    commands = read_commands(record)
    try:
        events = _decoded(record)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise RecordUnreadable(record.first_seq, str(error)) from error
    if len(events) != len(commands):
        reason = f"{len(commands)} commands, but events of {len(events)}"
        raise RecordUnreadable(record.first_seq, reason)
    return [
        (time_ns, command, caused)
        for (time_ns, command), caused in zip(commands, events, strict=True)
    ]


def applied_from(journal: Journal, seq: int) -> Iterator[tuple[int, list[Applied], bytes]]:
    """First sequence number and items of each record from command `seq` on, none before it, and
    the record's hash."""
    if seq > journal.tail_seq:
        return
    for record in journal.read(seq):
        skip = max(seq - record.first_seq, 0)
        yield record.first_seq + skip, read_applied(record)[skip:], record.hash


def has_record(journal: Journal, seq: int, record_hash: bytes) -> bool:
    """Whether the journal's record that ends with command `seq` has the hash."""
    for record in journal.read(seq):
        return record.last_seq == seq and record.hash == record_hash
    return False


def _check_not_ahead(journal: Journal, snapshots: SnapshotStore) -> None:
    """A snapshot is only written of durable commands, so none can be beyond the tail."""
    newest = snapshots.newest()
    if newest is not None and newest.seq > journal.tail_seq:
        raise SnapshotAhead(newest.seq, journal.tail_seq)


def _from_snapshot(journal: Journal, snapshots: SnapshotStore) -> tuple[Engine, int, str]:
    """The engine to start with, the last command it has seen, and a note."""
    snapshot = snapshots.newest(journal.tail_seq)
    if snapshot is None:
        return Engine(), 0, ""
    if not has_record(journal, snapshot.seq, snapshot.journal_hash):
        return Engine(), 0, f"the snapshot at command {snapshot.seq} is of another journal"
    try:
        return Engine.restore(snapshot.state), snapshot.seq, ""
    except Exception as error:
        # A snapshot is convenience, never truth: another version's may not be readable here.
        why = f"{type(error).__name__}: {error}"
        return Engine(), 0, f"the snapshot at command {snapshot.seq} can not be read: {why}"


def _first_difference(record: Record, events: list[list[Event]]) -> ReplayDiffers:
    """Names the first command of the record whose events are not those recorded."""
    try:
        recorded = _decoded(record)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return ReplayDiffers(record.first_seq, "events", f"nothing readable ({error})", "events")
    for index in range(len(events)):
        theirs = recorded[index] if index < len(recorded) else []
        if _encoded([theirs]) != _encoded([events[index]]):
            return _difference(record.first_seq + index, theirs, events[index])
    return ReplayDiffers(record.first_seq, "events", "other bytes", "the same events")


def _difference(seq: int, recorded: list[Event], recomputed: list[Event]) -> ReplayDiffers:
    for theirs, ours in zip(recorded, recomputed, strict=False):
        if theirs != ours:
            return ReplayDiffers(seq, "events", repr(theirs)[:_SHOWN], repr(ours)[:_SHOWN])
    return ReplayDiffers(seq, "events", f"{len(recorded)} events", f"{len(recomputed)} events")


def _encoded(events: list[list[Event]]) -> bytes:
    """The engine promises events of the known kinds only; the encoder's type says so too."""
    return encode_events(cast("list[list[AnyEvent]]", events))


def _decoded(record: Record) -> list[list[Event]]:
    return cast("list[list[Event]]", decode_events(record.events))
