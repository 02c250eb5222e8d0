"""Placing orders (ORD-1 … ORD-6): single, grouped with a parent, or tied to a position."""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.book.owner import NOBODY
from bellwether.book.trailing import Trail
from bellwether.engine.admission import admit
from bellwether.engine.entry import (
    new_order,
)
from bellwether.engine.fees.claims import RATE_OF_A_TENTH_E9
from bellwether.engine.handlers.order_refusals import (
    child_refusal,
    closed_refusal,
    refusal,
)
from bellwether.engine.orders import announce, register
from bellwether.engine.protection.holding_back import submit
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.engine.words import order_fields, place_fields
from bellwether.schema import codes, rejects
from bellwether.schema.commands import OrderRequest, PlaceOrders
from bellwether.schema.events import CommandRefused, OrderEcho, OrderRefused


def place_orders(turn: Turn, command: PlaceOrders) -> None:
    """Carries out an action's orders one after the other; each is accepted or refused alone."""
    (
        signer,
        account_for,
        nonce,
        expires_after,
        orders,
        grouping,
        builder,
        builder_fee,
    ) = place_fields(command)
    user = admit(turn, signer, account_for, nonce, expires_after, False)
    if user is None:
        return
    if not orders:
        turn.emit(CommandRefused(rejects.NO_ORDERS))
        return
    turn.builder_e9 = 0
    if builder_fee > 0:
        most = user.builders.get(builder, 0)
        if 0 < most < builder_fee:
            turn.emit(CommandRefused(rejects.BUILDER_UNKNOWN))
            return
        # Who has approved nothing pays nothing, and trades all the same.
        if most > 0:
            turn.builder = builder
            turn.builder_e9 = builder_fee * RATE_OF_A_TENTH_E9
    if grouping == codes.UNGROUPED:
        for request in orders:
            place(turn, user, request, False, None)
    elif grouping == codes.POSITION_TPSL:
        for request in orders:
            place(turn, user, request, True, None)
    elif grouping == codes.NORMAL_TPSL:
        _place_group(turn, user, orders)
    else:
        turn.emit(CommandRefused(rejects.GROUPING_UNKNOWN, grouping))
    turn.builder_e9 = 0


def _place_group(turn: Turn, user: User, orders: tuple[OrderRequest, ...]) -> None:
    """A parent and its stop and profit orders, which wait until it is filled (normalTpsl)."""
    parent = orders[0]
    children = orders[1:]
    fit = parent.trigger == codes.NO_TRIGGER
    for child in children:
        if child.trigger == codes.NO_TRIGGER or not child.reduce_only:
            fit = False
        if child.is_buy == parent.is_buy or child.asset != parent.asset:
            fit = False
    if not fit:
        turn.emit(CommandRefused(rejects.GROUPING_INVALID))
        return
    place(turn, user, parent, False, children)


def place(
    turn: Turn,
    user: User,
    request: OrderRequest,
    is_position_tpsl: bool,
    children: tuple[OrderRequest, ...] | None,
) -> None:
    """One order: refused with a number, or accepted, and then nothing can fail any more."""
    order = order_of(turn, request)
    holding = user.holdings.get(order.asset)
    if holding is None:
        holding = _first_holding(turn, user, request, children)
        if holding is None:
            return
    market = holding.market
    account = holding.account
    reason = closed_refusal(turn.venue, market)
    order.owner = holding
    order.is_position_tpsl = is_position_tpsl
    if is_position_tpsl:
        take_whole(holding, order)
    if reason == rejects.ACCEPTED:
        reason = refusal(turn.venue, holding, order)
    if reason != rejects.ACCEPTED:
        _refuse_group(turn, user, market, request, children, reason)
        return
    order.order_id = new_order(turn.venue)
    if order.trigger != codes.NO_TRIGGER:
        market.triggers.insert(order, market.mark_price)
        order.trigger_price = market.triggers.trigger_price(order)
        announce(turn, account, order)
        register(account, holding, order)
        return
    if order.reduce_only:
        cut_to_reducible(holding, order)
    waiting: list[Order] = []
    if children is not None:
        order.children = waiting
    submit(turn, holding, order)
    if children is not None:
        _add_children(turn, holding, order, waiting, children)


