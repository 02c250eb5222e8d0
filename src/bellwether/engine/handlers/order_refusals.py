"""Why an order is not taken: refusals in their order of precedence (ORD-4, ORD-5)."""

from __future__ import annotations

from typing import Final

from bellwether.book.order import Order
from bellwether.book.trailing import Trail
from bellwether.engine.entry import entry_refusal, keep_at_oracle, outside_band, protect
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.triggers import fires_on_rise
from bellwether.engine.state.venue import Venue
from bellwether.schema import codes, rejects
from bellwether.units.division import mul_div_down
from bellwether.units.quantities import FRACTION_ONE
from bellwether.units.tick import price_on_tick

BASE_OPEN_ORDERS: Final = 1_000
MOST_OPEN_ORDERS: Final = 5_000
VOLUME_PER_OPEN_ORDER_E6: Final = 5_000_000_000_000
FURTHEST_PERCENT: Final = 95


def closed_refusal(venue: Venue, market: Market) -> int:
    """Why a market takes no orders at all, its own reason before the venue's; or ACCEPTED."""
    if not market.is_trading() and market.phase != codes.AUCTION:
        return rejects.MARKET_NOT_TRADING
    if market.status == codes.HALTED:
        return rejects.TRADING_HALTED
    if market.status == codes.CANCEL_ONLY:
        return rejects.CANCEL_ONLY_NOW
    if venue.status == codes.CANCEL_ONLY:
        is_low = venue.status_cause == codes.DISK_LOW
        return rejects.DISK_LOW_NOW if is_low else rejects.DISK_STALLED_NOW
    return rejects.ACCEPTED


def resting_only_refusal(venue: Venue, holding: Holding, order: Order) -> int:
    """Why only orders that rest are taken, or ACCEPTED. Of a slow disk (LIFE-13) reducing ones are
    as well; and in a call auction nothing takes."""
    if order.time_in_force == codes.ALO:
        return rejects.ACCEPTED
    market = holding.market
    if market.status == codes.POST_ONLY or market.is_stale:
        return rejects.POST_ONLY_NOW
    is_slow = venue.status == codes.POST_ONLY and market.phase != codes.AUCTION
    if is_slow and not _reduces(holding, order):
        return rejects.DISK_SLOW_NOW
    return rejects.ACCEPTED


def static_refusal(market: Market, order: Order) -> int:
    """What is wrong with the order itself, whatever the state of book and account (ORD-4)."""
    lots = order.lots
    price = order.price
    if not codes.GTC <= order.time_in_force <= codes.FRONTEND_MARKET:
        return rejects.TIME_IN_FORCE_UNKNOWN
    if not codes.NO_TRIGGER <= order.trigger <= codes.TAKE_PROFIT_LIMIT:
        return rejects.TRIGGER_UNKNOWN
    if not codes.BY_MARK <= order.trigger_by <= codes.BY_LAST:
        return rejects.TRIGGER_BY_UNKNOWN
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
    if order.trigger_price != 0 or order.trigger_by != codes.BY_MARK:
        return rejects.TRAIL_INVALID
    if trail.e6 == 0:
        is_within = 0 < trail.atoms < market.mark_price
    else:
        is_within = trail.atoms == 0 and 0 < trail.e6 < FRACTION_ONE
    return rejects.ACCEPTED if is_within else rejects.TRAIL_INVALID


def refusal(venue: Venue, holding: Holding, order: Order) -> int:
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
        if order.trigger == codes.NO_TRIGGER:
            keep_at_oracle(market, order)
    reason = resting_only_refusal(venue, holding, order)
    if reason != rejects.ACCEPTED:
        return reason
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
    return entry_refusal(holding, order)


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


def child_refusal(holding: Holding, child: Order) -> int:
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
        price = market.watched_price(order.trigger_by)
        if fires_on_rise(order):
            if price >= trigger_price:
                return rejects.TRIGGER_PRICE_INVALID
        elif price <= trigger_price:
            return rejects.TRIGGER_PRICE_INVALID
    if order.reduce_only and holding.reducible(order.is_buy) == 0:
        return rejects.REDUCE_ONLY_INCREASES
    return rejects.ACCEPTED
