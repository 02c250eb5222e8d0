"""What every journal offers the node: the embedded file journal, the cluster's stream, fakes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from bellwether.journal.record import Record


class Journal(Protocol):
    """An ordered, durable log with one writer."""

    @property
    def tail_seq(self) -> int:
        """The last durable command; 0 when there is none."""

    @property
    def tail_hash(self) -> bytes:
        """The hash of the last durable record (32 zero bytes when there is none)."""

    @property
    def epoch(self) -> int:
        """The writer's number; each opening for writing has a higher one than its records."""

    def append(
        self,
        first_seq: int,
        count: int,
        time_ns: int,
        commands: bytes,
        events: bytes,
        state_hash: bytes = b"",
        *,
        epoch: int | None = None,
    ) -> bytes:
        """Returns the record's hash when the batch is durable, or raises a JournalError."""

    def read(self, from_seq: int = 1) -> Iterator[Record]:
        """The durable records from the one that holds `from_seq`, as of the moment of the call."""

    def fence(self, new_epoch: int) -> None:
        """From here on only appends under `new_epoch` are accepted."""

    def close(self) -> None:
        """Gives everything back. Further calls raise JournalClosed."""
