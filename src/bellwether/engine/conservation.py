"""What must hold at the edge of every command (law 4): always on, in tests and in production."""

from __future__ import annotations

from bellwether.engine.state.dex import Dex
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.schema import codes
from bellwether.units.quantities import RATE_ONE


def check_market(market: Market) -> None:
    """Positions sum to zero, profit is zero-sum at any mark, the book is not crossed."""
    assert market.long_lots == market.short_lots, "every long lot has a short lot"
    assert market.cost_total + market.clearing.balance == 0, "profit is zero-sum"
    gathers = market.phase == codes.AUCTION
    assert market.losses.fund.balance >= 0, "an insurance fund pays what it has"
    assert gathers or market.book.is_uncrossed(), "the best bid is below the best ask"


def audit(venue: Venue) -> None:
    """Recomputes everything from single accounts; O(accounts), for snapshots and tests."""
    for dex in venue.dexes:
        _audit_ledger(dex)
        _audit_pending(venue, dex)
        for market in dex.markets:
            check_market(market)
            _audit_market(market)


def _audit_ledger(dex: Dex) -> None:
    ledger = dex.ledger
    total = ledger.custody.balance + ledger.fees.balance
    total += ledger.rounding.balance + ledger.shares.balance + ledger.pending.balance
    rewards = 0
    for market in dex.markets:
        total += market.clearing.balance + market.funding_account.balance
        total += market.losses.fund.balance
    for account in dex.accounts:
        total += account.cash.balance
        rewards += account.reward_e6
        for holding in account.held:
            total += holding.margin.balance
            assert holding.lots != 0 or holding.margin.balance == 0, "a flat holding has no margin"
    assert total == 0, "postings sum to zero"
    assert rewards == ledger.shares.balance, "shares of fees are set aside for somebody"
    assert ledger.custody.balance == ledger.withdrawals - ledger.deposits, "custody is what came in"


def _audit_pending(venue: Venue, dex: Dex) -> None:
    pending = 0
    for withdrawal in venue.payouts.pending.values():
        if withdrawal.dex == dex.name:
            pending += withdrawal.amount_e6
    assert pending == dex.ledger.pending.balance, "pending is what withdrawals wait for"


def _audit_market(market: Market) -> None:
    longs = 0
    shorts = 0
    cost = 0
    unsettled = 0
    for account in market.dex.accounts:
        holding = account.user.holdings.get(market.asset)
        if holding is None:
            continue
        if holding.lots > 0:
            longs += holding.lots
        else:
            shorts -= holding.lots
        cost += holding.cost
        unsettled -= holding.lots * (market.funding_index_e12 - holding.funding_index)
        assert (holding.lots != 0) == (account.number in market.holders), "holders are who hold"
    assert longs == market.long_lots and shorts == market.short_lots, "lots add up"
    assert cost == market.cost_total, "costs add up"
    owned = market.funding_account.balance * RATE_ONE
    assert unsettled + market.funding_remainder == owned, "funding owed is funding held"
