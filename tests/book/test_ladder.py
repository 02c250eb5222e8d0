"""One side of a book keeps its levels sorted, the best last (ORD-2)."""

from __future__ import annotations

import pytest

from bellwether.book.ladder import Ladder
from tests.book.orders_of import order


def prices(ladder: Ladder) -> list[int]:
    """Best first."""
    return [ladder.levels[key].price for key in reversed(ladder.keys)]


def filled(sign: int, *of: int) -> Ladder:
    ladder = Ladder(sign)
    for number, price in enumerate(of, start=1):
        ladder.insert(order(number, sign > 0, price, 10))
    return ladder


def test_an_empty_side_has_no_best() -> None:
    ladder = Ladder(1)
    assert ladder.best() is None and ladder.best_price() == 0


def test_bids_fall_and_asks_rise_from_the_best() -> None:
    assert prices(filled(1, 99, 101, 100)) == [101, 100, 99]
    assert prices(filled(-1, 99, 101, 100)) == [99, 100, 101]
    assert filled(1, 99, 101, 100).best_price() == 101
    assert filled(-1, 99, 101, 100).best_price() == 99


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_level_goes_with_its_last_order(sign: int, gone: int) -> None:
    ladder = Ladder(sign)
    orders = [order(n, sign > 0, price, 10) for n, price in enumerate((99, 101, 100))]
    for each in orders:
        ladder.insert(each)
    ladder.remove(orders[gone])
    left = [price for place, price in enumerate((99, 101, 100)) if place != gone]
    assert prices(ladder) == sorted(left, reverse=sign > 0)
    assert set(ladder.levels) == set(ladder.keys)


def test_a_level_stays_while_an_order_is_left() -> None:
    ladder = Ladder(1)
    first, second = order(1, True, 100, 4), order(2, True, 100, 5)
    ladder.insert(first)
    ladder.insert(second)
    ladder.remove(first)
    best = ladder.best()
    assert best is not None and best.lots == 5 and best.head is second


def test_a_reduced_order_keeps_its_place() -> None:
    ladder = Ladder(-1)
    first, second = order(1, False, 100, 4), order(2, False, 100, 5)
    ladder.insert(first)
    ladder.insert(second)
    ladder.reduce(first, 3)
    best = ladder.best()
    assert best is not None and best.head is first and best.lots == 6 and first.lots == 1


@pytest.mark.parametrize("lots", [0, 4, 5, -1])
def test_reducing_leaves_something_and_takes_something(lots: int) -> None:
    ladder = Ladder(1)
    only = order(1, True, 100, 4)
    ladder.insert(only)
    with pytest.raises(AssertionError):
        ladder.reduce(only, lots)


def test_what_does_not_rest_can_not_be_removed() -> None:
    with pytest.raises(AssertionError):
        Ladder(1).remove(order(1, True, 100, 4))
