"""HyperCore's ladder (LIQ-2): the book, in two steps where the position is large; the backstop;
and for a negative equity the fund and the other side (LIQ-5).
"""

from __future__ import annotations

from bellwether.engine.liquidation.scope import equity_behind, is_near_ruin, is_vault
from bellwether.engine.liquidation.statement import begin
from bellwether.engine.liquidation.waterfall.backstop import take_over, takes_over
from bellwether.engine.liquidation.waterfall.deleveraging import deleverage_at_mark
from bellwether.engine.liquidation.waterfall.forced_orders import book_takes, send, send_covered
from bellwether.engine.liquidation.waterfall.fund import cover_deficit
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.turn import Turn
from bellwether.units.division import mul_div_up
from bellwether.units.quantities import FRACTION_ONE


def liquidate_by_ladder(turn: Turn, holding: Holding, previous_mark: int) -> None:
    """One position whose scope is below maintenance, as far as its ladder leads now.

    With equity left, what the book does not take at zero equity or better waits for it.
    """
    if is_near_ruin(holding) and takes_over(holding):
        begin(turn, holding)
        take_over(turn, holding)
        return
    if equity_behind(holding) >= 0:
        lots = _step_lots(turn, holding)
        if lots > 0 and book_takes(holding):
            begin(turn, holding)
            _mark_step(turn, holding, lots)
            send(turn, holding, lots)
        return
    close_ruined(turn, holding, previous_mark)


def close_ruined(turn: Turn, holding: Holding, previous_mark: int) -> None:
    """A position of negative equity ends in this command (LIQ-5).

    The book at zero equity or better, the fund's help there, then the other side.
    """
    liquidation_id = begin(turn, holding)
    send(turn, holding, _size(holding))
    if holding.lots != 0:
        send_covered(turn, holding)
    if holding.lots != 0 and equity_behind(holding) < 0:
        deleverage_at_mark(turn, holding, previous_mark, liquidation_id)
    if holding.lots == 0 and (not holding.is_cross or is_vault(holding)):
        cover_deficit(turn, holding)


def _size(holding: Holding) -> int:
    return holding.lots if holding.lots > 0 else -holding.lots


def _step_lots(turn: Turn, holding: Holding) -> int:
    """A part of a large position first, nothing while it cools down, then all of it (LIQ-2)."""
    losses = holding.market.spec.losses
    size = _size(holding)
    if holding.stepped_ns > 0:
        return size if turn.time_ns >= holding.stepped_ns + losses.cooldown_ns else 0
    if holding.notional() > losses.step_notional_e6:
        return mul_div_up(size, losses.step_e6, FRACTION_ONE)
    return size


def _mark_step(turn: Turn, holding: Holding, lots: int) -> None:
    if lots < _size(holding):
        holding.stepped_ns = turn.time_ns
