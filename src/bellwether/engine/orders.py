"""Orders coming to life, resting and ending (ORD-1): the only place that touches the registers."""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.timers import TAKER_RELEASE
from bellwether.engine.state.turn import Turn
from bellwether.engine.twap.ending import end_twap
from bellwether.engine.words import order_closed, order_placed
from bellwether.schema import codes
from bellwether.schema.events import OrderActivated


def announce(turn: Turn, account: Account, order: Order) -> None:
    """Says that an order was accepted."""
    if order.trail is not None or order.trigger_by != codes.BY_MARK:
        _announce_watching(turn, account, order)
        return
    turn.emit(
        order_placed(
            order.order_id,
            account.user.address,
            order.asset,
            order.is_buy,
            order.price,
            order.lots,
            order.time_in_force,
            order.reduce_only,
            order.client_order_id,
            order.trigger,
            order.trigger_price,
            order.is_position_tpsl,
            order.parent_id,
            order.original_lots,
        )
    )


def _announce_watching(turn: Turn, account: Account, order: Order) -> None:
    """The same of a stop that follows the mark, with the trigger at which it begins, or of an order
    that watches another price.
    """
    trail = order.trail
    turn.emit(
        order_placed(
            order.order_id,
            account.user.address,
            order.asset,
            order.is_buy,
            order.price,
            order.lots,
            order.time_in_force,
            order.reduce_only,
            order.client_order_id,
            order.trigger,
            order.trigger_price,
            order.is_position_tpsl,
            order.parent_id,
            order.original_lots,
            0 if trail is None else trail.atoms,
            0 if trail is None else trail.e6,
            order.trigger_by,
        )
    )


def register(account: Account, holding: Holding, order: Order) -> None:
    """Lists a live order with its account."""
    account.orders[order.order_id] = order
    if order.client_order_id:
        account.client_ids[order.client_order_id] = order
    holding.open_orders += 1
    if order.is_position_tpsl:
        holding.position_tpsl += 1


def rest(holding: Holding, order: Order) -> None:
    """Puts a registered order into the book and counts its exposure, if it can add risk."""
    holding.market.book.insert(order)
    if not order.reduce_only:
        lots = order.lots
        if order.is_buy:
            holding.buy_lots += lots
            holding.buy_value += lots * order.price
        else:
            holding.sell_lots += lots
            holding.sell_value += lots * order.price


def take_exposure(holding: Holding, order: Order, lots: int) -> None:
    """Takes `lots` of a resting order off what its holding could come to hold."""
    if order.reduce_only:
        return
    if order.is_buy:
        holding.buy_lots -= lots
        holding.buy_value -= lots * order.price
    else:
        holding.sell_lots -= lots
        holding.sell_value -= lots * order.price


def close(turn: Turn, account: Account, order: Order, status: int) -> None:
    """Ends a live order wherever it waits, and says so."""
    unlist(turn, account, order)
    if order.children is not None:
        turn.ended_parents.append((account, order))
    turn.emit(order_closed(order.order_id, account.user.address, order.asset, order.lots, status))


def unlist(turn: Turn, account: Account, order: Order) -> None:
    """Takes a live order out of the book or the triggers and off the registers."""
    holding = holder(order)
    market = holding.market
    if order.level is not None:
        turn.touch(market)
        market.book.remove(order)
        take_exposure(holding, order, order.lots)
    elif order.trigger != codes.NO_TRIGGER and not order.waiting:
        market.triggers.remove(order)
    if order.held_until_ns > 0:
        timers = turn.venue.timers
        timers.remove(order.held_until_ns, TAKER_RELEASE, order.order_id)
        del turn.venue.held_back[order.order_id]
        order.held_until_ns = 0
    if order.waiting:
        parent = account.orders.get(order.parent_id)
        if parent is not None and parent.children is not None and order in parent.children:
            parent.children.remove(order)
    deregister(account, holding, order)


def deregister(account: Account, holding: Holding, order: Order) -> None:
    """Takes an order that is no longer in the book off its account's registers."""
    del account.orders[order.order_id]
    if order.client_order_id:
        del account.client_ids[order.client_order_id]
    holding.open_orders -= 1
    if order.is_position_tpsl:
        holding.position_tpsl -= 1


def close_all(turn: Turn, account: Account, status: int, asset: int) -> None:
    """Ends all live orders of an account, TWAP orders too, in one market or (asset -1) in all."""
    for order in list(account.orders.values()):
        if (asset < 0 or order.asset == asset) and order.order_id in account.orders:
            close(turn, account, order, status)
    for twap in list(account.twaps.values()):
        if asset < 0 or twap.holding.market.asset == asset:
            end_twap(turn, twap, status)


def settle_children(turn: Turn) -> None:
    """Lets children of filled parents wait for their triggers, and ends those of dead parents."""
    while turn.ended_parents:
        account, parent = turn.ended_parents.pop(0)
        filled = parent.filled_lots
        children = parent.children
        parent.children = None
        if children is None:
            continue
        for child in children:
            if child.order_id not in account.orders:
                continue
            if filled <= 0:
                close(turn, account, child, codes.CANCELED)
                continue
            child.waiting = False
            if filled < child.lots:
                child.lots = filled
            market = turn.venue.markets[child.asset]
            market.triggers.insert(child, market.mark_price)
            market.recheck = True
            if child.trigger_by == codes.BY_LAST and market.last_trade_price > 0:
                turn.show_trade(market, market.last_trade_price)
            turn.emit(OrderActivated(child.order_id, account.user.address, child.asset, child.lots))


def settle_flattened(turn: Turn) -> None:
    """Ends orders tied to a position that is gone (positionTpsl)."""
    while turn.flattened:
        holding = turn.flattened.pop()
        if holding.position_tpsl == 0:
            continue
        account = holding.account
        asset = holding.market.asset
        for order in list(account.orders.values()):
            if not order.is_position_tpsl or order.asset != asset:
                continue
            if holding.reducible(order.is_buy) == 0:
                close(turn, account, order, codes.SIBLING_FILLED_CANCELED)
