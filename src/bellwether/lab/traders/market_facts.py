"""What a trader asks about a market before trading in it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from bellwether.lab.traders.venue_api import VenueApi


class MarketFacts(msgspec.Struct, frozen=True):
    """What does not change while trading: asset number of orders, and the decimals of sizes."""

    coin: str
    dex: str
    asset: int
    size_decimals: int


def market_facts(api: VenueApi, coin: str) -> MarketFacts:
    """Ask the venue. Raises ValueError if there is no such market, VenueRefused, VenueUnreachable.

    The main dex counts assets from 0; dex n (n ≥ 1) from 100,000 + 10,000·n.
    """
    dex = coin.partition(":")[0] if ":" in coin else ""
    asset = api.asset_of(coin)
    for market in api.info("meta", dex=dex)["universe"]:
        if market["name"] == coin:
            return MarketFacts(coin, dex, asset, market["szDecimals"])
    raise ValueError(f"coin: {coin!r} is not traded here")


def mid_or_mark(api: VenueApi, coin: str) -> Decimal:
    """The middle between best bid and best ask in USD, or the mark where one of them is missing."""
    bids, asks = api.info("l2Book", coin=coin)["levels"]
    if bids and asks:
        return (Decimal(bids[0]["px"]) + Decimal(asks[0]["px"])) / 2
    return Decimal(api.info("marketStatus", coin=coin)["markPx"])
