"""TWAP orders at work (ORD-1): accepted, sent in sub-orders every 30 s, cancelled.

A sub-order is a market order within 3 % of the mark. What it misses, because the market is halted,
the book is thin or the margin does not cover it, later ones catch up on as far as they may.
"""

from __future__ import annotations

from typing import Final

from bellwether.book.order import Order
from bellwether.engine.admission import admit
from bellwether.engine.entry import (
    enter,
    entry_refusal,
    new_order,
    outside_band,
    price_at_oracle,
    price_within,
)
from bellwether.engine.handlers.order_refusals import (
    closed_refusal,
    may_hold,
    resting_only_refusal,
)
from bellwether.engine.handlers.orders import cut_to_reducible
from bellwether.engine.limits.caps import is_too_aggressive
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import TWAP_SLICE
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.user import User
from bellwether.engine.state.venue import Venue
from bellwether.engine.twap.ending import end_twap
from bellwether.engine.twap.schedule import (
    FEWEST_MINUTES,
    MOST_MINUTES,
    largest_slice,
    slice_count,
    target_lots,
)
from bellwether.engine.twap.state import Twap
from bellwether.schema import codes, rejects
from bellwether.schema.commands import CancelTwap, PlaceTwap
from bellwether.schema.events import OrderRefused, TradeExecuted, TwapSliceSent, TwapStarted
from bellwether.units.quantities import NS_PER_S
from bellwether.units.tick import price_on_tick

SLICE_NS: Final = 30 * NS_PER_S
SLIPPAGE_E6: Final = 30_000
MOST_TWAPS: Final = 20


