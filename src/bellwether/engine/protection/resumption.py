"""The venue is back after it was away (PRICE-20a): orders rest and end, nothing trades yet."""

from __future__ import annotations

from bellwether.engine.life.phases import announce
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import LAUNCH
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes
from bellwether.schema.commands import ResumeVenue
from bellwether.schema.events import Acknowledged, PricesAwaited


def resume_venue(turn: Turn, command: ResumeVenue) -> None:
    """Every market that trades waits for fresh prices from the time of the return on.

    The command's own time is that before the venue went away, so that the timers of the time away
    run after it: none of them moves a price, fires a trigger or liquidates anybody.
    """
    since = command.resumed_ns if command.resumed_ns > turn.time_ns else turn.time_ns
    for market in turn.venue.markets.values():
        if market.is_trading():
            market.awaits_ns = since
            market.fed_ns = since
            turn.emit(PricesAwaited(market.asset, since, since))
        elif market.phase == codes.AUCTION:
            _put_off_launch(turn, market, since)
    if not turn.events:
        turn.emit(Acknowledged())


def _put_off_launch(turn: Turn, market: Market, since: int) -> None:
    """Who bid in a call auction gets as long to change his mind as after a halt."""
    earliest = since + market.spec.resume_post_only_ns
    timers = turn.venue.timers
    for when, kind, subject in timers.waiting:
        if kind == LAUNCH and subject == market.asset and when < earliest:
            timers.remove(when, kind, subject)
            timers.add(earliest, kind, subject)
            text = "The venue was away. The call auction ends a little later than announced."
            announce(turn, market.asset, "launch", f"{market.name}: launch", text, "", earliest)
            return
