"""Who signed an entry: the signature of a text message as every Ethereum wallet makes it.

The message is the entry without its signature as JSON: keys sorted, no white space, UTF-8. What is
signed is keccak-256 of the prefix of EIP-191, version 0x45, and the message; 65 bytes r ‖ s ‖ v.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import sha3
from coincurve import PrivateKey, PublicKey

_PREFIX: Final = b"\x19Ethereum Signed Message:\n"
_BYTES: Final = 65
_HALF_ORDER: Final = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


class SignatureInvalid(ValueError):
    """No key has made this signature."""


def message_of(entry: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    unsigned = {name: value for name, value in entry.items() if name != "signature"}
    return msgspec.json.encode(unsigned, order="sorted")


def sign(entry: Mapping[str, Any], private_key: bytes) -> str:
    """The signature of an entry as text: 0x and 130 hexadecimal digits."""
    raw = PrivateKey(private_key).sign_recoverable(_digest(message_of(entry)), hasher=None)
    return "0x" + (raw[:64] + bytes((27 + raw[64],))).hex()


def signer_of(entry: Mapping[str, Any], signature: str) -> str:
    """The address whose key signed, 0x in lower case. Raises SignatureInvalid."""
    try:
        raw = bytes.fromhex(signature.removeprefix("0x"))
    except ValueError:
        raise SignatureInvalid("expected hexadecimal digits") from None
    if len(raw) != _BYTES:
        raise SignatureInvalid(f"expected {_BYTES} bytes")
    recovery = raw[64] - 27 if raw[64] >= 27 else raw[64]
    if recovery not in (0, 1) or not 0 < int.from_bytes(raw[32:64], "big") <= _HALF_ORDER:
        raise SignatureInvalid("expected a signature in its one form, s in the lower half")
    try:
        key = PublicKey.from_signature_and_message(
            raw[:64] + bytes((recovery,)), _digest(message_of(entry)), hasher=None
        )
    except Exception:
        # The library raises bare exceptions for points that are not on the curve.
        raise SignatureInvalid("no key has made it") from None
    return "0x" + _keccak(key.format(compressed=False)[1:])[12:].hex()


def _digest(message: bytes) -> bytes:
    return _keccak(_PREFIX + str(len(message)).encode() + message)


def _keccak(content: bytes) -> bytes:
    digest: bytes = sha3.keccak_256(content).digest()
    return digest
