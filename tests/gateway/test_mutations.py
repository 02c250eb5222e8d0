"""Good signed requests, changed a little: an answer of the dialect, and no effect (IFACE-7)."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from websockets.sync.client import ClientConnection, connect

from bellwether.gateway.hyperliquid.streams.topic import SUBSCRIPTION_KINDS
from tests.gateway.corpus import dumped
from tests.gateway.corpus_actions import ACTIONS, USER_SIGNED
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import account

BOUNDED = settings(
    max_examples=250,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
EDGES = [0, 1, -1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30]
WORDS = ["", "0", "-0", "1e9", "NaN", "１", "0x", "USDC", "a", "\u202e", "170.5", "9" * 12]
leaves = (
    st.none()
    | st.booleans()
    | st.sampled_from(EDGES)
    | st.integers()
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(max_size=30)
)
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3), max_leaves=5)


@pytest.fixture(scope="module")
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


@pytest.fixture(scope="module")
def socket(gateway: LiveGateway) -> Iterator[ClientConnection]:
    with connect(gateway.websocket_url, compression=None) as connection:
        yield connection


def good(gateway: LiveGateway, kind: str) -> dict[str, Any]:
    nonce = gateway.nonce()
    action = copy.deepcopy(ACTIONS[kind])
    for name in {"time", "nonce"} & action.keys():
        action[name] = nonce + (10_000 if kind == "scheduleCancel" else 0)
    wallet = account(8)
    return (wallet.user_signed if kind in USER_SIGNED else wallet.l1)(action, nonce)


def containers(value: Any) -> list[Any]:
    """Every object and list in a value, itself included."""
    found = [value]
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list) and child:
            found += containers(child)
    return found


def change(draw: st.DrawFn, content: dict[str, Any]) -> None:
    """Replaces, removes, adds or repeats one thing somewhere."""
    place = draw(st.sampled_from(containers(content)))
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    key = draw(st.sampled_from(keys))
    match draw(st.sampled_from(["replace", "replace", "remove", "add", "repeat"])):
        case "replace":
            place[key] = draw(anything)
        case "remove":
            del place[key]
        case "add" if isinstance(place, dict):
            place[draw(st.sampled_from([*"abcpsrtof", "vaultAddress", "builder"]))] = draw(anything)
        case _ if isinstance(place, list):
            place.append(draw(st.sampled_from(place)) if place else draw(anything))


def expect_alive(gateway: LiveGateway, client: Client) -> None:
    reply = client.post("/exchange", account(9).l1({"type": "noop"}, gateway.nonce()))
    assert reply == {"status": "ok", "response": {"type": "default"}}


@BOUNDED
@given(drawn=st.data(), kind=st.sampled_from(sorted(ACTIONS)), changes=st.integers(1, 3))
def test_changed_after_signing(
    gateway: LiveGateway, client: Client, drawn: st.DataObject, kind: str, changes: int
) -> None:
    content = good(gateway, kind)
    for _ in range(changes):
        change(drawn.draw, content)
    before = gateway.state_hash()
    status, _, body = client.send("/exchange", dumped(content))
    assert status in (200, 400, 422), body
    if status != 200 or b"does not exist" in body or b"recover signer" in body:
        assert gateway.state_hash() == before
    expect_alive(gateway, client)


@BOUNDED
@given(drawn=st.data(), kind=st.sampled_from(sorted(set(ACTIONS) - set(USER_SIGNED))))
def test_changed_before_signing(
    gateway: LiveGateway, client: Client, drawn: st.DataObject, kind: str
) -> None:
    """Whoever holds a key can sign anything: it is refused by shape, or the engine takes it."""
    action = copy.deepcopy(ACTIONS[kind])
    change(drawn.draw, action)
    try:
        content = account(8).l1(action, gateway.nonce())
    except (OverflowError, UnicodeEncodeError):  # such a thing can not be signed
        return
    before = gateway.state_hash()
    status, _, body = client.send("/exchange", dumped(content))
    assert status in (200, 400, 422), body
    if status != 200:
        assert gateway.state_hash() == before
    expect_alive(gateway, client)


@BOUNDED
@given(
    kind=st.sampled_from(sorted(ACTIONS)),
    cuts=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 3), st.binary(max_size=4))),
)
def test_changed_bytes(
    gateway: LiveGateway,
    client: Client,
    kind: str,
    cuts: list[tuple[int, int, bytes]],
) -> None:
    body = dumped(good(gateway, kind))
    for at, length, new in cuts:
        body = body[:at] + new + body[at + length :]
    before = gateway.state_hash()
    status, _, answer = client.send("/exchange", body)
    assert status in (200, 400, 422), answer
    if status != 200 or b"does not exist" in answer or b"recover signer" in answer:
        assert gateway.state_hash() == before
    expect_alive(gateway, client)


@BOUNDED
@given(drawn=st.data(), kind=st.sampled_from(sorted(ACTIONS)))
def test_changed_frames(
    gateway: LiveGateway, socket: ClientConnection, drawn: st.DataObject, kind: str
) -> None:
    """Every frame has its one answer; the one after it comes next."""
    request = {"type": "action", "payload": good(gateway, kind)}
    frame: dict[str, Any] = {"method": "post", "id": 5, "request": request}
    change(drawn.draw, frame)
    socket.send(json.dumps(frame))
    answer = json.loads(socket.recv(10))
    assert answer["channel"] in ("post", "error", "pong")
    if answer["channel"] == "post":
        response = answer["data"]["response"]
        assert response["type"] in ("action", "info", "error")
        if response["type"] == "error":
            assert response["payload"][:4] in ("422:", "400:", "500:")
            assert "Internal error" not in response["payload"]
    socket.send('{"method":"ping"}')
    assert json.loads(socket.recv(10)) == {"channel": "pong"}


SUBSCRIPTION: dict[str, Any] = {
    "user": "0x" + "ab" * 20,
    "coin": "CBRS",
    "dex": "",
    "interval": "1m",
    "nSigFigs": 5,
    "mantissa": 2,
    "aggregateByTime": False,
}


@BOUNDED
@given(drawn=st.data(), kind=st.sampled_from(sorted(SUBSCRIPTION_KINDS)), changes=st.integers(0, 2))
def test_changed_subscriptions(
    gateway: LiveGateway,
    socket: ClientConnection,
    drawn: st.DataObject,
    kind: str,
    changes: int,
) -> None:
    """One acknowledgement or one error each, and what was subscribed can be given back."""
    before = gateway.state_hash()
    wanted = {**SUBSCRIPTION, "type": kind}
    for _ in range(changes):
        change(drawn.draw, wanted)
        if not wanted:
            return
    socket.send(json.dumps({"method": "subscribe", "subscription": wanted}))
    if answer_to(socket)["channel"] == "subscriptionResponse":
        socket.send(json.dumps({"method": "unsubscribe", "subscription": wanted}))
        assert answer_to(socket)["channel"] == "subscriptionResponse"
    else:
        assert changes
    socket.send('{"method":"ping"}')
    while json.loads(socket.recv(10)) != {"channel": "pong"}:
        pass
    assert gateway.state_hash() == before


def answer_to(socket: ClientConnection) -> dict[str, Any]:
    """The next frame that is an answer; what the channels say in between is passed over."""
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(10))
        if frame["channel"] in ("subscriptionResponse", "error"):
            return frame
