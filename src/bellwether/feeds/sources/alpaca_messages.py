"""Messages of Alpaca's market data, version 2: what is read of them, prices exactly as written.

The stream sends arrays; `T` says what each element is: `success`, `error` and `subscription` about
the connection, `t` a trade, `q` a quote, `x` a trade called back, `c` a trade corrected. The same
trades and quotes, without `T` and `S`, come from the HTTP snapshot.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import msgspec

from bellwether.feeds.decoding import decoded
from bellwether.feeds.prices.halts import Bands
from bellwether.feeds.prices.notices import HALT, Notice
from bellwether.feeds.prices.prints import PriceUnusable, Print, middle_e8, price_e8
from bellwether.units.clock_text import TimeError, parse_time_ns

FEED_PATHS: Final = {
    "sip": "v2/sip",
    "iex": "v2/iex",
    "boats": "v1beta1/boats",
    "overnight": "v1beta1/overnight",
}
REGULAR_QUOTE: Final = "R"
HALTS: Final = frozenset({"2", "H", "P"})
"""Codes of both tapes for a halt and a volatility pause; quotation that resumes is no trading."""
RESUMPTIONS: Final = frozenset({"3", "T"})
TELLING: Final = frozenset({"sip", "iex"})
"""Feeds that tell of halts and bands."""


class Head(msgspec.Struct, frozen=True):
    """Of any message."""

    kind: str = msgspec.field(name="T")
    symbol: str = msgspec.field(name="S", default="")
    code: int = 0
    msg: str = ""


class Trade(msgspec.Struct, frozen=True):
    """A trade; `x` is the exchange, `c` the tape's conditions, `z` the tape."""

    p: Decimal
    t: str
    i: int | str = ""
    x: str = ""
    c: list[str] = []
    z: str = ""


class Quote(msgspec.Struct, frozen=True):
    """The best bid and offer; a missing side is 0."""

    bp: Decimal
    ap: Decimal
    t: str
    c: list[str] = []


class Cancel(msgspec.Struct, frozen=True):
    """A trade called back, or found to be an error."""

    i: int | str
    x: str = ""


class Correction(msgspec.Struct, frozen=True):
    """Original and corrected trade."""

    oi: int | str
    ci: int | str
    cp: Decimal
    t: str
    x: str = ""
    cc: list[str] = []


class Status(msgspec.Struct, frozen=True):
    """A trading status: `sc` is its code, `rc` and `rm` say why."""

    sc: str
    t: str
    rc: str = ""
    rm: str = ""


class PriceBands(msgspec.Struct, frozen=True):
    """Limit up and limit down."""

    u: Decimal
    d: Decimal
    t: str


class Subscription(msgspec.Struct, frozen=True):
    """What the stream delivers from now on."""

    trades: list[str] = []
    quotes: list[str] = []
    statuses: list[str] = []
    lulds: list[str] = []


REASON_SHOWN: Final = 200


def elements(frame: str | bytes) -> list[tuple[Head, msgspec.Raw]]:
    """The messages of one frame. Raises msgspec.DecodeError."""
    return [(decoded(raw, Head), raw) for raw in decoded(frame, list[msgspec.Raw])]


def trade_print(coin: str, trade: Trade) -> Print:
    """Raises PriceUnusable."""
    key = trade_key(trade.x, trade.i)
    return Print(coin, price_e8(trade.p), _moment(trade.t), key, tuple(trade.c))


def corrected_trade(correction: Correction) -> Trade:
    """The trade as it should have been."""
    return Trade(correction.cp, correction.t, correction.ci, correction.x, correction.cc)


def quote_print(coin: str, quote: Quote, widest_e6: int) -> Print:
    """The middle of a quote. Raises PriceUnusable."""
    if quote.bp <= 0 or quote.ap <= 0:
        raise PriceUnusable("quote of one side")
    middle = middle_e8(price_e8(quote.bp), price_e8(quote.ap), widest_e6)
    return Print(coin, middle, _moment(quote.t))


def halt_notice(coin: str, status: Status) -> Notice | None:
    """A halt or a resumption; None for a status that is neither. Raises PriceUnusable."""
    if status.sc not in HALTS | RESUMPTIONS:
        return None
    reason = " ".join(part for part in (status.rc, status.rm) if part)[:REASON_SHOWN]
    return Notice(HALT, coin, _moment(status.t), halted=status.sc in HALTS, reason=reason)


def price_bands(bands: PriceBands) -> Bands:
    """Raises PriceUnusable."""
    return Bands(price_e8(bands.d), price_e8(bands.u), _moment(bands.t))


def trade_key(exchange: str, number: int | str) -> str:
    """Numbers of trades are given by each exchange on its own."""
    return f"{exchange}{number}"


def snapshot(content: bytes, what: str, kind: Any) -> dict[str, Any]:
    """By symbol, the latest trades or quotes of an HTTP answer. Raises msgspec.DecodeError."""
    answer = decoded(content, dict[str, msgspec.Raw])
    if what not in answer:
        raise msgspec.DecodeError(f"{what} is missing")
    found: dict[str, Any] = decoded(answer[what], dict[str, kind])
    return found


def _moment(text: str) -> int:
    try:
        return parse_time_ns(text)
    except TimeError:
        raise PriceUnusable(f"{text[:40]!r} is not a time") from None
