"""Orders of one market that wait for a price (ORD-1), in the order in which they would fire."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import final

from bellwether.book.order import Order
from bellwether.schema import codes


def fires_on_rise(order: Order) -> bool:
    """Stops of buys and profits of sells fire when the price rises to them."""
    is_stop = order.trigger == codes.STOP_MARKET or order.trigger == codes.STOP_LIMIT
    return is_stop == order.is_buy


@final
class TriggerBook:
    """`rising` and `falling` hold (trigger price, order id), ascending."""

    __slots__ = ("falling", "orders", "rising")

    def __init__(self) -> None:
        self.rising: list[tuple[int, int]] = []
        self.falling: list[tuple[int, int]] = []
        self.orders: dict[int, Order] = {}

    def insert(self, order: Order) -> None:
        """Lets an order wait for its trigger price."""
        side = self.rising if fires_on_rise(order) else self.falling
        insort(side, (order.trigger_price, order.order_id))
        self.orders[order.order_id] = order

    def remove(self, order: Order) -> None:
        """Takes a waiting order out."""
        side = self.rising if fires_on_rise(order) else self.falling
        entry = (order.trigger_price, order.order_id)
        place = bisect_left(side, entry)
        assert side[place] == entry, "a waiting order is in its list"
        del side[place]
        del self.orders[order.order_id]

    def next_fired(self, price: int) -> int:
        """The id of the order that fires first at a price; 0 if none does."""
        if self.rising and self.rising[0][0] <= price:
            return self.rising[0][1]
        if self.falling and self.falling[-1][0] >= price:
            return self.falling[-1][1]
        return 0
