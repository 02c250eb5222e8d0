"""Power cuts, kills and failing disks: acknowledged means readable for ever (F1, F2, F5, F6)."""

from __future__ import annotations

import errno
from contextlib import suppress

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.journal import (
    FileJournal,
    JournalClosed,
    JournalError,
    JournalFull,
    JournalWriteFailed,
    verify_chain,
)
from bellwether.testing import FaultyDisk, Loss, PowerCut
from tests.journal.workload import DIRECTORY, SMALL_SEGMENT, Batch, batch, batches, of

WORK = [
    *batches(9),
    batch(19, commands=3_000, events=2_500),
    *batches(9, start=21),
]


def work(disk: FaultyDisk, acknowledged: list[Batch], todo: list[Batch]) -> None:
    """Opens the journal, goes on where it ends, and notes what was acknowledged."""
    with FileJournal.open(DIRECTORY, disk, SMALL_SEGMENT) as journal:
        known = [of(r) for r in journal.read()]
        assert known[: len(acknowledged)] == acknowledged, "an acknowledged batch is gone"
        assert len(known) <= len(acknowledged) + 1, "more than the batch in flight appeared"
        acknowledged[:] = known
        for b in todo[len(known) :]:
            journal.append(*b)
            acknowledged.append(b)


def operations_of_the_whole_work() -> int:
    disk = FaultyDisk()
    work(disk, [], WORK)
    return disk.operations


def kept_after(seed: int, cuts: list[int], losses: list[Loss | None]) -> list[Batch]:
    """What the journal holds, in a chain without a gap, when the work is done in spite of cuts."""
    disk = FaultyDisk(seed)
    acknowledged: list[Batch] = []
    for cut, loss in zip(cuts, losses, strict=True):
        disk.cut_at = disk.operations + cut
        with suppress(PowerCut):
            work(disk, acknowledged, WORK)
        disk.restart(loss)
    work(disk, acknowledged, WORK)
    assert verify_chain(DIRECTORY, disk).ok
    return acknowledged


@pytest.mark.parametrize("loss", list(Loss))
def test_a_power_cut_in_any_operation_loses_nothing_acknowledged(loss: Loss) -> None:
    for cut in range(1, operations_of_the_whole_work() + 1):
        for seed in range(3):
            assert kept_after(seed, [cut], [loss]) == WORK


@settings(max_examples=300)
@given(
    seed=st.integers(0, 2**32),
    cuts=st.lists(st.integers(1, 60), min_size=1, max_size=6),
    data=st.data(),
)
def test_power_cuts_during_recovery_lose_nothing_acknowledged(
    seed: int, cuts: list[int], data: st.DataObject
) -> None:
    losses = data.draw(
        st.lists(st.none() | st.sampled_from(list(Loss)), min_size=len(cuts), max_size=len(cuts))
    )
    assert kept_after(seed, cuts, losses) == WORK


def test_a_kill_in_any_operation_and_a_later_power_cut_lose_nothing() -> None:
    """What a restarted process found in the page cache must be made durable before it is used."""
    for cut in range(1, operations_of_the_whole_work() + 1):
        disk = FaultyDisk(cut)
        acknowledged: list[Batch] = []
        disk.cut_at = cut
        with suppress(PowerCut):
            work(disk, acknowledged, WORK)
        disk.kill()
        work(disk, acknowledged, WORK[: len(acknowledged) + 2])
        disk.restart(Loss.ALL)
        work(disk, acknowledged, WORK)
        assert acknowledged == WORK


def test_a_record_seen_after_a_kill_survives_a_later_power_cut() -> None:
    """A kill between write and sync leaves the record in the page cache only."""
    disk = FaultyDisk(errors={("fdatasync", 3): errno.EINTR})
    journal = FileJournal.open(DIRECTORY, disk, SMALL_SEGMENT)
    journal.append(*batch(1))
    with pytest.raises(JournalWriteFailed):
        journal.append(*batch(3))
    disk.kill()
    with FileJournal.open(DIRECTORY, disk, SMALL_SEGMENT) as journal:
        seen = [of(r) for r in journal.read()]
        assert seen == [batch(1), batch(3)]
    disk.restart(Loss.ALL)
    with FileJournal.open(DIRECTORY, disk, SMALL_SEGMENT) as journal:
        assert [of(r) for r in journal.read()] == seen


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS])
@pytest.mark.parametrize("operation", ["pwrite", "fdatasync", "rename", "create"])
def test_any_failed_write_kills_the_journal_and_acknowledges_nothing(
    operation: str, number: int
) -> None:
    clean = FaultyDisk()
    work(clean, [], WORK)
    for call in range(1, clean.calls[operation] + 1):
        disk = FaultyDisk(call, errors={(operation, call): number})
        acknowledged: list[Batch] = []
        with pytest.raises(JournalWriteFailed) as failure:
            work(disk, acknowledged, WORK)
        assert isinstance(failure.value, JournalFull) == (number in (errno.ENOSPC, errno.EDQUOT))
        assert disk.calls[operation] == call, "a failed call must not be repeated"
        disk.kill()
        work(disk, acknowledged, WORK)
        disk.restart(Loss.ALL)
        work(disk, acknowledged, WORK)
        assert acknowledged == WORK


def test_a_dead_journal_refuses_everything_but_reading() -> None:
    disk = FaultyDisk(errors={("fdatasync", 3): errno.EIO})
    journal = FileJournal.open(DIRECTORY, disk)
    journal.append(*batch(1))
    with pytest.raises(JournalWriteFailed, match="not acknowledged"):
        journal.append(*batch(3))
    assert journal.tail_seq == 2
    writes = disk.calls["pwrite"]
    for _ in range(3):
        with pytest.raises(JournalClosed, match="an append failed"):
            journal.append(*batch(3))
    assert disk.calls["pwrite"] == writes
    assert [of(r) for r in journal.read()] == [batch(1)]
    journal.close()


def test_a_full_disk_stops_cleanly_and_goes_on_when_there_is_space() -> None:
    disk = FaultyDisk(capacity_bytes=3 * SMALL_SEGMENT + 1_000)
    acknowledged: list[Batch] = []
    with pytest.raises(JournalFull, match="Free some space"):
        work(disk, acknowledged, WORK)
    assert 5 < len(acknowledged) < len(WORK)
    assert disk.space(DIRECTORY).free_bytes < SMALL_SEGMENT
    disk.kill()
    disk.capacity_bytes = 1 << 20
    work(disk, acknowledged, WORK)
    assert acknowledged == WORK
    assert verify_chain(DIRECTORY, disk).ok


@pytest.mark.parametrize("seed", range(200))
def test_a_disk_that_lies_about_syncs_never_yields_another_history(seed: int) -> None:
    """What such a disk lost cannot come back, but what is read is a beginning of what was sent."""
    disk = FaultyDisk(seed)
    work(disk, [], WORK[:7])
    disk.sync_lies = True
    disk.cut_at = disk.operations + 1 + seed % 13
    with pytest.raises(PowerCut):
        work(disk, list(WORK[:7]), WORK)
    disk.restart()
    disk.sync_lies = False
    try:
        with FileJournal.open(DIRECTORY, disk, SMALL_SEGMENT) as journal:
            known = [of(r) for r in journal.read()]
    except JournalError:
        return
    assert len(known) >= 7 and known == WORK[: len(known)]
