"""Codes that the engine does not know are refused by the engine itself (ORD-5)."""

from __future__ import annotations

import pytest

from bellwether.schema import codes, rejects
from tests.engine.small_venue import ALICE, SmallVenue, buy, refusals, sell


@pytest.mark.parametrize("kind", [-1, 0, codes.LIQUIDATION_MARKET, codes.TWAP_SLICE, 8, 99])
def test_a_time_in_force_that_nobody_may_ask_for_is_refused(kind: int) -> None:
    venue = SmallVenue()
    assert refusals(venue.place(ALICE, buy(100_000, 500, kind))) == [rejects.TIME_IN_FORCE_UNKNOWN]
    order_id = venue.rest(ALICE, buy(99_000, 500))
    events = venue.modify(ALICE, order_id, buy(99_000, 400, kind))
    assert refusals(events) == [rejects.TIME_IN_FORCE_UNKNOWN]
    assert list(venue.account(ALICE).orders) == [order_id]


@pytest.mark.parametrize("trigger", [-1, 5, 99])
def test_an_unknown_trigger_is_refused(trigger: int) -> None:
    venue = SmallVenue()
    events = venue.place(ALICE, sell(90_000, 500, trigger=trigger, at=95_000))
    assert refusals(events) == [rejects.TRIGGER_UNKNOWN]


@pytest.mark.parametrize("grouping", [-1, 3, 99])
def test_an_unknown_grouping_is_refused_as_a_whole(grouping: int) -> None:
    venue = SmallVenue()
    events = venue.place(ALICE, buy(99_000, 500), buy(98_000, 500), grouping=grouping)
    assert refusals(events) == [rejects.GROUPING_UNKNOWN]
    assert venue.engine.venue.users[ALICE].holdings == {}
