"""Appending, reading, rotating and refusing, on the real disk and on the faulty one."""

from __future__ import annotations

import errno
from hashlib import sha256
from pathlib import Path

import pytest

from bellwether.journal import (
    GENESIS_HASH,
    AppendRefused,
    Disk,
    Entry,
    FileJournal,
    Journal,
    JournalClosed,
    JournalDamaged,
    JournalLocked,
    JournalUnreadable,
    RealDisk,
    read_records,
    verify_chain,
    write_entry,
)
from bellwether.journal.segment import encode_segment_header, list_segments
from bellwether.testing import FaultyDisk
from tests.journal.workload import DIRECTORY, SMALL_SEGMENT, Batch, batch, batches, of, written


@pytest.fixture(params=["real", "faulty"])
def disk(request: pytest.FixtureRequest) -> Disk:
    return RealDisk() if request.param == "real" else FaultyDisk()


def test_what_is_appended_is_read_back(disk: Disk, tmp_path: Path) -> None:
    sent = batches(10)
    with FileJournal.open(tmp_path / "journal", disk) as journal:
        hashes = [journal.append(*b) for b in sent]
        assert journal.tail_seq == sent[-1].first_seq + sent[-1].number - 1
        assert journal.tail_hash == hashes[-1]
        records = list(journal.read())
    assert [of(r) for r in records] == sent
    assert [r.hash for r in records] == hashes
    assert [r.prev_hash for r in records] == [GENESIS_HASH, *hashes[:-1]]


def test_the_journal_goes_on_after_opening_again(disk: Disk, tmp_path: Path) -> None:
    sent = batches(9)
    for k in range(3):
        with FileJournal.open(tmp_path / "journal", disk) as journal:
            assert journal.cut_bytes == 0 and journal.notes == []
            assert journal.epoch == k + 1
            for b in sent[3 * k : 3 * k + 3]:
                journal.append(*b)
    assert [of(r) for r in read_records(disk, tmp_path / "journal")] == sent
    assert [r.epoch for r in read_records(disk, tmp_path / "journal")] == [1] * 3 + [2] * 3 + [
        3
    ] * 3
    report = verify_chain(tmp_path / "journal", disk)
    assert report.ok and report.records == 9 and report.notes == ()


def test_segments_rotate_and_the_chain_runs_through_them(disk: Disk, tmp_path: Path) -> None:
    sent = batches(60)
    with FileJournal.open(tmp_path / "journal", disk, SMALL_SEGMENT) as journal:
        for b in sent:
            journal.append(*b)
        assert [of(r) for r in journal.read()] == sent
    segments = [n for n in disk.list_names(tmp_path / "journal") if n.endswith(".seg")]
    assert len(segments) > 5 and segments[0] == "00000000000000000001.seg"
    for name in segments:
        assert len(disk.read(tmp_path / "journal" / name)) == SMALL_SEGMENT
    for check_all in (False, True):
        with FileJournal.open(tmp_path / "journal", disk, check_all=check_all) as journal:
            assert journal.tail_seq == sent[-1].first_seq + sent[-1].number - 1
            assert [of(r) for r in journal.read()] == sent
    assert verify_chain(tmp_path / "journal", disk).segments == len(segments)


def test_reading_from_any_command_begins_with_its_record() -> None:
    disk = written(40)
    with FileJournal.open(DIRECTORY, disk) as journal:
        everything = list(journal.read())
        for seq in range(1, journal.tail_seq + 1):
            expected = [r for r in everything if r.last_seq >= seq]
            assert list(journal.read(seq)) == expected
        assert list(journal.read(journal.tail_seq + 1)) == []
        assert list(journal.read(0)) == everything


def test_a_reader_sees_the_tail_of_the_moment_it_asked() -> None:
    disk = written(10)
    with FileJournal.open(DIRECTORY, disk, SMALL_SEGMENT) as journal:
        reader = journal.read()
        first = next(reader)
        for b in batches(10, start=journal.tail_seq + 1):
            journal.append(*b)
        assert len([first, *reader]) == 10
        assert len(list(journal.read())) == 20


def test_a_record_larger_than_a_segment_gets_one_of_its_own(disk: Disk, tmp_path: Path) -> None:
    sent = [batch(1), batch(3, commands=9_000), batch(5), batch(7, events=3 << 20), batch(9)]
    with FileJournal.open(tmp_path / "journal", disk, SMALL_SEGMENT) as journal:
        for b in sent:
            journal.append(*b)
    with FileJournal.open(tmp_path / "journal", disk, SMALL_SEGMENT) as journal:
        assert [of(r) for r in journal.read()] == sent
    assert verify_chain(tmp_path / "journal", disk).ok


