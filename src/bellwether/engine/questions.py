"""What may be asked of the state: pure reads for gateways, views of accounts and of solvency."""

from __future__ import annotations

from typing import final

from bellwether.engine.funding.hours import funding_rate
from bellwether.engine.handlers.accounts import withdrawable as _withdrawable
from bellwether.engine.margin import (
    claim,
    cross_equity,
    cross_initial,
    cross_maintenance,
    free_collateral,
)
from bellwether.engine.state.account import Account
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.units.division import div_down, div_up, mul_div_down
from bellwether.units.quantities import FEE_ONE, RATE_ONE

__all__ = ["cross_equity", "cross_maintenance", "free_collateral"]


def account_equity(account: Account) -> int:
    """Cross equity and the equity of all isolated positions, micro-USD (MARG-1)."""
    total = cross_equity(account)
    for holding in account.held:
        if not holding.is_cross and holding.lots != 0:
            total += holding.margin.balance + holding.worth()
    return total


def total_notional(account: Account) -> int:
    """Worth of all positions at mark."""
    return sum(holding.notional() for holding in account.held)


def cross_notional(account: Account) -> int:
    """Worth of all cross positions at mark."""
    return sum(h.notional() for h in account.held if h.is_cross)


def cross_margin_used(account: Account) -> int:
    """Initial margin of all cross positions."""
    return cross_initial(account)


def holding_margin_used(holding: Holding) -> int:
    """Initial margin of a cross position, the own equity of an isolated one."""
    if holding.is_cross or holding.lots == 0:
        return holding.initial()
    return holding.margin.balance + holding.worth()


def total_margin_used(account: Account) -> int:
    """What positions tie up: cross initial margin and isolated equity."""
    return sum(holding_margin_used(holding) for holding in account.held)


def holding_unrealized(holding: Holding) -> int:
    """Profit at mark without funding."""
    return holding.unrealized()


def holding_notional(holding: Holding) -> int:
    """Worth of the position at mark."""
    return holding.notional()


def holding_unsettled_funding(holding: Holding) -> int:
    """Funding received since the last change, rounded down (FUND-4)."""
    return holding.unsettled_funding()


def withdrawable(account: Account) -> int:
    """What could be withdrawn or transferred now (MARG-6)."""
    return _withdrawable(account)


def predicted_rate_e12(market: Market) -> int:
    """The hourly rate that the running samples give (FUND-6)."""
    return funding_rate(market)


def liquidation_price(account: Account, holding: Holding) -> int:
    """An estimate in price atoms, -1 where there is none: nothing else is taken to move.

    Where equity falls to maintenance at price p: E + L(p - m) = |L| p r - d, with the tier's rate r
    and deduction d at the present notional (LIQ-1, MARG-3).
    """
    lots = holding.lots
    if lots == 0:
        return -1
    market = holding.market
    if holding.is_cross:
        equity = cross_equity(account)
        others = cross_maintenance(account) - holding.maintenance()
    else:
        equity = holding.margin.balance + holding.worth()
        others = 0
    table = market.margin_table
    tier = table.tier(holding.notional())
    rate, unit = table.rates[tier], table.denominator
    size = lots if lots > 0 else -lots
    fixed = (lots * market.mark_price - equity + others) * unit - table.deductions[tier]
    slope = lots * unit - size * rate
    if slope == 0:
        return -1
    price = div_down(fixed, slope) if slope > 0 else div_up(-fixed, -slope)
    return price if price > 0 else -1


def max_trade_lots(account: Account, market: Market, is_buy: bool) -> int:
    """How many lots an order at mark could have (an estimate by margin alone)."""
    holding = account.user.holdings.get(market.asset)
    leverage = market.max_leverage if holding is None else holding.leverage
    free = free_collateral(account)
    reducible = 0 if holding is None else holding.reducible(is_buy)
    per_lot = market.initial_margin(market.mark_price * FEE_ONE, leverage)
    per_lot += market.mark_price * market.taker_fee_e9
    return mul_div_down(free, FEE_ONE, per_lot) + reducible


def order_claim(holding: Holding) -> int:
    """What the holding's position and orders claim of the cross equity."""
    return claim(holding, 0, 0, 0, 0)


@final
class Solvency:
    """IFACE-5, micro-USD; `difference` is what would be missing and is always 0.

    `accounts` holds the shares of fees that are set aside and not claimed, `pending` what waits to
    be paid out.
    """

    def __init__(self) -> None:
        self.deposits: int = 0
        self.withdrawals: int = 0
        self.accounts: int = 0
        self.pending: int = 0
        self.fees_paid: int = 0
        self.insurance_fund: int = 0
        self.rounding: int = 0
        self.difference: int = 0


def solvency(dex: Dex) -> Solvency:
    """What came in against what is owed, each summed up on its own (IFACE-5)."""
    ledger = dex.ledger
    books = Solvency()
    books.deposits = ledger.deposits
    books.withdrawals = ledger.withdrawals
    books.fees_paid = ledger.fees.balance
    books.accounts = ledger.shares.balance
    books.pending = ledger.pending.balance
    fractions = 0
    for account in dex.accounts:
        books.accounts += account.cash.balance
        for holding in account.held:
            books.accounts += holding.margin.balance + holding.worth()
            owed = -holding.lots * (holding.market.funding_index_e12 - holding.funding_index)
            fractions += owed - holding.unsettled_funding() * RATE_ONE
    for market in dex.markets:
        fractions += market.funding_remainder
        books.insurance_fund += market.losses.fund.balance
    books.rounding = ledger.rounding.balance + div_down(fractions, RATE_ONE)
    owed_to_all = books.accounts + books.pending + books.fees_paid
    owed_to_all += books.insurance_fund + books.rounding
    books.difference = books.deposits - books.withdrawals - owed_to_all
    return books
