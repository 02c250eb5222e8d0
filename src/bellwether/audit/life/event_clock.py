"""The event clock (MARG-9): what is known of a listing asks for margin, after notice."""

from __future__ import annotations

from bellwether.audit import clock
from bellwether.audit.life.awaiting import Awaiting
from bellwether.audit.life.changes import on_the_way
from bellwether.audit.things import Market
from bellwether.schema.events import EventMarginBound, EventPhaseEntered


class EventClock(Awaiting):
    """New risk at once; what is held after notice, and at once where it asks for less."""

    def enter_event_phase(self, market: Market, phase: str) -> None:
        """A phase that two operators have entered; the one before binds no more."""
        event = market.event
        self.clock.drop(event.binds_ns, clock.EVENT_NOTICE, market.asset)
        rows = [row for row in market.spec.event_margins if row.phase == phase]
        most = rows[0].max_leverage if rows else 0
        is_stricter = most > 0 and (event.leverage == 0 or most < event.leverage)
        binds_ns = self.now + rows[0].notice_ns if is_stricter else self.now
        event.phase, event.risk_leverage = phase, most
        event.binds_ns = binds_ns if binds_ns > self.now else 0
        self.script.say(EventPhaseEntered(market.asset, self.now, phase, most, binds_ns))
        if event.binds_ns:
            self.clock.set(binds_ns, clock.EVENT_NOTICE, market.asset)
        else:
            self.bind_event(market)

    def bind_event(self, market: Market) -> None:
        """The requirement holds for every position from now on, if it is another."""
        event, ramp = market.event, market.outside.ramp_e12
        event.binds_ns = 0
        if event.leverage == event.risk_leverage:
            return
        event.leverage = event.risk_leverage
        self.adopt_rules(market, on_the_way(market.spec, ramp) if ramp else market.spec)
        self.fit_positions(market)
        self.script.say(EventMarginBound(market.asset, self.now, event.leverage))
