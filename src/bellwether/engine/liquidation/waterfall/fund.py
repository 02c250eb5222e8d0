"""The insurance fund of a market (LIQ-5): it never pays more than it has."""

from __future__ import annotations

from bellwether.engine.fills import pay_from_scope
from bellwether.engine.liquidation.scope import purse, whole_equity
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.turn import Turn
from bellwether.schema.events import DeficitCovered, LiquidationFeePaid


def pay_from_fund(turn: Turn, holding: Holding, amount: int) -> None:
    """Gives a position's scope micro-USD that the fund has."""
    market = holding.market
    market.dex.ledger.move(market.losses.fund, purse(holding), amount)
    turn.note_move(holding.account)
    turn.emit(DeficitCovered(market.asset, holding.account.user.address, amount))


def pay_what_it_has(turn: Turn, holding: Holding) -> None:
    """Covers a negative equity as far as the fund goes."""
    deficit = -whole_equity(holding)
    fund = holding.market.losses.fund.balance
    amount = deficit if deficit < fund else fund
    if amount > 0:
        pay_from_fund(turn, holding, amount)


def cover_deficit(turn: Turn, holding: Holding) -> None:
    """What is left over when nobody else is left to bear it (LIQ-5): the fund's, then the venue's.

    The venue pays out of the fees it has collected, so that no customer owes or lacks anything.
    """
    pay_what_it_has(turn, holding)
    deficit = -whole_equity(holding)
    if deficit <= 0:
        return
    market = holding.market
    ledger = market.dex.ledger
    ledger.move(ledger.fees, purse(holding), deficit)
    turn.note_move(holding.account)
    turn.emit(DeficitCovered(market.asset, holding.account.user.address, deficit, True))


def take_liquidation_fee(turn: Turn, holding: Holding, amount: int) -> None:
    """Brings the fund its fee of a forced fill, which the account has been found to have."""
    if amount <= 0:
        return
    market = holding.market
    pay_from_scope(holding, market.losses.fund, amount)
    turn.emit(LiquidationFeePaid(market.asset, holding.account.user.address, amount))
