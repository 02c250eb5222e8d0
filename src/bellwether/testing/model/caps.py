"""Caps of open interest and what moving the mark costs, the plain way (MARG-7, MARG-8)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from bellwether.schema import codes
from bellwether.schema.commands import OrderRequest
from bellwether.testing.model.things import NaiveMarket, NaiveOrder, NaivePosition
from bellwether.units.tick import price_on_tick_down, price_on_tick_up


def is_beyond_oracle(
    market: NaiveMarket, positions: list[NaivePosition], is_buy: bool, price: int
) -> bool:
    """Where not one lot more fits, a bid stays at the oracle or below, an offer above."""
    longs = sum(p.lots for p in positions if p.asset == market.asset and p.lots > 0)
    cap = market.spec.open_interest_cap_e6
    if not cap or (longs + 1) * market.oracle <= cap:
        return False
    return price > market.oracle if is_buy else price < market.oracle


def kept_at_oracle(
    market: NaiveMarket, positions: list[NaivePosition], is_buy: bool, price: int
) -> int:
    """The price of a market order, at the oracle where it may not go beyond."""
    if not is_beyond_oracle(market, positions, is_buy, price):
        return price
    decimals, tick = market.spec.size_decimals, market.spec.tick_atoms
    if is_buy:
        return price_on_tick_down(market.oracle, decimals, tick) or market.oracle
    return price_on_tick_up(market.oracle, decimals, tick)


def market_price(market: NaiveMarket, positions: list[NaivePosition], request: OrderRequest) -> int:
    """The price that a request is carried out with."""
    if request.time_in_force != codes.FRONTEND_MARKET or request.trigger:
        return request.price
    return kept_at_oracle(market, positions, request.is_buy, request.price)


def moving_costs(
    market: NaiveMarket, asks: list[NaiveOrder], bids: list[NaiveOrder]
) -> tuple[tuple[int, int, int], ...]:
    """(move 10^-6, up, down) of 5, 10 and 20 %: the way twice, and a wall at its end (MARG-8)."""
    found: list[tuple[int, int, int]] = []
    for move in (50_000, 100_000, 200_000):
        share = Fraction(move, 10**6)
        up, down = floor(market.mark * (1 + share)), ceil(market.mark * (1 - share))
        below = [o for o in asks if o.price <= up]
        above = [o for o in bids if o.price >= down]
        found.append((move, _cost(market, below, up), _cost(market, above, down)))
    return tuple(found)


def _cost(market: NaiveMarket, way: list[NaiveOrder], target: int) -> int:
    sign = 1 if target > market.mark else -1
    lost = sum(o.lots * max(0, sign * (o.price - market.mark)) for o in way)
    fees = floor(sum(o.lots * o.price for o in way) * Fraction(market.spec.taker_fee_e9, 10**9))
    wall = Fraction(market.spec.oracle.impact_notional_e6, target) * abs(target - market.mark)
    return 2 * (lost + fees) + floor(wall)
