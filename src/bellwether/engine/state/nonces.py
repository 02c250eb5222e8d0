"""The nonces of one signer (§3.5 of the dialect): the hundred highest are remembered."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final, final

from bellwether.schema import rejects

REMEMBERED: Final = 100


@final
class NonceWindow:
    """Ascending nonces; one below the lowest of a full window can no longer be told apart."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen: list[int] = []

    def refusal(self, nonce: int) -> int:
        """ACCEPTED, NONCE_DUPLICATE or NONCE_TOO_LOW; changes nothing."""
        seen = self.seen
        if not seen or nonce > seen[-1]:
            return rejects.ACCEPTED
        place = bisect_left(seen, nonce)
        if place < len(seen) and seen[place] == nonce:
            return rejects.NONCE_DUPLICATE
        if len(seen) == REMEMBERED and nonce < seen[0]:
            return rejects.NONCE_TOO_LOW
        return rejects.ACCEPTED

    def floor(self) -> int:
        """The lowest remembered nonce, 0 when there is none."""
        return self.seen[0] if self.seen else 0

    def use(self, nonce: int) -> None:
        """Remembers an accepted nonce and forgets the lowest of a full window."""
        seen = self.seen
        if not seen or nonce > seen[-1]:
            seen.append(nonce)
        else:
            insort(seen, nonce)
        if len(seen) > REMEMBERED:
            del seen[0]
