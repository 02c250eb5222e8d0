"""Orders of one market that wait for a price (ORD-1), in the order in which they would fire."""

from __future__ import annotations

from typing import final

from bellwether.book.order import Order
from bellwether.book.trailing import TrailingSide
from bellwether.book.watch import PriceWatch
from bellwether.schema import codes
from bellwether.units.quantities import FRACTION_ONE


def fires_on_rise(order: Order) -> bool:
    """Stops of buys and profits of sells fire when the price rises to them."""
    is_stop = order.trigger == codes.STOP_MARKET or order.trigger == codes.STOP_LIMIT
    return is_stop == order.is_buy


@final
class TriggerBook:
    """Orders by the price that they watch: mark, index, or last trade.

    Trailing stops, by the mark alone, wait apart: those of buys, which fire on a rise, and those of
    sells. `waiting_for_last` counts the orders by the last trade. `last_low` and `last_high` are
    the lowest and highest trade (price atoms) that they have not been shown yet, 0 for none, and
    `due` the ids of those that a trade has reached and that have not fired yet, in that order.
    """

    __slots__ = (
        "by_index",
        "by_last",
        "by_mark",
        "due",
        "last_high",
        "last_low",
        "orders",
        "trailing_buys",
        "trailing_sells",
        "waiting_for_last",
    )

    def __init__(self) -> None:
        self.by_mark: PriceWatch = PriceWatch()
        self.by_index: PriceWatch = PriceWatch()
        self.by_last: PriceWatch = PriceWatch()
        self.waiting_for_last: int = 0
        self.due: dict[int, bool] = {}
        self.last_low: int = 0
        self.last_high: int = 0
        self.trailing_buys: TrailingSide = TrailingSide(-1)
        self.trailing_sells: TrailingSide = TrailingSide(1)
        self.orders: dict[int, Order] = {}

    def insert(self, order: Order, price: int) -> None:
        """Lets an order wait for its trigger price, or follow from the mark `price` on."""
        trail = order.trail
        if trail is not None:
            side = self.trailing_buys if order.is_buy else self.trailing_sells
            side.insert(order, trail, price)
        else:
            if order.trigger_by == codes.BY_LAST:
                # What has traded before an order waits is not shown to it.
                self.collect_due()
            watch = self._watch(order.trigger_by)
            watch.add(order.trigger_price, order.order_id, fires_on_rise(order))
            if order.trigger_by == codes.BY_LAST:
                self.waiting_for_last += 1
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
        watch = self._watch(order.trigger_by)
        watch.drop(order.trigger_price, order.order_id, fires_on_rise(order))
        if order.trigger_by == codes.BY_LAST:
            self.waiting_for_last -= 1
            self.due.pop(order.order_id, None)

    def follow(self, price: int) -> None:
        """Lets trailing stops follow a new price."""
        self.trailing_buys.follow(price)
        self.trailing_sells.follow(price)

    def traded(self, price: int) -> None:
        """A trade that orders by the last one are still to be shown."""
        if self.last_high == 0:
            self.last_low = price
            self.last_high = price
        elif price > self.last_high:
            self.last_high = price
        elif price < self.last_low:
            self.last_low = price

    def collect_due(self) -> None:
        """Shows the trades to the orders by the last one: those that are reached are due."""
        if self.last_high == 0:
            return
        for order_id in self.by_last.reached(self.last_low, self.last_high):
            self.due[order_id] = True
        self.last_low = 0
        self.last_high = 0

    def trigger_price(self, order: Order) -> int:
        """Where an order fires as things stand, price atoms."""
        trail = order.trail
        if trail is None or trail.group is None:
            return order.trigger_price
        side = self.trailing_buys if order.is_buy else self.trailing_sells
        return side.trigger_price(trail)

    def next_fired(self, price: int) -> int:
        """The id of the order that fires first at a mark; 0 if none does."""
        rising, falling = self.by_mark.rising, self.by_mark.falling
        trigger, order_id = self.trailing_buys.first(price)
        if rising and rising[0][0] <= price:
            plain, plain_id = rising[0]
            if order_id == 0 or (plain * FRACTION_ONE, plain_id) < (trigger, order_id):
                return plain_id
        if order_id != 0:
            return order_id
        trigger, order_id = self.trailing_sells.first(price)
        if falling and falling[-1][0] >= price:
            plain, negated_id = falling[-1]
            if order_id == 0 or (plain * FRACTION_ONE, negated_id) > (trigger, -order_id):
                return -negated_id
        return order_id

    def _watch(self, trigger_by: int) -> PriceWatch:
        if trigger_by == codes.BY_INDEX:
            return self.by_index
        return self.by_last if trigger_by == codes.BY_LAST else self.by_mark
