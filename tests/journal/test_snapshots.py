"""Snapshots are whole or skipped, and the newest three are kept."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from bellwether.journal import (
    Disk,
    JournalFull,
    JournalUnreadable,
    JournalWriteFailed,
    RealDisk,
    Snapshot,
    SnapshotStore,
)
from bellwether.testing import FaultyDisk, Loss, PowerCut
from tests.journal.workload import SNAPSHOTS, text

HASH = bytes(range(32))


@pytest.fixture(params=["real", "faulty"])
def disk(request: pytest.FixtureRequest) -> Disk:
    return RealDisk() if request.param == "real" else FaultyDisk()


def state(seq: int) -> bytes:
    return text(f"state {seq}", 400)


def test_a_directory_of_snapshots_that_can_not_be_read_is_said_so() -> None:
    """Not taken for an empty one, and no error of the system's kind (found by the simulator)."""
    disk = FaultyDisk()
    SnapshotStore(SNAPSHOTS, disk).save(5, HASH, state(5))
    disk.errors["list_names", disk.calls["list_names"] + 1] = errno.EIO
    with pytest.raises(JournalUnreadable, match="cannot be read"):
        SnapshotStore(SNAPSHOTS, disk).list()
    assert SnapshotStore(SNAPSHOTS, disk).list() == [5]


def newest(disk: Disk, directory: Path = SNAPSHOTS) -> Snapshot | None:
    return SnapshotStore(directory, disk).newest()


def test_the_newest_snapshot_is_read_back(disk: Disk, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots", disk)
    assert store.newest() is None and store.list() == []
    for seq in (5, 1_000, 70):
        store.save(seq, HASH, state(seq))
    found = store.newest()
    assert found is not None
    assert (found.seq, found.journal_hash, found.state) == (1_000, HASH, state(1_000))
    assert store.list() == [5, 70, 1_000] and store.notes == []
    beside = store.newest(at_most_seq=999)
    assert beside is not None and beside.seq == 70
    assert "beyond" in store.notes[0]


def test_only_the_newest_three_are_kept(disk: Disk, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots", disk)
    for seq in range(1, 8):
        store.save(seq, HASH, state(seq))
    assert store.list() == [5, 6, 7]
    store.save(7, HASH, b"")
    found = store.newest()
    assert found is not None and found.state == b""


def test_a_snapshot_with_any_changed_bit_is_skipped_with_a_note() -> None:
    disk = FaultyDisk()
    store = SnapshotStore(SNAPSHOTS, disk)
    store.save(1, HASH, state(1))
    path = store.save(2, HASH, state(2))
    for bit in range(8 * len(disk.read(path))):
        disk.flip(path, bit)
        store = SnapshotStore(SNAPSHOTS, disk)
        found = store.newest()
        assert found is not None and found.seq == 1, f"bit {bit}"
        assert len(store.notes) == 1 and str(path) in store.notes[0]
        disk.flip(path, bit)
    found = newest(disk)
    assert found is not None and found.seq == 2


def test_a_snapshot_of_any_other_length_is_skipped() -> None:
    disk = FaultyDisk()
    path = SnapshotStore(SNAPSHOTS, disk).save(1, HASH, state(1))
    content = disk.read(path)
    for changed in [content[:n] for n in range(len(content))] + [content + b"\0", content * 2]:
        disk.overwrite(path, changed)
        assert newest(disk) is None


def test_a_snapshot_under_another_name_is_skipped() -> None:
    disk = FaultyDisk()
    path = SnapshotStore(SNAPSHOTS, disk).save(1, HASH, state(1))
    disk.rename(path, path.with_name(path.name.replace("1", "2")))
    assert newest(disk) is None


def test_a_power_cut_while_saving_leaves_the_older_snapshots() -> None:
    for loss in Loss:
        for cut in range(1, 40):
            disk = FaultyDisk(cut)
            store = SnapshotStore(SNAPSHOTS, disk)
            saved = 0
            disk.cut_at = cut
            try:
                for seq in range(1, 6):
                    store.save(seq, HASH, state(seq))
                    saved = seq
            except PowerCut:
                pass
            disk.restart(loss)
            found = newest(disk) if disk.paths() else None
            assert (found.seq if found else 0) in (saved, saved + 1)
            if found:
                assert found.state == state(found.seq)
            SnapshotStore(SNAPSHOTS, disk).save(99, HASH, state(99))
            assert len(SnapshotStore(SNAPSHOTS, disk).list()) <= 3


@pytest.mark.parametrize("operation", ["pwrite", "fdatasync", "rename", "create"])
def test_a_failed_save_keeps_the_older_snapshot(operation: str) -> None:
    disk = FaultyDisk()
    store = SnapshotStore(SNAPSHOTS, disk)
    store.save(1, HASH, state(1))
    for number, kind in ((errno.EIO, JournalWriteFailed), (errno.ENOSPC, JournalFull)):
        disk.errors[operation, disk.calls[operation] + 1] = number
        with pytest.raises(kind):
            store.save(2, HASH, state(2))
    found = newest(disk)
    assert found is not None and found.seq == 1
    store.save(3, HASH, state(3))
    assert store.list() == [1, 3]


def test_a_snapshot_names_a_command_and_a_hash() -> None:
    store = SnapshotStore(SNAPSHOTS, FaultyDisk())
    with pytest.raises(ValueError):
        store.save(0, HASH, b"")
    with pytest.raises(ValueError):
        store.save(1, HASH[:31], b"")