def take_whole(holding: Holding, order: Order) -> None:
    """A trigger tied to a position without a size is for all of it, within the largest order.

    Where nothing can be reduced it asks for one lot, so that it is refused for that and not for its
    size (ORD-1).
    """
    if order.lots != 0 or order.trigger == codes.NO_TRIGGER:
        return
    lots = holding.reducible(order.is_buy)
    most = holding.market.max_order_lots
    if lots > most > 0:
        lots = most
    order.lots = lots if lots > 0 else 1
    order.original_lots = order.lots


def cut_to_reducible(holding: Holding, order: Order) -> None:
    """A reduce-only order is no larger than what it can reduce."""
    reducible = holding.reducible(order.is_buy)
    if order.lots > reducible:
        order.lots = reducible


def _add_children(
    turn: Turn,
    holding: Holding,
    parent: Order,
    waiting: list[Order],
    children: tuple[OrderRequest, ...],
) -> None:
    """Registers the children of a parent that has just been placed; they wait for its fill."""
    account = holding.account
    for request in children:
        child = order_of(turn, request)
        child.owner = holding
        reason = child_refusal(holding, child)
        if reason != rejects.ACCEPTED:
            refuse(turn, account.user, holding.market, request, reason)
            continue
        child.order_id = new_order(turn.venue)
        child.waiting = True
        child.parent_id = parent.order_id
        waiting.append(child)
        announce(turn, account, child)
        register(account, holding, child)


def order_of(turn: Turn, request: OrderRequest) -> Order:
    """The order that a request asks for: still nobody's, and without an id until accepted."""
    (
        asset,
        is_buy,
        price,
        lots,
        time_in_force,
        reduce_only,
        client_order_id,
        trigger,
        trigger_price,
        trail_atoms,
        trail_e6,
        trigger_by,
    ) = order_fields(request)
    order = Order(
        0,
        NOBODY,
        asset,
        is_buy,
        price,
        lots,
        time_in_force,
        reduce_only,
        client_order_id,
        turn.time_ns,
    )
    if trigger != codes.NO_TRIGGER:
        order.trigger = trigger
        order.trigger_price = trigger_price
        order.trigger_by = trigger_by
    if turn.builder_e9 > 0:
        order.builder = turn.builder
        order.builder_e9 = turn.builder_e9
    if trail_atoms != 0 or trail_e6 != 0:
        order.trail = Trail(trail_atoms, trail_e6)
    return order


def _first_holding(
    turn: Turn, user: User, request: OrderRequest, children: tuple[OrderRequest, ...] | None
) -> Holding | None:
    """Opens the user's holding in a market; None, and refusals, without market or account."""
    market = turn.venue.markets.get(request.asset)
    if market is None:
        _refuse_group(turn, user, None, request, children, rejects.MARKET_UNKNOWN)
        return None
    account = user.accounts.get(market.dex.number)
    if account is None:
        closed = closed_refusal(turn.venue, market)
        reason = rejects.INSUFFICIENT_MARGIN if closed == rejects.ACCEPTED else closed
        _refuse_group(turn, user, market, request, children, reason)
        return None
    return account.holding(market)


def _refuse_group(
    turn: Turn,
    user: User,
    market: Market | None,
    request: OrderRequest,
    children: tuple[OrderRequest, ...] | None,
    reason: int,
) -> None:
    """Refuses an order and, one answer each, those that were to be its children."""
    refuse(turn, user, market, request, reason)
    if children is not None:
        for child in children:
            refuse(turn, user, market, child, reason)


def refuse(
    turn: Turn, user: User, market: Market | None, request: OrderRequest, reason: int
) -> None:
    """Records a refusal; one with a client order id keeps what was asked for, to be looked up."""
    echo: OrderEcho | None = None
    if request.client_order_id and market is not None:
        echo = OrderEcho(
            new_order(turn.venue),
            request.is_buy,
            request.price,
            request.lots,
            request.time_in_force,
            request.reduce_only,
            request.client_order_id,
            request.trigger,
            request.trigger_price,
            request.trigger_by,
        )
    best_bid = 0
    best_ask = 0
    if reason == rejects.POST_ONLY_CROSSES and market is not None:
        best_bid = market.book.best_bid
        best_ask = market.book.best_ask
    turn.emit(OrderRefused(reason, user.address, request.asset, echo, best_bid, best_ask))
