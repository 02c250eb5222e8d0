"""Triggers that mark, index or last trade set off (ORD-1)."""

from __future__ import annotations

from bellwether.audit.matching import follow_mark
from bellwether.audit.orders import (
    CLOSING_CODES,
    MARKET_TRIGGERS,
    TRADING,
    Orders,
    firing_order,
    has_fired,
    rises,
    watched_price,
)
from bellwether.audit.things import Market, Order
from bellwether.schema import codes
from bellwether.schema.events import OrderClosed, OrderTriggered

MOST_AT_ONCE = 100


class Triggers(Orders):
    """Mark and index fire in the venue's updates, trades at the end of a command."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: list[Market] = []

    def fire_triggers(self, market: Market, trigger_by: int = codes.BY_MARK) -> None:
        """What mark or index has reached fires: rising before falling, nearest, then oldest."""
        if trigger_by == codes.BY_MARK:
            for order in market.triggers.values():
                follow_mark(order, market.mark)
        while self.lets_fire(market):
            price = watched_price(market, trigger_by)
            waiting = [o for o in market.triggers.values() if o.trigger_by == trigger_by]
            fired = [o for o in waiting if has_fired(o, price)]
            if not fired:
                return
            self.fire(market, min(fired, key=firing_order), price)
            self.settle_ends()

    @staticmethod
    def lets_fire(market: Market) -> bool:
        """Does anything fire in this market now?"""
        return market.status == codes.OPEN and market.phase in TRADING

    def show_trade(self, market: Market, price: int) -> None:
        """Orders that wait for the last trade see this one at the end of the command (ORD-1)."""
        if any(o.trigger_by == codes.BY_LAST for o in market.triggers.values()):
            market.unseen.append(price)
            if market not in self.moved:
                self.moved.append(market)

    def let_wait(self, market: Market, order: Order) -> None:
        """No trade from before an order waited counts for it."""
        if order.trigger_by == codes.BY_LAST:
            self.show_trades(market)
        super().let_wait(market, order)

    def show_trades(self, market: Market) -> None:
        """The lowest and the highest unseen trade are seen: who is reached is due."""
        unseen, market.unseen = market.unseen, []
        if not unseen:
            return
        reached = [
            order
            for order in market.triggers.values()
            if order.trigger_by == codes.BY_LAST
            and order.order_id not in market.due
            and has_fired(order, max(unseen) if rises(order) else min(unseen))
        ]
        market.due += [order.order_id for order in sorted(reached, key=firing_order)]

    def fire_by_last(self) -> None:
        """At the end of a command or timer; a hundred at once, the rest at the same time after."""
        left = MOST_AT_ONCE
        while self.moved:
            market = self.moved.pop(0)
            self.show_trades(market)
            if not self.lets_fire(market):
                continue
            while market.due and left > 0:
                self.fire(market, market.triggers[market.due[0]], market.last_trade)
                self.settle_ends()
                self.show_trades(market)
                left -= 1
            if market.due:
                self.fire_later(market)

    def fire_later(self, market: Market) -> None:
        """The rest of what is due fires before the next command."""

    def fire(self, market: Market, order: Order, seen: int) -> None:
        """A trigger becomes an IOC or a limit order, cut to what it may reduce."""
        self.unlist(order)
        is_market = order.trigger in MARKET_TRIGGERS
        order.time_in_force = codes.IOC if is_market else codes.GTC
        reducible = self.reducible(self.position_of(order), order.is_buy)
        if order.is_position_tpsl:
            order.lots = order.original = reducible
        elif order.reduce_only and reducible:
            order.lots = min(order.lots, reducible)
        price = order.trigger_price
        self.script.say(
            OrderTriggered(order.order_id, order.user, order.asset, seen, order.lots, price)
        )
        for other in self.live(self.users[order.user]):
            if order.parent_id and other.parent_id == order.parent_id:
                self.end(other, codes.SIBLING_FILLED_CANCELED)
        if is_market:
            self.protect(market, order)
            self.keep_at_oracle(market, order)
        reason = self.entry_refusal(order)
        if reason:
            status = CLOSING_CODES.get(reason, codes.TRIGGER_REFUSED)
            self.script.say(
                OrderClosed(order.order_id, order.user, order.asset, order.lots, status)
            )
            return
        order.trigger = codes.NO_TRIGGER
        order.trigger_by = codes.BY_MARK
        order.trail_atoms = order.trail_e6 = 0
        self.trade_and_rest(order)
