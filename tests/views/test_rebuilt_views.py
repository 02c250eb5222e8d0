"""The views are built from events alone: deleting them loses nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bellwether.schema import codes
from bellwether.views import Views, ViewsDamaged
from bellwether.views.trades import TradeRow
from tests.views.world import CBRS, SPCX, World, address

TABLES = (
    "acts",
    "indexes",
    "users",
    "orders",
    "client_ids",
    "fills",
    "trades",
    "volumes",
    "ledger_updates",
    "prices",
    "candles",
    "launches",
    "funding_rates",
    "funding_payments",
    "positions",
    "announcements",
    "dexes",
    "day_sums",
    "adjustments",
    "rebases",
)


def lively_world(path: Path | None = None) -> World:
    """Two hours of orders, cancels, modifications by trade, liquidations and funding."""
    world = World(path)
    random = Random(7)
    live: list[tuple[int, int]] = []
    world.leverage(4, 5)
    for step in range(400):
        account, is_buy = random.randrange(6), random.random() < 0.5
        away = random.randrange(1, 400) * 10
        if step % 7 == 6 and live:
            owner, oid = live.pop(random.randrange(len(live)))
            world.cancel(owner, oid)
        elif step % 5 == 4:
            price = 180_000 if is_buy else 170_000
            world.order(account, is_buy, 3_000 + away, price, tif=codes.IOC)
        else:
            price = 175_000 - away if is_buy else 175_000 + away
            cloid = step.to_bytes(16, "big") if step % 3 == 0 else b""
            oid = world.order(account, is_buy, 40_000, price, cloid=cloid)
            if oid:
                live.append((account, oid))
        if step % 20 == 0:
            world.advance(360)
            world.order(7, step % 40 == 0, 500, 1_500_000, asset=SPCX)
        if step == 380:
            world.carry(world.rebasing(2, 1))
    world.carry(world.settling(90_000))
    return world


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = lively_world()
    yield made
    made.views.close()


def rows(views: Views) -> dict[str, list[tuple[object, ...]]]:
    connection = views._store.connection
    views.commit()
    return {t: connection.execute(f"SELECT * FROM {t}").fetchall() for t in TABLES}


def sorted_rows(views: Views) -> dict[str, list[str]]:
    return {table: sorted(map(repr, found)) for table, found in rows(views).items()}


@pytest.mark.parametrize("together", [1, 7, 1_000])
def test_rebuilt_views_hold_the_same_rows_however_the_commands_were_batched(
    world: World, together: int
) -> None:
    expected = sorted_rows(world.views)
    assert all(expected[table] for table in TABLES)
    again = world.rebuilt(together=together)
    assert sorted_rows(again) == expected
    again.close()


def test_views_closed_anywhere_go_on_where_they_stopped(world: World, tmp_path: Path) -> None:
    expected = sorted_rows(world.views)
    path = tmp_path / "views.sqlite3"
    for start in range(0, len(world.batches), 60):
        views = Views.open(path)
        assert views.applied_seq == sum(len(items) for _, items in world.batches[:start])
        for first, items in world.batches[start : start + 60]:
            views.apply_batch(first, items)
        views.close()
    views = Views.open(path)
    assert sorted_rows(views) == expected
    views.close()


def test_a_crash_leaves_the_file_at_a_whole_command(world: World, tmp_path: Path) -> None:
    path = tmp_path / "views.sqlite3"
    views = Views(path)
    for first, items in world.batches[:100]:
        views.apply_batch(first, items)
    applied = views.applied_seq
    views._store.connection.close()
    again = Views.open(path)
    seq = again.applied_seq
    assert seq <= applied
    for first, items in world.batches:
        again.apply_batch(first, items)
    assert sorted_rows(again) == sorted_rows(world.views)
    again.close()


def test_commands_that_were_applied_are_skipped_and_a_gap_is_refused(world: World) -> None:
    views = world.rebuilt(together=50)
    before = sorted_rows(views)
    views.apply_batch(1, [item for _, items in world.batches for item in items])
    assert sorted_rows(views) == before
    with pytest.raises(AssertionError, match="missing"):
        views.apply_batch(views.applied_seq + 2, world.batches[0][1])
    views.close()


def test_reset_begins_again(world: World, tmp_path: Path) -> None:
    views = world.rebuilt(tmp_path / "views.sqlite3", together=50)
    views.reset()
    assert views.applied_seq == 0 and views.orders.newest(address(0), 10) == []
    for first, items in world.batches:
        views.apply_batch(first, items)
    assert sorted_rows(views) == sorted_rows(world.views)
    views.close()


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "views.sqlite3"
    path.write_bytes(b"this is not a database, whatever it is" * 100)
    with pytest.raises(ViewsDamaged):
        Views.open(path)
    views = Views.afresh(path)
    assert views.applied_seq == 0
    views.close()


def test_a_file_of_another_version_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "views.sqlite3"
    Views(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE progress SET version = 999")
    connection.commit()
    connection.close()
    with pytest.raises(ViewsDamaged, match="version 999"):
        Views.open(path)


def test_live_orders_and_positions_of_the_views_are_those_of_the_engine(world: World) -> None:
    """The views follow orders and positions out of events alone, and get where the engine is."""
    venue, views = world.engine.venue, world.views
    for number in range(8):
        user = venue.users[address(number)]
        live = {
            order.order_id: order.lots
            for account in user.accounts.values()
            for order in account.orders.values()
        }
        shown = {
            row.oid: row.lots for row in views.orders.newest(user.address, 2_000) if row.status == 0
        }
        assert shown == live
        for account in user.accounts.values():
            for holding in account.held:
                held = views.funding.position(holding.market.asset, user.address)
                assert held == holding.lots


def test_every_trade_has_two_fills_that_mirror_each_other(world: World) -> None:
    assert world.views.trades.newest(CBRS, 10_000) == [], "those before a rebase are in old units"
    found = [TradeRow._make(row) for row in rows(world.views)["trades"]]  # type: ignore[arg-type]
    trades = [trade for trade in found if trade.asset == CBRS]
    assert len(trades) > 50
    fills: dict[int, list[tuple[int, int, int]]] = {}
    for number in range(8):
        for fill in world.views.fills.newest(address(number), 10_000):
            fills.setdefault(fill.tid, []).append((fill.is_buy, fill.lots, fill.price))
    for trade in trades:
        buys, sells = sorted(fills[trade.tid], reverse=True)
        assert buys == (1, trade.lots, trade.price) and sells == (0, trade.lots, trade.price)
