"""Who may open how much: the event clock, the budget's cap, the caps of MARG-7, foretold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import msgspec
import pytest

from bellwether.schema import codes, events, rejects
from bellwether.schema.commands import (
    AdvanceTime,
    DecideProposal,
    EnterEventPhase,
    Genesis,
    GenesisAccount,
    OrderRequest,
    PlaceOrders,
    UpdateLeverage,
)
from bellwether.schema.instrument import EventMargin
from bellwether.testing import strategies as drawn
from bellwether.testing.side_by_side import SideBySide
from tests.audit.planting import Fault, copied_tree, play, play_with

USD, SECOND = 10**6, b"\xdc" * 20
PEOPLE = tuple(bytes([number]) * 20 for number in range(1, 6))
SCHEDULE = (
    EventMargin("filed", 4, 400 * drawn.SECOND_NS),
    EventMargin("priced", 2, 900 * drawn.SECOND_NS),
    EventMargin("seasoned", 3, 0),
)
FAULTS: dict[str, Fault] = {
    "new risk does not meet the phase's leverage": (
        "engine/margin.py",
        "most = stricter_leverage(market.new_risk_leverage, market.event_risk_leverage)",
        "most = market.new_risk_leverage",
        "reason=216",
    ),
    "positions meet it without notice": (
        "engine/limits/event_clock.py",
        "return turn.time_ns + notice_ns",
        "return turn.time_ns",
        "binds_ns",
    ),
    "a phase that asks for less gives notice": (
        "engine/limits/event_clock.py",
        "if leverage == 0 or 0 < before <= leverage:",
        "if leverage == 0:",
        "Expected",
    ),
    "maintenance stays what it was": (
        "engine/limits/clocked.py",
        "most = tier.max_leverage if tier.max_leverage < leverage else leverage",
        "most = tier.max_leverage",
        "",
    ),
    "the budget's cap binds nobody": (
        "engine/limits/caps.py",
        "after > market.capped_lots or market.book.crosses(is_buy, price)",
        "after > market.capped_lots",
        "reason=219",
    ),
    "the budget's cap stops what rests": (
        "engine/limits/caps.py",
        "after > market.capped_lots or market.book.crosses(is_buy, price)",
        "after > 0",
        "OrderPlaced",
    ),
    "the budget's cap rises at once": (
        "formulas/limits/caps.py",
        "return raised if raised < wanted_e6 else wanted_e6",
        "return wanted_e6",
        "cap_e6",
    ),
    "the dearest move is the budget": (
        "engine/limits/budget.py",
        "cost < least",
        "cost > least",
        "cap_e6",
    ),
    "at the cap prices go beyond the oracle": (
        "engine/limits/caps.py",
        "return (price > oracle if is_buy else price < oracle) and is_at_cap(market)",
        "return False",
        "Expected",
    ),
}


def capped(seed: int, steps: int) -> SideBySide:
    """A life at the limits of three markets: an event clock, a budget's cap, caps of MARG-7."""
    chance, nonce = Random(seed), 1_000
    differences: tuple[dict[str, object], ...] = (
        {"event_margins": SCHEDULE},
        {"budget_multiple_e6": 30_000_000, "open_interest_cap_e6": 2_000 * USD},
        {"open_interest_cap_e6": 1_000 * USD, "owner_cap_e6": 500 * USD, "dex_cap_e6": 1_500 * USD},
    )
    specs = tuple(
        msgspec.structs.replace(
            drawn.market(f"M{number}", preset, codes.STP_CANCEL_MAKER, 0, {}), **each
        )
        for number, (each, preset) in enumerate(
            zip(differences, ("standard_equity", "ipop", "ipop"), strict=True)
        )
    )
    keys = tuple((key, codes.EVERY_OPERATOR_ROLE) for key in (drawn.OPERATOR, SECOND))
    accounts = tuple(
        GenesisAccount(who, "XX", "retail", (("", usd * USD),))
        for who, usd in zip(PEOPLE, (60, 120, 900, 3_000, 50_000), strict=True)
    )
    both = SideBySide(Genesis(("",), specs, keys, accounts, False, True), drawn.START_NS)

    def order(who: bytes, asset: int, is_buy: bool, away: int, lots: int, kind: int) -> None:
        nonlocal nonce
        nonce += 1
        mark = both.auditor.markets[asset].mark
        price = mark - mark % drawn.TICK + away * drawn.TICK
        both.run(PlaceOrders(who, b"", nonce, 0, (OrderRequest(asset, is_buy, price, lots, kind),)))

    for _ in range(steps):
        nonce += 2
        asset, who = chance.randrange(3), chance.choice(PEOPLE)
        act = chance.random()
        if act < 0.08:
            phase = chance.choice(("filed", "priced", "seasoned", "crossed"))
            both.run(EnterEventPhase(drawn.OPERATOR, nonce, 0, phase, "It was said.", "So it is."))
            number = both.auditor.next_proposal_id - 1
            both.run(DecideProposal(SECOND, nonce, number, True))
        elif act < 0.12:
            both.run(UpdateLeverage(who, b"", nonce, 0, asset, asset == 0, chance.randint(1, 6)))
        elif act < 0.2:
            both.run(AdvanceTime(), chance.choice((3, 20, 60, 61, 120)) * drawn.SECOND_NS)
        else:
            lots = chance.choice((100, 300, 900, 2_500, 6_000))
            kind = chance.choice((codes.GTC, codes.GTC, codes.IOC, codes.FRONTEND_MARKET))
            order(who, asset, chance.random() < 0.5, chance.randint(-40, 40), lots, kind)
    return both


@pytest.fixture(scope="module")
def life() -> SideBySide:
    return capped(3, 700)


@pytest.fixture(scope="module")
def tree(life: SideBySide, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_tree(tmp_path_factory.mktemp("tree"), life)


def test_limits_are_met_and_foretold(life: SideBySide) -> None:
    reasons = Counter(
        event.reason
        for told in life.said
        for event in told
        if isinstance(event, events.OrderRefused)
    )
    for reason in (
        rejects.INSUFFICIENT_MARGIN,
        rejects.OPEN_INTEREST_CAPPED,
        rejects.DEX_INTEREST_CAPPED,
        rejects.OWNER_SHARE_REACHED,
        rejects.BEYOND_ORACLE_AT_CAP,
    ):
        assert reasons[reason] > 0, reason
    tally = life.auditor.tally
    for kind in ("EventPhaseEntered", "EventMarginBound", "BudgetEstimated"):
        assert tally[kind]["predicted"] > 0 and tally[kind]["checked"] == 0, kind
    caps = {
        event.cap_e6
        for told in life.said
        for event in told
        if isinstance(event, events.BudgetEstimated)
    }
    assert len(caps) > 5, "the cap follows the budget"


def test_a_sound_engine_agrees(tree: Path) -> None:
    assert play(tree) == "agrees\n"


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_of_the_limits_is_found(tree: Path, name: str) -> None:
    found = play_with(FAULTS[name], tree)
    assert found != "agrees\n", name
    assert FAULTS[name][3] in found, found
