"""What new rules do to holdings and orders: positions stay, orders they forbid end."""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.engine.entry import outside_band
from bellwether.engine.orders import close
from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes
from bellwether.units.tick import price_on_tick


def fit_holdings(market: Market) -> None:
    """Who has nothing here begins anew under the new leverage and margin mode."""
    for account in market.dex.accounts:
        holding = account.user.holdings.get(market.asset)
        if holding is None or holding.lots != 0 or holding.open_orders > 0:
            continue
        if holding.leverage > market.max_leverage:
            holding.leverage = market.max_leverage
        if market.spec.margin_mode != codes.CROSS:
            holding.is_cross = False


def end_forbidden_orders(turn: Turn, market: Market) -> None:
    """Orders that could not be placed any more are cancelled, each with the reason."""
    for account in market.dex.accounts:
        for order in list(account.orders.values()):
            if order.asset != market.asset or order.order_id not in account.orders:
                continue
            status = _forbidden(market, account, order)
            if status != 0:
                close(turn, account, order, status)
        _keep_within_limit(turn, market, account)


def _forbidden(market: Market, account: Account, order: Order) -> int:
    """The status that the order ends with, 0 for none."""
    user = account.user
    if not order.reduce_only and not market.admits(user.jurisdiction, user.client_class):
        return codes.NOT_ELIGIBLE_CANCELED
    if not price_on_tick(order.price, market.size_decimals, market.tick_atoms):
        return codes.RULES_CHANGED_CANCELED
    # Where a trailing stop stands follows from the mark: nobody typed it, and it need not fit.
    is_typed = order.trigger != codes.NO_TRIGGER and order.trail is None
    if is_typed and not price_on_tick(order.trigger_price, market.size_decimals, market.tick_atoms):
        return codes.RULES_CHANGED_CANCELED
    if 0 < market.max_order_lots < order.lots:
        return codes.RULES_CHANGED_CANCELED
    if not order.reduce_only and order.price * order.original_lots < market.min_order_value_e6:
        return codes.RULES_CHANGED_CANCELED
    if market.reject_outside_band and outside_band(market, order.price):
        return codes.RULES_CHANGED_CANCELED
    return 0


def _keep_within_limit(turn: Turn, market: Market, account: Account) -> None:
    """The newest orders that could bring a position beyond its limit go first (MARG-7)."""
    limit = market.position_limit_lots
    holding = account.user.holdings.get(market.asset)
    if limit <= 0 or holding is None:
        return
    for order in reversed(list(account.orders.values())):
        if order.asset != market.asset or order.reduce_only or order.level is None:
            continue
        if order.is_buy:
            beyond = holding.buy_lots > 0 and holding.lots + holding.buy_lots > limit
        else:
            beyond = holding.sell_lots > 0 and -holding.lots + holding.sell_lots > limit
        if beyond:
            close(turn, account, order, codes.RULES_CHANGED_CANCELED)
