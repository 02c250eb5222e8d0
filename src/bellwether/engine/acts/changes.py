"""Changes of a specification (INST-1, RULE-2): approved, locked for a time, then in force."""

from __future__ import annotations

from typing import Final

from bellwether.engine.acts.fitting import end_forbidden_orders, fit_holdings
from bellwether.engine.acts.listing import is_sound
from bellwether.engine.conversion.ramp import keep_ramp
from bellwether.engine.handlers.disclosures import knows_text
from bellwether.engine.life.phases import announce
from bellwether.engine.life.settlement import settlement_deadline_ns
from bellwether.engine.life.specification import change_specification
from bellwether.engine.state.life import Proposal
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import (
    AUCTION_START,
    LAUNCH,
    OUTSIDE_LAUNCH,
    SETTLEMENT_DEADLINE,
    SPECIFICATION_CHANGE,
)
from bellwether.engine.state.turn import Turn
from bellwether.formulas.discovery import DiscoveryPrices
from bellwether.schema import codes, rejects
from bellwether.schema.acts.versions import changed_names, merged
from bellwether.schema.commands import ChangeSpecification
from bellwether.schema.events import ChangeLapsed, ChangeScheduled
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.quantities import FINE, NS_PER_DAY

FIXED: Final = frozenset(
    "symbol dex preset size_decimals price_unit funding.policy index index.source".split()
)
"""What a market is; another unit is a rebase, another preset a conversion."""
UNTIL_LAUNCH: Final = frozenset({"reference_atoms", "launch_time", "auction_ns"})
CONVERSION: Final = "conversion."
"""What a conversion goes by does not change once a listing day or the conversion has begun."""
UNDER_WAY: Final = frozenset({codes.LISTING_DAY, codes.CONVERTING, codes.LISTED})
FURTHEST_NS: Final = 3_660 * NS_PER_DAY


def change_refusal(
    turn: Turn, market: Market, command: ChangeSpecification, is_due: bool = False
) -> int:
    """Why a change may not be proposed, approved or (`is_due`) come into force."""
    if market.phase >= codes.SETTLING:
        return rejects.PHASE_FORBIDS
    base = version_of(market, command.base)
    if base is None:
        return rejects.PROPOSAL_STALE
    for name in changed_names(base, command.spec):
        if name in FIXED or (name in UNTIL_LAUNCH and market.phase != codes.ANNOUNCED):
            return rejects.FIELD_FIXED
        if name.startswith(CONVERSION) and market.phase in UNDER_WAY:
            return rejects.FIELD_FIXED
    spec = merged(market.spec, base, command.spec)
    if not changed_names(market.spec, spec):
        return rejects.ALREADY_SO
    if not is_sound(spec):
        return rejects.SPECIFICATION_INVALID
    if not knows_text(turn.venue, spec):
        return rejects.DISCLOSURE_UNKNOWN
    reason = _date_refusal(turn, market, spec)
    if reason != rejects.ACCEPTED:
        return reason
    if spec.margin_mode != codes.CROSS and market.spec.margin_mode == codes.CROSS:
        for account in market.dex.accounts:
            found = account.user.holdings.get(market.asset)
            if found is not None and found.is_cross and (found.lots != 0 or found.open_orders > 0):
                return rejects.MODE_HAS_POSITION
    if is_due:
        return rejects.ACCEPTED
    if not command.grounds:
        return rejects.GROUNDS_MISSING
    if command.effective_ns > turn.time_ns + FURTHEST_NS:
        return rejects.EFFECTIVE_TIME_INVALID
    return rejects.ACCEPTED


def version_of(market: Market, number: int) -> InstrumentSpec | None:
    """A version that was or is in force."""
    for spec in market.versions:
        if spec.version == number:
            return spec
    return None


def _date_refusal(turn: Turn, market: Market, spec: InstrumentSpec) -> int:
    """A date that has passed is history, and one that a change brings lies ahead."""
    before = market.spec
    now = turn.time_ns
    if spec.launch_time != before.launch_time and spec.launch_time <= now:
        return rejects.DATE_PAST
    if spec.outside_launch_time != before.outside_launch_time:
        if market.phase > codes.PRE_LISTING:
            return rejects.PHASE_FORBIDS
        if 0 < spec.outside_launch_time <= now:
            return rejects.DATE_PAST
    deadline = settlement_deadline_ns(spec)
    if deadline != settlement_deadline_ns(before):
        if market.phase > codes.PRE_LISTING and market.phase != codes.SETTLEMENT_PERIOD:
            return rejects.PHASE_FORBIDS
        if deadline <= now and (deadline > 0 or market.phase == codes.SETTLEMENT_PERIOD):
            return rejects.DATE_PAST
    return rejects.ACCEPTED


