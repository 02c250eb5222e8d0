"""Trailing stops of the naive venue: every one of them is moved whenever the mark moves (ORD-1)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from bellwether.schema import codes, rejects
from bellwether.schema.commands import OrderRequest
from bellwether.testing.model.things import NaiveMarket, NaiveOrder

STOPS = (codes.STOP_MARKET, codes.STOP_LIMIT)


def trail_refusal(market: NaiveMarket, request: OrderRequest) -> int:
    """One distance, of a stop without a price of its own."""
    atoms, share = request.trail_atoms, request.trail_e6
    fits = request.trigger in STOPS and request.trigger_price == 0
    if share:
        fits = fits and atoms == 0 and 0 < share < 10**6
    else:
        fits = fits and 0 < atoms < market.mark
    return rejects.ACCEPTED if fits else rejects.TRAIL_INVALID


def follow_mark(order: NaiveOrder, mark: int) -> None:
    """A trailing stop keeps its distance to the best mark; buyers wait above, sellers below."""
    if not order.trail_atoms and not order.trail_e6:
        return
    best = order.best or mark
    order.best = min(best, mark) if order.is_buy else max(best, mark)
    exact = exact_trigger(order)
    order.trigger_price = ceil(exact) if order.is_buy else floor(exact)


def exact_trigger(order: NaiveOrder) -> Fraction:
    """Where an order fires, to the last fraction of an atom."""
    if not order.trail_atoms and not order.trail_e6:
        return Fraction(order.trigger_price)
    away = order.trail_atoms + Fraction(order.best * order.trail_e6, 10**6)
    return order.best + away if order.is_buy else order.best - away


def firing_order(order: NaiveOrder) -> tuple[bool, Fraction, int]:
    """Triggers on a rise first, the lowest first; then those on a fall, the highest first."""
    falls = (order.trigger in STOPS) != order.is_buy
    exact = exact_trigger(order)
    return falls, -exact if falls else exact, order.order_id
