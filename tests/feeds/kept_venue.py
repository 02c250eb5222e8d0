"""Signed entries, and a venue that only keeps what it is sent."""

from __future__ import annotations

import json
from typing import Any

from bellwether.feeds.valuations.signature import sign
from bellwether.feeds.venue import ActRefused, NonceUsed, VenueTrouble
from bellwether.gateway.hyperliquid.wallet import Wallet

KEY = b"\x07" * 32
SIGNER = Wallet(KEY).hex_address
PLAIN: dict[str, Any] = {
    "id": "alpha-1",
    "source": "alpha",
    "coin": "ANTH",
    "kind": "secondary_trade",
    "value": "2100000000000",
    "unit": "valuation",
    "observedAt": "2026-05-01T00:00:00Z",
}


def entry(**changes: Any) -> dict[str, Any]:
    """Signed; a field that is None is left out."""
    content = {name: value for name, value in {**PLAIN, **changes}.items() if value is not None}
    return {**content, "signature": sign(content, KEY)}


def lines(*entries: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in entries)


class KeptVenue:
    """Takes acts, each nonce once. `troubles` are raised instead of taking an act, those of
    `after` once it is taken."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.nonces: set[int] = set()
        self.troubles: list[VenueTrouble] = []
        self.after: list[VenueTrouble] = []
        self.now_ns = 0
        self._nonce = 1_000

    async def operate(self, act: dict[str, Any], nonce: int | None = None) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        used = self.new_nonce() if nonce is None else nonce
        if used in self.nonces:
            raise NonceUsed("Invalid nonce: duplicate nonce")
        self.nonces.add(used)
        self.taken.append(act)
        if self.after:
            raise self.after.pop(0)

    def new_nonce(self) -> int:
        self._nonce += 1
        return self._nonce

    async def time_ns(self) -> int:
        return self.now_ns

    async def price_decimals(self, coin: str) -> int:
        if coin != "CBRS":
            raise ActRefused(f"there is no market {coin!r}")
        return 3
