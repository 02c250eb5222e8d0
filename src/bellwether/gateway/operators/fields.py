"""Fields that several acts have, and what they become. Every refusal names its field (IFACE-7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final

from msgspec import Meta

from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import Refused
from bellwether.gateway.hyperliquid.actions import micro_usd, units
from bellwether.units.quantities import NS_PER_MS, PRICE_AND_SIZE_DECIMALS

SHOWN: Final = 64
"""As many characters of a wrong word are repeated in the answer."""

Word = Annotated[str, Meta(max_length=64)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Grounds = Annotated[str, Meta(max_length=2_000)]
Announcement = Annotated[str, Meta(max_length=10_000)]
Jurisdiction = Annotated[str, Meta(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?)?\Z")]


def market_of(coin: str, venue: Venue) -> Market:
    """The market of `act.coin`. Raises Refused."""
    market = venue.market_by_name.get(coin)
    if market is None:
        raise Refused(f"act.coin: there is no market `{coin}`")
    return market


def positive_usd(amount: str) -> int:
    """`act.amount` in micro-USD. Raises Refused."""
    value = micro_usd(amount)
    if value <= 0:
        raise Refused("act.amount: expected an amount above zero")
    return value


def price_atoms(text: str, market: Market, where: str) -> int:
    """A price in the market's atoms. Raises Refused for zero and for more digits than it holds."""
    decimals = PRICE_AND_SIZE_DECIMALS - market.size_decimals
    atoms = units(text, decimals)
    if atoms < 0:
        raise Refused(f"{where}: {market.name} has prices of at most {decimals} decimals")
    if atoms == 0:
        raise Refused(f"{where}: expected a price above zero")
    return atoms


def one_of(text: str, allowed: Iterable[str], where: str) -> str:
    """The word, if it is one of those allowed. Raises Refused, which lists them."""
    known = list(allowed)
    if text not in known:
        raise Refused(f"{where}: `{text[:SHOWN]}` is not one of {', '.join(known)}")
    return text


def nanoseconds(time_ms: int) -> int:
    """Milliseconds of the wire as nanoseconds."""
    return time_ms * NS_PER_MS
