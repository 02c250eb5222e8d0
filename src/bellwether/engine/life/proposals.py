"""Discretion in two keys (RULE-2): proposed by one operator, bound by the approval of another."""

from __future__ import annotations

from typing import Final, cast

from bellwether.engine.acts.changes import change_refusal, effective_ns_of, schedule_change
from bellwether.engine.acts.deployers import disable_dex, disabling_refusal
from bellwether.engine.acts.halts import keep_halted, keeping_refusal
from bellwether.engine.acts.inputs import resolution_refusal, resolve_input
from bellwether.engine.acts.listing import list_proposed, listing_refusal
from bellwether.engine.acts.steering import phase_refusal, set_phase
from bellwether.engine.admission import admit_for_dex, admit_operator
from bellwether.engine.conversion.awaiting import declaration_refusal
from bellwether.engine.conversion.conversion import (
    confirm_listing,
    confirmation_refusal,
    declare_event,
)
from bellwether.engine.handlers.genesis import next_asset
from bellwether.engine.life.phases import announce, text_hash
from bellwether.engine.life.rebase import rebase, rebase_refusal, unit_change_refusal
from bellwether.engine.life.settlement import settle_as_decided, settlement_refusal
from bellwether.engine.limits.event_clock import (
    enter_event_phase,
    event_binds_ns,
    event_refusal,
)
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.life import Proposal
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import PROPOSAL_EXPIRY
from bellwether.engine.state.turn import Turn
from bellwether.engine.withdrawals.steering import STEERING, steer, steering_refusal, title_of
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    Announce,
    ChangeSpecification,
    ConfirmListing,
    DecideProposal,
    DeclareEvent,
    DisableDex,
    EnterEventPhase,
    KeepHalted,
    ListMarket,
    RebaseMarket,
    ResolveInput,
    ResumeWithdrawals,
    SetPhase,
    SettleMarket,
    SetWithdrawalTerms,
)
from bellwether.schema.events import CommandRefused, ProposalDecided, ProposalMade
from bellwether.units.division import div_down
from bellwether.units.quantities import NS_PER_DAY, NS_PER_MS

MOST_OPEN: Final = 1_000
LIFETIME_NS: Final = NS_PER_DAY
"""A proposal that nobody has approved by then is void."""


Discretionary = (
    ConfirmListing
    | DeclareEvent
    | SettleMarket
    | RebaseMarket
    | ListMarket
    | ChangeSpecification
    | SetPhase
    | ResolveInput
    | EnterEventPhase
    | KeepHalted
    | DisableDex
    | ResumeWithdrawals
    | SetWithdrawalTerms
)
DISCRETIONARY: Final = (
    ConfirmListing,
    DeclareEvent,
    SettleMarket,
    RebaseMarket,
    ListMarket,
    ChangeSpecification,
    SetPhase,
    ResolveInput,
    EnterEventPhase,
    KeepHalted,
    DisableDex,
    *STEERING,
)
"""Commands that do nothing but wait for a second operator."""
WHOLE_VENUE: Final = (ListMarket, DisableDex, *STEERING)
"""Those that are about no market that there is."""


def propose(turn: Turn, command: Discretionary) -> None:
    """A discretionary act waits for a second operator who holds its role (RULE-2).

    A deployer proposes for its own dex; it approves nothing.
    """
    proposal = proposal_of(command)
    variant = ""
    dex: Dex | None = None
    if isinstance(command, ListMarket):
        variant = command.variant
        dex = turn.venue.dex_by_name.get(command.spec.dex)
    elif isinstance(command, DisableDex):
        variant = command.variant
        dex = turn.venue.dex_by_name.get(command.dex)
    elif isinstance(command, ChangeSpecification):
        variant = command.variant
        market = turn.venue.markets.get(command.asset)
        dex = None if market is None else market.dex
    roles = proposal.roles
    if admit_for_dex(turn, command.signer, command.nonce, roles, dex, variant) is not None:
        _file(turn, proposal)


