"""What HTTP itself lets a client do wrong: methods, pieces, pipelines, lengths (IFACE-7)."""

from __future__ import annotations

import http.client
import json
import select
import socket
from typing import NamedTuple

import pytest
from websockets.sync.client import connect as websocket_connect

from bellwether.gateway import connection
from tests.gateway.corpus import SHAPE, SYNTAX, dumped, envelope
from tests.gateway.live import LiveGateway
from tests.gateway.wallet import account, limit_order, order_action

HEADERS = b"Host: venue\r\nContent-Type: application/json\r\n"
STATUS = b'{"type":"exchangeStatus"}'


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """Raw bytes to the gateway and the answers that come back, in order."""

    def __init__(self, gateway: LiveGateway) -> None:
        self._socket = socket.create_connection(("127.0.0.1", gateway.port), timeout=20)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._socket.sendall(piece)

    def answer(self, has_body: bool = True) -> Answer:
        line = self._file.readline()
        assert line.startswith(b"HTTP/1.1 "), line
        headers: dict[str, str] = {}
        while (text := self._file.readline().decode().strip()) != "":
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", "0")) if has_body else 0
        return Answer(int(line.split()[1]), headers, self._file.read(length))

    def has_answer(self, seconds: float) -> bool:
        return bool(select.select([self._socket], [], [], seconds)[0])

    def ended(self) -> bool:
        return self._file.read(1) == b""


def post(body: bytes, path: bytes = b"/info", method: bytes = b"POST") -> bytes:
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    return method + b" " + path + b" HTTP/1.1\r\n" + HEADERS + length + body


def expect_status(wire: Wire) -> None:
    wire.send(post(STATUS))
    answer = wire.answer()
    assert answer.status == 200
    assert "time" in json.loads(answer.body)


@pytest.mark.parametrize("path", [b"/info", b"/exchange", b"/operator", b"/dev/clock"])
@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"PUT", b"DELETE", b"PATCH", b"OPTIONS"])
def test_another_method_is_told_which_one(gateway: LiveGateway, path: bytes, method: bytes) -> None:
    before = gateway.state_hash()
    with Wire(gateway) as wire:
        wire.send(post(dumped(envelope(gateway.nonce())), path, method))
        answer = wire.answer(has_body=method != b"HEAD")
        assert (answer.status, answer.headers["allow"]) == (405, "POST")
        assert gateway.state_hash() == before
        expect_status(wire)


@pytest.mark.parametrize("path", [b"/healthz", b"/readyz", b"/metrics", b"/version"])
def test_what_is_only_read_is_not_posted_to(gateway: LiveGateway, path: bytes) -> None:
    with Wire(gateway) as wire:
        wire.send(post(STATUS, path))
        assert (answer := wire.answer()).status == 405
        assert answer.headers["allow"] == "GET"
        expect_status(wire)


def test_requests_in_a_row_are_answered_in_order(gateway: LiveGateway) -> None:
    """Pipelined: good, unreadable, ill-typed, wrong method, unknown path, good."""
    with Wire(gateway) as wire:
        requests = [
            (post(STATUS), 200),
            (post(b"{"), 400),
            (post(b"[]"), 422),
            (post(b"{}", method=b"PUT"), 405),
            (post(b"{}", b"/nowhere"), 404),
            (post(b"[" * 2_000), 400),
            (post(STATUS), 200),
        ]
        wire.send(b"".join(request for request, _ in requests))
        assert [wire.answer().status for _ in requests] == [status for _, status in requests]


def test_orders_in_a_row_are_carried_out_in_order(gateway: LiveGateway) -> None:
    wallet = account(6)
    prices = [str(150 + number) for number in range(20)]
    with Wire(gateway) as wire:
        wire.send(
            *[
                post(
                    dumped(wallet.l1(order_action(limit_order(p=price)), gateway.nonce())),
                    b"/exchange",
                )
                for price in prices
            ]
        )
        oids = []
        for _ in prices:
            (status,) = json.loads(wire.answer().body)["response"]["data"]["statuses"]
            oids.append(status["resting"]["oid"])
    assert oids == sorted(oids)


def test_a_body_in_pieces_is_put_together(gateway: LiveGateway) -> None:
    body = dumped(account(0).l1({"type": "noop"}, gateway.nonce()))
    pieces = b"".join(b"%x\r\n%b\r\n" % (1, body[n : n + 1]) for n in range(len(body)))
    start = b"POST /exchange HTTP/1.1\r\n" + HEADERS + b"Transfer-Encoding: chunked\r\n\r\n"
    with Wire(gateway) as wire:
        wire.send(start, pieces, b"0\r\n\r\n")
        answer = wire.answer()
        assert (answer.status, json.loads(answer.body)["status"]) == (200, "ok")
        expect_status(wire)


