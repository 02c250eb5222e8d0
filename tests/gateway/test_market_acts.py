"""Markets listed, changed, halted and resolved while the venue runs (RULE-2, RULE-4, INST-1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.gateway.live import START_MS, Client, LiveGateway
from tests.gateway.wallet import Wallet, account, limit_order, operator, order_action

SPEC: dict[str, Any] = {
    "preset": "ipop",
    "symbol": "QNT",
    "dex": "",
    "issuer": "Quantinuum",
    "reference": "40",
    "band": "0.25",
    "size_decimals": 2,
    "shareCount": 250_000_000,
    "shareCountSource": "S-1 of 2026-04-20",
}
BASIS = "Two secondary trades at 39.5 and 40.5 USD, 2026-04-28 and 2026-04-29."


class Venue:
    """A live venue and two operators."""

    def __init__(self, gateway: LiveGateway, client: Client) -> None:
        self.gateway = gateway
        self.client = client

    def send(self, wallet: Wallet, **fields: Any) -> Any:
        action = {"type": "operator", "act": fields}
        return self.client.post("/operator", wallet.l1(action, self.gateway.nonce()))

    def propose(self, **fields: Any) -> int:
        reply = self.send(operator(0), **fields)
        assert reply["status"] == "ok", reply
        return int(reply["response"]["data"]["proposalId"])

    def decide(self, **fields: Any) -> None:
        number = self.propose(**fields)
        reply = self.send(operator(1), kind="approve", proposalId=number)
        assert reply["status"] == "ok", reply

    def refused(self, **fields: Any) -> str:
        reply = self.send(operator(0), **fields)
        assert reply["status"] == "err", reply
        return str(reply["response"])

    def read(self, kind: str, **fields: Any) -> Any:
        return self.client.post("/info", {"type": kind, **fields})

    def advance(self, seconds: int) -> None:
        self.client.post("/dev/clock", {"advanceMs": seconds * 1_000})

    def now(self) -> int:
        return int(self.read("l2Book", coin="CBRS")["time"])

    def order(self, wallet: Wallet, **changes: Any) -> Any:
        order = limit_order(**changes)
        body = wallet.l1(order_action(order), self.gateway.nonce())
        return self.client.post("/exchange", body)["response"]["data"]["statuses"][0]


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        yield Venue(gateway, client)


def test_a_market_is_listed_while_the_venue_runs_and_every_read_knows_it(venue: Venue) -> None:
    number = venue.propose(kind="listMarket", spec=SPEC, basis=BASIS)
    (waiting,) = venue.read("proposals")
    assert (waiting["coin"], waiting["kind"], waiting["grounds"]) == ("QNT", "listMarket", BASIS)
    assert waiting["specification"]["reference_atoms"] == 400_000
    with connect(venue.gateway.websocket_url) as socket:
        socket.send(json.dumps({"method": "subscribe", "subscription": {"type": "allMids"}}))
        socket.recv(10)
        venue.send(operator(1), kind="approve", proposalId=number)
        while "QNT" not in (said := json.loads(socket.recv(10)))["data"].get("mids", {}):
            assert said["channel"] in ("allMids", "subscriptionResponse")
        topic = {"type": "l2Book", "coin": "QNT"}
        socket.send(json.dumps({"method": "subscribe", "subscription": topic}))
        while json.loads(socket.recv(10))["channel"] != "l2Book":
            pass
    assert venue.read("meta")["universe"][3]["name"] == "QNT"
    status = venue.read("marketStatus", coin="QNT")
    assert (status["phase"], status["markPx"]) == ("PRE_LISTING", "40.0")
    assert (status["initialImpliedCap"], status["shareCount"]) == ("10000000000.0", 250_000_000)
    assert "QNT" in [row["coin"] for row in venue.read("specificationIndex")]
    assert BASIS in [one["grounds"] for one in venue.read("announcements", coin="QNT")]
    assert "resting" in venue.order(account(0), a=3, p="39.9", s="1")
    assert venue.read("l2Book", coin="QNT")["levels"][0][0]["px"] == "39.9"
    candles = venue.read("candleSnapshot", req={"coin": "QNT", "interval": "1m", "startTime": 0})
    assert [candle["o"] for candle in candles] == ["40.0"]
    _, _, metrics = venue.client.get("/metrics")
    assert b"bellwether_engine_markets 5.0" in metrics


def test_a_launch_ahead_waits_for_its_time(venue: Venue) -> None:
    launch = venue.now() + 60_000
    venue.decide(kind="listMarket", spec={**SPEC, "launchTime": launch}, basis=BASIS)
    assert venue.read("marketStatus", coin="QNT")["phase"] == "ANNOUNCED"
    assert "Trading is halted" in venue.order(account(0), a=3, p="39.9", s="1")["error"]
    venue.advance(60)
    status = venue.read("marketStatus", coin="QNT")
    assert (status["phase"], status["launchTime"]) == ("PRE_LISTING", launch)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"preset": "ipo"}, ["act.spec.preset: `ipo` is none of ipop"]),
        ({"dex": "abc"}, ["act.spec.dex: there is no dex `abc`"]),
        ({"symbol": "CBRS"}, ["act.spec.symbol: there is a market `CBRS`"]),
        ({"launchTime": 1}, ["act.spec.launch_time: expected a time that has not passed"]),
        ({"colour": "red"}, ["act.spec.colour: is not a field of a specification"]),
        ({"oracle": {"colour": 1}}, ["act.spec.oracle.colour: is not a field"]),
        ({"reference": 40}, ["act.spec.reference: expected a decimal number as text"]),
        ({"reference": "40.00001"}, ["act.spec.reference: '40.00001' has more than 4 decimals"]),
        ({"marginMode": "both"}, ["act.spec.marginMode: expected one of cross, noCross"]),
        ({"maxLeverage": "5"}, ["act.spec.maxLeverage: expected `int`, got `str`"]),
        (
            {"maxLeverage": 99, "band": "1", "size_decimals": 9, "colour": "red"},
            ["act.spec.colour", "max_leverage must lie", "band_e12 must lie", "size_decimals must"],
        ),
    ],
)
def test_inst_7_every_fault_of_a_listing_is_named_at_once(
    venue: Venue, changes: dict[str, Any], says: list[str]
) -> None:
    text = venue.refused(kind="listMarket", spec={**SPEC, **changes}, basis=BASIS)
    assert all(each in text for each in says), text
    assert len(venue.read("meta")["universe"]) == 3


def test_a_listing_needs_a_dated_basis(venue: Venue) -> None:
    assert "act.basis" in venue.refused(kind="listMarket", spec=SPEC, basis="I think so")
    assert "basis" in venue.refused(kind="listMarket", spec=SPEC)


def test_a_change_waits_for_its_time_and_every_version_is_readable(venue: Venue) -> None:
    at = venue.now() + 60_000
    changes = {"openInterestCap": "5000000", "funding": {"multiplier_e6": 7_000}}
    number = venue.propose(
        kind="changeSpec", coin="CBRS", changes=changes, effectiveTime=at, grounds="Thin books."
    )
    (waiting,) = venue.read("proposals", coin="CBRS")
    asked = {"open_interest_cap_e6": 5 * 10**12, "funding.multiplier_e6": 7_000}
    assert (waiting["changes"], waiting["effectiveTime"]) == (asked, at)
    venue.send(operator(1), kind="approve", proposalId=number)
    (pending,) = venue.read("marketSpec", coin="CBRS")["pending"]
    assert (pending["effectiveTime"], pending["changes"]) == (at, asked)
    said = venue.read("announcements", coin="CBRS")[-1]
    assert (said["effectiveTime"], said["grounds"]) == (at, "Thin books.")
    assert "open_interest_cap_e6 from 100000000000000 to 5000000000000" in said["text"]
    assert venue.read("marketStatus", coin="CBRS")["specVersion"] == 1
    venue.advance(60)
    status = venue.read("marketStatus", coin="CBRS")
    assert (status["specVersion"], status["openInterestCap"]) == (2, "5000000.0")
    told = venue.read("marketSpec", coin="CBRS")
    assert (told["versions"], told["pending"]) == ([1, 2], [])
    assert "open_interest_cap_e6" in [one["field"] for one in told["differences"]]
    first = venue.read("marketSpec", coin="CBRS", version=1)["specification"]
    assert first["open_interest_cap_e6"] == 100 * 10**12


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"symbol": "X"}, "act.changes.symbol: does not change in place"),
        ({"dex": "xyz"}, "act.changes.dex: does not change in place"),
        ({"size_decimals": 2}, "another unit is a rebase"),
        ({"price_unit": "valuation"}, "another unit is a rebase"),
        ({"reference": "180"}, "act.changes.reference_atoms: does not change after the launch"),
        ({"maxLeverage": 5}, "act.changes: that is how CBRS is already"),
        ({"maxLeverage": 60, "band": "2"}, "act.changes: max_leverage must lie"),
        ({}, "act.changes: expected at least one field"),
    ],
)
def test_what_does_not_change_in_place_is_refused_by_name(
    venue: Venue, changes: dict[str, Any], says: str
) -> None:
    fields = {"kind": "changeSpec", "coin": "CBRS", "grounds": "Because."}
    assert says in venue.refused(**fields, changes=changes)


def test_a_change_into_the_past_is_refused(venue: Venue) -> None:
    fields = {"kind": "changeSpec", "coin": "CBRS", "grounds": "Because."}
    late = {"changes": {"band": "0.2"}, "effectiveTime": START_MS - 1}
    assert "act.effectiveTime" in venue.refused(**fields, **late)


def test_the_capital_structure_has_a_history_and_both_quotes(venue: Venue) -> None:
    """INST-6, LIFE-10: 175 USD a share; 1,000,000,000 shares, then 1,100,000,000, then split."""
    shares = {"kind": "changeSpec", "coin": "CBRS", "grounds": "S-1"}
    as_of = {"shareCountSource": "S-1", "shareCountAsOf": START_MS}
    venue.decide(**shares, changes={"shareCount": 10**9, **as_of})
    first = venue.now()
    venue.advance(60)
    venue.decide(**shares, changes={"shareCount": 11 * 10**8})
    venue.advance(60)
    status = venue.read("marketStatus", coin="CBRS")
    assert (status["impliedCap"], status["shareCountSource"]) == ("192500000000.0", "S-1")
    venue.decide(kind="rebase", coin="CBRS", numerator=5, denominator=1, grounds="split")
    told = venue.read("capitalStructure", coin="CBRS")
    lines = [(one["kind"], one["shareCount"], one["numerator"]) for one in told["history"]]
    assert lines == [
        ("revision", 10**9, 1),
        ("revision", 11 * 10**8, 1),
        ("rebase", 55 * 10**8, 5),
    ]
    assert told["history"][0]["asOf"] == START_MS
    now = told["quote"]
    assert (now["sharePx"], now["valuation"]) == ("35.0", "192500000000.0")
    then = venue.read("capitalStructure", coin="CBRS", time=first)["quote"]
    assert (then["sharePx"], then["valuation"]) == ("175.0", "175000000000.0")


def test_a_market_on_a_valuation_shows_a_share_price_where_the_count_is_known(
    venue: Venue,
) -> None:
    assert venue.read("marketStatus", coin="ANTH")["impliedCap"] == "2078000000000.0"
    changes = {"shareCount": 2 * 10**9, "shareCountSource": "estimate"}
    venue.decide(kind="changeSpec", coin="ANTH", changes=changes, grounds="An estimate.")
    quote = venue.read("capitalStructure", coin="ANTH")["quote"]
    assert (quote["valuation"], quote["sharePx"]) == ("2078000000000.0", "1039.0")
    rebase = {"kind": "rebase", "coin": "ANTH", "grounds": "unit_change"}
    wrong = venue.refused(**rebase, numerator=3, denominator=1)
    assert "factor" in wrong
    venue.decide(**rebase, numerator=2, denominator=1)
    quote = venue.read("capitalStructure", coin="ANTH")["quote"]
    assert quote["priceUnit"] == "share"
    assert (quote["valuation"], quote["sharePx"]) == ("2078000000000.0", "1039.0")
    status = venue.read("marketStatus", coin="ANTH")
    assert (status["markPx"], status["initialImpliedCap"]) == ("1039.0", "2078000000000.0")


def test_a_halt_ends_after_an_hour_and_two_can_keep_it(venue: Venue) -> None:
    venue.send(operator(2), kind="halt", coin="CBRS", grounds="feed")
    status = venue.read("marketStatus", coin="CBRS")
    assert status["haltEndsTime"] == venue.now() + 3_600_000
    venue.advance(3_600)
    status = venue.read("marketStatus", coin="CBRS")
    assert (status["tradingStatus"], status["haltEndsTime"]) == ("post_only", None)
    assert status["reopensTime"] == venue.now() + 30_000
    venue.advance(30)
    assert venue.read("marketStatus", coin="CBRS")["tradingStatus"] == "open"
    assert "two operators" in venue.refused(kind="halt", coin="CBRS")
    longer = {"kind": "halt", "coin": "CBRS", "beyondHour": True}
    assert "act.grounds" in venue.refused(**longer)
    venue.decide(**longer, grounds="The feed is still down.")
    assert venue.read("announcements", coin="CBRS")[-1]["grounds"] == "The feed is still down."
    venue.advance(7_200)
    assert venue.read("marketStatus", coin="CBRS")["tradingStatus"] == "halted"


def test_two_operators_move_a_phase(venue: Venue) -> None:
    fields = {"kind": "setPhase", "coin": "CBRS", "grounds": "The company says it will not list."}
    assert "act.phase: `OVER` is not one of" in venue.refused(**fields, phase="OVER")
    assert "only by an act or a date" in venue.refused(**fields, phase="SETTLING")
    venue.decide(**fields, phase="SETTLEMENT_PERIOD")
    assert venue.read("marketStatus", coin="CBRS")["phase"] == "SETTLEMENT_PERIOD"


def test_marg_9_a_phase_of_the_event_clock_is_entered_with_notice(venue: Venue) -> None:
    rows = [{"phase": "filed", "max_leverage": 3, "notice_ns": 3_600 * 10**9}]
    changes = {"eventMargins": rows}
    venue.decide(kind="changeSpec", coin="CBRS", changes=changes, grounds="A schedule.")
    fields = {"kind": "eventPhase", "coin": "CBRS", "grounds": "The S-1 is public."}
    assert "act.phase: `OVER` is not one of" in venue.refused(**fields, phase="OVER")
    venue.decide(**fields, phase="filed")
    said = venue.read("announcements", coin="CBRS")[-1]
    assert "leverage 3 at most" in said["text"] and "after 1.0 hours" in said["text"]
    status = venue.read("marketStatus", coin="CBRS")
    assert (status["eventPhase"], status["eventLeverage"]) == ("filed", 3)
    assert status["eventBindsTime"] == said["effectiveTime"]
    venue.advance(3_600)
    assert venue.read("marketStatus", coin="CBRS")["eventBindsTime"] is None


def test_marg_8_the_budget_lowers_the_cap_that_is_told(venue: Venue) -> None:
    changes = {"budget_multiple_e6": 10_000_000}
    venue.decide(kind="changeSpec", coin="CBRS", changes=changes, grounds="Thin books.")
    venue.advance(60)
    told = venue.read("manipulationBudget", coin="CBRS")
    assert [row["movePct"] for row in told["moves"]] == ["5.0", "10.0", "20.0"]
    assert told["multiple"] == "10.0"
    least = min(float(row["costUsd"]) for row in told["moves"])
    assert float(told["effectiveCap"]) == pytest.approx(10 * least)
    status = venue.read("marketStatus", coin="CBRS")
    assert status["effectiveOpenInterestCap"] == told["effectiveCap"]
    assert [row["costUsd"] for row in status["manipulationBudget"]] == [
        row["costUsd"] for row in told["moves"]
    ]
    assert told["openInterestCap"] == status["openInterestCap"]


def test_rule_4_a_held_observation_is_resolved_among_what_is_on_record(venue: Venue) -> None:
    def see(source: str, value: str) -> None:
        venue.advance(1)
        seen = {"kind": "secondary_trade", "value": value, "unit": "valuation"}
        seen["observedAt"] = venue.now()
        reply = venue.send(
            operator(0), kind="observe", coin="ANTH", source=source, observation=seen
        )
        assert reply["status"] == "ok", reply

    for source in ("alpha", "beta", "gamma"):
        see(source, "2078000000000")
    see("alpha", "4156000000000")
    fields = {
        "kind": "resolveInput",
        "coin": "ANTH",
        "observationKind": "secondary_trade",
        "decision": "reject",
        "grounds": "A typing error, says alpha.",
    }
    assert "act.source: there is no" in venue.refused(**fields, source="delta")
    assert "act.observedAt" in venue.refused(**fields, source="alpha", observedAt=5)
    assert "act.decision" in venue.refused(**{**fields, "decision": "4000"}, source="alpha")
    venue.decide(**fields, source="alpha")
    rows = venue.read("indexInputs", coin="ANTH")
    states = {(row["source"], row["state"]) for row in rows}
    assert states == {("alpha", "rejected"), ("beta", "live"), ("gamma", "live")}
