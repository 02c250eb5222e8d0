"""The door to everything that only reads: `/info` and the WebSocket channels."""

from __future__ import annotations

from typing import Any, Final, final

from bellwether.gateway.faults import RateLimited, WrongShape
from bellwether.gateway.hyperliquid import info
from bellwether.gateway.hyperliquid.channels import Channels
from bellwether.gateway.hyperliquid.reads.losses import ExposureBook
from bellwether.gateway.limits import Limits, answer_weight, info_weight
from bellwether.gateway.ports import NodePort

_KEPT: Final = frozenset(("allMids", "l2Book", "meta"))
"""What is asked for often and depends on the engine's state alone."""

_MOST_KEPT: Final = 256


@final
class Reads:
    """Answers reads, and counts what they weigh."""

    def __init__(self, node: NodePort, limits: Limits) -> None:
        self.channels = Channels(node)
        self._node = node
        self._limits = limits
        self._exposure = ExposureBook(node)
        self._kept: dict[bytes, tuple[str, bytes]] = {}
        self._kept_seq = 0

    def at_once(self, body: bytes, ip: str) -> bytes | None:
        """The answer to a body that has been answered since the state last changed, if that is
        durable. None if it is to be asked for in the usual way."""
        kept = self._kept.get(body)
        if kept is None or self._kept_seq != self._node.settled_seq:
            return None
        kind, answer = kept
        try:
            self._limits.weigh(ip, info_weight(kind))
        except RateLimited:
            return None
        return answer

    async def answer(self, request: dict[str, Any], ip: str, body: bytes = b"") -> bytes:
        """The answer to an info request, JSON or `Csv`; `body` is what it was read from, if the
        answer may be kept. Raises Fault and NodeStopped."""
        kind = request.get("type")
        if not isinstance(kind, str):
            raise WrongShape("type: expected the name of a request")
        self._limits.weigh(ip, info_weight(kind))
        # Whoever reads the state does so before the first time that it waits.
        seq = self._node.applied_seq
        answer = await info.answer(self._node, request, self._limits.requests_used, self._exposure)
        if isinstance(answer, info.InfoError):
            raise answer
        if kind in _KEPT:
            self._keep(body, seq, kind, answer)
        self._limits.charge(ip, answer_weight(kind, answer))
        return answer

    def _keep(self, body: bytes, seq: int, kind: str, answer: bytes) -> None:
        """Of one state only, the newest."""
        if seq > self._kept_seq:
            self._kept.clear()
            self._kept_seq = seq
        if body and seq == self._kept_seq and len(self._kept) < _MOST_KEPT:
            self._kept[body] = (kind, answer)
