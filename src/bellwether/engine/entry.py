"""How an accepted order enters the market: it matches, then rests, or ends (ORD-1)."""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.engine.limits.caps import increase_refusal, is_too_aggressive
from bellwether.engine.margin import covers_new_risk, covers_order, exceeds_owner_share
from bellwether.engine.matching import (
    STOPS_FOR_MARGIN,
    STOPS_FOR_OWNER,
    STOPS_FOR_SELF_TRADE,
    match,
)
from bellwether.engine.orders import announce, register, rest
from bellwether.engine.rehearsal.rehearsal import would_fill
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.venue import Venue
from bellwether.schema import codes, rejects
from bellwether.schema.events import OrderClosed
from bellwether.units.division import mul_div_down, mul_div_up
from bellwether.units.quantities import FINE, FRACTION_ONE
from bellwether.units.tick import price_on_tick_down, price_on_tick_up


def entry_refusal(holding: Holding, order: Order) -> int:
    """The refusal that depends on the book and the account's margin, or ACCEPTED (MARG-4, ORD-1).

    All-or-nothing means of a reduce-only order all that it can reduce.
    """
    if order.reduce_only:
        return _reducing_refusal(holding, order)
    is_buy, price, lots = order.is_buy, order.price, order.lots
    reason = book_refusal(holding, is_buy, price, order.time_in_force)
    if reason != rejects.ACCEPTED:
        return reason
    opening = lots - holding.reducible(is_buy)
    if opening > 0:
        reason = limit_refusal(holding, is_buy, price, lots, opening)
        if reason != rejects.ACCEPTED:
            return reason
        if not covers_new_risk(holding, is_buy, opening, price):
            return rejects.INSUFFICIENT_MARGIN
    elif is_too_aggressive(holding.market, is_buy, price):
        return rejects.BEYOND_ORACLE_AT_CAP
    if not covers_order(holding, is_buy, lots, price):
        return rejects.INSUFFICIENT_MARGIN
    if order.time_in_force == codes.FOK and not would_fill(
        holding, is_buy, price, lots, False, order.builder_e9
    ):
        return rejects.NOT_FULLY_MATCHED
    return rejects.ACCEPTED


def _reducing_refusal(holding: Holding, order: Order) -> int:
    """The same of an order that can not add risk; it needs no margin."""
    is_buy, price = order.is_buy, order.price
    reducible = holding.reducible(is_buy)
    if reducible == 0:
        return rejects.REDUCE_ONLY_INCREASES
    reason = book_refusal(holding, is_buy, price, order.time_in_force)
    if reason != rejects.ACCEPTED:
        return reason
    if is_too_aggressive(holding.market, is_buy, price):
        return rejects.BEYOND_ORACLE_AT_CAP
    if order.time_in_force == codes.FOK:
        most = order.lots if order.lots < reducible else reducible
        if not would_fill(holding, is_buy, price, most, True, order.builder_e9):
            return rejects.NOT_FULLY_MATCHED
    return rejects.ACCEPTED


def book_refusal(holding: Holding, is_buy: bool, price: int, time_in_force: int) -> int:
    """What the opposite side of the book says to this time in force."""
    market = holding.market
    if market.awaits_ns > 0 and time_in_force != codes.ALO and market.book.crosses(is_buy, price):
        return rejects.PRICES_AWAITED
    if time_in_force == codes.GTC:
        return rejects.ACCEPTED
    crosses = market.book.crosses(is_buy, price)
    if time_in_force == codes.ALO:
        return rejects.POST_ONLY_CROSSES if crosses else rejects.ACCEPTED
    if not crosses:
        side_is_empty = (market.book.best_ask if is_buy else market.book.best_bid) == 0
        if side_is_empty and time_in_force == codes.FRONTEND_MARKET:
            return rejects.NO_LIQUIDITY
        return rejects.NOTHING_TO_MATCH
    return rejects.ACCEPTED


