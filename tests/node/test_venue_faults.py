"""What a data directory can be made to hold, and what the venue's process says to it."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bellwether.journal import FileJournal
from bellwether.node.clock import ManualClock
from bellwether.node.founding.genesis import dev_genesis
from bellwether.node.node import Node
from bellwether.views.views import Views
from tests.node.test_venue_process import COMMAND, bellwether
from tests.node.worlds import START_NS, trade_a_little, venue

pytestmark = pytest.mark.slow
SERVE = ("serve", "--dev", "--clock", "manual", "--start", "2026-05-01T00:00:00Z", "--port", "0")
SEGMENT_BYTES = 8 * 1024

_GO_ON = "; import os, sys; os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
AS_AN_ORDINARY_USER = (
    "import os, ctypes; os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)"
)
"""Takes CAP_DAC_OVERRIDE (1) out of the bounding set (24): permissions of files hold for root too,
from the next exec on."""

ON_A_FULL_DISK = (
    "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (32768, 32768))"
)
"""No file may grow beyond 32 KiB: what a full volume does, without filling one."""


def found(directory: Path, rounds: int = 1, stop: str = "clean") -> None:
    """A venue in which some orders have met."""

    async def story() -> None:
        async with venue(directory, stop=stop) as node:
            for number in range(rounds):
                await trade_a_little(node, 1 + 100 * number)

    asyncio.run(story())


def found_with_small_segments(directory: Path, rounds: int = 6) -> list[Path]:
    """The same, its journal in many files; returns them, oldest first."""

    async def story() -> None:
        node = Node(
            directory,
            FileJournal.open(directory / "journal", segment_bytes=SEGMENT_BYTES),
            ManualClock(START_NS),
            lambda start_ns: dev_genesis(start_ns, check_nonce_window=False),
            Views,
        )
        await node.start()
        for number in range(rounds):
            await trade_a_little(node, 1 + 100 * number)
        await node.stop()

    asyncio.run(story())
    segments = sorted((directory / "journal").glob("*.seg"))
    assert len(segments) > 4
    return segments


def refused(directory: Path, *, after: str = "", code: int = 1) -> str:
    """Starts a venue that must not start, `after` a line of Python in the same process; returns
    what it says, which is no traceback."""
    prelude = [sys.executable, "-c", after + _GO_ON] if after else [sys.executable]
    done = subprocess.run(
        [*prelude, "-m", "bellwether", *SERVE, "--data-dir", str(directory)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert not done.stdout
    return done.stderr


def started_and_stopped(directory: Path) -> str:
    """Starts a venue that must start, stops it, and returns what it wrote to stderr."""
    command = [*COMMAND, *SERVE, "--data-dir", str(directory)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Stop with"):
            break
    process.send_signal(signal.SIGTERM)
    _, messages = process.communicate(timeout=60)
    assert process.returncode == 0, messages
    return messages


def everything_in(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != "LOCK"
    }


def test_a_snapshot_beyond_the_journals_end_is_refused(tmp_path: Path) -> None:
    found(tmp_path / "venue", stop="kill")
    shutil.copytree(tmp_path / "venue" / "journal", tmp_path / "older")
    started_and_stopped(tmp_path / "venue")
    shutil.rmtree(tmp_path / "venue" / "journal")
    (tmp_path / "older").rename(tmp_path / "venue" / "journal")
    before = everything_in(tmp_path / "venue" / "snapshots")
    said = refused(tmp_path / "venue")
    assert "commands that were durable are missing" in said
    assert "Restore the journal from a copy" in said
    assert everything_in(tmp_path / "venue" / "snapshots") == before


@pytest.mark.parametrize("options", [(), ("--dev", "--clock", "manual")], ids=["venue", "dev"])
def test_snapshots_without_a_journal_are_not_built_upon(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    found(tmp_path)
    shutil.rmtree(tmp_path / "journal")
    before = everything_in(tmp_path)
    done = bellwether("serve", "--data-dir", str(tmp_path), "--port", "0", *options)
    assert done.returncode == 1
    assert "holds no journal, but beside it is a snapshot" in done.stderr
    assert everything_in(tmp_path) == before
    assert not (tmp_path / "journal").exists()


def test_verify_names_the_first_damage_in_an_old_segment(tmp_path: Path) -> None:
    segments = found_with_small_segments(tmp_path)
    for path in (segments[1], segments[3]):
        raw = bytearray(path.read_bytes())
        raw[1_000] ^= 1
        path.write_bytes(raw)
    done = bellwether("verify", str(tmp_path))
    assert done.returncode == 1
    assert f"{segments[1]} is damaged at byte" in done.stdout
    assert segments[3].name not in done.stdout, "the first difference, not every one"
    offset = int(done.stdout.partition("at byte ")[2].split()[0])
    assert offset <= 1_000
    assert "(command " in done.stdout


def test_verify_names_an_old_segment_that_is_gone(tmp_path: Path) -> None:
    segments = found_with_small_segments(tmp_path)
    segments[2].unlink()
    done = bellwether("verify", str(tmp_path))
    assert done.returncode == 1
    assert f"{int(segments[2].stem)}" in done.stdout
    assert "damaged at byte" in done.stdout


def _deleted(path: Path, other: Path) -> None:
    path.unlink()


def _rubbish(path: Path, other: Path) -> None:
    path.write_bytes(b"rubbish" * 10_000)


def _half(path: Path, other: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _holed(path: Path, other: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[8_192:12_288] = bytes(b ^ 0x5A for b in raw[8_192:12_288])
    path.write_bytes(raw)


def _of_another_venue(path: Path, other: Path) -> None:
    shutil.copy(other / "views.sqlite3", path)


def _of_another_version(path: Path, other: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE progress SET version = 0")
    connection.close()


HARMS = [_deleted, _rubbish, _half, _holed, _of_another_venue, _of_another_version]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_views_that_do_not_fit_are_built_anew_and_said_so(
    tmp_path: Path, harm: Callable[[Path, Path], None]
) -> None:
    found(tmp_path / "venue", rounds=2)
    found(tmp_path / "other", rounds=1)
    path = tmp_path / "venue" / "views.sqlite3"
    before = rows(path)
    harm(path, tmp_path / "other")
    said = started_and_stopped(tmp_path / "venue")
    assert "views_rebuilt" in said
    assert str(path) in said
    assert rows(path) == before
    assert "views_rebuilt" not in started_and_stopped(tmp_path / "venue")


def test_views_that_are_behind_catch_up(tmp_path: Path) -> None:
    found(tmp_path / "venue", rounds=1)
    shutil.copy(tmp_path / "venue" / "views.sqlite3", tmp_path / "older")
    found(tmp_path / "venue", rounds=2)
    before = rows(tmp_path / "venue" / "views.sqlite3")
    shutil.copy(tmp_path / "older", tmp_path / "venue" / "views.sqlite3")
    said = started_and_stopped(tmp_path / "venue")
    assert "views_caught_up" in said
    assert "views_rebuilt" not in said
    assert rows(tmp_path / "venue" / "views.sqlite3") == before


def rows(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT * FROM fills ORDER BY 1, 2, 3").fetchall()
    finally:
        connection.close()


def test_a_directory_that_is_in_use_is_left_alone(tmp_path: Path) -> None:
    found(tmp_path)
    with FileJournal.open(tmp_path / "journal"):
        before = everything_in(tmp_path)
        said = refused(tmp_path)
        assert "is locked: another venue is running on this journal" in said
        assert "choose" in said or "another data directory" in said
        assert everything_in(tmp_path) == before
        assert bellwether("verify", str(tmp_path)).returncode == 0, "reading needs no lock"


def test_a_directory_that_may_not_be_written_is_said_so(tmp_path: Path) -> None:
    founded, empty = tmp_path / "founded", tmp_path / "empty"
    found(founded)
    empty.mkdir()
    places = [empty, founded, founded / "journal"]
    for path in [*founded.rglob("*.seg"), founded / "journal" / "LOCK"]:
        if path.exists():
            path.chmod(0o400)
    for path in places:
        path.chmod(0o500)
    try:
        before = everything_in(tmp_path)
        for directory in (empty, founded):
            said = refused(directory, after=AS_AN_ORDINARY_USER)
            assert "Permission denied" in said
            assert str(directory) in said
        assert everything_in(tmp_path) == before
    finally:
        for path in places:
            path.chmod(0o700)


def test_views_that_may_not_be_written_are_said_so(tmp_path: Path) -> None:
    found(tmp_path)
    path = tmp_path / "views.sqlite3"
    path.unlink()
    path.mkdir()
    (path / "something").touch()
    said = refused(tmp_path)
    assert f"the read models in {path} can not be built" in said
    assert "The journal holds everything" in said


@pytest.mark.parametrize("founded", [False, True], ids=["new", "founded"])
def test_a_full_disk_at_the_start_is_said_so_and_loses_nothing(
    tmp_path: Path, founded: bool
) -> None:
    directory = tmp_path / "venue"
    if founded:
        found(directory)
        (directory / "views.sqlite3").unlink()
    said = refused(directory, after=ON_A_FULL_DISK)
    assert "File too large" in said or "disk I/O error" in said or "is full" in said
    assert "space" in said or "Make room" in said
    started_and_stopped(directory)
    assert bellwether("verify", str(directory)).returncode == 0


def test_a_path_that_is_no_directory_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    said = refused(tmp_path / "file", code=2)
    assert str(tmp_path / "file") in said
    assert (tmp_path / "file").read_text() == "not a directory"
