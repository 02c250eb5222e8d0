"""What stands in requests: strict JSON, signed actions, operators' acts, subscriptions, queries.

A decoder answers with what it has read or with a Fault or Refused; every other end is a bug.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Final

import msgspec

from bellwether.engine.engine import Engine
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Fault, Refused
from bellwether.gateway.http import Request
from bellwether.gateway.hyperliquid import decode, signing
from bellwether.gateway.hyperliquid.actions import Authority, command_of
from bellwether.gateway.hyperliquid.deploy.commands import deployed
from bellwether.gateway.hyperliquid.reads.downloads import asked
from bellwether.gateway.hyperliquid.streams.topic import topic_of
from bellwether.gateway.hyperliquid.wire.refused import refusal_of
from bellwether.gateway.operators.acts import ACTS
from bellwether.gateway.strict_json import parse, parse_object
from bellwether.node.founding.dev_keys import dev_address
from bellwether.node.founding.genesis import dev_genesis
from bellwether.schema.commands import AnyCommand
from bellwether.schema.wire import decode_commands, encode_commands
from bellwether.testing.fuzzing.specimens import START_MS
from bellwether.units.quantities import NS_PER_MS

_WITHOUT_COMMAND: Final = (decode.LiquidationPricesAction, decode.MultiSig)


@cache
def dev_venue() -> Venue:
    """The state of a dev world that nothing has happened in; only read."""
    engine = Engine()
    start_ns = START_MS * NS_PER_MS
    engine.apply(dev_genesis(start_ns, check_nonce_window=False), start_ns)
    return engine.venue


def strict_json(content: bytes) -> None:
    """What is accepted is what another reader reads, and there is one reading of it."""
    try:
        value = parse(content)
    except Fault as fault:
        assert fault.status in (400, 422) and fault.text
        return
    text = content.decode("utf-8")
    other, _ = json.JSONDecoder().raw_decode(text.lstrip(" \t\r\n"))
    assert json.dumps(value) == json.dumps(other), "two readers disagree"
    assert json.dumps(parse(text)) == json.dumps(value), "text and bytes disagree"
    again = msgspec.json.encode(value)
    assert json.dumps(parse(again)) == json.dumps(value), "written again it is read otherwise"


def signed_action(content: bytes) -> None:
    """An envelope: typed, written canonically, hashed, and made a command that can be recorded."""
    try:
        envelope = decode.envelope_of(parse_object(content))
        action = decode.action_of(envelope.action)
        _digests(envelope, action)
        _read_at_once(content, envelope, action)
        if isinstance(action, _WITHOUT_COMMAND) or refusal_of(envelope.action["type"], action):
            return
        by = Authority(dev_address("account", 0), b"", envelope.nonce, envelope.expires_after or 0)
        if isinstance(action, decode.PerpDeploy):
            operator = dev_address("operator", 0)
            command = deployed(action, operator, envelope.nonce, dev_venue())
        else:
            command = command_of(action, by, dev_venue())
    except Fault as fault:
        assert fault.status in (400, 422) and ":" in fault.text, fault.text
        return
    except Refused as refused:
        assert refused.text
        return
    _recorded(command)


def _digests(envelope: decode.Envelope, action: decode.Action) -> None:
    """Every form that may have been signed has a hash, and the canonical form is one."""
    vault = envelope.vault_address
    address = None if vault is None else decode.address_of(vault, "vaultAddress")
    forms = [msgspec.msgpack.encode(envelope.action)]
    if not isinstance(action, decode.PerpDeploy):
        canonical = decode.canonical_action(action)
        again = decode.action_of(msgspec.msgpack.decode(canonical))
        assert decode.canonical_action(again) == canonical
        forms.append(canonical)
    for packed in forms:
        parts = (packed, envelope.nonce, address, envelope.expires_after)
        assert len(signing.agent_digest(signing.connection_id(*parts), "b")) == 32
    if envelope.action["type"] in signing.USER_SIGNED and envelope.action["type"] != "multiSig":
        assert len(signing.user_signed_digest(envelope.action)) == 32
    given = envelope.signature
    assert len(signing.signature_bytes(given.r, given.s, given.v)) == 65


def _read_at_once(content: bytes, envelope: decode.Envelope, action: decode.Action) -> None:
    """A body that is read in one step is the same in several, and so it is in a post."""
    plain = decode.plain_envelope(content)
    frame = b'{"method":"post","id":1,"request":{"type":"action","payload":' + content + b"}}"
    posted = decode.plain_post(frame)
    assert (None if posted is None else posted.request.payload) == plain
    if plain is None:
        return
    assert (plain.action, plain.name) == (action, envelope.action["type"])
    assert msgspec.msgpack.encode(plain.action) == msgspec.msgpack.encode(envelope.action)
    assert (plain.nonce, plain.signature) == (envelope.nonce, envelope.signature)
    beside = (plain.vault_address or None, plain.expires_after or None)
    assert beside == (envelope.vault_address or None, envelope.expires_after or None)


def _recorded(command: AnyCommand) -> None:
    """What the journal holds of a command is the command."""
    try:
        kept = encode_commands([(0, command)])
    except OverflowError:
        return  # the sequencer refuses it: a number beyond 64 bits (CommandUnfit)
    assert decode_commands(kept) == [(0, command)]


def operator_act(content: bytes) -> None:
    """An act of an operator, as it stands in a signed envelope."""
    try:
        act = parse_object(content)
        build = ACTS.get(kind) if isinstance(kind := act.get("kind"), str) else None
        if build is None:
            return
        command = build(act, dev_address("operator", 0), START_MS, dev_venue())
    except Fault as fault:
        assert fault.status in (400, 422) and fault.text
        return
    except Refused as refused:
        assert refused.text
        return
    _recorded(command)


def subscription(content: bytes) -> None:
    """What is asked for on the WebSocket; the echo holds every key that was sent."""
    try:
        wanted = parse_object(content)
        topic, echo = topic_of(wanted, dev_venue())
    except Fault as fault:
        assert fault.text
        return
    assert topic.kind and {**echo, **wanted} == echo
    assert topic_of(wanted, dev_venue())[0] == topic
    msgspec.json.encode(echo)


def statement_query(content: bytes) -> None:
    """The query of `/export/statement`."""
    query = content.decode("ascii", "replace")
    request = Request("GET", "/export/statement", None, b"", "", "", query)
    try:
        user, start, end = asked(request.query)
    except Fault as fault:
        assert fault.status == 422 and fault.text
        return
    assert len(user) == 20 and 0 <= start <= end
