"""Commands handed over together, and the promise to whoever waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import final

import msgspec

from bellwether.node.errors import NodeStopped
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import Event

Applied = tuple[int, AnyCommand, list[Event]]
"""Engine time (ns), command, and the events it caused."""


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """What became of a command: its sequence number, its time (ns) and its events, all durable."""

    seq: int
    time_ns: int
    events: list[Event]


@final
class Submission:
    """`asked_ns` is the time to move a manual clock to first, or 0. Parts of a submission may
    become durable one after the other; the promise is kept with the last."""

    __slots__ = ("_commands", "_receipts", "_taken", "asked_ns", "promise")

    def __init__(
        self,
        commands: Sequence[AnyCommand],
        asked_ns: int,
        promise: asyncio.Future[list[Receipt]],
    ) -> None:
        self._commands = commands
        self._taken = 0
        self._receipts: list[Receipt] = []
        self.asked_ns = asked_ns
        self.promise = promise

    @property
    def is_taken(self) -> bool:
        """Whether every command has been applied, or is being applied."""
        return self._taken == len(self._commands)

    def take(self, count: int) -> Sequence[AnyCommand]:
        """The next `count` commands, or as many as are left."""
        start = self._taken
        taken = self._commands[start : start + count]
        self._taken = start + len(taken)
        return taken

    def fulfil(self, first_seq: int, items: list[Applied]) -> None:
        """The next part is durable and published. Those who have left are passed over."""
        receipts = self._receipts
        seq = first_seq
        for time_ns, _, events in items:
            receipts.append(Receipt(seq, time_ns, events))
            seq += 1
        if len(receipts) == len(self._commands) and not self.promise.done():
            self.promise.set_result(receipts)

    def reject(self, reason: str) -> None:
        """Nothing more will become of it, and nothing was acknowledged."""
        if not self.promise.done():
            self.promise.set_exception(NodeStopped(reason))