def test_zeros_are_written_ahead_in_steps(disk: Disk, tmp_path: Path) -> None:
    with FileJournal.open(tmp_path / "journal", disk) as journal:
        path = tmp_path / "journal" / "00000000000000000001.seg"
        assert len(disk.read(path)) == 1 << 20
        for k in range(5):
            journal.append(*batch(1 + 2 * k, commands=400_000))
        assert len(disk.read(path)) == 2 << 20


def test_payloads_may_be_empty_or_all_zero(disk: Disk, tmp_path: Path) -> None:
    parts = [(b"", b""), (bytes(5_000), b""), (b"", bytes(5_000)), (b"x", bytes(1))]
    with FileJournal.open(tmp_path / "journal", disk) as journal:
        for k, (commands, events) in enumerate(parts):
            journal.append(k + 1, 1, -5, commands, events)
    with FileJournal.open(tmp_path / "journal", disk) as journal:
        assert [(r.commands, r.events) for r in journal.read()] == parts
        assert journal.cut_bytes == 0


def test_the_hash_covers_every_field() -> None:
    def hash_of(*arguments: object) -> bytes:
        with FileJournal.open(DIRECTORY, FaultyDisk()) as journal:
            return journal.append(*arguments)  # type: ignore[arg-type]

    state = sha256(b"state").digest()
    hashes = [
        hash_of(1, 2, 3, b"commands", b"events"),
        hash_of(1, 2, 3, b"commandse", b"vents"),
        hash_of(1, 3, 3, b"commands", b"events"),
        hash_of(1, 2, 4, b"commands", b"events"),
        hash_of(1, 2, 3, b"commands", b"events", state),
        hash_of(1, 2, 3, b"commands", state + b"events"),
    ]
    assert len(set(hashes)) == len(hashes)
    assert hashes[0] == hash_of(1, 2, 3, b"commands", b"events")


def test_two_engines_cannot_open_one_directory(disk: Disk, tmp_path: Path) -> None:
    with FileJournal.open(tmp_path / "journal", disk):
        with pytest.raises(JournalLocked, match="another venue"):
            FileJournal.open(tmp_path / "journal", disk)
        assert verify_chain(tmp_path / "journal", disk).ok, "verification needs no lock"
    FileJournal.open(tmp_path / "journal", disk).close()


def test_an_append_that_does_not_follow_the_tail_is_refused_and_harmless() -> None:
    with FileJournal.open(DIRECTORY, FaultyDisk()) as journal:
        journal.append(*batch(1))
        for arguments in [
            (2, 1, 0, b"", b""),
            (4, 1, 0, b"", b""),
            (3, 0, 0, b"", b""),
            (3, 1 << 32, 0, b"", b""),
            (3, 1, 1 << 63, b"", b""),
            (3, 1, 0, b"", b"", b"short"),
        ]:
            with pytest.raises(AppendRefused):
                journal.append(*arguments)  # type: ignore[arg-type]
        journal.append(*batch(3))
        assert journal.tail_seq == 4


def test_a_writer_that_was_fenced_off_is_refused() -> None:
    disk = FaultyDisk()
    with FileJournal.open(DIRECTORY, disk) as journal:
        journal.append(*batch(1), epoch=1)
        journal.fence(7)
        with pytest.raises(AppendRefused, match="fenced"):
            journal.append(*batch(3), epoch=1)
        with pytest.raises(AppendRefused):
            journal.fence(6)
        journal.append(*batch(3), epoch=7)
    with FileJournal.open(DIRECTORY, disk) as journal:
        assert journal.epoch == 8


def test_a_closed_journal_refuses_everything() -> None:
    journal = FileJournal.open(DIRECTORY, FaultyDisk())
    journal.close()
    journal.close()
    with pytest.raises(JournalClosed):
        journal.append(*batch(1))
    with pytest.raises(JournalClosed):
        journal.read()


def test_a_missing_segment_is_named() -> None:
    for index, message in ((0, "commands 1 to"), (1, "are missing"), (-2, "are missing")):
        disk = written(40)
        segments = [p for p in disk.paths() if p.suffix == ".seg"]
        disk.remove(segments[index])
        damage = verify_chain(DIRECTORY, disk).damage
        assert damage is not None and message in str(damage)
        with pytest.raises(JournalDamaged, match=message):
            FileJournal.open(DIRECTORY, disk, check_all=True)


def test_a_segment_of_another_journal_is_named() -> None:
    disk, other = written(40), written(40, events=301)
    segments = [p for p in disk.paths() if p.suffix == ".seg"]
    disk.overwrite(segments[3], other.read(segments[3]))
    assert "hash chain" in str(verify_chain(DIRECTORY, disk).damage)


