"""Who signed: the two EIP-712 schemes of the dialect and key recovery (§3.1 of the API notes).

L1 actions sign a phantom agent over keccak(msgpack(action) ‖ nonce ‖ vault ‖ expiry); user-signed
actions sign their own fields. A signature is 65 bytes r ‖ s ‖ v with s in the lower half of the
curve's order, so that every signature has one form only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import sha3
from coincurve import PublicKey

from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.hyperliquid.decode import address_of

CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_HALF_ORDER: Final = CURVE_ORDER // 2

Fields = tuple[tuple[str, str], ...]
"""Solidity type and name of each field after `string hyperliquidChain`."""

USER_SIGNED: Final[dict[str, tuple[str, Fields]]] = {
    "usdSend": (
        "UsdSend",
        (("string", "destination"), ("string", "amount"), ("uint64", "time")),
    ),
    "spotSend": (
        "SpotSend",
        (("string", "destination"), ("string", "token"), ("string", "amount"), ("uint64", "time")),
    ),
    "withdraw3": (
        "Withdraw",
        (("string", "destination"), ("string", "amount"), ("uint64", "time")),
    ),
    "usdClassTransfer": (
        "UsdClassTransfer",
        (("string", "amount"), ("bool", "toPerp"), ("uint64", "nonce")),
    ),
    "sendAsset": (
        "SendAsset",
        (
            ("string", "destination"),
            ("string", "sourceDex"),
            ("string", "destinationDex"),
            ("string", "token"),
            ("string", "amount"),
            ("string", "fromSubAccount"),
            ("uint64", "nonce"),
        ),
    ),
    "sendToEvmWithData": (
        "SendToEvmWithData",
        (
            ("string", "token"),
            ("string", "amount"),
            ("string", "sourceDex"),
            ("string", "destinationRecipient"),
            ("string", "addressEncoding"),
            ("uint32", "destinationChainId"),
            ("uint64", "gasLimit"),
            ("bytes", "data"),
            ("uint64", "nonce"),
        ),
    ),
    "approveAgent": (
        "ApproveAgent",
        (("address", "agentAddress"), ("string", "agentName"), ("uint64", "nonce")),
    ),
    "approveBuilderFee": (
        "ApproveBuilderFee",
        (("string", "maxFeeRate"), ("address", "builder"), ("uint64", "nonce")),
    ),
    "userDexAbstraction": (
        "UserDexAbstraction",
        (("address", "user"), ("bool", "enabled"), ("uint64", "nonce")),
    ),
    "userSetAbstraction": (
        "UserSetAbstraction",
        (("address", "user"), ("string", "abstraction"), ("uint64", "nonce")),
    ),
    "userPortfolioMargin": (
        "UserPortfolioMargin",
        (("address", "user"), ("bool", "enabled"), ("uint64", "nonce")),
    ),
    "tokenDelegate": (
        "TokenDelegate",
        (
            ("address", "validator"),
            ("uint64", "wei"),
            ("bool", "isUndelegate"),
            ("uint64", "nonce"),
        ),
    ),
    "cDeposit": ("CDeposit", (("uint64", "wei"), ("uint64", "nonce"))),
    "cWithdraw": ("CWithdraw", (("uint64", "wei"), ("uint64", "nonce"))),
    "convertToMultiSigUser": (
        "ConvertToMultiSigUser",
        (("string", "signers"), ("uint64", "nonce")),
    ),
    "linkStakingUser": (
        "LinkStakingUser",
        (("address", "user"), ("bool", "isFinalize"), ("uint64", "nonce")),
    ),
    "stakingLinkDisableTradingUser": (
        "StakingLinkDisableTradingUser",
        (("address", "tradingUser"), ("uint64", "nonce")),
    ),
    "multiSig": ("SendMultiSig", (("bytes32", "multiSigActionHash"), ("uint64", "nonce"))),
}
"""Action type → primary type and fields; every other action is signed as an L1 action."""

TOGETHER: Final[Fields] = (("address", "payloadMultiSigUser"), ("address", "outerSigner"))
"""What each signer of a multi-sig account signs besides the action's own fields."""

_CHAIN_ID: Final = re.compile(r"0x[0-9a-fA-F]{1,16}", re.ASCII)
_MAY_BE_ABSENT: Final = frozenset({"agentName", "fromSubAccount"})


