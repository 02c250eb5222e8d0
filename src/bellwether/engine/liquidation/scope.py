"""What answers for a position (LIQ-1): its own margin if isolated, else all cross equity.

The positions that share it, and their orders, are its scope.
"""

from __future__ import annotations

from bellwether.engine.margin import cross_equity, cross_initial, cross_maintenance
from bellwether.engine.orders import close_all
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.turn import Turn
from bellwether.ledger.ledger import LedgerAccount
from bellwether.schema import codes
from bellwether.units.division import div_down, div_up


def whole_equity(holding: Holding) -> int:
    """The equity of the position's scope, micro-USD at mark."""
    if holding.is_cross:
        return cross_equity(holding.account)
    return holding.margin.balance + holding.worth()


def reserved(holding: Holding) -> int:
    """What of its equity does not answer: a vault's capital beyond its loss limit (LIQ-2)."""
    market = holding.market
    return market.losses.reserved_e6(holding.account, market.spec.losses.backstop_loss_limit_e6)


def equity_behind(holding: Holding) -> int:
    """The equity that answers for the position, micro-USD at mark."""
    return whole_equity(holding) - reserved(holding)


def is_vault(holding: Holding) -> bool:
    """Is this the inventory of the market's backstop?"""
    return holding.account is holding.market.losses.vault


def maintenance_of(holding: Holding) -> int:
    """The maintenance margin of the position's scope, micro-USD at mark; a vault needs none."""
    if holding.is_cross:
        return 0 if is_vault(holding) else cross_maintenance(holding.account)
    return holding.maintenance()


def initial_of(holding: Holding) -> int:
    """The initial margin of the position's scope as it is, without orders."""
    return cross_initial(holding.account) if holding.is_cross else holding.initial()


def purse(holding: Holding) -> LedgerAccount:
    """Where the collateral of the position's scope lies."""
    return holding.account.cash if holding.is_cross else holding.margin


def slack(holding: Holding) -> int:
    """Equity above maintenance of the position's scope; below zero it is liquidatable (LIQ-1)."""
    return equity_behind(holding) - maintenance_of(holding)


def is_near_ruin(holding: Holding) -> bool:
    """Has equity fallen below two thirds of the maintenance margin (LIQ-2)?"""
    return 3 * equity_behind(holding) < 2 * maintenance_of(holding)


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


def end_orders(turn: Turn, holding: Holding) -> None:
    """Ends every open order of the position's scope, market by market as it entered them."""
    account = holding.account
    if not holding.is_cross:
        close_all(turn, account, codes.LIQUIDATED_CANCELED, holding.market.asset)
        return
    for each in account.held:
        if each.is_cross:
            close_all(turn, account, codes.LIQUIDATED_CANCELED, each.market.asset)
