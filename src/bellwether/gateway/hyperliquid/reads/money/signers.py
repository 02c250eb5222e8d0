"""Who signs for an account (§2 of the dialect, RULE-10)."""

from __future__ import annotations

from typing import Any, Final

from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.request import Handler, ReadingNode, Request


async def _signers(node: ReadingNode, request: Request) -> Any:
    address = request.address()

    def answer(venue: Venue) -> dict[str, Any] | None:
        user = venue.users.get(address)
        if user is None or user.threshold == 0:
            return None
        keys = [render.address(key) for key in user.co_signers]
        return {"authorizedUsers": keys, "threshold": user.threshold}

    return await node.read(answer)


HANDLERS: Final[dict[str, Handler]] = {"userToMultiSigSigners": _signers}
