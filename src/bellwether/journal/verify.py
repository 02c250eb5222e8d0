"""Checking a journal from outside: read only, no lock, nothing but the journal (RULE-8)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from bellwether.journal.chain import ChainWalk
from bellwether.journal.disk import Disk, RealDisk
from bellwether.journal.errors import JournalDamaged, JournalUnreadable
from bellwether.journal.record import GENESIS_HASH, Record
from bellwether.journal.segment import UNFINISHED_SUFFIX, list_segments


class ChainReport(msgspec.Struct, frozen=True):
    """What was found. `damage` is the first difference, or None; `notes` are not failures.

    `used_bytes` counts segment headers and records, without the zeros written ahead.
    """

    segments: int
    records: int
    tail_seq: int
    tail_hash: bytes
    used_bytes: int
    notes: tuple[str, ...]
    damage: JournalDamaged | JournalUnreadable | None

    @property
    def ok(self) -> bool:
        return self.damage is None

    @property
    def summary(self) -> str:
        """One line for a person: what is intact, or the first difference."""
        if self.damage is not None:
            return str(self.damage)
        return (
            f"{self.records} records, {self.tail_seq} commands, {self.segments} segments, "
            f"{self.used_bytes} bytes intact; tail hash {self.tail_hash.hex()}"
        )


def verify_chain(
    directory: Path, disk: Disk | None = None, anchors: Mapping[int, bytes] | None = None
) -> ChainReport:
    """Reads and checks every record. `anchors` maps the last command of a record to the hash it
    must have, from a source outside the journal (a snapshot, a published root): they alone can
    show that whole records were taken off the end. Raises FileNotFoundError if there is nothing.
    """
    disk = disk or RealDisk()
    names = disk.list_names(directory)
    notes = [
        f"{directory / name}: the creation of this segment did not finish"
        for name in names
        if name.endswith(UNFINISHED_SUFFIX)
    ]
    damage: JournalDamaged | JournalUnreadable | None = None
    records, tail_seq, tail_hash, chain = 0, 0, GENESIS_HASH, ChainWalk(disk, ())
    segments = []
    open_anchors = dict(anchors or {})
    try:
        segments = list_segments(disk, directory)
        if not segments:
            raise FileNotFoundError(f"{directory} holds no journal")
        chain = ChainWalk(disk, segments)
        for record in chain.records():
            records, tail_seq, tail_hash = records + 1, record.last_seq, record.hash
            _check_anchor(record, chain, open_anchors)
        _check_left_over(chain, open_anchors)
    except (JournalDamaged, JournalUnreadable) as error:
        damage = error
    if damage is None and chain.last is not None and chain.last.torn is not None:
        torn = chain.last.torn
        notes.append(
            f"{chain.last.segment.path}: {torn.stop - torn.start} bytes of an unfinished write at "
            f"byte {torn.start} ({torn.reason}); the next start cuts them"
        )
    return ChainReport(
        len(segments), records, tail_seq, tail_hash, chain.used_bytes, tuple(notes), damage
    )


def _check_anchor(record: Record, chain: ChainWalk, anchors: dict[int, bytes]) -> None:
    expected = anchors.pop(record.last_seq, record.hash)
    if expected != record.hash:
        walk = chain.last
        assert walk is not None, "a record comes from a segment"
        raise JournalDamaged(
            walk.segment.path,
            walk.last_start,
            record.first_seq,
            f"its hash {record.hash.hex()} is not the {expected.hex()} known from outside",
        )


def _check_left_over(chain: ChainWalk, anchors: dict[int, bytes]) -> None:
    walk = chain.last
    if anchors and walk is not None:
        seq = min(anchors)
        raise JournalDamaged(
            walk.segment.path,
            walk.offset,
            walk.next_seq,
            f"no record ends with command {seq}, which is known from outside",
        )
