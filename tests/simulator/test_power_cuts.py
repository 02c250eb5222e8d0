"""F4: a small share of the power cuts on a real file system, and what they are there to find."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from bellwether.cli.main import app
from bellwether.testing.campaigns.power import image as images
from bellwether.testing.campaigns.power.image import NoPowerToCut, image
from bellwether.testing.campaigns.power.power_cuts import cut_power

WITHOUT_SYNCS = Path(__file__).with_name("life_without_syncs.py")


def silent(done: int, total: int) -> None:
    assert 0 < done <= total


def left_behind(folder: Path) -> list[Path]:
    return list(folder.glob("bellwether-power-*"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where images are made; the test is skipped where there is no power to cut."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    try:
        with image() as disk:
            disk.mount()
            disk.cut()
    except NoPowerToCut as error:
        pytest.skip(str(error))
    return tmp_path


def test_what_was_acknowledged_outlives_the_power(folder: Path) -> None:
    """I16: through cuts under load and in starts, on one disk after the other."""
    found = cut_power(14, silent)
    assert found.wrong == []
    assert found.tried == 14 and found.disks == 2
    assert found.acknowledged > 300 and found.snapshots > 5
    assert left_behind(folder) == []


def test_a_venue_that_does_not_sync_loses_what_it_acknowledged(folder: Path) -> None:
    """The campaign sees what it is there for."""
    found = cut_power(12, silent, life=(str(WITHOUT_SYNCS),))
    assert found.wrong
    assert left_behind(folder) == []


@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit, ValueError])
def test_whatever_ends_it_nothing_stays_mounted(folder: Path, ending: type[BaseException]) -> None:
    """Ctrl-C, SIGTERM and failures."""

    def end(done: int, total: int) -> None:
        if ending is SystemExit:
            os.kill(os.getpid(), signal.SIGTERM)
        raise ending

    with pytest.raises(ending):
        cut_power(3, end)
    assert left_behind(folder) == []
    assert str(folder) not in Path("/proc/mounts").read_text(encoding="ascii")


@pytest.mark.parametrize("tool", ["mount", "umount"])
def test_interrupted_in_a_mount_or_at_its_end_nothing_stays(folder: Path, tool: str) -> None:
    """The tool has done its work, and nobody has noted it yet."""
    run, calls = images._tool, []

    def interrupted(*command: str) -> subprocess.CompletedProcess[bytes]:
        done = run(*command)
        calls.append(command[0])
        if command[0] == tool and calls.count(tool) == 1:
            raise KeyboardInterrupt
        return done

    with patch.object(images, "_tool", interrupted), pytest.raises(KeyboardInterrupt):
        cut_power(1, silent)
    assert left_behind(folder) == []


def test_where_there_is_no_power_to_cut_the_command_says_what_is_missing() -> None:
    with patch.object(images, "_TOOLS", ("mkfs.nothing",)):
        done = CliRunner().invoke(app, ["lab", "power-cuts", "--count", "1"])
    assert done.exit_code == 2
    assert "mkfs.nothing can not be found" in done.stderr
