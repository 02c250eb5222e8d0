"""`/operator`: signed acts of operators, custodian and compliance (chapter 10, RULE-1)."""

from __future__ import annotations

from typing import Any, final

from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.hyperliquid import replies
from bellwether.gateway.hyperliquid.decode import envelope_of
from bellwether.gateway.hyperliquid.exchange import FRESH_MS, Authenticator
from bellwether.gateway.hyperliquid.refusals import request_text
from bellwether.gateway.operators.acts import ACTS
from bellwether.gateway.operators.asked.questions import READS
from bellwether.gateway.ports import NodePort, submitted
from bellwether.node.commit.batch import Receipt
from bellwether.schema import rejects
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import CommandRefused, ProposalMade
from bellwether.units.quantities import NS_PER_MS


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
        if build is None and kind not in READS:
            raise Refused(f"act.kind: `{kind[:64]}` is not an act")
        signer, is_known = await self._authenticator.signer_of(envelope, None, peer)
        if not is_known:
            raise Refused(replies.stranger(signer, False))
        if not self._node.engine.venue.has_part(signer):
            # Acts are not rate-limited, so only who may act at all gets as far as the journal.
            raise Refused(request_text(rejects.ROLE_MISSING))
        if build is None:
            return await self._read(kind, act, signer, envelope.nonce)
        try:
            command = build(act, signer, envelope.nonce, self._node.engine.venue)
        except WrongShape as fault:
            raise Refused(fault.detail) from None
        return reply_to(command, await submitted(self._node, command))

    async def _read(self, kind: str, act: dict[str, Any], signer: bytes, nonce: int) -> bytes:
        """What only who may act may ask: signed, and not journalled."""
        venue = self._node.engine.venue
        now_ms = self._node.clock.time_ns() // NS_PER_MS
        if venue.check_nonce_window and abs(nonce - now_ms) > FRESH_MS:
            raise Refused(request_text(rejects.NONCE_TOO_OLD))
        try:
            return replies.ok("operator", await READS[kind](self._node, act, signer))
        except WrongShape as fault:
            raise Refused(fault.detail) from None


def reply_to(command: AnyCommand, receipt: Receipt) -> bytes:
    """The reply to an act: its number, and that of the proposal it has made. Raises Refused."""
    content: dict[str, Any] = {"seq": receipt.seq}
    for event in receipt.events:
        if isinstance(event, CommandRefused):
            raise Refused(replies.refusal_of(command, event))
        if isinstance(event, ProposalMade):
            content["proposalId"] = event.proposal_id
    return replies.ok("operator", content)
