"""Who may have fallen below maintenance (LIQ-9): work for those near it, not for all who hold.

Half of what a position has to spare may be lost to the mark and half to funding before it must be
looked at again; a cross account divides what it has to spare among its positions. Maintenance is at
most half of the notional (MARG-2: leverage is at least 1), so a short loses at most one and a half
times its size for each atom.
"""

from __future__ import annotations

from bellwether.engine.liquidation.scope import slack
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.units.division import div_down, mul_div_down
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
    return [found[number] for number in sorted(found)]


def fence_scope(holding: Holding) -> None:
    """Fences a position anew and, of a cross account, all others that share its equity."""
    if not holding.is_cross:
        _fence(holding, slack(holding))
        return
    scope = [each for each in holding.account.held if each.is_cross]
    positions = 0
    for each in scope:
        if each.lots != 0:
            positions += 1
    share = div_down(slack(holding), positions) if positions > 0 else 0
    for each in scope:
        _fence(each, share)


def _fence(holding: Holding, spare: int) -> None:
    """Puts a position's fence where it can lose `spare` micro-USD, or takes it away when flat."""
    market = holding.market
    number = holding.account.number
    if holding.is_fenced:
        market.fences.take(
            number, holding.is_fenced_long, holding.mark_fence, holding.funding_fence
        )
        holding.is_fenced = False
    if holding.lots == 0:
        return
    is_long = holding.lots > 0
    size = holding.lots if is_long else -holding.lots
    # One micro-USD of each half is for the rounding of maintenance and of unsettled funding.
    half = div_down(spare, 2) - 1
    if half < 0:
        half = 0
    funding_room = mul_div_down(half, RATE_ONE, size)
    if is_long:
        holding.mark_fence = div_down(half, size) - market.mark_price
        holding.funding_fence = market.funding_index_e12 + funding_room
    else:
        holding.mark_fence = market.mark_price + mul_div_down(half, 2, 3 * size)
        holding.funding_fence = funding_room - market.funding_index_e12
    holding.is_fenced = True
    holding.is_fenced_long = is_long
    market.fences.put(number, is_long, holding.mark_fence, holding.funding_fence)
