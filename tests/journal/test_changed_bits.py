"""Every changed bit is found and named; a changed record is never mistaken for a torn one (F3)."""

from __future__ import annotations

from random import Random

import pytest

from bellwether.journal import FileJournal, JournalDamaged, verify_chain
from bellwether.testing import FaultyDisk
from tests.journal.workload import DIRECTORY, batches, last_segment, of, used, written


def assert_found(disk: FaultyDisk, bit: int) -> None:
    path = last_segment(disk)
    disk.flip(path, bit)
    report = verify_chain(DIRECTORY, disk)
    assert not report.ok, f"bit {bit} of {path} was not found"
    assert isinstance(report.damage, JournalDamaged)
    assert report.damage.path == path and report.damage.offset <= bit // 8
    assert str(path) in report.summary
    with pytest.raises(JournalDamaged):
        FileJournal.open(DIRECTORY, disk)
    disk.flip(path, bit)


@pytest.mark.parametrize("records", [1, 4])
def test_every_bit_of_a_small_journal_is_guarded(records: int) -> None:
    disk = written(records)
    for bit in range(8 * used(disk.read(last_segment(disk)))):
        assert_found(disk, bit)
    assert verify_chain(DIRECTORY, disk).ok


@pytest.mark.parametrize("seed", range(4))
def test_a_sample_of_the_bits_of_a_larger_journal_is_guarded(seed: int) -> None:
    disk = written(60, commands=300, events=700, segment_bytes=1 << 17)
    end = used(disk.read(last_segment(disk)))
    assert 60_000 < end < 1 << 17
    random = Random(seed)
    for _ in range(150):
        assert_found(disk, random.randrange(8 * end))
    assert verify_chain(DIRECTORY, disk).ok


def test_bits_of_a_record_full_of_zeros_are_guarded() -> None:
    """A zero sector is ordinary payload here, so it must not excuse a changed bit."""
    disk = FaultyDisk()
    with FileJournal.open(DIRECTORY, disk) as journal:
        journal.append(1, 1, 0, bytes(700) + b"\1" + bytes(900), bytes(1_500) + b"end")
    for bit in range(8 * used(disk.read(last_segment(disk)))):
        if bit % 61 == 0 or 8 * 920 < bit < 8 * 935:
            assert_found(disk, bit)


def test_a_bit_in_an_earlier_segment_is_found_with_its_segment() -> None:
    disk = written(60)
    segments = [p for p in disk.paths() if p.suffix == ".seg"]
    random = Random(5)
    for path in segments:
        for bit in random.sample(range(8 * used(disk.read(path))), 20):
            disk.flip(path, bit)
            damage = verify_chain(DIRECTORY, disk).damage
            assert isinstance(damage, JournalDamaged) and damage.path == path
            with pytest.raises(JournalDamaged):
                FileJournal.open(DIRECTORY, disk, check_all=True)
            disk.flip(path, bit)


def test_a_reader_meets_damage_that_opening_did_not_look_for() -> None:
    disk = written(60)
    first = min(p for p in disk.paths() if p.suffix == ".seg")
    disk.flip(first, 8 * 2_000)
    with FileJournal.open(DIRECTORY, disk) as journal:
        assert list(journal.read(journal.tail_seq))
        with pytest.raises(JournalDamaged):
            list(journal.read())


def test_a_changed_bit_behind_the_records_harms_nothing() -> None:
    disk = written(3)
    disk.flip(last_segment(disk), 8 * 4_000)
    report = verify_chain(DIRECTORY, disk)
    assert report.ok and len(report.notes) == 1
    with FileJournal.open(DIRECTORY, disk) as journal:
        assert journal.cut_bytes > 0
        assert [of(r) for r in journal.read()] == batches(3)


def test_rewritten_history_is_found_even_with_right_checksums() -> None:
    """The chain, not the checksum, is what nobody can forge in the middle."""
    disk, other = written(5, segment_bytes=1 << 14), written(5, segment_bytes=1 << 14)
    with FileJournal.open(DIRECTORY, disk, 1 << 14) as journal:
        first = next(journal.read())
    forged = FaultyDisk()
    with FileJournal.open(DIRECTORY, forged, 1 << 14) as journal:
        commands = first.commands[:-1] + b"!"
        journal.append(1, first.count, first.time_ns, commands, first.events)
        size = used(forged.read(last_segment(forged)))
    content = other.read(last_segment(other))
    head = forged.read(last_segment(forged))[:size]
    other.overwrite(last_segment(other), head + content[size:])
    damage = verify_chain(DIRECTORY, other).damage
    assert isinstance(damage, JournalDamaged) and "hash chain" in damage.reason
    assert damage.offset == size
