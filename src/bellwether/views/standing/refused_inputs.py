"""Observations that the venue did not take, the newest of each source and kind (PRICE-14, RULE-7).

They count for nothing and are no state of the engine; that they were made, and why they were turned
away, is public all the same. A later one that is taken ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from bellwether.schema import rejects
from bellwether.schema.commands import SubmitObservation
from bellwether.schema.events import CommandRefused, Event, ObservationTaken
from bellwether.views.store import Rows, Store

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS refused_inputs (
        asset INTEGER, source TEXT, kind TEXT, value TEXT, unit TEXT, observed_ns INTEGER,
        reason INTEGER, PRIMARY KEY (asset, source, kind)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO refused_inputs VALUES (?,?,?,?,?,?,?)"
_OF_CONTENT: Final = frozenset(
    {
        rejects.KIND_UNKNOWN,
        rejects.UNIT_INVALID,
        rejects.PRICE_INVALID,
        rejects.OBSERVATION_TIME_INVALID,
        rejects.PHASE_FORBIDS,
    }
)
"""Reasons that come after the key was found to speak for the source: nobody else leaves a row."""
_TAKEN: Final = 0


class RefusedInput(NamedTuple):
    """`value` is micro-USD as text, for it may be larger than a column holds."""

    asset: int
    source: str
    kind: str
    value: str
    unit: str
    observed_ns: int
    reason: int


class RefusedInputs:
    """Collects what a batch brought."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._new: list[RefusedInput] = []

    def observed(self, command: SubmitObservation, caused: Sequence[Event]) -> None:
        """What became of an observation."""
        what = (command.asset, command.source, command.kind, str(command.value_e6), command.unit)
        for event in caused:
            if isinstance(event, CommandRefused) and event.reason in _OF_CONTENT:
                self._new.append(RefusedInput(*what, command.observed_ns, event.reason))
            elif isinstance(event, ObservationTaken):
                self._new.append(RefusedInput(*what, command.observed_ns, _TAKEN))

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
            self._new = []

    def of_market(self, asset: int) -> list[RefusedInput]:
        """Return what stands refused, by source and kind."""
        query = "SELECT * FROM refused_inputs WHERE asset = ? AND reason > 0 ORDER BY source, kind"
        rows = self._store.connection.execute(query, (asset,))
        return [RefusedInput._make(row) for row in rows]
