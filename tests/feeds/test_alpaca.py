"""Alpaca's stream and snapshot, against a server that speaks their format (PRICE-19)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal

import msgspec
import pytest

from bellwether.feeds.config import AlpacaSection
from bellwether.feeds.prices.halts import Bands
from bellwether.feeds.prices.notices import HALT, Notice
from bellwether.feeds.prices.prints import Print
from bellwether.feeds.sources.alpaca import AlpacaStream, Credentials
from bellwether.feeds.sources.connection import KeptConnection, Listener
from bellwether.feeds.sources.outlet import ProviderLost
from bellwether.units.clock_text import parse_time_ns
from tests.feeds.listening import KeptOutlet, at_once, running
from tests.feeds.providers import (
    KEY_ID,
    SECRET,
    AlpacaStand,
    bands,
    quote,
    status,
    streamed,
    trade,
)

NOON = "2026-05-04T16:00:00.123456789Z"
NOON_NS = parse_time_ns(NOON)


@pytest.fixture
def alpaca() -> Iterator[AlpacaStand]:
    with AlpacaStand() as stand:
        yield stand


def section(alpaca: AlpacaStand, **changes: object) -> AlpacaSection:
    plain = AlpacaSection(
        name="consolidated",
        calendar="XNAS",
        coins={"CBRS": "CBRS"},
        credentials="unused",
        stream=alpaca.stream,
        rest=alpaca.http.url,
    )
    return msgspec.structs.replace(plain, **changes)


def source(alpaca: AlpacaStand, outlet: KeptOutlet, **changes: object) -> KeptConnection:
    listener = Listener(section(alpaca, **changes), outlet)
    return KeptConnection(AlpacaStream([listener], Credentials(KEY_ID, SECRET)), at_once)


def test_a_trade_arrives_as_it_was_written(alpaca: AlpacaStand) -> None:
    async def scenario() -> tuple[object, ...]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet)):
            await outlet.next("connected")
            await asyncio.to_thread(
                alpaca.send, streamed("t", "CBRS", trade(190.07, NOON, 9, conditions="@F"))
            )
            return await outlet.one()

    expected = Print("CBRS", 19_007_000_000, NOON_NS, "Q9", ("@", "F"))
    assert asyncio.run(scenario()) == ("seen", expected)
    assert alpaca.received == [
        {"action": "auth", "key": KEY_ID, "secret": SECRET},
        {
            "action": "subscribe",
            "trades": ["CBRS"],
            "quotes": [],
            "statuses": ["CBRS"],
            "lulds": ["CBRS"],
        },
    ]
    assert alpaca.http.asked == ["/v2/stocks/trades/latest?symbols=CBRS&feed=sip"]


def test_a_gap_ends_with_a_new_subscription_and_the_latest_trade(alpaca: AlpacaStand) -> None:
    async def scenario() -> list[tuple[object, ...]]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet)):
            await outlet.next("connected")
            alpaca.latest["trades"]["CBRS"] = trade(191.5, NOON, 17, exchange="V")
            await asyncio.to_thread(alpaca.drop)
            found = [await outlet.next("lost"), await outlet.next("seen")]
            await outlet.next("connected")
            await asyncio.to_thread(alpaca.send, streamed("t", "CBRS", trade(191.6, NOON, 18)))
            found.append(await outlet.next("seen"))
            await asyncio.to_thread(alpaca.drop)
            return [*found, await outlet.next("lost")]

    lost, latest, streamed_trade, lost_again = asyncio.run(scenario())
    assert lost[2] == lost_again[2] == 1.0, "a connection that worked is missed at once"
    assert latest == ("seen", Print("CBRS", 19_150_000_000, NOON_NS, "V17", ("@",)))
    assert streamed_trade == ("seen", Print("CBRS", 19_160_000_000, NOON_NS, "Q18", ("@",)))
    assert [one["action"] for one in alpaca.received][:4] == ["auth", "subscribe"] * 2


@pytest.mark.parametrize(
    ("code", "msg"),
    [
        (402, "auth failed"),
        (404, "auth timeout"),
        (406, "connection limit exceeded"),
        (409, "insufficient subscription"),
        (500, "internal error"),
    ],
)
def test_an_error_is_said_with_its_code_and_without_the_secret(
    alpaca: AlpacaStand, code: int, msg: str
) -> None:
    alpaca.refuse = (code, msg)

    async def scenario() -> list[tuple[object, ...]]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet)):
            return [await outlet.next("lost") for _ in range(7)]

    found = asyncio.run(scenario())
    assert [reason for _, reason, _ in found] == [f"error {code}: {msg}"] * 7
    assert [wait for _, _, wait in found] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert SECRET not in repr(Credentials(KEY_ID, SECRET)) + repr(found)


def test_an_error_in_mid_stream_ends_the_connection(alpaca: AlpacaStand) -> None:
    async def scenario() -> tuple[object, ...]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet)):
            await outlet.next("connected")
            await asyncio.to_thread(
                alpaca.send_raw, '[{"T":"error","code":407,"msg":"slow client"}]'
            )
            lost = await outlet.next("lost")
            await outlet.next("connected")
            return lost

    assert asyncio.run(scenario())[1] == "error 407: slow client"


@pytest.mark.parametrize(
    "frame",
    ["not json", '{"T":"t"}', '[{"S":"CBRS"}]', '[{"T":"t","S":"CBRS","p":"x","t":"now"}]', "[1]"],
)
def test_a_message_in_another_format_is_survived(alpaca: AlpacaStand, frame: str) -> None:
    async def scenario() -> str:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet)):
            await outlet.next("connected")
            await asyncio.to_thread(alpaca.send_raw, frame)
            reason = str((await outlet.next("lost"))[1])
            await outlet.next("connected")
            return reason

    assert asyncio.run(scenario()).startswith("a message in another format: ")


def test_messages_about_other_things_are_passed_over(alpaca: AlpacaStand) -> None:
    async def scenario() -> tuple[object, ...]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet)):
            await outlet.next("connected")
            bar = {"T": "b", "S": "CBRS", "o": 1, "h": 1, "l": 1, "c": 1, "v": 1, "t": NOON}
            other = streamed("t", "AAPL", trade(126.55, NOON, 1))
            await asyncio.to_thread(alpaca.send_raw, msgspec.json.encode([bar, other]).decode())
            await asyncio.to_thread(alpaca.send, streamed("t", "CBRS", trade(190, NOON, 2)))
            return await outlet.one()

    assert asyncio.run(scenario())[1].key == "Q2"  # type: ignore[attr-defined]


def test_a_trade_called_back_and_a_corrected_one_are_passed_on(alpaca: AlpacaStand) -> None:
    async def scenario() -> list[tuple[object, ...]]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet)):
            await outlet.next("connected")
            cancel = {"i": 465, "x": "D", "p": 105.31, "s": 300, "a": "C", "z": "C", "t": NOON}
            was = {"oi": 7, "op": 39.1, "os": 4, "oc": ["@", "7"]}
            now = {"ci": 8, "cp": 190.18, "cs": 4, "cc": ["@"], "z": "C", "t": NOON, "x": "M"}
            await asyncio.to_thread(
                alpaca.send, streamed("x", "CBRS", cancel), streamed("c", "CBRS", {**was, **now})
            )
            return [await outlet.one() for _ in range(3)]

    assert asyncio.run(scenario()) == [
        ("withdrawn", "CBRS", "D465"),
        ("withdrawn", "CBRS", "M7"),
        ("seen", Print("CBRS", 19_018_000_000, NOON_NS, "M8", ("@",))),
    ]


def test_a_quote_counts_with_its_middle_and_only_if_it_has_two_regular_sides(
    alpaca: AlpacaStand,
) -> None:
    async def scenario() -> list[tuple[object, ...]]:
        outlet = KeptOutlet()
        narrow = {"price": "quote", "widest_quote": Decimal("0.01")}
        async with running(source(alpaca, outlet, **narrow)):
            await outlet.next("connected")
            closing = {**quote(190, 190.2, NOON), "c": ["L"]}
            for content in (
                quote(189.9, 190.1, NOON),
                quote(0, 190.1, NOON),
                quote(190.2, 190.1, NOON),
                quote(180, 190, NOON),
                closing,
            ):
                await asyncio.to_thread(alpaca.send, streamed("q", "CBRS", content))
            return [await outlet.one() for _ in range(5)]

    first, *others = asyncio.run(scenario())
    assert first == ("seen", Print("CBRS", 19_000_000_000, NOON_NS))
    assert [reason for _, reason, _ in others] == [
        "quote of one side",
        "crossed quote",
        "wide quote",
        "quote condition",
    ]


def test_without_a_snapshot_the_stream_goes_on(alpaca: AlpacaStand) -> None:
    async def scenario() -> list[tuple[object, ...]]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet, rest="http://127.0.0.1:1")):
            found = [await outlet.one(), await outlet.one()]
            await asyncio.to_thread(alpaca.send, streamed("t", "CBRS", trade(190, NOON, 2)))
            return [*found, await outlet.one()]

    dropped, connected, seen = asyncio.run(scenario())
    assert str(dropped[1]).startswith("no snapshot: ConnectError") and dropped[2] == "CBRS"
    assert connected == ("connected",) and seen[0] == "seen"


def test_sources_on_one_feed_share_its_only_connection(alpaca: AlpacaStand) -> None:
    """The account has one: a second is refused with 406."""

    async def scenario() -> list[tuple[object, ...]]:
        quotes, lasts = KeptOutlet(), KeptOutlet()
        listeners = [
            Listener(section(alpaca, price="quote"), quotes),
            Listener(section(alpaca, name="primary", exchanges=["Q"]), lasts),
        ]
        shared = KeptConnection(AlpacaStream(listeners, Credentials(KEY_ID, SECRET)), at_once)
        async with running(shared):
            await lasts.next("connected")
            await quotes.next("connected")
            await asyncio.to_thread(
                alpaca.send,
                streamed("q", "CBRS", quote(189, 189.2, NOON)),
                streamed("t", "CBRS", trade(190, NOON, 1, exchange="V")),
                streamed("t", "CBRS", trade(191, NOON, 2, exchange="Q")),
            )
            return [await quotes.one(), await lasts.one(), await lasts.one()]

    first, other, own = asyncio.run(scenario())
    assert first == ("seen", Print("CBRS", 18_910_000_000, NOON_NS))
    assert other == ("dropped", "another exchange", "CBRS")
    assert own == ("seen", Print("CBRS", 19_100_000_000, NOON_NS, "Q2", ("@",)))


def test_a_provider_that_is_not_there_is_asked_again(alpaca: AlpacaStand) -> None:
    async def scenario() -> list[tuple[object, ...]]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet, stream="ws://127.0.0.1:1")):
            return [await outlet.next("lost") for _ in range(3)]

    found = asyncio.run(scenario())
    assert all("refused" in str(reason).lower() for _, reason, _ in found)


def test_a_probe_says_what_would_be_delivered_or_why_not(alpaca: AlpacaStand) -> None:
    outlet = KeptOutlet()
    said = asyncio.run(source(alpaca, outlet).probe())
    assert said == "authenticated, subscribed to CBRS; halts are told"
    alpaca.refuse = (402, "auth failed")
    with pytest.raises(ProviderLost, match="error 402: auth failed"):
        asyncio.run(source(alpaca, outlet).probe())
    assert outlet.heard.empty()


def test_halts_pauses_and_resumptions_of_both_tapes_are_told(alpaca: AlpacaStand) -> None:
    async def scenario() -> list[Notice]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet)):
            await outlet.next("connected")
            codes = ("H", "Q", "T", "P", "2", "E", "3")
            told = [streamed("s", "CBRS", status(code, NOON)) for code in codes]
            await asyncio.to_thread(alpaca.send, *told)
            return [(await outlet.next("told"))[1] for _ in range(5)]

    found = asyncio.run(scenario())
    assert [notice.halted for notice in found] == [True, False, True, True, False]
    assert found[0] == Notice(HALT, "CBRS", NOON_NS, halted=True, reason="T1 Halt News Pending")


def test_limit_up_and_limit_down_are_told_as_written(alpaca: AlpacaStand) -> None:
    async def scenario() -> tuple[object, ...]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet)):
            await outlet.next("connected")
            told = streamed("l", "CBRS", bands(180.25, 199.75, NOON))
            await asyncio.to_thread(alpaca.send, streamed("l", "CBRS", {**told, "u": 0}), told)
            dropped = await outlet.next("dropped")
            return (dropped[1], *(await outlet.next("limited"))[1:])

    reason, coin, found = asyncio.run(scenario())
    assert (reason, coin) == ("0 is not a price", "CBRS")
    assert found == Bands(18_025_000_000, 19_975_000_000, NOON_NS)


def test_an_account_without_trading_statuses_still_has_prices(alpaca: AlpacaStand) -> None:
    alpaca.keeps_halts = True

    async def scenario() -> tuple[object, ...]:
        outlet = KeptOutlet()
        async with running(source(alpaca, outlet)):
            dropped = await outlet.next("dropped")
            await outlet.next("connected")
            return dropped

    assert asyncio.run(scenario()) == ("dropped", "its halts are not told", "CBRS")
    said = asyncio.run(source(alpaca, KeptOutlet()).probe())
    assert said.endswith("subscribed to CBRS; halts are not told")


def test_who_wants_no_halts_does_not_ask_for_them(alpaca: AlpacaStand) -> None:
    asyncio.run(source(alpaca, KeptOutlet(), halts=False).probe())
    assert alpaca.received[1] == {"action": "subscribe", "trades": ["CBRS"], "quotes": []}
