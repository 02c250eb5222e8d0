"""Faults within the waterfall (chapter 06): each step of it done wrongly once, and found."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bellwether.schema import codes, events
from bellwether.testing.side_by_side import SideBySide
from tests.audit.falls import fall
from tests.audit.planting import Fault, copied_tree, play, play_with

SEED, STEPS = 70, 210
FORCED = "engine/liquidation/waterfall/forced_orders.py"
LADDER = "engine/liquidation/hypercore.py"
PROTECTION = "engine/liquidation/equity_protection.py"
TURNS = "engine/liquidation/liquidation.py"
SCOPE = "engine/liquidation/scope.py"
BACKSTOP = "engine/liquidation/waterfall/backstop.py"
ASSIGNMENT = "engine/liquidation/waterfall/assignment.py"
OTHER_SIDE = "engine/liquidation/waterfall/deleveraging.py"
FUND = "engine/liquidation/waterfall/fund.py"
SHARES = "formulas/deleveraging.py"

FAULTS: dict[str, Fault] = {
    "a first step of two fifths": (
        LADDER,
        "return mul_div_up(size, losses.step_e6, FRACTION_ONE)",
        "return mul_div_up(size, 2 * losses.step_e6, FRACTION_ONE)",
        "lots",
    ),
    "a large position goes whole": (
        LADDER,
        "if holding.notional() > losses.step_notional_e6:",
        "if holding.notional() > 100 * losses.step_notional_e6:",
        "lots",
    ),
    "thirty seconds are ignored": (
        LADDER,
        "return size if turn.time_ns >= holding.stepped_ns + losses.cooldown_ns else 0",
        "return size",
        "LiquidationStarted",
    ),
    "protected steps are whole positions": (
        PROTECTION,
        "send(turn, holding, mul_div_up(size, step_e6, FRACTION_ONE))",
        "send(turn, holding, size)",
        "lots",
    ),
    "what adds risk stays below the initial margin": (
        PROTECTION,
        "if _is_in_scope(holding, own) and order.lots > own.reducible(order.is_buy):",
        "if False:",
        "OrderClosed",
    ),
    "near ruin is only half of maintenance": (
        SCOPE,
        "return 3 * equity_behind(holding) < 2 * maintenance_of(holding)",
        "return 2 * equity_behind(holding) < maintenance_of(holding)",
        "Expected",
    ),
    "the fund's fee is a micro-dollar too high": (
        FORCED,
        "liquidation_fee = _at_most(fee(notional, market.spec.losses.fee_e9), left - taker_fee)",
        "liquidation_fee = _at_most(fee(notional, market.spec.losses.fee_e9) + 1, left)",
        "amount_e6",
    ),
    "a forced fill takes more in fees than is left": (
        FORCED,
        "taker_fee = _at_most(fee(notional, holding.taker_fee_e9), left)",
        "taker_fee = fee(notional, holding.taker_fee_e9)",
        "taker_fee",
    ),
    "the bankruptcy price is an atom better": (
        SCOPE,
        "price = div_up(size * mark - equity, size)",
        "price = div_up(size * mark - equity, size) + 1",
        "price is",
    ),
    "the book is swept below zero equity": (
        FORCED,
        "limit = order.price if covered else zero",
        "limit = 1",
        "Expected",
    ),
    "the fund is not asked before the other side": (
        LADDER,
        "send_covered(turn, holding)",
        "pass",
        "OrderPlaced",
    ),
    "the fund says that it pays, and does not": (
        FUND,
        "market.dex.ledger.move(market.losses.fund, purse(holding), amount)",
        "pass",
        "",
    ),
    "a fall beyond zero is not paid for": (
        FORCED,
        "        pay_from_fund(turn, holding, lots * missing)\n",
        "        pass\n",
        "DeficitCovered",
    ),
    "a backstop takes beyond its limit": (
        BACKSTOP,
        "return room >= 0",
        "return True",
        "",
    ),
    "a backstop keeps the margin of nobody": (
        BACKSTOP,
        "if holding.is_cross or amount > 0:",
        "if False:",
        "cash",
    ),
    "a provider buys above the mark": (
        ASSIGNMENT,
        "return mul_div_down(mark, BASIS_POINTS - edge_bp, BASIS_POINTS)",
        "return mul_div_down(mark, BASIS_POINTS + edge_bp, BASIS_POINTS)",
        "price is",
    ),
    "the worst placed are deleveraged first": (
        SHARES,
        "return left > right if left != right",
        "return left < right if left != right",
        "account",
    ),
    "in proportion, remainders go to the higher accounts": (
        SHARES,
        "for _, account in remainders[:left]:",
        "for _, account in remainders[::-1][:left]:",
        "lots",
    ),
    "the previous mark is not asked for": (
        OTHER_SIDE,
        "    price = previous_mark\n",
        "    price = market.mark_price\n",
        "price is",
    ),
    "the first of the providers is passed over": (
        ASSIGNMENT,
        "        if lots > 0:\n",
        "        if lots > 0 and number != offers[0][0]:\n",
        "Expected PositionTakenOver",
    ),
    "nobody looks at isolated positions": (
        TURNS,
        "        if holding.lots != 0:\n            _look_at",
        "        if holding.lots != 0 and holding.is_cross:\n            _look_at",
        "Expected",
    ),
    "orders of the liquidated stay": (
        SCOPE,
        "close_all(turn, account, codes.LIQUIDATED_CANCELED, holding.market.asset)",
        "pass",
        "OrderClosed",
    ),
    "who recovers is liquidated all the same": (
        TURNS,
        "if holding.lots != 0 and slack(holding) < 0:",
        "if holding.lots != 0:",
        "",
    ),
    "the vault never sells": (
        BACKSTOP,
        "    market.losses.sold_ns = turn.time_ns\n",
        "    return\n",
        "OrderPlaced",
    ),
}


@pytest.fixture(scope="module")
def life() -> SideBySide:
    return fall(SEED, STEPS)


@pytest.fixture(scope="module")
def tree(life: SideBySide, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_tree(tmp_path_factory.mktemp("tree"), life)


def test_the_life_goes_down_every_step_and_nothing_is_only_followed(life: SideBySide) -> None:
    told = Counter(type(event) for events_ in life.said for event in events_)
    for kind in (events.LiquidationFeePaid, events.DeficitCovered, events.AutoDeleveraged):
        assert told[kind] > 2, kind
    taken = [e.kind for told in life.said for e in told if isinstance(e, events.PositionTakenOver)]
    assert taken.count(codes.BY_BACKSTOP) > 1 and taken.count(codes.BY_PROVIDER) > 1
    tally = life.auditor.tally
    for kind in (events.LiquidationStarted, events.EquityStated, *told):
        assert tally[kind.__name__]["accepted"] == 0
        if kind is not events.Announced:
            assert tally[kind.__name__]["checked"] == 0, kind


def test_a_sound_engine_agrees(tree: Path) -> None:
    assert play(tree) == "agrees\n"


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_of_the_waterfall_is_found(tree: Path, name: str) -> None:
    found = play_with(FAULTS[name], tree)
    assert found != "agrees\n", name
    assert FAULTS[name][3] in found, found
