"""Certificates of liquidations, made when their record is applied (LIQ-8)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import msgspec

from bellwether.node.certificates.certificate import Certificates as Maker
from bellwether.schema.events import EquityStated, Event
from bellwether.views.prices import Prices
from bellwether.views.store import Rows, Store

LIQUIDATED: Final = "liquidated"
NS_PER_MS: Final = 1_000_000

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS certificates (
        liquidation INTEGER, user INTEGER, role TEXT, time_ms INTEGER, body TEXT,
        PRIMARY KEY (liquidation, user, role)) WITHOUT ROWID""",
)

_PUT: Final = "INSERT OR REPLACE INTO certificates VALUES (?,?,?,?,?)"


class Certificates:
    """Collects the certificates of a batch. `stated` says that the batch holds some."""

    def __init__(self, store: Store, prices: Prices) -> None:
        self._store = store
        self._prices = prices
        self._new: list[tuple[int, int, str, int, str]] = []
        self.stated = False

    def state(self, event: EquityStated) -> None:
        """Somebody's equity was stated: the whole record is looked at once it has been applied."""
        self.stated = True

    def take(
        self,
        first_seq: int,
        previous: bytes,
        record_hash: bytes,
        times: list[int],
        batches: Sequence[Sequence[Event]],
    ) -> None:
        """Makes the certificates of a record whose `previous` record has that hash."""
        self.stated = False
        maker = Maker()
        events = [
            [msgspec.to_builtins(event, builtin_types=(bytes,)) for event in caused]
            for caused in batches
        ]
        for caused in events:
            for event in caused:
                if event[0] == "equity" and not maker.knows_mark(event[2]):
                    self._publish_before(maker, event[2], times[0])
        record = {"firstSeq": first_seq, "previous": previous.hex(), "hash": record_hash.hex()}
        for made in maker.of_batch(record, times, events):
            user = self._store.number_of(bytes.fromhex(made["account"][2:]))
            time_ms = made["time"] // NS_PER_MS
            self._new.append((made["liquidation"], user, made["role"], time_ms, json.dumps(made)))

    def _publish_before(self, maker: Maker, asset: int, time_ns: int) -> None:
        """The mark in force before the record, if the record publishes none of its own."""
        row = self._prices.before_batch(asset)
        if row is not None:
            parts = (row.component_oracle, row.component_basis, row.component_book)
            maker.publish(asset, row.time_ns, row.oracle, row.mark, *parts)

    def flush(self, rows: Rows) -> None:
        """Write what the batch brought."""
        if self._new:
            rows.add(_PUT, self._new)
            self._new = []

    def find(self, liquidation: int, address: bytes | None, until_ms: int) -> str | None:
        """Return the certificate of an account, or (None) of the liquidated one up to a time."""
        execute = self._store.connection.execute
        if address is None:
            query = """SELECT body FROM certificates
                       WHERE liquidation = ? AND role = ? AND time_ms <= ?"""
            row = execute(query, (liquidation, LIQUIDATED, until_ms)).fetchone()
        else:
            query = "SELECT body FROM certificates WHERE liquidation = ? AND user = ?"
            row = execute(query, (liquidation, self._store.find(address))).fetchone()
        return None if row is None else str(row[0])
