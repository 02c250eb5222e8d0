"""What the answers say, in numbers (§2 of the dialect, IFACE-3 to IFACE-5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.schema import codes
from bellwether.schema.commands import (
    ApproveAgent,
    OrderRequest,
    PlaceOrders,
    SetTradingStatus,
    SetVenueStatus,
)
from tests.gateway.asking import ask
from tests.views.world import CBRS, START_MS, World, address, hex_address, operator


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.views.close()


def told(world: World, kind: str, **fields: Any) -> Any:
    status, answer = ask(world, {"type": kind, **fields})
    assert status == 200, answer
    return answer


def trade(world: World, lots: int, price: int, buyer: int = 1, seller: int = 0) -> None:
    world.order(seller, False, lots, price)
    world.order(buyer, True, lots, price, tif=codes.IOC)


def test_an_isolated_position_is_shown_with_its_own_margin(world: World) -> None:
    trade(world, 4_000, 176_000)
    state = told(world, "clearinghouseState", user=hex_address(1))
    position = state["assetPositions"][0]["position"]
    assert position["szi"] == "4.0" and position["entryPx"] == "176.0"
    assert position["positionValue"] == "700.0" and position["unrealizedPnl"] == "-4.0"
    assert position["leverage"] == {"type": "isolated", "value": 5, "rawUsd": "-560.0"}
    assert position["marginUsed"] == "140.0", "a fifth of the notional at mark, the loss paid in"
    assert float(state["marginSummary"]["accountValue"]) == 100_000 - 4 - 0.6336
    summary = {key: float(value) for key, value in state["marginSummary"].items()}
    assert summary["totalRawUsd"] == pytest.approx(summary["accountValue"] - 700)
    short = told(world, "clearinghouseState", user=hex_address(0))
    assert short["assetPositions"][0]["position"]["szi"] == "-4.0"
    assert float(short["marginSummary"]["totalRawUsd"]) > 100_000


def test_an_average_entry_has_more_digits_than_a_price(world: World) -> None:
    trade(world, 1_000, 176_000)
    trade(world, 2_000, 175_000)
    state = told(world, "clearinghouseState", user=hex_address(1))
    assert state["assetPositions"][0]["position"]["entryPx"] == "175.333333"


def test_a_book_is_grouped_by_significant_figures_bids_down_and_asks_up(world: World) -> None:
    for price in (174_910, 174_890, 173_010):
        world.order(0, True, 1_000, price)
    for price in (175_010, 175_090, 176_990):
        world.order(0, False, 1_000, price)
    plain = told(world, "l2Book", coin="CBRS")
    assert [level["px"] for level in plain["levels"][0]] == ["174.91", "174.89", "173.01"]
    assert "spread" not in plain
    four = told(world, "l2Book", coin="CBRS", nSigFigs=4)
    assert [(v["px"], v["sz"], v["n"]) for v in four["levels"][0]] == [
        ("174.9", "1.0", 1),
        ("174.8", "1.0", 1),
        ("173.0", "1.0", 1),
    ]
    assert [(v["px"], v["n"]) for v in four["levels"][1]] == [("175.1", 2), ("177.0", 1)]
    assert four["spread"] == "0.1"
    fives = told(world, "l2Book", coin="CBRS", nSigFigs=5, mantissa=5)
    assert [level["px"] for level in fives["levels"][0]] == ["174.9", "174.85", "173.0"]
    assert [level["px"] for level in fives["levels"][1]] == ["175.05", "175.1", "177.0"]


def test_a_books_sides_hold_at_most_twenty_levels(world: World) -> None:
    for step in range(25):
        world.order(0, True, 1_000, 170_000 - 10 * step)
    bids, asks = told(world, "l2Book", coin="CBRS")["levels"]
    assert len(bids) == 20 and bids[0]["px"] == "170.0" and asks == []


def test_mids_fall_back_to_the_mark_while_a_side_is_empty(world: World) -> None:
    assert told(world, "allMids") == {"CBRS": "175.0", "ANTH": "2078.0", "OPENAI": "1645.0"}
    world.order(0, True, 1_000, 174_000)
    assert told(world, "allMids") == {"CBRS": "175.0", "ANTH": "2078.0", "OPENAI": "1645.0"}
    world.order(0, False, 1_000, 174_010)
    assert told(world, "allMids")["CBRS"] == "174.005"
    context = told(world, "metaAndAssetCtxs")[1][0]
    assert context["midPx"] == "174.005" and context["impactPxs"] is None


def test_impact_prices_appear_once_both_sides_are_deep_enough(world: World) -> None:
    world.order(0, True, 100_000, 174_000)
    world.order(0, False, 100_000, 176_000)
    context = told(world, "metaAndAssetCtxs")[1][0]
    assert context["impactPxs"] == ["174.0", "176.0"] and context["premium"] == "0.0"


def test_fills_of_one_order_at_one_time_are_merged_on_request(world: World) -> None:
    world.order(0, False, 1_000, 175_000)
    world.order(2, False, 3_000, 176_000)
    world.order(1, True, 4_000, 176_000, tif=codes.IOC)
    single = told(world, "userFills", user=hex_address(1))
    merged = told(world, "userFills", user=hex_address(1), aggregateByTime=True)
    assert len(single) == 2 and len(merged) == 1
    assert (merged[0]["px"], merged[0]["sz"]) == ("175.75", "4.0")
    assert merged[0]["tid"] == min(fill["tid"] for fill in single)
    assert float(merged[0]["fee"]) == pytest.approx(sum(float(f["fee"]) for f in single))


def test_fills_by_time_ascend_and_reversed_they_descend(world: World) -> None:
    for _ in range(3):
        trade(world, 1_000, 175_000)
        world.advance(60)
    fields = {"user": hex_address(1), "startTime": START_MS + 60_000}
    up = told(world, "userFillsByTime", **fields)
    down = told(world, "userFillsByTime", **fields, reversed=True)
    assert [f["time"] - START_MS for f in up] == [60_000, 120_000] and down == up[::-1]
    bounded = told(world, "userFillsByTime", **fields, endTime=START_MS + 60_000)
    assert [f["time"] - START_MS for f in bounded] == [60_000]


def test_children_stand_inside_their_parent(world: World) -> None:
    parent = OrderRequest(CBRS, True, 170_000, 1_000)
    stop = OrderRequest(
        CBRS,
        False,
        150_000,
        1_000,
        reduce_only=True,
        trigger=codes.STOP_MARKET,
        trigger_price=160_000,
    )
    world.apply(PlaceOrders(address(1), b"", world.nonce(), 0, (parent, stop), codes.NORMAL_TPSL))
    (shown,) = told(world, "frontendOpenOrders", user=hex_address(1))
    (child,) = shown["children"]
    assert child["orderType"] == "Stop Market" and child["tif"] is None
    assert child["triggerCondition"] == "Price below 160" and child["triggerPx"] == "160.0"
    assert shown["triggerPx"] == "0.0" and shown["triggerCondition"] == "N/A"


def test_the_funding_rate_is_predicted_before_the_first_hour_and_settled_after(
    world: World,
) -> None:
    status = told(world, "marketStatus", coin="CBRS")
    assert status["fundingRate"] == "0.0000000625" and status["fundingMultiplier"] == "0.005"
    assert (status["phase"], status["tradingStatus"]) == ("PRE_LISTING", "open")
    assert [status[k] for k in ("referencePx", "bandLow", "bandHigh")] == [
        "175.0",
        "131.25",
        "218.75",
    ]
    assert status["launchTime"] == START_MS and status["settlementPx"] is None
    assert status["twapToDate"] is None
    world.advance(1_800)
    world.order(0, True, 500_000, 179_000)
    world.advance(1_800)
    later = told(world, "marketStatus", coin="CBRS")
    assert float(later["fundingRate"]) > 6.25e-8 and later["twapToDate"] != "175.0"
    settled = told(world, "fundingHistory", coin="CBRS", startTime=0)
    assert [row["fundingRate"] for row in settled] == [later["fundingRate"]]


def test_mark_history_holds_the_launch_and_every_change(world: World) -> None:
    world.order(0, True, 500_000, 179_000)
    world.advance(600)
    points = told(world, "markHistory", coin="CBRS", startTime=START_MS)
    assert points[0]["time"] == START_MS and points[0]["markPx"] == "175.0"
    assert len(points) > 100 and points[-1]["markPx"] == told(world, "allMids")["CBRS"]
    until = START_MS + 9_000
    later = told(world, "markHistory", coin="CBRS", startTime=START_MS + 1, endTime=until)
    assert later == [p for p in points if START_MS < p["time"] <= START_MS + 9_000]


def test_a_sampled_mark_history_has_what_was_in_force_at_the_end_of_each_span(world: World) -> None:
    world.order(0, True, 500_000, 179_000)
    world.advance(600)
    asked = {"coin": "CBRS", "startTime": START_MS, "endTime": START_MS + 599_999}
    points = told(world, "markHistory", **asked)
    sampled = told(world, "markHistory", **asked, every=60_000)
    ends = [START_MS + minute * 60_000 for minute in range(1, 10)] + [START_MS + 599_999]
    assert sampled == [[p for p in points if p["time"] <= end][-1] for end in ends]
    at_an_end = {"startTime": 0, "endTime": START_MS + 60_000, "every": 1 << 60}
    assert told(world, "markHistory", coin="CBRS", **at_an_end) == sampled[:1]
    status, text = ask(world, {"type": "markHistory", **asked, "every": 1})
    assert status == 422 and "at most 1000 are answered" in text


def test_price_11_re_anchors_are_told_with_their_bounds(world: World) -> None:
    world.order(0, True, 500_000, 300_000)
    world.advance(3_600)
    first, *_ = told(world, "reAnchors", coin="CBRS")
    assert (first["direction"], first["referencePx"]) == ("up", "218.75")
    assert (first["bandLow"], first["bandHigh"]) == ("164.0625", "273.4375")
    assert told(world, "reAnchors", coin="ANTH") == []


def test_life_11_stops_and_resumptions_are_told_with_their_cause(world: World) -> None:
    """Whoever or whatever began them, also once they are over; the venue's own too (LIFE-13)."""
    world.apply(SetVenueStatus(codes.CANCEL_ONLY, codes.DISK_LOW, "3 % are free"))
    world.advance(10)
    world.apply(SetVenueStatus(codes.OPEN, codes.BY_REQUEST, "the disk has been well"))
    world.apply(SetTradingStatus(operator(0), 1, CBRS, codes.HALTED, "News."))
    rows = told(world, "statusHistory")
    assert [(row["coin"], row["status"], row["cause"], row["grounds"]) for row in rows] == [
        (None, "cancel_only", "disk_low", "3 % are free"),
        (None, "open", None, "the disk has been well"),
        ("CBRS", "halted", None, "News."),
    ]
    assert [row["time"] for row in rows] == [START_MS, START_MS + 10_000, START_MS + 10_000]
    assert rows[0]["seq"] < rows[1]["seq"] == rows[2]["seq"] - 1
    world.advance(7_200)
    ended = told(world, "statusHistory", coin="CBRS")
    assert [row["status"] for row in ended] == ["halted", "post_only", "open"]
    assert ended[1]["grounds"] == "the time of the halt is over"
    [unfed] = told(world, "statusHistory", coin="ANTH")
    assert (unfed["status"], unfed["cause"]) == ("halted", "feed_failed")
    assert told(world, "statusHistory", coin="xyz:SPCX") == []


