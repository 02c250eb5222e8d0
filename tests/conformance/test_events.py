"""The channels have the dialect's shapes, and who adds them up has what the reads say."""

from __future__ import annotations

import base64
import json
import operator
import zlib
from collections.abc import Iterable
from typing import Any

import pytest

from tests.conformance.conftest import Record
from tests.conformance.dialect import CHANNELS, EXCHANGE, faults
from tests.conformance.questions import COINS, USERS, subscriptions, subscriptions_of
from tests.conformance.story import FALLEN, SUBJECT, address
from tests.crash.venue_process import until

NAMES = {"user": "userEvents"}
SILENT = {"activeSpotAssetCtx", "outcomeMetaUpdates"}
"""Of spot and of outcomes there is nothing to tell."""
SNAPSHOTS = (
    "userFills userFundings userHistoricalOrders userNonFundingLedgerUpdates userTwapHistory"
    " userTwapSliceFills".split()
)


def test_every_channel_of_the_dialect_is_followed() -> None:
    asked = {wanted["type"] for wanted in (*subscriptions(), *subscriptions_of(USERS[0]))}
    assert asked | {"activeSpotAssetCtx"} == CHANNELS.keys()


def unpacked(text: str) -> Any:
    """`fastAssetCtxs` comes as base64 of raw deflate."""
    return json.loads(zlib.decompress(base64.b64decode(text), -zlib.MAX_WBITS))


def test_each_frame_has_its_shape(record: Record) -> None:
    found: list[Any] = []
    told = set()
    for listener in record.listeners.values():
        for frame in listener.frames:
            if frame["channel"] in ("subscriptionResponse", "post"):
                shape = EXCHANGE["Subscribed" if "method" in frame["data"] else "Post"]
                found += faults(shape, frame)
                continue
            assert frame.keys() == {"channel", "data"}
            name = NAMES.get(frame["channel"], frame["channel"])
            told.add(name)
            shown = unpacked(frame["data"]) if name == "fastAssetCtxs" else frame["data"]
            found += [(name, fault) for fault in faults(CHANNELS[name], shown)]
    assert found == []
    assert told == CHANNELS.keys() - SILENT


def test_what_is_acknowledged_holds_all_that_was_asked(record: Record) -> None:
    for user in ("", *USERS):
        asked = list(subscriptions_of(user) if user else subscriptions())
        echoes = record.listeners[user].events("subscriptionResponse")
        assert len(echoes) == len(asked)
        for wanted, echo in zip(asked, echoes, strict=True):
            assert echo["subscription"].items() >= wanted.items()


@pytest.mark.parametrize("kind", SNAPSHOTS)
@pytest.mark.parametrize("user", USERS)
def test_only_the_first_message_is_a_snapshot(record: Record, kind: str, user: str) -> None:
    first, *others = record.listeners[user].events(kind)
    assert first["isSnapshot"] is True
    flags = [event for event in others if "isSnapshot" in event]
    # `userFills` is followed twice, the second time with fills put together.
    assert len(flags) == (kind == "userFills")
    assert all(event["user"] == user for event in (first, *others))


def added_up(record: Record, user: str, channel: str, key: str) -> list[Any]:
    return [row for event in record.listeners[user].events(channel) for row in event[key]]


