"""The nonces of one signer (§3.5 of the dialect): the hundred highest are remembered."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final, final

from bellwether.schema import rejects

REMEMBERED: Final = 100


@final
class NonceWindow:
    """Ascending nonces. Below the hundredth highest, used and unused can not be told apart."""

    __slots__ = ("highest", "seen")

    def __init__(self, seen: list[int]) -> None:
        self.seen: list[int] = seen
        self.highest: int = seen[-1] if seen else -1

    def refusal(self, nonce: int) -> int:
        """ACCEPTED, NONCE_DUPLICATE or NONCE_TOO_LOW; changes nothing."""
        if nonce > self.highest:
            return rejects.ACCEPTED
        seen = self.seen
        if nonce < self.floor():
            return rejects.NONCE_TOO_LOW
        place = bisect_left(seen, nonce)
        if place < len(seen) and seen[place] == nonce:
            return rejects.NONCE_DUPLICATE
        return rejects.ACCEPTED

    def floor(self) -> int:
        """What a new nonce must exceed, once a hundred are remembered; 0 before."""
        count = len(self.seen)
        return self.seen[count - REMEMBERED] if count >= REMEMBERED else 0

    def remembered(self) -> list[int]:
        """The nonces that count: at most the hundred highest."""
        return self.seen[-REMEMBERED:]

    def use(self, nonce: int) -> None:
        """Remembers an accepted nonce; those below the floor are dropped now and then."""
        seen = self.seen
        if nonce > self.highest:
            self.highest = nonce
            seen.append(nonce)
        else:
            insort(seen, nonce)
        if len(seen) >= 2 * REMEMBERED:
            self.seen = seen[-REMEMBERED:]