def place_twap(turn: Turn, command: PlaceTwap) -> None:
    """Accepts a TWAP order and sends its first sub-order, or refuses it."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, False
    )
    if user is None:
        return
    venue = turn.venue
    market = venue.markets.get(command.asset)
    reason = rejects.MARKET_UNKNOWN
    if market is not None:
        reason = _refusal(venue, user, market, command)
    if market is None or reason != rejects.ACCEPTED:
        turn.emit(OrderRefused(reason, user.address, command.asset))
        return
    twap = Twap(
        venue.next_twap_id,
        user.accounts[market.dex.number].holding(market),
        command.is_buy,
        command.lots,
        command.reduce_only,
        command.minutes,
        command.randomize,
        turn.time_ns,
    )
    twap.trigger_price = command.trigger_price
    twap.trigger_above = command.trigger_above
    twap.stop_price = command.stop_price
    twap.is_waiting = command.trigger_price > 0
    venue.next_twap_id += 1
    venue.twaps[twap.twap_id] = twap
    twap.holding.account.twaps[twap.twap_id] = twap
    turn.emit(
        TwapStarted(
            twap.twap_id,
            user.address,
            command.asset,
            turn.time_ns,
            twap.is_buy,
            twap.lots,
            twap.reduce_only,
            twap.minutes,
            twap.randomize,
            twap.trigger_price,
            twap.trigger_above,
            twap.stop_price,
        )
    )
    if twap.is_waiting:
        twap.watch()
    else:
        begin(turn, twap)


def begin(turn: Turn, twap: Twap) -> None:
    """Sends the first sub-order; a stop price that the mark has reached already ends the order."""
    mark = twap.holding.market.mark_price
    twap.is_waiting = False
    twap.stop_above = twap.stop_price > mark
    twap.watch()
    if twap.stop_price == mark:
        end_twap(turn, twap, codes.TWAP_STOPPED)
    else:
        run_slice(turn, twap)


def _refusal(venue: Venue, user: User, market: Market, command: PlaceTwap) -> int:
    """The first refusal in the order of precedence, or ACCEPTED; changes nothing."""
    reason = closed_refusal(venue, market)
    if reason != rejects.ACCEPTED:
        return reason
    if venue.status == codes.POST_ONLY and not command.reduce_only:
        return rejects.DISK_SLOW_NOW
    if market.phase == codes.AUCTION:
        return rejects.AUCTION_TAKES_LIMITS
    if command.lots == codes.UNREPRESENTABLE:
        return rejects.SIZE_INVALID
    if command.lots <= 0:
        return rejects.SIZE_ZERO
    if not FEWEST_MINUTES <= command.minutes <= MOST_MINUTES:
        return rejects.TWAP_DURATION_INVALID
    least = market.min_order_value_e6 * command.minutes
    if not command.reduce_only and command.lots * market.mark_price < least:
        return rejects.TWAP_VALUE_TOO_SMALL
    if not _prices_fit(market, command):
        return rejects.TWAP_PRICE_INVALID
    account = user.accounts.get(market.dex.number)
    if account is None:
        return rejects.INSUFFICIENT_MARGIN
    if not command.reduce_only and not market.admits(user.jurisdiction, user.client_class):
        return rejects.NOT_ELIGIBLE
    if not command.reduce_only and not user.has_accepted(market.disclosure_hash):
        return rejects.DISCLOSURE_MISSING
    if len(account.twaps) >= MOST_TWAPS:
        return rejects.TOO_MANY_TWAPS
    if command.reduce_only:
        holding = user.holdings.get(market.asset)
        if holding is None or holding.reducible(command.is_buy) == 0:
            return rejects.REDUCE_ONLY_INCREASES
    return rejects.ACCEPTED


def _prices_fit(market: Market, command: PlaceTwap) -> bool:
    """A trigger or stop price is on the tick, and the mark is not there yet.

    What a waiting order would make of its stop price is seen when it begins.
    """
    mark = market.mark_price
    for price in (command.trigger_price, command.stop_price):
        if price != 0 and (
            price < 0 or not price_on_tick(price, market.size_decimals, market.tick_atoms)
        ):
            return False
    if command.trigger_price == 0:
        return command.stop_price != mark
    return mark < command.trigger_price if command.trigger_above else mark > command.trigger_price


def cancel_twap(turn: Turn, command: CancelTwap) -> None:
    """Ends a running TWAP order of the account."""
    user = admit(
        turn, command.signer, command.account_for, command.nonce, command.expires_after, False
    )
    if user is None:
        return
    holding = user.holdings.get(command.asset)
    twap = None if holding is None else holding.account.twaps.get(command.twap_id)
    if twap is None or twap.holding is not holding:
        turn.emit(OrderRefused(rejects.TWAP_NOT_RUNNING, user.address, command.asset))
        return
    end_twap(turn, twap, codes.CANCELED)


def run_slice(turn: Turn, twap: Twap) -> None:
    """Sends the sub-order that is due, and sets the timer of the next one or ends the order."""
    twap.next_ns = 0
    lots = _due_lots(twap)
    twap.sent += 1
    if lots > 0:
        _send(turn, twap, lots)
    if twap.executed_lots >= twap.lots:
        end_twap(turn, twap, codes.FILLED)
    elif twap.sent >= slice_count(twap.minutes):
        end_twap(turn, twap, codes.TWAP_OUT_OF_TIME)
    else:
        twap.next_ns = turn.time_ns + SLICE_NS
        turn.venue.timers.add(twap.next_ns, TWAP_SLICE, twap.twap_id)


def _due_lots(twap: Twap) -> int:
    """What is missing to the target, within what a sub-order may be."""
    target = target_lots(twap.twap_id, twap.lots, twap.minutes, twap.sent, twap.randomize)
    lots = target - twap.executed_lots
    largest = largest_slice(twap.lots, twap.minutes)
    most = twap.holding.market.max_order_lots
    if 0 < most < largest:
        largest = most
    return largest if lots > largest else lots


def _send(turn: Turn, twap: Twap, lots: int) -> None:
    """One sub-order meets the book, if the market and the account let it."""
    holding = twap.holding
    market = holding.market
    width = SLIPPAGE_E6
    if 0 < market.market_protection_e6 < width:
        width = market.market_protection_e6
    price = price_within(market, twap.is_buy, width)
    if is_too_aggressive(market, twap.is_buy, price):
        price = price_at_oracle(market, twap.is_buy)
    order = Order(
        0,
        holding,
        market.asset,
        twap.is_buy,
        price,
        lots,
        codes.TWAP_SLICE,
        twap.reduce_only,
        b"",
        turn.time_ns,
    )
    if twap.reduce_only:
        cut_to_reducible(holding, order)
    if price <= 0 or _slice_refusal(turn.venue, holding, order) != rejects.ACCEPTED:
        return
    order.order_id = new_order(turn.venue)
    order.original_lots = order.lots
    address = holding.account.user.address
    turn.emit(TwapSliceSent(twap.twap_id, address, market.asset, turn.time_ns, order.order_id))
    start = len(turn.events)
    enter(turn, holding, order)
    twap.executed_lots += order.filled_lots
    for event in turn.events[start:]:
        if isinstance(event, TradeExecuted) and event.taker_order_id == order.order_id:
            twap.executed_e6 += event.lots * event.price


def _slice_refusal(venue: Venue, holding: Holding, order: Order) -> int:
    """What stands against a sub-order now; it has no least value of its own."""
    market = holding.market
    reason = closed_refusal(venue, market)
    if reason == rejects.ACCEPTED:
        reason = resting_only_refusal(venue, holding, order)
    if reason != rejects.ACCEPTED:
        return reason
    if market.is_restricted and not may_hold(holding, order):
        return rejects.NOT_ELIGIBLE
    user = holding.account.user
    if not order.reduce_only and not user.has_accepted(market.disclosure_hash):
        return rejects.DISCLOSURE_MISSING
    if market.reject_outside_band and outside_band(market, order.price):
        return rejects.OUTSIDE_BAND
    return entry_refusal(holding, order)
