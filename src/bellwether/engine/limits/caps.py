"""At the cap of open interest (MARG-7): nothing increases, and no price goes beyond the oracle."""

from __future__ import annotations

from bellwether.engine.state.dex import Dex
from bellwether.engine.state.market import Market
from bellwether.schema import rejects


def increase_refusal(market: Market, is_buy: bool, price: int, opening: int) -> int:
    """Why a market takes no order for `opening` lots more of open interest now, or ACCEPTED.

    They are taken to be new on both sides. Beyond the specification's cap no such order may rest.
    Beyond the manipulation budget's it may, and only not take: what rests makes the budget larger,
    and open interest grows by orders that take alone.
    """
    after = market.long_lots + opening
    if after > market.most_lots and (
        after > market.capped_lots or market.book.crosses(is_buy, price)
    ):
        return rejects.OPEN_INTEREST_CAPPED
    cap = market.dex_cap_e6
    if cap > 0 and dex_interest_e6(market.dex) + opening * market.oracle_price > cap:
        return rejects.DEX_INTEREST_CAPPED
    return rejects.ACCEPTED


def is_at_cap(market: Market) -> bool:
    """Does not one lot more fit under the specification's caps?

    The manipulation budget is not asked: it stops increases and nothing else.
    """
    if market.long_lots >= market.capped_lots:
        return True
    cap = market.dex_cap_e6
    return cap > 0 and dex_interest_e6(market.dex) + market.oracle_price > cap


def is_too_aggressive(market: Market, is_buy: bool, price: int) -> bool:
    """At the cap: does an order bid above the oracle, or offer below it?"""
    oracle = market.oracle_price
    return (price > oracle if is_buy else price < oracle) and is_at_cap(market)


def dex_interest_e6(dex: Dex) -> int:
    """Open interest of all markets of a dex, counted once, micro-USD at their oracles."""
    return sum([market.long_lots * market.oracle_price for market in dex.markets])
