"""Ending and amending orders (ORD-1, ORD-6): by id, by client id, all at a time, in place."""

from __future__ import annotations

from typing import Final

from bellwether.book.order import Order
from bellwether.engine.admission import DAY_MS, admit
from bellwether.engine.entry import new_order
from bellwether.engine.handlers.order_refusals import closed_refusal, refusal, static_refusal
from bellwether.engine.handlers.orders import cut_to_reducible, order_of, place, refuse, take_whole
from bellwether.engine.orders import close, close_all, take_exposure, unlist
from bellwether.engine.protection.holding_back import submit
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.timers import SCHEDULED_CANCEL
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.engine.words import cancel_fields, modify_fields
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    CancelByClientId,
    CancelOrders,
    ModifyOrders,
    ModifyRequest,
    ScheduleCancel,
)
from bellwether.schema.events import (
    CancelScheduled,
    CommandRefused,
    OrderAmended,
    OrderClosed,
    OrderRefused,
    ScheduledCancelRan,
)
from bellwether.units.division import div_down
from bellwether.units.quantities import NS_PER_MS

LEAST_NOTICE_MS: Final = 5_000
SCHEDULED_CANCELS_A_DAY: Final = 10
LAST_MS: Final = 9_223_372_036_854
"""The last whole millisecond of a clock of 63 bits of nanoseconds, in the year 2262."""


def cancel_orders(turn: Turn, command: CancelOrders) -> None:
    """Cancels by order id; each entry succeeds or is refused alone."""
    signer, account_for, nonce, expires_after, cancels = cancel_fields(command)
    user = admit(turn, signer, account_for, nonce, expires_after, False)
    if user is None:
        return
    for asset, order_id in cancels:
        holding = user.holdings.get(asset)
        order = None if holding is None else holding.account.orders.get(order_id)
        _cancel(turn, user, order, asset)


