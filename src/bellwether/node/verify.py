"""IFACE-2, RULE-8: recomputing everything from the journal, with nothing but the data directory.

Reads without the venue's lock and changes nothing. The chain is checked first, with the snapshots
as outside witnesses of its hashes; then a fresh engine replays every command, and events, state
hashes and snapshots must be what was recorded.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec

from bellwether.engine.engine import Engine
from bellwether.journal import JournalError, Snapshot, SnapshotStore, read_records, verify_chain
from bellwether.journal.disk import RealDisk
from bellwether.node.audit import Audit
from bellwether.node.checks import Checks
from bellwether.node.errors import DirectoryMissing, NodeError, ReplayDiffers
from bellwether.node.node import JOURNAL_NAME, SNAPSHOTS_NAME
from bellwether.node.recovery import Progress, no_progress, replay_record
from bellwether.schema.commands import AnyCommand
from bellwether.schema.event import Event


class Verification(msgspec.Struct, frozen=True):
    """What was found. `difference` is the first one, empty if there is none; `seq` its command.

    `final_hash` is that of the last record, `state_hash` that of the recomputed state after it.
    `recomputed` counts by kind what the engine made anew; `again` what its formula made once more
    from the inputs that are published with it.
    """

    records: int
    commands: int
    events: int
    snapshots: int
    final_hash: str
    state_hash: str
    notes: tuple[str, ...] = ()
    difference: str = ""
    seq: int = 0
    recomputed: dict[str, int] = {}
    again: dict[str, int] = {}

    @property
    def ok(self) -> bool:
        return not self.difference

    @property
    def summary(self) -> str:
        """One line for a person."""
        if self.difference:
            return f"DIFFERENT: {self.difference}"
        return (
            f"verified {self.records} records, {self.commands} commands, {self.events} events, "
            f"{self.snapshots} snapshots; final hash {self.final_hash}; "
            f"state hash {self.state_hash}"
        )

    @property
    def details(self) -> list[str]:
        """A line for each kind of number that was recomputed."""
        return [
            f"{count:>12,} {kind}"
            + (", each also from its own inputs" if kind in self.again else "")
            for kind, count in self.recomputed.items()
        ]


def verify(
    data_dir: Path, progress: Progress = no_progress, audit: Audit | None = None
) -> Verification:
    """Raises DirectoryMissing if there is no journal in the directory; differences are results.

    An `audit` goes along, and has its own report.
    """
    directory = data_dir / JOURNAL_NAME
    try:
        snapshots, damaged = _snapshots(data_dir / SNAPSHOTS_NAME)
    except JournalError as error:
        return _result(0, 0, 0, 0, b"", b"", (), str(error), 0)
    anchors = {snapshot.seq: snapshot.journal_hash for snapshot in snapshots.values()}
    try:
        chain = verify_chain(directory, anchors=anchors)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DirectoryMissing(f"{data_dir} holds no journal: {directory} is not there") from error
    notes = chain.notes
    if chain.damage is not None:
        seq = getattr(chain.damage, "seq", 0)
        return _result(chain.records, 0, 0, 0, b"", b"", notes, str(chain.damage), seq)
    if damaged:
        return _result(chain.records, 0, 0, 0, b"", b"", notes, damaged[0], 0)
    return _Recomputation(directory, snapshots, notes, audit).run(chain.tail_seq, progress)


class _Recomputation:
    """One pass over the records with a fresh engine."""

    def __init__(
        self,
        directory: Path,
        snapshots: dict[int, Snapshot],
        notes: tuple[str, ...],
        audit: Audit | None,
    ) -> None:
        self._directory = directory
        self._snapshots = snapshots
        self._notes = notes
        self._audit = audit
        self._engine = Engine()
        self._checks = Checks()
        self._records = 0
        self._commands = 0
        self._events = 0
        self._checked = 0
        self._final_hash = b""

    def run(self, tail_seq: int, progress: Progress) -> Verification:
        difference, seq = "", 0
        try:
            for record in read_records(RealDisk(), self._directory):
                if self._audit is not None:
                    self._audit.take(record)
                self._events += replay_record(self, record)
                if self._audit is not None:
                    self._audit.compare(self._engine)
                self._records += 1
                self._commands += record.count
                self._final_hash = record.hash
                self._check_snapshot(record.last_seq)
                progress(record.last_seq, tail_seq)
        except (JournalError, NodeError) as error:
            difference, seq = str(error), getattr(error, "seq", 0)
        if self._audit is not None and not difference:
            self._audit.finish(self._engine)
        return _result(
            self._records,
            self._commands,
            self._events,
            self._checked,
            self._final_hash,
            b"" if difference else self._state_hash(),
            self._notes,
            difference,
            seq,
            self._checks,
        )

    def apply(self, command: AnyCommand, time_ns: int) -> list[Event]:
        """The engine's events, each looked at."""
        caused = self._engine.apply(command, time_ns)
        self._checks.take(caused)
        return caused

    def next_timer_ns(self) -> int:
        """When the engine's next timer is due."""
        return self._engine.next_timer_ns()

    def snapshot(self) -> bytes:
        """The engine's state."""
        return self._engine.snapshot()

    def _state_hash(self) -> bytes:
        return sha256(self._engine.snapshot()).digest()

    def _check_snapshot(self, seq: int) -> None:
        """Raises ReplayDiffers if a snapshot at this place holds another state."""
        snapshot = self._snapshots.get(seq)
        if snapshot is None:
            return
        recomputed = self._state_hash()
        if recomputed != snapshot.state_hash:
            recorded = snapshot.state_hash.hex()
            raise ReplayDiffers(seq, "state in the snapshot", recorded, recomputed.hex())
        self._checked += 1


def _snapshots(directory: Path) -> tuple[dict[int, Snapshot], list[str]]:
    """Every good snapshot by its command, and what is wrong with the others."""
    store = SnapshotStore(directory)
    good: dict[int, Snapshot] = {}
    for seq in store.list():
        one = SnapshotStore(directory)
        snapshot = one.newest(seq)
        if snapshot is not None and snapshot.seq == seq:
            good[seq] = snapshot
        else:
            store.notes.extend(note for note in one.notes if f"{seq:020d}" in note)
    return good, store.notes


def _result(
    records: int,
    commands: int,
    events: int,
    snapshots: int,
    final_hash: bytes,
    state_hash: bytes,
    notes: tuple[str, ...],
    difference: str,
    seq: int,
    checks: Checks | None = None,
) -> Verification:
    return Verification(
        records,
        commands,
        events,
        snapshots,
        final_hash.hex(),
        state_hash.hex(),
        notes,
        difference,
        seq,
        {} if checks is None else checks.told,
        {} if checks is None else dict(checks.again),
    )
