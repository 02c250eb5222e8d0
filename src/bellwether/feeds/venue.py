"""The venue as a feed sees it: acts go in, time and price decimals come out.

Who wires a feed brings the implementation along; it holds the key, which a feed never sees.

    VenueTrouble
    ├── VenueLost       nobody answers; what was sent may have arrived
    └── ActRefused      the venue's own words
        ├── NonceUsed       an act with this nonce has arrived before
        └── NonceForgotten  too many acts later nobody can say whether it has
"""

from __future__ import annotations

from typing import Any, Protocol


class VenueTrouble(Exception):
    """An act was not taken, or may not have been."""


class VenueLost(VenueTrouble):
    """Nobody answers at the venue's address."""


class ActRefused(VenueTrouble):
    """The venue has answered no."""


class NonceUsed(ActRefused):
    """The venue has seen this nonce."""


class NonceForgotten(ActRefused):
    """The nonce is below those that the venue remembers."""


class Venue(Protocol):
    """A running venue, reached over its public API."""

    async def operate(self, act: dict[str, Any], nonce: int | None = None) -> None:
        """Signs and sends an act, with a fresh nonce unless one is given. Raises VenueTrouble."""

    def new_nonce(self) -> int:
        """A nonce that no act has had."""

    async def time_ns(self) -> int:
        """The venue's own time. Raises VenueLost, ActRefused."""

    async def price_decimals(self, coin: str) -> int:
        """Decimals of a market's prices. Raises VenueLost, ActRefused if there is no market."""
