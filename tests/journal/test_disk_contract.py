"""The real disk and the faulty one keep the same promises."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bellwether.journal import Disk, RealDisk
from bellwether.testing import FaultyDisk


@pytest.fixture(params=["real", "faulty"])
def disk(request: pytest.FixtureRequest) -> Disk:
    return RealDisk() if request.param == "real" else FaultyDisk()


@pytest.fixture
def directory(disk: Disk, tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "journal"
    disk.make_directory(path)
    return path


def store(disk: Disk, path: Path, content: bytes) -> None:
    handle = disk.create(path)
    disk.pwrite(handle, content, 0)
    disk.fdatasync(handle)
    disk.close(handle)


def test_what_is_written_is_read_back(disk: Disk, directory: Path) -> None:
    store(disk, directory / "a", b"hello")
    disk.fsync_directory(directory)
    assert disk.read(directory / "a") == b"hello"
    assert disk.read_start(directory / "a", 2) == b"he"
    assert disk.read_start(directory / "a", 99) == b"hello"


def test_writing_beyond_the_end_leaves_zeros_between(disk: Disk, directory: Path) -> None:
    handle = disk.create(directory / "a")
    disk.pwrite(handle, b"x", 5)
    assert disk.size(handle) == 6
    assert disk.read(directory / "a") == b"\0\0\0\0\0x"


def test_writing_over_bytes_leaves_the_others(disk: Disk, directory: Path) -> None:
    store(disk, directory / "a", b"abcdef")
    handle = disk.open(directory / "a")
    disk.pwrite(handle, b"XY", 2)
    disk.pwrite(handle, b"", 3)
    assert disk.read(directory / "a") == b"abXYef"
    assert disk.size(handle) == 6


def test_creating_a_file_again_empties_it(disk: Disk, directory: Path) -> None:
    store(disk, directory / "a", b"abcdef")
    disk.close(disk.create(directory / "a"))
    assert disk.read(directory / "a") == b""


def test_names_are_listed_in_order_and_directories_are_not(disk: Disk, directory: Path) -> None:
    for name in ("b", "c", "a"):
        store(disk, directory / name, b"")
    disk.make_directory(directory / "inner")
    disk.make_directory(directory)
    assert disk.list_names(directory) == ["a", "b", "c"]


def test_renaming_replaces_what_bore_the_name(disk: Disk, directory: Path) -> None:
    store(disk, directory / "a", b"new")
    store(disk, directory / "b", b"old")
    disk.rename(directory / "a", directory / "b")
    assert disk.list_names(directory) == ["b"]
    assert disk.read(directory / "b") == b"new"


def test_a_handle_outlives_the_name(disk: Disk, directory: Path) -> None:
    handle = disk.create(directory / "a")
    disk.rename(directory / "a", directory / "b")
    disk.pwrite(handle, b"still here", 0)
    assert disk.read(directory / "b") == b"still here"


def test_removing_takes_the_name_away(disk: Disk, directory: Path) -> None:
    store(disk, directory / "a", b"x")
    disk.remove(directory / "a")
    assert disk.list_names(directory) == []


def test_what_is_not_there_is_said_to_be_missing(disk: Disk, directory: Path) -> None:
    with pytest.raises(FileNotFoundError):
        disk.open(directory / "a")
    with pytest.raises(FileNotFoundError):
        disk.read(directory / "a")
    with pytest.raises(FileNotFoundError):
        disk.read_start(directory / "a", 1)
    with pytest.raises(FileNotFoundError):
        disk.rename(directory / "a", directory / "b")
    with pytest.raises(FileNotFoundError):
        disk.remove(directory / "a")
    with pytest.raises(FileNotFoundError):
        disk.list_names(directory / "nowhere")
    with pytest.raises(FileNotFoundError):
        disk.create(directory / "nowhere" / "a")


def test_a_closed_handle_is_refused(disk: Disk, directory: Path) -> None:
    handle = disk.create(directory / "a")
    disk.close(handle)
    with pytest.raises(OSError):
        disk.pwrite(handle, b"x", 0)


def test_a_lock_is_held_by_one_and_ends_with_close(disk: Disk, directory: Path) -> None:
    held = disk.lock(directory / "LOCK")
    with pytest.raises(BlockingIOError):
        disk.lock(directory / "LOCK")
    disk.close(held)
    disk.close(disk.lock(directory / "LOCK"))
    assert disk.read(directory / "LOCK") == b""


def test_no_two_salts_are_alike(disk: Disk) -> None:
    assert len({disk.salt() for _ in range(50)}) == 50
    assert len(disk.salt()) == 16


def test_space_is_told_in_bytes(disk: Disk, directory: Path) -> None:
    space = disk.space(directory)
    assert 0 < space.free_bytes <= space.total_bytes


def test_what_a_volume_keeps_for_root_is_no_space(tmp_path: Path) -> None:
    """LIFE-13: twenty percent are those of what this user may fill."""
    usage = shutil.disk_usage(tmp_path)
    assert RealDisk().space(tmp_path).total_bytes == usage.used + usage.free


def test_a_handle_outlives_the_removed_name(disk: Disk, directory: Path) -> None:
    store(disk, directory / "a", b"abc")
    handle = disk.open(directory / "a")
    disk.remove(directory / "a")
    disk.pwrite(handle, b"X", 0)
    disk.fdatasync(handle)
    assert disk.size(handle) == 3
    disk.close(handle)
    with pytest.raises(FileNotFoundError):
        disk.open(directory / "a")


def test_a_large_write_is_whole_and_may_be_synced_more_than_once(
    disk: Disk, directory: Path
) -> None:
    content = bytes(range(256)) * 8_192
    handle = disk.create(directory / "a")
    disk.pwrite(handle, content, 700)
    disk.fdatasync(handle)
    disk.fdatasync(handle)
    assert disk.read(directory / "a") == bytes(700) + content
    assert disk.size(handle) == 700 + len(content)
    disk.close(handle)


def test_two_handles_see_the_same_file(disk: Disk, directory: Path) -> None:
    store(disk, directory / "a", b"abcdef")
    one, other = disk.open(directory / "a"), disk.open(directory / "a")
    disk.pwrite(one, b"XY", 0)
    disk.pwrite(other, b"Z", 6)
    assert disk.size(one) == disk.size(other) == 7
    disk.close(one)
    disk.fdatasync(other)
    assert disk.read(directory / "a") == b"XYcdefZ"


def test_a_file_gets_its_name_back_after_it_was_given_away(disk: Disk, directory: Path) -> None:
    store(disk, directory / "a", b"first")
    disk.rename(directory / "a", directory / "b")
    store(disk, directory / "a", b"second")
    disk.fsync_directory(directory)
    assert disk.list_names(directory) == ["a", "b"]
    assert disk.read(directory / "a") == b"second"
    assert disk.read(directory / "b") == b"first"
