"""The record of operators' acts: what feeds send is bounded, all else stays (RULE-1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bellwether.node.founding.dev_keys import dev_address
from bellwether.schema import codes
from bellwether.schema.commands import Announce, SubmitExternalPrice
from bellwether.views import Views
from bellwether.views.standing import acts
from tests.views.world import CBRS, World

OPERATOR = dev_address("operator", 0)


def said(world: World, number: int) -> None:
    world.apply(Announce(OPERATOR, world.nonce(), -1, f"Number {number}", "Words.", 0))


def priced(world: World) -> None:
    where = (CBRS, "primary", 175_000, world.clock.time_ns(), codes.REGULAR_SESSION)
    world.apply(SubmitExternalPrice(OPERATOR, world.nonce(), *where))


def kinds(views: Views) -> list[str]:
    return [row.kind for row in views.acts.newest(1 << 40, None, None, None, 1_000)]


def test_of_a_feed_the_newest_acts_are_kept_and_of_people_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "MOST_OF_A_FEED", 5)
    world = World()
    for number in range(8):
        said(world, number)
        priced(world)
    expected = kinds(world.views)
    assert expected.count("announce") == 8 and expected.count("externalPrice") == 5
    newest = [row.seq for row in world.views.acts.newest(1 << 40, "externalPrice", None, None, 9)]
    assert newest == sorted(newest, reverse=True)
    for together in (1, 3, 100):
        again = world.rebuilt(together=together)
        assert kinds(again) == expected
        again.close()
    path = tmp_path / "views.sqlite3"
    world.rebuilt(path).close()
    opened = Views.open(path)
    world.views.close()
    world.views = opened
    priced(world)
    assert kinds(opened).count("externalPrice") == 5
    opened.close()


def test_numbers_that_no_column_holds_are_no_obstacle() -> None:
    """A journal holds what has 64 bits without a sign."""
    world = World()
    huge = (1 << 64) - 1
    world.apply(Announce(OPERATOR, world.nonce(), huge, "A title", "Words.", 0))
    [row] = world.views.acts.newest(1 << 40, "announce", OPERATOR, None, 10)
    assert (row.asset, row.detail) == (acts.NO_MARKET, str(huge))
    world.views.close()
