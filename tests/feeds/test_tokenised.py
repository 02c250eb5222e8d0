"""Tokenised shares through ccxt, against a server that speaks Kraken's REST format (PRICE-19)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from bellwether.feeds.config import CcxtSection
from bellwether.feeds.prices.prints import NOW, Print
from bellwether.feeds.sources.outlet import ProviderLost
from bellwether.feeds.sources.tokenised import TokenisedSource
from tests.feeds.listening import KeptOutlet, at_once, running
from tests.feeds.providers import KrakenStand


@pytest.fixture
def kraken() -> Iterator[KrakenStand]:
    with KrakenStand() as stand:
        yield stand


def section(kraken: KrakenStand, **changes: object) -> CcxtSection:
    plain = CcxtSection(
        name="overnight",
        calendar="XNAS",
        coins={"CBRS": "CBRSX/USD"},
        exchange="kraken",
        poll_s=Decimal("0.01"),
        address=kraken.http.url,
    )
    return msgspec.structs.replace(plain, **changes)


def test_the_price_is_the_middle_of_bid_and_ask_and_not_the_last_trade(
    kraken: KrakenStand,
) -> None:
    async def scenario() -> tuple[object, ...]:
        outlet = KeptOutlet()
        async with running(TokenisedSource(section(kraken), outlet, at_once)):
            return await outlet.one()

    assert asyncio.run(scenario()) == ("seen", Print("CBRS", 19_000_000_000, NOW))
    asked = kraken.http.asked
    assert asked[:3] == [
        "/0/public/Assets",
        "/0/public/AssetPairs?aclass_base=tokenized_asset",
        "/0/public/Ticker?pair=CBRSxUSD&asset_class=tokenized_asset",
    ]


def test_prices_keep_every_digit(kraken: KrakenStand) -> None:
    kraken.bid, kraken.ask = "189.90000001", "190.00000003"

    async def scenario() -> tuple[object, ...]:
        outlet = KeptOutlet()
        async with running(TokenisedSource(section(kraken), outlet, at_once)):
            return await outlet.one()

    assert asyncio.run(scenario())[1].price_e8 == 18_995_000_002  # type: ignore[attr-defined]


def test_a_wide_quote_is_no_price(kraken: KrakenStand) -> None:
    kraken.bid = "150.0"

    async def scenario() -> tuple[object, ...]:
        outlet = KeptOutlet()
        async with running(TokenisedSource(section(kraken), outlet, at_once)):
            return await outlet.one()

    assert asyncio.run(scenario()) == ("dropped", "wide quote", "CBRS")


def test_an_exchange_that_is_down_is_asked_again_until_it_is_back(kraken: KrakenStand) -> None:
    kraken.down = True

    async def scenario() -> tuple[Any, ...]:
        outlet = KeptOutlet()
        async with running(TokenisedSource(section(kraken), outlet, at_once)):
            lost = await outlet.next("lost")
            kraken.down = False
            await outlet.next("seen")
            return lost

    lost = asyncio.run(scenario())
    assert "EService:Unavailable" in lost[1] and lost[2] == 1.0


def test_a_symbol_that_is_not_traded_is_named(kraken: KrakenStand) -> None:
    other = section(kraken, coins={"CBRS": "NOPEX/USD"})
    with pytest.raises(ProviderLost, match="NOPEX/USD"):
        asyncio.run(TokenisedSource(other, KeptOutlet()).probe())
    said = asyncio.run(TokenisedSource(section(kraken), KeptOutlet()).probe())
    assert said == "tickers of CBRSX/USD"


def test_an_exchange_that_nobody_knows_is_named(kraken: KrakenStand) -> None:
    with pytest.raises(ProviderLost, match="ccxt knows no exchange 'nope'"):
        asyncio.run(TokenisedSource(section(kraken, exchange="nope"), KeptOutlet()).probe())


def test_without_ccxt_it_says_what_to_install(
    kraken: KrakenStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ccxt.async_support", None)
    with pytest.raises(ProviderLost, match="bellwether\\[tokenised\\]"):
        asyncio.run(TokenisedSource(section(kraken), KeptOutlet()).probe())
