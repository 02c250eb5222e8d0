"""Kraken's equity protection (LIQ-3): what adds risk ends below the initial margin; below the
maintenance margin positions go in steps, and from two thirds of it on by the whole process at once.
"""

from __future__ import annotations

from bellwether.engine.liquidation.scope import is_near_ruin
from bellwether.engine.liquidation.statement import begin
from bellwether.engine.liquidation.watch import initial_slack, is_protected
from bellwether.engine.liquidation.waterfall.assignment import assign
from bellwether.engine.liquidation.waterfall.deleveraging import deleverage_at_zero
from bellwether.engine.liquidation.waterfall.forced_orders import book_takes, send, send_covered
from bellwether.engine.liquidation.waterfall.fund import cover_deficit
from bellwether.engine.orders import close
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.turn import Turn
from bellwether.engine.twap.ending import end_twap
from bellwether.schema import codes
from bellwether.units.division import mul_div_up
from bellwether.units.quantities import FRACTION_ONE


def is_below_initial(holding: Holding) -> bool:
    """Is the position's scope protected, and its equity below the initial margin?"""
    return is_protected(holding) and initial_slack(holding) < 0


def end_new_risk(turn: Turn, holding: Holding) -> None:
    """Ends the orders of the scope that could add risk in protected markets; others stay."""
    account = holding.account
    for order in list(account.orders.values()):
        if order.order_id not in account.orders or order.reduce_only:
            continue
        own = account.user.holdings[order.asset]
        if _is_in_scope(holding, own) and order.lots > own.reducible(order.is_buy):
            close(turn, account, order, codes.MARGIN_CANCELED)
    for twap in list(account.twaps.values()):
        if not twap.reduce_only and _is_in_scope(holding, twap.holding):
            end_twap(turn, twap, codes.MARGIN_CANCELED)


def _is_in_scope(holding: Holding, own: Holding) -> bool:
    if not own.market.is_protected:
        return False
    return own is holding or (own.is_cross and holding.is_cross)


def protect_equity(turn: Turn, holding: Holding) -> None:
    """One position whose scope is below maintenance, as far as the process leads now."""
    size = holding.lots if holding.lots > 0 else -holding.lots
    if not is_near_ruin(holding):
        if book_takes(holding):
            begin(turn, holding)
            step_e6 = holding.market.spec.losses.step_e6
            send(turn, holding, mul_div_up(size, step_e6, FRACTION_ONE))
        return
    liquidation_id = begin(turn, holding)
    send(turn, holding, size)
    if holding.lots != 0:
        assign(turn, holding)
    if holding.lots != 0:
        send_covered(turn, holding)
    if holding.lots != 0:
        deleverage_at_zero(turn, holding, liquidation_id)
    if holding.lots == 0 and not holding.is_cross:
        cover_deficit(turn, holding)
