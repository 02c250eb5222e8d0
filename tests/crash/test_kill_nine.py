"""The process is killed at any moment: nothing acknowledged is lost, nothing is half applied.

Together the tests of this file kill a venue more than fifty times: under load, while it starts and
recovers, and while it writes its last snapshot.
"""

from __future__ import annotations

import contextlib
import signal
import time
from pathlib import Path
from random import Random

import pytest

from tests.crash.load import Market
from tests.crash.venue_process import VenueProcess, bellwether, until

LOADED_KILLS = 11
STARTING_KILLS = 8
STOPPING_KILLS = 8


def verified(directory: Path) -> None:
    done = bellwether("verify", str(directory))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))]
)
def test_killed_under_load_it_keeps_every_acknowledged_order_cancel_and_fill(
    tmp_path: Path, seed: int
) -> None:
    with VenueProcess(tmp_path / "venue") as venue:
        market = Market(venue, seed)
        for number in range(LOADED_KILLS):
            if number % 2:
                until("fresh prices have come", market.trades_again)
            before = market.acknowledged()
            traders = market.load()
            until("somebody is answered", lambda n=before: market.acknowledged() > n)
            time.sleep(market.luck.uniform(0, 0.15))
            venue.kill()
            for trader in traders:
                trader.join(30)
            venue.start()
            market.audit()
        market.audit(everything=True)
        assert market.acknowledged() > 20 * LOADED_KILLS
        assert venue.stop() == 0
    verified(venue.directory)


def test_killed_while_it_starts_it_starts_again_with_everything(tmp_path: Path) -> None:
    """Delays run from the first file it opens to the first answer it gives."""
    luck = Random("start")
    venue = VenueProcess(tmp_path / "venue")
    for _ in range(STARTING_KILLS // 4):
        venue.launch()
        time.sleep(luck.uniform(0.2, 0.45))
        venue.kill()
    began = time.monotonic()
    with venue:
        took = time.monotonic() - began
        market = Market(venue, 5)
        traders = market.load()
        until("the journal is worth recovering", lambda: market.acknowledged() > 500)
        venue.kill()
        for trader in traders:
            trader.join(30)
        for number in range(STARTING_KILLS - STARTING_KILLS // 4):
            if number == 3:
                # Without views a start has the most to do: they are rebuilt from the journal.
                for path in venue.directory.glob("views.sqlite3*"):
                    path.unlink()
            venue.launch()
            time.sleep(luck.uniform(0.4, 1.1) * took)
            venue.kill()
        venue.start()
        market.audit(everything=True)
        assert venue.stop() == 0
    verified(venue.directory)


def test_killed_while_it_writes_its_last_snapshot_it_starts_again_with_everything(
    tmp_path: Path,
) -> None:
    with VenueProcess(tmp_path / "venue") as venue:
        market = Market(venue, 6)
        for _ in range(STOPPING_KILLS):
            before = market.acknowledged()
            traders = market.load()
            until("some are answered", lambda n=before: market.acknowledged() > n + 30)
            venue.process.send_signal(signal.SIGTERM)
            time.sleep(market.luck.uniform(0, 0.15))
            venue.kill()
            for trader in traders:
                trader.join(30)
            # A stop in good order may tell a client so before the connection ends.
            for answers in market.answers:
                answers.refused.clear()
            venue.start()
            market.audit()
        market.audit(everything=True)
        assert venue.stop() == 0
    verified(venue.directory)


def test_two_venues_never_share_a_journal(tmp_path: Path) -> None:
    with VenueProcess(tmp_path / "venue") as venue:
        second = bellwether("serve", "--dev", "--data-dir", str(venue.directory), "--port", "0")
        assert second.returncode == 1
        assert "another venue is running on this journal" in second.stderr
        with contextlib.closing(venue.api(0)) as api:
            assert api.exchange({"type": "noop"})["type"] == "default"
