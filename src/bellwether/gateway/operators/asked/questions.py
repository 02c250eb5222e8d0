"""What operators may ask: the queue of withdrawals, what an act would do, stress, what was done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from msgspec import Struct

from bellwether.gateway.hyperliquid.reads.money.withdrawals import queue
from bellwether.gateway.operators.asked.acts import acts
from bellwether.gateway.operators.asked.preview import preview
from bellwether.gateway.operators.asked.stress import stress
from bellwether.gateway.ports import NodePort


class QueueAct(Struct, frozen=True):
    """Everything that waits is asked for."""


async def _withdrawals(node: NodePort, act: dict[str, Any], signer: bytes) -> dict[str, Any]:
    """What waits to be paid, with whose it is."""
    return {"withdrawals": await node.read(lambda venue: queue(venue, node.views))}


Read = Callable[[NodePort, dict[str, Any], bytes], Awaitable[dict[str, Any]]]
READS: Final[dict[str, Read]] = {
    "withdrawals": _withdrawals,
    "preview": preview,
    "stress": stress,
    "acts": acts,
}
"""Act kind → what it asks; each raises Refused or WrongShape."""
