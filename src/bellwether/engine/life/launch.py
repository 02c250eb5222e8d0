"""A market opens for trading (LIFE-2), out of a call auction where it has one.

In the auction orders gather, and at the launch all that cross trade at one price.
"""

from __future__ import annotations

from bellwether.book.clearing import clearing_price
from bellwether.book.order import Order
from bellwether.engine.entry import trade_and_rest
from bellwether.engine.fees.rates import refresh_rates
from bellwether.engine.life.phases import move
from bellwether.engine.margin import covers_fill, exceeds_owner_share, fee
from bellwether.engine.matching import consume, execute, is_linked
from bellwether.engine.orders import close, deregister, take_exposure
from bellwether.engine.pricing import publish_prices
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import (
    BUDGET_MINUTE,
    FUNDING_HOUR,
    FUNDING_SAMPLE,
    INDEX_UPDATE,
    ORACLE_UPDATE,
)
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes
from bellwether.schema.events import AuctionUncrossed
from bellwether.units.division import div_down
from bellwether.units.quantities import FINE, NS_PER_HOUR, NS_PER_MINUTE


def launch(turn: Turn, market: Market) -> None:
    """Opens trading at the initial reference, S = ref = mark, or where the auction cleared."""
    now = turn.time_ns
    was_auction = market.phase == codes.AUCTION
    market.launched_ns = now
    market.twap_since_ns = now
    market.funding_settled_ns = now
    market.prices.last_time_ns = now
    market.fed_ns = now
    move(turn, market, codes.PRE_LISTING)
    if was_auction:
        uncross(turn, market)
    publish_prices(turn, market)
    timers = turn.venue.timers
    timers.add(now + market.spec.oracle.interval_ns, ORACLE_UPDATE, market.asset)
    timers.add(now + market.spec.funding.sample_interval_ns, FUNDING_SAMPLE, market.asset)
    hour = (div_down(now, NS_PER_HOUR) + 1) * NS_PER_HOUR
    timers.add(hour, FUNDING_HOUR, market.asset)
    timers.add(now + NS_PER_MINUTE, BUDGET_MINUTE, market.asset)
    market.accrued_ns = now
    if market.spec.index is not None:
        market.index.computed_ns = now
        timers.add(now + market.spec.index.interval_ns, INDEX_UPDATE, market.asset)


def begin_auction(turn: Turn, market: Market) -> None:
    """Limit orders are taken from now on, and none of them trades before the launch."""
    if market.phase == codes.ANNOUNCED:
        move(turn, market, codes.AUCTION)


def uncross(turn: Turn, market: Market) -> None:
    """Trades what crosses at the clearing price, and opens there, inside the bounds.

    Both sides pay the maker's fee. Who no longer fits, or would trade with himself, is cancelled;
    what that leaves crossing trades one by one, as in an open market, and keeps its place.
    """
    price, _ = clearing_price(market.book, market.mark_price)
    traded = 0
    if price > 0:
        turn.touch(market)
        bids, asks = market.book.orders(True), market.book.orders(False)
        bid_at, ask_at = 0, 0
        while bid_at < len(bids) and ask_at < len(asks):
            bid, ask = bids[bid_at], asks[ask_at]
            if bid.price < price or ask.price > price:
                break
            if bid.level is not None and ask.level is not None:
                traded += _pair(turn, market, bid, ask, price)
            bid_at += bid.level is None
            ask_at += ask.level is None
        _open_at(market, price)
    turn.emit(AuctionUncrossed(market.asset, turn.time_ns, price if traded else 0, traded))
    while not market.book.is_uncrossed():
        _trade_on(turn, market)


def _open_at(market: Market, price: int) -> None:
    """Oracle, reference and mark begin where the auction cleared; an index keeps its own."""
    if market.rules.index is not None:
        return
    prices = market.prices
    fine = price * FINE
    low, high = prices.band_low_fine, prices.band_high_fine
    fine = low if fine < low else high if fine > high else fine
    prices.reference_fine = fine
    prices.oracle_fine = fine
    prices.mark_fine = fine
    prices.set_band(market.rules.oracle.band_e12)
    market.oracle_price = prices.oracle_atoms()
    market.fit_caps()
    market.mark_price = prices.mark_atoms()


def _pair(turn: Turn, market: Market, bid: Order, ask: Order, price: int) -> int:
    """Trades the oldest best bid with the oldest best ask; the lots traded, 0 if one was ended."""
    buyer, seller = holder(bid), holder(ask)
    linked = buyer.account.user.linked
    is_own = buyer is seller or (linked is not None and is_linked(ask, linked))
    if is_own and market.self_trade_prevention != codes.STP_ALLOW:
        close(turn, seller.account, ask, codes.SELF_TRADE_CANCELED)
        return 0
    lots = bid.lots if bid.lots < ask.lots else ask.lots
    refresh_rates(buyer)
    refresh_rates(seller)
    bought = fee(lots * price, buyer.maker_fee_e9) + fee(lots * price, bid.builder_e9)
    sold = fee(lots * price, seller.maker_fee_e9) + fee(lots * price, ask.builder_e9)
    if not covers_fill(buyer, True, lots, price, bought):
        close(turn, buyer.account, bid, codes.MARGIN_CANCELED)
        return 0
    if not covers_fill(seller, False, lots, price, sold):
        close(turn, seller.account, ask, codes.MARGIN_CANCELED)
        return 0
    if exceeds_owner_share(buyer, True, lots - buyer.reducible(True)):
        close(turn, buyer.account, bid, codes.OWNER_SHARE_CANCELED)
        return 0
    if exceeds_owner_share(seller, False, lots - seller.reducible(False)):
        close(turn, seller.account, ask, codes.OWNER_SHARE_CANCELED)
        return 0
    execute(turn, buyer, bid, seller, ask, lots, price, bought, sold, codes.NORMAL_TRADE)
    consume(turn, buyer, bid, lots)
    consume(turn, seller, ask, lots)
    return lots


def _trade_on(turn: Turn, market: Market) -> None:
    """The best bid meets the book as an order that has just come; what is left was there first."""
    bid = market.book.orders(True)[0]
    buyer: Holding = holder(bid)
    market.book.remove(bid)
    take_exposure(buyer, bid, bid.lots)
    deregister(buyer.account, buyer, bid)
    trade_and_rest(turn, buyer, bid)
    if bid.level is not None:
        bid.level.put_first(bid)
