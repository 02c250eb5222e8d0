"""What the node asks of the engine: one pure state machine (architecture: laws of the core)."""

from __future__ import annotations

from typing import Protocol

from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import Event


class Machine(Protocol):
    """`bellwether.engine.engine.Engine`, or a stand-in that keeps to the same contract."""

    def apply(self, command: AnyCommand, time_ns: int) -> list[Event]:
        """Runs the timers due up to `time_ns`, then the command. Refusals are events; an
        exception means a bug, and the machine must not be used any more."""

    def next_timer_ns(self) -> int:
        """When the next timer is due, or 0."""

    def snapshot(self) -> bytes:
        """The whole state; its SHA-256 is the state hash."""
