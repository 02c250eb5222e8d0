"""Acts on withdrawals as commands, and the queue for who may act (RULE-2, RULE-3, RULE-9)."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid.actions import micro_usd
from bellwether.gateway.hyperliquid.decode import Amount, Count, convert
from bellwether.gateway.operators.fields import Announcement, Grounds, Name
from bellwether.schema.commands import (
    AnyCommand,
    ApproveWithdrawal,
    PauseWithdrawals,
    RefuseWithdrawal,
    ReleaseWithdrawal,
    ResumeWithdrawals,
    SetWithdrawalTerms,
)
from bellwether.schema.parts.withdrawals import WithdrawalTerms
from bellwether.units.quantities import NS_PER_MS
from bellwether.units.text import format_decimal

Reason = Annotated[Grounds, Meta(min_length=1)]
LongestDelay = Annotated[int, Meta(ge=0, le=10**10)]

_AMOUNTS: Final = {
    "least": "least_e6",
    "delayed_above": "delayed_above_e6",
    "large_above": "large_above_e6",
    "account_hourly": "account_hourly_e6",
    "venue_hourly": "venue_hourly_e6",
}
_DELAYS: Final = {
    "delay_ms": "delay_ns",
    "large_delay_ms": "large_delay_ns",
    "new_address_ms": "new_address_delay_ns",
}


class ApproveAct(Struct, frozen=True):
    id: Count


class ReleaseAct(Struct, frozen=True):
    id: Count
    reference: Name


class RefuseAct(Struct, frozen=True):
    id: Count
    grounds: Reason


class PauseAct(Struct, frozen=True):
    grounds: Reason


class ResumeAct(Struct, frozen=True):
    grounds: Reason
    announcement: Announcement = ""


class TermsAct(Struct, frozen=True, rename="camel"):
    """What is absent stays as it is."""

    grounds: Reason
    announcement: Announcement = ""
    least: Amount | UnsetType = UNSET
    delayed_above: Amount | UnsetType = UNSET
    delay_ms: LongestDelay | UnsetType = UNSET
    large_above: Amount | UnsetType = UNSET
    large_delay_ms: LongestDelay | UnsetType = UNSET
    large_approvals: Annotated[int, Meta(ge=0, le=100)] | UnsetType = UNSET
    account_hourly: Amount | UnsetType = UNSET
    venue_hourly: Amount | UnsetType = UNSET
    new_address_ms: LongestDelay | UnsetType = UNSET


def approve_withdrawal(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Raises Refused and WrongShape, as all of these do."""
    return ApproveWithdrawal(signer, nonce, convert(act, ApproveAct, "act").id)


def release_withdrawal(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """The custodian has paid."""
    wanted = convert(act, ReleaseAct, "act")
    return ReleaseWithdrawal(signer, nonce, wanted.id, wanted.reference)


def refuse_withdrawal(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """The money returns to its account."""
    wanted = convert(act, RefuseAct, "act")
    return RefuseWithdrawal(signer, nonce, wanted.id, wanted.grounds)


def pause_withdrawals(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """One key stops all."""
    return PauseWithdrawals(signer, nonce, convert(act, PauseAct, "act").grounds)


def resume_withdrawals(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Two let money leave again."""
    wanted = convert(act, ResumeAct, "act")
    text = wanted.announcement or f"Withdrawals go on. Grounds: {wanted.grounds}"
    return ResumeWithdrawals(signer, nonce, wanted.grounds, text)


def withdrawal_terms(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    """Two set other terms."""
    wanted = convert(act, TermsAct, "act")
    changes: dict[str, int] = {}
    for name, field in _AMOUNTS.items():
        text = getattr(wanted, name)
        if text is not UNSET:
            changes[field] = micro_usd(text)
    for name, field in _DELAYS.items():
        delay = getattr(wanted, name)
        if delay is not UNSET:
            changes[field] = delay * NS_PER_MS
    if wanted.large_approvals is not UNSET:
        changes["large_approvals"] = wanted.large_approvals
    if not changes:
        raise Refused("act: expected at least one of the terms to change")
    terms = msgspec.structs.replace(venue.payouts.terms, **changes)
    if faults := terms.faults():
        raise Refused(f"act: {faults[0]}")
    text = wanted.announcement or _terms_text(terms, wanted.grounds)
    return SetWithdrawalTerms(signer, nonce, terms, wanted.grounds, text)


def _terms_text(terms: WithdrawalTerms, grounds: str) -> str:
    return (
        f"Withdrawals above {_usd(terms.delayed_above_e6)} USD wait"
        f" {terms.delay_ns // NS_PER_MS // 60_000} minutes, above {_usd(terms.large_above_e6)} USD"
        f" {terms.large_delay_ns // NS_PER_MS // 60_000} minutes and need"
        f" {terms.large_approvals} approvals; one to an address that is new to its account waits"
        f" {terms.new_address_delay_ns // NS_PER_MS // 60_000} minutes; within an hour an account"
        f" may ask for {_usd(terms.account_hourly_e6)} USD, and {_usd(terms.venue_hourly_e6)} USD"
        f" may leave the venue. Grounds: {grounds}"
    )


def _usd(amount_e6: int) -> str:
    return format_decimal(amount_e6, 6).removesuffix(".0")
