"""Acts that wait for a second operator, and what became of others (RULE-2)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.engine.acts.changes import version_of
from bellwether.engine.state.life import Proposal
from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.money.withdrawals import shown_terms
from bellwether.gateway.hyperliquid.reads.oversight.fields import fields_of
from bellwether.gateway.hyperliquid.reads.request import LATEST, Handler, ReadingNode, Request
from bellwether.gateway.hyperliquid.reads.versions import changes_of
from bellwether.schema import codes
from bellwether.schema.commands import (
    ChangeSpecification,
    DisableDex,
    ListMarket,
    SetWithdrawalTerms,
)
from bellwether.views.standing.decisions import DecisionRow

NS_PER_MS: Final = render.NS_PER_MS
MOST_TOLD: Final = 200
OUTCOMES: Final = {
    codes.APPROVED: "approved",
    codes.REJECTED: "rejected",
    codes.PROPOSAL_EXPIRED: "expired",
}


def proposals(venue: Venue, asset: int | None) -> list[dict[str, Any]]:
    """Return the acts that wait for a second operator, oldest first (RULE-2)."""
    return [
        {
            "proposalId": proposal.proposal_id,
            "coin": _coin_of(venue, proposal),
            "kind": proposal.kind,
            "grounds": proposal.grounds,
            "text": proposal.text,
            "hash": render.address(proposal.text_hash),
            "proposer": render.address(proposal.operator),
            "time": proposal.made_ns // NS_PER_MS,
            "expires": proposal.expires_ns // NS_PER_MS,
            "isStale": _is_stale(venue, proposal),
            "fields": fields_of(venue.markets.get(proposal.asset), proposal.command),
            **_asked_changes(venue, proposal),
        }
        for _, proposal in sorted(venue.proposals.items())
        if asset is None or proposal.asset == asset
    ]


def _is_stale(venue: Venue, proposal: Proposal) -> bool:
    """Has the market's phase, status, listing or specification changed since?"""
    market = venue.markets.get(proposal.asset)
    return market is not None and market.epoch != proposal.epoch


def _coin_of(venue: Venue, proposal: Proposal) -> str | None:
    """The market that a proposal is about; a listing's does not exist yet."""
    if isinstance(proposal.command, ListMarket):
        return proposal.command.spec.symbol
    market = venue.markets.get(proposal.asset)
    return None if market is None else market.name


def _asked_changes(venue: Venue, proposal: Proposal) -> dict[str, Any]:
    """What exactly a proposal about a specification asks for, field by field."""
    command = proposal.command
    if isinstance(command, ListMarket):
        return {"specification": msgspec.to_builtins(command.spec)}
    if isinstance(command, DisableDex):
        return {"dex": command.dex}
    if isinstance(command, SetWithdrawalTerms):
        return {"terms": shown_terms(command.terms)}
    if isinstance(command, ChangeSpecification):
        market = venue.markets[proposal.asset]
        base = version_of(market, command.base) or market.spec
        return {
            "changes": changes_of(base, command.spec),
            "effectiveTime": _ms(command.effective_ns),
        }
    return {}


def _ms(time_ns: int) -> int | None:
    return time_ns // NS_PER_MS or None


async def _proposals(node: ReadingNode, request: Request) -> Any:
    asset = None if request.raw("coin") is None else request.market().asset
    return await node.read(lambda venue: proposals(venue, asset))


async def _decisions(node: ReadingNode, request: Request) -> Any:
    """Proposals that wait no more, newest first, up to a number that is given (`id`)."""
    asset = None if request.raw("coin") is None else request.market().asset
    last = request.number_or("id", LATEST)
    rows = node.views.decisions.newest(min(last, LATEST), asset, MOST_TOLD)
    venue = request.venue
    return [_decision(venue, row) for row in rows]


def _decision(venue: Venue, row: DecisionRow) -> dict[str, Any]:
    market = venue.markets.get(row.asset)
    return {
        "proposalId": row.number,
        "coin": None if market is None else market.name,
        "kind": row.kind,
        "grounds": row.grounds,
        "text": row.text,
        "hash": render.address(row.hash),
        "proposer": render.address(row.proposer),
        "time": row.time_ms,
        "outcome": OUTCOMES[row.outcome],
        "decidedBy": render.address(row.decider) if row.decider else None,
        "decidedTime": row.decided_ms,
        "seq": row.seq,
    }


HANDLERS: Final[dict[str, Handler]] = {"proposals": _proposals, "decisions": _decisions}
