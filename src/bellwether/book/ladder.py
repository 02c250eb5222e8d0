"""One side of a book: its levels, kept sorted so that the best is always last."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import final

from bellwether.book.level import Level
from bellwether.book.order import Order


@final
class Ladder:
    """`sign` is +1 for bids and -1 for asks; `keys` are sign x price, ascending."""

    __slots__ = ("keys", "levels", "sign")

    def __init__(self, sign: int) -> None:
        self.sign: int = sign
        self.keys: list[int] = []
        self.levels: dict[int, Level] = {}

    def best(self) -> Level | None:
        """The best level, or None when the side is empty."""
        keys = self.keys
        if not keys:
            return None
        return self.levels[keys[-1]]

    def best_price(self) -> int:
        """Price atoms of the best level; 0 when the side is empty."""
        keys = self.keys
        if not keys:
            return 0
        return keys[-1] if self.sign > 0 else -keys[-1]

    def insert(self, order: Order) -> None:
        """Rests an order behind all others at its price."""
        key = self.key_of(order.price)
        level = self.levels.get(key)
        if level is None:
            level = Level(key, order.price)
            self.levels[key] = level
            insort(self.keys, key)
        level.append(order)

    def key_of(self, price: int) -> int:
        """The key that a level at this price has on this side."""
        return price if self.sign > 0 else -price

    def remove(self, order: Order) -> None:
        """Takes a resting order out, and its level with it where that is now empty."""
        level = order.level
        assert level is not None, "only a resting order is removed"
        level.remove(order)
        if level.head is None:
            key = level.key
            del self.levels[key]
            keys = self.keys
            if keys[-1] == key:
                keys.pop()
            else:
                del keys[bisect_left(keys, key)]

    def reduce(self, order: Order, lots: int) -> None:
        """Takes `lots` off a resting order, which keeps its place in the queue."""
        level = order.level
        assert level is not None, "only a resting order is reduced"
        assert 0 < lots < order.lots, "something of the order is left"
        order.lots -= lots
        level.lots -= lots
