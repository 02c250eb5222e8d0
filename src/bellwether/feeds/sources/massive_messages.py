"""Messages of Massive's stock stream (formerly Polygon.io): what is read, prices as written.

The stream sends arrays; `ev` says what each element is: `status` about the connection, `NOI` what
an auction indicates, `LULD` price bands, halts and resumptions. Times are Unix milliseconds.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from bellwether.feeds.decoding import decoded
from bellwether.feeds.prices.halts import Bands
from bellwether.feeds.prices.notices import HALT, INDICATION, Notice
from bellwether.feeds.prices.prints import PriceUnusable, price_e8
from bellwether.units.quantities import NS_PER_MS

OPENINGS: Final = frozenset({"O", "M", "H"})
"""Auctions that open a share: early, core, and after a halt. The others close it."""
_HALT: Final = 17
_RESUMPTION: Final = 18
_MOST_SHARES: Final = 10**15


class Head(msgspec.Struct, frozen=True):
    """Of any message."""

    ev: str
    symbol: str = msgspec.field(name="T", default="")
    status: str = ""
    message: str = ""


class Imbalance(msgspec.Struct, frozen=True):
    """`b` is where the book would clear and `p` how many shares would trade there."""

    t: int
    a: str = ""
    p: int = 0
    b: Decimal = Decimal(0)


class PriceBands(msgspec.Struct, frozen=True):
    """The indicators in `i` tell of halts as well."""

    t: int
    high: Decimal = msgspec.field(name="h", default=Decimal(0))
    low: Decimal = msgspec.field(name="l", default=Decimal(0))
    i: list[int] = []


def elements(frame: str | bytes) -> list[tuple[Head, msgspec.Raw]]:
    """The messages of one frame. Raises msgspec.DecodeError."""
    return [(decoded(raw, Head), raw) for raw in decoded(frame, list[msgspec.Raw])]


def indication(coin: str, seen: Imbalance) -> Notice:
    """Raises PriceUnusable."""
    if seen.a not in OPENINGS:
        raise PriceUnusable("not an opening auction")
    if not 0 <= seen.p <= _MOST_SHARES:
        raise PriceUnusable(f"{seen.p} is not a number of shares")
    price = price_e8(seen.b)
    return Notice(INDICATION, coin, seen.t * NS_PER_MS, price_e8=price, shares=seen.p)


def halt_notice(coin: str, bands: PriceBands) -> Notice | None:
    """A halt or a resumption, if it is one."""
    if _HALT not in bands.i and _RESUMPTION not in bands.i:
        return None
    halted = _RESUMPTION not in bands.i
    return Notice(HALT, coin, bands.t * NS_PER_MS, halted=halted, reason="LULD")


def price_bands(bands: PriceBands) -> Bands:
    """Raises PriceUnusable."""
    return Bands(price_e8(bands.low), price_e8(bands.high), bands.t * NS_PER_MS)
