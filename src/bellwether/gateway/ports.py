"""What the gateway asks of the node and of whoever starts it."""

from __future__ import annotations

from typing import Protocol

from bellwether.gateway.hyperliquid.reads.request import ReadingNode
from bellwether.node.batch import Receipt
from bellwether.schema.commands import AnyCommand


class NodePort(ReadingNode, Protocol):
    """The running node, for reads and for commands; `bellwether.node.node.Node` is one."""

    async def submit(self, command: AnyCommand) -> Receipt:
        """Resolves when durable and seen by the views. Raises NodeStopped or CommandUnfit."""

    async def advance_to(self, time_ns: int) -> None:
        """Moves a manual clock. Raises ClockRefused for a time in the past."""


class Settings(Protocol):
    """How the gateway behaves: `dev` accepts both signature sources, `limits` counts requests."""

    @property
    def dev(self) -> bool: ...

    @property
    def manual_clock(self) -> bool: ...

    @property
    def limits(self) -> bool: ...
