"""How clients and operators see that the venue's disk is slow or nearly full (LIFE-13, IFACE-6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.schema import codes
from bellwether.schema.commands import SetVenueStatus
from tests.gateway.live import LiveGateway
from tests.gateway.wallet import account, order_action

LOW = SetVenueStatus(codes.CANCEL_ONLY, codes.DISK_LOW, "1.0 GB of 100.0 GB are free")
SLOW = SetVenueStatus(codes.POST_ONLY, codes.DISK_SLOW, "a write takes long")
WELL = SetVenueStatus(codes.OPEN, codes.BY_REQUEST, "well again")


@pytest.fixture(autouse=True)
def _well_again(gateway: LiveGateway) -> Iterator[None]:
    """Others use this venue as well."""
    yield
    say(gateway, WELL)


def say(gateway: LiveGateway, command: SetVenueStatus) -> None:
    gateway.run(gateway.node.submit(command))


def placed(gateway: LiveGateway) -> dict[str, Any]:
    with gateway.client() as client:
        reply = client.post("/exchange", account(0).l1(order_action(), gateway.nonce()))
    (status,) = reply["response"]["data"]["statuses"]
    assert isinstance(status, dict)
    return status


def test_an_order_is_told_why_it_is_refused_and_until_when(gateway: LiveGateway) -> None:
    say(gateway, SLOW)
    assert placed(gateway)["error"] == (
        "Only post-only and reduce-only orders and cancels are taken: the venue's disk is slow. "
        "All orders are taken again once it has been well for 30 seconds. asset=0"
    )
    say(gateway, LOW)
    assert placed(gateway)["error"] == (
        "Only cancels are taken: the venue's disk is nearly full. Orders are taken again once "
        "there has been room for 30 seconds. asset=0"
    )
    say(gateway, WELL)
    assert "resting" in placed(gateway)


def test_reads_and_probes_say_what_is_taken_and_since_when(gateway: LiveGateway) -> None:
    with gateway.client() as client:
        at_first = client.post("/info", {"type": "marketStatus", "coin": "CBRS"})
        assert (at_first["venueStatus"]["status"], at_first["venueStatus"]["cause"]) == (
            "open",
            None,
        )
        say(gateway, LOW)
        status = client.post("/info", {"type": "marketStatus", "coin": "CBRS"})
        now_ms = gateway.node.venue.time_ns // 10**6
        expected = {"status": "cancel_only", "cause": "disk_low", "since": now_ms}
        assert status["venueStatus"] == expected
        assert status["tradingStatus"] == "open", "the market's own is another thing"
        assert json.loads(client.get("/healthz")[2]) == {"status": "ok", "venueStatus": expected}
        ready = json.loads(client.get("/readyz")[2])
        assert ready["status"] == "ready" and ready["venueStatus"] == expected


def test_metrics_say_what_is_taken_and_what_is_free(gateway: LiveGateway) -> None:
    say(gateway, SLOW)
    with gateway.client() as client:
        lines = client.get("/metrics")[2].decode().splitlines()
    assert 'bellwether_venue_status{cause="disk_slow"} 1.0' in lines
    values = dict(line.rsplit(" ", 1) for line in lines if line.startswith("bellwether_disk_"))
    free, total = (float(values[f"bellwether_disk_{name}_bytes"]) for name in ("free", "total"))
    assert 0 < free <= total
