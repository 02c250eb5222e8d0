"""What a liquidation rests on, written down so that anyone can add it up (LIQ-8)."""

from __future__ import annotations

from bellwether.engine.fills import settle_funding
from bellwether.engine.liquidation.scope import equity_behind, maintenance_of, purse, reserved
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes
from bellwether.schema.events import EquityStated, LiquidationStarted


def state_equity(turn: Turn, holding: Holding, liquidation_id: int, role: int) -> None:
    """States the equity behind a position, row by row."""
    scope = [holding]
    if holding.is_cross:
        scope = [each for each in holding.account.held if each.is_cross and each.lots != 0]
    rows: list[tuple[int, int, int, int, int, int]] = []
    for each in scope:
        market = each.market
        rows.append(
            (
                market.asset,
                each.lots,
                each.cost,
                market.mark_price,
                each.unsettled_funding(),
                each.maintenance(),
            )
        )
    turn.emit(
        EquityStated(
            liquidation_id,
            holding.market.asset,
            holding.account.user.address,
            role,
            purse(holding).balance,
            tuple(rows),
            equity_behind(holding),
            maintenance_of(holding),
            reserved(holding),
        )
    )


def begin(turn: Turn, holding: Holding) -> int:
    """Settles funding, says who is liquidated and why; returns the liquidation's number."""
    market = holding.market
    turn.touch(market)
    settle_funding(turn, holding)
    liquidation_id = turn.venue.new_liquidation_id()
    turn.emit(
        LiquidationStarted(
            market.asset,
            holding.account.user.address,
            holding.lots,
            market.mark_price,
            equity_behind(holding),
            maintenance_of(holding),
            holding.is_cross,
            liquidation_id,
        )
    )
    state_equity(turn, holding, liquidation_id, codes.LIQUIDATED)
    return liquidation_id
