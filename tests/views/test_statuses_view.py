"""What markets and the venue have taken, over restarts and in batches of any size (LIFE-11)."""

from __future__ import annotations

from pathlib import Path

from bellwether.schema import codes
from bellwether.schema.commands import AdvanceTime
from bellwether.schema.events import Event, TradingStatusSet, VenueStatusSet
from bellwether.views.history import statuses
from bellwether.views.views import Views

SECOND_NS = 10**9


def halted(asset: int, seconds: int, status: int = codes.HALTED) -> TradingStatusSet:
    return TradingStatusSet(asset, seconds * SECOND_NS, status, "why", codes.MARK_MOVED)


FIRST: tuple[Event, ...] = (halted(0, 1), halted(7, 1), halted(0, 2, codes.POST_ONLY))
SECOND: tuple[Event, ...] = (
    VenueStatusSet(3 * SECOND_NS, codes.CANCEL_ONLY, codes.DISK_LOW, "full"),
    halted(0, 3, codes.OPEN),
)


def filled(path: Path | None, together: bool) -> Views:
    views = Views.open(path)
    items = [(SECOND_NS, AdvanceTime(), FIRST), (3 * SECOND_NS, AdvanceTime(), SECOND)]
    if together:
        views.apply_batch(1, items)
        return views
    for seq, item in enumerate(items, 1):
        views.apply_batch(seq, [item])
    return views


def test_changes_are_told_in_their_order_however_they_came(tmp_path: Path) -> None:
    views = filled(tmp_path / "apart.sqlite", False)
    views.close()
    views = Views.open(tmp_path / "apart.sqlite")
    rows = views.statuses.newest(None)
    assert [(row.asset, row.seq, row.place, row.status) for row in rows] == [
        (0, 1, 0, codes.HALTED),
        (7, 1, 1, codes.HALTED),
        (0, 1, 2, codes.POST_ONLY),
        (statuses.OF_THE_VENUE, 2, 0, codes.CANCEL_ONLY),
        (0, 2, 1, codes.OPEN),
    ]
    assert rows == filled(None, True).statuses.newest(None)
    assert [row.time_ns for row in views.statuses.newest(0)] == [
        1 * SECOND_NS,
        2 * SECOND_NS,
        3 * SECOND_NS,
    ]
    views.close()


def test_no_more_than_the_newest_five_hundred_are_told() -> None:
    views = Views.open(None)
    many = [halted(0, second) for second in range(1, statuses.MOST_TOLD + 3)]
    views.apply_batch(1, [(SECOND_NS, AdvanceTime(), many)])
    rows = views.statuses.newest(0)
    assert len(rows) == statuses.MOST_TOLD
    assert (rows[0].time_ns, rows[-1].time_ns) == (3 * SECOND_NS, 502 * SECOND_NS)
    views.close()
