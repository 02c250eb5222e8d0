"""Malformed requests get the dialect's error, change nothing and cost no connection (IFACE-7)."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from tests.gateway.corpus import SHAPE, SYNTAX, Bad, bad_requests, dumped, envelope
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import account

CORPUS = bad_requests()
by_name = pytest.mark.parametrize("bad", CORPUS, ids=lambda bad: bad.name)
FITS_A_FRAME = 60_000
POSTED = [bad for bad in CORPUS if bad.status != 413]
"""A frame larger than any request ends the connection; that has a test of its own."""


@pytest.fixture(scope="module")
def client(gateway: LiveGateway) -> Iterator[Client]:
    """One connection for the whole corpus."""
    with gateway.client() as connection:
        yield connection


@pytest.fixture(scope="module")
def socket(gateway: LiveGateway) -> Iterator[ClientConnection]:
    with connect(gateway.websocket_url, compression=None, max_size=2**21) as connection:
        yield connection


def expect_good(gateway: LiveGateway, client: Client) -> None:
    reply = client.post("/exchange", account(0).l1({"type": "noop"}, gateway.nonce()))
    assert reply == {"status": "ok", "response": {"type": "default"}}


@by_name
def test_over_http(gateway: LiveGateway, client: Client, bad: Bad) -> None:
    before = gateway.state_hash()
    status, content_type, body = client.send("/exchange", bad.body)
    assert status == bad.status, body
    assert bad.says in body.decode(), body
    if bad.status == 200:
        assert content_type == "application/json"
        assert json.loads(body)["status"] == "err"
    else:
        assert content_type.startswith("text/plain")
    if bad.status in (400, 422):
        assert body.decode().startswith(SHAPE if bad.status == 422 else SYNTAX)
    assert gateway.state_hash() == before
    expect_good(gateway, client)


@pytest.mark.parametrize("bad", POSTED, ids=lambda bad: bad.name)
def test_over_a_websocket_post(gateway: LiveGateway, socket: ClientConnection, bad: Bad) -> None:
    before = gateway.state_hash()
    frame = b'{"method":"post","id":7,"request":{"type":"action","payload":' + bad.body + b"}}"
    try:
        text = frame.decode()
    except UnicodeDecodeError:
        # What is no UTF-8 can not be a text frame; it is sent as bytes, which are no request.
        socket.send(frame)
    else:
        socket.send(text)
    answer = json.loads(socket.recv(10))
    if answer["channel"] == "error":
        assert len(frame) > FITS_A_FRAME or "Error parsing JSON into valid" in answer["data"]
    else:
        response = answer["data"]["response"]
        assert answer["data"]["id"] == 7
        if bad.status == 200:
            assert response["payload"]["status"] == "err"
            assert bad.says in response["payload"]["response"]
        else:
            assert response["type"] == "error"
            assert response["payload"].startswith("422: " + SHAPE)
    assert gateway.state_hash() == before
    expect_post(gateway, socket)


def expect_post(gateway: LiveGateway, socket: ClientConnection) -> None:
    payload = account(0).l1({"type": "noop"}, gateway.nonce())
    request = {"type": "action", "payload": payload}
    socket.send(json.dumps({"method": "post", "id": 8, "request": request}))
    response = {"type": "action", "payload": {"status": "ok", "response": {"type": "default"}}}
    assert json.loads(socket.recv(10)) == {
        "channel": "post",
        "data": {"id": 8, "response": response},
    }


@pytest.mark.parametrize(
    "frame",
    [
        "hello",
        "",
        "[]",
        "{}",
        "null",
        '{"method":1}',
        '{"method":"fly"}',
        '{"method":"subscribe"}',
        '{"method":"subscribe","subscription":[]}',
        '{"method":"subscribe","subscription":{}}',
        '{"method":"subscribe","subscription":{"type":7}}',
        '{"method":"subscribe","subscription":{"type":"allMids","type":"allMids"}}',
        '{"method":"unsubscribe"}',
        '{"method":"post"}',
        '{"method":"post","id":"1","request":{}}',
        '{"method":"post","id":true,"request":{}}',
        '{"method":"post","id":1}',
        '{"method":"post","id":1.5,"request":{}}',
        '{"method":"post","id":1e400,"request":{}}',
        "[" * 2_000,
        '{"method":"ping","a":' * 40 + "1" + "}" * 40,
    ],
)
def test_frames_that_are_no_requests(
    gateway: LiveGateway, socket: ClientConnection, frame: str
) -> None:
    socket.send(frame)
    answer = json.loads(socket.recv(10))
    assert answer["channel"] == "error"
    start = "Error parsing JSON into valid websocket request: "
    assert answer["data"].startswith(start)
    assert answer["data"].removeprefix(start) == frame[:4096]
    expect_post(gateway, socket)


@pytest.mark.parametrize(
    "request_", [{}, {"type": "fly", "payload": {}}, {"type": "action"}, {"type": "info"}]
)
def test_posts_without_a_payload(
    gateway: LiveGateway, socket: ClientConnection, request_: dict[str, Any]
) -> None:
    socket.send(json.dumps({"method": "post", "id": 3, "request": request_}))
    data = json.loads(socket.recv(10))["data"]
    assert data["id"] == 3
    assert data["response"]["type"] == "error"
    assert data["response"]["payload"].startswith("422: " + SHAPE)


def test_a_frame_of_more_than_64_kib_is_refused(
    gateway: LiveGateway, socket: ClientConnection
) -> None:
    socket.send(json.dumps({"method": "ping", "padding": "x" * 65_536}))
    answer = json.loads(socket.recv(10))
    assert answer == {"channel": "error", "data": "Frame too large: expected at most 65536 bytes."}
    expect_post(gateway, socket)


def test_a_frame_larger_than_any_request_ends_the_connection(gateway: LiveGateway) -> None:
    with connect(gateway.websocket_url, compression=None) as victim:
        victim.send("x" * 300_000)
        with pytest.raises(ConnectionClosedError):
            victim.recv(10)
        assert victim.close_code == 1009


@pytest.mark.parametrize("raw", [b"\xff", b"\xc3", b"\xed\xa0\x80", b'{"method":"\xfe"}'])
def test_a_text_frame_that_is_no_text_ends_the_connection(
    gateway: LiveGateway, socket: ClientConnection, raw: bytes
) -> None:
    """That is for the protocol to say (1007), not for the dialect; nobody else notices."""
    before = gateway.state_hash()
    with connect(gateway.websocket_url, compression=None) as victim:
        victim.send(raw, text=True)
        with pytest.raises(ConnectionClosedError):
            victim.recv(10)
        assert victim.close_code == 1007
    assert gateway.state_hash() == before
    expect_post(gateway, socket)


def test_a_frame_in_pieces_is_put_together(gateway: LiveGateway, socket: ClientConnection) -> None:
    socket.send(['{"meth', 'od":"p', 'ing"}'])
    assert json.loads(socket.recv(10)) == {"channel": "pong"}
    socket.send(["x" * 9_000] * 8)
    assert "Frame too large" in json.loads(socket.recv(10))["data"]
    expect_post(gateway, socket)


@pytest.mark.parametrize("path", ["/exchange", "/info", "/operator", "/dev/clock"])
@pytest.mark.parametrize("content_type", [None, "text/plain", "application/jsonx", "json"])
def test_another_content_type(
    gateway: LiveGateway, client: Client, path: str, content_type: str | None
) -> None:
    status, kind, body = client.send(path, dumped(envelope()), content_type)
    assert status == 415
    assert kind.startswith("text/plain")
    assert body == b"Expected request with `Content-Type: application/json`"
    expect_good(gateway, client)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_a_content_type_with_parameters(
    gateway: LiveGateway, client: Client, content_type: str
) -> None:
    content = account(0).l1({"type": "noop"}, gateway.nonce())
    assert client.send("/exchange", dumped(content), content_type)[0] == 200


@pytest.mark.parametrize("path", ["/info", "/operator", "/dev/clock"])
@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"[" * 2_000, 400), (b"[]", 422), (b"{}", 422), (b"1e5", 422)],
)
def test_the_other_doors_are_as_strict(
    gateway: LiveGateway, client: Client, path: str, body: bytes, status: int
) -> None:
    before = gateway.state_hash()
    assert client.send(path, body)[0] == status
    assert gateway.state_hash() == before
    expect_good(gateway, client)


@pytest.mark.parametrize(
    ("move", "says"),
    [
        (b'{"toMs":9223372036855}', "toMs: expected `int"),
        (b'{"toMs":9223372036854}', "toMs: expected a time at most ten years ahead"),
        (b'{"toMs":18446744073709551616}', "toMs: expected an integer of at most 64 bits"),
        (b'{"toMs":1.5}', "toMs: expected a whole number"),
        (b'{"toMs":"1"}', "toMs: expected `int"),
        (b'{"toMs":true}', "toMs: expected `int"),
        (b'{"advanceMs":-1}', "advanceMs: expected `int"),
        (b'{"advanceMs":316224000001}', "advanceMs: expected `int"),
        (b'{"advanceMs":1,"toMs":1}', "either `advanceMs` or `toMs`"),
        (b'{"advance":1}', "unknown field `advance`"),
    ],
)
def test_a_clock_that_is_moved_wrongly_stands_still(
    gateway: LiveGateway, client: Client, move: bytes, says: str
) -> None:
    before = gateway.state_hash()
    status, _, body = client.send("/dev/clock", move)
    assert status == 422
    assert says in body.decode()
    assert gateway.state_hash() == before


def test_text_after_the_first_value_is_ignored(gateway: LiveGateway, client: Client) -> None:
    content = dumped(account(0).l1({"type": "noop"}, gateway.nonce()))
    status, _, body = client.send("/exchange", b"  \n" + content + b" and more { text")
    assert status == 200
    assert json.loads(body)["status"] == "ok"


def test_unknown_fields_are_ignored_but_hashed(gateway: LiveGateway, client: Client) -> None:
    content = account(0).l1({"type": "noop", "later": {"x": [1]}}, gateway.nonce())
    assert client.post("/exchange", {**content, "extra": 1})["status"] == "ok"


def test_a_body_in_many_pieces_is_limited(gateway: LiveGateway) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=20)
    pieces = (b"x" * 50_000 for _ in range(8))
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/exchange", pieces, headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


PLACES = [
    ("action",),
    ("action", "type"),
    ("action", "orders"),
    ("action", "orders", 0),
    ("action", "orders", 0, "t"),
    ("action", "orders", 0, "t", "limit"),
    *[("action", "orders", 0, name) for name in "abpsrc"],
    ("action", "grouping"),
    ("action", "builder"),
    ("nonce",),
    ("signature",),
    ("signature", "r"),
    ("signature", "v"),
    ("vaultAddress",),
    ("expiresAfter",),
]
texts = st.text(max_size=40) | st.from_regex(r"-?[0-9]{0,30}(\.[0-9]{0,30})?(e[0-9]{1,9})?")
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
anything = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))


@settings(max_examples=150)
@given(place=st.sampled_from(PLACES), value=anything, sign_it=st.booleans())
def test_anything_anywhere_is_answered(
    gateway: LiveGateway, client: Client, place: tuple[Any, ...], value: Any, sign_it: bool
) -> None:
    """Whatever stands in a field, signed or not: an answer of the dialect, never a fault of ours,
    and nothing changes unless somebody known has signed it."""
    content = envelope(gateway.nonce())
    target = content
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    if sign_it and place[0] == "action" and isinstance(content["action"], dict):
        with suppress(OverflowError, UnicodeEncodeError):  # such a thing can not be signed
            content = account(0).l1(content["action"], gateway.nonce())
    before = gateway.state_hash()
    status, _, body = client.send("/exchange", dumped(content))
    assert status in (200, 400, 422), body
    if status == 200:
        assert json.loads(body)["status"] in ("ok", "err")
    if status != 200 or b"does not exist" in body or b"recover signer" in body:
        assert gateway.state_hash() == before
