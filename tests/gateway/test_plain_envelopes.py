"""Orders and cancels as they mostly come are read in one step, and never otherwise than in more."""

from __future__ import annotations

import json
from collections.abc import Callable
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


def with_spaces(content: Any) -> bytes:
    """As Python's own `json` writes it, and so the official client."""
    return json.dumps(content).encode()


def with_lines(content: Any) -> bytes:
    return json.dumps(content, indent=2).encode() + b"\r\n"


@pytest.mark.parametrize("write", [compact, with_spaces, with_lines])
@pytest.mark.parametrize("beside", BESIDE, ids=str)
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: str(action["type"]))
def test_one_step_reads_what_several_do(
    action: dict[str, Any], beside: dict[str, Any], write: Callable[[Any], bytes]
) -> None:
    body = write({**account(0).l1(action, 1), **beside})
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
        body_of() + b" {}",
        body_of().replace(b'"s":"1"', b'"s":"1 "'),
        body_of().replace(b'"a":0', b'"a":0,"a":0'),
        body_of().replace(b'"a":0', b'"x":1,"a":0'),
        body_of().replace(b'"a":0', b'"a":0.0'),
        body_of().replace(b'"a":0,"b":true', b'"b":true,"a":0'),
        body_of().replace(b'"type"', b'"t\\u0079pe"'),
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


def post_of(**changes: Any) -> dict[str, Any]:
    payload = account(0).l1(order_action(), 1)
    return {"method": "post", "id": 7, "request": {"type": "action", "payload": payload}, **changes}


@pytest.mark.parametrize("write", [compact, with_spaces])
def test_a_post_is_read_in_one_step(write: Callable[[Any], bytes]) -> None:
    posted = decode.plain_post(write(post_of()))
    assert posted is not None and posted.number == 7
    assert posted.request.payload == decode.plain_envelope(compact(post_of()["request"]["payload"]))


@pytest.mark.parametrize(
    "frame",
    [
        compact(post_of(id=True)),
        compact(post_of(id=2**63)),
        compact(post_of(id=None)),
        compact(post_of(more=1)),
        compact(post_of(method="subscribe")),
        compact(post_of(request={**post_of()["request"], "type": "info"})),
        compact(post_of(request={"type": "action", "payload": {}})),
        compact({"id": 7, **post_of()}),
        compact(post_of()).replace(b'"id":7', b'"id":7,"id":8'),
        compact(post_of()).replace(b'"t":{"limit":{"tif":"Gtc"}}', b'"t":{}'),
        b'{"method":"post"',
        b"\xff",
    ],
    ids=lambda frame: frame[:40].decode(errors="replace"),
)
def test_any_other_post_is_left_to_who_reads_step_by_step(frame: bytes) -> None:
    assert decode.plain_post(frame) is None
