"""Proposals and what became of them (RULE-2): who asked for what, who decided, and when."""

from __future__ import annotations

from typing import Final, NamedTuple

from bellwether.schema.events import ProposalDecided, ProposalMade
from bellwether.views.store import Moment, Rows, Store

NS_PER_MS: Final = 1_000_000
OPEN: Final = 0

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS decisions (
        number INTEGER PRIMARY KEY, asset INTEGER, kind TEXT, grounds TEXT, text TEXT, hash BLOB,
        proposer BLOB, time_ms INTEGER, outcome INTEGER, decider BLOB, decided_ms INTEGER,
        seq INTEGER)""",
)

_PUT: Final = "INSERT OR REPLACE INTO decisions VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"


class DecisionRow(NamedTuple):
    """`asset` -1 is about no market that there is; `seq` numbers the command that decided.

    `outcome` is OPEN, or one of the codes APPROVED, REJECTED and PROPOSAL_EXPIRED; nobody has
    decided the last.
    """

    number: int
    asset: int
    kind: str
    grounds: str
    text: str
    hash: bytes
    proposer: bytes
    time_ms: int
    outcome: int = OPEN
    decider: bytes = b""
    decided_ms: int = 0
    seq: int = 0


class Decisions:
    """Collects what a batch brought; those that are open are kept at hand."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed: dict[int, DecisionRow] = {}
        rows = store.connection.execute("SELECT * FROM decisions WHERE outcome = ?", (OPEN,))
        self._open = {row.number: row for row in map(DecisionRow._make, rows)}

    def proposed(self, event: ProposalMade) -> None:
        """An act began to wait."""
        row = DecisionRow(
            event.proposal_id,
            event.asset,
            event.kind,
            event.grounds,
            event.text,
            event.text_hash,
            event.operator,
            event.time_ns // NS_PER_MS,
        )
        self._open[row.number] = self._changed[row.number] = row

    def decided(self, event: ProposalDecided, at: Moment) -> None:
        """It waits no more."""
        row = self._open.pop(event.proposal_id)
        self._changed[row.number] = row._replace(
            outcome=event.outcome,
            decider=event.operator,
            decided_ms=event.time_ns // NS_PER_MS,
            seq=at.seq,
        )

    def asset_of(self, number: int) -> int | None:
        """The market of a proposal that waits, or that the batch at hand has decided; None for no
        such proposal."""
        row = self._open.get(number) or self._changed.get(number)
        return None if row is None else row.asset

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._changed:
            rows.add(_PUT, list(self._changed.values()))
            self._changed = {}

    def newest(self, last: int, asset: int | None, limit: int) -> list[DecisionRow]:
        """Return up to `limit` that are decided, from number `last` down, of one market or all."""
        query = (
            "SELECT * FROM decisions WHERE outcome > 0 AND number <= ? AND (? OR asset = ?)"
            " ORDER BY number DESC LIMIT ?"
        )
        keys = (last, asset is None, -1 if asset is None else asset, limit)
        return [DecisionRow._make(row) for row in self._store.connection.execute(query, keys)]
