"""How a market's life shows in reads and on the WebSocket (LIFE, IFACE-3, IFACE-4, RULE-7)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from bellwether.gateway.hyperliquid.channels import Channels
from bellwether.schema import codes
from bellwether.schema.commands import Announce, SubmitExternalPrice
from tests.gateway import shapes as s
from tests.gateway.asking import ask
from tests.gateway.test_channels import Client, play, turns
from tests.views.world import CBRS, START_MS, World, hex_address, operator


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    hold(made)
    yield made
    made.views.close()


def hold(world: World) -> None:
    world.order(0, False, 1_000, 175_000)
    world.order(1, True, 1_000, 175_000, tif=codes.IOC)


def read(world: World, kind: str, **fields: Any) -> Any:
    status, answer = ask(world, {"type": kind, **fields})
    assert status == 200, answer
    return answer


def convert(world: World) -> None:
    """Lists CBRS and lets three sources speak until the conversion begins."""
    world.carry(world.listing(175_000))
    for _ in range(4):
        world.advance(3)
        for source in ("consolidated", "primary", "overnight"):
            seen = world.clock.time_ns()
            world.apply(
                SubmitExternalPrice(
                    operator(0), world.nonce(), CBRS, source, 175_000, seen, codes.REGULAR_SESSION
                )
            )


def test_a_settled_market_shows_its_price_and_its_average_stands_still(world: World) -> None:
    """LIFE-4, IFACE-3."""
    world.advance(3_600)
    assert read(world, "marketStatus", coin="CBRS")["settlementPx"] is None
    world.carry(world.settling(200_000))
    settled = read(world, "marketStatus", coin="CBRS")
    assert (settled["phase"], settled["settlementPx"]) == ("SETTLED", "200.0")
    assert settled["twapToDate"] == "175.0"
    world.advance(86_400)
    assert read(world, "marketStatus", coin="CBRS")["twapToDate"] == "175.0"
    index = {row["coin"]: row["phase"] for row in read(world, "specificationIndex")}
    assert (index["CBRS"], index["xyz:SPCX"]) == ("SETTLED", "PRE_LISTING")
    universe = read(world, "meta")["universe"]
    assert next(m for m in universe if m["name"] == "CBRS")["isDelisted"] is True


def test_every_version_of_a_specification_can_be_read(world: World) -> None:
    """INST-1, RULE-7."""
    convert(world)
    newest = read(world, "marketSpec", coin="CBRS")
    assert (newest["version"], newest["preset"]) == (2, "standard_equity")
    assert newest == read(world, "marketSpec", coin="CBRS", version=2)
    first = read(world, "marketSpec", coin="CBRS", version=1)
    assert (first["version"], first["preset"]) == (1, "ipop")
    assert first["specification"]["funding"] != newest["specification"]["funding"]
    status, text = ask(world, {"type": "marketSpec", "coin": "CBRS", "version": 3})
    assert status == 422 and text.endswith("version: expected one of 1, 2")
    shown = read(world, "marketStatus", coin="CBRS")
    assert (shown["specVersion"], shown["fundingMultiplier"]) == (2, "0.5")


def test_announcements_can_be_checked_against_their_hash(world: World) -> None:
    """RULE-2."""
    world.carry(world.rebasing(5, 1))
    said = read(world, "announcements", coin="CBRS")[-1]
    assert s.faults(s.ANNOUNCEMENT, said) == []
    assert (said["kind"], said["grounds"], said["text"]) == ("parameters", "split", "It was split.")
    assert said["hash"] == "0x" + sha256(said["text"].encode()).hexdigest()
    assert said["time"] == said["effectiveTime"] == START_MS
    assert said not in read(world, "announcements", coin="xyz:SPCX")
    world.apply(Announce(operator(0), world.nonce(), -1, "Hello", "We moved.", 0))
    notice = read(world, "announcements")[-1]
    assert (notice["coin"], notice["kind"], notice["title"]) == (None, "notice", "Hello")


def test_a_settlement_is_a_fill_in_the_dialects_form(world: World) -> None:
    world.carry(world.settling(200_000))
    for fields in ({}, {"aggregateByTime": True}):
        fill = read(world, "userFills", user=hex_address(1), **fields)[0]
        assert s.faults(s.FILL, fill) == []
        told = {name: fill[name] for name in ("dir", "px", "sz", "side", "fee", "closedPnl", "oid")}
        assert told == {
            "dir": "Settlement",
            "px": "200.0",
            "sz": "1.0",
            "side": "A",
            "fee": "0.0",
            "closedPnl": "25.0",
            "oid": 0,
        }
    assert read(world, "clearinghouseState", user=hex_address(1))["assetPositions"] == []


def test_a_rebased_order_shows_its_new_price_size_and_trigger(world: World) -> None:
    stop = {"reduce_only": True, "trigger": codes.STOP_LIMIT, "trigger_price": 160_000}
    oid = world.order(1, False, 1_000, 150_000, **stop)
    world.carry(world.rebasing(5, 1))
    shown = read(world, "orderStatus", user=hex_address(1), oid=oid)["order"]
    assert shown["status"] == "open"
    order = shown["order"]
    assert (order["limitPx"], order["sz"], order["triggerPx"]) == ("30.0", "5.0", "32.0")
    assert order["triggerCondition"] == "Price below 32"


def test_announcements_go_to_who_asked_for_all_and_for_the_market() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        others = Client()
        channels.subscribe(client, {"type": "announcements"})
        channels.subscribe(others, {"type": "announcements", "coin": "xyz:SPCX"})
        await turns()
        ((_, launches),) = client.take()
        assert {row["coin"] for row in launches} == {"CBRS", "ANTH", "OPENAI", "xyz:SPCX"}
        ((_, launches),) = others.take()
        assert [row["coin"] for row in launches] == ["xyz:SPCX"]
        world.carry(world.rebasing(5, 1))
        ((channel, (said,)),) = client.take()
        assert channel == "announcements" and s.faults(s.ANNOUNCEMENT, said) == []
        assert said["text"] == "It was split." and others.take() == []
        world.carry(world.settling(150_000, 110_000))
        assert {row["coin"] for _, rows in others.take() for row in rows} == {"xyz:SPCX"}

    play(scene)


def test_a_settlement_reaches_the_fills_and_events_of_both_sides() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        hold(world)
        for kind in ("userFills", "userEvents"):
            channels.subscribe(client, {"type": kind, "user": hex_address(1)})
        await turns()
        client.take()
        world.carry(world.settling(200_000))
        told = dict(client.take())
        assert [fill["dir"] for fill in told["userFills"]["fills"]] == ["Settlement"]
        assert told["user"]["fills"] == told["userFills"]["fills"]

    play(scene)


def test_a_rebase_sends_the_book_the_orders_and_the_account_anew() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        hold(world)
        world.order(2, True, 1_000, 170_000)
        subscriptions = [
            {"type": "orderUpdates", "user": hex_address(2)},
            {"type": "clearinghouseState", "user": hex_address(1)},
            {"type": "l2Book", "coin": "CBRS"},
        ]
        for subscription in subscriptions:
            channels.subscribe(client, subscription)
        await turns()
        client.take()
        world.carry(world.rebasing(5, 1))
        await turns()
        ((update,),) = client.on("orderUpdates")
        assert update["status"] == "open"
        assert (update["order"]["limitPx"], update["order"]["sz"]) == ("34.0", "5.0")
        (state,) = client.on("clearinghouseState")
        (held,) = state["clearinghouseState"]["assetPositions"]
        assert held["position"]["szi"] == "5.0"
        (book,) = client.on("l2Book")
        assert book["levels"][0] == [{"px": "34.0", "sz": "5.0", "n": 1}]

    play(scene)


def test_life_7_a_market_that_waits_tells_for_what_and_until_when(world: World) -> None:
    listing = msgspec.structs.replace(
        world.listing(175_000),
        treatment="trigger",
        grounds="a tracking stock has listed",
        event="exchange_offer",
        condition="Tracking shares become common shares.",
        deadline_ns=world.clock.time_ns() + 3_600 * 10**9,
        after="composite",
        settled_e6=300_000,
        otherwise="settle",
    )
    assert read(world, "marketStatus", coin="CBRS")["awaitedEvent"] is None
    world.carry(listing)
    status = read(world, "marketStatus", coin="CBRS")
    shown = status["awaitedEvent"]
    assert not s.faults(s.AWAITED_EVENT, shown)
    assert (shown["event"], shown["treatment"]) == ("exchange_offer", "composite")
    assert (shown["settledPart"], shown["ratio"]) == ("0.3", "1/1")
    user = hex_address(0)
    preview = read(world, "settlementPreview", user=user, coin="CBRS")
    assert preview["awaitedEvent"] == shown
    assert preview["settlement"]["deadline"] == shown["deadline"]
    assert preview["conversion"]["cashPaid"] is None, "a part of it would be settled"
    world.advance(3_601)
    assert read(world, "marketStatus", coin="CBRS")["phase"] == "SETTLED"
    assert read(world, "marketStatus", coin="CBRS")["awaitedEvent"] is None
    texts = [row["text"] for row in read(world, "announcements", coin="CBRS")]
    assert any("exchange_offer was not declared by its deadline" in text for text in texts)