def test_a_segment_begun_by_an_earlier_writer_is_named() -> None:
    disk = written(40)
    with FileJournal.open(DIRECTORY, disk, SMALL_SEGMENT) as journal:
        for b in batches(20, start=journal.tail_seq + 1):
            journal.append(*b)
    last = list_segments(disk, DIRECTORY)[-1]
    head = encode_segment_header(last.first_seq, 1, last.chain_hash, bytes(16))
    disk.overwrite(last.path, head + bytes(500))
    assert "epoch 1 comes after epoch 2" in str(verify_chain(DIRECTORY, disk).damage)


def test_a_shortened_journal_is_found_by_a_hash_known_from_outside() -> None:
    disk = written(10)
    report = verify_chain(DIRECTORY, disk)
    anchors = {report.tail_seq: report.tail_hash}
    assert verify_chain(DIRECTORY, disk, anchors).ok
    assert verify_chain(DIRECTORY, disk, {1: b"other"}).damage is not None
    shorter = verify_chain(DIRECTORY, written(9), anchors)
    assert shorter.damage is not None and "known from outside" in str(shorter.damage)


def test_unfinished_and_foreign_files_are_noted() -> None:
    disk = written(3)
    for name in ("00000000000000000099.new", "notes.txt"):
        disk.close(disk.create(DIRECTORY / name))
    assert len(verify_chain(DIRECTORY, disk).notes) == 1
    with FileJournal.open(DIRECTORY, disk) as journal:
        assert len(journal.notes) == 2
    assert "notes.txt" in disk.list_names(DIRECTORY)
    assert "00000000000000000099.new" not in disk.list_names(DIRECTORY)


def test_a_read_error_is_told_with_the_path() -> None:
    disk = written(3)
    disk.errors["read", disk.calls.get("read", 0) + 1] = errno.EIO
    with pytest.raises(JournalUnreadable, match=r"000001\.seg"):
        FileJournal.open(DIRECTORY, disk)
    FileJournal.open(DIRECTORY, disk).close()


def test_the_file_journal_is_a_journal() -> None:
    journal: Journal = FileJournal.open(DIRECTORY, FaultyDisk())
    assert journal.tail_seq == 0 and journal.tail_hash == GENESIS_HASH
    journal.close()


def begun(journal: FileJournal, b: Batch) -> Entry | None:
    payload_bytes = len(b.commands) + len(b.events)
    return journal.begin(b.first_seq, b.number, b.time_ns, payload_bytes, b.state_hash)


def test_an_append_in_two_halves_leaves_the_same_bytes() -> None:
    whole, halves = FaultyDisk(), FaultyDisk()
    sent = [*batches(20), batch(40, commands=5_000), *batches(20, start=42)]
    with (
        FileJournal.open(DIRECTORY, whole, SMALL_SEGMENT) as one,
        FileJournal.open(DIRECTORY, halves, SMALL_SEGMENT) as two,
    ):
        in_halves = 0
        for b in sent:
            expected = one.append(*b)
            entry = begun(two, b)
            if entry is None:
                assert two.append(*b) == expected
            else:
                in_halves += 1
                assert two.tail_seq == b.first_seq - 1, "not durable yet"
                handle, _ = two.files
                record_hash = write_entry(halves, handle, entry, b.commands, b.events)
                halves.fdatasync(handle)
                two.written(entry, record_hash)
                assert two.tail_hash == expected
            assert (one.tail_seq, one.tail_hash) == (two.tail_seq, two.tail_hash)
    assert len(sent) // 2 < in_halves < len(sent), "a new segment takes a whole append"
    assert whole.paths() == halves.paths()
    assert all(whole.read(path) == halves.read(path) for path in whole.paths())


def test_between_the_halves_and_after_a_failure_nothing_is_taken() -> None:
    disk = FaultyDisk()
    with FileJournal.open(DIRECTORY, disk) as journal:
        journal.append(*batch(1))
        entry = begun(journal, batch(3))
        assert entry is not None
        with pytest.raises(JournalClosed, match="did not finish"):
            journal.append(*batch(3))
        with pytest.raises(JournalClosed, match="did not finish"):
            begun(journal, batch(3))
        handle, _ = journal.files
        journal.written(entry, write_entry(disk, handle, entry, batch(3).commands, batch(3).events))
        assert begun(journal, batch(5)) is not None
        error = journal.failed(OSError(errno.EIO, "the disk is broken"))
        assert "the disk is broken" in str(error)
        with pytest.raises(JournalClosed, match="the disk is broken"):
            begun(journal, batch(5))
    with FileJournal.open(DIRECTORY, disk) as journal:
        assert journal.tail_seq == 4, "what was written is there"
