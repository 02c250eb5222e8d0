"""Trailing stops against a naive recomputation of every one of them at every price (ORD-1)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from hypothesis import given, settings, strategies as st

from bellwether.book.order import Order
from bellwether.book.owner import NOBODY
from bellwether.book.trailing import Trail
from bellwether.engine.state.triggers import TriggerBook
from bellwether.schema import codes

START = 1_000


class Naive:
    """All orders in a list; each is moved whenever the price moves."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.best: dict[int, int] = {}

    def at(self, order: Order) -> Fraction:
        trail = order.trail
        if trail is None:
            return Fraction(order.trigger_price)
        best = self.best[order.order_id]
        away = trail.atoms + Fraction(best * trail.e6, 10**6)
        return best + away if order.is_buy else best - away

    def follow(self, price: int) -> None:
        for order in self.orders:
            best = self.best[order.order_id]
            self.best[order.order_id] = min(best, price) if order.is_buy else max(best, price)

    def fired(self, price: int) -> int:
        rising = [o for o in self.orders if o.is_buy and price >= self.at(o)]
        falling = [o for o in self.orders if not o.is_buy and price <= self.at(o)]
        if rising:
            return min(rising, key=lambda o: (self.at(o), o.order_id)).order_id
        return min(falling, key=lambda o: (-self.at(o), o.order_id)).order_id if falling else 0


def stop(order_id: int, is_buy: bool, atoms: int, e6: int, at: int) -> Order:
    order = Order(order_id, NOBODY, 0, is_buy, 1, 1, codes.GTC, False, b"", 0)
    order.trigger = codes.STOP_MARKET
    if atoms or e6:
        order.trail = Trail(atoms, e6)
    else:
        order.trigger_price = at
    return order


distances = st.sampled_from(((1, 0), (5, 0), (5, 0), (40, 0), (0, 5_000), (0, 5_001), (0, 40_000)))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.booleans(), distances),
        st.tuples(st.just("plain"), st.booleans(), st.integers(1, 60)),
        st.tuples(st.just("price"), st.just(False), st.integers(-30, 30)),
        st.tuples(st.just("price"), st.just(False), st.integers(-8, 8)),
        st.tuples(st.just("cancel"), st.just(False), st.integers(0, 50)),
    ),
    max_size=60,
)


@settings(max_examples=300)
@given(steps)
def test_trailing_stops_are_where_a_naive_recomputation_has_them(moves: list[tuple]) -> None:
    book, naive, price = TriggerBook(), Naive(), START
    for number, (verb, is_buy, given_) in enumerate(moves, 1):
        if verb == "price":
            price = max(200, price + given_)
            book.follow(price)
            naive.follow(price)
        elif verb == "cancel":
            if naive.orders:
                gone = naive.orders.pop(given_ % len(naive.orders))
                book.remove(gone)
        else:
            away = given_ if verb == "place" else (0, 0)
            at = 0 if verb == "place" else price + (given_ if is_buy else -given_)
            order = stop(number, is_buy, *away, at)
            book.insert(order, price)
            naive.orders.append(order)
            naive.best[number] = price
        while (order_id := book.next_fired(price)) or naive.fired(price):
            assert order_id == naive.fired(price)
            fired = book.orders[order_id]
            book.remove(fired)
            naive.orders.remove(fired)
        for order in naive.orders:
            at = naive.at(order)
            assert book.trigger_price(order) == (ceil(at) if order.is_buy else floor(at))
        for side in (book.trailing_buys, book.trailing_sells):
            assert side.keys == sorted(-group.height for group in side.groups)
            assert side.fronts == sorted(group.nearest() for group in side.groups)
            assert all(group.size() for group in side.groups)


def test_a_price_that_runs_away_touches_one_group_and_no_order() -> None:
    """A thousand stops follow through a hundred prices as one group, whose list stays as it was."""
    book = TriggerBook()
    for number in range(1, 1_001):
        book.insert(stop(number, False, number, 0, 0), START)
    group = book.trailing_sells.groups[0]
    listed = group.by_atoms
    for price in range(START + 1, START + 101):
        book.follow(price)
        assert book.trailing_sells.groups == [group] and group.by_atoms is listed
    assert book.trigger_price(book.orders[1]) == START + 99
    assert book.next_fired(START + 100) == 0
    assert book.next_fired(START + 99) == 1


def test_groups_that_a_price_passes_become_one() -> None:
    """Placed on the way down, each at a best price of its own; the way up gathers them."""
    book = TriggerBook()
    for number, price in enumerate((1_000, 990, 980, 970), 1):
        book.follow(price)
        book.insert(stop(number, False, 100, 0, 0), price)
    assert [group.height for group in book.trailing_sells.groups] == [1_000, 990, 980, 970]
    book.follow(985)
    assert [group.height for group in book.trailing_sells.groups] == [1_000, 990, 985]
    assert [book.trigger_price(book.orders[n]) for n in (1, 2, 3, 4)] == [900, 890, 885, 885]
    book.follow(1_000)
    assert [group.size() for group in book.trailing_sells.groups] == [4]


def test_the_nearest_of_a_group_is_found_among_both_kinds_of_distance() -> None:
    """At 1,000: 3 atoms is nearer than half a percent, and that nearer than 7 atoms."""
    for is_buy, sign in ((False, -1), (True, 1)):
        book = TriggerBook()
        for number, (atoms, e6) in enumerate(((7, 0), (0, 5_000), (3, 0)), 1):
            book.insert(stop(number, is_buy, atoms, e6, 0), START)
        found = []
        for away in range(1, 9):
            while order_id := book.next_fired(START + sign * away):
                found.append((away, order_id))
                book.remove(book.orders[order_id])
        assert found == [(3, 3), (5, 2), (7, 1)]