def keccak(payload: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it."""
    digest: bytes = sha3.keccak_256(payload).digest()
    return digest


_ZERO_ADDRESS: Final = bytes(32)
_DOMAIN_TYPE: Final = keccak(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
_AGENT_TYPE: Final = keccak(b"Agent(string source,bytes32 connectionId)")
_VERSION: Final = keccak(b"1")


@cache
def _domain(name: str, chain_id: int) -> bytes:
    return keccak(_DOMAIN_TYPE + keccak(name.encode()) + _VERSION + _word(chain_id) + _ZERO_ADDRESS)


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


_AGENT_PREFIX: Final = b"\x19\x01" + _domain("Exchange", 1337)
_DIGEST: Final = b"d"
_SOURCES: Final = {"a": _AGENT_TYPE + keccak(b"a"), "b": _AGENT_TYPE + keccak(b"b")}


def connection_id(
    action: bytes, nonce: int, vault: bytes | None, expires_after: int | None
) -> bytes:
    """The hash an L1 action is signed by; `action` is its msgpack, `vault` 20 bytes."""
    return keccak(connection_payload(action, nonce, vault, expires_after))


def connection_payload(
    action: bytes, nonce: int, vault: bytes | None, expires_after: int | None
) -> bytes:
    """What the connection id is the hash of."""
    parts = [action, nonce.to_bytes(8, "big"), b"\x00" if vault is None else b"\x01" + vault]
    if expires_after is not None:
        parts.append(b"\x00" + expires_after.to_bytes(8, "big"))
    return b"".join(parts)


def agent_digest(connection: bytes, source: str) -> bytes:
    """What is signed for a connection id; source "a" is the main net's, "b" any other's."""
    return keccak(_AGENT_PREFIX + keccak(_SOURCES[source] + connection))


def agent_message(payload: bytes, source: str) -> bytes:
    """A connection's payload and source, for `digest_of` to make the digest of."""
    return source.encode("ascii") + payload


def digest_message(digest: bytes) -> bytes:
    """A digest that is known already, for `digest_of`."""
    return _DIGEST + digest


def digest_of(message: bytes) -> bytes:
    """The 32 bytes that were signed. Hashing is left to whoever recovers the signer."""
    kind = message[:1]
    if kind == _DIGEST:
        return message[1:]
    return agent_digest(keccak(message[1:]), kind.decode("ascii"))


def user_signed_digest(action: Mapping[str, Any], before: Fields = ()) -> bytes:
    """What is signed for an action of USER_SIGNED, with further fields `before` its own. Raises
    WrongShape for a missing field."""
    primary, own = USER_SIGNED[action["type"]]
    fields = before + own
    values = [_type_hash(primary, fields), _encoded("string", "hyperliquidChain", action)]
    values += [_encoded(kind, name, action) for kind, name in fields]
    return keccak(b"\x19\x01" + _user_domain(action) + keccak(b"".join(values)))


def _user_domain(action: Mapping[str, Any]) -> bytes:
    text = action.get("signatureChainId")
    if not isinstance(text, str) or _CHAIN_ID.fullmatch(text) is None:
        raise WrongShape("action.signatureChainId: expected a hexadecimal number such as 0x66eee")
    # Not cached: the client chooses the number, and a cache would grow with what it chooses.
    return _domain.__wrapped__("HyperliquidSignTransaction", int(text, 16))


@cache
def _type_hash(primary: str, fields: Fields) -> bytes:
    members = ",".join(f"{kind} {name}" for kind, name in fields)
    return keccak(f"HyperliquidTransaction:{primary}(string hyperliquidChain,{members})".encode())


def _encoded(kind: str, name: str, action: Mapping[str, Any]) -> bytes:
    """One field as the 32 bytes EIP-712 makes of it."""
    value = action.get(name)
    if kind == "string":
        return keccak(_text(name, value).encode())
    if kind == "bool" and isinstance(value, bool):
        return _word(value)
    if kind in ("uint64", "uint32") and isinstance(value, int) and not isinstance(value, bool):
        if 0 <= value < 2 ** int(kind[4:]):
            return _word(value)
    elif kind == "address" and isinstance(value, str):
        return bytes(12) + address_of(value, f"action.{name}")
    elif kind == "bytes32" and isinstance(value, bytes):
        return value
    elif kind == "bytes" and isinstance(value, str):
        return keccak(_hex_bytes(name, value))
    raise WrongShape(f"action.{name}: expected {kind}")


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None and name in _MAY_BE_ABSENT:
        return ""
    if name == "signers" and (value is None or isinstance(value, dict)):
        return json.dumps(value, separators=(",", ":"))
    raise WrongShape(f"action.{name}: expected a string")


def _hex_bytes(name: str, value: str) -> bytes:
    try:
        return bytes.fromhex(value[2:])
    except ValueError:
        raise WrongShape(f"action.{name}: expected hexadecimal digits") from None


def signature_bytes(r: str, s: str, v: int) -> bytes:
    """The 65 bytes r ‖ s ‖ recovery id. Raises Refused for what no signer could have made.

    r and s are hexadecimal with 0x and without leading zeros, as clients send them.
    """
    r_number, s_number = int(r, 16), int(s, 16)
    recovery = v - 27 if v >= 27 else v
    if not (0 < r_number < CURVE_ORDER and 0 < s_number <= _HALF_ORDER and recovery in (0, 1)):
        raise Refused(UNRECOVERABLE)
    return _word(r_number) + _word(s_number) + bytes((recovery,))


UNRECOVERABLE: Final = "Unable to recover signer."


def recover(digest: bytes, signature: bytes) -> bytes:
    """The address (20 bytes) whose key signed. Raises Refused if there is none."""
    try:
        key = PublicKey.from_signature_and_message(signature, digest, hasher=None)
    except Exception as error:
        # The library raises bare exceptions for points that are not on the curve.
        raise Refused(UNRECOVERABLE) from error
    return keccak(key.format(compressed=False)[1:])[12:]
