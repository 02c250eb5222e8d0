"""Subscriptions: what may be asked for, and what is echoed (§4.2 of the dialect)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid.reads.market import grouping
from bellwether.gateway.hyperliquid.reads.request import Request
from bellwether.views.candles import INTERVALS_MS

_SPOT_PAIR: Final = re.compile(r"@[0-9]{1,9}|[A-Za-z0-9]{1,12}/[A-Za-z0-9]{1,12}", re.ASCII)


class Topic(NamedTuple):
    """What is sent once to all who asked for the same: `name` is a coin or a dex.

    `detail` is an interval, a grouping of levels, or a flag.
    """

    kind: str
    user: bytes = b""
    name: str = ""
    detail: tuple[int | None, ...] | str = ""


def topic_of(subscription: dict[str, Any], venue: Venue) -> tuple[Topic, dict[str, Any]]:
    """Return the topic asked for and the echo: what was asked for, and the defaults.

    Raises WrongShape or InfoError.
    """
    request = Request(subscription, venue)
    kind = request.text("type")
    parser = _PARSERS.get(kind)
    if parser is None:
        raise WrongShape(f"type: unknown subscription `{kind[:64]}`")
    topic, defaults = parser(kind, request)
    return topic, {**defaults, **subscription}


Parsed = tuple[Topic, dict[str, Any]]


def _alone(kind: str, request: Request) -> Parsed:
    return Topic(kind), {}


def _of_coin(kind: str, request: Request) -> Parsed:
    return Topic(kind, name=request.market().name), {}


def _context(kind: str, request: Request) -> Parsed:
    """Pairs of spot tokens are followed in silence: there are none here, and no context of them."""
    coin = request.text("coin")
    if _SPOT_PAIR.fullmatch(coin) and coin not in request.venue.market_by_name:
        return Topic("activeSpotAssetCtx", name=coin), {}
    return _of_coin(kind, request)


def _of_any_coin(kind: str, request: Request) -> Parsed:
    if request.raw("coin") is None:
        return Topic(kind), {}
    return _of_coin(kind, request)


def _of_dex(kind: str, request: Request) -> Parsed:
    return Topic(kind, name=request.dex().name), {}


def _of_user(kind: str, request: Request) -> Parsed:
    return Topic("userEvents" if kind == "user" else kind, request.address()), {}


def _of_user_and_dex(kind: str, request: Request) -> Parsed:
    return Topic(kind, request.address(), request.dex().name), {}


def _of_user_and_coin(kind: str, request: Request) -> Parsed:
    return Topic(kind, request.address(), request.market().name), {}


def _candle(kind: str, request: Request) -> Parsed:
    interval = request.text("interval")
    if interval not in INTERVALS_MS:
        raise WrongShape(f"interval: expected one of {', '.join(INTERVALS_MS)}")
    return Topic(kind, name=request.market().name, detail=interval), {}


def _book(kind: str, request: Request) -> Parsed:
    figures, mantissa = grouping(request)
    detail = (figures, mantissa, int(request.flag("fast")))
    topic = Topic(kind, name=request.market().name, detail=detail)
    return topic, {"nSigFigs": None, "mantissa": None}


def _fills(kind: str, request: Request) -> Parsed:
    detail = "merged" if request.flag("aggregateByTime") else ""
    return Topic(kind, request.address(), detail=detail), {"aggregateByTime": False}


_PARSERS: Final[dict[str, Callable[[str, Request], Parsed]]] = {
    "allMids": _of_dex,
    "assetCtxs": _of_dex,
    "allDexsAssetCtxs": _alone,
    "fastAssetCtxs": _alone,
    "spotAssetCtxs": _alone,
    "outcomeMetaUpdates": _alone,
    "announcements": _of_any_coin,
    "l2Book": _book,
    "bbo": _of_coin,
    "trades": _of_coin,
    "activeAssetCtx": _context,
    "candle": _candle,
    "orderUpdates": _of_user,
    "userEvents": _of_user,
    "user": _of_user,
    "userFills": _fills,
    "userFundings": _of_user,
    "userNonFundingLedgerUpdates": _of_user,
    "userHistoricalOrders": _of_user,
    "userTwapHistory": _of_user,
    "userTwapSliceFills": _of_user,
    "notification": _of_user,
    "webData2": _of_user,
    "webData3": _of_user,
    "spotState": _of_user,
    "allDexsClearinghouseState": _of_user,
    "clearinghouseState": _of_user_and_dex,
    "openOrders": _of_user_and_dex,
    "twapStates": _of_user_and_dex,
    "activeAssetData": _of_user_and_coin,
}

SUBSCRIPTION_KINDS: Final = frozenset(_PARSERS)
"""Everything that can be subscribed to."""
