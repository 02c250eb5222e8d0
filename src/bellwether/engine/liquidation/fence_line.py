"""Fences of one kind in their order (LIQ-9): what one costs hardly grows with how many stand."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final, final

MOST: Final = 512
HALF: Final = 256
"""A block that grows beyond MOST is cut at HALF: a single list would move half of its fences for
each that comes or goes."""


@final
class FenceLine:
    """(limit, account number), ascending, in `blocks` of which none is empty; `lasts` are the last
    fence of each.
    """

    __slots__ = ("blocks", "lasts")

    def __init__(self) -> None:
        self.blocks: list[list[tuple[int, int]]] = []
        self.lasts: list[tuple[int, int]] = []

    def put(self, limit: int, number: int) -> None:
        """Adds a fence."""
        fence = (limit, number)
        blocks, lasts = self.blocks, self.lasts
        if not blocks:
            blocks.append([fence])
            lasts.append(fence)
            return
        place = bisect_left(lasts, fence)
        if place == len(lasts):
            place -= 1
        block = blocks[place]
        insort(block, fence)
        if len(block) > MOST:
            rest = block[HALF:]
            del block[HALF:]
            blocks.insert(place + 1, rest)
            lasts.insert(place, block[-1])
            place += 1
            block = rest
        lasts[place] = block[-1]

    def take(self, limit: int, number: int) -> None:
        """Takes away a fence as it was put."""
        fence = (limit, number)
        blocks, lasts = self.blocks, self.lasts
        place = bisect_left(lasts, fence)
        assert place < len(lasts), "a fence that is taken away stands"
        block = blocks[place]
        spot = bisect_left(block, fence)
        assert block[spot] == fence, "a fence that is taken away stands"
        del block[spot]
        if block:
            lasts[place] = block[-1]
        else:
            del blocks[place]
            del lasts[place]

    def collect(self, value: int, found: list[int]) -> None:
        """Adds to `found` the accounts whose limit lies below a value, the lowest limit first."""
        for block in self.blocks:
            for limit, number in block:
                if limit >= value:
                    return
                found.append(number)
