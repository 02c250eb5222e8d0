"""A price level: the queue of the orders at one price, first come first served."""

from __future__ import annotations

from typing import final

from bellwether.book.order import Order


@final
class Level:
    """`key` is the price, negated for asks, so that the best level has the largest key.

    `lots` is the sum of the queue, `count` its length.
    """

    __slots__ = ("count", "head", "key", "lots", "price", "tail")

    def __init__(self, key: int, price: int) -> None:
        self.key: int = key
        self.price: int = price
        self.lots: int = 0
        self.count: int = 0
        self.head: Order | None = None
        self.tail: Order | None = None

    def append(self, order: Order) -> None:
        """Puts an order at the end of the queue."""
        order.level = self
        tail = self.tail
        order.previous = tail
        if tail is None:
            self.head = order
        else:
            tail.following = order
        self.tail = order
        self.lots += order.lots
        self.count += 1

    def put_first(self, order: Order) -> None:
        """Moves an order of this level to the head of the queue."""
        if order is self.head:
            return
        self.remove(order)
        order.level = self
        head = self.head
        assert head is not None, "an order that is not the head has one before it"
        order.following = head
        head.previous = order
        self.head = order
        self.lots += order.lots
        self.count += 1

    def remove(self, order: Order) -> None:
        """Takes an order of this level out of the queue."""
        before, after = order.previous, order.following
        if before is None:
            self.head = after
        else:
            before.following = after
        if after is None:
            self.tail = before
        else:
            after.previous = before
        order.previous = None
        order.following = None
        order.level = None
        self.lots -= order.lots
        self.count -= 1
