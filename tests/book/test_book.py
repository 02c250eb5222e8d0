"""The book of one market against a plain list (ORD-2)."""

from __future__ import annotations

from hypothesis import given, strategies as st

from bellwether.book.book import Book
from bellwether.book.order import Order
from tests.book.orders_of import order

steps = st.lists(
    st.tuples(
        st.sampled_from(("insert", "insert", "remove", "reduce")),
        st.booleans(),
        st.integers(1, 8),
        st.integers(1, 9),
    ),
    max_size=60,
)


def priority(is_buy: bool, resting: list[Order]) -> list[Order]:
    """Price, then time: the list is in order of arrival, and sorting is stable."""
    side = [each for each in resting if each.is_buy == is_buy]
    return sorted(side, key=lambda each: -each.price if is_buy else each.price)


def expect_same(book: Book, resting: list[Order]) -> None:
    for is_buy in (True, False):
        side = priority(is_buy, resting)
        assert book.orders(is_buy) == side
        prices = list(dict.fromkeys(each.price for each in side))
        levels = [
            (price, sum(e.lots for e in side if e.price == price), len(at))
            for price in prices
            if (at := [e for e in side if e.price == price])
        ]
        assert book.levels(is_buy, 100) == levels
        assert book.levels(is_buy, 2) == levels[:2]
        assert (book.best_bid if is_buy else book.best_ask) == (prices[0] if prices else 0)


@given(steps)
def test_the_book_is_a_sorted_list(drawn: list[tuple[str, bool, int, int]]) -> None:
    book, resting = Book(), list[Order]()
    for number, (act, is_buy, price, lots) in enumerate(drawn):
        version = book.version
        if act == "insert":
            made = order(number, is_buy, price if is_buy else price + 8, lots)
            book.insert(made)
            resting.append(made)
        elif resting:
            chosen = resting[(price * 9 + lots) % len(resting)]
            if act == "remove":
                book.remove(chosen)
                resting.remove(chosen)
            elif chosen.lots > 1:
                book.reduce(chosen, 1 + lots % (chosen.lots - 1))
            else:
                continue
        else:
            continue
        assert book.version != version, "readers see that something has changed"
        expect_same(book, resting)
        assert book.is_uncrossed()


def test_an_order_crosses_at_the_best_price_or_beyond() -> None:
    book = Book()
    assert not book.crosses(True, 1_000) and not book.crosses(False, 1)
    book.insert(order(1, True, 99, 5))
    book.insert(order(2, False, 101, 5))
    assert [book.crosses(True, price) for price in (100, 101, 102)] == [False, True, True]
    assert [book.crosses(False, price) for price in (100, 99, 98)] == [False, True, True]


def test_a_crossed_book_is_known() -> None:
    book = Book()
    book.insert(order(1, True, 100, 5))
    assert book.is_uncrossed()
    book.insert(order(2, False, 100, 5))
    assert not book.is_uncrossed()


def test_depth_stops_where_it_is_worth_enough() -> None:
    """PRICE-1: whole levels, the last one as deep as it is."""
    book = Book()
    for number, (price, lots) in enumerate(((100, 5), (99, 5), (98, 5))):
        book.insert(order(number, True, price, lots))
    assert book.depth(True, 500) == [(100, 5)]
    assert book.depth(True, 501) == [(100, 5), (99, 5)]
    assert book.depth(True, 10_000) == [(100, 5), (99, 5), (98, 5)]
    assert book.depth(False, 1) == []
