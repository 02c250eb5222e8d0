"""Stop and take-profit orders that a new mark, index or trade sets off (ORD-1).

Mark and index move in the venue's updates, and fire there. Trades happen inside commands: orders by
the last trade fire at a command's end, where all of its orders have been matched.
"""

from __future__ import annotations

from typing import Final

from bellwether.book.order import Order
from bellwether.engine.entry import entry_refusal, keep_at_oracle, protect, trade_and_rest
from bellwether.engine.orders import close, settle_children, settle_flattened, unlist
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import holder
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import LAST_TRIGGERS
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.events import OrderClosed, OrderTriggered

MOST_AT_ONCE: Final = 100
"""Orders by the last trade that fire at the end of one command; the others follow by a timer."""


def fire_triggers(turn: Turn, market: Market) -> None:
    """Fires what the mark has reached, nearest trigger first, then the oldest."""
    if not _lets_fire(market):
        return
    while True:
        order_id = market.triggers.next_fired(market.mark_price)
        if order_id == 0:
            return
        _fire_one(turn, market, order_id, market.mark_price)


def fire_by_index(turn: Turn, market: Market) -> None:
    """Fires what the index has reached: the published oracle, or the synthetic index."""
    if not _lets_fire(market):
        return
    while True:
        order_id = market.triggers.by_index.first(market.oracle_price)
        if order_id == 0:
            return
        _fire_one(turn, market, order_id, market.oracle_price)


def fire_by_last(turn: Turn) -> None:
    """Fires what the command's trades have reached, and what the trades of these reach in turn.

    The lowest and the highest trade count, also where the last one lies between. Whoever is left
    after so many fires at the same time of the venue, before the next command.
    """
    left = MOST_AT_ONCE
    while turn.last_moved:
        market = turn.last_moved.pop(0)
        triggers = market.triggers
        triggers.collect_due()
        if not _lets_fire(market):
            continue
        while triggers.due and left > 0:
            _fire_one(turn, market, next(iter(triggers.due)), market.last_trade_price)
            triggers.collect_due()
            left -= 1
        timers = turn.venue.timers
        if triggers.due and not timers.has(turn.time_ns, LAST_TRIGGERS, market.asset):
            timers.add(turn.time_ns, LAST_TRIGGERS, market.asset)


def _lets_fire(market: Market) -> bool:
    return market.status == codes.OPEN and market.is_trading()


def _fire_one(turn: Turn, market: Market, order_id: int, price: int) -> None:
    order = market.triggers.orders[order_id]
    _fire(turn, market, holder(order).account, order, price)
    settle_children(turn)
    settle_flattened(turn)


def _fire(turn: Turn, market: Market, account: Account, order: Order, price: int) -> None:
    holding = account.user.holdings[market.asset]
    unlist(turn, account, order)
    is_market = order.trigger == codes.STOP_MARKET or order.trigger == codes.TAKE_PROFIT_MARKET
    order.time_in_force = codes.IOC if is_market else codes.GTC
    reducible = holding.reducible(order.is_buy)
    if order.is_position_tpsl:
        order.lots = reducible
        order.original_lots = reducible
    elif order.reduce_only and order.lots > reducible > 0:
        order.lots = reducible
    address = account.user.address
    turn.emit(
        OrderTriggered(
            order.order_id,
            address,
            market.asset,
            price,
            order.lots,
            order.trigger_price,
        )
    )
    _end_siblings(turn, account, order)
    if is_market:
        protect(market, order)
        keep_at_oracle(market, order)
    reason = entry_refusal(holding, order)
    if reason != rejects.ACCEPTED:
        status = status_of(reason)
        turn.emit(OrderClosed(order.order_id, address, market.asset, order.lots, status))
        return
    order.trigger = codes.NO_TRIGGER
    order.trigger_by = codes.BY_MARK
    order.trail = None
    trade_and_rest(turn, holding, order)


def status_of(reason: int) -> int:
    """The closing code of an order that is refused when it is to enter the market."""
    if reason == rejects.REDUCE_ONLY_INCREASES:
        return codes.REDUCE_ONLY_CANCELED
    if reason == rejects.INSUFFICIENT_MARGIN:
        return codes.MARGIN_CANCELED
    if reason == rejects.OPEN_INTEREST_CAPPED or reason == rejects.DEX_INTEREST_CAPPED:
        return codes.OPEN_INTEREST_CAP_CANCELED
    if reason == rejects.BEYOND_ORACLE_AT_CAP:
        return codes.OPEN_INTEREST_CAP_CANCELED
    if reason == rejects.OWNER_SHARE_REACHED:
        return codes.OWNER_SHARE_CANCELED
    return codes.TRIGGER_REFUSED


def _end_siblings(turn: Turn, account: Account, order: Order) -> None:
    """Of the children of one parent, the first that fires ends the others."""
    if order.parent_id == 0:
        return
    for other in list(account.orders.values()):
        if other.parent_id == order.parent_id and other is not order:
            close(turn, account, other, codes.SIBLING_FILLED_CANCELED)
