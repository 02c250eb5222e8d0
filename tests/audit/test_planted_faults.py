"""An engine with one fault, in a copied tree, plays a life: the auditor names the fault's trace.

The copy's own replay would agree with itself; only a second reading of the rules can tell.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.lives import live
from tests.audit.planting import Fault, copied_tree, play, play_with

FAULTS: dict[str, Fault] = {
    "a fee is one micro-dollar too high": (
        "engine/margin.py",
        "return mul_div_up(notional, rate_e9, FEE_ONE)",
        "return mul_div_up(notional, rate_e9, FEE_ONE) + 1",
        "taker_fee",
    ),
    "fees round down": (
        "engine/margin.py",
        "return mul_div_up(notional, rate_e9, FEE_ONE)",
        "return mul_div_down(notional, rate_e9, FEE_ONE)",
        "_fee",
    ),
    "a trade happens at the taker's limit": (
        "engine/matching.py",
        "price = maker.price",
        "price = order.price",
        "price",
    ),
    "the youngest of a price is met first": (
        "engine/matching.py",
        "maker = level.head",
        "maker = level.tail",
        "maker_order_id",
    ),
    "margin is not asked for": (
        "engine/entry.py",
        "if not covers_order(holding, is_buy, lots, price):",
        "if not lots:",
        "reason=216",
    ),
    "a nonce is taken twice": (
        "engine/state/nonces.py",
        "return rejects.NONCE_DUPLICATE",
        "return rejects.ACCEPTED",
        "reason=103",
    ),
    "one account pays no funding": (
        "engine/fills.py",
        "if delta == 0 or holding.lots == 0:",
        "if delta == 0 or holding.lots == 0 or holding.account.number == 2:",
        "FundingSettled",
    ),
    "funding rounds up": (
        "engine/fills.py",
        "amount = mul_div_down(owed, 1, RATE_ONE)",
        "amount = -mul_div_down(-owed, 1, RATE_ONE)",
        "amount",
    ),
    "a rebase pays a micro-dollar too much": (
        "engine/life/rebase.py",
        "paid = div_down(worth * dropped, before * a)",
        "paid = div_down(worth * dropped, before * a) + 1",
        "paid",
    ),
    "a market settles one atom beside its average": (
        "engine/life/settlement.py",
        "return twap_atoms(market.twap_sum, lived)",
        "return twap_atoms(market.twap_sum, lived) + 1",
        "price",
    ),
    "fees go to the insurance fund": (
        "engine/fills.py",
        "pay_from_scope(holding, holding.market.dex.ledger.fees, fees)",
        "pay_from_scope(holding, holding.market.losses.fund, fees)",
        "the fees of the dex main",
    ),
    "the oracle forgets its step limit": (
        "formulas/oracle.py",
        "limited = limit_step_fine(oracle_fine, moved, move_limit_e6)",
        "limited = moved",
        "oracle_price",
    ),
    "the basis counts time twice": (
        "formulas/mark.py",
        "weight_e18(dt_ns, tau_ns)",
        "weight_e18(2 * dt_ns, tau_ns)",
        "PricesPublished",
    ),
    "a mark has the wrong median": (
        "formulas/mark.py",
        "median = median3(oracle_fine, oracle_fine + basis_fine, book)",
        "median = oracle_fine",
        "mark_price",
    ),
    "funding has the wrong clamp": (
        "formulas/funding.py",
        "f8 = mean_e12 + clamp_rate_e12(interest_e12 - mean_e12, -clamp_e12, clamp_e12)",
        "f8 = mean_e12 + interest_e12",
        "rate_e12",
    ),
    "who may be spared is liquidated": (
        "engine/liquidation/scope.py",
        "return equity_behind(holding) - maintenance_of(holding)",
        "return equity_behind(holding) - 2 * maintenance_of(holding)",
        "liquidation",
    ),
    "nobody is liquidated": (
        "engine/pricing.py",
        "if market.liquidates():",
        "if False:",
        "LIQ-1",
    ),
    "a self-trade ends the taker": (
        "engine/matching.py",
        "if rule == codes.STP_CANCEL_MAKER:",
        "if rule == codes.STP_ALLOW:",
        "status",
    ),
    "a reduce-only order is not cut": (
        "engine/handlers/orders.py",
        "if order.lots > reducible:",
        "if order.lots > 10 * reducible:",
        "OrderPlaced",
    ),
    "an isolated loss is borne by the cash": (
        "engine/margin.py",
        "if share + gain >= 0:",
        "if True:",
        "cash",
    ),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_tree(tmp_path_factory.mktemp("tree"), live())


def test_a_sound_engine_agrees(tree: Path) -> None:
    assert play(tree) == "agrees\n"


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_planted_fault_is_found(tree: Path, name: str) -> None:
    found = play_with(FAULTS[name], tree)
    assert found != "agrees\n", name
    assert FAULTS[name][3] in found, found


def test_there_are_enough_faults() -> None:
    assert len(FAULTS) >= 10
