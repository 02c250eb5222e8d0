"""One group commit: the commands that share a record, and who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, cast, final

from bellwether.node.commit.payload import Payload
from bellwether.node.commit.submission import Applied, Receipt, Submission
from bellwether.node.errors import NodeStopped
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import AnyEvent, Event
from bellwether.schema.wire import encode_events

__all__ = ["Applied", "Batch", "Receipt"]

BATCH_COMMANDS: Final = 4_096
BATCH_BYTES: Final = 2**20
BATCH_STEPS: Final = 6
"""Bounds of a record: commands, bytes of events, and steps of time that were put in between. The
last submission taken in may go beyond them."""


@final
class Batch:
    """Commands applied and, once sealed, being written. `state` is the state after the last."""

    __slots__ = (
        "_caused",
        "_taken",
        "commands",
        "events",
        "first_seq",
        "readers",
        "shares",
        "state",
        "steps",
    )

    def __init__(self, first_seq: int) -> None:
        self.first_seq = first_seq
        self._taken: list[tuple[int, Sequence[AnyCommand]]] = []
        self._caused: list[list[Event]] = []
        self.shares: list[tuple[Submission, int, int]] = []
        self.readers: list[asyncio.Future[None]] = []
        self.commands = Payload()
        self.events = Payload()
        self.steps = 0
        self.state = b""

    @property
    def count(self) -> int:
        """How many commands there are."""
        return len(self._caused)

    @property
    def last_seq(self) -> int:
        return self.first_seq + len(self._caused) - 1

    @property
    def time_ns(self) -> int:
        """Time of the last command."""
        return self._taken[-1][0]

    @property
    def items(self) -> list[Applied]:
        """Every command with its time and its events; made anew for whoever asks."""
        events = iter(self._caused)
        return [
            (time_ns, command, next(events))
            for time_ns, commands in self._taken
            for command in commands
        ]

    @property
    def is_full(self) -> bool:
        return (
            len(self._caused) >= BATCH_COMMANDS
            or self.events.size >= BATCH_BYTES
            or self.steps >= BATCH_STEPS
        )

    def state_hash(self) -> bytes:
        """SHA-256 of the state after the last command, or nothing if it was not taken."""
        return sha256(self.state).digest() if self.state else b""

    def add(
        self,
        time_ns: int,
        commands: Sequence[AnyCommand],
        caused: list[list[Event]],
        encoded_commands: bytes,
    ) -> None:
        """Takes in what has just been applied at one moment, and encodes its events."""
        count = len(commands)
        self._taken.append((time_ns, commands))
        self._caused += caused
        self.commands.add(encoded_commands, count)
        # The engine promises events of the known kinds only; the encoder's type says so too.
        self.events.add(encode_events(cast("list[list[AnyEvent]]", caused)), count)

    def keep_promises(self) -> None:
        """Tells everyone who waits."""
        for submission, start, stop in self.shares:
            submission.fulfil(self.first_seq + start, self._caused[start:stop])
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
