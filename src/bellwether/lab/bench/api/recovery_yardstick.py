"""What recovering signers costs alone: the part of an order that nobody can do without."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from bellwether.gateway.hyperliquid import signing
from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.bench.api.signed_orders import account_key
from bellwether.node.founding.dev_keys import keccak256

_RECOVERY_S: Final = 1.0
_SIGNATURES: Final = 500


def recoveries_per_second(threads: int) -> float:
    """Signers recovered in so many threads of this process together."""
    wallet = Wallet(account_key(0))
    signed: list[tuple[bytes, bytes]] = []
    for number in range(_SIGNATURES):
        digest = keccak256(number.to_bytes(8, "big"))
        given = wallet.sign(digest)
        signed.append((digest, signing.signature_bytes(given["r"], given["s"], given["v"])))
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(_recovered, [signed] * threads))


def _recovered(signed: list[tuple[bytes, bytes]]) -> float:
    """A second."""
    done = 0
    began = time.perf_counter()
    while time.perf_counter() - began < _RECOVERY_S:
        for digest, signature in signed:
            signing.recover(digest, signature)
        done += len(signed)
    return done / (time.perf_counter() - began)
