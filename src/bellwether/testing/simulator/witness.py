"""Who was told what: sees every durable batch, and holds all later lives of the venue to it.

To the node it is a read model. A second engine follows, is thrown away and restored from its own
snapshot every so many events, and must cause the same events all the same (I15). What events alone
say is looked at after every event; the whole state every `CHECK_EVERY` of them.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, cast, final

from bellwether.audit.auditor import Auditor, Finding
from bellwether.engine.engine import Engine
from bellwether.node.commit.batch import Applied, Receipt
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import CommandRefused, Event
from bellwether.schema.wire import encode_events
from bellwether.testing.simulator.cast.board import Board
from bellwether.testing.simulator.invariants import Books, Violation, check_state, demand

CHECK_EVERY: Final = 1_000
"""After so many events all of the state is added up and compared; and at the end."""

_FIRST_RECORDS: Final = 8
"""So many records are each followed by it, so that a young venue is seen, too."""

_COLLECT_EVERY: Final = 16


@final
class Witness:
    """`told` are all durable commands with their events, from the first on. `violation` is the
    first invariant that did not hold; after it nothing is looked at any more."""

    def __init__(
        self, restore_every: int, lean_e3: int, audited: bool, is_durable: Callable[[], bool]
    ) -> None:
        self.board = Board(lean_e3)
        self.books = Books(self.board)
        self.told: list[Applied] = []
        self.violation: Violation | None = None
        self.events = 0
        self.digest = sha256()
        self.census: Counter[str] = Counter()
        self.applied_seq = 0
        self.record_hash = b""
        self._restore_every = restore_every
        self._is_durable = is_durable
        self._records = 0
        self._checked = 0
        self._restored = 0
        self._restores = 0
        self._follower = Engine()
        self._auditor = Auditor() if audited else None
        self._accepted: dict[tuple[bytes, int], int] = {}

    # -- as a read model ----------------------------------------------------------------------
    def apply_batch(self, first_seq: int, items: list[Applied], record_hash: bytes) -> None:
        """A durable batch, for the first time or told again by a later life."""
        self.applied_seq = first_seq + len(items) - 1
        self.record_hash = record_hash
        if self.violation is not None:
            return
        try:
            self._take(first_seq, items)
        except Violation as violation:
            self.violation = violation
        except Exception as error:
            self.violation = Violation("I15", f"who follows fails: {type(error).__name__}: {error}")

    def close(self) -> None:
        """A read model has a file to give back; this one has none."""

    # -- as a witness -------------------------------------------------------------------------
    def fail(self, code: str, what: str) -> None:
        """Records a violation, unless there is one."""
        self.violation = self.violation or Violation(code, what)

    def forgive(self) -> bool:
        """Takes a violation back that the disk's lies explain; False if there was one."""
        violation, self.violation = self.violation, None
        return violation is None

    def forget_views(self) -> None:
        """The read models were lost: the next life tells everything again."""
        self.applied_seq = 0
        self.record_hash = b""

    def check_receipt(self, receipt: Receipt) -> None:
        """What a client is told has been published, and is what was published (I16, I19)."""
        if receipt.seq > len(self.told):
            self.fail("I16", f"command {receipt.seq} was acknowledged before it was durable")
            return
        time_ns, _, events = self.told[receipt.seq - 1]
        if time_ns != receipt.time_ns or events != receipt.events:
            self.fail("I19", f"the answer to command {receipt.seq} is not what was published")

    def state_hash(self) -> bytes:
        """Of the engine that follows."""
        return self._follower.state_hash()

    def check_all(self) -> None:
        """Everything there is to check of the present state."""
        try:
            if self.told:
                check_state(self._follower, self.books)
            if self._auditor is not None:
                _agrees(self._auditor.finish())
        except Violation as violation:
            self.violation = self.violation or violation

    def _take(self, first_seq: int, items: list[Applied]) -> None:
        known = len(self.told)
        demand(self._is_durable(), "I16", f"command {first_seq} is published and not on disk")
        demand(
            first_seq <= known + 1, "I14", f"commands {known + 1} to {first_seq - 1} are missing"
        )
        for seq, item in enumerate(items, start=first_seq):
            if seq <= known:
                demand(item == self.told[seq - 1], "I16", f"command {seq} has become another one")
            else:
                self._take_new(seq, item)
        if self.applied_seq <= known:
            return
        self._records += 1
        if self.events - self._restored >= self._restore_every:
            self._restored = self.events
            self._restore()
        if self.events - self._checked >= CHECK_EVERY or self._records < _FIRST_RECORDS:
            self._checked = self.events
            check_state(self._follower, self.books)

    def _take_new(self, seq: int, item: Applied) -> None:
        time_ns, command, events = item
        if self.told:
            demand(time_ns >= self.told[-1][0], "I14", f"time goes back at command {seq}")
        self._check_once(seq, command, events)
        followed = self._follower.apply(command, time_ns)
        if followed != events:
            raise Violation("I15", _difference(seq, events, followed))
        if self._auditor is not None:
            _agrees(self._auditor.take(command, time_ns, events))
            unknown = self._auditor.unknown
            demand(not unknown, "AUDIT", f"the auditor does not know {sorted(unknown)}")
        board, books = self.board, self.books
        board.time_ns = time_ns
        for event in events:
            books.take(event)
            board.take(event)
            self.census[type(event).__name__] += 1
        self.told.append(item)
        self.events += len(events)
        self.digest.update(encode_events([cast("list[Any]", events)]))

    def _check_once(self, seq: int, command: AnyCommand, events: list[Event]) -> None:
        nonce = getattr(command, "nonce", None)
        if nonce is None or any(type(event) is CommandRefused for event in events):
            return
        key = (getattr(command, "signer"), nonce)  # noqa: B009
        before = self._accepted.get(key)
        demand(before is None, "I12", f"command {seq} is command {before} once more")
        self._accepted[key] = seq

    def _restore(self) -> None:
        snapshot = self._follower.snapshot()
        restored = Engine.restore(snapshot)
        demand(restored.snapshot() == snapshot, "I15", "a restored state is another one")
        self._follower = restored
        self._restores += 1
        if self._restores % _COLLECT_EVERY == 0:
            # Nobody else collects in a long world (`run_world`).
            gc.collect()


def _agrees(finding: Finding | None) -> None:
    if finding is not None:
        raise Violation("AUDIT", finding.text)


def _difference(seq: int, events: list[Event], followed: list[Event]) -> str:
    for ours, theirs in zip(events, followed, strict=False):
        if ours != theirs:
            return f"command {seq}: {ours!r:.300} live, {theirs!r:.300} where it is followed"
    return f"command {seq}: {len(events)} events live, {len(followed)} where it is followed"
