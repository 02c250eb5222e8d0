"""Whom a loss is closed against is kept through an update: who looking at all finds (LIQ-4).

Between one choice and the next positions shrink, grow, end and turn, margins and cash change.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.engine.fills import fill
from bellwether.engine.liquidation.scope import equity_behind
from bellwether.engine.liquidation.waterfall.fund import pay_from_fund
from bellwether.engine.liquidation.waterfall.other_side import OtherSide
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.turn import Turn
from bellwether.formulas.deleveraging import pro_rata_close_lots, ranked_order
from bellwether.schema import codes
from bellwether.schema.commands import Credit, PayInCapital, UpdateLeverage
from tests.engine.small_venue import CUSTODIAN, PEOPLE, USD, SmallVenue, buy, market, sell

MORE = tuple(bytes([number]) * 20 for number in range(11, 17))
EVERYBODY = PEOPLE + MORE


def by_looking_at_all(venue: SmallVenue, is_long: bool, need: int) -> list[tuple[int, int]]:
    """The rule as chapter 06 has it, from what everybody has now."""
    holdings = [h for _, h in sorted(venue.market.holders.items()) if (h.lots > 0) == is_long]
    if venue.market.spec.adl == "pro_rata":
        gaining = [(h.account.number, h.lots) for h in holdings if h.worth() > 0]
        others = [(h.account.number, h.lots) for h in holdings if h.worth() <= 0]
        chosen = pro_rata_close_lots(gaining, need)
        left = need - sum(lots for _, lots in chosen)
        return [close for close in chosen + pro_rata_close_lots(others, left) if close[1]]
    rows = [(h.account.number, h.lots, max(1, abs(h.cost)), equity_behind(h)) for h in holdings]
    sizes = {h.account.number: abs(h.lots) for h in holdings}
    chosen = []
    for number in ranked_order(rows, is_long):
        lots = min(need, sizes[number])
        if lots:
            chosen.append((number, lots))
        need -= lots
    return chosen


def crowd(adl: str, cross: int, trades: list[tuple[int, int, int, int]]) -> SmallVenue:
    """Ten accounts in two markets, every other one with other margins."""
    specs = [market(name, adl=adl, margin_mode=codes.CROSS) for name in ("X", "Y")]
    venue = SmallVenue(*specs)
    for place, who in enumerate(MORE):
        venue.run(Credit(CUSTODIAN, place + 1, who, "", 3_000 * USD, f"c{place}"))
    venue.run(PayInCapital(CUSTODIAN, 99, 0, False, 500 * USD, "fund"))
    for place, who in enumerate(EVERYBODY):
        venue.run(UpdateLeverage(*venue.head(who), 0, bool(cross >> place & 1), 1 + place % 5))
    for asset in (0, 1):
        for one, step, lots, percent in trades:
            seller = EVERYBODY[(one + step) % len(EVERYBODY)]
            venue.place(seller, sell(percent * 1_000, lots, asset=asset))
            venue.place(EVERYBODY[one], buy(percent * 1_000, lots, asset=asset))
    return venue


def close(turn: Turn, one: Holding, other: Holding, lots: int, price: int) -> None:
    """Two positions of one market close each other; as much as both have."""
    if one.lots * other.lots < 0:
        lots = min(lots, abs(one.lots), abs(other.lots))
        fill(turn, one, one.lots < 0, lots, price, 0)
        fill(turn, other, other.lots < 0, lots, price, 0)


Trades = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 9), st.integers(100, 900), st.integers(92, 108)),
    min_size=4,
    max_size=14,
)
Moves = st.lists(
    st.tuples(
        st.sampled_from(["choose", "choose", "close", "open", "elsewhere", "fund"]),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(1, 700),
        st.integers(80_000, 120_000),
    ),
    min_size=2,
    max_size=12,
)


@pytest.mark.parametrize("adl", ["ranked", "pro_rata"])
@settings(max_examples=60)
@given(trades=Trades, moves=Moves, cross=st.integers(0, 1_023), mark=st.integers(85_000, 115_000))
def test_liq_4_what_is_kept_through_an_update_is_what_looking_at_all_finds(
    adl: str,
    trades: list[tuple[int, int, int, int]],
    moves: list[tuple[str, int, int, int, int]],
    cross: int,
    mark: int,
) -> None:
    venue = crowd(adl, cross, trades)
    venue.market.mark_price = mark
    turn = Turn(venue.engine.venue, venue.time_ns)
    users = venue.engine.venue.users
    sides = {is_long: OtherSide(venue.market, is_long, 0) for is_long in (True, False)}
    turn.sides = {(0, is_long): side for is_long, side in sides.items()}
    for kind, first, second, lots, price in [*moves, ("choose", 0, 0, 10**9, 100_000)]:
        here: list[Any] = [users[EVERYBODY[n]].holdings.get(0) for n in (first, second)]
        there: list[Any] = [users[EVERYBODY[n]].holdings.get(1) for n in (first, second)]
        if kind == "choose":
            is_long = bool(first % 2)
            expected = by_looking_at_all(venue, is_long, lots)
            assert sides[is_long].choose(turn.moved, lots) == expected
            for number, chosen in expected:
                holding = venue.market.holders[number]
                fill(turn, holding, not is_long, chosen, price, 0)
        elif kind == "fund" and here[0] is not None and lots * 10**5 < _fund(venue):
            pay_from_fund(turn, here[0], lots * 10**5)
        elif kind == "close" and None not in here:
            close(turn, *here, lots, price)
        elif kind == "elsewhere" and None not in there:
            close(turn, *there, lots, price)
        elif kind == "open" and here[0] is not None:
            fill(turn, here[0], bool(second % 2), lots, price, 0)


def _fund(venue: SmallVenue) -> int:
    return venue.market.losses.fund.balance
