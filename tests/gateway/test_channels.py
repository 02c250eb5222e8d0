"""Subscriptions: echo, snapshot, then every change, to all who asked (§4 of the dialect)."""

from __future__ import annotations

import asyncio
import base64
import json
import operator
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bellwether.gateway.hyperliquid.channels import Channels
from bellwether.gateway.hyperliquid.streams.pace import Pace
from bellwether.gateway.hyperliquid.streams.topic import Topic
from bellwether.gateway.sockets.frames import text_frame
from bellwether.gateway.sockets.ports import EVENT
from bellwether.lab.bench.stream.sockets import whole_frames
from bellwether.schema import codes
from bellwether.schema.commands import PlaceTwap
from tests.gateway import shapes as s
from tests.views.world import World, address, hex_address

USER = {"user": s.ADDRESS}
PAYMENTS = s.many({"time": s.NUM, **s.PAYMENT})
BBO = {"coin": s.STR, "time": s.NUM, "bbo": [s.either(s.LEVEL, s.NULL)] * 2}
CONTEXTS = s.many(s.CONTEXT)

STATES: dict[str, Any] = {
    "l2Book": {**s.BOOK, "fast?": s.const(True)},
    "bbo": BBO,
    "activeAssetCtx": {"coin": s.STR, "ctx": s.CONTEXT},
    "candle": s.CANDLE,
    "allMids": {"mids": s.mapping(s.D)},
    "assetCtxs": {"dex": s.const(""), "ctxs": CONTEXTS},
    "allDexsAssetCtxs": {"ctxs": [[s.const(""), CONTEXTS], [s.const("xyz"), CONTEXTS]]},
    "clearinghouseState": {"dex": s.const(""), **USER, "clearinghouseState": s.CLEARINGHOUSE},
    "allDexsClearinghouseState": {
        **USER,
        "clearinghouseStates": s.many([s.STR, s.CLEARINGHOUSE]),
    },
    "openOrders": {"dex": s.const(""), **USER, "orders": s.many(s.FRONTEND_ORDER)},
    "spotState": {**USER, "spotState": s.SPOT_STATE},
    "activeAssetData": s.ACTIVE_ASSET,
    "webData2": s.WEB_DATA,
    "twapStates": {"dex": s.const(""), **USER, "states": s.many([s.NUM, s.TWAP_STATE])},
}
SNAPSHOTS: dict[str, Any] = {
    "userFills": {**USER, "fills": s.many(s.FILL), "isSnapshot": s.const(True)},
    "userFundings": {**USER, "fundings": PAYMENTS, "isSnapshot": s.const(True)},
    "userNonFundingLedgerUpdates": {
        **USER,
        "nonFundingLedgerUpdates": s.many(s.LEDGER_UPDATE),
        "isSnapshot": s.const(True),
    },
    "userHistoricalOrders": {
        **USER,
        "orderHistory": s.many(s.ORDER_STATE),
        "isSnapshot": s.const(True),
    },
    "userTwapHistory": {**USER, "history": s.many(s.TWAP_ENTRY), "isSnapshot": s.const(True)},
    "userTwapSliceFills": {
        **USER,
        "twapSliceFills": s.many(s.TWAP_SLICE),
        "isSnapshot": s.const(True),
    },
}
FIELDS = {"coin": "CBRS", "interval": "1m"}


def payload_of(frame: bytes) -> bytes:
    [payload], rest = whole_frames(frame)
    assert rest == b""
    return payload


class Client:
    """A connection that keeps what it is sent."""

    is_open = True

    def __init__(self) -> None:
        self.inbox: list[tuple[str, Any]] = []
        self.frames: list[bytes] = []
        self.states: list[int] = []

    def send(self, payload: bytes) -> None:
        self.send_framed(text_frame(payload), EVENT)

    def send_framed(self, frame: bytes, state: int) -> None:
        decoded = json.loads(payload_of(frame))
        assert decoded.keys() == {"channel", "data"}
        self.inbox.append((decoded["channel"], decoded["data"]))
        self.frames.append(frame)
        self.states.append(state)

    def on(self, channel: str) -> list[Any]:
        return [shown for name, shown in self.inbox if name == channel]

    def take(self) -> list[tuple[str, Any]]:
        taken, self.inbox = self.inbox, []
        return taken


async def turns() -> None:
    """Lets everything run that can run without waiting for a clock."""
    for _ in range(20):
        await asyncio.sleep(0)


