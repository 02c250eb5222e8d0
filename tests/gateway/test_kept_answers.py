"""Reads that depend on the state alone: kept as bytes until it changes, and the same bytes."""

from __future__ import annotations

import json

import pytest

from bellwether.gateway.http import Request
from tests.gateway.live import GatewaySettings, LiveGateway
from tests.gateway.wallet import account, limit_order, order_action

BODIES = [
    json.dumps(asked).encode()
    for asked in (
        {"type": "l2Book", "coin": "CBRS"},
        {"type": "l2Book", "coin": "CBRS", "nSigFigs": 3},
        {"type": "l2Book", "coin": "NONE"},
        {"type": "allMids"},
        {"type": "meta", "dex": "xyz"},
    )
]


def kept(gateway: LiveGateway, body: bytes) -> bytes | None:
    request = Request("POST", "/info", b"application/json", body, "127.0.0.1", "127.0.0.1:9")
    response = gateway.on_loop(lambda: gateway.app.at_once(request))
    return None if response is None else bytes(response.body)


@pytest.mark.parametrize("body", BODIES)
def test_a_kept_answer_has_the_bytes_of_a_new_one(gateway: LiveGateway, body: bytes) -> None:
    with gateway.client() as client:
        first = client.send("/info", body)
        assert kept(gateway, body) == first[2]
        assert client.send("/info", body) == first
        client.post("/exchange", account(0).l1(order_action(), gateway.nonce()))
        assert kept(gateway, body) is None, "the state has changed"
        assert client.send("/info", body)[0] == 200


def test_the_book_shown_is_that_of_the_last_acknowledged_order(gateway: LiveGateway) -> None:
    with gateway.client() as client:
        for hundredths in range(11, 20):
            price = f"171.{hundredths}"
            action = order_action(limit_order(p=price))
            client.post("/exchange", account(5).l1(action, gateway.nonce()))
            for _ in range(3):
                book = json.loads(client.send("/info", BODIES[0])[2])
                assert price in {level["px"] for level in book["levels"][0]}


@pytest.mark.parametrize(
    "asked",
    [{"type": "userRateLimit", "user": account(0).hex_address}, {"type": "exchangeStatus"}],
)
def test_what_depends_on_more_than_the_state_is_not_kept(
    gateway: LiveGateway, asked: dict[str, str]
) -> None:
    body = json.dumps(asked).encode()
    with gateway.client() as client:
        client.send("/info", body)
    assert kept(gateway, body) is None


def test_a_fault_is_not_kept(gateway: LiveGateway) -> None:
    body = b'{"type":"l2Book"}'
    with gateway.client() as client:
        assert client.send("/info", body)[0] == 422
    assert kept(gateway, body) is None


def test_a_kept_answer_weighs_as_much(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("limited")
    with LiveGateway(directory, GatewaySettings(limits=True)) as venue, venue.client() as client:
        statuses = [client.send("/info", BODIES[0])[0] for _ in range(700)]
    assert 429 in statuses, "1200 a minute, 2 each"
