"""A price level is a queue: first come, first served (ORD-2)."""

from __future__ import annotations

from bellwether.book.level import Level
from bellwether.book.order import Order
from tests.book.orders_of import order


def queue(level: Level) -> list[int]:
    """The ids from head to tail, checked against the way back."""
    forward: list[int] = []
    found = level.head
    last: Order | None = None
    while found is not None:
        assert found.previous is last and found.level is level
        forward.append(found.order_id)
        last, found = found, found.following
    assert level.tail is last
    return forward


def level_of(*sizes: int) -> tuple[Level, list[Order]]:
    level = Level(100, 100)
    orders = [order(number, True, 100, lots) for number, lots in enumerate(sizes, start=1)]
    for each in orders:
        level.append(each)
    return level, orders


def test_orders_queue_in_the_order_in_which_they_came() -> None:
    level, _ = level_of(5, 7, 9)
    assert queue(level) == [1, 2, 3]
    assert (level.lots, level.count) == (21, 3)


def test_an_order_may_leave_from_anywhere() -> None:
    for place, left in ((0, [2, 3]), (1, [1, 3]), (2, [1, 2])):
        level, orders = level_of(5, 7, 9)
        level.remove(orders[place])
        assert queue(level) == left
        assert (level.lots, level.count) == (21 - orders[place].lots, 2)
        gone = orders[place]
        assert gone.level is None and gone.previous is None and gone.following is None


def test_the_last_order_leaves_nothing_behind() -> None:
    level, orders = level_of(5)
    level.remove(orders[0])
    assert queue(level) == [] and (level.lots, level.count) == (0, 0)


def test_who_leaves_and_comes_back_is_last() -> None:
    level, orders = level_of(5, 7, 9)
    level.remove(orders[0])
    level.append(orders[0])
    assert queue(level) == [2, 3, 1]


def test_an_order_may_be_put_first_from_anywhere() -> None:
    for place, left in ((0, [1, 2, 3]), (1, [2, 1, 3]), (2, [3, 1, 2])):
        level, orders = level_of(5, 7, 9)
        level.put_first(orders[place])
        assert queue(level) == left
        assert (level.lots, level.count) == (21, 3)
