"""Placing orders (ORD-1 … ORD-6): single, grouped with a parent, or tied to a position."""

from __future__ import annotations

from typing import Final

from bellwether.book.order import Order
from bellwether.book.owner import NOBODY
from bellwether.book.trailing import Trail
from bellwether.engine.admission import admit
from bellwether.engine.entry import (
    may_enter,
    may_reduce,
    new_order,
    outside_band,
    protect,
)
from bellwether.engine.orders import announce, register
from bellwether.engine.protection.holding_back import submit
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.triggers import fires_on_rise
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.engine.words import order_fields, place_fields
from bellwether.schema import codes, rejects
from bellwether.schema.commands import OrderRequest, PlaceOrders
from bellwether.schema.events import CommandRefused, OrderEcho, OrderRefused
from bellwether.units.division import mul_div_down
from bellwether.units.quantities import FRACTION_ONE
from bellwether.units.tick import price_on_tick

BASE_OPEN_ORDERS: Final = 1_000
MOST_OPEN_ORDERS: Final = 5_000
VOLUME_PER_OPEN_ORDER_E6: Final = 5_000_000_000_000
FURTHEST_PERCENT: Final = 95


def place_orders(turn: Turn, command: PlaceOrders) -> None:
    """Carries out an action's orders one after the other; each is accepted or refused alone."""
    signer, account_for, nonce, expires_after, orders, grouping = place_fields(command)
    user = admit(turn, signer, account_for, nonce, expires_after, False)
    if user is None:
        return
    if not orders:
        turn.emit(CommandRefused(rejects.NO_ORDERS))
        return
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
    reason = closed_refusal(market)
    order.owner = holding
    order.is_position_tpsl = is_position_tpsl
    if reason == rejects.ACCEPTED:
        reason = refusal(holding, order)
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
        reason = _child_refusal(holding, child)
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
        closed = closed_refusal(market)
        reason = rejects.INSUFFICIENT_MARGIN if closed == rejects.ACCEPTED else closed
        _refuse_group(turn, user, market, request, children, reason)
        return None
    return account.holding(market)


def closed_refusal(market: Market) -> int:
    """Why a market takes no orders at all, or ACCEPTED."""
    if not market.is_trading() and market.phase != codes.AUCTION:
        return rejects.MARKET_NOT_TRADING
    if market.status == codes.HALTED:
        return rejects.TRADING_HALTED
    if market.status == codes.CANCEL_ONLY:
        return rejects.CANCEL_ONLY_NOW
    return rejects.ACCEPTED


def static_refusal(market: Market, order: Order) -> int:
    """What is wrong with the order itself, whatever the state of book and account (ORD-4)."""
    lots = order.lots
    price = order.price
    if not codes.GTC <= order.time_in_force <= codes.FRONTEND_MARKET:
        return rejects.TIME_IN_FORCE_UNKNOWN
    if not codes.NO_TRIGGER <= order.trigger <= codes.TAKE_PROFIT_LIMIT:
        return rejects.TRIGGER_UNKNOWN
    if lots == codes.UNREPRESENTABLE:
        return rejects.SIZE_INVALID
    if lots <= 0:
        return rejects.SIZE_ZERO
    if market.max_order_lots > 0 and lots > market.max_order_lots:
        return rejects.SIZE_TOO_LARGE
    if price == codes.UNREPRESENTABLE:
        return rejects.PRICE_OFF_TICK
    if price <= 0:
        return rejects.PRICE_INVALID
    if not price_on_tick(price, market.size_decimals, market.tick_atoms):
        return rejects.PRICE_OFF_TICK
    if order.trail is not None:
        reason = _trail_refusal(market, order, order.trail)
        if reason != rejects.ACCEPTED:
            return reason
    if order.trigger == codes.NO_TRIGGER:
        oracle = market.oracle_price
        away = price - oracle if price > oracle else oracle - price
        if away * 100 > oracle * FURTHEST_PERCENT:
            return rejects.PRICE_TOO_FAR
    if not order.reduce_only and price * lots < market.min_order_value_e6:
        return rejects.VALUE_TOO_SMALL
    return rejects.ACCEPTED


def _trail_refusal(market: Market, order: Order, trail: Trail) -> int:
    """A stop follows at one distance, in price atoms or as a share, and has no price of its own."""
    if order.trigger != codes.STOP_MARKET and order.trigger != codes.STOP_LIMIT:
        return rejects.TRAIL_INVALID
    if order.trigger_price != 0:
        return rejects.TRAIL_INVALID
    if trail.e6 == 0:
        is_within = 0 < trail.atoms < market.mark_price
    else:
        is_within = trail.atoms == 0 and 0 < trail.e6 < FRACTION_ONE
    return rejects.ACCEPTED if is_within else rejects.TRAIL_INVALID