Scene = Callable[[World, Channels, Client], Awaitable[None]]


def play(scene: Scene) -> None:
    async def stage() -> None:
        world = World()
        channels = Channels(world)
        try:
            await scene(world, channels, Client())
        finally:
            channels.close()
            world.views.close()

    asyncio.run(stage())


def wanted(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "user": hex_address(1), **FIELDS, **more}


def work_off(world: World) -> None:
    """Account 1 buys 1.1 contracts in five minutes out of what account 0 offers."""
    world.order(0, False, 20_000, 175_000)
    world.apply(PlaceTwap(address(1), b"", world.nonce(), 0, 0, True, 1_100, False, 5, False))


def trade(world: World, lots: int = 1_000) -> None:
    world.order(0, False, lots, 175_000)
    world.order(1, True, lots, 175_000, tif=codes.IOC)


@pytest.mark.parametrize("kind", STATES)
def test_a_state_is_shown_at_once_and_in_its_shape(kind: str) -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        trade(world)
        world.order(1, True, 1_000, 170_000)
        echo, error = channels.subscribe(client, wanted(kind))
        assert error is None and echo is not None and echo.items() >= wanted(kind).items()
        assert client.inbox == [], "the echo goes first"
        await turns()
        ((channel, shown),) = client.inbox
        assert channel == kind and s.faults(STATES[kind], shown) == []

    play(scene)


@pytest.mark.parametrize("kind", SNAPSHOTS)
def test_a_stream_begins_with_a_snapshot_and_goes_on_without_the_flag(kind: str) -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        channels.subscribe(client, wanted(kind))
        await turns()
        ((channel, first),) = client.take()
        assert channel == kind and s.faults(SNAPSHOTS[kind], first) == []
        trade(world)
        work_off(world)
        world.advance(3_600)
        later = client.on(kind)
        if kind != "userNonFundingLedgerUpdates":
            assert later, "something happened"
        without = {k: v for k, v in SNAPSHOTS[kind].items() if k != "isSnapshot"}
        for shown in later:
            assert s.faults(without, shown) == []

    play(scene)


def test_order_updates_tell_each_step() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        channels.subscribe(client, {"type": "orderUpdates", "user": hex_address(0).upper()[2:]})
        await turns()
        assert client.inbox == [], "no snapshot"
        oid = world.order(0, False, 3_000, 175_000, cloid=b"\x05" * 16)
        world.order(1, True, 1_000, 175_000, tif=codes.IOC)
        world.order(1, True, 2_000, 175_000, tif=codes.IOC)
        other = world.order(0, False, 1_000, 180_000)
        world.cancel(0, other)
        world.order(0, True, 1_000, 160_000, tif=codes.IOC, cloid=b"\x06" * 16)
        updates = [update for shown in client.on("orderUpdates") for update in shown]
        assert all(s.faults(s.ORDER_UPDATE, update) == [] for update in updates)
        told = [(u["order"]["oid"], u["status"], u["order"]["sz"]) for u in updates]
        assert told[:5] == [
            (oid, "open", "3.0"),
            (oid, "open", "2.0"),
            (oid, "filled", "0.0"),
            (other, "open", "1.0"),
            (other, "canceled", "1.0"),
        ]
        assert told[5][1] == "iocCancelRejected" and len(told) == 6

    play(scene)


def test_a_taker_is_told_open_and_filled() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        channels.subscribe(client, wanted("orderUpdates"))
        await turns()
        trade(world)
        (updates,) = client.on("orderUpdates")
        assert [(u["status"], u["order"]["sz"]) for u in updates] == [
            ("open", "1.0"),
            ("filled", "0.0"),
        ]

    play(scene)


@pytest.mark.parametrize("alias", ["userEvents", "user"])
def test_user_events_come_on_the_channel_user(alias: str) -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        channels.subscribe(client, {"type": alias, "user": hex_address(0)})
        await turns()
        trade(world)
        world.order(0, False, 2_000, 176_000)
        world.order(0, True, 2_000, 176_000)
        world.advance(3_600)
        shown = client.on("user")
        assert [list(event) for event in shown] == [["fills"], ["nonUserCancel"], ["funding"]]
        assert s.faults(s.many(s.FILL), shown[0]["fills"]) == []
        assert shown[1]["nonUserCancel"][0]["coin"] == "CBRS"
        assert s.faults({"time": s.NUM, **s.PAYMENT}, shown[2]["funding"]) == []

    play(scene)