def effective_ns_of(turn: Turn, market: Market, command: ChangeSpecification) -> int:
    """When a change that is approved now comes into force: not before the lock is over."""
    locked = turn.time_ns + market.spec.time_lock_ns
    return command.effective_ns if command.effective_ns > locked else locked


def schedule_change(
    turn: Turn, market: Market, proposal: Proposal, command: ChangeSpecification
) -> None:
    """Puts an approved change in force, or keeps it until its time."""
    effective = effective_ns_of(turn, market, command)
    if effective <= turn.time_ns:
        put_in_force(turn, market, command)
        return
    base = version_of(market, command.base)
    assert base is not None, "what was approved has a base"
    proposal.effective_ns = effective
    venue = turn.venue
    venue.pending[proposal.proposal_id] = proposal
    venue.timers.add(effective, SPECIFICATION_CHANGE, proposal.proposal_id)
    turn.emit(
        ChangeScheduled(
            proposal.proposal_id,
            market.asset,
            turn.time_ns,
            effective,
            merged(market.spec, base, command.spec),
        )
    )


def reach_change(turn: Turn, proposal_id: int) -> None:
    """The time of an approved change: it comes into force, unless it has become impossible."""
    proposal = turn.venue.pending.pop(proposal_id)
    market = turn.venue.markets[proposal.asset]
    command = proposal.command
    assert isinstance(command, ChangeSpecification), "only changes wait for a time"
    reason = change_refusal(turn, market, command, is_due=True)
    if reason == rejects.ACCEPTED:
        put_in_force(turn, market, command)
        return
    turn.emit(ChangeLapsed(proposal_id, market.asset, turn.time_ns, reason))
    text = f"An announced change does not come into force: {rejects.SENTENCES[reason]}"
    announce(turn, market.asset, "parameters", f"{market.name}: change lapsed", text, "", 0)


def put_in_force(turn: Turn, market: Market, command: ChangeSpecification) -> None:
    """The next version, its timers and prices; orders that it forbids end."""
    before = market.spec
    base = version_of(market, command.base)
    assert base is not None, "what is put in force has a base"
    spec = merged(before, base, command.spec)
    turn.touch(market)
    _move_timers(turn, market, before, spec)
    change_specification(turn, market, spec, command.grounds)
    keep_ramp(turn, market)
    if spec.reference_atoms != before.reference_atoms:
        market.prices = DiscoveryPrices(spec.reference_atoms * FINE, spec.oracle.band_e12)
        market.oracle_price = spec.reference_atoms
        market.fit_caps()
        market.mark_price = spec.reference_atoms
    if spec.funding.premium_kind != before.funding.premium_kind:
        # No sample from before the change is used with the new rule (FUND-7).
        market.premium_sum = 0
        market.premium_samples = 0
        market.premiums = []
    fit_holdings(market)
    end_forbidden_orders(turn, market)


def _move_timers(turn: Turn, market: Market, before: InstrumentSpec, spec: InstrumentSpec) -> None:
    _move_timer(turn, market, LAUNCH, before.launch_time, spec.launch_time)
    _move_timer(turn, market, AUCTION_START, _auction_start(before), _auction_start(spec))
    dates = (before.outside_launch_time, spec.outside_launch_time)
    _move_timer(turn, market, OUTSIDE_LAUNCH, *dates)
    ends = (settlement_deadline_ns(before), settlement_deadline_ns(spec))
    _move_timer(turn, market, SETTLEMENT_DEADLINE, *ends)


def _auction_start(spec: InstrumentSpec) -> int:
    """When the call auction begins; 0 without one."""
    return spec.launch_time - spec.auction_ns if spec.auction_ns > 0 else 0


def _move_timer(turn: Turn, market: Market, kind: int, old_ns: int, new_ns: int) -> None:
    if old_ns == new_ns:
        return
    timers = turn.venue.timers
    if timers.has(old_ns, kind, market.asset):
        timers.remove(old_ns, kind, market.asset)
    if new_ns > 0:
        timers.add(new_ns if new_ns > turn.time_ns else turn.time_ns, kind, market.asset)
