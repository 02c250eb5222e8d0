"""Massive's auctions, bands and halts, against a server that speaks their format (LIFE-9)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bellwether.feeds.config import ConfigInvalid, FeedConfig, MassiveSection
from bellwether.feeds.prices.halts import Bands
from bellwether.feeds.prices.notices import HALT, INDICATION, Notice
from bellwether.feeds.runner import price_sources
from bellwether.feeds.sources.connection import KeptConnection, Listener
from bellwether.feeds.sources.massive import MassiveStream
from bellwether.feeds.sources.outlet import ProviderLost, Silent
from tests.feeds.listening import KeptOutlet, at_once, running
from tests.feeds.providers import MassiveStand, imbalance, limits

OPENING_MS = 1_778_765_400_000
OPENING_NS = OPENING_MS * 10**6


@pytest.fixture
def massive() -> Iterator[MassiveStand]:
    with MassiveStand() as stand:
        yield stand


def section(massive: MassiveStand) -> MassiveSection:
    return MassiveSection(
        name="primary",
        calendar="XNYS",
        coins={"CBRS": "CBR"},
        credentials="massive.key",
        stream=massive.stream,
    )


def source(
    massive: MassiveStand, outlet: KeptOutlet, key: str = MassiveStand.KEY
) -> KeptConnection:
    return KeptConnection(MassiveStream([Listener(section(massive), outlet)], key), at_once)


def heard(massive: MassiveStand, *messages: Any) -> list[tuple[Any, ...]]:
    """What becomes of messages."""

    async def scenario() -> list[tuple[Any, ...]]:
        outlet = KeptOutlet()
        async with running(source(massive, outlet)):
            await outlet.next("connected")
            await asyncio.to_thread(massive.send, *messages)
            return [await outlet.one() for _ in messages]

    return asyncio.run(scenario())


def test_life_9_an_opening_auction_indicates_price_and_shares(massive: MassiveStand) -> None:
    found = heard(
        massive,
        imbalance("CBR", OPENING_MS, 190.255, 1_200_000),
        imbalance("CBR", OPENING_MS + 1, 191, 0, "H"),
    )
    assert found == [
        (
            "told",
            Notice(INDICATION, "CBRS", OPENING_NS, price_e8=19_025_500_000, shares=1_200_000),
        ),
        ("told", Notice(INDICATION, "CBRS", OPENING_NS + 10**6, price_e8=19_100_000_000)),
    ]
    assert massive.received == [
        {"action": "auth", "params": MassiveStand.KEY},
        {"action": "subscribe", "params": "NOI.CBR,LULD.CBR"},
    ]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (imbalance("CBR", OPENING_MS, 190, 5, "C"), "not an opening auction"),
        (imbalance("CBR", OPENING_MS, 190, 5, ""), "not an opening auction"),
        (imbalance("CBR", OPENING_MS, 0, 5), "0 is not a price"),
        (imbalance("CBR", OPENING_MS, -1, 5), "-1 is not a price"),
        (imbalance("CBR", OPENING_MS, 190, -5), "-5 is not a number of shares"),
        (limits("CBR", OPENING_MS, 0, 190), "0 is not a price"),
    ],
)
def test_what_is_no_indication_is_left_out_and_said(
    massive: MassiveStand, message: Any, reason: str
) -> None:
    assert heard(massive, message) == [("dropped", reason, "CBRS")]


def test_halts_resumptions_and_bands_are_told(massive: MassiveStand) -> None:
    found = heard(
        massive,
        limits("CBR", OPENING_MS, 180.5, 199.5, 1),
        limits("CBR", OPENING_MS, 0, 0, 17),
        limits("CBR", OPENING_MS, 0, 0, 18),
    )
    bands = Bands(18_050_000_000, 19_950_000_000, OPENING_NS)
    assert found[0] == ("limited", "CBRS", bands)
    assert found[1] == ("told", Notice(HALT, "CBRS", OPENING_NS, halted=True, reason="LULD"))
    assert found[2] == ("told", Notice(HALT, "CBRS", OPENING_NS, halted=False, reason="LULD"))


def test_a_symbol_that_nobody_asked_for_is_nobodys(massive: MassiveStand) -> None:
    found = heard(massive, imbalance("CBR", OPENING_MS, 1, 1))
    assert len(found) == 1

    async def scenario() -> tuple[Any, ...]:
        outlet = KeptOutlet()
        async with running(source(massive, outlet)):
            await outlet.next("connected")
            strangers = imbalance("XYZ", OPENING_MS, 5, 5), limits("XYZ", OPENING_MS, 1, 2)
            known = imbalance("CBR", OPENING_MS, 2, 1)
            await asyncio.to_thread(massive.send, *strangers, known)
            return await outlet.one()

    assert asyncio.run(scenario())[1].price_e8 == 2 * 10**8


def test_a_gap_ends_with_a_new_subscription(massive: MassiveStand) -> None:
    async def scenario() -> list[tuple[Any, ...]]:
        outlet = KeptOutlet()
        async with running(source(massive, outlet)):
            await outlet.next("connected")
            await asyncio.to_thread(massive.drop)
            return [await outlet.next("lost"), await outlet.next("connected")]

    lost, _ = asyncio.run(scenario())
    assert lost[2] == 1.0
    assert [one["action"] for one in massive.received] == ["auth", "subscribe"] * 2


def test_a_key_that_is_refused_is_said_and_not_shown(massive: MassiveStand) -> None:
    wrong = "another-secret"
    with pytest.raises(ProviderLost, match="expected auth_success, got auth_failed") as caught:
        asyncio.run(source(massive, KeptOutlet(), wrong).probe())
    assert wrong not in str(caught.value)


def test_a_plan_without_the_channel_is_said(massive: MassiveStand) -> None:
    massive.refuses = "not_authorized"
    with pytest.raises(ProviderLost, match="expected success, got not_authorized"):
        asyncio.run(source(massive, KeptOutlet()).probe())


def test_a_probe_says_what_is_heard(massive: MassiveStand) -> None:
    said = asyncio.run(source(massive, KeptOutlet()).probe())
    assert said == "authenticated, subscribed to auctions, bands and halts of CBR"


def test_sources_of_one_account_share_a_connection(massive: MassiveStand, tmp_path: Path) -> None:
    first = section(massive)
    second = msgspec.structs.replace(first, name="second", coins={"ACME": "ACM"})
    config = FeedConfig([first, second], folder=str(tmp_path))
    with pytest.raises(ConfigInvalid, match=r"sources\[0\].credentials"):
        price_sources(config, lambda _: Silent(), at_once)
    (tmp_path / "massive.key").write_text("two words")
    with pytest.raises(ConfigInvalid, match="expected a key$"):
        price_sources(config, lambda _: Silent(), at_once)
    (tmp_path / "massive.key").write_text(MassiveStand.KEY)
    (shared,) = price_sources(config, lambda _: Silent(), at_once)
    assert asyncio.run(shared.probe()).endswith("of ACM, CBR")