def proposal_of(command: Discretionary) -> Proposal:
    """The act with its kind, the roles that decide on it, its grounds and its text."""
    if isinstance(command, ListMarket):
        proposal = _named("listMarket", -1, command.signer, codes.LISTER, command)
        return _worded(proposal, command.basis, command.announcement)
    if isinstance(command, ConfirmListing):
        proposal = _named("confirmListing", command.asset, command.signer, codes.LISTER, command)
        return _worded(proposal, command.grounds, command.announcement)
    if isinstance(command, DeclareEvent):
        proposal = _named("declareEvent", command.asset, command.signer, codes.LISTER, command)
        return _worded(proposal, command.grounds, command.announcement)
    if isinstance(command, SettleMarket):
        proposal = _named("settle", command.asset, command.signer, codes.SETTLER, command)
        return _worded(proposal, command.grounds, command.announcement)
    if isinstance(command, RebaseMarket):
        proposal = _named("rebase", command.asset, command.signer, codes.SETTLER, command)
        return _worded(proposal, command.grounds, command.announcement)
    if isinstance(command, ChangeSpecification):
        roles = codes.LISTER | codes.RISK
        proposal = _named("changeSpec", command.asset, command.signer, roles, command)
        return _worded(proposal, command.grounds, command.announcement)
    if isinstance(command, SetPhase):
        roles = codes.LISTER | codes.SETTLER
        proposal = _named("setPhase", command.asset, command.signer, roles, command)
        return _worded(proposal, command.grounds, command.announcement)
    if isinstance(command, ResolveInput):
        roles = codes.PRICER | codes.RISK
        proposal = _named("resolveInput", command.asset, command.signer, roles, command)
        return _worded(proposal, command.grounds, command.announcement)
    if isinstance(command, DisableDex):
        roles = codes.RISK | codes.SETTLER
        proposal = _named("disableDex", -1, command.signer, roles, command)
        return _worded(proposal, command.grounds, command.announcement)
    if isinstance(command, EnterEventPhase):
        roles = codes.LISTER | codes.RISK
        proposal = _named("eventPhase", command.asset, command.signer, roles, command)
        return _worded(proposal, command.grounds, command.announcement)
    if isinstance(command, ResumeWithdrawals):
        proposal = _named("resumeWithdrawals", -1, command.signer, codes.RISK, command)
        return _worded(proposal, command.grounds, command.announcement)
    if isinstance(command, SetWithdrawalTerms):
        proposal = _named("withdrawalTerms", -1, command.signer, codes.RISK, command)
        return _worded(proposal, command.grounds, command.announcement)
    proposal = _named("halt", command.asset, command.signer, codes.RISK, command)
    return _worded(proposal, command.grounds, command.announcement)


def _named(kind: str, asset: int, operator: bytes, roles: int, command: object) -> Proposal:
    proposal = Proposal(0, asset, operator, roles, command)
    proposal.kind = kind
    return proposal


def _worded(proposal: Proposal, grounds: str, text: str) -> Proposal:
    proposal.grounds = grounds
    proposal.text = text
    return proposal


def announce_text(turn: Turn, command: Announce) -> None:
    """A lister says something to everybody."""
    if admit_operator(turn, command.signer, command.nonce, codes.LISTER) is None:
        return
    if command.asset != -1 and command.asset not in turn.venue.markets:
        turn.emit(CommandRefused(rejects.MARKET_UNKNOWN, command.asset))
        return
    if not command.text:
        turn.emit(CommandRefused(rejects.ANNOUNCEMENT_MISSING))
        return
    title = command.title
    announce(turn, command.asset, "notice", title, command.text, "", command.effective_ns)


