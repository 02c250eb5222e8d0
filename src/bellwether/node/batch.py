"""One group commit: the commands that share a record, and who waits for it."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import Final, final

import msgspec

from bellwether.node.errors import NodeStopped
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import Event

Applied = tuple[int, AnyCommand, list[Event]]
"""Engine time (ns), command, and the events it caused."""

BATCH_COMMANDS: Final = 512
BATCH_EVENTS: Final = 8_192
BATCH_STEPS: Final = 6
"""Bounds of a record: commands, events, and steps of time that were put in between."""


class Receipt(msgspec.Struct, frozen=True):
    """What became of a command: its sequence number, its time (ns) and its events, all durable."""

    seq: int
    time_ns: int
    events: list[Event]


@final
class Batch:
    """Commands applied and, once sealed, being written. `state` is the state after the last."""

    __slots__ = ("event_count", "first_seq", "items", "promises", "readers", "state", "steps")

    def __init__(self, first_seq: int) -> None:
        self.first_seq = first_seq
        self.items: list[Applied] = []
        self.promises: list[tuple[asyncio.Future[Receipt], int]] = []
        self.readers: list[asyncio.Future[None]] = []
        self.event_count = 0
        self.steps = 0
        self.state = b""

    @property
    def last_seq(self) -> int:
        return self.first_seq + len(self.items) - 1

    @property
    def time_ns(self) -> int:
        """Time of the last command."""
        return self.items[-1][0]

    @property
    def is_full(self) -> bool:
        return (
            len(self.items) >= BATCH_COMMANDS
            or self.event_count >= BATCH_EVENTS
            or self.steps >= BATCH_STEPS
        )

    def state_hash(self) -> bytes:
        """SHA-256 of the state after the last command, or nothing if it was not taken."""
        return sha256(self.state).digest() if self.state else b""

    def add(self, time_ns: int, command: AnyCommand, events: list[Event]) -> None:
        self.items.append((time_ns, command, events))
        self.event_count += len(events)

    def keep_promises(self) -> None:
        """Tells everyone who waits; those who left meanwhile are passed over."""
        for future, index in self.promises:
            if not future.done():
                time_ns, _, events = self.items[index]
                future.set_result(Receipt(self.first_seq + index, time_ns, events))
        for reader in self.readers:
            if not reader.done():
                reader.set_result(None)

    def break_promises(self, reason: str) -> None:
        """Tells everyone who still waits that nothing was acknowledged."""
        for future, _ in self.promises:
            if not future.done():
                future.set_exception(NodeStopped(reason))
        for reader in self.readers:
            if not reader.done():
                reader.set_exception(NodeStopped(reason))
