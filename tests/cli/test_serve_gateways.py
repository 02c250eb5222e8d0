"""`serve --gateways N`: what becomes of the processes in front of a venue, and of the venue."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from pathlib import Path

from tests.crash.venue_process import DEADLINE_S, VenueProcess, bellwether
from tests.gateway.wallet import account

TWO = ("--gateways", "2")


def gateways(venue: VenueProcess) -> list[int]:
    """The processes that hold a venue's clients."""
    own = venue.process.pid
    children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"fronts.entrance" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def await_end(descriptor: int) -> None:
    """Returns when the process behind a descriptor has ended."""
    assert select.select([descriptor], [], [], DEADLINE_S)[0], "it goes on"


def test_gateways_end_with_a_venue_that_was_killed(tmp_path: Path) -> None:
    with VenueProcess(tmp_path / "venue", *TWO) as venue, contextlib.ExitStack() as held:
        watched = [os.pidfd_open(pid) for pid in gateways(venue)]
        for descriptor in watched:
            held.callback(os.close, descriptor)
        assert len(watched) == 2
        order = {"a": 0, "b": True, "p": "170", "s": "1", "r": False}
        order["t"] = {"limit": {"tif": "Gtc"}}
        with contextlib.closing(venue.api(0)) as api:
            api.exchange({"type": "order", "orders": [order], "grouping": "na"})
        venue.kill()
        for descriptor in watched:
            await_end(descriptor)
        venue.start()
        [shown] = venue.info("openOrders", user=account(0).hex_address)
        assert shown["limitPx"] == "170.0"


def test_a_venue_that_nobody_can_reach_any_more_stops(tmp_path: Path) -> None:
    with VenueProcess(tmp_path / "venue", *TWO) as venue:
        first, second = gateways(venue)
        descriptor = os.pidfd_open(first)
        os.kill(first, signal.SIGKILL)
        await_end(descriptor)
        os.close(descriptor)
        assert venue.info("exchangeStatus")
        os.kill(second, signal.SIGKILL)
        assert venue.process.wait(DEADLINE_S) == 3
        assert "every gateway process has ended" in venue.said()
        assert "node_stopped" in venue.said()


def test_an_address_that_gateways_share_is_not_shared_with_another_venue(tmp_path: Path) -> None:
    with VenueProcess(tmp_path / "venue", *TWO) as venue:
        port = venue.url.rpartition(":")[2]
        options = ("--dev", "--data-dir", str(tmp_path / "other"), "--port", port)
        for more in ((), TWO):
            done = bellwether("serve", *options, *more)
            assert done.returncode == 2
            assert f"127.0.0.1:{port} can not be used" in done.stderr
