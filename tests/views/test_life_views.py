"""What the views make of a market's life: announcements, rebases, settlements (LIFE, RULE-7)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest

from bellwether.schema import codes
from bellwether.schema.commands import AdvanceTime, Announce, UpdateLeverage
from bellwether.schema.events import (
    Announced,
    FundingSettled,
    OrderRebased,
    PositionSettled,
)
from bellwether.views import Views
from bellwether.views.history.fills import direction
from tests.views.world import CBRS, START_MS, START_NS, World, address, operator


@pytest.fixture
def world() -> Iterator[World]:
    """Account 1 is long what account 0 is short; the launch has been announced."""
    made = World()
    made.order(0, False, 1_000, 175_000)
    made.order(1, True, 1_000, 175_000, tif=codes.IOC)
    yield made
    made.views.close()


def test_announcements_are_kept_with_hash_and_grounds(world: World) -> None:
    """RULE-2, RULE-7."""
    world.advance(60)
    world.carry(world.settling(200_000))
    row = next(row for row in world.views.announcements.oldest(CBRS) if row.grounds)
    assert (row.kind, row.text, row.grounds) == ("settlement", "It was acquired.", "acquired")
    assert row.hash == sha256(b"It was acquired.").digest()
    assert row.time_ms == row.effective_ms == START_MS + 60_000
    assert row in world.views.announcements.latest


def test_several_announcements_of_one_command_are_all_kept(world: World) -> None:
    """A settlement says that it is decided, that it begins and that it is over."""
    world.carry(world.settling(200_000))
    found = world.views.announcements.oldest(CBRS)[-3:]
    assert len({row.seq for row in found}) == 1
    assert [row.number for row in found] == sorted(row.number for row in found)


def test_a_notice_to_everybody_belongs_to_no_market(world: World) -> None:
    later = START_NS + 3_600_000_000_000
    world.apply(Announce(operator(0), world.nonce(), -1, "Hello", "We moved.", later))
    row = world.views.announcements.oldest()[-1]
    assert (row.asset, row.kind, row.title) == (-1, "notice", "Hello")
    assert row.effective_ms == later // 1_000_000
    assert row not in world.views.announcements.oldest(CBRS)


def test_an_announcement_of_a_timer_has_its_own_time() -> None:
    views = Views(None)
    said = Announced(CBRS, START_NS + 5_000_000, "notice", "t", "x", b"\x01" * 32, "", 0)
    ended = PositionSettled(7, CBRS, address(1), 1_000, 1_000, 200_000, 25_000_000)
    views.apply_batch(1, [(START_NS + 9_000_000, AdvanceTime(), [said, ended])])
    assert [r.time_ms for r in views.announcements.oldest()] == [START_MS + 5]
    assert [r.effective_ms for r in views.announcements.oldest()] == [START_MS + 5]
    assert [r.time_ms for r in views.fills.oldest(address(1), 9)] == [START_MS + 5]
    views.close()


def test_a_settled_position_is_a_fill_without_fee_or_order(world: World) -> None:
    """LIFE-4."""
    world.carry(world.settling(200_000))
    for account, is_buy, start, pnl in ((0, 1, -1_000, -25_000_000), (1, 0, 1_000, 25_000_000)):
        row = world.views.fills.newest(address(account), 1)[0]
        assert (row.is_buy, row.start, row.lots, row.price) == (is_buy, start, 1_000, 200_000)
        assert (row.pnl, row.fee, row.oid, row.cloid) == (pnl, 0, 0, b"")
        assert direction(row) == "Settlement"
        assert world.views.funding.position(CBRS, address(account)) == 0
    assert len(world.views.trades.newest(CBRS, 10)) == 1, "nobody traded"
    world.advance(2 * 3_600)
    assert world.views.funding.payments(address(1)) == []


def test_a_settlement_ends_every_order_as_delisted(world: World) -> None:
    oid = world.order(2, True, 1_000, 170_000)
    world.carry(world.settling(200_000))
    row = world.views.orders.by_id(address(2), oid)
    assert row is not None and (row.status, row.lots) == (codes.DELISTED_CANCELED, 1_000)


def test_orders_follow_a_rebase(world: World) -> None:
    """LIFE-10."""
    oid = world.order(2, True, 1_000, 170_000)
    world.order(3, False, 400, 170_000, tif=codes.IOC)
    stop = {"reduce_only": True, "trigger": codes.STOP_LIMIT, "trigger_price": 160_000}
    waiting = world.order(1, False, 1_000, 150_000, **stop)
    before = world.views.orders.by_id(address(2), oid)
    events = world.carry(world.rebasing(5, 1))
    assert len([e for e in events if isinstance(e, OrderRebased)]) == 2
    row = world.views.orders.by_id(address(2), oid)
    assert before is not None and row is not None
    assert row == before._replace(price=34_000, lots=3_000, original_lots=5_000)
    row = world.views.orders.by_id(address(1), waiting)
    assert row is not None
    assert (row.price, row.trigger_price, row.lots) == (30_000, 32_000, 5_000)
    assert row.status == 0


def test_a_partly_filled_order_fills_to_its_end_after_a_rebase(world: World) -> None:
    oid = world.order(2, True, 1_000, 170_000)
    world.order(3, False, 400, 170_000, tif=codes.IOC)
    world.carry(world.rebasing(5, 1))
    world.order(3, False, 3_000, 34_000, tif=codes.IOC)
    row = world.views.orders.by_id(address(2), oid)
    assert row is not None and (row.status, row.lots) == (codes.FILLED, 0)


@pytest.mark.parametrize(("numerator", "denominator"), [(5, 1), (1, 3), (7, 10)])
def test_hours_of_funding_add_up_across_a_rebase(
    world: World, numerator: int, denominator: int
) -> None:
    """FUND-4, LIFE-10: what was told hour by hour is what the ledger moved."""
    events = world.advance(2 * 3_600 + 60)
    events += world.carry(world.rebasing(numerator, denominator))
    lots = 1_000 * numerator // denominator
    assert world.views.funding.position(CBRS, address(1)) == lots
    assert world.views.funding.position(CBRS, address(0)) == -lots
    events += world.advance(3_600)
    change = UpdateLeverage(address(1), b"", world.nonce(), 0, CBRS, False, 4)
    settled_alone = world.apply(change)
    assert any(is_settled_for(event, 1) for event in settled_alone)
    events += settled_alone
    events += world.advance(2 * 3_600)
    events += world.carry(world.settling(175_000))
    for account in (0, 1):
        settled = [e.amount for e in events if is_settled_for(e, account)]
        told = [row.amount for row in world.views.funding.payments(address(account))]
        assert sum(told) == sum(settled) != 0
        assert len(told) == 5


def is_settled_for(event: object, account: int) -> bool:
    return isinstance(event, FundingSettled) and event.account == address(account)


def test_views_opened_again_after_a_rebase_go_on_counting(world: World) -> None:
    world.advance(2 * 3_600 + 60)
    world.carry(world.rebasing(5, 1))
    split = len(world.batches)
    world.advance(2 * 3_600)
    world.carry(world.settling(35_000))
    found = world.views.funding.payments(address(1))
    assert len(found) == 4
    halves = world.rebuilt(together=split)
    assert halves.funding.payments(address(1)) == found
    halves.close()
