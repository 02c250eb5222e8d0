"""F1, F2: the power goes in the middle of a write, at every byte and in every way."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Final

import msgspec

from bellwether.journal import FileJournal, JournalError
from bellwether.testing.campaigns.subject import JOURNAL, Progress, Written, batches
from bellwether.testing.faulty_disk import FaultyDisk, Loss, PowerCut

BATCHES: Final = 60
SEGMENT_BYTES: Final = 4_096
_LOSSES: Final = (Loss.TORN, Loss.SECTORS, Loss.RAGGED, Loss.TORN, Loss.ALL, Loss.NOTHING)


class Torn(msgspec.Struct):
    """`cut` counts torn tails that recovery cut; `wrong` says what became of the first few writes
    after which something acknowledged was lost or changed; `next_seed` is that of the next disk."""

    tried: int = 0
    cut: int = 0
    wrong: list[str] = []
    next_seed: int = 0


def tear_writes(count: int, progress: Progress, first_seed: int = 0) -> Torn:
    """Tears so many writes. In a disk's life the power goes again and again."""
    work = _work()
    found = Torn(wrong=[])
    seed = first_seed
    while found.tried < count:
        _live(Random(seed), work, found, count)
        seed += 1
        found.next_seed = seed
        progress(min(found.tried, count), count)
    return found


def _work() -> list[Written]:
    stream = batches()
    return [next(stream)[0] for _ in range(BATCHES)]


def _live(luck: Random, work: list[Written], found: Torn, count: int) -> None:
    """One disk, from the first batch to the last."""
    disk = FaultyDisk(luck.getrandbits(32))
    kept = 0
    while kept < len(work) and found.tried < count:
        disk.cut_at = disk.operations + luck.randrange(1, 12)
        acknowledged = [kept]
        with suppress(PowerCut):
            _go_on(disk, work, acknowledged, found)
        if disk.powered:
            return
        loss = disk.restart(luck.choice(_LOSSES))
        found.tried += 1
        kept = acknowledged[0]
        if len(found.wrong) > 9:
            found.tried = count
        if loss is Loss.NOTHING and luck.random() < 0.2:
            disk.restart(Loss.ALL)


def _go_on(disk: FaultyDisk, work: list[Written], kept: list[int], found: Torn) -> None:
    """Opens the journal, compares it with what was acknowledged, and appends."""
    try:
        journal = FileJournal.open(JOURNAL, disk, SEGMENT_BYTES)
    except JournalError as error:
        found.wrong.append(f"it does not open: {error}")
        return
    found.cut += bool(journal.cut_bytes)
    there = [Written(r.first_seq, r.count, r.time_ns, r.commands, r.events) for r in journal.read()]
    if there != work[: len(there)] or not kept[0] <= len(there) <= kept[0] + 1:
        found.wrong.append(f"{kept[0]} batches were acknowledged, {len(there)} are there")
    kept[0] = len(there)
    for batch in work[len(there) :]:
        journal.append(*batch)
        kept[0] += 1
    journal.close()
