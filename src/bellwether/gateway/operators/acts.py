"""Acts as commands: money, accounts, trading status, announcements and decisions (RULE-1, RULE-2).

Proposals about the life of a market are built in `life`, those about what it is in `markets`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from bellwether.engine.handlers.disclosures import LONGEST_TEXT
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid.decode import (
    Amount,
    Count,
    Moment,
    ShortText,
    address_of,
    convert,
)
from bellwether.gateway.operators import life, markets, withdrawals
from bellwether.gateway.operators.fields import (
    Announcement,
    Grounds,
    Jurisdiction,
    Name,
    Word,
    market_of,
    nanoseconds,
    positive_usd,
)
from bellwether.gateway.operators.observations import observe
from bellwether.schema import codes
from bellwether.schema.commands import (
    Announce,
    AnyCommand,
    Credit,
    Debit,
    DecideProposal,
    PayInCapital,
    PublishDisclosure,
    SetAccount,
    SetTradingStatus,
)

WHOLE_VENUE: Final = -1

_STATUSES: Final = {
    "halted": codes.HALTED,
    "cancel_only": codes.CANCEL_ONLY,
    "post_only": codes.POST_ONLY,
}


class CashAct(Struct, frozen=True):
    user: ShortText
    dex: Word
    amount: Amount
    reference: Name


class PayInAct(Struct, frozen=True):
    """Capital for a market's insurance fund, or for its backstop vault (LIQ-5)."""

    coin: Word
    target: Literal["insurance", "backstop"]
    amount: Amount
    reference: Name


class AccountAct(Struct, frozen=True, rename="camel"):
    user: ShortText
    jurisdiction: Jurisdiction
    client_class: Word
    owner: Word | None = None


class HaltAct(Struct, frozen=True, rename="camel"):
    """For an hour at most, or (`beyond_hour`) until a resumption, which takes two operators."""

    coin: Word
    grounds: Grounds = ""
    status: Literal["halted", "cancel_only", "post_only"] = "halted"
    beyond_hour: bool = False
    announcement: Announcement = ""


class ResumeAct(Struct, frozen=True):
    coin: Word
    grounds: Grounds = ""


class AnnounceAct(Struct, frozen=True, rename="camel"):
    """`coin` absent concerns the whole venue; `effective_time` absent is at once."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    text: Annotated[Announcement, Meta(min_length=1)]
    coin: Word | None = None
    effective_time: Moment | None = None


class DisclosureAct(Struct, frozen=True):
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT)]


class DecisionAct(Struct, frozen=True, rename="camel"):
    proposal_id: Count


def _credit(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    cash = convert(act, CashAct, "act")
    user, amount = address_of(cash.user, "act.user"), positive_usd(cash.amount)
    return Credit(signer, nonce, user, cash.dex, amount, cash.reference)


def _debit(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    cash = convert(act, CashAct, "act")
    user, amount = address_of(cash.user, "act.user"), positive_usd(cash.amount)
    return Debit(signer, nonce, user, cash.dex, amount, cash.reference)


def _pay_in(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    paid = convert(act, PayInAct, "act")
    asset, amount = market_of(paid.coin, venue).asset, positive_usd(paid.amount)
    return PayInCapital(signer, nonce, asset, paid.target == "backstop", amount, paid.reference)


def _set_account(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    account = convert(act, AccountAct, "act")
    user = address_of(account.user, "act.user")
    owner = account.owner or ""
    return SetAccount(signer, nonce, user, account.jurisdiction, account.client_class, owner)


def _halt(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    halt = convert(act, HaltAct, "act")
    market, status = market_of(halt.coin, venue), _STATUSES[halt.status]
    if not halt.beyond_hour:
        return SetTradingStatus(signer, nonce, market.asset, status, halt.grounds)
    if not halt.grounds:
        raise Refused("act.grounds: expected why, for a halt beyond an hour")
    how = (status, halt.grounds, halt.announcement)
    return markets.keep_halted(market, signer, nonce, *how)


def _resume(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    resume = convert(act, ResumeAct, "act")
    asset = market_of(resume.coin, venue).asset
    return SetTradingStatus(signer, nonce, asset, codes.OPEN, resume.grounds)


def _announce(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    said = convert(act, AnnounceAct, "act")
    asset = WHOLE_VENUE if said.coin is None else market_of(said.coin, venue).asset
    effective_ns = nanoseconds(said.effective_time or 0)
    return Announce(signer, nonce, asset, said.title, said.text, effective_ns)


def _publish(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    said = convert(act, DisclosureAct, "act")
    return PublishDisclosure(signer, nonce, said.version, said.text)


def _approve(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    return DecideProposal(signer, nonce, convert(act, DecisionAct, "act").proposal_id, True)


def _reject(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    return DecideProposal(signer, nonce, convert(act, DecisionAct, "act").proposal_id, False)


ACTS: Final[dict[str, Callable[[dict[str, Any], bytes, int, Venue], AnyCommand]]] = {
    "credit": _credit,
    "debit": _debit,
    "payIn": _pay_in,
    "approveWithdrawal": withdrawals.approve_withdrawal,
    "releaseWithdrawal": withdrawals.release_withdrawal,
    "refuseWithdrawal": withdrawals.refuse_withdrawal,
    "pauseWithdrawals": withdrawals.pause_withdrawals,
    "resumeWithdrawals": withdrawals.resume_withdrawals,
    "withdrawalTerms": withdrawals.withdrawal_terms,
    "setAccount": _set_account,
    "halt": _halt,
    "resume": _resume,
    "announce": _announce,
    "publishDisclosure": _publish,
    "approve": _approve,
    "reject": _reject,
    "externalPrice": life.external_price,
    "indicativeAuction": life.indicative_auction,
    "exchangeHalt": life.exchange_halt,
    "observe": observe,
    "confirmListing": life.confirm_listing,
    "declareEvent": life.declare_event,
    "settle": life.settle,
    "rebase": life.rebase,
    "listMarket": markets.list_market,
    "changeSpec": markets.change_spec,
    "setPhase": markets.set_phase,
    "eventPhase": markets.enter_event_phase,
    "resolveInput": markets.resolve_input,
    "disableDex": markets.disable_dex,
}
"""Act kind → the command it becomes; each raises Refused or WrongShape."""
