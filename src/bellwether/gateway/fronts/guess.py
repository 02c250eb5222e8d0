"""Who signed, found before the venue asks: the costly part of an order, done in front of it.

It is a guess at the form in which the client signs; the venue takes it only for what it would have
asked itself, and asks its own recoverer otherwise.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec

from bellwether.gateway.hyperliquid import decode, signing
from bellwether.gateway.strict_json import parse_object

SOURCES: Final = ("b", "a")
"""By the number of the form; others are not guessed."""


class Guess(NamedTuple):
    """What was signed, the signature, and whose it is; all empty where nothing was found."""

    message: bytes = b""
    signature: bytes = b""
    signer: bytes = b""


NOTHING: Final = Guess()


def guess(body: bytes | None, form: int) -> Guess:
    """The signer of a body of `/exchange`, signed in the form as received with a source."""
    if body is None or form >= len(SOURCES):
        return NOTHING
    try:
        plain = decode.plain_envelope(body)
        if plain is not None:
            return _found(plain, form)
        return _signer_of(parse_object(body), form)
    except Exception:
        # Whatever is wrong with it, the venue says what.
        return NOTHING


def guess_post(data: bytes, form: int) -> Guess:
    """The same for a WebSocket's message, if it posts an action."""
    if form >= len(SOURCES) or b'"action"' not in data:
        return NOTHING
    try:
        posted = decode.plain_post(data)
        if posted is not None:
            return _found(posted.request.payload, form)
        request = parse_object(data).get("request")
        if not isinstance(request, dict) or request.get("type") != "action":
            return NOTHING
        payload = request.get("payload")
        return _signer_of(payload, form) if isinstance(payload, dict) else NOTHING
    except Exception:
        return NOTHING


def _signer_of(body: dict[str, Any], form: int) -> Guess:
    envelope = decode.envelope_of(body)
    if envelope.action.get("type") in signing.USER_SIGNED:
        return NOTHING
    return _found(envelope, form)


def _found(envelope: decode.Envelope | decode.PlainEnvelope, form: int) -> Guess:
    given, vault, expires_after = envelope.signature, envelope.vault_address, envelope.expires_after
    signature = signing.signature_bytes(given.r, given.s, given.v)
    payload = signing.connection_payload(
        msgspec.msgpack.encode(envelope.action),
        envelope.nonce,
        decode.address_of(vault, "vaultAddress") if isinstance(vault, str) else None,
        expires_after if isinstance(expires_after, int) else None,
    )
    message = signing.agent_message(payload, SOURCES[form])
    return Guess(message, signature, signing.recover(signing.digest_of(message), signature))
