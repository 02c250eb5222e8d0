"""Channels that show a state: every message replaces the one before (§4.2 of the dialect)."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from typing import Any, Final

import msgspec

from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads import account as accounts, market as markets, twaps
from bellwether.gateway.hyperliquid.reads.market import now_ms
from bellwether.gateway.hyperliquid.streams.topic import Topic
from bellwether.views.views import Views

FAST_LEVELS: Final = 5

Renderer = Callable[[Venue, Views, Topic], Any]


def _market(venue: Venue, topic: Topic) -> Market:
    return venue.market_by_name[topic.name]


def _book(venue: Venue, views: Views, topic: Topic) -> Any:
    assert isinstance(topic.detail, tuple), "a book's topic says how levels are grouped"
    figures, mantissa, fast = topic.detail
    count = FAST_LEVELS if fast else markets.BOOK_LEVELS
    shown = markets.book(_market(venue, topic), now_ms(venue), figures, mantissa, count)
    if fast:
        shown["fast"] = True
    return shown


def _bbo(venue: Venue, views: Views, topic: Topic) -> Any:
    market = _market(venue, topic)
    sides = (render.levels(market, True, 1), render.levels(market, False, 1))
    best = [side[0] if side else None for side in sides]
    return {"coin": market.name, "time": now_ms(venue), "bbo": best}


def _context(venue: Venue, views: Views, topic: Topic) -> Any:
    market = _market(venue, topic)
    return {"coin": market.name, "ctx": markets.context(views, market, now_ms(venue))}


def _candle(venue: Venue, views: Views, topic: Topic) -> Any:
    assert isinstance(topic.detail, str), "a candle's topic says its interval"
    market = _market(venue, topic)
    row = views.candles.running(market.asset, topic.detail, now_ms(venue))
    return None if row is None else render.candle(market, topic.detail, row)


def _mids(venue: Venue, views: Views, topic: Topic) -> Any:
    shown: dict[str, Any] = {"mids": markets.mids(venue.dex_by_name[topic.name])}
    if topic.name:
        shown["dex"] = topic.name
    return shown


def _contexts(venue: Venue, views: Views, topic: Topic) -> Any:
    dex = venue.dex_by_name[topic.name]
    return {"dex": dex.name, "ctxs": markets.contexts(views, dex, now_ms(venue))}


def _all_contexts(venue: Venue, views: Views, topic: Topic) -> Any:
    time_ms = now_ms(venue)
    return {"ctxs": [[d.name, markets.contexts(views, d, time_ms)] for d in venue.dexes]}


def _fast_contexts(venue: Venue, views: Views, topic: Topic) -> Any:
    shown = {
        market.name: {
            "markPx": render.px(market, market.mark_price),
            "midPx": render.mid_px(market),
        }
        for dex in venue.dexes
        for market in dex.markets
    }
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = deflate.compress(msgspec.json.encode(shown)) + deflate.flush()
    return base64.b64encode(packed).decode()


def _clearinghouse(venue: Venue, views: Views, topic: Topic) -> Any:
    account = accounts.account_of(venue, topic.user, venue.dex_by_name[topic.name])
    return {
        "dex": topic.name,
        "user": render.address(topic.user),
        "clearinghouseState": accounts.clearinghouse_state(account, now_ms(venue)),
    }


def _all_clearinghouses(venue: Venue, views: Views, topic: Topic) -> Any:
    time_ms = now_ms(venue)
    found = [
        [
            dex.name,
            accounts.clearinghouse_state(accounts.account_of(venue, topic.user, dex), time_ms),
        ]
        for dex in venue.dexes
    ]
    return {"user": render.address(topic.user), "clearinghouseStates": found}


def _open_orders(venue: Venue, views: Views, topic: Topic) -> Any:
    account = accounts.account_of(venue, topic.user, venue.dex_by_name[topic.name])
    return {
        "dex": topic.name,
        "user": render.address(topic.user),
        "orders": accounts.frontend_open_orders(venue, account),
    }


def _spot_state(venue: Venue, views: Views, topic: Topic) -> Any:
    return {
        "user": render.address(topic.user),
        "spotState": accounts.spot_state(venue, topic.user),
    }


def _active_asset(venue: Venue, views: Views, topic: Topic) -> Any:
    return accounts.active_asset(venue, topic.user, _market(venue, topic))


def _web_data_2(venue: Venue, views: Views, topic: Topic) -> Any:
    return accounts.web_data(venue, views, topic.user)


def _web_data_3(venue: Venue, views: Views, topic: Topic) -> Any:
    return {
        "userState": {
            **accounts.unnamed_agent(venue, topic.user),
            "cumLedger": render.unsigned_usd(views.ledger_updates.net_deposits(topic.user)),
            "serverTime": now_ms(venue),
            "isVault": False,
            "user": render.address(topic.user),
        },
        "perpDexStates": [
            {
                "totalVaultEquity": "0.0",
                "perpsAtOpenInterestCap": markets.at_cap(dex),
                "leadingVaults": [],
            }
            for dex in venue.dexes
        ],
    }


def _twap_states(venue: Venue, views: Views, topic: Topic) -> Any:
    account = accounts.account_of(venue, topic.user, venue.dex_by_name[topic.name])
    shown = twaps.states(account)
    return {"dex": topic.name, "user": render.address(topic.user), "states": shown}


def _no_spot(venue: Venue, views: Views, topic: Topic) -> Any:
    return []


RENDERERS: Final[dict[str, Renderer]] = {
    "l2Book": _book,
    "bbo": _bbo,
    "activeAssetCtx": _context,
    "candle": _candle,
    "allMids": _mids,
    "assetCtxs": _contexts,
    "allDexsAssetCtxs": _all_contexts,
    "fastAssetCtxs": _fast_contexts,
    "clearinghouseState": _clearinghouse,
    "allDexsClearinghouseState": _all_clearinghouses,
    "openOrders": _open_orders,
    "spotState": _spot_state,
    "activeAssetData": _active_asset,
    "webData2": _web_data_2,
    "webData3": _web_data_3,
    "twapStates": _twap_states,
    "spotAssetCtxs": _no_spot,
}
"""Each is called inside `node.read`, so that what it shows is durable when it goes out."""

OF_BOOK: Final = frozenset(("l2Book", "bbo", "activeAssetCtx"))
OF_TRADES: Final = frozenset(("candle", "activeAssetCtx"))
OF_PRICES: Final = frozenset(("activeAssetCtx", "activeAssetData"))
OF_EVERY_MARKET: Final = frozenset(("allMids", "assetCtxs", "allDexsAssetCtxs", "fastAssetCtxs"))
OF_ACCOUNT: Final = frozenset(
    (
        "clearinghouseState",
        "allDexsClearinghouseState",
        "openOrders",
        "activeAssetData",
        "webData2",
        "spotState",
        "twapStates",
    )
)
"""Which channels a change concerns."""

REPEATED: Final = frozenset(
    (
        "l2Book",
        "activeAssetCtx",
        "candle",
        "allMids",
        "clearinghouseState",
        "allDexsClearinghouseState",
        "activeAssetData",
        "webData2",
        "webData3",
    )
)
"""Sent again every few seconds though nothing has changed: clients wait for the next message."""

_BOOK_PACE_S: Final = 0.1
_CONTEXT_PACE_S: Final = 0.5
PACES_S: Final[dict[str, float]] = {
    "l2Book": _BOOK_PACE_S,
    "bbo": 0.02,
    "candle": 0.25,
    "activeAssetCtx": _CONTEXT_PACE_S,
    "allMids": _CONTEXT_PACE_S,
    "assetCtxs": _CONTEXT_PACE_S,
    "allDexsAssetCtxs": _CONTEXT_PACE_S,
    "fastAssetCtxs": _CONTEXT_PACE_S,
    "webData2": 1.0,
    "webData3": 1.0,
}
ACCOUNT_PACE_S: Final = 0.1
"""Least time between two messages of a topic, seconds; accounts where none is named."""


def essence(topic: Topic, shown: Any) -> Any:
    """Return what has to differ for a new message, None where every mark is a change."""
    if topic.kind == "l2Book":
        return shown["levels"]
    return shown["bbo"] if topic.kind == "bbo" else None
