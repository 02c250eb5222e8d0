"""What answers for a position (LIQ-1): its own margin if isolated, else all cross equity."""

from __future__ import annotations

from bellwether.engine.margin import cross_equity, cross_maintenance
from bellwether.engine.state.holding import Holding
from bellwether.units.division import div_down, div_up


def equity_behind(holding: Holding) -> int:
    """The equity that answers for the position, micro-USD at mark."""
    if holding.is_cross:
        return cross_equity(holding.account)
    return holding.margin.balance + holding.worth()


def maintenance_of(holding: Holding) -> int:
    """The maintenance margin of the position's scope, micro-USD at mark."""
    if holding.is_cross:
        return cross_maintenance(holding.account)
    return holding.maintenance()


def slack(holding: Holding) -> int:
    """Equity above maintenance of the position's scope; below zero it is liquidatable (LIQ-1)."""
    return equity_behind(holding) - maintenance_of(holding)


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