def decide(turn: Turn, command: DecideProposal) -> None:
    """Approves or rejects an open proposal. A refusal leaves it open until it expires."""
    venue = turn.venue
    proposal = venue.proposals.get(command.proposal_id)
    takes_back = (
        proposal is not None and not command.approve and proposal.operator == command.signer
    )
    roles = codes.EVERY_OPERATOR_ROLE
    operator = admit_operator(turn, command.signer, command.nonce, roles, takes_back)
    if operator is None:
        return
    if proposal is None:
        turn.emit(CommandRefused(rejects.PROPOSAL_UNKNOWN))
        return
    if operator.roles & proposal.roles == 0 and not takes_back:
        turn.emit(CommandRefused(rejects.ROLE_MISSING))
        return
    if not command.approve:
        _close(turn, proposal, operator.key, codes.REJECTED)
        return
    if _was_signed_before(turn, command.nonce, proposal):
        turn.emit(CommandRefused(rejects.PROPOSAL_UNKNOWN))
        return
    reason = approval_refusal(turn, proposal, operator.key)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, proposal.asset))
        return
    _close(turn, proposal, operator.key, codes.APPROVED)
    _carry_out(turn, proposal)


def expire(turn: Turn, proposal_id: int) -> None:
    """A day has passed without an approval."""
    proposal = turn.venue.proposals.pop(proposal_id)
    turn.emit(ProposalDecided(proposal.proposal_id, turn.time_ns, b"", codes.PROPOSAL_EXPIRED))


def _file(turn: Turn, proposal: Proposal) -> None:
    venue = turn.venue
    market = venue.markets.get(proposal.asset)
    if market is None and not isinstance(proposal.command, WHOLE_VENUE):
        turn.emit(CommandRefused(rejects.MARKET_UNKNOWN, proposal.asset))
        return
    reason = act_refusal(turn, market, proposal.command)
    if (
        reason == rejects.ACCEPTED
        and isinstance(proposal.command, ChangeSpecification)
        and 0 < proposal.command.effective_ns < turn.time_ns
    ):
        reason = rejects.EFFECTIVE_TIME_INVALID
    if reason == rejects.ACCEPTED and not proposal.text:
        reason = rejects.ANNOUNCEMENT_MISSING
    if reason == rejects.ACCEPTED and len(venue.proposals) >= MOST_OPEN:
        reason = rejects.TOO_MANY_PROPOSALS
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, proposal.asset))
        return
    proposal.proposal_id = venue.next_proposal_id
    venue.next_proposal_id += 1
    proposal.text_hash = text_hash(proposal.text)
    proposal.epoch = 0 if market is None else market.epoch
    proposal.made_ns = turn.time_ns
    proposal.expires_ns = turn.time_ns + LIFETIME_NS
    venue.proposals[proposal.proposal_id] = proposal
    venue.timers.add(proposal.expires_ns, PROPOSAL_EXPIRY, proposal.proposal_id)
    turn.emit(
        ProposalMade(
            proposal.proposal_id,
            proposal.asset,
            turn.time_ns,
            proposal.operator,
            proposal.kind,
            proposal.grounds,
            proposal.text,
            proposal.text_hash,
            proposal.expires_ns,
        )
    )


def approval_refusal(turn: Turn, proposal: Proposal, key: bytes) -> int:
    """Why this key may not approve a proposal now; ACCEPTED if it may. Changes nothing."""
    if key == proposal.operator:
        return rejects.PROPOSAL_OWN
    market = turn.venue.markets.get(proposal.asset)
    if market is not None and proposal.epoch != market.epoch:
        return rejects.PROPOSAL_STALE
    return act_refusal(turn, market, proposal.command)


def _was_signed_before(turn: Turn, nonce: int, proposal: Proposal) -> bool:
    """Nonces are milliseconds where they are held to the clock: an approval signed in advance, for
    whatever would come to bear the number, is none of this proposal."""
    return turn.venue.check_nonce_window and nonce < div_down(proposal.made_ns, NS_PER_MS)