def test_a_body_that_comes_byte_by_byte_is_waited_for(gateway: LiveGateway) -> None:
    whole = post(STATUS)
    with Wire(gateway) as wire:
        wire.send(*[whole[place : place + 1] for place in range(len(whole))])
        assert wire.answer().status == 200


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 400, SYNTAX + ": the body is empty"),
        (b'{"type":"\xff\xfe"}', 400, SYNTAX + ": no UTF-8 at byte 9"),
        (b'{"type":"\xc3', 400, SYNTAX + ": no UTF-8"),
        (b'{"type":"\xed\xa0\x80"}', 400, SYNTAX + ": no UTF-8"),
        (b"\xef\xbb\xbf{}", 400, SYNTAX),
        (b'{"type":"meta","type":"meta"}', 422, SHAPE + ": duplicate field `type`"),
        (b'{"type":1}', 422, SHAPE + ": type: expected"),
        ('{"type":"метa"}'.encode(), 422, SHAPE + ": type: unknown request"),
    ],
)
def test_every_byte_of_a_body_counts(
    gateway: LiveGateway, body: bytes, status: int, says: str
) -> None:
    with Wire(gateway) as wire:
        wire.send(post(body))
        answer = wire.answer()
        assert answer.status == status
        assert answer.body.decode().startswith(says)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        expect_status(wire)


def test_what_is_too_large_is_refused_and_the_connection_goes_on(gateway: LiveGateway) -> None:
    before = gateway.state_hash()
    with Wire(gateway) as wire:
        wire.send(post(b"x" * 262_145, b"/exchange"), post(STATUS))
        assert wire.answer().status == 413
        assert wire.answer().status == 200
        expect_status(wire)
    assert gateway.state_hash() == before


def test_a_body_of_just_256_kib_is_read(gateway: LiveGateway) -> None:
    with Wire(gateway) as wire:
        wire.send(post(STATUS + b" " * (262_144 - len(STATUS))))
        assert wire.answer().status == 200


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: 5e0\r\n",
        b"Content-Length: \xd9\xa5\r\n",
        b"Content-Length: 99999999999999999999999\r\n",
    ],
)
def test_a_length_with_two_readings_ends_the_connection(
    gateway: LiveGateway, lengths: bytes
) -> None:
    """What comes after it can not be told from its body: nothing of it may be believed."""
    before = gateway.state_hash()
    noop = dumped(account(0).l1({"type": "noop"}, gateway.nonce()))
    with Wire(gateway) as wire:
        start = b"POST /exchange HTTP/1.1\r\n" + HEADERS + lengths + b"\r\n"
        wire.send(start + b"0\r\n\r\n" + post(noop, b"/exchange"))
        assert wire.answer().status == 400
        assert wire.ended()
    assert gateway.state_hash() == before


def test_a_client_that_leaves_in_the_middle_changes_nothing(gateway: LiveGateway) -> None:
    before = gateway.state_hash()
    whole = post(dumped(account(0).l1({"type": "noop"}, gateway.nonce())), b"/exchange")
    for end in (1, 20, len(whole) // 2, len(whole) - 1):
        with Wire(gateway) as wire:
            wire.send(whole[:end])
    with Wire(gateway) as wire:
        expect_status(wire)
    assert gateway.state_hash() == before


def test_http_1_0_is_answered_and_closed(gateway: LiveGateway) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=20)
    connection._http_vsn, connection._http_vsn_str = 10, "HTTP/1.0"  # type: ignore[attr-defined]
    connection.request("POST", "/info", STATUS, {"Content-Type": "application/json"})
    response = connection.getresponse()
    assert response.status == 200
    assert response.headers["connection"] == "close"
    connection.close()


def test_a_head_without_end_is_cut_off(gateway: LiveGateway) -> None:
    with Wire(gateway) as wire:
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: venue\r\nX: ")
        with pytest.raises(OSError, match="reset|[Bb]roken pipe"):
            for _ in range(1_000):
                wire.send(b"y" * 10_000)


def test_a_large_head_is_told_so(gateway: LiveGateway) -> None:
    with Wire(gateway) as wire:
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: venue\r\nX: ")
        for _ in range(20):
            wire.send(b"y" * 10_000)
            if wire.has_answer(0.05):
                break
        answer = wire.answer()
        assert (answer.status, answer.body) == (431, b"The head is larger than 64 KiB.")
        assert wire.ended()


def test_many_small_requests_in_one_piece_are_no_large_head(gateway: LiveGateway) -> None:
    with Wire(gateway) as wire:
        wire.send(post(STATUS) * 1_000)
        assert {wire.answer().status for _ in range(1_000)} == {200}


@pytest.mark.parametrize(
    "beginning", [b"", b"POST /info HT", post(STATUS)[:-1]], ids=["nothing", "a line", "a body"]
)
def test_who_does_not_finish_a_request_is_hung_up_on(
    alone: LiveGateway, monkeypatch: pytest.MonkeyPatch, beginning: bytes
) -> None:
    gateway = alone
    monkeypatch.setattr(connection, "SLOWEST_REQUEST_S", 0.2)
    with Wire(gateway) as wire:
        wire.send(beginning)
        assert wire.ended()


def test_who_is_done_and_waits_is_not(alone: LiveGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = alone
    monkeypatch.setattr(connection, "SLOWEST_REQUEST_S", 0.1)
    with Wire(gateway) as waiting, websocket_connect(gateway.websocket_url) as socket:
        expect_status(waiting)
        with Wire(gateway) as late:
            late.send(b"POST")
            assert late.ended()
        expect_status(waiting)
        socket.send('{"method":"ping"}')
        assert json.loads(socket.recv(10)) == {"channel": "pong"}