def unordered(rows: Iterable[Any]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize("user", USERS)
def test_fills_told_are_the_fills_read(record: Record, user: str) -> None:
    read = record.story.info("userFills", user=user)
    events = [e["fills"] for e in record.listeners[user].events("user") if "fills" in e]
    assert unordered(fill for fills in events for fill in fills) == unordered(read)
    times = [fill["time"] for fills in events for fill in fills]
    assert times == sorted(times)
    merged = record.story.info("userFills", user=user, aggregateByTime=True)
    assert unordered(added_up(record, user, "userFills", "fills")) == unordered([*read, *merged])


@pytest.mark.parametrize("user", USERS)
def test_payments_and_updates_told_are_those_read(record: Record, user: str) -> None:
    story = record.story
    paid = story.info("userFunding", user=user)
    payments = [
        {"time": row["time"], **{k: v for k, v in row["delta"].items() if k != "type"}}
        for row in paid
    ]
    assert unordered(added_up(record, user, "userFundings", "fundings")) == unordered(payments)
    single = [e["funding"] for e in record.listeners[user].events("user") if "funding" in e]
    assert unordered(single) == unordered(payments)
    read = story.info("userNonFundingLedgerUpdates", user=user)
    told = added_up(record, user, "userNonFundingLedgerUpdates", "nonFundingLedgerUpdates")
    assert told == read
    twaps = added_up(record, user, "userTwapHistory", "history")
    assert unordered(twaps) == unordered(story.info("twapHistory", user=user))
    slices = added_up(record, user, "userTwapSliceFills", "twapSliceFills")
    assert unordered(slices) == unordered(story.info("userTwapSliceFills", user=user))


@pytest.mark.parametrize("user", USERS)
def test_orders_told_are_the_orders_read(record: Record, user: str) -> None:
    """The last word about an order on either channel is its state; the live ones are open."""
    listener, story = record.listeners[user], record.story
    last: dict[int, Any] = {}
    for entry in added_up(record, user, "userHistoricalOrders", "orderHistory"):
        last[entry["order"]["oid"]] = entry
    history = {row["order"]["oid"]: row for row in story.info("historicalOrders", user=user)}
    assert {oid: row["status"] for oid, row in last.items() if oid} == {
        oid: row["status"] for oid, row in history.items() if oid
    }
    for oid, row in last.items():
        if oid and not row["order"]["isTrigger"]:
            assert row == history[oid]
    updates: dict[int, Any] = {}
    for event in listener.events("orderUpdates"):
        updates.update({row["order"]["oid"]: row for row in event})
    live = {oid: row["order"] for oid, row in updates.items() if row["status"] == "open" and oid}
    read = [order for dex in ("", "xyz") for order in story.info("openOrders", user=user, dex=dex)]
    children = story.info("frontendOpenOrders", user=user)
    waiting = {child["oid"] for order in children for child in order["children"]}
    assert {oid: order["sz"] for oid, order in live.items() if oid not in waiting} == {
        order["oid"]: order["sz"] for order in read
    }


def last_of(record: Record, name: str, **wanted: Any) -> Any:
    """The last event of a state with these values."""
    found = [
        event
        for event in record.listeners[wanted.get("user", "")].events(name)
        if wanted.items() <= event.items()
    ]
    assert found, (name, wanted)
    return found[-1]


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("dex", ["", "xyz"])
def test_the_last_states_are_what_the_reads_say(record: Record, user: str, dex: str) -> None:
    story = record.story

    def told_and_read(channel: str, key: str, read: str) -> tuple[Any, Any]:
        told = last_of(record, channel, user=user, dex=dex)[key]
        return told, story.info(read, user=user, dex=dex)

    state = ("clearinghouseState", "clearinghouseState", "clearinghouseState")
    for asked in (state, ("openOrders", "orders", "frontendOpenOrders")):
        until(asked[0], lambda asked=asked: operator.eq(*told_and_read(*asked)))
        told, read = told_and_read(*asked)
        assert told == read


@pytest.mark.parametrize("coin", COINS)
def test_the_markets_last_events_are_what_the_reads_say(record: Record, coin: str) -> None:
    story = record.story

    def levels() -> bool:
        book = story.info("l2Book", coin=coin)
        best = [side[0] if side else None for side in book["levels"]]
        events = record.listeners[""].events("l2Book")
        whole = [e for e in events if e["coin"] == coin and e.keys() == book.keys()]
        told = last_of(record, "bbo", coin=coin)["bbo"]
        return bool(whole[-1]["levels"] == book["levels"] and told == best)

    until("the book", levels)
    trades = [
        trade
        for event in record.listeners[""].events("trades")
        for trade in event
        if trade["coin"] == coin
    ]
    assert trades[::-1] == story.info("recentTrades", coin=coin)
    universe, contexts = story.info("metaAndAssetCtxs", dex="xyz" if ":" in coin else "")
    place = [entry["name"] for entry in universe["universe"]].index(coin)
    until(
        "the context",
        lambda: last_of(record, "activeAssetCtx", coin=coin)["ctx"] == contexts[place],
    )


def test_a_liquidation_is_told_on_every_channel_of_its_owner(record: Record) -> None:
    user = address(FALLEN)
    listener = record.listeners[user]
    (told,) = [e["liquidation"] for e in listener.events("user") if "liquidation" in e]
    assert told["liquidated_user"] == user
    assert listener.events("notification")
    assert any("liquidation" in fill for fill in added_up(record, user, "userFills", "fills"))
    ended = [
        e["nonUserCancel"]
        for e in record.listeners[address(SUBJECT)].events("user")
        if "nonUserCancel" in e
    ]
    assert ended
