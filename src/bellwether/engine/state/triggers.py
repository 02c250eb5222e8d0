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
    """`rising` holds (trigger price, order id), `falling` (trigger price, -order id), ascending.

    So the first of `rising` and the last of `falling` fire first, and of equals the oldest.
    """

    __slots__ = ("falling", "orders", "rising")

    def __init__(self) -> None:
        self.rising: list[tuple[int, int]] = []
        self.falling: list[tuple[int, int]] = []
        self.orders: dict[int, Order] = {}

    def insert(self, order: Order) -> None:
        """Lets an order wait for its trigger price."""
        if fires_on_rise(order):
            insort(self.rising, (order.trigger_price, order.order_id))
        else:
            insort(self.falling, (order.trigger_price, -order.order_id))
        self.orders[order.order_id] = order

    def remove(self, order: Order) -> None:
        """Takes a waiting order out."""
        rises = fires_on_rise(order)
        side = self.rising if rises else self.falling
        entry = (order.trigger_price, order.order_id if rises else -order.order_id)
        place = bisect_left(side, entry)
        assert side[place] == entry, "a waiting order is in its list"
        del side[place]
        del self.orders[order.order_id]

    def next_fired(self, price: int) -> int:
        """The id of the order that fires first at a price; 0 if none does."""
        if self.rising and self.rising[0][0] <= price:
            return self.rising[0][1]
        if self.falling and self.falling[-1][0] >= price:
            return -self.falling[-1][1]
        return 0
