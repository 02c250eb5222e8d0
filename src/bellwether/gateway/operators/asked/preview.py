"""What an act would announce and do, and why it would be refused, before anybody signs it.

The answers about positions are totals. They are not public because a price of one's choice would
find out where others are liquidated (LIQ-7).
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from msgspec import Struct

from bellwether.engine.acts.alone import ALONE, refusal_alone, roles_of
from bellwether.engine.acts.changes import effective_ns_of, version_of
from bellwether.engine.life.outcome import Outcome, SideTotals
from bellwether.engine.life.preview import average_to_date
from bellwether.engine.life.proposals import (
    DISCRETIONARY,
    act_refusal,
    approval_refusal,
    proposal_of,
)
from bellwether.engine.life.settlement import recent_twap
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.engine.state.venue import Venue
from bellwether.formulas.conversion import part_settled_mark
from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid import render, replies
from bellwether.gateway.hyperliquid.decode import Count, convert
from bellwether.gateway.hyperliquid.reads.oversight.fields import fields_of, told_fields
from bellwether.gateway.hyperliquid.reads.versions import changes_of
from bellwether.gateway.operators.acts import ACTS
from bellwether.gateway.operators.asked.effects import changed, noted
from bellwether.gateway.operators.asked.payouts import payout_of
from bellwether.gateway.operators.asked.stress import each
from bellwether.gateway.ports import NodePort
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AnyCommand,
    ChangeSpecification,
    ConfirmListing,
    DeclareEvent,
    RebaseMarket,
    SettleMarket,
)
from bellwether.schema.events import CommandRefused
from bellwether.units.division import mul_div_half_even

_MOVES_POSITIONS: Final = (SettleMarket, ConfirmListing, DeclareEvent, RebaseMarket)


class PreviewAct(Struct, frozen=True, rename="camel"):
    """An act that has not been sent, or the number of a proposal that waits; one of the two."""

    act: dict[str, Any] | None = None
    proposal_id: Count | None = None


async def preview(node: NodePort, act: dict[str, Any], signer: bytes) -> dict[str, Any]:
    """What an act would announce and do, and why it would be refused. Raises Refused."""
    wanted = convert(act, PreviewAct, "act")
    venue = node.engine.venue
    if (wanted.act is None) == (wanted.proposal_id is None):
        raise Refused("act.act: expected an act, or act.proposalId, and not both")
    if wanted.act is None:
        proposal = venue.proposals.get(wanted.proposal_id or 0)
        if proposal is None:
            raise Refused(f"act.proposalId: no proposal {wanted.proposal_id} waits")
        command: Any = proposal.command
        reason = rejects.ROLE_MISSING
        if _has_one_of(venue, signer, proposal.roles):
            reason = approval_refusal(Turn(venue, venue.time_ns), proposal, signer)
        refused = CommandRefused(reason) if reason else None
    else:
        kind = wanted.act.get("kind")
        build = ACTS.get(kind) if isinstance(kind, str) else None
        if build is None:
            raise Refused(f"act.act.kind: `{str(kind)[:64]}` is not an act")
        command = build(wanted.act, signer, 0, venue)
        refused = _refusal(venue, command, signer)
    market = venue.markets.get(getattr(command, "asset", -1))
    shown = await node.read(lambda venue: _announced(venue, market, command))
    shown["refusal"] = None if refused is None else replies.refusal_of(command, refused)
    if refused is None or refused.reason != rejects.ROLE_MISSING:
        # What an act would change may be known to those alone who may send it.
        shown["changes"] += await node.read(lambda venue: changed(venue, command))
        shown["notes"] = await node.read(lambda venue: noted(venue, command))
        shown["withdrawal"] = await node.read(lambda venue: payout_of(venue, command))
    shown["outcome"] = None
    if market is not None and isinstance(command, _MOVES_POSITIONS):
        price = _price_of(venue, market, command)
        outcome = Outcome(price, _worth_of(market, command, price))
        await each(node, market, outcome.add)
        shown["outcome"] = _outcome(market, outcome)
    return shown


def _refusal(venue: Venue, command: AnyCommand, signer: bytes) -> CommandRefused | None:
    """Why an act may not be proposed or, where one key is enough, carried out. What feeds say is
    judged when it is sent."""
    turn = Turn(venue, venue.time_ns)
    if isinstance(command, ALONE):
        if not _has_one_of(venue, signer, roles_of(command)):
            return CommandRefused(rejects.ROLE_MISSING)
        return refusal_alone(turn, command)
    if not isinstance(command, DISCRETIONARY):
        return None
    if not _has_one_of(venue, signer, proposal_of(command).roles):
        return CommandRefused(rejects.ROLE_MISSING)
    market = venue.markets.get(getattr(command, "asset", -1))
    reason = act_refusal(turn, market, command)
    detail = 0 if market is None else market.asset
    return CommandRefused(reason, detail) if reason else None


def _has_one_of(venue: Venue, signer: bytes, roles: int) -> bool:
    operator = venue.operators.get(signer)
    return operator is not None and operator.roles & roles != 0


def _announced(venue: Venue, market: Market | None, command: Any) -> dict[str, Any]:
    """What becomes public with it, and the fields that it changes."""
    text = getattr(command, "announcement", "") or getattr(command, "text", "")
    shown: dict[str, Any] = {
        "coin": None if market is None else market.name,
        "text": text or None,
        "hash": "0x" + sha256(text.encode()).hexdigest() if text else None,
        "fields": (told_fields if isinstance(command, ALONE) else fields_of)(market, command),
        "changes": [],
        "notes": [],
        "withdrawal": None,
        "effectiveTime": None,
    }
    if market is not None and isinstance(command, ChangeSpecification):
        base = version_of(market, command.base) or market.spec
        before, after = changes_of(command.spec, base), changes_of(base, command.spec)
        shown["changes"] = [
            {"field": name, "before": before[name], "after": after[name]} for name in after
        ]
        effective_ns = effective_ns_of(Turn(venue, venue.time_ns), market, command)
        shown["effectiveTime"] = effective_ns // render.NS_PER_MS
    return shown


def _price_of(venue: Venue, market: Market, command: Any) -> int:
    """At what positions would be closed, in atoms; the mark where none are."""
    if isinstance(command, SettleMarket):
        if command.method == codes.RECENT_TWAP:
            return recent_twap(market, command.window_ns)
        if command.method == codes.DELISTING:
            return market.oracle_price
        return command.price or max(average_to_date(market, venue.time_ns), 0)
    if isinstance(command, ConfirmListing | DeclareEvent) and command.cross_price:
        listing: Any = command if isinstance(command, ConfirmListing) else market.listing
        numerator, denominator = listing.numerator or 1, listing.denominator
        return mul_div_half_even(command.cross_price, numerator, denominator)
    return market.mark_price


def _worth_of(market: Market, command: Any, price: int) -> int:
    """What a lot is worth where a part of it settles (LIFE-7), else the price."""
    part_e6 = market.listing.settled_e6 if isinstance(command, DeclareEvent) else 0
    if isinstance(command, ConfirmListing):
        part_e6 = command.settled_e6
    return part_settled_mark(market.mark_price, price, part_e6) if part_e6 else price


def _outcome(market: Market, found: Outcome) -> dict[str, Any]:
    fund = market.losses.fund.balance
    deficit = found.long.deficit + found.short.deficit
    return {
        "px": render.px(market, found.price),
        "markPx": render.px(market, market.mark_price),
        "long": _side(market, found.long),
        "short": _side(market, found.short),
        "insuranceFund": render.usd(fund),
        "deficit": render.usd(deficit),
        "borneByOthers": render.usd(max(deficit - fund, 0)),
    }


def _side(market: Market, side: SideTotals) -> dict[str, Any]:
    return {
        "accounts": side.accounts,
        "sz": render.sz(market, side.lots),
        "entryPx": render.average_px(market, side.cost, side.lots) if side.lots else None,
        "gained": render.usd(side.gained),
        "lost": render.usd(side.lost),
        "funding": render.usd(side.funding),
        "ruined": side.ruined,
        "deficit": render.usd(side.deficit),
    }
