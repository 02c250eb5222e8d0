"""Orders and cancels as they mostly come are read in one step, and never otherwise than in more."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid import decode
from bellwether.gateway.strict_json import parse_object
from tests.gateway.wallet import account, limit_order, order_action

CLOID = "0x" + "0f" * 16
ACTIONS: list[dict[str, Any]] = [
    order_action(),
    order_action(limit_order(c=CLOID), limit_order(c=None)),
    order_action(limit_order(p="170.50", s="1.0")),
    {**order_action(), "builder": {"b": "0x" + "ab" * 20, "f": 10}},
    order_action(
        limit_order(t={"trigger": {"isMarket": True, "triggerPx": "100", "tpsl": "sl"}}),
        grouping="normalTpsl",
    ),
    {"type": "cancel", "cancels": [{"a": 0, "o": 7}]},
    {"type": "cancelByCloid", "cancels": [{"asset": 0, "cloid": CLOID}]},
    {"type": "modify", "oid": 7, "order": limit_order()},
    {"type": "batchModify", "modifies": [{"oid": CLOID, "order": limit_order()}]},
]
BESIDE: list[dict[str, Any]] = [
    {},
    {"vaultAddress": None, "expiresAfter": None},
    {"vaultAddress": "0x" + "ab" * 20},
    {"expiresAfter": 0},
]


def compact(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


@pytest.mark.parametrize("beside", BESIDE, ids=str)
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: str(action["type"]))
def test_one_step_reads_what_several_do(action: dict[str, Any], beside: dict[str, Any]) -> None:
    body = compact({**account(0).l1(action, 1), **beside})
    plain = decode.plain_envelope(body)
    assert plain is not None, "this is how clients write it"
    envelope = decode.envelope_of(parse_object(body))
    assert plain.action == decode.action_of(envelope.action) and plain.name == action["type"]
    assert msgspec.msgpack.encode(plain.action) == msgspec.msgpack.encode(envelope.action)
    assert (plain.nonce, plain.signature) == (envelope.nonce, envelope.signature)
    for name in ("vault_address", "expires_after"):
        said = getattr(plain, name)
        assert (None if said is msgspec.UNSET else said) == getattr(envelope, name)


def body_of(**changes: Any) -> bytes:
    return compact({**account(0).l1(order_action(), 1), **changes})


@pytest.mark.parametrize(
    "body",
    [
        body_of() + b" ",
        body_of().replace(b'"a":0', b'"a":0,"a":0'),
        body_of().replace(b'"a":0', b'"x":1,"a":0'),
        body_of().replace(b'"a":0', b'"a":0.0'),
        body_of().replace(b'"a":0,"b":true', b'"b":true,"a":0'),
        body_of().replace(b'"type"', b'"t\\u0079pe"'),
        body_of().replace(b":", b": "),
        body_of(nonce=2**63),
        body_of(nonce=-1),
        body_of(more=1),
        body_of(action={"type": "noop"}),
        b'{"action":' + b'{"x":' * 20_000,
        b"\xff",
        b"",
    ],
    ids=lambda body: body[:24].decode(errors="replace"),
)
def test_whatever_else_it_is_is_left_to_who_reads_step_by_step(body: bytes) -> None:
    assert decode.plain_envelope(body) is None


def test_an_order_without_terms_is_refused_in_the_same_words() -> None:
    body = compact(account(0).l1(order_action(limit_order(t={})), 1))
    with pytest.raises(WrongShape) as one:
        decode.plain_envelope(body)
    with pytest.raises(WrongShape) as several:
        decode.action_of(decode.envelope_of(parse_object(body)).action)
    assert one.value.detail == several.value.detail
