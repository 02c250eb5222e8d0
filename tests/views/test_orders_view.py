"""Orders are found by id and by client id in every state they can come to (ORD-1, ORD-6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bellwether.schema import codes, rejects
from bellwether.schema.commands import ModifyOrders, ModifyRequest, OrderRequest
from bellwether.views.history.fills import direction
from bellwether.views.orders import OPEN, REFUSED, TRIGGERED
from tests.views.world import CBRS, World, address

CLOID = b"\x07" * 16


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.views.close()


def status(world: World, account: int, oid: int) -> tuple[int, int]:
    row = world.views.orders.by_id(address(account), oid)
    assert row is not None
    return row.status, row.lots


def test_a_maker_goes_from_open_through_partly_filled_to_filled(world: World) -> None:
    oid = world.order(0, False, 5_000, 176_000)
    assert status(world, 0, oid) == (OPEN, 5_000)
    world.order(1, True, 2_000, 176_000, tif=codes.IOC)
    assert status(world, 0, oid) == (OPEN, 3_000)
    taker = world.order(1, True, 3_000, 176_000, tif=codes.IOC)
    assert status(world, 0, oid) == (codes.FILLED, 0)
    assert status(world, 1, taker) == (codes.FILLED, 0)


def test_a_cancelled_order_keeps_what_was_left(world: World) -> None:
    oid = world.order(0, False, 5_000, 176_000)
    world.cancel(0, oid)
    assert status(world, 0, oid) == (codes.CANCELED, 5_000)


def test_what_an_immediate_order_leaves_unfilled_is_cancelled(world: World) -> None:
    world.order(0, False, 1_000, 176_000)
    oid = world.order(1, True, 3_000, 176_000, tif=codes.IOC)
    assert status(world, 1, oid) == (codes.IOC_REMAINDER, 2_000)


def test_a_client_id_finds_the_newest_order(world: World) -> None:
    first = world.order(0, True, 1_000, 170_000, cloid=CLOID)
    world.cancel(0, first)
    second = world.order(0, True, 2_000, 170_000, cloid=CLOID)
    row = world.views.orders.by_client_id(address(0), CLOID)
    assert row is not None and row.oid == second
    assert world.views.orders.by_client_id(address(1), CLOID) is None, "only its owner's"


def test_a_refused_order_is_found_by_its_client_id_and_a_malformed_one_is_not(
    world: World,
) -> None:
    assert world.order(0, True, 1_000, 160_000, tif=codes.IOC, cloid=CLOID) == 0
    row = world.views.orders.by_client_id(address(0), CLOID)
    assert row is not None and row.status == REFUSED + rejects.NOTHING_TO_MATCH
    other = b"\x08" * 16
    assert world.order(0, True, 0, 170_000, cloid=other) == 0
    assert world.views.orders.by_client_id(address(0), other) is None


def test_a_modified_order_is_replaced_under_a_new_id(world: World) -> None:
    oid = world.order(0, True, 5_000, 170_000, cloid=CLOID)
    request = OrderRequest(CBRS, True, 170_000, 3_000, client_order_id=CLOID)
    change = ModifyOrders(address(0), b"", world.nonce(), 0, (ModifyRequest(oid, b"", request),))
    world.apply(change)
    row = world.views.orders.by_client_id(address(0), CLOID)
    assert row is not None and (row.oid > oid, row.lots, row.status) == (True, 3_000, OPEN)
    assert status(world, 0, oid)[0] == codes.REPLACED


def test_a_stop_is_triggered_and_then_filled(world: World) -> None:
    world.order(0, False, 10_000, 175_100)
    world.order(1, True, 10_000, 175_100, tif=codes.IOC)
    stop = {"reduce_only": True, "trigger": codes.STOP_MARKET, "trigger_price": 174_000}
    oid = world.order(1, False, 99_000, 150_000, **stop)
    assert status(world, 1, oid) == (OPEN, 99_000)
    world.order(2, True, 100_000, 170_000)
    world.order(2, False, 100_000, 170_500)
    world.advance(3_600)
    final = status(world, 1, oid)
    assert final == (codes.FILLED, 0), "cut to the position, and all of that filled"
    assert TRIGGERED not in final


def test_directions_say_what_a_fill_did_to_the_position(world: World) -> None:
    for is_buy, lots in ((True, 1_000), (False, 600), (False, 900), (True, 200)):
        world.order(0, not is_buy, lots, 175_000)
        world.order(1, is_buy, lots, 175_000, tif=codes.IOC)
    found = world.views.fills.oldest(address(1), 10)
    assert [direction(fill) for fill in found] == [
        "Open Long",
        "Close Long",
        "Long > Short",
        "Close Short",
    ]
    mirrored = world.views.fills.oldest(address(0), 10)
    assert [direction(fill) for fill in mirrored] == [
        "Open Short",
        "Close Short",
        "Short > Long",
        "Close Long",
    ]


def test_days_volumes_count_takers_makers_and_the_venue_once(world: World) -> None:
    world.order(0, False, 2_000, 176_000)
    world.order(1, True, 2_000, 176_000, tif=codes.IOC)
    today = world.clock.time_ns() // 86_400_000_000_000
    value = 2_000 * 176_000
    (taker,) = world.views.volumes.by_day(address(1), today, today)
    (maker,) = world.views.volumes.by_day(address(0), today, today)
    assert taker == (today, value, 0, value) and maker == (today, 0, value, value)
    assert world.views.volumes.total(address(1)) == value
