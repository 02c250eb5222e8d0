"""An accepted order enters its market, or is held back first where makers are protected (ORD-2)."""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.engine.entry import enter
from bellwether.engine.orders import announce, register
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import TAKER_RELEASE
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes


def submit(turn: Turn, holding: Holding, order: Order) -> None:
    """Lets an accepted order trade and rest, at once or when its wait is over."""
    market = holding.market
    if market.maker_protection_ns == 0 or not _would_take(market, order):
        enter(turn, holding, order)
        return
    venue = turn.venue
    announce(turn, holding.account, order)
    register(holding.account, holding, order)
    order.held_until_ns = turn.time_ns + market.maker_protection_ns
    venue.held_back[order.order_id] = order
    venue.timers.add(order.held_until_ns, TAKER_RELEASE, order.order_id)


def _would_take(market: Market, order: Order) -> bool:
    """Post-only orders never do, and nothing does in a call auction."""
    if order.time_in_force == codes.ALO or market.phase == codes.AUCTION:
        return False
    return market.book.crosses(order.is_buy, order.price)
