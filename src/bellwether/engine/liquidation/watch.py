"""Who may have fallen below a requirement (LIQ-9): work for those near it, not for all who hold.

Half of what a position has to spare may be lost to the mark and half to funding before it must be
looked at again; a cross account divides what it has to spare among its positions. A requirement is
at most the notional (MARG-2: leverage is at least 1), and maintenance by marginal tiers at most
half of it, so a short loses at most twice, or one and a half times, its size for each atom. Where
the tier of the whole position counts, its requirement jumps when the mark rises into the next one:
that is a fence too. Below the initial margin a protected account is looked at each time (LIQ-3).
"""

from __future__ import annotations

from bellwether.engine.liquidation.scope import equity_behind, initial_of, slack
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.units.division import div_down, div_up, mul_div_down
from bellwether.units.quantities import RATE_ONE


def take_candidates(market: Market) -> list[Holding]:
    """The holdings that have changed or whose fence is crossed, by account; each once."""
    fences = market.fences
    found: dict[int, Holding] = {}
    for holding in fences.fresh:
        holding.is_fresh = False
        found[holding.account.number] = holding
    fences.fresh = []
    for number in fences.crossed(market.mark_price, market.funding_index_e12):
        found[number] = market.dex.accounts[number].user.holdings[market.asset]
    fences.looked_at += len(found)
    return [found[number] for number in sorted(found)]


def pass_on(market: Market) -> None:
    """Has accounts whose fence is crossed looked at in all their markets: here nobody is now.

    What a position of a cross account has lost is missing in its other markets, too (LIQ-1).
    """
    for number in market.fences.crossed(market.mark_price, market.funding_index_e12):
        market.dex.accounts[number].freshen()


def is_protected(holding: Holding) -> bool:
    """Does the initial margin of the position's scope matter after an order was taken (LIQ-3)?"""
    if not holding.is_cross:
        return holding.market.is_protected
    for each in holding.account.held:
        if each.is_cross and each.lots != 0 and each.market.is_protected:
            return True
    return False


def initial_slack(holding: Holding) -> int:
    """Equity above the initial margin of the position's scope, micro-USD at mark."""
    return equity_behind(holding) - initial_of(holding)


def fence_scope(holding: Holding) -> None:
    """Fences a position anew and, of a cross account, all others that share its equity."""
    protected = is_protected(holding)
    spare = initial_slack(holding) if protected else 0
    if not protected or spare < 0:
        spare = slack(holding)
    if not holding.is_cross:
        _fence(holding, spare, protected)
        return
    scope = [each for each in holding.account.held if each.is_cross]
    positions = 0
    for each in scope:
        if each.lots != 0:
            positions += 1
    share = div_down(spare, positions) if positions > 0 else 0
    for each in scope:
        _fence(each, share, protected)


def _fence(holding: Holding, spare: int, protected: bool) -> None:
    """Puts a position's fence where it can lose `spare` micro-USD, or takes it away when flat."""
    market = holding.market
    number = holding.account.number
    if holding.is_fenced:
        market.fences.take(
            number,
            holding.is_fenced_long,
            holding.mark_fence,
            holding.funding_fence,
            holding.rise_fence,
        )
        holding.is_fenced = False
    if holding.lots == 0:
        return
    is_long = holding.lots > 0
    size = holding.lots if is_long else -holding.lots
    # One micro-USD of each half is for the rounding of requirements and of unsettled funding.
    half = div_down(spare, 2) - 1
    if half < 0:
        half = 0
    funding_room = mul_div_down(half, RATE_ONE, size)
    is_whole = market.margin_table.is_whole
    step = _last_mark_of_tier(holding, size) if is_whole or protected else 0
    holding.rise_fence = 0
    if is_long:
        holding.mark_fence = div_down(half, size) - market.mark_price
        holding.funding_fence = market.funding_index_e12 + funding_room
        holding.rise_fence = step
    else:
        # A requirement by marginal tiers grows by half of what a lot moves, others by all of it.
        costs = 4 if is_whole or protected else 3
        holding.mark_fence = market.mark_price + mul_div_down(half, 2, costs * size)
        if 0 < step < holding.mark_fence:
            holding.mark_fence = step
        holding.funding_fence = funding_room - market.funding_index_e12
    holding.is_fenced = True
    holding.is_fenced_long = is_long
    market.fences.put(
        number, is_long, holding.mark_fence, holding.funding_fence, holding.rise_fence
    )


def _last_mark_of_tier(holding: Holding, size: int) -> int:
    """The highest mark at which the position's notional stays in its tier; 0 in the last one."""
    table = holding.market.margin_table
    tier = table.tier(holding.notional())
    if tier == table.last_tier:
        return 0
    return div_up(table.lower_bounds[tier + 1], size) - 1
