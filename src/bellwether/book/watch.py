"""Numbers that wait for a price to rise or fall to theirs, in the order in which it gets there."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import final


@final
class PriceWatch:
    """`rising` holds (price atoms, number), `falling` (price atoms, -number), both ascending.

    So the first of `rising` and the last of `falling` are reached first, and of equals the lowest
    number, which is the oldest.
    """

    __slots__ = ("falling", "rising")

    def __init__(self) -> None:
        self.rising: list[tuple[int, int]] = []
        self.falling: list[tuple[int, int]] = []

    def add(self, price: int, number: int, on_rise: bool) -> None:
        """Lets a number wait."""
        if on_rise:
            insort(self.rising, (price, number))
        else:
            insort(self.falling, (price, -number))

    def drop(self, price: int, number: int, on_rise: bool) -> None:
        """Takes a number out that waits."""
        entries = self.rising if on_rise else self.falling
        entry = (price, number if on_rise else -number)
        place = bisect_left(entries, entry)
        assert entries[place] == entry, "what waits is in its list"
        del entries[place]

    def first(self, price: int) -> int:
        """The number that is reached first at a price; 0 for none."""
        if self.rising and self.rising[0][0] <= price:
            return self.rising[0][1]
        if self.falling and self.falling[-1][0] >= price:
            return -self.falling[-1][1]
        return 0

    def reached(self, low: int, high: int) -> list[int]:
        """All numbers that a price has reached which was as low and as high, the nearest first."""
        found: list[int] = []
        for price, number in self.rising:
            if price > high:
                break
            found.append(number)
        for price, negated in reversed(self.falling):
            if price < low:
                break
            found.append(-negated)
        return found
