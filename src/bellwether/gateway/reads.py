"""The door to everything that only reads: `/info` and the WebSocket channels."""

from __future__ import annotations

from typing import Any, final

from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid import info
from bellwether.gateway.hyperliquid.channels import Channels
from bellwether.gateway.hyperliquid.reads.losses import ExposureBook
from bellwether.gateway.limits import Limits, answer_weight, info_weight
from bellwether.gateway.ports import NodePort


@final
class Reads:
    """Answers reads, and counts what they weigh."""

    def __init__(self, node: NodePort, limits: Limits) -> None:
        self.channels = Channels(node)
        self._node = node
        self._limits = limits
        self._exposure = ExposureBook(node)

    async def answer(self, request: dict[str, Any], ip: str) -> bytes:
        """The answer to an info request, JSON or `Csv`. Raises Fault and NodeStopped."""
        kind = request.get("type")
        if not isinstance(kind, str):
            raise WrongShape("type: expected the name of a request")
        self._limits.weigh(ip, info_weight(kind))
        answer = await info.answer(self._node, request, self._limits.requests_used, self._exposure)
        if isinstance(answer, info.InfoError):
            raise answer
        self._limits.charge(ip, answer_weight(kind, answer))
        return answer