def test_trades_come_after_a_snapshot_of_recent_ones() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        channels.subscribe(client, {"type": "trades", "coin": "CBRS"})
        await turns()
        assert client.inbox == [], "an empty list would break clients that look at its first entry"
        trade(world)
        ((_, shown),) = client.take()
        assert s.faults(s.many(s.TRADE), shown) == [] and len(shown) == 1
        other = Client()
        channels.subscribe(other, {"type": "trades", "coin": "CBRS"})
        await turns()
        assert other.on("trades") == [shown]

    play(scene)


def test_a_liquidation_is_told_to_its_owner() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        world.leverage(1, 5)
        trade(world, 100_000)
        for kind in ("userEvents", "notification", "userNonFundingLedgerUpdates"):
            channels.subscribe(client, {"type": kind, "user": hex_address(1)})
        await turns()
        client.take()
        world.order(2, True, 200_000, 140_000)
        world.order(2, False, 200_000, 141_000)
        world.advance(3_600 * 3)
        (event,) = [e["liquidation"] for e in client.on("user") if "liquidation" in e]
        assert event["liquidated_user"] == hex_address(1) and event["lid"] > 0
        assert client.on("notification")
        (update,) = client.on("userNonFundingLedgerUpdates")
        assert s.faults(s.many(s.LEDGER_UPDATE), update["nonFundingLedgerUpdates"]) == []
        fills = [fill for e in client.on("user") for fill in e.get("fills", [])]
        assert fills and s.faults(s.many(s.FILL), fills) == []
        assert any("liquidation" in f or f["dir"] == "Auto-Deleveraging" for f in fills)

    play(scene)


def test_a_change_of_the_book_is_sent_to_all_and_no_change_to_nobody() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        other = Client()
        for each in (client, other):
            channels.subscribe(each, {"type": "bbo", "coin": "CBRS"})
        await turns()
        client.take()
        world.order(0, True, 1_000, 174_000)
        await turns()
        (shown,) = client.on("bbo")
        assert shown["bbo"] == [{"px": "174.0", "sz": "1.0", "n": 1}, None]
        assert other.inbox[-1] == ("bbo", shown)
        await asyncio.sleep(0.03)
        client.take()
        world.order(0, True, 1_000, 173_000)
        await turns()
        assert client.inbox == [], "the best level is as it was"

    play(scene)


def test_an_account_state_follows_a_change() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        channels.subscribe(client, wanted("clearinghouseState"))
        channels.subscribe(client, wanted("openOrders"))
        await turns()
        client.take()
        world.order(1, True, 1_000, 170_000)
        await turns()
        (orders,) = client.on("openOrders")
        assert len(orders["orders"]) == 1
        assert client.on("clearinghouseState")

    play(scene)


def test_what_is_unsubscribed_or_dropped_is_sent_no_more() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        other = Client()
        for each in (client, other):
            channels.subscribe(each, {"type": "trades", "coin": "CBRS"})
            channels.subscribe(each, {"type": "orderUpdates", "user": hex_address(1)})
        await turns()
        echo, error = channels.unsubscribe(client, {"type": "trades", "coin": "CBRS"})
        assert error is None and echo == {"type": "trades", "coin": "CBRS"}
        channels.drop(other)
        trade(world)
        assert [name for name, _ in client.inbox] == ["orderUpdates"] and other.inbox == []
        assert channels.topics(client) == 1 and channels.topics(other) == 0
        channels.drop(client)
        assert not channels._open and not channels._by_name and not channels._by_user

    play(scene)


def test_an_end_before_the_beginning_sends_nothing() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        channels.subscribe(client, wanted("userFills"))
        channels.subscribe(client, wanted("l2Book"))
        channels.unsubscribe(client, wanted("userFills"))
        channels.drop(client)
        await turns()
        assert client.inbox == []

    play(scene)


