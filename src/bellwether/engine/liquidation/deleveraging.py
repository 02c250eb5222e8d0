"""What the book did not take (LIQ-4, LIQ-5): the best ranked of the other side, then the fund."""

from __future__ import annotations

from bellwether.engine.fills import fill
from bellwether.engine.liquidation.scope import equity_behind, zero_equity_price
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.formulas.deleveraging import ranked_close_lots
from bellwether.schema.events import AutoDeleveraged, DeficitCovered
from bellwether.units.division import div_down


def deleverage(turn: Turn, holding: Holding, previous_mark: int) -> None:
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


def cover_deficit(turn: Turn, holding: Holding) -> None:
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
