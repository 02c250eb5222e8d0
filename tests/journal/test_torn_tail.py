"""An unfinished last write is cut, and nothing else is (reliability F2)."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise, product

import pytest

from bellwether.journal import FileJournal, JournalDamaged, verify_chain
from bellwether.testing import FaultyDisk, Loss, PowerCut
from tests.journal.workload import (
    DIRECTORY,
    SMALL_SEGMENT,
    batch,
    batches,
    last_segment,
    of,
    used,
    written,
)

SECTOR = 512


def last_write(records: int, *, commands: int = 120, events: int = 300) -> tuple[bytes, int, int]:
    """A segment's content, and where its last record begins and ends."""
    shape = {"commands": commands, "events": events, "segment_bytes": 1 << 14}
    disk, before = written(records, **shape), written(records - 1, **shape)
    content = disk.read(last_segment(disk))
    return content, used(before.read(last_segment(before))), used(content)


def holding(content: bytes) -> FaultyDisk:
    disk = written(1)
    disk.overwrite(last_segment(disk), content)
    return disk


def assert_cut(
    content: bytes, records: int, start: int, *, commands: int = 120, events: int = 300
) -> None:
    """The segment opens with `records` records, is zero behind them, and can go on."""
    torn_bytes = used(content) - start
    disk = holding(content)
    report = verify_chain(DIRECTORY, disk)
    assert report.ok and report.records == records
    assert len(report.notes) == (1 if torn_bytes > 0 else 0)
    with FileJournal.open(DIRECTORY, disk, SMALL_SEGMENT) as journal:
        assert journal.cut_bytes == max(0, torn_bytes)
        assert used(disk.read(last_segment(disk))) == start
        tail = journal.tail_seq
        assert [of(r) for r in journal.read()] == batches(records, commands=commands, events=events)
        journal.append(*batch(tail + 1))
    assert verify_chain(DIRECTORY, disk).records == records + 1


def test_the_power_may_go_while_a_torn_write_is_being_cut() -> None:
    """What was being zeroed may survive in part, even inside a sector; it is torn all the same.

    A header that lies across a boundary of sectors may then be half of one and half of the other.
    """
    shapes = ({"commands": commands, "events": 200} for commands in range(150, 700))
    shape = next(s for s in shapes if 450 < last_write(3, **s)[1] % SECTOR < 480)
    content, start, end = last_write(3, **shape)
    torn = content[: end - 60] + bytes(len(content) - end + 60)
    assert start < end - 60
    for seed in range(900):
        disk = holding(torn)
        disk.restart(Loss.NOTHING)
        disk.reseed(seed)
        disk.cut_at = disk.operations + 4 + seed % 5
        with suppress(PowerCut):
            FileJournal.open(DIRECTORY, disk, SMALL_SEGMENT).close()
        disk.restart(Loss.RAGGED)
        with FileJournal.open(DIRECTORY, disk, SMALL_SEGMENT) as journal:
            assert [of(r) for r in journal.read()] == batches(2, **shape)


def test_a_last_record_torn_at_any_byte_is_cut() -> None:
    content, start, end = last_write(3)
    for cut in range(start, end):
        assert_cut(content[:cut] + bytes(len(content) - cut), 2, start)


def test_a_first_record_torn_at_any_byte_is_cut() -> None:
    content, start, end = last_write(1)
    for cut in range(128, end):
        assert_cut(content[:cut] + bytes(len(content) - cut), 0, 128)
    assert start == 128


