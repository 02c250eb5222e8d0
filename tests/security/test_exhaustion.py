"""What a flood can use up, and what goes on all the same (D1, D3, D4 of the threat model)."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bellwether.gateway import connection
from bellwether.gateway.connection import RESERVED_DESCRIPTORS
from bellwether.gateway.faults import RateLimited
from bellwether.gateway.limits import WEIGHT_PER_MINUTE, Limits
from tests.crash.venue_process import VenueProcess
from tests.gateway.live import Client, GatewaySettings, LiveGateway
from tests.gateway.wallet import account, limit_order, order_action

FEW_DESCRIPTORS = RESERVED_DESCRIPTORS + 40


@pytest.fixture
def limited(tmp_path: Path) -> LiveGateway:
    return LiveGateway(tmp_path, GatewaySettings(limits=True))


def spent(gateway: LiveGateway) -> None:
    """The tester's network address has nothing left of its minute, and owes another."""
    limits = gateway.app._services.limits
    gateway.on_loop(lambda: limits.charge("127.0.0.1", 2 * WEIGHT_PER_MINUTE))


def test_who_has_used_the_minute_up_is_turned_away_before_the_body_is_read(
    limited: LiveGateway,
) -> None:
    """A body of 256 KiB that is no JSON would be a 400 if anybody had looked at it."""
    bomb = b"[" * 262_000
    with limited as gateway, gateway.client() as client:
        assert client.send("/info", bomb)[0] == 400
        spent(gateway)
        for path in ("/info", "/exchange"):
            assert client.send(path, bomb)[::2] == (429, b"null")
        assert client.get("/healthz")[0] == 200


def test_what_is_no_request_is_counted_like_one(limited: LiveGateway) -> None:
    bad = (b"", b"{", b'{"type":NaN}', b'{"action":{"type":"order"}}', b'{"type":1}')
    with limited as gateway, gateway.client() as client:
        statuses: list[int] = []
        began = time.monotonic()
        while 429 not in statuses and len(statuses) < 8 * WEIGHT_PER_MINUTE:
            statuses.append(client.send("/exchange", bad[len(statuses) % len(bad)])[0])
        flown_back = (time.monotonic() - began) * WEIGHT_PER_MINUTE / 60
        assert WEIGHT_PER_MINUTE <= len(statuses) - 1 <= WEIGHT_PER_MINUTE + flown_back + 1
        assert set(statuses) == {400, 422, 429}


def test_a_minute_that_is_used_up_comes_back() -> None:
    now = [0.0]
    limits = Limits(True, lambda: now[0])
    limits.charge("1.2.3.4", WEIGHT_PER_MINUTE + 20)
    with pytest.raises(RateLimited):
        limits.let_in("1.2.3.4")
    limits.let_in("5.6.7.8")
    now[0] = 1.1
    limits.let_in("1.2.3.4")
    Limits(False).let_in("1.2.3.4")


def test_an_answer_says_what_it_is_and_is_kept_by_nobody(limited: LiveGateway) -> None:
    with limited as gateway, socket.create_connection(("127.0.0.1", gateway.port), 10) as peer:
        for request in (b"GET /healthz HTTP/1.1\r\n\r\n", b"GET /no HTTP/1.1\r\n\r\n"):
            peer.sendall(request)
            head = peer.recv(65_536).lower()
            assert b"\r\nx-content-type-options: nosniff\r\n" in head
            assert b"\r\ncache-control: no-store\r\n" in head
            assert b"access-control-allow-origin" not in head, "no web page of others reads this"
            assert b"\r\nserver:" not in head


def test_connections_have_a_bound_and_are_told_so(
    limited: LiveGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 2)
    with limited as gateway, gateway.client() as first, gateway.client() as second:
        assert first.get("/healthz")[0] == second.get("/healthz")[0] == 200
        with socket.create_connection(("127.0.0.1", gateway.port), 10) as third:
            assert third.recv(65_536).startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
            assert third.recv(1) == b""
        assert first.get("/healthz")[0] == 200
        second.__exit__()
        assert eventually_answers(gateway.port), "who leaves makes room"


def eventually_answers(port: int) -> bool:
    """The server learns a moment later that a connection has gone."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.create_connection(("127.0.0.1", port), 10) as peer:
            peer.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
            if peer.recv(65_536).startswith(b"HTTP/1.1 200"):
                return True
    return False


@pytest.mark.slow
def test_a_crowd_at_the_door_does_not_keep_the_journal_from_its_files(tmp_path: Path) -> None:
    """With few file descriptors to be had and hundreds of connections held, who was there goes on
    trading, and the stop writes its snapshot."""
    few = ("bash", "-c", f'ulimit -n {FEW_DESCRIPTORS}; exec "$@"', "few")
    with VenueProcess(tmp_path / "venue", prefix=few) as venue:
        port = urlsplit(venue.url).port
        assert port is not None
        with Client(port) as trader:
            assert trader.get("/healthz")[0] == 200
            crowd = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(300)]
            nonce = time.time_ns() // 10**6
            for number in range(3):
                order = account(0).l1(order_action(limit_order()), nonce + number)
                assert trader.post("/exchange", order)["status"] == "ok"
            turned_away = 0
            for peer in crowd:
                peer.settimeout(0.05)
                try:
                    turned_away += b"503" in peer.recv(64)
                except (TimeoutError, ConnectionResetError):
                    continue
            assert turned_away >= 300 - 40
            for peer in crowd:
                peer.close()
        assert eventually_answers(port)
        assert venue.stop() == 0, venue.said()
        assert list((tmp_path / "venue" / "snapshots").glob("*.snapshot"))


@pytest.mark.slow
def test_what_a_venue_writes_is_for_its_user_and_group_only(tmp_path: Path) -> None:
    open_to_all = ("bash", "-c", 'umask 0; exec "$@"', "open")
    with VenueProcess(tmp_path / "venue", prefix=open_to_all) as venue:
        assert venue.info("solvency", dex="")["difference"] == "0.0"
        assert venue.stop() == 0, venue.said()
    written = list((tmp_path / "venue").rglob("*"))
    assert {path.suffix for path in written} >= {".seg", ".snapshot"}
    assert any("views" in path.name for path in written)
    for path in (tmp_path / "venue", *written):
        assert path.stat().st_mode & 0o027 == 0, path


def test_json_numbers_and_nesting_cost_nothing_to_refuse(limited: LiveGateway) -> None:
    """3.1: what takes other readers minutes is refused as text: this test would never end."""
    decimals = ("1E+3000000", "1" * 200_000, "１２", "1_000", " 12\n", "NaN", "-0", "0x10")
    bodies = [
        json.dumps(account(0).l1(order_action(limit_order(p=text)), 1), ensure_ascii=False).encode()
        for text in decimals
    ]
    bodies += [b"[" * 100_000, b'{"a":' * 40_000, b'{"nonce":' + b"9" * 250_000 + b"}"]
    with limited as gateway, gateway.client() as client:
        before = gateway.state_hash()
        for body in bodies:
            assert client.send("/exchange", body)[0] in (400, 413, 422), body[:40]
        assert gateway.state_hash() == before
