"""Orders for tests of the book, owned by nobody."""

from __future__ import annotations

from bellwether.book.order import Order
from bellwether.book.owner import NOBODY


def order(order_id: int, is_buy: bool, price: int, lots: int) -> Order:
    """A resting limit order."""
    return Order(order_id, NOBODY, 0, is_buy, price, lots, 1, False, b"", order_id)