@pytest.mark.parametrize("records", [2, 3, 4, 5])
def test_a_last_record_missing_any_of_its_sectors_is_cut(records: int) -> None:
    content, start, end = last_write(records, commands=700, events=900)
    bounds = [start, *range((start // SECTOR + 1) * SECTOR, end, SECTOR), end]
    shares = list(pairwise(bounds))
    for kept in product([False, True], repeat=len(shares)):
        if all(kept):
            continue
        torn = bytearray(content)
        for (low, high), keep in zip(shares, kept, strict=True):
            if not keep:
                torn[low:high] = bytes(high - low)
        assert_cut(bytes(torn), records - 1, start, commands=700, events=900)


def test_a_header_across_two_sectors_torn_in_any_way_is_cut() -> None:
    for events in range(180, 280):
        content, start, end = last_write(2, events=events)
        sector = (start // SECTOR + 1) * SECTOR
        if not start < sector < start + 88:
            continue
        for low, high in ((start, sector), (sector, end)):
            torn = bytearray(content)
            torn[low:high] = bytes(high - low)
            assert_cut(bytes(torn), 1, start, events=events)


def test_a_bad_record_before_a_good_one_is_damage() -> None:
    content, start, _ = last_write(5)
    middle = last_write(3)[1]
    for low, high in ((middle, middle + 1), (middle, middle + 60), (middle, start)):
        changed = bytearray(content)
        changed[low:high] = bytes(high - low)
        disk = holding(bytes(changed))
        report = verify_chain(DIRECTORY, disk)
        assert isinstance(report.damage, JournalDamaged)
        assert report.damage.offset == middle and report.records == 2
        with pytest.raises(JournalDamaged, match="valid one"):
            FileJournal.open(DIRECTORY, disk)
        assert disk.read(last_segment(disk)) == bytes(changed), "nothing may be changed"


def test_a_torn_record_in_an_earlier_segment_is_damage() -> None:
    disk = written(40)
    segments = [p for p in disk.paths() if p.suffix == ".seg"]
    content = disk.read(segments[-2])
    disk.overwrite(segments[-2], content[: used(content) - 5] + bytes(len(content)))
    with pytest.raises(JournalDamaged, match="later segment"):
        FileJournal.open(DIRECTORY, disk)
    assert not verify_chain(DIRECTORY, disk).ok


def test_a_lost_sector_of_a_record_full_of_zeros_is_not_guessed_about() -> None:
    disk = FaultyDisk()
    with FileJournal.open(DIRECTORY, disk) as journal:
        journal.append(1, 1, 0, bytes(3_000), b"x" * 3_000)
    content = bytearray(disk.read(last_segment(disk)))
    content[4096:4608] = bytes(512)
    disk.overwrite(last_segment(disk), bytes(content))
    with pytest.raises(JournalDamaged):
        FileJournal.open(DIRECTORY, disk)


def test_a_record_planted_in_a_payload_is_not_taken_for_one() -> None:
    """Whoever can put bytes into a command cannot make a torn tail look like damage."""
    donor, _, _ = last_write(1)
    planted = donor[128 : used(donor)]
    disk = FaultyDisk(seed=1)
    with FileJournal.open(DIRECTORY, disk, 1 << 14) as journal:
        journal.append(1, 1, 0, planted * 3, planted)
        end = used(disk.read(last_segment(disk)))
    whole = disk.read(last_segment(disk))
    for torn in (
        whole[: end - 20] + bytes(len(whole)),
        whole[: 128 + 88 + len(planted)] + bytes(len(whole)),
        whole[:128] + bytes(384) + whole[512:],
    ):
        with FileJournal.open(DIRECTORY, holding(torn)) as journal:
            assert journal.cut_bytes > 0 and journal.tail_seq == 0


def test_a_torn_record_with_other_bytes_behind_it_is_damage() -> None:
    content, start, end = last_write(3)
    torn = bytearray(content)
    torn[end - 50 : end] = bytes(50)
    torn[end + 100] = 7
    with pytest.raises(JournalDamaged, match="other bytes follow"):
        FileJournal.open(DIRECTORY, holding(bytes(torn)))
    assert start < end


def test_a_segment_cut_short_by_the_file_system_is_torn_or_damage() -> None:
    """A file that ends early reads as zeros: inside the last record that is a torn write."""
    content, start, end = last_write(3)
    for length in range(start, end):
        assert_cut(content[:length], 2, start)
    disk = holding(content[:100])
    with pytest.raises(JournalDamaged, match="not whole"):
        FileJournal.open(DIRECTORY, disk)
