"""TWAP orders that end, and those whose market changes its units (ORD-1, LIFE-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bellwether.engine.state.timers import TWAP_SLICE
from bellwether.engine.twap.state import Twap
from bellwether.schema import codes
from bellwether.schema.events import TwapEnded, TwapRebased
from bellwether.units.division import mul_div_down, mul_div_up
from bellwether.units.tick import price_on_tick_down, price_on_tick_up

if TYPE_CHECKING:
    from bellwether.engine.state.market import Market
    from bellwether.engine.state.turn import Turn


def end_twap(turn: Turn, twap: Twap, status: int) -> None:
    """Ends a running TWAP order, and says how far it came."""
    venue = turn.venue
    if twap.next_ns > 0:
        venue.timers.remove(twap.next_ns, TWAP_SLICE, twap.twap_id)
        twap.next_ns = 0
    twap.unwatch()
    account = twap.holding.account
    del account.twaps[twap.twap_id]
    del venue.twaps[twap.twap_id]
    turn.emit(
        TwapEnded(
            twap.twap_id,
            account.user.address,
            twap.holding.market.asset,
            turn.time_ns,
            status,
            twap.executed_lots,
            twap.executed_e6,
        )
    )


def rebase_twaps(turn: Turn, market: Market, a: int, b: int) -> None:
    """Sizes times a/b, each rounded down; an order with nothing left to trade ends.

    Prices go by b/a to the tick beyond, so that nothing is reached earlier than before.
    """
    for twap in list(turn.venue.twaps.values()):
        if twap.holding.market is not market:
            continue
        twap.lots = mul_div_down(twap.lots, a, b)
        twap.executed_lots = mul_div_down(twap.executed_lots, a, b)
        twap.unwatch()
        twap.trigger_price = _rebased(market, twap.trigger_price, twap.trigger_above, a, b)
        twap.stop_price = _rebased(market, twap.stop_price, twap.stop_above, a, b)
        twap.watch()
        turn.emit(
            TwapRebased(
                twap.twap_id,
                twap.holding.account.user.address,
                market.asset,
                twap.lots,
                twap.executed_lots,
                twap.trigger_price,
                twap.stop_price,
            )
        )
        if twap.executed_lots >= twap.lots:
            end_twap(turn, twap, codes.REBASED_CANCELED)


def _rebased(market: Market, price: int, above: bool, a: int, b: int) -> int:
    if price == 0:
        return 0
    if above:
        return price_on_tick_up(mul_div_up(price, b, a), market.size_decimals, market.tick_atoms)
    lower = price_on_tick_down(mul_div_down(price, b, a), market.size_decimals, market.tick_atoms)
    return lower if lower > 0 else 1
