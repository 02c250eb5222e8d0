"""`/operator`: signed acts of operators, custodian and compliance (chapter 10, RULE-1)."""

from __future__ import annotations

from typing import Any, final

from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.hyperliquid import replies
from bellwether.gateway.hyperliquid.decode import envelope_of
from bellwether.gateway.hyperliquid.exchange import Authenticator
from bellwether.gateway.hyperliquid.refusals import request_text
from bellwether.gateway.operators.acts import ACTS
from bellwether.gateway.ports import NodePort, submitted
from bellwether.node.commit.batch import Receipt
from bellwether.schema import rejects
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import CommandRefused, ProposalMade


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
        if build is None:
            raise Refused(f"act.kind: `{kind[:64]}` is not an act")
        signer, is_known = await self._authenticator.signer_of(envelope, None, peer)
        if not is_known:
            raise Refused(replies.stranger(signer, False))
        if not self._node.engine.venue.has_part(signer):
            # Acts are not rate-limited, so only who may act at all gets as far as the journal.
            raise Refused(request_text(rejects.ROLE_MISSING))
        try:
            command = build(act, signer, envelope.nonce, self._node.engine.venue)
        except WrongShape as fault:
            raise Refused(fault.detail) from None
        return reply_to(command, await submitted(self._node, command))


def reply_to(command: AnyCommand, receipt: Receipt) -> bytes:
    """The reply to an act: its number, and that of the proposal it has made. Raises Refused."""
    content: dict[str, Any] = {"seq": receipt.seq}
    for event in receipt.events:
        if isinstance(event, CommandRefused):
            raise Refused(replies.refusal_of(command, event))
        if isinstance(event, ProposalMade):
            content["proposalId"] = event.proposal_id
    return replies.ok("operator", content)
