"""The event clock (MARG-9): margin by what is known of a listing, entered by announcement."""

from __future__ import annotations

from bellwether.engine.acts.fitting import fit_holdings
from bellwether.engine.conversion.ramp import ramped_specification
from bellwether.engine.life.specification import adopt_rules
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import EVENT_CLOCK
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import EnterEventPhase
from bellwether.schema.events import EventMarginBound, EventPhaseEntered


def event_refusal(market: Market, command: EnterEventPhase) -> int:
    """Why a market may not enter this phase of its event clock."""
    if market.phase >= codes.SETTLING:
        return rejects.PHASE_FORBIDS
    if command.phase not in codes.EVENT_PHASES:
        return rejects.EVENT_PHASE_UNKNOWN
    if command.phase == market.event_phase:
        return rejects.ALREADY_SO
    return rejects.ACCEPTED if command.grounds else rejects.GROUNDS_MISSING


def event_binds_ns(turn: Turn, market: Market, phase: str) -> int:
    """When a phase entered now binds existing positions: at once where it asks for no more."""
    leverage, notice_ns = _asked(market, phase)
    before = market.event_leverage
    if leverage == 0 or 0 < before <= leverage:
        return turn.time_ns
    return turn.time_ns + notice_ns


def _asked(market: Market, phase: str) -> tuple[int, int]:
    """(leverage at most, notice ns) of a phase; (0, 0) where the schedule names none."""
    for row in market.spec.event_margins:
        if row.phase == phase:
            return row.max_leverage, row.notice_ns
    return 0, 0


def enter_event_phase(turn: Turn, market: Market, command: EnterEventPhase) -> None:
    """New risk meets the phase's leverage at once, what is held when the notice is over."""
    timers = turn.venue.timers
    if market.event_binds_ns > 0:
        timers.remove(market.event_binds_ns, EVENT_CLOCK, market.asset)
        market.event_binds_ns = 0
    binds_ns = event_binds_ns(turn, market, command.phase)
    market.event_phase = command.phase
    market.event_risk_leverage = _asked(market, command.phase)[0]
    market.epoch += 1
    turn.emit(
        EventPhaseEntered(
            market.asset, turn.time_ns, command.phase, market.event_risk_leverage, binds_ns
        )
    )
    if binds_ns > turn.time_ns:
        market.event_binds_ns = binds_ns
        timers.add(binds_ns, EVENT_CLOCK, market.asset)
        return
    _bind(turn, market)


def reach_event_notice(turn: Turn, market: Market) -> None:
    """The notice is over."""
    market.event_binds_ns = 0
    _bind(turn, market)


def _bind(turn: Turn, market: Market) -> None:
    if market.event_leverage == market.event_risk_leverage:
        return
    market.event_leverage = market.event_risk_leverage
    ramp = market.listing.ramp_e12
    adopt_rules(market, ramped_specification(market.spec, ramp) if ramp > 0 else market.spec)
    fit_holdings(market)
    turn.emit(EventMarginBound(market.asset, turn.time_ns, market.event_leverage))
