"""Real sockets whose clients do not read: they are cut off, in any topic, and nobody else is."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bellwether.gateway import connection as http_connection
from bellwether.gateway.sockets import connection
from bellwether.lab.bench.stream.sockets import opened, text_frame, whole_frames
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import account, limit_order, order_action

SMALL_BUFFER = 4_096
LEVELS = 20
TRADES = 40
TOO_SLOW = 1008
CUT_OFF = b"bellwether_websocket_slow_clients_total 1.0"
REASON = b"Too slow: nothing was read for 1 seconds."


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveGateway]:
    """One process, so that its patience can be shortened."""
    monkeypatch.setattr(connection, "STALLED_SECONDS", 0.6)
    monkeypatch.setattr(connection, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(connection, "GOODBYE_SECONDS", 2.0)
    with LiveGateway(tmp_path, gateways=1) as live:
        yield live


def subscribed(gateway: LiveGateway, receive_buffer: int, **wanted: Any) -> socket.socket:
    """A client's socket; nothing of what comes is read yet."""
    made = opened("127.0.0.1", gateway.port, receive_buffer)
    made.settimeout(10)
    made.sendall(text_frame(json.dumps({"method": "subscribe", "subscription": wanted}).encode()))
    return made


def send(client: Client, gateway: LiveGateway, seat: int, *orders: dict[str, Any]) -> None:
    signed = account(seat).l1(order_action(*orders), gateway.nonce())
    assert "error" not in json.dumps(client.post("/exchange", signed))


def change(client: Client, gateway: LiveGateway) -> None:
    """Levels, and trades at ascending prices."""
    bids = [limit_order(p=f"{100 + number}", s="1") for number in range(LEVELS)]
    send(client, gateway, 2, *bids)
    for number in range(TRADES):
        price = f"{150 + number}"
        send(client, gateway, 0, limit_order(p=price, b=False, s="0.1"))
        send(client, gateway, 1, limit_order(p=price, s="0.1"))


def changes_until_one_is_cut_off(client: Client, gateway: LiveGateway) -> int:
    """How many: the book changes, nobody trades."""
    for number in range(900):
        send(client, gateway, 2, limit_order(p="100", s="1"))
        if CUT_OFF in client.get("/metrics")[2]:
            return number + 1
    raise AssertionError("nobody was cut off")


def everything(stalled: socket.socket) -> tuple[list[Any], bytes]:
    """What came up to the goodbye, and that."""
    received = b""
    while not received.endswith(REASON):
        piece = stalled.recv(1 << 16)
        assert piece, "the goodbye comes first"
        received += piece
    payloads, rest = whole_frames(received)
    assert rest == b""
    messages = [json.loads(payload) for payload in payloads[:-1]]
    return [m["data"] for m in messages if m["channel"] != "subscriptionResponse"], payloads[-1]


def prices(rows: Any) -> list[int]:
    shown = rows["fills"] if isinstance(rows, dict) else rows
    return [int(float(row["px"])) for row in shown]


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "trades", "coin": "CBRS"},
        {"type": "userFills", "user": account(0).hex_address},
        {"type": "l2Book", "coin": "CBRS"},
    ],
    ids=["trades", "userFills", "l2Book"],
)
def test_who_does_not_read_is_cut_off_and_told_when_it_reads_at_last(
    gateway: LiveGateway, wanted: dict[str, Any]
) -> None:
    with (
        subscribed(gateway, SMALL_BUFFER, **wanted) as stalled,
        subscribed(gateway, SMALL_BUFFER, type="bbo", coin="NVDA") as quiet,
        gateway.client() as client,
    ):
        change(client, gateway)
        changes = changes_until_one_is_cut_off(client, gateway)
        told, goodbye = everything(stalled)
        assert goodbye == TOO_SLOW.to_bytes(2, "big") + REASON
        if wanted["type"] == "l2Book":
            assert 1 <= len(told) < TRADES + changes, "a state stands for those before it"
        else:
            seen = [price for rows in told for price in prices(rows)]
            assert len(seen) > 5, "as many as its system took"
            assert seen == list(range(150, 150 + len(seen))), "none of them is left out"
        quiet.sendall(text_frame(b'{"method":"ping"}'))
        heard = b""
        while b"pong" not in heard:
            heard += quiet.recv(1 << 16)
        assert CUT_OFF in client.get("/metrics")[2]


def test_who_reads_no_answer_over_http_is_left_with_all_that_waits(
    gateway: LiveGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing alone would keep the answers, here and in the system, for as long as it pleases."""
    monkeypatch.setattr(http_connection, "SLOWEST_REQUEST_S", 0.2)
    monkeypatch.setattr(http_connection, "LONGEST_IDLE_S", 0.2)
    with socket.socket() as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        stalled.connect(("127.0.0.1", gateway.port))
        for _ in range(1_000):
            stalled.sendall(b"GET /metrics HTTP/1.1\r\nHost: venue\r\n\r\n")
        end = select.poll()
        end.register(stalled, 0)
        assert end.poll(20_000), "it was hung up on"
        with pytest.raises(ConnectionResetError):
            while stalled.recv(1 << 16):
                pass
