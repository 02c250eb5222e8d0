"""One group commit: the commands that share a record, and who waits for it."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import Final, final

from bellwether.node.errors import NodeStopped
from bellwether.node.submission import Applied, Receipt, Submission

__all__ = ["Applied", "Batch", "Receipt"]

BATCH_COMMANDS: Final = 4_096
BATCH_EVENTS: Final = 8_192
BATCH_STEPS: Final = 6
"""Bounds of a record: commands, events, and steps of time that were put in between."""


@final
class Batch:
    """Commands applied and, once sealed, being written. `state` is the state after the last."""

    __slots__ = ("event_count", "first_seq", "items", "readers", "shares", "state", "steps")

    def __init__(self, first_seq: int) -> None:
        self.first_seq = first_seq
        self.items: list[Applied] = []
        self.shares: list[tuple[Submission, int, int]] = []
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
    def room(self) -> int:
        """How many more commands it takes."""
        return BATCH_COMMANDS - len(self.items)

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

    def keep_promises(self) -> None:
        """Tells everyone who waits."""
        for submission, start, stop in self.shares:
            submission.fulfil(self.first_seq + start, self.items[start:stop])
        for reader in self.readers:
            if not reader.done():
                reader.set_result(None)

    def break_promises(self, reason: str) -> None:
        """Tells everyone who still waits that nothing was acknowledged."""
        for submission, _, _ in self.shares:
            submission.reject(reason)
        for reader in self.readers:
            if not reader.done():
                reader.set_exception(NodeStopped(reason))
