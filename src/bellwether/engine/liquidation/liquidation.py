"""Who is liquidated at an update of a market, in which order, and by which policy (LIQ-1, LIQ-10).

An isolated position or a cross account whose equity at mark is below maintenance first loses its
orders; then its positions go the way of their market's policy.
"""

from __future__ import annotations

from bellwether.engine.liquidation.equity_protection import (
    end_new_risk,
    is_below_initial,
    protect_equity,
)
from bellwether.engine.liquidation.hypercore import close_ruined, liquidate_by_ladder
from bellwether.engine.liquidation.scope import end_orders, is_vault, slack
from bellwether.engine.liquidation.watch import fence_scope, take_candidates
from bellwether.engine.liquidation.waterfall.backstop import sell_inventory
from bellwether.engine.liquidation.waterfall.fund import cover_deficit
from bellwether.engine.orders import settle_children, settle_flattened
from bellwether.engine.protection.fresh import is_spared
from bellwether.engine.state.account import Account
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn


def liquidate_market(turn: Turn, market: Market, previous_mark: int) -> None:
    """Liquidates whoever mark or funding has put below maintenance, the lowest account first.

    An account with a position in a market that waits for fresh prices is looked at again (LIQ-10).
    """
    candidates = take_candidates(market)
    turn.forget_sides()
    for holding in candidates:
        if holding.lots != 0:
            _look_at(turn, holding, previous_mark)
        settle_children(turn)
        settle_flattened(turn)
    for holding in candidates:
        fence_scope(holding)
        if holding.lots == 0:
            continue
        if slack(holding) < 0 or holding.stepped_ns > 0:
            # The next update looks again, whether or not the mark moves until then.
            holding.account.freshen()
            market.recheck = True
        elif is_below_initial(holding):
            holding.account.freshen()
    for holding in market.fences.fresh:
        if holding.lots != 0 and slack(holding) < 0:
            # So does it at whoever a forced fill or a takeover has brought below.
            market.recheck = True
    turn.forget_sides()
    sell_inventory(turn, market)


def _look_at(turn: Turn, holding: Holding, previous_mark: int) -> None:
    if slack(holding) >= 0:
        holding.stepped_ns = 0
        if is_below_initial(holding):
            end_new_risk(turn, holding)
    elif holding.is_cross and is_spared(holding.account, turn.time_ns):
        # The account is looked at again at every update until then (LIQ-10).
        holding.market.recheck = True
    elif is_vault(holding):
        close_ruined(turn, holding, previous_mark)
    elif holding.is_cross:
        end_orders(turn, holding)
        _liquidate_account(turn, holding.account, holding.market, previous_mark)
    else:
        end_orders(turn, holding)
        _liquidate(turn, holding, previous_mark)


def _liquidate(turn: Turn, holding: Holding, previous_mark: int) -> None:
    if holding.market.is_protected:
        protect_equity(turn, holding)
    else:
        liquidate_by_ladder(turn, holding, previous_mark)
    if holding.lots == 0:
        holding.stepped_ns = 0


def _liquidate_account(turn: Turn, account: Account, market: Market, previous_mark: int) -> None:
    """The positions of a cross account, the largest first, until it is cured.

    Positions in markets that liquidate nobody now wait until they do (LIQ-10).
    """
    positions: list[tuple[int, int]] = []
    for holding in account.held:
        if holding.is_cross and holding.lots != 0 and holding.market.liquidates():
            positions.append((-holding.notional(), holding.market.asset))
    positions.sort()
    for _, asset in positions:
        holding = account.user.holdings[asset]
        if holding.lots != 0 and slack(holding) < 0:
            before = previous_mark if asset == market.asset else holding.market.mark_price
            _liquidate(turn, holding, before)
    for holding in account.held:
        if holding.is_cross and holding.lots != 0:
            return
    cover_deficit(turn, account.user.holdings[market.asset])
