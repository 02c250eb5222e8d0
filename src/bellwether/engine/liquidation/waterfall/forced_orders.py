"""Orders that the venue sends for a liquidated position (LIQ-2, LIQ-3, LIQ-6)."""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.engine.entry import new_order
from bellwether.engine.fees.rates import refresh_rates
from bellwether.engine.liquidation.scope import equity_behind, zero_equity_price
from bellwether.engine.liquidation.waterfall.closing import keep_margin, released_margin
from bellwether.engine.liquidation.waterfall.fund import pay_from_fund, take_liquidation_fee
from bellwether.engine.margin import covers_fill, exceeds_owner_share, fee
from bellwether.engine.matching import consume, execute
from bellwether.engine.orders import announce, close
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes
from bellwether.schema.events import OrderClosed
from bellwether.units.division import div_down, mul_div_down, mul_div_up
from bellwether.units.quantities import FRACTION_ONE


def book_takes(holding: Holding) -> bool:
    """Does the book take the position, or some of it, at zero equity or better?"""
    best = _best_price(holding)
    if best == 0:
        return False
    zero = zero_equity_price(holding)
    return best >= zero if holding.lots > 0 else best <= zero


def send(turn: Turn, holding: Holding, lots: int) -> None:
    """Sells or buys back so many lots of a position as the book takes at zero equity or better."""
    _send(turn, holding, lots, zero_equity_price(holding), False)


def send_covered(turn: Turn, holding: Holding) -> None:
    """The rest, at worse than zero equity: up to a limit from best price and mark, and only what
    the insurance fund can pay the difference for (LIQ-3, LIQ-5).

    The mark is there so that a lone order far away does not name the price that the fund pays.
    """
    market = holding.market
    best = _best_price(holding)
    if best == 0 or market.losses.fund.balance == 0:
        return
    mark = market.mark_price
    width = market.spec.losses.covered_e6
    if holding.lots > 0:
        nearest = best if best > mark else mark
        limit = mul_div_up(nearest, FRACTION_ONE - width, FRACTION_ONE)
        if best < limit:
            return
    else:
        nearest = best if best < mark else mark
        limit = mul_div_down(nearest, FRACTION_ONE + width, FRACTION_ONE)
        if best > limit:
            return
    size = holding.lots if holding.lots > 0 else -holding.lots
    _send(turn, holding, size, limit, True)


def _best_price(holding: Holding) -> int:
    book = holding.market.book
    return book.best_bid if holding.lots > 0 else book.best_ask


def _send(turn: Turn, holding: Holding, lots: int, limit: int, covered: bool) -> None:
    market = holding.market
    order = Order(
        new_order(turn.venue),
        holding,
        market.asset,
        holding.lots < 0,
        limit,
        lots,
        codes.LIQUIDATION_MARKET,
        True,
        b"",
        turn.time_ns,
    )
    announce(turn, holding.account, order)
    _sweep_book(turn, holding, order, covered)
    if order.lots > 0:
        turn.emit(
            OrderClosed(
                order.order_id,
                holding.account.user.address,
                market.asset,
                order.lots,
                codes.IOC_REMAINDER,
            )
        )


def _sweep_book(turn: Turn, holding: Holding, order: Order, covered: bool) -> None:
    """Fills while the next level would leave the whole rest at zero equity or better, or (covered)
    while the fund pays for what is missing. Fees take no more than what is left.
    """
    market = holding.market
    ladder = market.book.asks if order.is_buy else market.book.bids
    while order.lots > 0:
        level = ladder.best()
        if level is None:
            return
        zero = zero_equity_price(holding)
        limit = order.price if covered else zero
        if level.key < ladder.key_of(limit):
            return
        maker = level.head
        assert maker is not None, "a level holds orders"
        lots = _tradable_lots(turn, holding, order, maker)
        if lots == 0:
            continue
        if level.key < ladder.key_of(zero):
            lots = _paid_for(turn, holding, lots, maker.price, zero)
            if lots == 0:
                return
        _trade(turn, holding, order, maker, lots)


def _tradable_lots(turn: Turn, holding: Holding, order: Order, maker: Order) -> int:
    """How much the maker can trade; one that can not is ended, and 0."""
    maker_holding = holder(maker)
    maker_account = maker_holding.account
    lots = maker.lots if maker.lots < order.lots else order.lots
    if maker.reduce_only:
        reducible = maker_holding.reducible(maker.is_buy)
        if reducible == 0:
            close(turn, maker_account, maker, codes.REDUCE_ONLY_CANCELED)
            return 0
        if reducible < lots:
            lots = reducible
    maker_fee = _maker_fee(maker_holding, maker, lots)
    if maker_account is holding.account or not covers_fill(
        maker_holding, maker.is_buy, lots, maker.price, maker_fee
    ):
        close(turn, maker_account, maker, codes.MARGIN_CANCELED)
        return 0
    opening = lots - maker_holding.reducible(maker.is_buy)
    if exceeds_owner_share(maker_holding, maker.is_buy, opening):
        close(turn, maker_account, maker, codes.OWNER_SHARE_CANCELED)
        return 0
    return lots


def _paid_for(turn: Turn, holding: Holding, lots: int, price: int, zero: int) -> int:
    """So many of the lots as the fund can pay the way to zero equity for; it pays at once."""
    missing = zero - price if holding.lots > 0 else price - zero
    affordable = div_down(holding.market.losses.fund.balance, missing)
    if affordable < lots:
        lots = affordable
    if lots > 0:
        pay_from_fund(turn, holding, lots * missing)
    return lots


def _trade(turn: Turn, holding: Holding, order: Order, maker: Order, lots: int) -> None:
    market: Market = holding.market
    maker_holding = holder(maker)
    notional = lots * maker.price
    left = equity_behind(holding) + holding.lots * (maker.price - market.mark_price)
    if left < 0:
        left = 0
    if holding.rates_epoch != market.rates_epoch:
        refresh_rates(holding)
    taker_fee = _at_most(fee(notional, holding.taker_fee_e9), left)
    liquidation_fee = _at_most(fee(notional, market.spec.losses.fee_e9), left - taker_fee)
    released = released_margin(holding, lots, maker.price)
    execute(
        turn,
        holding,
        order,
        maker_holding,
        maker,
        lots,
        maker.price,
        taker_fee,
        _maker_fee(maker_holding, maker, lots),
        codes.LIQUIDATION_TRADE,
    )
    take_liquidation_fee(turn, holding, liquidation_fee)
    keep_margin(holding, released - taker_fee - liquidation_fee)
    consume(turn, maker_holding, maker, lots)
    order.lots -= lots
    market.losses.quiet_price = maker.price
    market.losses.quiet_until_ns = turn.time_ns + market.spec.liquidation_quiet_time_ns


def _maker_fee(maker_holding: Holding, maker: Order, lots: int) -> int:
    """What the maker pays, its builder's part included (ORD-7)."""
    if maker_holding.rates_epoch != maker_holding.market.rates_epoch:
        refresh_rates(maker_holding)
    notional = lots * maker.price
    return fee(notional, maker_holding.maker_fee_e9) + fee(notional, maker.builder_e9)


def _at_most(wanted: int, left: int) -> int:
    return wanted if wanted < left else left
