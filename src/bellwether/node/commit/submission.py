"""Commands handed over together, and the promise to whoever waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import final

import msgspec

from bellwether.node.errors import CommandUnfit, NodeStopped
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import Event

Applied = tuple[int, AnyCommand, list[Event]]
"""Engine time (ns), command, and the events it caused."""

Answer = tuple[int, int, list[list[Event]]]
"""Of a submission: first sequence number, engine time (ns), and the events of each command."""


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """What became of a command: its sequence number, its time (ns) and its events, all durable."""

    seq: int
    time_ns: int
    events: list[Event]


@final
class Submission:
    """`asked_ns` is the time to move a manual clock to first, or 0. The promise is kept with the
    first command's sequence number, the time of all of them (ns), and the events of each.
    `queued_s` is when it was handed over, on the clock that measures durations."""

    __slots__ = ("asked_ns", "commands", "promise", "queued_s", "time_ns")

    def __init__(
        self,
        commands: Sequence[AnyCommand],
        asked_ns: int,
        promise: asyncio.Future[Answer],
        queued_s: float,
    ) -> None:
        self.commands = commands
        self.asked_ns = asked_ns
        self.promise = promise
        self.queued_s = queued_s
        self.time_ns = 0

    def fulfil(self, first_seq: int, caused: list[list[Event]]) -> None:
        """All is durable and published. Those who have left are passed over."""
        if not self.promise.done():
            self.promise.set_result((first_seq, self.time_ns, caused))

    def refuse(self, error: OverflowError) -> None:
        """A number beyond 64 bits can not be journalled: nothing was applied."""
        if not self.promise.done():
            self.promise.set_exception(CommandUnfit(f"a number is too large: {error}"))

    def reject(self, reason: str) -> None:
        """Nothing more will become of it, and nothing was acknowledged."""
        if not self.promise.done():
            self.promise.set_exception(NodeStopped(reason))
