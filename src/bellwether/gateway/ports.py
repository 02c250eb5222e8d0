"""What the gateway asks of the node and of whoever starts it."""

from __future__ import annotations

from typing import Protocol

from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid.reads.request import ReadingNode
from bellwether.journal import DiskSpace
from bellwether.node.commit.batch import Receipt
from bellwether.node.commit.measures import CommitMeasures
from bellwether.node.errors import CommandUnfit
from bellwether.schema.commands import AnyCommand


class NodePort(ReadingNode, Protocol):
    """The running node, for reads and for commands; `bellwether.node.node.Node` is one."""

    @property
    def applied_seq(self) -> int:
        """The last command that is in the engine's state, durable or not."""

    @property
    def settled_seq(self) -> int:
        """The same if that is durable and the node runs, otherwise 0."""

    @property
    def measures(self) -> CommitMeasures:
        """How long commands wait on their way to the disk and back."""

    @property
    def disk_space(self) -> DiskSpace:
        """Free and total bytes of the data directory's volume. Raises OSError."""

    async def submit(self, command: AnyCommand) -> Receipt:
        """Resolves when durable and seen by the views. Raises NodeStopped or CommandUnfit."""

    async def advance_to(self, time_ns: int) -> None:
        """Moves a manual clock. Raises ClockRefused for a time in the past."""


async def submitted(node: NodePort, command: AnyCommand) -> Receipt:
    """The receipt of a command. Raises WrongShape for a number the journal can not hold."""
    try:
        return await node.submit(command)
    except CommandUnfit as unfit:
        raise WrongShape(str(unfit)) from unfit


class Settings(Protocol):
    """How the gateway behaves: `dev` accepts both signature sources, `limits` counts requests,
    `console_apart` leaves the operators' page and acts to another address."""

    @property
    def dev(self) -> bool: ...

    @property
    def manual_clock(self) -> bool: ...

    @property
    def limits(self) -> bool: ...

    @property
    def console_apart(self) -> bool: ...
