"""Routes, health, metrics and the manual clock (IFACE-1, IFACE-6)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bellwether
from bellwether.node.errors import NodeStopped
from tests.gateway.live import START_MS, Client, GatewaySettings, LiveGateway
from tests.gateway.wallet import account, order_action


@pytest.fixture
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version"])
def test_a_running_venue_says_so(client: Client, path: str) -> None:
    status, content_type, body = client.get(path)
    assert (status, content_type) == (200, "application/json")
    assert isinstance(json.loads(body), dict)


def test_the_version_is_the_packages(client: Client) -> None:
    assert json.loads(client.get("/version")[2])["version"] == bellwether.__version__


def test_iface_6_the_version_says_which_world_and_time_it_is(
    gateway: LiveGateway, client: Client
) -> None:
    now = client.post("/dev/clock", {"advanceMs": 0})["timeMs"]
    said = json.loads(client.get("/version")[2])
    assert said["dev"] is True and said["clock"] == "manual" and said["timeMs"] == now
    assert said["signatureSources"] == ["b", "a"]
    assert set(said) == {"version", "python", "dev", "clock", "timeMs", "signatureSources"}


def test_outside_a_dev_world_one_source_of_signatures_is_taken(tmp_path: Path) -> None:
    with LiveGateway(tmp_path, GatewaySettings(dev=False, manual_clock=False)) as live:
        with live.client() as client:
            said = json.loads(client.get("/version")[2])
    assert (said["dev"], said["clock"]) == (False, "system")
    assert said["signatureSources"] == ["b"]


def test_metrics_carry_their_units(client: Client) -> None:
    client.get("/healthz")
    status, content_type, body = client.get("/metrics")
    assert status == 200 and content_type.startswith("text/plain")
    text = body.decode()
    assert 'bellwether_http_requests_total{route="/healthz",status="200"}' in text
    assert "bellwether_http_request_duration_seconds_bucket" in text
    assert f"bellwether_engine_time_seconds {START_MS / 1000:g}"[:30] in text


@pytest.mark.parametrize("path", ["/favicon.ico", "/info/", "/exchange?x=1/..", "/INFO"])
def test_there_is_nothing_elsewhere(client: Client, path: str) -> None:
    status = client.get(path)[0]
    assert status == (405 if path.startswith("/exchange") else 404)


def test_another_method_is_refused(client: Client) -> None:
    assert client.get("/exchange")[0] == 405
    assert client.send("/healthz", b"")[0] == 405


def test_the_clock_moves_when_told(gateway: LiveGateway, client: Client) -> None:
    now = client.post("/dev/clock", {"advanceMs": 0})["timeMs"]
    assert client.post("/dev/clock", {"advanceMs": 1_500}) == {"timeMs": now + 1_500}
    assert client.post("/dev/clock", {"toMs": now + 60_000}) == {"timeMs": now + 60_000}
    assert gateway.node.engine.venue.time_ns == (now + 60_000) * 1_000_000


def test_the_clock_does_not_go_back(client: Client) -> None:
    status, content_type, body = client.send("/dev/clock", json.dumps({"toMs": 1}).encode())
    assert status == 400 and content_type.startswith("text/plain")
    assert b"can not go back" in body


@pytest.mark.parametrize(
    ("move", "names"),
    [
        ({}, b"advanceMs"),
        ({"advanceMs": 1, "toMs": 1}, b"advanceMs"),
        ({"advanceMs": "1"}, b"advanceMs"),
        ({"advanceMs": -1}, b"advanceMs"),
        ({"advanceMs": 10**18}, b"advanceMs"),
        ({"toMs": None}, b"toMs"),
        ({"toMs": True}, b"toMs"),
        ({"ms": 1}, b"`ms`"),
    ],
)
def test_a_move_that_is_unclear_is_refused(
    gateway: LiveGateway, client: Client, move: dict[str, Any], names: bytes
) -> None:
    before = gateway.state_hash()
    status, _, body = client.send("/dev/clock", json.dumps(move).encode())
    assert status == 422 and names in body
    assert gateway.state_hash() == before


def test_elsewhere_there_is_no_clock_and_no_foreign_source(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory = tmp_path_factory.mktemp("real")
    settings = GatewaySettings(dev=False, manual_clock=False)
    with LiveGateway(directory, settings) as gateway, gateway.client() as client:
        assert client.send("/dev/clock", b'{"advanceMs":1}')[0] == 404
        own = account(0).l1({"type": "noop"}, gateway.nonce())
        assert client.post("/exchange", own)["status"] == "ok"
        foreign = account(0).l1({"type": "noop"}, gateway.nonce(), source="a")
        assert "does not exist" in client.post("/exchange", foreign)["response"]
        nonce = gateway.nonce()
        send = {"type": "usdSend", "destination": "0x" + "1" * 40, "amount": "1", "time": nonce}
        main = account(0).user_signed({**send, "hyperliquidChain": "Mainnet"}, nonce)
        reply = client.post("/exchange", main)
        assert reply["response"] == "Mainnet and testnet require different signature."


def test_a_node_that_has_stopped_is_told_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    with LiveGateway(tmp_path_factory.mktemp("dead")) as gateway, gateway.client() as client:
        node = gateway.node
        gateway.on_loop(lambda: node._sequencer.stop(NodeStopped("the disk is full")))
        assert client.get("/healthz")[0] == 200
        assert client.get("/readyz")[0] == 503
        content = account(0).l1(order_action(), gateway.nonce())
        status, content_type, body = client.send("/exchange", json.dumps(content).encode())
        assert status == 503 and content_type.startswith("text/plain")
        assert b"disk" not in body, "the inside is nobody's business"


def test_requests_at_the_same_time_are_all_answered(gateway: LiveGateway) -> None:
    async def scenario() -> list[int]:
        async def one(number: int) -> int:
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            body = json.dumps(account(3).l1({"type": "noop"}, START_MS + 10**7 + number)).encode()
            head = b"POST /exchange HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            writer.write(head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body))
            writer.write(body)
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            assert b'"status":"ok"' in answer, answer
            return int(answer.split()[1])

        return list(await asyncio.gather(*(one(number) for number in range(50))))

    assert asyncio.run(scenario()) == [200] * 50