def refusal(holding: Holding, order: Order) -> int:
    """The first refusal in the order of precedence, or ACCEPTED; changes nothing that stands.

    A market order that is to be protected gets its limit here.
    """
    market = holding.market
    reason = static_refusal(market, order)
    if reason != rejects.ACCEPTED:
        return reason
    if market.phase == codes.AUCTION and not _fits_auction(order):
        return rejects.AUCTION_TAKES_LIMITS
    if order.time_in_force == codes.FRONTEND_MARKET:
        protect(market, order)
    post_only = market.status == codes.POST_ONLY or market.is_stale
    if post_only and order.time_in_force != codes.ALO:
        return rejects.POST_ONLY_NOW
    if market.is_restricted and not may_hold(holding, order):
        return rejects.NOT_ELIGIBLE
    if not holding.account.user.has_accepted(market.disclosure_hash) and not _reduces(
        holding, order
    ):
        return rejects.DISCLOSURE_MISSING
    reason = _register_refusal(holding.account, order)
    if reason != rejects.ACCEPTED:
        return reason
    if order.trigger != codes.NO_TRIGGER:
        return _trigger_refusal(holding, order)
    if order.is_position_tpsl:
        return rejects.GROUPING_INVALID
    if market.reject_outside_band and outside_band(market, order.price):
        return rejects.OUTSIDE_BAND
    if order.reduce_only:
        return may_reduce(holding, order.is_buy, order.price, order.lots, order.time_in_force)
    return may_enter(holding, order.is_buy, order.price, order.lots, order.time_in_force)


def _fits_auction(order: Order) -> bool:
    """A call auction gathers orders that may rest (LIFE-2)."""
    is_plain = order.trigger == codes.NO_TRIGGER and not order.reduce_only
    return is_plain and order.time_in_force == codes.GTC


def may_hold(holding: Holding, order: Order) -> bool:
    """Is the account eligible here, or can the order do nothing but reduce (RULE-5)?"""
    user = holding.account.user
    return holding.market.admits(user.jurisdiction, user.client_class) or _reduces(holding, order)


def _reduces(holding: Holding, order: Order) -> bool:
    """Can the order do nothing but reduce?

    Together with what already rests on its side it may not be larger than the position.
    """
    if order.reduce_only:
        return True
    resting = holding.buy_lots if order.is_buy else holding.sell_lots
    is_plain = order.trigger == codes.NO_TRIGGER
    return is_plain and order.lots + resting <= holding.reducible(order.is_buy)


def _child_refusal(holding: Holding, child: Order) -> int:
    """What a parent's child is asked when it is placed; its trigger is looked at once it waits."""
    market = holding.market
    reason = static_refusal(market, child)
    if reason != rejects.ACCEPTED:
        return reason
    if child.trail is None and not price_on_tick(
        child.trigger_price, market.size_decimals, market.tick_atoms
    ):
        return rejects.TRIGGER_PRICE_INVALID
    return _register_refusal(holding.account, child)


def _register_refusal(account: Account, order: Order) -> int:
    """Is there no place for one more live order, or for one of this client id (ORD-4, ORD-6)?"""
    if order.client_order_id and order.client_order_id in account.client_ids:
        return rejects.CLIENT_ORDER_ID_IN_USE
    open_orders = len(account.orders)
    if open_orders >= BASE_OPEN_ORDERS and open_orders >= _open_order_limit(account):
        return rejects.TOO_MANY_OPEN_ORDERS
    return rejects.ACCEPTED


def _open_order_limit(account: Account) -> int:
    earned = mul_div_down(account.user.volume_e6, 1, VOLUME_PER_OPEN_ORDER_E6)
    limit = BASE_OPEN_ORDERS + earned
    return limit if limit < MOST_OPEN_ORDERS else MOST_OPEN_ORDERS


def _trigger_refusal(holding: Holding, order: Order) -> int:
    """A trigger needs a valid price that is not passed already, and, reduce-only, a position."""
    market = holding.market
    trigger_price = order.trigger_price
    if order.is_position_tpsl and not order.reduce_only:
        return rejects.GROUPING_INVALID
    if order.trail is None:
        if not price_on_tick(trigger_price, market.size_decimals, market.tick_atoms):
            return rejects.TRIGGER_PRICE_INVALID
        if fires_on_rise(order):
            if market.mark_price >= trigger_price:
                return rejects.TRIGGER_PRICE_INVALID
        elif market.mark_price <= trigger_price:
            return rejects.TRIGGER_PRICE_INVALID
    if order.reduce_only and holding.reducible(order.is_buy) == 0:
        return rejects.REDUCE_ONLY_INCREASES
    return rejects.ACCEPTED


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
        )
    best_bid = 0
    best_ask = 0
    if reason == rejects.POST_ONLY_CROSSES and market is not None:
        best_bid = market.book.best_bid
        best_ask = market.book.best_ask
    turn.emit(OrderRefused(reason, user.address, request.asset, echo, best_bid, best_ask))
