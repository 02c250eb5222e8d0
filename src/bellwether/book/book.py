"""The order book of one market (ORD-2): two ladders, best price first, then first come."""

from __future__ import annotations

from typing import final

from bellwether.book.ladder import Ladder
from bellwether.book.order import Order


@final
class Book:
    """`version` counts changes, so that readers can keep what they computed from it."""

    __slots__ = ("asks", "bids", "version")

    def __init__(self) -> None:
        self.bids: Ladder = Ladder(1)
        self.asks: Ladder = Ladder(-1)
        self.version: int = 0

    @property
    def best_bid(self) -> int:
        """Price atoms; 0 when there are no bids."""
        return self.bids.best_price()

    @property
    def best_ask(self) -> int:
        """Price atoms; 0 when there are no asks."""
        return self.asks.best_price()

    def insert(self, order: Order) -> None:
        """Rests an order at the end of its level's queue."""
        self.version += 1
        if order.is_buy:
            self.bids.insert(order)
        else:
            self.asks.insert(order)

    def remove(self, order: Order) -> None:
        """Takes a resting order out of the book."""
        self.version += 1
        if order.is_buy:
            self.bids.remove(order)
        else:
            self.asks.remove(order)

    def reduce(self, order: Order, lots: int) -> None:
        """Takes `lots` off a resting order; it keeps its priority."""
        self.version += 1
        if order.is_buy:
            self.bids.reduce(order, lots)
        else:
            self.asks.reduce(order, lots)

    def crosses(self, is_buy: bool, price: int) -> bool:
        """Would an order at this limit meet a resting one?"""
        if is_buy:
            ask = self.asks.best_price()
            return ask != 0 and price >= ask
        bid = self.bids.best_price()
        return bid != 0 and price <= bid

    def is_uncrossed(self) -> bool:
        """True while the best bid is below the best ask, or a side is empty."""
        bids, asks = self.bids.keys, self.asks.keys
        return not bids or not asks or bids[-1] < -asks[-1]

    def levels(self, is_buy: bool, limit: int) -> list[tuple[int, int, int]]:
        """At most `limit` levels of a side, best first: price atoms, lots, number of orders."""
        ladder = self.bids if is_buy else self.asks
        found: list[tuple[int, int, int]] = []
        for key in reversed(ladder.keys):
            if len(found) == limit:
                break
            level = ladder.levels[key]
            found.append((level.price, level.lots, level.count))
        return found

    def depth(self, is_buy: bool, notional_e6: int) -> list[tuple[int, int]]:
        """Levels of a side, best first, until they are worth `notional_e6` micro-USD (PRICE-1)."""
        ladder = self.bids if is_buy else self.asks
        found: list[tuple[int, int]] = []
        worth = 0
        for key in reversed(ladder.keys):
            level = ladder.levels[key]
            found.append((level.price, level.lots))
            worth += level.price * level.lots
            if worth >= notional_e6:
                break
        return found

    def depth_to(self, is_buy: bool, price: int) -> list[tuple[int, int]]:
        """Levels of a side, best first, at a price or better: price atoms, lots."""
        ladder = self.bids if is_buy else self.asks
        limit = ladder.key_of(price)
        found: list[tuple[int, int]] = []
        for key in reversed(ladder.keys):
            if key < limit:
                break
            level = ladder.levels[key]
            found.append((level.price, level.lots))
        return found

    def orders(self, is_buy: bool) -> list[Order]:
        """Every resting order of a side in priority order."""
        ladder = self.bids if is_buy else self.asks
        found: list[Order] = []
        for key in reversed(ladder.keys):
            order = ladder.levels[key].head
            while order is not None:
                found.append(order)
                order = order.following
        return found
