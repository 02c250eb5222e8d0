"""The insurance fund of a market (LIQ-5), and the margin of a liquidated position.

The fund never pays more than it has.
"""

from __future__ import annotations

from bellwether.engine.fills import fill, pay_from_scope
from bellwether.engine.liquidation.scope import purse, whole_equity
from bellwether.engine.margin import isolated_release
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.turn import Turn
from bellwether.schema.events import DeficitCovered, LiquidationFeePaid


def released_margin(holding: Holding, lots: int, price: int) -> int:
    """What closing so many lots at a price lets go of an isolated margin, micro-USD (MARG-5)."""
    return 0 if holding.is_cross else isolated_release(holding, lots, price)[0]


def keep_margin(holding: Holding, released: int) -> None:
    """Puts back what a forced close let go: it answers for the rest until that is cured."""
    if holding.lots != 0 and not holding.is_cross:
        account = holding.account
        holding.market.dex.ledger.move(account.cash, holding.margin, released)


def close_by_force(turn: Turn, holding: Holding, lots: int, price: int) -> int:
    """Closes lots of a liquidated position without fee; the realised profit, micro-USD."""
    released = released_margin(holding, lots, price)
    profit = fill(turn, holding, holding.lots < 0, lots, price, 0)
    keep_margin(holding, released)
    return profit


def pay_from_fund(turn: Turn, holding: Holding, amount: int) -> None:
    """Gives a position's scope micro-USD that the fund has."""
    market = holding.market
    market.dex.ledger.move(market.losses.fund, purse(holding), amount)
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
    turn.emit(DeficitCovered(market.asset, holding.account.user.address, deficit, True))


def take_liquidation_fee(turn: Turn, holding: Holding, amount: int) -> None:
    """Brings the fund its fee of a forced fill, which the account has been found to have."""
    if amount <= 0:
        return
    market = holding.market
    pay_from_scope(holding, market.losses.fund, amount)
    turn.emit(LiquidationFeePaid(market.asset, holding.account.user.address, amount))