def cancel_by_client_id(turn: Turn, command: CancelByClientId) -> None:
    """Cancels by client order id; each entry succeeds or is refused alone."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, False
    )
    if user is None:
        return
    for asset, client_order_id in command.cancels:
        holding = user.holdings.get(asset)
        order = None if holding is None else holding.account.client_ids.get(client_order_id)
        _cancel(turn, user, order, asset)


def _cancel(turn: Turn, user: User, order: Order | None, asset: int) -> None:
    if order is None or order.asset != asset:
        turn.emit(OrderRefused(rejects.ORDER_NOT_OPEN, user.address, asset))
        return
    close(turn, holder(order).account, order, codes.CANCELED)


def modify_orders(turn: Turn, command: ModifyOrders) -> None:
    """Replaces orders one after the other; a refused replacement leaves the order ended as asked.

    A smaller size at the same price keeps its place in the queue (ORD-1).
    """
    signer, account_for, nonce, expires_after, modifies, renew_id = modify_fields(command)
    user = admit(turn, signer, account_for, nonce, expires_after, False)
    if user is None:
        return
    if not modifies:
        turn.emit(CommandRefused(rejects.NO_ORDERS))
        return
    for request in modifies:
        _modify(turn, user, request, renew_id)


def _modify(turn: Turn, user: User, request: ModifyRequest, renew_id: bool) -> None:
    wanted = order_of(turn, request.order)
    asset = wanted.asset
    holding = user.holdings.get(asset)
    old: Order | None = None
    if holding is not None:
        client_order_id = request.client_order_id
        if client_order_id:
            old = holding.account.client_ids.get(client_order_id)
        else:
            old = holding.account.orders.get(request.order_id)
    if holding is None or old is None or old.asset != asset or old.waiting:
        turn.emit(OrderRefused(rejects.MODIFY_NOT_OPEN, user.address, asset))
        return
    wanted.owner = holding
    if old.is_position_tpsl:
        take_whole(holding, wanted)
    reason = static_refusal(holding.market, wanted)
    if reason == rejects.ACCEPTED:
        if _keeps_place(old, wanted):
            _shrink(turn, holding, old, wanted.lots, renew_id)
            return
        reason = closed_refusal(turn.venue, holding.market)
    if reason != rejects.ACCEPTED:
        refuse(turn, user, holding.market, request.order, reason)
        return
    if renew_id or old.trigger != codes.NO_TRIGGER or wanted.trigger != codes.NO_TRIGGER:
        close(turn, holding.account, old, codes.REPLACED)
        place(turn, user, request.order, old.is_position_tpsl, None)
        return
    _replace_in_name(turn, holding, old, wanted, request)


def _keeps_place(old: Order, wanted: Order) -> bool:
    return (
        old.level is not None
        and wanted.price == old.price
        and 0 < wanted.lots <= old.lots
        and wanted.is_buy == old.is_buy
        and wanted.trigger == codes.NO_TRIGGER
        and wanted.reduce_only == old.reduce_only
        and wanted.time_in_force == old.time_in_force
        and (not wanted.client_order_id or wanted.client_order_id == old.client_order_id)
    )


def _shrink(turn: Turn, holding: Holding, order: Order, lots: int, renew_id: bool) -> None:
    """The size goes down, or stays, at the same price: the order keeps its place in the queue."""
    market = holding.market
    account = holding.account
    less = order.lots - lots
    if less > 0:
        turn.touch(market)
        take_exposure(holding, order, less)
        market.book.reduce(order, less)
        order.original_lots -= less
    previous_id = order.order_id
    if renew_id:
        del account.orders[previous_id]
        order.order_id = new_order(turn.venue)
        account.orders[order.order_id] = order
        if order.children is not None:
            for child in order.children:
                child.parent_id = order.order_id
    turn.emit(
        OrderAmended(
            order.order_id,
            previous_id,
            account.user.address,
            order.asset,
            order.lots,
            order.client_order_id,
        )
    )


def _replace_in_name(
    turn: Turn, holding: Holding, old: Order, wanted: Order, request: ModifyRequest
) -> None:
    """Amends price or grows under the same id: it loses its place, but not its name.

    What the old order claims is given back first; if the new one is refused the old one is gone,
    as with a cancel and a new order.
    """
    account = holding.account
    unlist(turn, account, old)
    turn.emit(OrderClosed(old.order_id, account.user.address, old.asset, old.lots, codes.REPLACED))
    if not wanted.client_order_id:
        wanted.client_order_id = old.client_order_id
    reason = refusal(turn.venue, holding, wanted)
    if reason != rejects.ACCEPTED:
        refuse(turn, account.user, holding.market, request.order, reason)
        if old.children is not None:
            turn.ended_parents.append((account, old))
        return
    if wanted.reduce_only:
        cut_to_reducible(holding, wanted)
    wanted.order_id = old.order_id
    wanted.filled_lots = old.filled_lots
    wanted.children = old.children
    submit(turn, holding, wanted)


def schedule_cancel(turn: Turn, command: ScheduleCancel) -> None:
    """Sets or takes away the dead man's switch (ORD-1, ORD-6)."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, False
    )
    if user is None:
        return
    now_ms = div_down(turn.time_ns, NS_PER_MS)
    if command.time_ms:
        if command.time_ms < now_ms + LEAST_NOTICE_MS:
            turn.emit(CommandRefused(rejects.SCHEDULE_TOO_SOON, command.time_ms))
            return
        if command.time_ms > LAST_MS:
            turn.emit(CommandRefused(rejects.SCHEDULE_TOO_FAR, LAST_MS))
            return
        today = div_down(now_ms, DAY_MS)
        if user.cancels_day == today and user.cancels_today >= SCHEDULED_CANCELS_A_DAY:
            turn.emit(CommandRefused(rejects.SCHEDULE_LIMIT, SCHEDULED_CANCELS_A_DAY))
            return
    timers = turn.venue.timers
    if user.cancel_at_ms:
        timers.remove(user.cancel_at_ms * NS_PER_MS, SCHEDULED_CANCEL, user.number)
    if command.time_ms:
        timers.add(command.time_ms * NS_PER_MS, SCHEDULED_CANCEL, user.number)
    user.cancel_at_ms = command.time_ms
    turn.emit(CancelScheduled(user.address, command.time_ms))


def run_scheduled_cancel(turn: Turn, user: User) -> None:
    """Cancels everything: the switch that was set for now fires."""
    user.cancel_at_ms = 0
    turn.emit(ScheduledCancelRan(user.address, turn.time_ns))
    today = div_down(turn.time_ns, DAY_MS * NS_PER_MS)
    if user.cancels_day != today:
        user.cancels_day = today
        user.cancels_today = 0
    user.cancels_today += 1
    for account in list(user.accounts.values()):
        close_all(turn, account, codes.SCHEDULED_CANCEL, -1)
