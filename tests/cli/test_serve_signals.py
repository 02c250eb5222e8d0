"""A venue that has shown its banner stops in good order, however soon it is asked."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.crash.venue_process import VenueProcess


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    "more", [(), ("--demo",), ("--gateways", "2")], ids=["plain", "demo", "gateways"]
)
def test_a_signal_right_after_the_banner_ends_it_with_code_0(
    tmp_path: Path, number: signal.Signals, more: tuple[str, ...]
) -> None:
    with VenueProcess(tmp_path / "venue", *more) as venue:
        assert venue.stop(number) == 0
        assert "node_stopped" in venue.said()
        assert "Traceback" not in venue.said()


def test_the_banner_names_the_demo_and_commands_that_work_here(tmp_path: Path) -> None:
    with VenueProcess(tmp_path / "venue", "--demo") as venue:
        assert "PUBLIC" in venue.banner
        assert "account 6 and account 7 make the market" in venue.banner
        assert f"trade place CBRS buy 1 --market --dev-account 0 --url {venue.url}" in venue.banner
    with VenueProcess(tmp_path / "plain") as venue:
        assert "make the market" not in venue.banner
        assert "trade place CBRS buy 1 170 --dev-account 0" in venue.banner
