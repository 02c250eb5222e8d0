"""Bugs that are planted to see the simulator find them; none of them is in any shipped path.

Each is put into the interpreted core and its surroundings by replacing a name, and taken out again.
A compiled module calls itself directly, so there only bugs of journal and node can be planted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, cast
from unittest.mock import patch

import msgspec

from bellwether.book.level import Level
from bellwether.book.order import Order
from bellwether.engine import engine as engine_room, fills
from bellwether.engine.funding.hours import settle_hour
from bellwether.engine.snapshot.venue import dump_venue, restore_venue
from bellwether.engine.state.market import Market
from bellwether.engine.state.nonces import NonceWindow
from bellwether.engine.state.timers import Timers
from bellwether.engine.state.venue import Venue
from bellwether.journal import FileJournal, Record, scan
from bellwether.journal.record import HEADER_BYTES, RecordHeader, decode_record
from bellwether.node.commit.sequencer import Sequencer
from bellwether.schema import rejects
from bellwether.units.division import mul_div_up


class Bug(msgspec.Struct, frozen=True):
    """`replaces`: owner, name, and what stands there instead. `in_core`: of modules that may be
    compiled. `focus`: kinds of steps that worlds must have for it to show."""

    name: str
    does: str
    replaces: tuple[tuple[Any, str, Any], ...]
    in_core: bool = True
    focus: tuple[str, ...] = ()


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """While this lasts the program has the bug."""
    with ExitStack() as stack:
        for owner, name, instead in bug.replaces:
            stack.enter_context(patch.object(owner, name, instead))
        yield


# -- what stands instead ------------------------------------------------------------------------
def _at_the_head(self: Level, order: Order) -> None:
    order.level = self
    head = self.head
    order.following = head
    if head is None:
        self.tail = order
    else:
        head.previous = order
    self.head = order
    self.lots += order.lots
    self.count += 1


def _dump_without_premiums(venue: Venue) -> bytes:
    kept = [(market, market.premium_sum) for market in venue.markets.values()]
    for market, _ in kept:
        market.premium_sum = 0
    payload = dump_venue(venue)
    for market, premium_sum in kept:
        market.premium_sum = premium_sum
    return payload


class _Unsynced:
    """A disk whose files are not synced."""

    def __init__(self, disk: Any) -> None:
        self._disk = disk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._disk, name)

    def fdatasync(self, handle: int) -> None:
        """Nothing."""


_append: Final = FileJournal.append


def _append_unsynced(self: Any, *batch: Any, **more: Any) -> bytes:
    disk = self._disk
    self._disk = _Unsynced(disk)
    try:
        return _append(self, *batch, **more)
    finally:
        self._disk = disk


def _settle_twice(turn: Any, market: Any) -> None:
    settle_hour(turn, market)
    settle_hour(turn, market)


def _decode_anything(segment: bytes, offset: int, header: RecordHeader, seed: int) -> Record | None:
    found = decode_record(segment, offset, header, seed)
    if found is not None or offset + header.record_bytes > len(segment):
        return found
    commands_at = offset + HEADER_BYTES + header.state_hash_bytes
    events_at = commands_at + header.commands_bytes
    return Record(
        header.first_seq,
        header.count,
        header.time_ns,
        header.epoch,
        segment[commands_at:events_at],
        segment[events_at : events_at + header.events_bytes],
        b"",
        header.prev_hash,
        bytes(32),
    )


_write: Final = Sequencer._write


def _promise_first(self: Any) -> None:
    _write(self)
    self._writing.keep_promises()


def _restore_without_a_timer(payload: bytes) -> Venue:
    venue = restore_venue(payload)
    venue.timers = Timers(venue.timers.waiting[:-1])
    return venue


def _always(value: object) -> Callable[..., object]:
    return lambda *_: value


def _while_trading(self: Market) -> bool:
    return self.is_trading()


BUGS: Final = (
    Bug(
        "rounding",
        "funding is rounded the wrong way",
        ((fills, "mul_div_down", mul_div_up),),
    ),
    Bug(
        "ordering",
        "who comes last at a price is served first",
        ((Level, "append", _at_the_head),),
    ),
    Bug(
        "missing-snapshot-field",
        "the hour's premium is not in snapshots",
        ((engine_room, "dump_venue", _dump_without_premiums),),
    ),
    Bug(
        "missing-sync",
        "a record is written, acknowledged and not synced",
        ((FileJournal, "append", _append_unsynced),),
        False,
    ),
    Bug(
        "acknowledged-first",
        "clients are answered before the record is on disk",
        ((Sequencer, "_write", _promise_first),),
    ),
    Bug(
        "funding-twice",
        "an hour's funding is settled twice",
        ((engine_room, "settle_hour", _settle_twice),),
    ),
    Bug(
        "fee-lost",
        "a trade says its fee, and nobody pays it",
        ((fills, "_pay_fee", cast("Any", _always(None))),),
    ),
    Bug(
        "nonces-not-kept",
        "used nonces are not in snapshots",
        ((NonceWindow, "remembered", _always([])),),
    ),
    Bug(
        "stale-price-liquidates",
        "positions are liquidated while the market stands still",
        ((Market, "liquidates", _while_trading),),
        focus=("halt", "shock"),
    ),
    Bug(
        "torn-tail-accepted",
        "a record that was not written whole is taken for one",
        ((scan, "decode_record", _decode_anything),),
        False,
    ),
    Bug(
        "duplicate-applied",
        "a command that arrives twice is carried out twice",
        ((NonceWindow, "refusal", _always(rejects.ACCEPTED)),),
    ),
    Bug(
        "timer-lost",
        "a restored venue has one timer less",
        ((engine_room, "restore_venue", _restore_without_a_timer),),
    ),
)
