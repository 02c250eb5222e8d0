"""Accounts, holdings and orders in a snapshot."""

from __future__ import annotations

from typing import Any

from bellwether.book.order import Order
from bellwether.book.trailing import Trail
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.venue import Venue
from bellwether.schema import codes


def dump_account(account: Account) -> list[Any]:
    return [
        account.user.address,
        account.dex.number,
        account.number,
        account.cash.balance,
        [_dump_holding(holding) for holding in account.held],
        [_dump_order(order) for order in account.orders.values()],
        account.reward_e6,
        account.claimed_e6,
    ]


def restore_account(venue: Venue, row: list[Any]) -> None:
    dex = venue.dexes[row[1]]
    account = dex.account(venue.users[row[0]])
    account.cash.balance = row[3]
    account.reward_e6 = row[6]
    account.claimed_e6 = row[7]
    for holding in row[4]:
        _restore_holding(venue, account, holding)
    for packed in row[5]:
        order = _restore_order(account, packed)
        account.orders[order.order_id] = order
        if order.client_order_id:
            account.client_ids[order.client_order_id] = order
        if order.held_until_ns > 0:
            venue.held_back[order.order_id] = order
        market = venue.markets[order.asset]
        if order.trigger != codes.NO_TRIGGER and not order.waiting:
            market.triggers.insert(order, market.mark_price)
    for packed in row[5]:
        if packed[14]:
            parent = account.orders[packed[0]]
            parent.children = [account.orders[child] for child in packed[14]]


def _dump_holding(holding: Holding) -> list[Any]:
    return [
        holding.market.asset,
        holding.is_cross,
        holding.leverage,
        holding.lots,
        holding.cost,
        holding.margin.balance,
        str(holding.funding_index),
        holding.funding_all_time,
        holding.funding_since_open,
        holding.funding_since_change,
        holding.buy_lots,
        holding.buy_value,
        holding.sell_lots,
        holding.sell_value,
        holding.open_orders,
        holding.position_tpsl,
        holding.stepped_ns,
    ]


def _restore_holding(venue: Venue, account: Account, row: list[Any]) -> None:
    holding = Holding(account, venue.markets[row[0]], row[1], row[2])
    holding.lots = row[3]
    holding.cost = row[4]
    holding.margin.balance = row[5]
    holding.funding_index = int(row[6])
    holding.funding_all_time = row[7]
    holding.funding_since_open = row[8]
    holding.funding_since_change = row[9]
    holding.buy_lots = row[10]
    holding.buy_value = row[11]
    holding.sell_lots = row[12]
    holding.sell_value = row[13]
    holding.open_orders = row[14]
    holding.position_tpsl = row[15]
    holding.stepped_ns = row[16]
    account.open(holding)


def _dump_order(order: Order) -> list[Any]:
    children = order.children
    return [
        order.order_id,
        order.asset,
        order.is_buy,
        order.price,
        order.lots,
        order.original_lots,
        order.time_in_force,
        order.reduce_only,
        order.client_order_id,
        order.placed_ns,
        order.trigger,
        order.trigger_price,
        order.is_position_tpsl,
        order.parent_id,
        [] if children is None else [child.order_id for child in children],
        order.waiting,
        children is not None,
        order.filled_lots,
        _dump_trail(order.trail),
        order.held_until_ns,
        order.trigger_by,
        order.builder,
        order.builder_e9,
    ]


def _dump_trail(trail: Trail | None) -> list[int]:
    """Distance and best price of a stop that follows; the rest of its place follows from them."""
    if trail is None:
        return []
    group = trail.group
    if group is None:
        return [trail.atoms, trail.e6, trail.best]
    return [trail.atoms, trail.e6, group.height if group.height > 0 else -group.height]


def _restore_order(account: Account, row: list[Any]) -> Order:
    owner = account.user.holdings[row[1]]
    order = Order(row[0], owner, row[1], row[2], row[3], row[4], row[6], row[7], row[8], row[9])
    order.original_lots = row[5]
    order.trigger = row[10]
    order.trigger_price = row[11]
    order.is_position_tpsl = row[12]
    order.parent_id = row[13]
    order.waiting = row[15]
    if row[16]:
        order.children = []
    order.filled_lots = row[17]
    if row[18]:
        order.trail = Trail(row[18][0], row[18][1])
        order.trail.best = row[18][2]
    order.held_until_ns = row[19]
    order.trigger_by = row[20]
    order.builder = row[21]
    order.builder_e9 = row[22]
    return order
