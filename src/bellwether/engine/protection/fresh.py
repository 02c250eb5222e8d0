"""Whether prices are fresh again after the venue was away (PRICE-20a)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema.events import PricesAwaited
from bellwether.units.quantities import NS_PER_MINUTE

PATIENCE_NS: Final = 2 * NS_PER_MINUTE
"""So long a cross account is spared for the sake of another market that waits: longer than a round
of any healthy feed. Then that market's held mark counts, as a halted one's does."""


def still_waits(turn: Turn, market: Market, target_fine: int) -> bool:
    """Does a market that waits have to wait on? Where fresh prices have come the wait is over.

    `target_fine` is the price from outside, -1 where there is none.
    """
    if not _is_fresh(turn, market, target_fine):
        return True
    market.awaits_ns = 0
    market.recheck = True
    turn.emit(PricesAwaited(market.asset, turn.time_ns, 0))
    return False


def _is_fresh(turn: Turn, market: Market, target_fine: int) -> bool:
    """By what the market's prices are made of.

    A price from outside must have been seen since. Where none is seen for as long as one may be
    old, there is a gap like any other, and the book stands in for it (PRICE-19). A synthetic index
    must have been computed since. The internal oracle knows the book alone, which can be left and
    joined from the first moment on: its first update is fresh.
    """
    now = turn.time_ns
    since = market.awaits_ns
    if now < since:
        return False
    if market.follows_external():
        if target_fine >= 0:
            return True
        if now < since + market.spec.conversion.external_max_age_ns:
            return False
    return market.rules.index is None or market.index.computed_ns >= since


def is_spared(account: Account, now: int) -> bool:
    """Does a cross account hold something in a market that waits, and not for too long already?"""
    for holding in account.held:
        if holding.is_cross and holding.lots != 0:
            since = holding.market.awaits_ns
            if since > 0 and now < since + PATIENCE_NS:
                return True
    return False
