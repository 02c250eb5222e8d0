"""The mark reaches what TWAP orders wait for: they begin, or are stopped (ORD-1)."""

from __future__ import annotations

from bellwether.engine.orders import settle_children, settle_flattened
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.engine.twap.ending import end_twap
from bellwether.engine.twap.slices import begin
from bellwether.schema import codes
from bellwether.schema.events import TwapActivated


def reach_twaps(turn: Turn, market: Market) -> None:
    """Begins and stops what the mark has reached, the nearest price first, then the oldest."""
    while True:
        twap_id = market.twap_watch.first(market.mark_price)
        if twap_id == 0:
            return
        twap = turn.venue.twaps[twap_id]
        if not twap.is_waiting:
            end_twap(turn, twap, codes.TWAP_STOPPED)
            continue
        twap.unwatch()
        address = twap.holding.account.user.address
        turn.emit(TwapActivated(twap_id, address, market.asset, turn.time_ns, market.mark_price))
        begin(turn, twap)
        settle_children(turn)
        settle_flattened(turn)
