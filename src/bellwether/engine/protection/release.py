"""The wait of an order that was held back is over (ORD-2): it is looked at as if it came now."""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.engine.entry import entry_refusal, trade_and_rest
from bellwether.engine.handlers.order_refusals import (
    closed_refusal,
    may_hold,
    resting_only_refusal,
)
from bellwether.engine.handlers.orders import cut_to_reducible
from bellwether.engine.orders import unlist
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.venue import Venue
from bellwether.engine.triggering import status_of
from bellwether.schema import codes, rejects
from bellwether.schema.events import OrderClosed, OrderReleased


def release(turn: Turn, order_id: int) -> None:
    """Lets an order trade and rest, unless book, margin or market no longer take it."""
    order = turn.venue.held_back.pop(order_id)
    order.held_until_ns = 0
    holding = holder(order)
    account = holding.account
    unlist(turn, account, order)
    address = account.user.address
    turn.emit(OrderReleased(order_id, address, order.asset, turn.time_ns))
    if order.reduce_only:
        cut_to_reducible(holding, order)
    reason = _refusal(turn.venue, holding, order)
    if reason == rejects.ACCEPTED:
        trade_and_rest(turn, holding, order)
        return
    if order.children is not None:
        turn.ended_parents.append((account, order))
    nothing_there = (
        reason == rejects.NOTHING_TO_MATCH
        or reason == rejects.NO_LIQUIDITY
        or reason == rejects.NOT_FULLY_MATCHED
    )
    status = codes.IOC_REMAINDER if nothing_there else status_of(reason)
    turn.emit(OrderClosed(order.order_id, address, order.asset, order.lots, status))


def _refusal(venue: Venue, holding: Holding, order: Order) -> int:
    market = holding.market
    reason = closed_refusal(venue, market)
    if reason == rejects.ACCEPTED:
        reason = resting_only_refusal(venue, holding, order)
    if reason != rejects.ACCEPTED:
        return reason
    if market.is_restricted and not may_hold(holding, order):
        return rejects.NOT_ELIGIBLE
    return entry_refusal(holding, order)