def act_refusal(turn: Turn, market: Market | None, command: object) -> int:
    """Why an act may be neither proposed nor approved now; ACCEPTED if it may. Changes nothing."""
    if isinstance(command, ListMarket):
        return listing_refusal(turn, command)
    if isinstance(command, DisableDex):
        return disabling_refusal(turn, command)
    if isinstance(command, STEERING):
        return steering_refusal(turn, command)
    assert market is not None, "every other act is about a market"
    if isinstance(command, ConfirmListing):
        return confirmation_refusal(turn, market, command)
    if isinstance(command, DeclareEvent):
        return declaration_refusal(turn, market, command)
    if isinstance(command, SettleMarket):
        return settlement_refusal(turn, market, command)
    if isinstance(command, RebaseMarket):
        reason = unit_change_refusal(market, command)
        return rebase_refusal(market, command) if reason == rejects.ACCEPTED else reason
    if isinstance(command, ChangeSpecification):
        return change_refusal(turn, market, command)
    if isinstance(command, SetPhase):
        return phase_refusal(market, command)
    if isinstance(command, ResolveInput):
        return resolution_refusal(market, command)
    if isinstance(command, EnterEventPhase):
        return event_refusal(market, command)
    return keeping_refusal(market, cast(KeepHalted, command))


def _carry_out(turn: Turn, proposal: Proposal) -> None:
    """Announces what has been approved, and does it."""
    command = proposal.command
    market = turn.venue.markets.get(proposal.asset)
    if isinstance(command, ListMarket):
        spec = command.spec
        announced = f"{spec.symbol}: {proposal.kind}"
        grounds = proposal.grounds
        asset = next_asset(turn.venue.dex_by_name[spec.dex])
        announce(turn, asset, "launch", announced, proposal.text, grounds, spec.launch_time)
        list_proposed(turn, command)
        return
    if isinstance(command, DisableDex):
        title = f"{command.dex}: {proposal.kind}"
        announce(turn, -1, "settlement", title, proposal.text, proposal.grounds, 0)
        disable_dex(turn, command)
        return
    if isinstance(command, STEERING):
        announce(turn, -1, "notice", title_of(command), proposal.text, proposal.grounds, 0)
        steer(turn, command)
        return
    assert market is not None, "every act but a listing is about a market"
    topic, effective_ns = "parameters", 0
    if isinstance(command, ConfirmListing | DeclareEvent):
        topic = "conversion"
    elif isinstance(command, SettleMarket):
        topic = "settlement"
    elif isinstance(command, ChangeSpecification):
        effective_ns = effective_ns_of(turn, market, command)
    elif isinstance(command, EnterEventPhase):
        effective_ns = event_binds_ns(turn, market, command.phase)
    title = f"{market.name}: {proposal.kind}"
    grounds = proposal.grounds
    announce(turn, market.asset, topic, title, proposal.text, grounds, effective_ns)
    if isinstance(command, ConfirmListing):
        confirm_listing(turn, market, command)
    elif isinstance(command, DeclareEvent):
        declare_event(turn, market, command)
    elif isinstance(command, SettleMarket):
        settle_as_decided(turn, market, command)
    elif isinstance(command, RebaseMarket):
        rebase(turn, market, command)
    elif isinstance(command, ChangeSpecification):
        schedule_change(turn, market, proposal, command)
    elif isinstance(command, SetPhase):
        set_phase(turn, market, command)
    elif isinstance(command, ResolveInput):
        resolve_input(turn, market, command)
    elif isinstance(command, EnterEventPhase):
        enter_event_phase(turn, market, command)
    else:
        keep_halted(turn, market, cast(KeepHalted, command))


def _close(turn: Turn, proposal: Proposal, key: bytes, outcome: int) -> None:
    venue = turn.venue
    del venue.proposals[proposal.proposal_id]
    venue.timers.remove(proposal.expires_ns, PROPOSAL_EXPIRY, proposal.proposal_id)
    turn.emit(ProposalDecided(proposal.proposal_id, turn.time_ns, key, outcome))
