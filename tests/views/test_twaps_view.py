"""The history of TWAP orders, over a restart and a change of units (ORD-1)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bellwether.schema import codes
from bellwether.schema.commands import AdvanceTime
from bellwether.schema.events import Event, TwapActivated, TwapEnded, TwapRebased, TwapStarted
from bellwether.views.standing.twaps import FINISHED, RUNNING, WAITING
from bellwether.views.views import Views

ALICE = b"\x01" * 20
SECOND_NS = 10**9


def begun(twap_id: int) -> TwapStarted:
    return TwapStarted(twap_id, ALICE, 0, twap_id * SECOND_NS, True, 1_100, False, 5, False)


def ended(twap_id: int, seconds: int, status: int) -> TwapEnded:
    return TwapEnded(twap_id, ALICE, 0, seconds * SECOND_NS, status, 300, 52_500_000)


def apply(views: Views, seq: int, *events: Event) -> None:
    views.apply_batch(seq, [(seq * SECOND_NS, AdvanceTime(), events)])


def test_an_order_that_runs_is_known_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "views.sqlite"
    views = Views.open(path)
    apply(views, 1, begun(1), begun(2))
    views.close()
    views = Views.open(path)
    apply(views, 2, ended(1, 60, codes.CANCELED))
    rows = views.twaps.newest(ALICE, 10)
    assert [(row.twap_id, row.stage, row.status) for row in rows] == [
        (1, 2, codes.CANCELED),
        (2, 0, RUNNING),
        (1, 0, RUNNING),
    ]
    assert (rows[0].time_ms, rows[0].executed_lots, rows[0].executed_e6) == (
        60_000,
        300,
        52_500_000,
    )
    assert views.twaps.latest == rows[:1]
    views.close()


def test_one_that_waits_is_placed_activated_and_ended(tmp_path: Path) -> None:
    path = tmp_path / "views.sqlite"
    views = Views.open(path)
    waiting = msgspec.structs.replace(begun(1), trigger_price=101_000, stop_price=90_000)
    apply(views, 1, waiting)
    views.close()
    views = Views.open(path)
    assert views.twaps.newest(ALICE, 10)[0].status == WAITING
    apply(views, 2, TwapActivated(1, ALICE, 0, 30 * SECOND_NS, 101_500))
    views.close()
    views = Views.open(path)
    apply(views, 3, ended(1, 60, codes.TWAP_STOPPED))
    rows = views.twaps.newest(ALICE, 10)
    assert [(row.stage, row.status, row.time_ms) for row in rows] == [
        (2, codes.TWAP_STOPPED, 60_000),
        (1, RUNNING, 30_000),
        (0, WAITING, 1_000),
    ]
    assert [(row.trigger_price, row.stop_price) for row in rows] == [(101_000, 90_000)] * 3
    views.close()


def test_a_change_of_units_restates_what_runs() -> None:
    views = Views()
    apply(views, 1, begun(1))
    apply(views, 2, TwapRebased(1, ALICE, 0, 2_200, 600))
    apply(views, 3, ended(1, 60, codes.TWAP_OUT_OF_TIME))
    assert [row.lots for row in views.twaps.newest(ALICE, 10)] == [2_200, 2_200]
    assert codes.TWAP_OUT_OF_TIME in FINISHED and codes.CANCELED not in FINISHED
    views.close()
