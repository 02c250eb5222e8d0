"""The keys of a dev world (IFACE-1): deterministic, and therefore public."""

from __future__ import annotations

from typing import Final

import coincurve
import sha3

DEV_ACCOUNTS: Final = 10
DEV_OPERATORS: Final = 3


def dev_key(role: str, number: int | None = None) -> bytes:
    """The private key (32 bytes) of `account` or `operator` N, of `custodian` or `compliance`."""
    word = f"bellwether dev {role}" if number is None else f"bellwether dev {role} {number}"
    return keccak256(word.encode("ascii"))


def dev_address(role: str, number: int | None = None) -> bytes:
    """The address (20 bytes) of the same key."""
    return address_of(dev_key(role, number))


def address_of(private_key: bytes) -> bytes:
    """The last 20 bytes of keccak256 of the public key's two coordinates."""
    public = coincurve.PrivateKey(private_key).public_key.format(compressed=False)
    return keccak256(public[1:])[12:]


def checksum_address(address: bytes) -> str:
    """The address as text, its letters' case carrying a checksum (EIP-55)."""
    text = address.hex()
    digest = keccak256(text.encode("ascii")).hex()
    letters = (c.upper() if int(d, 16) >= 8 else c for c, d in zip(text, digest, strict=False))
    return "0x" + "".join(letters)


def keccak256(content: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it, which is not SHA3-256."""
    digest: bytes = sha3.keccak_256(content).digest()
    return digest
