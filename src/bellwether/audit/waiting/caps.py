"""Caps of open interest, and what is priced beyond the oracle at them (MARG-7)."""

from __future__ import annotations

from bellwether.audit.arithmetic import tick_above, tick_below
from bellwether.audit.matching import Matching
from bellwether.audit.things import Market, Order


class Caps(Matching):
    """Of a market in money and in lots, and of a dex as a whole."""

    @staticmethod
    def longs(market: Market) -> int:
        """Open interest in lots, counted once."""
        return sum(p.lots for p in market.holders.values() if p.lots > 0)

    def is_capped(self, market: Market, more: int) -> bool:
        """Would so many lots more be beyond the market's caps, in money or in lots (MARG-7)?"""
        after, rules = self.longs(market) + more, market.rules
        by_worth = 0 < rules.open_interest_cap_e6 < after * market.oracle
        return by_worth or 0 < rules.open_interest_lots < after

    def is_beyond_budget(self, market: Market, is_buy: bool, price: int, more: int) -> bool:
        """Would an order that takes open more than the manipulation budget's cap (MARG-8)?"""
        after = (self.longs(market) + more) * market.oracle
        takes = self.crossed(market, is_buy, price) is not None
        return 0 <= market.budget_cap < after and takes

    def is_dex_capped(self, market: Market, more: int) -> bool:
        """The same of the dex, whose markets count together at their oracles."""
        cap = market.rules.dex_cap_e6
        markets = [self.markets[asset] for asset in self.dexes[market.dex].assets]
        total = sum(self.longs(each) * each.oracle for each in markets)
        return cap > 0 and total + more * market.oracle > cap

    def is_too_aggressive(self, market: Market, is_buy: bool, price: int) -> bool:
        """Where not one lot more fits, nobody bids above the oracle or offers below it (MARG-7)."""
        beyond = price > market.oracle if is_buy else price < market.oracle
        return beyond and (self.is_capped(market, 1) or self.is_dex_capped(market, 1))

    def keep_at_oracle(self, market: Market, order: Order) -> None:
        """A market order stays on its side of the oracle then."""
        if self.is_too_aggressive(market, order.is_buy, order.price):
            order.price = self.price_at_oracle(market, order.is_buy)

    @staticmethod
    def price_at_oracle(market: Market, is_buy: bool) -> int:
        """The price on the tick next to the oracle, not beyond it."""
        rules, oracle = market.rules, market.oracle
        if is_buy:
            return tick_below(oracle, rules.size_decimals, rules.tick_atoms) or oracle
        return tick_above(oracle, rules.size_decimals, rules.tick_atoms)
