"""The fields of an act as the wire has them, whatever is announced of it (RULE-1, RULE-2)."""

from __future__ import annotations

from typing import Any, Final

from bellwether.engine.acts.changes import version_of
from bellwether.engine.state.market import Market
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.money.withdrawals import shown_terms
from bellwether.gateway.hyperliquid.reads.versions import changes_of
from bellwether.schema import codes
from bellwether.schema.commands import (
    Announce,
    AnyCommand,
    ApproveWithdrawal,
    ChangeSpecification,
    ConfirmListing,
    Credit,
    Debit,
    DecideProposal,
    DeclareEvent,
    DisableDex,
    EnterEventPhase,
    InsertMarginTable,
    KeepHalted,
    ListMarket,
    PayInCapital,
    PublishDisclosure,
    RebaseMarket,
    RefuseWithdrawal,
    ReleaseWithdrawal,
    ReportExchangeHalt,
    ResolveInput,
    SetAccount,
    SetFeeRecipient,
    SetPhase,
    SetSubDeployers,
    SettleMarket,
    SetTradingStatus,
    SetWithdrawalTerms,
    SubmitExternalPrice,
    SubmitIndication,
    SubmitObservation,
)

NS_PER_MS: Final = render.NS_PER_MS
_SESSIONS: Final = {number: name for name, number in codes.SESSIONS.items()}


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


def told_fields(market: Market | None, command: AnyCommand) -> dict[str, Any]:
    """The same of every act that a record has, its longest texts left out."""
    if isinstance(command, SetTradingStatus):
        return {"status": codes.STATUS_NAMES[command.status]}
    if isinstance(command, Announce):
        return {"title": command.title, "effectiveTime": _ms(command.effective_ns)}
    if isinstance(command, PublishDisclosure):
        return {"version": command.version}
    if isinstance(command, DecideProposal):
        return {"proposalId": command.proposal_id}
    if isinstance(command, SetAccount):
        return {
            "user": render.address(command.user),
            "jurisdiction": command.jurisdiction,
            "clientClass": command.client_class,
            "owner": command.owner or None,
        }
    if isinstance(command, ListMarket):
        return {"symbol": command.spec.symbol, "preset": command.spec.preset}
    if isinstance(command, ChangeSpecification):
        base = None if market is None else version_of(market, command.base)
        changes = {} if base is None else changes_of(base, command.spec)
        return {**changes, "effectiveTime": _ms(command.effective_ns)}
    if isinstance(command, DisableDex | InsertMarginTable | SetSubDeployers):
        return {"dex": command.dex}
    if isinstance(command, SetFeeRecipient):
        return {"dex": command.dex, "recipient": render.address(command.recipient)}
    if isinstance(command, SubmitExternalPrice | SubmitIndication | ReportExchangeHalt):
        return _from_outside(market, command)
    if isinstance(command, SubmitObservation):
        return _observed(command)
    return _of_money(command) or fields_of(market, command)


def _of_money(command: AnyCommand) -> dict[str, Any]:
    if isinstance(command, Credit | Debit):
        return {
            "user": render.address(command.user),
            "dex": command.dex,
            "amount": render.usd(command.amount_e6),
            "reference": command.reference,
        }
    if isinstance(command, PayInCapital):
        return {
            "target": "backstop" if command.is_backstop else "insurance",
            "amount": render.usd(command.amount_e6),
            "reference": command.reference,
        }
    if isinstance(command, ReleaseWithdrawal):
        return {"id": command.withdrawal_id, "reference": command.reference}
    if isinstance(command, ApproveWithdrawal | RefuseWithdrawal):
        return {"id": command.withdrawal_id}
    return shown_terms(command.terms) if isinstance(command, SetWithdrawalTerms) else {}


def _from_outside(
    market: Market | None, command: SubmitExternalPrice | SubmitIndication | ReportExchangeHalt
) -> dict[str, Any]:
    seen = {"source": command.source, "time": _ms(command.observed_ns)}
    if isinstance(command, ReportExchangeHalt):
        return {**seen, "halted": command.halted, "reason": command.reason or None}
    px = None if market is None else render.px(market, command.price)
    if isinstance(command, SubmitExternalPrice):
        return {**seen, "px": px, "session": _SESSIONS.get(command.session)}
    return {**seen, "px": px, "pairedVolume": command.paired_shares}


def _observed(command: SubmitObservation) -> dict[str, Any]:
    return {
        "source": command.source,
        "observationKind": command.kind,
        "value": render.usd(command.value_e6),
        "unit": command.unit,
        "shareCount": command.share_count or None,
        "shareClass": command.share_class or None,
        "size": render.usd(command.size_e6) if command.size_e6 else None,
        "observedAt": _ms(command.observed_ns),
    }


def _ms(time_ns: int) -> int | None:
    return time_ns // NS_PER_MS or None
