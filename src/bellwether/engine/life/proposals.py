"""Discretion in two keys (RULE-2): proposed by one operator, bound by the approval of another."""

from __future__ import annotations

from typing import Final, cast

from bellwether.engine.admission import admit_operator
from bellwether.engine.conversion.conversion import confirm_listing, confirmation_refusal
from bellwether.engine.life.phases import announce, text_hash
from bellwether.engine.life.rebase import rebase, rebase_refusal
from bellwether.engine.life.settlement import settle_as_decided, settlement_refusal
from bellwether.engine.state.life import Proposal
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import PROPOSAL_EXPIRY
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    Announce,
    ConfirmListing,
    DecideProposal,
    RebaseMarket,
    SettleMarket,
)
from bellwether.schema.events import CommandRefused, ProposalDecided, ProposalMade
from bellwether.units.quantities import NS_PER_DAY

MOST_OPEN: Final = 1_000
LIFETIME_NS: Final = NS_PER_DAY
"""A proposal that nobody has approved by then is void."""


def propose(turn: Turn, command: ConfirmListing | SettleMarket | RebaseMarket) -> None:
    """A discretionary act waits for a second operator: a listing (LIFE-7) for a lister, an
    alternative settlement (LIFE-6) or a change of units (LIFE-10) for a settler.
    """
    is_listing = isinstance(command, ConfirmListing)
    role = codes.LISTER if is_listing else codes.SETTLER
    if admit_operator(turn, command.signer, command.nonce, role) is None:
        return
    proposal = Proposal(0, command.asset, command.signer, role, command)
    if is_listing:
        proposal.kind = "confirmListing"
    else:
        proposal.kind = "settle" if isinstance(command, SettleMarket) else "rebase"
    proposal.grounds = command.grounds
    proposal.text = command.announcement
    _file(turn, proposal)


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
    operator = admit_operator(turn, command.signer, command.nonce, codes.EVERY_OPERATOR_ROLE)
    if operator is None:
        return
    venue = turn.venue
    proposal = venue.proposals.get(command.proposal_id)
    if proposal is None:
        turn.emit(CommandRefused(rejects.PROPOSAL_UNKNOWN))
        return
    if operator.roles & proposal.roles == 0:
        turn.emit(CommandRefused(rejects.ROLE_MISSING))
        return
    if not command.approve:
        _close(turn, proposal, operator.key, codes.REJECTED)
        return
    reason = _approval_refusal(turn, proposal, operator.key)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, proposal.asset))
        return
    _close(turn, proposal, operator.key, codes.APPROVED)
    _carry_out(turn, venue.markets[proposal.asset], proposal)


def expire(turn: Turn, proposal_id: int) -> None:
    """A day has passed without an approval."""
    proposal = turn.venue.proposals.pop(proposal_id)
    turn.emit(ProposalDecided(proposal.proposal_id, turn.time_ns, b"", codes.PROPOSAL_EXPIRED))


def _file(turn: Turn, proposal: Proposal) -> None:
    venue = turn.venue
    market = venue.markets.get(proposal.asset)
    if market is None:
        turn.emit(CommandRefused(rejects.MARKET_UNKNOWN, proposal.asset))
        return
    reason = _act_refusal(turn, market, proposal.command)
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
    proposal.epoch = market.epoch
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


def _approval_refusal(turn: Turn, proposal: Proposal, key: bytes) -> int:
    if key == proposal.operator:
        return rejects.PROPOSAL_OWN
    market = turn.venue.markets[proposal.asset]
    if proposal.epoch != market.epoch:
        return rejects.PROPOSAL_STALE
    return _act_refusal(turn, market, proposal.command)


def _act_refusal(turn: Turn, market: Market, command: object) -> int:
    if isinstance(command, ConfirmListing):
        return confirmation_refusal(turn, market, command)
    if isinstance(command, SettleMarket):
        return settlement_refusal(turn, market, command)
    return rebase_refusal(market, cast(RebaseMarket, command))


def _carry_out(turn: Turn, market: Market, proposal: Proposal) -> None:
    command = proposal.command
    title = f"{market.name}: {proposal.kind}"
    if isinstance(command, ConfirmListing):
        announce(turn, market.asset, "conversion", title, proposal.text, proposal.grounds, 0)
        confirm_listing(turn, market, command)
    elif isinstance(command, SettleMarket):
        announce(turn, market.asset, "settlement", title, proposal.text, proposal.grounds, 0)
        settle_as_decided(turn, market, command)
    else:
        announce(turn, market.asset, "parameters", title, proposal.text, proposal.grounds, 0)
        rebase(turn, market, cast(RebaseMarket, command))


def _close(turn: Turn, proposal: Proposal, key: bytes, outcome: int) -> None:
    venue = turn.venue
    del venue.proposals[proposal.proposal_id]
    venue.timers.remove(proposal.expires_ns, PROPOSAL_EXPIRY, proposal.proposal_id)
    turn.emit(ProposalDecided(proposal.proposal_id, turn.time_ns, key, outcome))