def test_too_long_a_mark_history_is_refused_rather_than_cut(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.order(0, True, 500_000, 179_000)
    world.advance(600)
    monkeypatch.setattr("bellwether.views.prices.MOST_CHANGES", 50)
    status, text = ask(world, {"type": "markHistory", "coin": "CBRS", "startTime": 0})
    assert status == 422 and "at most 50" in text


def test_solvency_adds_up_in_every_dex(world: World) -> None:
    trade(world, 7_777, 175_010)
    world.advance(3 * 3_600)
    for dex in ("", "xyz"):
        books = told(world, "solvency", dex=dex)
        assert books["difference"] == "0.0" and books["deposits"] == "1000000.0"


def test_an_agent_is_known_by_its_master(world: World) -> None:
    agent = b"\x42" * 20
    world.apply(ApproveAgent(address(1), b"", world.nonce(), 0, agent, "bot", 0))
    named = told(world, "extraAgents", user=hex_address(1))
    assert named == [{"address": "0x" + agent.hex(), "name": "bot", "validUntil": None}]
    role = told(world, "userRole", user="0x" + agent.hex())
    assert role == {"role": "agent", "data": {"user": hex_address(1)}}
    assert told(world, "userRole", user="0x" + "77" * 20) == {"role": "missing"}
    assert told(world, "userFills", user="0x" + agent.hex()) == []


def test_volumes_of_the_day_stand_in_the_fees(world: World) -> None:
    trade(world, 1_000, 175_000)
    fees = told(world, "userFees", user=hex_address(1))
    assert fees["dailyUserVlm"][-1] == {
        "date": "2026-05-01",
        "userCross": "175.0",
        "userAdd": "0.0",
        "exchange": "175.0",
    }
    assert (fees["userCrossRate"], fees["userAddRate"]) == ("0.0009", "0.0003")


def test_fees_of_a_market_are_told_by_its_own_schedule(world: World) -> None:
    fees = told(world, "userFees", user=hex_address(1), coin="ANTH")
    assert (fees["feeSchedule"]["cross"], fees["feeSchedule"]["add"]) == ("0.0005", "0.0002")
    assert (fees["userCrossRate"], fees["userAddRate"]) == ("0.0005", "0.0002")
    assert told(world, "userFees", user=hex_address(1))["userCrossRate"] == "0.0009"
    refused = ask(world, {"type": "userFees", "user": hex_address(1), "coin": "NOPE"})
    assert refused[0] == 422 and "coin: there is no market `NOPE`" in refused[1]


def test_a_specification_tells_its_differences_from_the_preset(world: World) -> None:
    spec = told(world, "marketSpec", coin="xyz:SPCX")
    assert spec["version"] == 1 and spec["specification"]["size_decimals"] == 2
    assert {"field": "size_decimals", "preset": 3, "value": 2} in spec["differences"]
    index = told(world, "specificationIndex")
    assert [entry["coin"] for entry in index] == ["CBRS", "ANTH", "OPENAI", "xyz:SPCX"]
