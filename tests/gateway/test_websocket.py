"""WebSocket frames (§4.1 of the API notes): echoes, posts, order of answers, slow and idle ends."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from bellwether.gateway.sockets import connection, session
from tests.gateway.live import GatewaySettings, LiveGateway
from tests.gateway.wallet import account, limit_order, order_action


@pytest.fixture
def client(gateway: LiveGateway) -> Iterator[ClientConnection]:
    with connect(gateway.websocket_url, compression=None) as connection:
        yield connection


def send(client: ClientConnection, **frame: Any) -> None:
    client.send(json.dumps(frame))


def receive(client: ClientConnection) -> Any:
    return json.loads(client.recv(10))


def until(client: ClientConnection, channel: str) -> Any:
    while True:
        message = receive(client)
        if message["channel"] == channel:
            return message["data"]


def test_nothing_is_said_before_it_is_asked(client: ClientConnection) -> None:
    send(client, method="ping")
    assert receive(client) == {"channel": "pong"}


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "l2Book", "coin": "CBRS"},
        {"type": "l2Book", "coin": "CBRS", "nSigFigs": 5, "mantissa": None},
        {"type": "allMids"},
        {"type": "allMids", "dex": "xyz"},
        {"type": "trades", "coin": "xyz:SPCX"},
        {"type": "orderUpdates", "user": account(0).hex_address.upper().replace("0X", "0x")},
        {"type": "userFills", "user": account(0).hex_address},
        {"type": "user", "user": account(0).hex_address},
        {"type": "candle", "coin": "CBRS", "interval": "1m"},
    ],
)
def test_the_echo_comes_first_and_holds_all_that_was_asked(
    client: ClientConnection, wanted: dict[str, Any]
) -> None:
    send(client, method="subscribe", subscription=wanted)
    answer = receive(client)
    assert answer["channel"] == "subscriptionResponse"
    assert answer["data"]["method"] == "subscribe"
    assert wanted.items() <= answer["data"]["subscription"].items()
    send(client, method="subscribe", subscription=wanted)
    assert until(client, "error").startswith("Already subscribed: {")
    send(client, method="unsubscribe", subscription=wanted)
    data = until(client, "subscriptionResponse")
    assert data["method"] == "unsubscribe"
    assert wanted.items() <= data["subscription"].items()
    send(client, method="unsubscribe", subscription=wanted)
    assert until(client, "error").startswith("Already unsubscribed: {")


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "weather"},
        {"type": "l2Book"},
        {"type": "l2Book", "coin": "NONE"},
        {"type": "orderUpdates", "user": "me"},
        {"type": "candle", "coin": "CBRS", "interval": "7m"},
    ],
)
def test_an_invalid_subscription_is_named(client: ClientConnection, wanted: dict[str, Any]) -> None:
    send(client, method="subscribe", subscription=wanted)
    answer = receive(client)
    assert answer["channel"] == "error"
    start, _, shown = answer["data"].partition("Invalid subscription ")
    assert start == "" and json.loads(shown) == wanted


def test_an_order_is_posted(gateway: LiveGateway, client: ClientConnection) -> None:
    payload = account(0).l1(order_action(), gateway.nonce())
    send(client, method="post", id=41, request={"type": "action", "payload": payload})
    answer = receive(client)
    assert answer["channel"] == "post" and answer["data"]["id"] == 41
    response = answer["data"]["response"]
    assert response["type"] == "action" and response["payload"]["status"] == "ok"
    assert "resting" in response["payload"]["response"]["data"]["statuses"][0]


def test_a_read_is_posted(client: ClientConnection) -> None:
    payload = {"type": "meta"}
    send(client, method="post", id=1, request={"type": "info", "payload": payload})
    response = receive(client)["data"]["response"]
    assert response["type"] == "info"
    assert response["payload"]["type"] == "meta"
    assert response["payload"]["data"]["universe"][0]["name"] == "CBRS"


def test_a_bad_read_is_answered_with_its_status(client: ClientConnection) -> None:
    send(client, method="post", id=2, request={"type": "info", "payload": {"type": "weather"}})
    response = receive(client)["data"]["response"]
    assert response["type"] == "error"
    assert response["payload"].startswith("422: Failed to deserialize")


def test_posts_are_sequenced_in_the_order_sent(
    gateway: LiveGateway, client: ClientConnection
) -> None:
    for number in range(50):
        payload = account(1).l1(order_action(limit_order(s="0.1")), gateway.nonce())
        send(client, method="post", id=number, request={"type": "action", "payload": payload})
    oids = {}
    for _ in range(50):
        data = receive(client)["data"]
        [status] = data["response"]["payload"]["response"]["data"]["statuses"]
        oids[data["id"]] = status["resting"]["oid"]
    assert sorted(oids, key=oids.__getitem__) == list(range(50))


def test_a_frame_of_bytes_is_read_as_text(client: ClientConnection) -> None:
    client.send(b'{"method":"ping"}')
    assert receive(client) == {"channel": "pong"}


def test_what_was_posted_is_carried_out_though_the_client_leaves(gateway: LiveGateway) -> None:
    with connect(gateway.websocket_url, compression=None) as client:
        order = order_action(limit_order(p="123.45"))
        payload = account(2).l1(order, gateway.nonce())
        send(client, method="post", id=1, request={"type": "action", "payload": payload})
        receive(client)
    orders = gateway.node.engine.venue.users[account(2).address].accounts[0].orders
    assert [order.price for order in orders.values()] == [123_450]


def test_a_path_other_than_ws_is_refused(gateway: LiveGateway) -> None:
    with pytest.raises(InvalidStatus, match="403"), connect(gateway.websocket_url + "/other"):
        pass


def test_compression_is_not_negotiated(gateway: LiveGateway) -> None:
    with connect(gateway.websocket_url) as client:
        assert client.response is not None
        assert "Sec-WebSocket-Extensions" not in client.response.headers


def test_an_idle_connection_is_closed(alone: LiveGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = alone
    monkeypatch.setattr(connection, "IDLE_SECONDS", 0.2)
    with connect(gateway.websocket_url, compression=None) as client:
        send(client, method="ping")
        assert receive(client) == {"channel": "pong"}
        with pytest.raises(ConnectionClosed):
            client.recv(10)


def test_a_client_that_does_not_read_is_cut_off(
    alone: LiveGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = alone
    monkeypatch.setattr(connection, "MAX_UNREAD_BYTES", 100_000)
    monkeypatch.setattr(connection, "GOODBYE_SECONDS", 0.1)
    with socket.create_connection(("127.0.0.1", gateway.port), 10) as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        stalled.sendall(
            b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert b"101" in stalled.recv(64)
        question = json.dumps({"method": "x" * 60_000}).encode()
        frame = b"\x81\xfe" + len(question).to_bytes(2, "big") + bytes(4) + question
        cut_off = gateway_metric(gateway, "bellwether_websocket_slow_clients_total")
        assert fill(stalled, frame), "the connection was not ended"
    after = gateway_metric(gateway, "bellwether_websocket_slow_clients_total")
    assert after == cut_off + 1
    with gateway.client() as other:
        assert other.get("/healthz")[0] == 200


def fill(stalled: socket.socket, frame: bytes) -> bool:
    """Sends and never reads, until the other side hangs up; False if it does not."""
    try:
        for _ in range(100_000):
            stalled.sendall(frame)
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return False


def gateway_metric(gateway: LiveGateway, name: str) -> float:
    with gateway.client() as client:
        text = client.get("/metrics")[2].decode()
    [line] = [line for line in text.splitlines() if line.startswith(name + " ")]
    return float(line.split()[1])


def test_limits_hold_where_they_are_switched_on(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("limited")
    settings = GatewaySettings(limits=True)
    with LiveGateway(directory, settings) as gateway, ExitStack() as held:
        clients = [
            held.enter_context(connect(gateway.websocket_url, compression=None)) for _ in range(10)
        ]
        with pytest.raises(InvalidStatus, match="403"), connect(gateway.websocket_url):
            pass
        check_user_limit(clients[0], clients[2])
        check_message_limit(clients[1])


def ask_for(client: ClientConnection, method: str, **wanted: Any) -> str:
    """The channel of the answer, or the text of an error."""
    send(client, method=method, subscription=wanted)
    while (answer := receive(client))["channel"] not in ("subscriptionResponse", "error"):
        pass
    return answer["data"] if answer["channel"] == "error" else "subscribed"


def check_user_limit(client: ClientConnection, other: ClientConnection) -> None:
    """Fifteen users for a network address, over all its connections."""
    users = [f"0x{number:040x}" for number in range(17)]
    for place, user in enumerate(users[:15]):
        asked = other if place % 2 else client
        assert ask_for(asked, "subscribe", type="user", user=user) == "subscribed"
    refusal = "Cannot track more than 15 total users."
    for asked in (client, other):
        assert ask_for(asked, "subscribe", type="orderUpdates", user=users[15]) == refusal
        assert ask_for(asked, "subscribe", type="orderUpdates", user=users[1]) == "subscribed"
        assert ask_for(asked, "subscribe", type="orderUpdates", user="nobody") != refusal
    # Under its other name it is the same subscription.
    assert ask_for(client, "unsubscribe", type="userEvents", user=users[0][2:]) == "subscribed"
    assert ask_for(other, "subscribe", type="orderUpdates", user=users[15]) == "subscribed"


def check_message_limit(client: ClientConnection) -> None:
    for _ in range(2_100):
        send(client, method="ping")
    said = {json.dumps(receive(client)) for _ in range(2_100)}
    assert any("Too many messages" in text for text in said)


def test_subscriptions_are_limited_for_an_address_over_all_its_connections(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MAX_SUBSCRIPTIONS", 4)
    directory = tmp_path_factory.mktemp("limited")
    with LiveGateway(directory, GatewaySettings(limits=True)) as gateway:
        with connect(gateway.websocket_url, compression=None) as one:
            with connect(gateway.websocket_url, compression=None) as two:
                for client in (one, two):
                    for kind in ("bbo", "trades"):
                        assert ask_for(client, "subscribe", type=kind, coin="CBRS") == "subscribed"
                refusal = "Cannot track more than 4 total subscriptions."
                assert ask_for(one, "subscribe", type="allMids") == refusal
                assert ask_for(two, "unsubscribe", type="bbo", coin="CBRS") == "subscribed"
                assert ask_for(one, "subscribe", type="allMids") == "subscribed"
                assert ask_for(one, "subscribe", type="l2Book", coin="CBRS") == refusal
            # Whoever leaves gives the room back, as soon as the gateway has noticed.
            while ask_for(one, "subscribe", type="l2Book", coin="CBRS") == refusal:
                assert gateway.client().get("/healthz")[0] == 200
