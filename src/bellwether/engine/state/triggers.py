"""Orders of one market that wait for a price (ORD-1), in the order in which they would fire."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import final

from bellwether.book.order import Order
from bellwether.book.trailing import TrailingSide
from bellwether.schema import codes
from bellwether.units.quantities import FRACTION_ONE


def fires_on_rise(order: Order) -> bool:
    """Stops of buys and profits of sells fire when the price rises to them."""
    is_stop = order.trigger == codes.STOP_MARKET or order.trigger == codes.STOP_LIMIT
    return is_stop == order.is_buy


@final
class TriggerBook:
    """`rising` holds (trigger price, order id), `falling` (trigger price, -order id), ascending.

    So the first of `rising` and the last of `falling` fire first, and of equals the oldest.
    Trailing stops wait apart: those of buys, which fire on a rise, and those of sells.
    """

    __slots__ = ("falling", "orders", "rising", "trailing_buys", "trailing_sells")

    def __init__(self) -> None:
        self.rising: list[tuple[int, int]] = []
        self.falling: list[tuple[int, int]] = []
        self.trailing_buys: TrailingSide = TrailingSide(-1)
        self.trailing_sells: TrailingSide = TrailingSide(1)
        self.orders: dict[int, Order] = {}

    def insert(self, order: Order, price: int) -> None:
        """Lets an order wait for its trigger price, or follow from `price` on."""
        trail = order.trail
        if trail is not None:
            side = self.trailing_buys if order.is_buy else self.trailing_sells
            side.insert(order, trail, price)
        elif fires_on_rise(order):
            insort(self.rising, (order.trigger_price, order.order_id))
        else:
            insort(self.falling, (order.trigger_price, -order.order_id))
        self.orders[order.order_id] = order

    def remove(self, order: Order) -> None:
        """Takes a waiting order out; a trailing stop is left with the trigger that it had last."""
        del self.orders[order.order_id]
        trail = order.trail
        if trail is not None:
            side = self.trailing_buys if order.is_buy else self.trailing_sells
            order.trigger_price = side.trigger_price(trail)
            side.remove(order, trail)
            return
        rises = fires_on_rise(order)
        entries = self.rising if rises else self.falling
        entry = (order.trigger_price, order.order_id if rises else -order.order_id)
        place = bisect_left(entries, entry)
        assert entries[place] == entry, "a waiting order is in its list"
        del entries[place]

    def follow(self, price: int) -> None:
        """Lets trailing stops follow a new price."""
        self.trailing_buys.follow(price)
        self.trailing_sells.follow(price)

    def trigger_price(self, order: Order) -> int:
        """Where an order fires as things stand, price atoms."""
        trail = order.trail
        if trail is None or trail.group is None:
            return order.trigger_price
        side = self.trailing_buys if order.is_buy else self.trailing_sells
        return side.trigger_price(trail)

    def next_fired(self, price: int) -> int:
        """The id of the order that fires first at a price; 0 if none does."""
        trigger, order_id = self.trailing_buys.first(price)
        if self.rising and self.rising[0][0] <= price:
            plain, plain_id = self.rising[0]
            if order_id == 0 or (plain * FRACTION_ONE, plain_id) < (trigger, order_id):
                return plain_id
        if order_id != 0:
            return order_id
        trigger, order_id = self.trailing_sells.first(price)
        if self.falling and self.falling[-1][0] >= price:
            plain, negated_id = self.falling[-1]
            if order_id == 0 or (plain * FRACTION_ONE, negated_id) > (trigger, -order_id):
                return -negated_id
        return order_id
