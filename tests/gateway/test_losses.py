"""What is told of losses, to whom, and what providers and custodians ask for (LIQ-3 … LIQ-7)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bellwether.gateway.hyperliquid.reads.losses import DELAY_NS
from bellwether.node.certificates.certificate import check
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import (
    Wallet,
    account,
    custodian,
    limit_order,
    order_action,
)

MINUTE_MS = 60_000
DELAY_MS = DELAY_NS // 10**6
ASSIGNMENT = {
    "type": "setAssignment",
    "coin": "ANTH",
    "acceptLong": True,
    "acceptShort": False,
    "maxSize": "2.5",
    "maxPosition": "40",
    "edgeBp": 100,
    "days": "weekends",
}


class Venue:
    def __init__(self, live: LiveGateway, client: Client, directory: Path) -> None:
        self.live = live
        self.directory = directory
        self.client = client

    def act(self, who: Wallet, action: dict[str, Any]) -> Any:
        return self.client.post("/exchange", who.l1(action, self.live.nonce()))

    def ask(self, kind: str, **fields: Any) -> Any:
        return self.client.post("/info", {"type": kind, **fields})

    def trade(self, buyer: int, seller: int, size: str) -> None:
        self.act(account(seller), order_action(limit_order(b=False, p="175", s=size)))
        self.act(account(buyer), order_action(limit_order(p="175", s=size)))


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    with LiveGateway(tmp_path) as live, live.client() as client:
        yield Venue(live, client, tmp_path)


def test_only_the_owner_is_told_where_its_position_would_be_liquidated(venue: Venue) -> None:
    venue.trade(0, 1, "10")
    for who in (0, 1):
        state = venue.ask("clearinghouseState", user=account(who).hex_address)
        assert [p["position"]["liquidationPx"] for p in state["assetPositions"]] == [None]
    told = venue.act(account(0), {"type": "liquidationPrices"})
    (mine,) = told["response"]["data"]
    assert (mine["coin"], mine["szi"], mine["isOutsideBounds"]) == ("CBRS", "10.0", False)
    assert 140 < float(mine["liquidationPx"]) < 160
    stranger = venue.act(Wallet(b"\x07" * 32), {"type": "liquidationPrices"})
    assert stranger["status"] == "err"
    agent = Wallet(b"\x09" * 32)
    action = {"type": "approveAgent", "agentAddress": agent.hex_address, "agentName": "bot"}
    nonce = venue.live.nonce()
    venue.client.post("/exchange", account(0).user_signed({**action, "nonce": nonce}, nonce))
    assert venue.act(agent, {"type": "liquidationPrices"})["response"]["data"] == [mine]


def test_a_liquidation_beyond_the_bounds_is_said_to_be_out_of_reach(venue: Venue) -> None:
    """PRICE-12: with 1x the position holds down to nothing, the bounds end at 131.25."""
    lever = {"type": "updateLeverage", "asset": 0, "isCross": False, "leverage": 1}
    for who in (0, 1):
        venue.act(account(who), lever)
    venue.trade(0, 1, "10")
    (mine,) = venue.act(account(0), {"type": "liquidationPrices"})["response"]["data"]
    assert mine["isOutsideBounds"] is True


def test_exposure_is_summed_and_a_quarter_of_an_hour_old(venue: Venue) -> None:
    for who in (0, 2, 4):
        venue.trade(who, who + 1, "10")
    nothing = venue.ask("exposure", coin="CBRS")
    assert (nothing["time"], nothing["buckets"], nothing["delay"]) == (None, [], DELAY_MS)
    for _ in range(5):
        venue.client.post("/dev/clock", {"advanceMs": 6 * MINUTE_MS})
    told = venue.ask("exposure", coin="CBRS")
    now = venue.live.node.clock.time_ns() // 10**6
    assert DELAY_MS <= now - told["time"] < 2 * DELAY_MS
    longs = sum(float(bucket["longSz"]) for bucket in told["buckets"])
    shorts = sum(float(bucket["shortSz"]) for bucket in told["buckets"])
    elsewhere = told["elsewhere"]
    assert longs + float(elsewhere["longSz"]) == 30
    assert shorts + float(elsewhere["shortSz"]) == 30
    assert longs == 30 and told["markPx"] == "175.0"
    bucket = next(one for one in told["buckets"] if one["longSz"] != "0.0")
    assert float(bucket["fromPx"]) < 156 < float(bucket["toPx"]) + 2


def test_a_provider_opts_in_is_shown_and_opts_out(venue: Venue) -> None:
    mine = account(3).hex_address
    done = {"status": "ok", "response": {"type": "default"}}
    assert venue.act(account(3), ASSIGNMENT) == done
    shown = {name: value for name, value in ASSIGNMENT.items() if name != "type"}
    assert venue.ask("assignments", user=mine) == [{**shown, "maxPosition": "40.0"}]
    out = {**ASSIGNMENT, "acceptLong": False}
    assert venue.act(account(3), out) == done
    assert venue.ask("assignments", user=mine) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"edgeBp": 74}, "A provider's edge lies between 75 and 250 basis points."),
        ({"maxSize": "0"}, "A provider's limits are not positive, or its days are unknown."),
        ({"coin": "CBRS"}, "coin: positions are not assigned in this market. asset=0"),
    ],
)
def test_what_a_provider_can_not_mean_is_refused(
    venue: Venue, change: dict[str, Any], says: str
) -> None:
    assert venue.act(account(3), {**ASSIGNMENT, **change}) == {"status": "err", "response": says}


def test_capital_for_the_fund_is_shown_and_adds_up(venue: Venue) -> None:
    act = {"kind": "payIn", "coin": "CBRS", "target": "insurance", "amount": "1500"}
    for reference, status in (("a", "ok"), ("a", "err"), ("b", "ok")):
        envelope = {"type": "operator", "act": {**act, "reference": reference}}
        reply = venue.client.post("/operator", custodian().l1(envelope, venue.live.nonce()))
        assert reply["status"] == status
    assert venue.ask("marketStatus", coin="CBRS")["insuranceFund"] == "3000.0"
    assert venue.ask("marketStatus", coin="ANTH")["insuranceFund"] == "0.0"
    books = venue.ask("solvency")
    assert (books["insuranceFund"], books["difference"]) == ("3000.0", "0.0")
    vault = {"type": "operator", "act": {**act, "target": "backstop", "reference": "c"}}
    reply = venue.client.post("/operator", custodian().l1(vault, venue.live.nonce()))
    assert reply["response"] == "The market has no backstop."


def test_liquidations_are_told_late_and_without_owners(venue: Venue) -> None:
    """RULE-7."""
    venue.trade(0, 1, "2000")
    for price, is_buy in (("141", True), ("142", False)):
        venue.act(account(2), order_action(limit_order(b=is_buy, p=price, s="100")))
    for _ in range(6):
        venue.client.post("/dev/clock", {"advanceMs": 10 * MINUTE_MS})
    told = venue.ask("liquidations", coin="CBRS")
    assert told and {one["side"] for one in told} == {"long"}
    assert set(told[0]) == {"time", "liquidation", "side", "sz", "notional"}
    now = venue.live.node.clock.time_ns() // 10**6
    assert all(one["time"] <= now - DELAY_MS for one in told)
    mine = venue.ask(
        "userNonFundingLedgerUpdates", user=account(0).hex_address, startTime=0, endTime=now
    )
    number = told[-1]["liquidation"]
    certificate = venue.ask("certificate", id=number)
    assert certificate == venue.ask("certificate", id=number, user=account(0).hex_address)
    assert certificate["account"] == account(0).hex_address.lower()
    assert check(certificate, [venue.directory]) == []
    assert venue.ask("certificate", id=9_999) is None
    assert venue.ask("certificate", id=number, user=account(7).hex_address) is None
    started = [u["time"] for u in mine if u["delta"]["type"] == "liquidation"]
    assert len(started) >= len(told)
