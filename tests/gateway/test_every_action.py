"""The dialect's whole map of actions: each is carried out, or refused for a reason (IFACE-7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.gateway.hyperliquid import decode
from bellwether.gateway.hyperliquid.wire import foreign
from bellwether.gateway.hyperliquid.wire.refused import TEXTS
from tests.gateway.every_action import ELSEWHERE, L1, NONCE, OUR_OWN, USER_SIGNED, Example
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import Wallet, account

MAP = 60
"""Actions of the map and, beside it, `multiSig`."""


@pytest.fixture
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


def named(example: Example) -> str:
    variant = next((key for key in example.action if key != "type"), "")
    return f"{example.kind}.{variant}"


def fresh(example: Example, nonce: int) -> dict[str, Any]:
    """The action with the envelope's nonce where one stands."""
    return {
        key: nonce if key in ("nonce", "time") and value == NONCE else value
        for key, value in example.action.items()
    }


def sorted_keys(value: Any) -> Any:
    """As a client sends it that keeps its objects by the alphabet."""
    if isinstance(value, dict):
        return {key: sorted_keys(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [sorted_keys(child) for child in value]
    return value


def check(example: Example, reply: dict[str, Any]) -> None:
    assert reply["status"] == ("ok" if example.is_ok else "err"), reply
    told = reply["response"]["type"] if example.is_ok else reply["response"]
    assert example.says in told, reply


@pytest.mark.parametrize("example", L1, ids=named)
def test_as_hashed(gateway: LiveGateway, client: Client, example: Example) -> None:
    nonce = gateway.nonce()
    check(example, client.post("/exchange", account(0).l1(fresh(example, nonce), nonce)))


@pytest.mark.parametrize("example", L1, ids=named)
def test_with_its_keys_by_the_alphabet(
    gateway: LiveGateway, client: Client, example: Example
) -> None:
    """The hash is of the canonical order, whatever order arrives."""
    nonce = gateway.nonce()
    action = fresh(example, nonce)
    body = account(0).l1(sorted_keys(action), nonce, hashed=action)
    reply = client.post("/exchange", body)
    assert "does not exist" not in str(reply["response"]), reply
    if not example.is_ok:
        check(example, reply)


@pytest.mark.parametrize("example", USER_SIGNED, ids=named)
def test_user_signed(gateway: LiveGateway, client: Client, example: Example) -> None:
    nonce = gateway.nonce()
    action = fresh(example, nonce)
    check(example, client.post("/exchange", account(0).user_signed(action, nonce)))


@pytest.mark.parametrize("example", [*L1, *USER_SIGNED], ids=named)
def test_who_signs_is_asked_first(gateway: LiveGateway, client: Client, example: Example) -> None:
    nonce, stranger = gateway.nonce(), Wallet(b"\x42" * 32)
    before = gateway.state_hash()
    sign = stranger.user_signed if example in USER_SIGNED else stranger.l1
    reply = client.post("/exchange", sign(fresh(example, nonce), nonce))
    nobody = "Must deposit before" if example in USER_SIGNED else "User or API Wallet"
    assert reply["status"] == "err"
    assert nobody in reply["response"]
    assert gateway.state_hash() == before


def test_every_action_of_the_map_has_an_example() -> None:
    shown = {example.kind for example in [*L1, *USER_SIGNED]} | set(ELSEWHERE)
    assert len(shown) == MAP
    known = {*decode.SUPPORTED, "perpDeploy"} - set(OUR_OWN)
    assert shown == known


def test_every_foreign_action_has_a_reason() -> None:
    assert set(foreign.ACTIONS) <= set(TEXTS) <= set(decode.SUPPORTED)
    for name, text in TEXTS.items():
        assert text[0].isupper(), name
        assert text.endswith((".", "}")), name


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ({"type": "spotDeploy"}, "exactly one of registerToken2"),
        ({"type": "CSignerAction", "jailSelf": None, "unjailSelf": None}, "exactly one of"),
        ({"type": "vaultTransfer", "vaultAddress": "0x", "isDeposit": 1, "usd": 1}, "isDeposit"),
        ({"type": "createSubAccount"}, "`name`"),
        ({"type": "subAccountTransfer", "subAccountUser": "0x12", "isDeposit": True}, "`usd`"),
        ({"type": "borrowLend", "operation": "give", "token": 0, "amount": "1"}, "operation"),
    ],
)
def test_a_wrong_shape_names_its_field(
    gateway: LiveGateway, client: Client, action: dict[str, Any], field: str
) -> None:
    body = account(0).l1(action, gateway.nonce())
    status, _, answer = client.send("/exchange", json.dumps(body).encode())
    assert status == 422
    assert field in answer.decode()
