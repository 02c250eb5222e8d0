"""What the gateway asks of the node and of whoever starts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from bellwether.engine.state.venue import Venue
from bellwether.node.batch import Receipt
from bellwether.node.clock import Clock
from bellwether.schema.commands import AnyCommand

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")


class EngineState(Protocol):
    """The engine, of which only its state is read here."""

    @property
    def venue(self) -> Venue: ...


class NodePort(Protocol):
    """The running node; `bellwether.node.node.Node` keeps to this."""

    @property
    def engine(self) -> EngineState: ...

    @property
    def clock(self) -> Clock: ...

    async def submit(self, command: AnyCommand) -> Receipt:
        """Resolves when durable and seen by the views. Raises NodeStopped."""

    def read(self, fn: Callable[[Venue], T]) -> Awaitable[T]:
        """Asks the state now; the answer comes once what it rests on is durable."""

    async def advance_to(self, time_ns: int) -> object:
        """Moves a manual clock. Raises ClockRefused for a time in the past."""


class Settings(Protocol):
    """How the gateway behaves: `dev` accepts both signature sources, `limits` counts requests."""

    @property
    def dev(self) -> bool: ...

    @property
    def manual_clock(self) -> bool: ...

    @property
    def limits(self) -> bool: ...
