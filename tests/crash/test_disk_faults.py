"""The disk is full or fails: the venue stops before it tells anybody anything untrue.

It answers with an error, ends with exit code 3 and a message, and has everything it acknowledged
once the disk takes writes again (reliability: embedded journal).
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.crash.load import Market
from tests.crash.venue_process import VenueProcess, bellwether, until

MEBIBYTE = 1 << 20
TRACED = (
    *("strace", "-D", "-f", "-qq", "-o", "/dev/null"),
    *("-e", "trace=fdatasync,pwrite64,rename"),
)
"""With -D the venue is our child and the tracer is not in between; calls are counted by thread."""

DISK_FULL = ("No space left on device", "database or disk is full")


def can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    done = subprocess.run([*TRACED, "true"], capture_output=True, check=False, timeout=30)
    return done.returncode == 0


needs_strace = pytest.mark.skipif(
    not can_trace(), reason="strace is not installed, or may not trace here"
)


def injected(fault: str) -> tuple[str, ...]:
    return (*TRACED, "-e", f"inject={fault}")


def loaded_until_it_ends(venue: VenueProcess, market: Market) -> int:
    """The exit code of a venue that is loaded until a fault stops it."""
    traders = market.load()
    code = venue.process.wait(60)
    for trader in traders:
        trader.join(30)
    assert venue.process.stdout is not None
    venue.process.stdout.close()
    return code


def check_message(venue: VenueProcess, reasons: tuple[str, ...]) -> None:
    """What happened, what was kept, what to do: in the last line, and without a stack trace."""
    last = venue.said().rstrip().rsplit("\n", 1)[-1]
    assert last.startswith("bellwether: the venue has stopped: ")
    assert any(reason in last for reason in reasons), last
    # Whichever write comes first, the journal's or the read models', tells.
    assert "is kept" in last or "are in the journal" in last, last
    assert "not acknowledged" in last and "tart" in last, last
    assert "Traceback (most recent call last):\n" not in venue.said()


def check_whole_again(market: Market, refusal: str = "it acknowledged is kept") -> None:
    """Who was turned away was told why; then everything acknowledged is there."""
    for answers in market.answers:
        assert all(refusal in text for text in answers.refused), answers.refused
        answers.refused.clear()
    market.venue.start()
    market.audit(everything=True)
    assert market.venue.stop() == 0
    verified = bellwether("verify", str(market.venue.directory))
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_file_that_may_not_grow_stops_the_venue_and_loses_nothing(tmp_path: Path) -> None:
    with VenueProcess(tmp_path / "venue", file_limit=MEBIBYTE + MEBIBYTE // 3) as venue:
        market = Market(venue, 11)
        assert loaded_until_it_ends(venue, market) == 3
        check_message(venue, ("File too large",))
        assert market.acknowledged() > 500
        market.venue = VenueProcess(venue.directory)
        check_whole_again(market)


def test_a_disk_without_room_for_a_new_venue_says_so(tmp_path: Path) -> None:
    venue = VenueProcess(tmp_path / "venue", file_limit=MEBIBYTE // 2)
    with pytest.raises(AssertionError, match="ended with 1"):
        venue.start()
    assert "Traceback" not in venue.said()
    assert "File too large" in venue.said()
    with VenueProcess(venue.directory) as again:
        assert again.differences() == {"": "0.0", "xyz": "0.0"}


@needs_strace
@pytest.mark.parametrize(
    ("fault", "reasons"),
    [
        ("fdatasync:error=EIO:when=12", ("Input/output error",)),
        ("fdatasync:error=EIO:when=61", ("Input/output error",)),
        ("pwrite64:error=ENOSPC:when=260+", DISK_FULL),
        ("pwrite64:error=ENOSPC:when=361+", DISK_FULL),
    ],
    ids=["sync-12", "sync-61", "full-260", "full-361"],
)
def test_a_failing_write_or_sync_is_never_acknowledged(
    tmp_path: Path, fault: str, reasons: tuple[str, ...]
) -> None:
    with VenueProcess(tmp_path / "venue", prefix=injected(fault)) as venue:
        market = Market(venue, 12)
        assert loaded_until_it_ends(venue, market) == 3
        check_message(venue, reasons)
        market.venue = VenueProcess(venue.directory)
        check_whole_again(market)


@needs_strace
@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "nth"),
    [
        *(("fdatasync", nth) for nth in range(1, 6)),
        ("rename", 1),
        *(("pwrite64", nth) for nth in (1, 8, 20)),
    ],
)
def test_killed_in_the_middle_of_founding_it_founds_itself_again(
    tmp_path: Path, call: str, nth: int
) -> None:
    venue = VenueProcess(tmp_path / "venue", prefix=injected(f"{call}:signal=KILL:when={nth}"))
    try:
        venue.start()
    except AssertionError:
        assert venue.process.returncode == -9, venue.said()
    else:
        venue.kill()
        assert nth > 1, "the first call of each kind was hit"
    with VenueProcess(venue.directory) as again:
        assert again.differences() == {"": "0.0", "xyz": "0.0"}
        assert again.stop() == 0
    assert bellwether("verify", str(venue.directory)).returncode == 0


@needs_strace
@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "nth"),
    [
        *(("fdatasync", nth) for nth in (140, 200, 333)),
        # Founding the read models takes some hundred and fifty.
        *(("pwrite64", nth) for nth in (220, 270, 333)),
    ],
)
def test_killed_between_a_write_and_its_sync_it_keeps_what_it_acknowledged(
    tmp_path: Path, call: str, nth: int
) -> None:
    fault = f"{call}:signal=KILL:when={nth}"
    with VenueProcess(tmp_path / "venue", prefix=injected(fault)) as venue:
        market = Market(venue, nth)
        # The journal is written by a process of its own, the read models by the venue; a venue that
        # loses the former can not go on.
        code = loaded_until_it_ends(venue, market)
        assert code == 3 if call == "fdatasync" else code in (3, -9)
        market.venue = VenueProcess(venue.directory)
        check_whole_again(market)


@needs_strace
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_killed_at_a_call_of_the_last_snapshot_it_starts_again(tmp_path: Path, nth: int) -> None:
    with VenueProcess(tmp_path / "venue") as venue:
        market = Market(venue, nth)
        traders = market.load()
        until("some are answered", lambda: market.acknowledged() > 50)
        venue.kill()
        for trader in traders:
            trader.join(30)
    fault = "rename:signal=KILL:when=1" if nth == 1 else f"fdatasync:signal=KILL:when={nth}"
    dying = VenueProcess(venue.directory, prefix=injected(fault))
    dying.launch()
    try:
        dying.await_banner()
    except AssertionError:
        pass
    else:
        dying.stop()
    check_whole_again(market)
