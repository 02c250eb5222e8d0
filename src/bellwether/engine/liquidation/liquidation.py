"""The first liquidation (LIQ-1, LIQ-4, LIQ-6, LIQ-10): the book, then the opposite side.

An isolated position or a cross account whose equity at mark is below maintenance loses its orders,
then its positions go to the book as market orders as long as the book takes them at or above zero
equity; what is left is for `deleveraging`.
"""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.engine.entry import new_order
from bellwether.engine.fees.rates import refresh_rates
from bellwether.engine.fills import settle_funding
from bellwether.engine.liquidation.deleveraging import cover_deficit, deleverage
from bellwether.engine.liquidation.scope import (
    equity_behind,
    maintenance_of,
    slack,
    zero_equity_price,
)
from bellwether.engine.liquidation.watch import fence_scope, take_candidates
from bellwether.engine.margin import covers_fill, exceeds_owner_share, fee
from bellwether.engine.matching import consume, execute
from bellwether.engine.orders import announce, close, close_all, settle_children, settle_flattened
from bellwether.engine.protection.fresh import is_spared
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes
from bellwether.schema.events import LiquidationStarted, OrderClosed


def liquidate_market(turn: Turn, market: Market, previous_mark: int) -> None:
    """Liquidates whoever mark or funding has put below maintenance, the lowest account first.

    An account with a position in a market that waits for fresh prices is looked at again (LIQ-10).
    """
    candidates = take_candidates(market)
    for holding in candidates:
        if holding.lots != 0 and slack(holding) < 0:
            if holding.is_cross and is_spared(holding.account, turn.time_ns):
                market.recheck = True
            elif holding.is_cross:
                _liquidate_account(turn, holding.account, market, previous_mark)
            else:
                close_all(turn, holding.account, codes.LIQUIDATED_CANCELED, market.asset)
                _liquidate(turn, holding, previous_mark)
                cover_deficit(turn, holding)
        settle_children(turn)
        settle_flattened(turn)
    for holding in candidates:
        fence_scope(holding)
        if holding.lots != 0 and slack(holding) < 0:
            holding.account.freshen()


def _liquidate_account(turn: Turn, account: Account, market: Market, previous_mark: int) -> None:
    """A cross account: its cross orders end, then its positions, largest first, until it is cured.

    Positions in markets that liquidate nobody now wait until they do (LIQ-10).
    """
    positions: list[tuple[int, int]] = []
    for holding in account.held:
        if not holding.is_cross:
            continue
        close_all(turn, account, codes.LIQUIDATED_CANCELED, holding.market.asset)
        if holding.lots != 0 and holding.market.liquidates():
            positions.append((-holding.notional(), holding.market.asset))
    positions.sort()
    for _, asset in positions:
        holding = account.user.holdings[asset]
        if holding.lots != 0 and slack(holding) < 0:
            before = previous_mark if asset == market.asset else holding.market.mark_price
            _liquidate(turn, holding, before)
    left = [holding for holding in account.held if holding.is_cross and holding.lots != 0]
    if not left:
        cover_deficit(turn, account.user.holdings[market.asset])


def _liquidate(turn: Turn, holding: Holding, previous_mark: int) -> None:
    """One position: to the book at zero equity or better, what is left to the other side."""
    market = holding.market
    account = holding.account
    turn.touch(market)
    settle_funding(turn, holding)
    venue = turn.venue
    liquidation_id = venue.next_liquidation_id
    venue.next_liquidation_id = liquidation_id + 1
    turn.emit(
        LiquidationStarted(
            market.asset,
            account.user.address,
            holding.lots,
            market.mark_price,
            equity_behind(holding),
            maintenance_of(holding),
            holding.is_cross,
            liquidation_id,
        )
    )
    is_buy = holding.lots < 0
    size = -holding.lots if is_buy else holding.lots
    order = Order(
        new_order(venue),
        holding,
        market.asset,
        is_buy,
        zero_equity_price(holding),
        size,
        codes.LIQUIDATION_MARKET,
        True,
        b"",
        turn.time_ns,
    )
    announce(turn, account, order)
    _sweep_book(turn, holding, order)
    if order.lots > 0:
        turn.emit(
            OrderClosed(
                order.order_id,
                account.user.address,
                market.asset,
                order.lots,
                codes.IOC_REMAINDER,
            )
        )
        deleverage(turn, holding, previous_mark)


def _sweep_book(turn: Turn, holding: Holding, order: Order) -> None:
    """Fills while the next level would leave the whole rest at zero equity or better.

    The fee takes no more than what is left.
    """
    market = holding.market
    ladder = market.book.asks if order.is_buy else market.book.bids
    while order.lots > 0:
        level = ladder.best()
        if level is None or level.key < ladder.key_of(zero_equity_price(holding)):
            return
        maker = level.head
        assert maker is not None, "a level holds orders"
        maker_holding = holder(maker)
        maker_account = maker_holding.account
        lots = maker.lots if maker.lots < order.lots else order.lots
        if maker.reduce_only:
            reducible = maker_holding.reducible(maker.is_buy)
            if reducible == 0:
                close(turn, maker_account, maker, codes.REDUCE_ONLY_CANCELED)
                continue
            if reducible < lots:
                lots = reducible
        notional = lots * maker.price
        if maker_holding.rates_epoch != market.rates_epoch:
            refresh_rates(maker_holding)
        maker_fee = fee(notional, maker_holding.maker_fee_e9) + fee(notional, maker.builder_e9)
        if maker_account is holding.account or not covers_fill(
            maker_holding, maker.is_buy, lots, maker.price, maker_fee
        ):
            close(turn, maker_account, maker, codes.MARGIN_CANCELED)
            continue
        opening = lots - maker_holding.reducible(maker.is_buy)
        if exceeds_owner_share(maker_holding, maker.is_buy, opening):
            close(turn, maker_account, maker, codes.OWNER_SHARE_CANCELED)
            continue
        if holding.rates_epoch != market.rates_epoch:
            refresh_rates(holding)
        taker_fee = _affordable_fee(holding, lots, maker.price)
        execute(
            turn,
            holding,
            order,
            maker_holding,
            maker,
            lots,
            maker.price,
            taker_fee,
            maker_fee,
            codes.LIQUIDATION_TRADE,
        )
        consume(turn, maker_holding, maker, lots)
        order.lots -= lots


def _affordable_fee(holding: Holding, lots: int, price: int) -> int:
    """The taker fee, but no more than closing everything at this price would leave."""
    market = holding.market
    wanted = fee(lots * price, holding.taker_fee_e9)
    left = equity_behind(holding) + holding.lots * (price - market.mark_price)
    if left <= 0:
        return 0
    return wanted if wanted < left else left
