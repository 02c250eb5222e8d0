"""Every field of every action, wrong in every way, over HTTP and WebSocket (IFACE-7, UNIT-8)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.gateway.corpus import SHAPE, Bad
from tests.gateway.corpus_actions import ACTIONS, USER_SIGNED, bad_actions
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import account

CORPUS = bad_actions()
AT_ONCE = 50
BY_STATE = {
    "modify": "Cannot modify canceled",
    "scheduleCancel": "too early",
    "updateIsolatedMargin": "No open position",
    "claimRewards": "No rewards to claim",
    "subAccountModify": "Vault not registered",
    "subAccountTransfer": "Vault not registered",
    "topUpIsolatedOnlyMargin": "No open position",
}
"""What the engine says to a good action that finds nothing to act on."""
PORTIONS = range((len(CORPUS) + AT_ONCE - 1) // AT_ONCE)


def portion(number: int) -> list[Bad]:
    return list(islice(CORPUS, number * AT_ONCE, (number + 1) * AT_ONCE))


@pytest.fixture(scope="module")
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


@pytest.fixture(scope="module")
def socket(gateway: LiveGateway) -> Iterator[ClientConnection]:
    with connect(gateway.websocket_url, compression=None) as connection:
        yield connection


def test_no_case_is_there_twice() -> None:
    twice = [name for name, count in Counter(bad.name for bad in CORPUS).items() if count > 1]
    assert not twice


@pytest.mark.parametrize("number", PORTIONS)
def test_over_http(gateway: LiveGateway, client: Client, number: int) -> None:
    before = gateway.state_hash()
    for bad in portion(number):
        status, content_type, body = client.send("/exchange", bad.body)
        assert status == bad.status, (bad.name, body)
        assert bad.says in body.decode(), (bad.name, body)
        if status == 200:
            assert json.loads(body)["status"] == "err", bad.name
        else:
            assert body.decode().startswith(SHAPE), bad.name
            assert content_type == "text/plain; charset=utf-8", bad.name
        assert gateway.state_hash() == before, bad.name
    good = client.post("/exchange", account(0).l1({"type": "noop"}, gateway.nonce()))
    assert good["status"] == "ok"


@pytest.mark.parametrize("number", PORTIONS)
def test_over_a_websocket_post(gateway: LiveGateway, socket: ClientConnection, number: int) -> None:
    before = gateway.state_hash()
    for place, bad in enumerate(portion(number)):
        head = b'{"method":"post","id":%d,"request":{"type":"action","payload":' % place
        socket.send((head + bad.body + b"}}").decode())
        answer = json.loads(socket.recv(10))
        if answer["channel"] == "error":
            # A frame with a number that no field can hold is no request at all.
            assert "Error parsing JSON into valid" in answer["data"], bad.name
            continue
        assert answer["data"]["id"] == place
        response = answer["data"]["response"]
        if bad.status == 200:
            assert bad.says in response["payload"]["response"], bad.name
        else:
            assert response["type"] == "error"
            assert response["payload"].startswith("422: " + SHAPE), bad.name
            assert bad.says in response["payload"], bad.name
        assert gateway.state_hash() == before, bad.name
    noop = account(0).l1({"type": "noop"}, gateway.nonce())
    post = {"method": "post", "id": 8, "request": {"type": "action", "payload": noop}}
    socket.send(json.dumps(post))
    assert json.loads(socket.recv(10))["data"]["response"]["payload"]["status"] == "ok"


@pytest.mark.parametrize("kind", ACTIONS)
def test_the_action_that_the_cases_change_is_well_formed(
    gateway: LiveGateway, client: Client, kind: str
) -> None:
    """Otherwise a case could be refused for something else than what it is about."""
    nonce = gateway.nonce()
    action = dict(ACTIONS[kind])
    for name in {"time", "nonce"} & action.keys():
        action[name] = nonce
    wallet = account(1)
    signed = wallet.user_signed if kind in USER_SIGNED else wallet.l1
    reply = client.post("/exchange", signed(action, nonce))
    if kind in BY_STATE:
        assert BY_STATE[kind] in reply["response"]
    else:
        assert reply["status"] == "ok", reply
