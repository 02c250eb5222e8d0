"""Every event can be said in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

import pytest

from bellwether.schema import codes
from bellwether.schema.commands import Announce, SubmitExternalPrice
from bellwether.schema.events import AnyEvent, Event
from bellwether.testing.scenario.wording import QUIET, Wording
from tests.views.world import CBRS, START_NS, World, address, operator


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.order(0, False, 1_000, 175_000)
    made.order(1, True, 1_000, 175_000, tif=codes.IOC)
    yield made
    made.views.close()


def said(world: World, events: list[AnyEvent]) -> list[str]:
    names = {address(n): f"account {n}" for n in range(3)}
    names |= {operator(n): f"operator {n}" for n in range(2)}
    wording = Wording(world.engine.venue, names)
    wording.start_ns = START_NS
    return [wording.say(event) for event in events]


@pytest.mark.parametrize("kind", get_args(AnyEvent), ids=lambda kind: kind.__name__)
def test_every_event_has_words(kind: type[Event]) -> None:
    name = re.sub(r"(?<!^)([A-Z])", r"_\1", kind.__name__).lower()
    assert issubclass(kind, QUIET) or hasattr(Wording, f"say_{name}")


def test_a_rebase_and_a_settlement_in_words(world: World) -> None:
    world.order(2, True, 1_000, 170_000)
    lines = said(world, world.apply(world.rebasing(5, 1)))
    lines += said(world, world.carry(world.rebasing(5, 1)))
    for line in (
        "proposal 1 of operator 0: rebase CBRS on the grounds split until 86400.0 s: It was split.",
        "0.0 s proposal 2 approved by operator 1",
        "0.0 s announced for CBRS (parameters) on the grounds split: CBRS: rebase: It was split.",
        "0.0 s CBRS rebased by 5/1",
        "account 1 holds 5.0 for 1.0",
        "account 2 #3 is 5.0 @ 34.0",
    ):
        assert line in lines, lines
    lines = said(world, world.carry(world.settling(40_000)))
    assert "account 0 settles -5.0 @ 40.0, realised -25.0" in lines, lines
    assert "0.0 s CBRS settled at 40.0 by transaction on the grounds acquired" in lines


def test_a_listing_and_a_notice_in_words(world: World) -> None:
    lines = said(world, world.carry(world.listing(190_000)))
    expected = "0.0 s CBRS is listed on XNAS as CBRS (ipo) in US, treated as convert,"
    assert f"{expected} first price 190.0 at 0.0 s" in lines, lines
    for number in range(4):
        world.advance(3)
        for source in ("consolidated", "primary", "overnight"):
            how = (175_000, world.clock.time_ns(), codes.REGULAR_SESSION)
            price = SubmitExternalPrice(operator(0), world.nonce(), CBRS, source, *how)
            lines += said(world, world.apply(price))
        assert f"primary saw CBRS at 175.0 at {3 * (number + 1)}.0 s (regular)" in lines
    assert any(line.endswith("CBRS has specification 2 (standard_equity)") for line in lines)
    later = world.clock.time_ns() + 1_000_000_000
    notice = Announce(operator(0), world.nonce(), -1, "Hello", "We moved.", later)
    (line,) = said(world, world.apply(notice))
    assert line == "12.0 s announced for the venue (notice) from 13.0 s: Hello: We moved."