def price_within(market: Market, is_buy: bool, width_e6: int) -> int:
    """The furthest price on the tick that is not more than a share beyond the mark; 0 for none."""
    if is_buy:
        furthest = mul_div_down(market.mark_price, FRACTION_ONE + width_e6, FRACTION_ONE)
        return price_on_tick_down(furthest, market.size_decimals, market.tick_atoms)
    furthest = mul_div_up(market.mark_price, FRACTION_ONE - width_e6, FRACTION_ONE)
    return price_on_tick_up(furthest, market.size_decimals, market.tick_atoms)


def protect(market: Market, order: Order) -> None:
    """Keeps a market order within the market's protection, measured from the mark (INST-4)."""
    if market.market_protection_e6 == 0:
        return
    furthest = price_within(market, order.is_buy, market.market_protection_e6)
    if furthest > 0 and (order.price > furthest) == order.is_buy:
        order.price = furthest


def keep_at_oracle(market: Market, order: Order) -> None:
    """Keeps a market order on its side of the oracle at the cap of open interest (MARG-7)."""
    if is_too_aggressive(market, order.is_buy, order.price):
        order.price = price_at_oracle(market, order.is_buy)


def price_at_oracle(market: Market, is_buy: bool) -> int:
    """The price on the tick next to the oracle, not beyond it; an oracle below a tick stays one."""
    if is_buy:
        price = price_on_tick_down(market.oracle_price, market.size_decimals, market.tick_atoms)
        return price if price > 0 else market.oracle_price
    return price_on_tick_up(market.oracle_price, market.size_decimals, market.tick_atoms)


def limit_refusal(holding: Holding, is_buy: bool, price: int, lots: int, opening: int) -> int:
    """Caps on what opens risk: open interest of market and dex, the position with all open orders
    of this side filled, and the owner's part (MARG-7).
    """
    market = holding.market
    reason = increase_refusal(market, is_buy, price, opening)
    if reason != rejects.ACCEPTED:
        return reason
    limit = market.position_limit_lots
    if limit > 0:
        if is_buy:
            after = holding.lots + holding.buy_lots + lots
        else:
            after = -holding.lots + holding.sell_lots + lots
        if after > limit:
            return rejects.POSITION_LIMIT
    if exceeds_owner_share(holding, is_buy, opening):
        return rejects.OWNER_SHARE_REACHED
    return rejects.ACCEPTED


def outside_band(market: Market, price: int) -> bool:
    """Does the price lie outside the discovery band (PRICE-10)?"""
    fine = price * FINE
    return fine < market.prices.band_low_fine or fine > market.prices.band_high_fine


def new_order(venue: Venue) -> int:
    """The next order id."""
    order_id = venue.next_order_id
    venue.next_order_id = order_id + 1
    return order_id


def enter(turn: Turn, holding: Holding, order: Order) -> None:
    """Announces an order that was accepted and lets it trade and rest."""
    announce(turn, holding.account, order)
    trade_and_rest(turn, holding, order)


def trade_and_rest(turn: Turn, holding: Holding, order: Order) -> None:
    """Lets an announced order trade; what remains rests or ends, by its time in force."""
    account = holding.account
    gathers = holding.market.phase == codes.AUCTION
    if not gathers and holding.market.book.crosses(order.is_buy, order.price):
        stopped = match(turn, holding, order)
        if order.lots == 0:
            if order.children is not None:
                turn.ended_parents.append((account, order))
            return
        if stopped == STOPS_FOR_MARGIN:
            _end(turn, holding, order, codes.MARGIN_CANCELED)
            return
        if stopped == STOPS_FOR_SELF_TRADE:
            _end(turn, holding, order, codes.SELF_TRADE_CANCELED)
            return
        if stopped == STOPS_FOR_OWNER:
            _end(turn, holding, order, codes.OWNER_SHARE_CANCELED)
            return
    else:
        turn.touch(holding.market)
    if order.time_in_force != codes.GTC and order.time_in_force != codes.ALO:
        _end(turn, holding, order, codes.IOC_REMAINDER)
        return
    register(account, holding, order)
    rest(holding, order)


def _end(turn: Turn, holding: Holding, order: Order, status: int) -> None:
    if order.children is not None:
        turn.ended_parents.append((holding.account, order))
    turn.emit(
        OrderClosed(order.order_id, holding.account.user.address, order.asset, order.lots, status)
    )
