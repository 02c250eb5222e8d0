"""A `multiSig` action as a command: what is asked for, and by whom (RULE-10)."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.hyperliquid import decode
from bellwether.gateway.hyperliquid.actions import Authority, command_of
from bellwether.gateway.hyperliquid.decode import Action
from bellwether.gateway.hyperliquid.together.signatures import Party
from bellwether.gateway.hyperliquid.wire.refused import refusal_of
from bellwether.schema import rejects
from bellwether.schema.commands import ActTogether, AnyCommand, UserCommand

OF_THE_SENDER = frozenset(
    {rejects.SIGNER_UNKNOWN, rejects.AGENT_EXPIRED, rejects.OUTER_SIGNER_FOREIGN}
)
"""Refusals that are about who sends the action."""

_NOT_TOGETHER = (decode.MultiSig, decode.PerpDeploy, decode.LiquidationPricesAction)


class Asked(NamedTuple):
    """The command, and what it carries for the account."""

    command: ActTogether
    inner: AnyCommand


def inner_of(action: decode.MultiSig) -> Action:
    """What is asked for. Raises Refused for what several signers do not do, and WrongShape."""
    raw: dict[str, Any] = action.payload.action
    try:
        inner = decode.action_of(raw)
    except WrongShape as fault:
        raise WrongShape(f"action.payload.{fault.detail}") from None
    if isinstance(inner, _NOT_TOGETHER):
        raise Refused(f"{raw['type']} is not supported by this venue in a multi-sig action")
    if (refusal := refusal_of(raw["type"], inner)) is not None:
        raise Refused(refusal)
    return inner


def asked_of(
    action: Action, party: Party, account_for: bytes, by: tuple[int, int], venue: Venue
) -> Asked:
    """The command of an inner action; `by` are nonce and expiry. Raises Refused or WrongShape."""
    nonce, expires_after = by
    authority = Authority(party.account, account_for, nonce, expires_after)
    inner = command_of(action, authority, venue)
    # Builders of actions make commands of users only.
    said = cast("UserCommand", inner)
    head = (party.sender, party.account, nonce, expires_after)
    return Asked(ActTogether(*head, party.approvers, said), inner)
