"""`/operator`: signed acts of operators, custodian and compliance (chapter 10, RULE-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, final

from msgspec import Meta, Struct

from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.hyperliquid import replies
from bellwether.gateway.hyperliquid.actions import micro_usd
from bellwether.gateway.hyperliquid.decode import (
    Amount,
    ShortText,
    address_of,
    convert,
    envelope_of,
)
from bellwether.gateway.hyperliquid.exchange import Authenticator
from bellwether.gateway.hyperliquid.refusals import request_text
from bellwether.gateway.ports import NodePort, submitted
from bellwether.schema import codes, rejects
from bellwether.schema.commands import AnyCommand, Credit, Debit, SetAccount, SetTradingStatus
from bellwether.schema.events import CommandRefused

_STATUSES: Final = {
    "halted": codes.HALTED,
    "cancel_only": codes.CANCEL_ONLY,
    "post_only": codes.POST_ONLY,
}

Word = Annotated[str, Meta(max_length=64)]
Reference = Annotated[str, Meta(min_length=1, max_length=64)]
Grounds = Annotated[str, Meta(max_length=2_000)]
Jurisdiction = Annotated[str, Meta(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?)?\Z")]


class CashAct(Struct, frozen=True):
    user: ShortText
    dex: Word
    amount: Amount
    reference: Reference


class AccountAct(Struct, frozen=True, rename="camel"):
    user: ShortText
    jurisdiction: Jurisdiction
    client_class: Word
    owner: Word | None = None


class HaltAct(Struct, frozen=True):
    coin: Word
    grounds: Grounds = ""
    status: Literal["halted", "cancel_only", "post_only"] = "halted"


class ResumeAct(Struct, frozen=True):
    coin: Word
    grounds: Grounds = ""


NOT_SUPPORTED: Final = frozenset(
    "listMarket announce observe externalPrice indicativeAuction confirmListing settle rebase"
    " setPhase changeSpec resolveInput approve reject".split()
)
"""Acts of chapter 10 that this venue refuses by name."""


def _credit(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    cash = convert(act, CashAct, "act")
    user, amount = address_of(cash.user, "act.user"), _positive(cash.amount)
    return Credit(signer, nonce, user, cash.dex, amount, cash.reference)


def _debit(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    cash = convert(act, CashAct, "act")
    user, amount = address_of(cash.user, "act.user"), _positive(cash.amount)
    return Debit(signer, nonce, user, cash.dex, amount, cash.reference)


def _set_account(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    account = convert(act, AccountAct, "act")
    user = address_of(account.user, "act.user")
    owner = account.owner or ""
    return SetAccount(signer, nonce, user, account.jurisdiction, account.client_class, owner)


def _halt(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    halt = convert(act, HaltAct, "act")
    asset = _asset(halt.coin, venue)
    return SetTradingStatus(signer, nonce, asset, _STATUSES[halt.status], halt.grounds)


def _resume(act: dict[str, Any], signer: bytes, nonce: int, venue: Venue) -> AnyCommand:
    resume = convert(act, ResumeAct, "act")
    return SetTradingStatus(signer, nonce, _asset(resume.coin, venue), codes.OPEN, resume.grounds)


ACTS: Final[dict[str, Callable[[dict[str, Any], bytes, int, Venue], AnyCommand]]] = {
    "credit": _credit,
    "debit": _debit,
    "setAccount": _set_account,
    "halt": _halt,
    "resume": _resume,
}
"""Act kind → the command it becomes."""


@final
class OperatorDesk:
    """Answers operator acts. A malformed act is answered by `err` with the field it is about."""

    def __init__(self, node: NodePort, authenticator: Authenticator) -> None:
        self._node = node
        self._authenticator = authenticator

    async def answer(self, body: dict[str, Any], peer: str) -> bytes:
        """Raises Fault for a malformed envelope, and NodeStopped."""
        try:
            return await self._carry_out(body, peer)
        except Refused as refused:
            return replies.err(refused.text)

    async def _carry_out(self, body: dict[str, Any], peer: str) -> bytes:
        envelope = envelope_of(body)
        if envelope.action.get("type") != "operator":
            raise WrongShape("action.type: expected `operator`")
        act = envelope.action.get("act")
        kind = act.get("kind") if isinstance(act, dict) else None
        if not isinstance(act, dict) or not isinstance(kind, str):
            raise Refused("act.kind: expected the name of an act")
        build = ACTS.get(kind)
        if build is None and kind not in NOT_SUPPORTED:
            raise Refused(f"act.kind: `{kind[:64]}` is not an act")
        signer, is_known = await self._authenticator.signer_of(envelope, None, peer)
        if not is_known:
            raise Refused(replies.stranger(signer, False))
        if signer not in self._node.engine.venue.operators:
            # Acts are not rate-limited, so only who may act at all gets as far as the journal.
            raise Refused(request_text(rejects.ROLE_MISSING))
        if build is None:
            raise Refused(f"{kind} is not supported by this venue")
        try:
            command = build(act, signer, envelope.nonce, self._node.engine.venue)
        except WrongShape as fault:
            raise Refused(fault.detail) from None
        receipt = await submitted(self._node, command)
        for event in receipt.events:
            if isinstance(event, CommandRefused):
                raise Refused(replies.refusal_of(command, event))
        return replies.ok("operator", {"seq": receipt.seq})


def _positive(amount: str) -> int:
    value = micro_usd(amount)
    if value <= 0:
        raise Refused("act.amount: expected an amount above zero")
    return value


def _asset(coin: str, venue: Venue) -> int:
    market = venue.market_by_name.get(coin)
    if market is None:
        raise Refused(f"act.coin: there is no market `{coin}`")
    return market.asset
