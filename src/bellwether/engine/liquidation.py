"""The first liquidation (LIQ-1, LIQ-4, LIQ-6, LIQ-10): the book, then the opposite side.

An isolated position or a cross account whose equity at mark is below maintenance loses its orders,
then its positions go to the book as market orders as long as the book takes them at or above zero
equity; the rest is closed against the best ranked positions of the other side.
"""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.engine.entry import new_order
from bellwether.engine.fills import fill, settle_funding
from bellwether.engine.margin import covers_fill, cross_equity, cross_maintenance, fee
from bellwether.engine.matching import execute
from bellwether.engine.orders import announce, close, close_all, settle_children, settle_flattened
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding, holder
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.formulas.deleveraging import ranked_close_lots
from bellwether.schema import codes
from bellwether.schema.events import (
    AutoDeleveraged,
    DeficitCovered,
    LiquidationStarted,
    OrderClosed,
)
from bellwether.units.division import div_down, div_up


def liquidate_market(turn: Turn, market: Market, previous_mark: int) -> None:
    """Liquidates every holder of the market that a new mark has put below maintenance."""
    found: list[Holding] = []
    for holding in market.holders.values():
        if is_below(holding):
            found.append(holding)
    for holding in found:
        if holding.lots != 0 and is_below(holding):
            if holding.is_cross:
                _liquidate_account(turn, holding.account, market, previous_mark)
            else:
                close_all(turn, holding.account, codes.LIQUIDATED_CANCELED, market.asset)
                _liquidate(turn, holding, previous_mark)
                _cover_deficit(turn, holding)
        settle_children(turn)
        settle_flattened(turn)


def is_below(holding: Holding) -> bool:
    """Is the position's scope liquidatable: equity at mark below maintenance (LIQ-1)?"""
    if holding.is_cross:
        account = holding.account
        return cross_equity(account) < cross_maintenance(account)
    return holding.margin.balance + holding.worth() < holding.maintenance()


def equity_behind(holding: Holding) -> int:
    """The equity that answers for the position: its own, or the account's cross equity."""
    if holding.is_cross:
        return cross_equity(holding.account)
    return holding.margin.balance + holding.worth()


def zero_equity_price(holding: Holding) -> int:
    """The price at which closing the whole position leaves nothing, never less than nothing.

    Rounded in favour of the account; at least one atom.
    """
    size = holding.lots if holding.lots > 0 else -holding.lots
    equity = equity_behind(holding)
    mark = holding.market.mark_price
    if holding.lots > 0:
        price = div_up(size * mark - equity, size)
    else:
        price = div_down(size * mark + equity, size)
    return price if price > 0 else 1


def _liquidate_account(turn: Turn, account: Account, market: Market, previous_mark: int) -> None:
    """A cross account: all of its cross orders end, then the positions, largest first.

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
        if holding.lots != 0:
            before = previous_mark if asset == market.asset else holding.market.mark_price
            _liquidate(turn, holding, before)
    left = [holding for holding in account.held if holding.is_cross and holding.lots != 0]
    if not left:
        _cover_deficit(turn, account.user.holdings[market.asset])


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
            cross_maintenance(account) if holding.is_cross else holding.maintenance(),
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
        _deleverage(turn, holding, previous_mark)


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
        maker_fee = fee(notional, market.maker_fee_e9)
        if maker_account is holding.account or not covers_fill(
            maker_holding, maker.is_buy, lots, maker.price, maker_fee
        ):
            close(turn, maker_account, maker, codes.MARGIN_CANCELED)
            continue
        taker_fee = _affordable_fee(holding, lots, maker.price)
        execute(
            turn,
            holding,
            order,
            maker_holding,
            maker,
            lots,
            taker_fee,
            maker_fee,
            codes.LIQUIDATION_TRADE,
        )


def _affordable_fee(holding: Holding, lots: int, price: int) -> int:
    """The taker fee, but no more than closing everything at this price would leave."""
    market = holding.market
    wanted = fee(lots * price, market.taker_fee_e9)
    left = equity_behind(holding) + holding.lots * (price - market.mark_price)
    if left <= 0:
        return 0
    return wanted if wanted < left else left


def _deleverage(turn: Turn, holding: Holding, previous_mark: int) -> None:
    """Closes the rest against the other side, best ranked first (LIQ-4).

    At the previous mark, or at the zero-equity price where that would leave a deficit.
    """
    market = holding.market
    is_long = holding.lots > 0
    zero = zero_equity_price(holding)
    if is_long:
        price = previous_mark if previous_mark > zero else zero
    else:
        price = previous_mark if previous_mark < zero else zero
    size = holding.lots if is_long else -holding.lots
    for number, lots in ranked_close_lots(opposite_positions(market, holding), not is_long, size):
        if lots > 0:
            other = market.holders[number]
            _close_against(turn, holding, other, lots, _bearable_price(other, lots, price))
    assert holding.lots == 0, "the other side is as large as this one"
    # Who has been closed out may itself need looking at, though the mark stands still.
    market.recheck = True


def _bearable_price(other: Holding, lots: int, price: int) -> int:
    """The price at which `lots` of another position are closed: `price`, or what it can bear.

    Nobody is deleveraged below zero equity, and nobody at worse than the mark whose equity is gone.
    """
    mark = other.market.mark_price
    equity = equity_behind(other)
    room = div_down(equity, lots) if equity > 0 else 0
    if other.lots > 0:
        worst = mark - room
        return price if price > worst else worst
    worst = mark + room
    return price if price < worst else worst


def _cover_deficit(turn: Turn, holding: Holding) -> None:
    """What owner, book and other side could not bear is the insurance fund's (LIQ-5)."""
    account = holding.account
    deficit = -equity_behind(holding)
    if deficit <= 0:
        return
    ledger = holding.market.dex.ledger
    ledger.move(ledger.insurance, account.cash if holding.is_cross else holding.margin, deficit)
    turn.emit(DeficitCovered(holding.market.asset, account.user.address, deficit))


def opposite_positions(market: Market, holding: Holding) -> list[tuple[int, int, int, int]]:
    """(account number, lots, entry notional, equity) of all positions of the other side."""
    found: list[tuple[int, int, int, int]] = []
    for number, other in market.holders.items():
        if (other.lots > 0) == (holding.lots > 0):
            continue
        entry = other.cost if other.cost > 0 else -other.cost
        found.append((number, other.lots, entry if entry > 0 else 1, equity_behind(other)))
    return found


def _close_against(turn: Turn, holding: Holding, other: Holding, lots: int, price: int) -> None:
    market = holding.market
    is_buy = holding.lots < 0
    venue = turn.venue
    trade_id = venue.next_trade_id
    venue.next_trade_id = trade_id + 1
    start = holding.lots
    other_start = other.lots
    profit = fill(turn, holding, is_buy, lots, price, 0)
    other_profit = fill(turn, other, not is_buy, lots, price, 0)
    turn.emit(
        AutoDeleveraged(
            trade_id,
            market.asset,
            price,
            lots,
            is_buy,
            holding.account.user.address,
            other.account.user.address,
            start,
            other_start,
            profit,
            other_profit,
        )
    )
