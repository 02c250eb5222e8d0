"""Acts that wait for a second operator, and what became of others (RULE-2)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.engine.acts.changes import version_of
from bellwether.engine.state.life import Proposal
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.money.withdrawals import shown_terms
from bellwether.gateway.hyperliquid.reads.request import LATEST, Handler, ReadingNode, Request
from bellwether.gateway.hyperliquid.reads.versions import changes_of
from bellwether.schema import codes
from bellwether.schema.commands import (
    ChangeSpecification,
    ConfirmListing,
    DeclareEvent,
    DisableDex,
    EnterEventPhase,
    KeepHalted,
    ListMarket,
    RebaseMarket,
    ResolveInput,
    SetPhase,
    SettleMarket,
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


def fields_of(market: Market | None, command: object) -> dict[str, Any]:
    """The fields of an act as the wire has them, whatever its announcement says of them."""
    if market is None:
        return {}
    if isinstance(command, SettleMarket):
        return {
            "method": codes.METHOD_NAMES[command.method],
            "px": render.px(market, command.price) if command.price else None,
            "window": _ms(command.window_ns),
        }
    if isinstance(command, RebaseMarket):
        return {"numerator": command.numerator, "denominator": command.denominator}
    if isinstance(command, SetPhase):
        return {"phase": codes.PHASE_NAMES[command.phase]}
    if isinstance(command, EnterEventPhase):
        return {"phase": command.phase}
    if isinstance(command, KeepHalted):
        return {"status": codes.STATUS_NAMES[command.status], "beyondHour": True}
    if isinstance(command, ResolveInput):
        return {
            "source": command.source,
            "observationKind": command.kind,
            "value": render.usd(command.value_e6),
            "observedAt": _ms(command.observed_ns),
            "decision": "accept" if command.accept else "reject",
        }
    if isinstance(command, DeclareEvent):
        return {
            "event": command.event,
            "crossPx": render.px(market, command.cross_price) if command.cross_price else None,
            "crossTime": _ms(command.cross_time_ns),
        }
    return _listing(market, command) if isinstance(command, ConfirmListing) else {}


def _listing(market: Market, command: ConfirmListing) -> dict[str, Any]:
    has_ratio = command.numerator > 0
    return {
        "exchange": command.exchange,
        "listedAs": command.listed_as,
        "structure": command.structure,
        "jurisdiction": command.jurisdiction or None,
        "crossPx": render.px(market, command.cross_price),
        "crossTime": _ms(command.cross_time_ns),
        "treatment": command.treatment,
        "ratio": f"{command.numerator}/{command.denominator}" if has_ratio else None,
        "settledPart": render.decimal(command.settled_e6, 6),
        "event": command.event or None,
        "condition": command.condition or None,
        "deadline": _ms(command.deadline_ns),
        "then": command.after or None,
        "otherwise": command.otherwise or None,
    }


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
