"""Fills make positions and order histories, and money has a reason for each of its cents."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from tests.conformance.conftest import Record
from tests.conformance.questions import USERS

OUTSIDE_THE_DIALECT = frozenset(("marginHandedOver", "liquidationFee", "deficitCovered", "capital"))
"""Lines of a statement that no read of the dialect has a word for."""
SIGNS = {"deposit": (1, "usdc"), "withdraw": (-1, "usdc"), "rewardsClaim": (1, "amount")}


def total(rows: list[dict[str, Any]], field: str) -> Decimal:
    return sum((Decimal(row[field]) for row in rows), Decimal(0))


def signed(fill: dict[str, Any]) -> Decimal:
    return Decimal(fill["sz"]) * (1 if fill["side"] == "B" else -1)


@pytest.mark.parametrize("user", USERS)
def test_the_sum_of_fills_is_the_position(record: Record, user: str) -> None:
    held: Counter[str] = Counter()
    for fill in reversed(record.story.info("userFills", user=user)):
        assert Decimal(fill["startPosition"]) == held[fill["coin"]], fill
        held[fill["coin"]] += signed(fill)  # type: ignore[assignment]
    positions = {
        entry["position"]["coin"]: Decimal(entry["position"]["szi"])
        for dex in ("", "xyz")
        for entry in record.story.info("clearinghouseState", user=user, dex=dex)["assetPositions"]
    }
    assert {coin: size for coin, size in held.items() if size} == positions


@pytest.mark.parametrize("user", USERS)
def test_fills_are_what_the_orders_have_lost(record: Record, user: str) -> None:
    traded: Counter[int] = Counter()
    for fill in record.story.info("userFills", user=user):
        traded[fill["oid"]] += Decimal(fill["sz"])  # type: ignore[assignment]
    for entry in record.story.info("historicalOrders", user=user):
        order = entry["order"]
        if order["oid"]:
            gone = Decimal(order["origSz"]) - Decimal(order["sz"])
            assert gone == traded[order["oid"]], entry


def moved(record: Record, user: str) -> Decimal:
    """What deposits, withdrawals and transfers brought; between own dexes it comes to nothing."""
    brought = Decimal(0)
    for row in record.story.info("userNonFundingLedgerUpdates", user=user):
        delta = row["delta"]
        if delta["type"] in ("send", "internalTransfer"):
            into, out_of = delta["destination"] == user, delta["user"] == user
            brought += (into - out_of) * Decimal(delta.get("amount", delta.get("usdc")))
        elif delta["type"] in SIGNS:
            sign, field = SIGNS[delta["type"]]
            brought += sign * Decimal(delta[field])
    return brought


@pytest.mark.parametrize("user", USERS)
def test_an_accounts_value_is_what_fills_funding_and_transfers_made_of_it(
    record: Record, user: str
) -> None:
    story = record.story
    fills = story.info("userFills", user=user)
    statement = story.info("statement", user=user, startTime=0)
    beside = [row for row in statement["lines"] if row["type"] in OUTSIDE_THE_DIALECT]
    states = [story.info("clearinghouseState", user=user, dex=dex) for dex in ("", "xyz")]
    positions = [entry["position"] for state in states for entry in state["assetPositions"]]
    made = (
        moved(record, user)
        + total(fills, "closedPnl")
        - total(fills, "fee")
        + total([row["delta"] for row in story.info("userFunding", user=user)], "usdc")
        + total(positions, "unrealizedPnl")
        + total([entry["ledger"] for entry in statement["dexes"]], "accruing")
        + total(beside, "amount")
    )
    assert made == total([state["marginSummary"] for state in states], "accountValue")