def test_faults_are_told_in_the_words_that_clients_parse() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        trades = {"type": "trades", "coin": "CBRS"}
        assert channels.unsubscribe(client, trades) == (
            None,
            'Already unsubscribed: {"type":"trades","coin":"CBRS"}',
        )
        channels.subscribe(client, trades)
        assert channels.subscribe(client, trades)[1] == (
            'Already subscribed: {"type":"trades","coin":"CBRS"}'
        )
        for bad in (
            {"type": "nonsense"},
            {"type": "trades", "coin": "NOPE"},
            {"type": "userFills", "user": "0x12"},
            {"type": "candle", "coin": "CBRS", "interval": "7m"},
            {"type": "l2Book", "coin": "CBRS", "nSigFigs": 9},
            [],
            "trades",
        ):
            echo, error = channels.subscribe(client, bad)
            assert echo is None and error is not None and error.startswith("Invalid subscription ")
            assert json.loads(error.removeprefix("Invalid subscription ")) == bad

    play(scene)


def test_defaults_are_added_to_the_echo() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        book, _ = channels.subscribe(client, {"type": "l2Book", "coin": "CBRS", "nSigFigs": 3})
        assert book == {"type": "l2Book", "coin": "CBRS", "nSigFigs": 3, "mantissa": None}
        fills, _ = channels.subscribe(client, {"type": "userFills", "user": hex_address(1)})
        assert fills is not None and fills["aggregateByTime"] is False

    play(scene)


def test_fast_contexts_are_packed() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        channels.subscribe(client, {"type": "fastAssetCtxs"})
        await turns()
        ((_, packed),) = client.inbox
        shown = json.loads(zlib.decompress(base64.b64decode(packed), wbits=-15))
        assert shown["CBRS"] == {"markPx": "175.0", "midPx": None}

    play(scene)


def test_a_named_dex_is_named_in_its_mids() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        channels.subscribe(client, {"type": "allMids", "dex": "xyz"})
        await turns()
        assert client.inbox == [("allMids", {"mids": {"xyz:SPCX": "150.0"}, "dex": "xyz"})]

    play(scene)


def test_marks_within_the_interval_are_sent_together() -> None:
    async def stage() -> None:
        sent: list[dict[Topic, bool]] = []

        async def push(marked: dict[Topic, bool]) -> None:
            sent.append(marked)

        pace = Pace(0.0, push)
        one, two = Topic("l2Book", name="CBRS"), Topic("l2Book", name="xyz:SPCX")
        for _ in range(100):
            pace.mark(one)
        pace.mark(two, always=True)
        pace.mark(two)
        await turns()
        assert sent == [{one: False, two: True}]
        pace.mark(one)
        await turns()
        assert sent[1:] == [{one: False}]

    asyncio.run(stage())


def test_a_twap_order_is_told_from_its_beginning_to_its_end() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        kinds = ("twapStates", "userTwapHistory", "userTwapSliceFills", "userEvents")
        for kind in kinds:
            channels.subscribe(client, wanted(kind))
        await turns()
        client.take()
        work_off(world)
        await turns()
        ((_, state),) = client.on("twapStates")[-1]["states"]
        assert (state["executedSz"], state["sz"], state["coin"]) == ("0.1", "1.1", "CBRS")
        (begun,) = client.on("userTwapHistory")[0]["history"]
        assert begun["status"] == {"status": "activated"} and "isSnapshot" not in begun
        (sliced,) = client.on("userTwapSliceFills")[0]["twapSliceFills"]
        assert sliced["twapId"] == begun["twapId"] and sliced["fill"]["sz"] == "0.1"
        told = [next(iter(shown)) for shown in client.on("user")]
        assert {"fills", "twapSliceFills", "twapHistory"} <= set(told)
        client.take()
        world.advance(300)
        (ended,) = client.on("userTwapHistory")[-1]["history"]
        assert ended["status"] == {"status": "finished"}
        assert ended["state"]["executedSz"] == "1.1"

    play(scene)


def test_all_who_asked_get_the_same_bytes_and_states_have_numbers_of_their_own() -> None:
    async def scene(world: World, channels: Channels, client: Client) -> None:
        other = Client()
        for asked in (client, other):
            for kind in ("l2Book", "bbo", "trades"):
                channels.subscribe(asked, wanted(kind))
        await turns()
        client.frames.clear(), other.frames.clear()
        client.states.clear()
        trade(world)
        await turns()
        assert client.frames == other.frames
        assert all(map(operator.is_, client.frames, other.frames)), "each is framed once"
        numbers = dict(zip([name for name, _ in client.inbox[-3:]], client.states, strict=True))
        assert numbers["trades"] == EVENT
        assert len({EVENT, numbers["l2Book"], numbers["bbo"]}) == 3

    play(scene)
