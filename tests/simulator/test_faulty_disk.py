"""What the simulated disk can do wrong, beyond what every disk must do right."""

from __future__ import annotations

from pathlib import Path

from bellwether.testing import FaultyDisk, Loss

DIRECTORY = Path("/venue")


def test_it_says_what_a_power_cut_could_take() -> None:
    disk = FaultyDisk()
    disk.make_directory(DIRECTORY)
    handle = disk.create(DIRECTORY / "a")
    assert disk.unsynced(DIRECTORY) == [DIRECTORY / "a"], "the name is not on disk"
    disk.fsync_directory(DIRECTORY)
    assert disk.unsynced(DIRECTORY) == []
    disk.pwrite(handle, b"hello", 0)
    assert disk.unsynced(DIRECTORY) == [DIRECTORY / "a"], "the bytes are not on disk"
    disk.fdatasync(handle)
    assert disk.unsynced(DIRECTORY) == []
    disk.restart(Loss.ALL)
    assert disk.read(DIRECTORY / "a") == b"hello"


def test_a_misdirected_write_lands_some_sectors_away() -> None:
    disk = FaultyDisk()
    disk.make_directory(DIRECTORY)
    handle = disk.create(DIRECTORY / "a")
    disk.pwrite(handle, bytes(8_192), 0)
    disk.misdirected.add(2)
    disk.pwrite(handle, b"record", 0)
    content = disk.read(DIRECTORY / "a")
    place = content.index(b"record")
    assert place > 0 and place % 512 == 0 and len(content) == 8_192
    assert disk.size_of(DIRECTORY / "a") == 8_192
