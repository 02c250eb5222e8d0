"""A journal that can be held up or made to fail, and a machine that counts."""

from __future__ import annotations

import threading
from hashlib import sha256

from bellwether.journal import GENESIS_HASH, Record
from bellwether.schema.commands import AnyCommand, Noop
from bellwether.schema.events import Acknowledged, Event


class HeldJournal:
    """As much of a journal as a sequencer asks for; keeps records in memory.

    `gate` closed: appends wait. `error`: appends raise it.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.error: Exception | None = None
        self.tail_hash = GENESIS_HASH

    @property
    def tail_seq(self) -> int:
        return self.records[-1].last_seq if self.records else 0

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
        self.entered.set()
        assert self.gate.wait(10), "the test forgot to open the gate"
        if self.error is not None:
            raise self.error
        assert first_seq == self.tail_seq + 1, "records follow one another"
        digest = sha256(self.tail_hash + commands + events).digest()
        self.records.append(
            Record(
                first_seq,
                count,
                time_ns,
                1,
                commands,
                events,
                state_hash,
                self.tail_hash,
                digest,
            )
        )
        self.tail_hash = digest
        return digest


class CountingMachine:
    """Acknowledges everything and remembers when it was asked. `fault_at`: raises there."""

    def __init__(self) -> None:
        self.applied: list[tuple[int, AnyCommand]] = []
        self.fault_at = -1

    def apply(self, command: AnyCommand, time_ns: int) -> list[Event]:
        if len(self.applied) == self.fault_at:
            raise AssertionError("positions of a market sum to zero")
        self.applied.append((time_ns, command))
        return [Acknowledged()]

    def next_timer_ns(self) -> int:
        return 0

    def snapshot(self) -> bytes:
        return len(self.applied).to_bytes(8, "little")


def noop(nonce: int) -> Noop:
    """A command with a number to know it by."""
    return Noop(bytes(20), b"", nonce, 0)
