"""Details of the dialect's answers that no story tells: signs, sums, agents, the newest rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.history import merged
from bellwether.schema.commands import ApproveAgent
from bellwether.views.history.fills import FillRow
from tests.gateway.asking import ask
from tests.views.world import World, address, hex_address

AGENT = b"\x61" * 20


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.views.close()


def test_what_has_no_sign_is_zero_below_zero() -> None:
    assert [render.unsigned_usd(value) for value in (-1, 0, 1_500_000)] == ["0.0", "0.0", "1.5"]


def test_fills_put_together_have_the_sum_of_their_fees() -> None:
    """ORD-7: the builder's part as well."""
    common = (1, 1, 0, 9, 1, 175_000, 1_000, 0, 0, 90, 0, 0, 0, b"", 0)
    one, two = (FillRow(0, 5, tid, *common, builder_fee=tid) for tid in (11, 12))
    (found,) = merged([two, one])
    assert (found.tid, found.lots, found.fee, found.builder_fee) == (11, 2_000, 180, 23)


def test_the_unnamed_agent_is_shown_until_it_expires(world: World) -> None:
    none = {"agentAddress": None, "agentValidUntil": None}
    read = {"type": "webData2", "user": hex_address(1)}
    assert ask(world, read)[1].items() >= none.items()
    until = world.clock.time_ns() // 1_000_000 + 60_000
    world.apply(ApproveAgent(address(1), b"", world.nonce(), 0, AGENT, "", until))
    shown = {"agentAddress": "0x" + AGENT.hex(), "agentValidUntil": until}
    assert ask(world, read)[1].items() >= shown.items()
    world.advance(120)
    assert ask(world, read)[1].items() >= none.items()


def test_the_newest_updates_come_oldest_first(world: World) -> None:
    world.advance(60)
    updates = world.views.ledger_updates
    every = updates.oldest(address(1), 0, 1 << 53, 100)
    assert len(every) == 2
    assert updates.newest(address(1), 100) == every
    assert updates.newest(address(1), 1) == every[-1:]
