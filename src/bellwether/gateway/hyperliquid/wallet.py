"""A key that signs as the dialect's clients do: the other side of `signing` (API notes §3.1)."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from coincurve import PrivateKey

from bellwether.gateway.hyperliquid import signing
from bellwether.node.founding.dev_keys import address_of

NETWORK: Final = {"hyperliquidChain": "Testnet", "signatureChainId": "0x66eee"}
"""Chain and chain id that user-signed actions name."""


class Wallet:
    """A private key of 32 bytes; `l1` and `user_signed` return the envelope for `/exchange`."""

    def __init__(self, private_key: bytes) -> None:
        self._key = PrivateKey(private_key)
        self.address = address_of(private_key)

    @property
    def hex_address(self) -> str:
        return "0x" + self.address.hex()

    def sign(self, digest: bytes) -> dict[str, Any]:
        """Return the wire form of a signature over a digest of 32 bytes."""
        raw = self._key.sign_recoverable(digest, hasher=None)
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:64], "big")
        return {"r": hex(r), "s": hex(s), "v": 27 + raw[64]}

    def l1(
        self,
        action: dict[str, Any],
        nonce: int,
        *,
        source: str = "b",
        vault: str | None = None,
        expires_after: int | None = None,
        hashed: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Sign an L1 action; `hashed` is what a client hashed where that is not what it sends."""
        vault_bytes = None if vault is None else bytes.fromhex(vault.removeprefix("0x"))
        packed = msgspec.msgpack.encode(action if hashed is None else hashed)
        connection = signing.connection_id(packed, nonce, vault_bytes, expires_after)
        body = {
            "action": action,
            "nonce": nonce,
            "signature": self.sign(signing.agent_digest(connection, source)),
        }
        if vault is not None:
            body["vaultAddress"] = vault
        if expires_after is not None:
            body["expiresAfter"] = expires_after
        return body

    def user_signed(self, action: dict[str, Any], nonce: int) -> dict[str, Any]:
        """Sign an action's own fields; chain and chain id are filled in."""
        full = {**NETWORK, **action}
        digest = signing.user_signed_digest(full)
        return {"action": full, "nonce": nonce, "signature": self.sign(digest)}

    def approve(
        self, action: dict[str, Any], nonce: int, account: str, sender: str
    ) -> dict[str, Any]:
        """Sign an action of an account of several signers, for `sender` to send; both are hex
        addresses in lower case. Raises WrongShape for a missing field of a user-signed action."""
        if action["type"] in signing.USER_SIGNED:
            fields = {**action, "payloadMultiSigUser": account, "outerSigner": sender}
            return self.sign(signing.user_signed_digest(fields, signing.TOGETHER))
        packed = msgspec.msgpack.encode([account, sender, action])
        connection = signing.connection_id(packed, nonce, None, None)
        return self.sign(signing.agent_digest(connection, "b"))

    def together(
        self, action: dict[str, Any], nonce: int, account: str, signatures: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Send what was approved: the envelope of a `multiSig` action, signed by its sender."""
        payload = {"multiSigUser": account, "outerSigner": self.hex_address, "action": action}
        chain = {"signatureChainId": NETWORK["signatureChainId"]}
        hashed = {**chain, "signatures": signatures, "payload": payload}
        packed = msgspec.msgpack.encode(hashed)
        whole = {"type": "multiSig", **hashed}
        fields = {
            **whole,
            **NETWORK,
            "multiSigActionHash": signing.connection_id(packed, nonce, None, None),
            "nonce": nonce,
        }
        signature = self.sign(signing.user_signed_digest(fields))
        return {"action": whole, "nonce": nonce, "signature": signature}
