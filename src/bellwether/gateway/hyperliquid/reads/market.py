"""Reads of markets: meta, contexts, books, mids (§2.2 of the dialect)."""

from __future__ import annotations

from typing import Any, Final

from bellwether.engine.limits.caps import is_at_cap
from bellwether.engine.questions import predicted_rate_e12
from bellwether.engine.state.dex import Dex
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.formulas.impact import impact_ask_fine, impact_bid_fine
from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.deploy.commands import (
    FIRST_INSERTED_TABLE,
    FIRST_TIERED_TABLE,
)
from bellwether.gateway.hyperliquid.reads.request import Handler, InfoError, ReadingNode, Request
from bellwether.schema import codes
from bellwether.schema.instrument import MarginTier
from bellwether.views.views import Views

USDC_TOKEN: Final = 0
BOOK_LEVELS: Final = 20
MS_PER_HOUR: Final = 3_600_000

_VENUE_NAME: Final = "HlPerp"
_MARGIN_MODES: Final[dict[int, str]] = {
    codes.NO_CROSS: "noCross",
    codes.STRICT_ISOLATED: "strictIsolated",
}
_NO_ADDRESS: Final = "0x" + "0" * 40


def table_id(market: Market) -> int:
    """Return the market's margin table: its leverage where there is but one tier."""
    if len(market.spec.tiers) == 1:
        return market.spec.max_leverage
    return FIRST_TIERED_TABLE + market.dex.markets.index(market)


def margin_table(market: Market) -> dict[str, Any]:
    """Return the tiers of a market."""
    return {
        "description": f"tiers of {market.name}",
        "marginTiers": tiers_of(market.spec.tiers),
    }


def inserted_tables(dex: Dex) -> list[list[Any]]:
    """Return the tables that the dex's deployer has inserted, with their numbers."""
    return [
        [FIRST_INSERTED_TABLE + place, {"description": text, "marginTiers": tiers_of(tiers)}]
        for place, (text, tiers) in enumerate(dex.margin_tables)
    ]


def tiers_of(tiers: tuple[MarginTier, ...]) -> list[dict[str, Any]]:
    """Return tiers as the dialect shows them."""
    return [
        {"lowerBound": render.usd(tier.lower_bound_e6), "maxLeverage": tier.max_leverage}
        for tier in tiers
    ]


def universe_entry(market: Market) -> dict[str, Any]:
    """Return a market's entry in `universe`; flags that do not hold are absent."""
    spec = market.spec
    shown: dict[str, Any] = {
        "szDecimals": market.size_decimals,
        "name": market.name,
        "maxLeverage": market.max_leverage,
        "marginTableId": table_id(market),
    }
    if spec.margin_mode != codes.CROSS:
        shown["onlyIsolated"] = True
        shown["marginMode"] = _MARGIN_MODES[spec.margin_mode]
    if market.phase == codes.SETTLED:
        shown["isDelisted"] = True
    if spec.growth_mode:
        shown["growthMode"] = "enabled"
    return shown


def meta(dex: Dex) -> dict[str, Any]:
    """Return a dex's markets in the order of their asset ids."""
    tiered = [market for market in dex.markets if len(market.spec.tiers) > 1]
    return {
        "universe": [universe_entry(market) for market in dex.markets],
        "marginTables": [
            *([table_id(market), margin_table(market)] for market in tiered),
            *inserted_tables(dex),
        ],
        "collateralToken": USDC_TOKEN,
    }


def impact_prices(market: Market) -> tuple[int, int]:
    """Return the impact bid and ask in fine price, -1 where a side is too thin (PRICE-1)."""
    if market.impact_version == market.book.version:
        return market.impact_bid_fine, market.impact_ask_fine
    notional = market.spec.oracle.impact_notional_e6
    bid = impact_bid_fine(market.book.depth(True, notional), notional)
    return bid, impact_ask_fine(market.book.depth(False, notional), notional)


def context(views: Views, market: Market, now_ms: int) -> dict[str, Any]:
    """Return a market's context: prices, the day's volume, funding, open interest."""
    day = views.day_statistics.of(market.asset, now_ms)
    bid, ask = impact_prices(market)
    both = bid >= 0 and ask >= 0
    return {
        "funding": render.rate(predicted_rate_e12(market)),
        "openInterest": render.sz(market, market.open_interest_lots),
        "prevDayPx": render.px(market, day.previous_price),
        "dayNtlVlm": render.usd(day.value),
        "premium": render.rate(market.premium_e12()) if both else None,
        "oraclePx": render.px(market, market.oracle_price),
        "markPx": render.px(market, market.mark_price),
        "midPx": render.mid_px(market),
        "impactPxs": [render.rounded_px(market, bid), render.rounded_px(market, ask)]
        if both
        else None,
        "dayBaseVlm": render.sz(market, day.lots),
    }


def contexts(views: Views, dex: Dex, now_ms: int) -> list[dict[str, Any]]:
    """Return the contexts of a dex, parallel to its universe."""
    return [context(views, market, now_ms) for market in dex.markets]


def mids(dex: Dex) -> dict[str, str]:
    """Return coin -> mid; the mark while a side of the book is empty."""
    return {
        market.name: render.mid_px(market) or render.px(market, market.mark_price)
        for market in dex.markets
    }


def now_ms(venue: Venue) -> int:
    """Return the engine's time in milliseconds."""
    return venue.time_ns // render.NS_PER_MS


def book(
    market: Market, time_ms: int, figures: int | None, mantissa: int | None, count: int
) -> dict[str, Any]:
    """Return both sides of a book, best first, in levels of `figures` significant figures."""
    shown: dict[str, Any] = {"coin": market.name, "time": time_ms}
    if figures is None:
        shown["levels"] = [render.levels(market, True, count), render.levels(market, False, count)]
        return shown
    step = mantissa or 1
    shown["levels"] = [
        _grouped(market, True, figures, step, count),
        _grouped(market, False, figures, step, count),
    ]
    bid, ask = market.book.best_bid, market.book.best_ask
    if bid and ask:
        shown["spread"] = render.px(market, ask - bid)
    return shown


def _grouped(
    market: Market, is_buy: bool, figures: int, mantissa: int, count: int
) -> list[dict[str, Any]]:
    """Levels of a side put together: bids down, asks up."""
    found: list[list[int]] = []
    for price, lots, orders in market.book.levels(is_buy, 1 << 30):
        step = 10 ** max(len(str(price)) - figures, 0) * mantissa
        grouped = price - price % step if is_buy else price + -price % step
        if found and found[-1][0] == grouped:
            found[-1][1] += lots
            found[-1][2] += orders
        elif len(found) == count:
            break
        else:
            found.append([grouped, lots, orders])
    return [
        {"px": render.px(market, price), "sz": render.sz(market, lots), "n": orders}
        for price, lots, orders in found
    ]


def grouping(request: Request) -> tuple[int | None, int | None]:
    """Return nSigFigs and mantissa; combinations the venue does not have are a 500."""
    figures, mantissa = request.raw("nSigFigs"), request.raw("mantissa")
    figures = None if figures is None else request.number("nSigFigs")
    mantissa = None if mantissa is None else request.number("mantissa")
    if figures not in (None, 2, 3, 4, 5) or mantissa not in (None, 2, 5):
        raise InfoError(500, "null")
    if mantissa is not None and figures != 5:
        raise InfoError(500, "null")
    return figures, mantissa


async def _meta(node: ReadingNode, request: Request) -> Any:
    dex = request.dex()
    return await node.read(lambda _: meta(dex))


async def _meta_and_contexts(node: ReadingNode, request: Request) -> Any:
    dex, views = request.dex(), node.views
    return await node.read(lambda venue: [meta(dex), contexts(views, dex, now_ms(venue))])


async def _all_metas(node: ReadingNode, request: Request) -> Any:
    return await node.read(lambda venue: [meta(dex) for dex in venue.dexes])


async def _perp_dexs(node: ReadingNode, request: Request) -> Any:
    return await node.read(lambda venue: [None, *(_dex_entry(d) for d in venue.dexes[1:])])


def _recipient(dex: Dex) -> str | None:
    found = dex.fee_recipient
    return None if found is None else render.address(found.user.address)


def _annotation(market: Market, concise: bool) -> dict[str, Any] | None:
    """What a deployer says of a market; optional keys are absent where there is nothing."""
    if market.annotation is None:
        return None
    category, description, name, keywords = market.annotation
    shown: dict[str, Any] = {"category": category}
    if not concise:
        shown["description"] = description
    if name:
        shown["displayName"] = name
    if keywords:
        shown["keywords"] = list(keywords)
    return shown


async def _perp_annotation(node: ReadingNode, request: Request) -> Any:
    market = request.venue.market_by_name.get(request.text("coin"))
    if market is None:
        return None
    return await node.read(lambda venue: _annotation(market, False))


async def _perp_categories(node: ReadingNode, request: Request) -> Any:
    return await node.read(
        lambda venue: [
            [market.name, market.annotation[0]]
            for market in venue.markets.values()
            if market.annotation is not None
        ]
    )


async def _perp_concise_annotations(node: ReadingNode, request: Request) -> Any:
    return await node.read(
        lambda venue: [
            [market.name, _annotation(market, True)]
            for market in venue.markets.values()
            if market.annotation is not None
        ]
    )


def _dex_entry(dex: Dex) -> dict[str, Any]:
    return {
        "name": dex.name,
        "fullName": dex.name,
        "deployer": render.address(dex.deployer) if dex.deployer else _NO_ADDRESS,
        "oracleUpdater": None,
        "feeRecipient": _recipient(dex),
        "assetToStreamingOiCap": [
            [market.name, render.usd(market.open_interest_cap_e6)] for market in dex.markets
        ],
        "subDeployers": [
            [variant, [render.address(key) for key in keys]]
            for variant, keys in dex.sub_deployers.items()
            if keys
        ],
        "deployerFeeScale": "1.0",
        "lastDeployerFeeScaleChangeTime": "1970-01-01T00:00:00",
        "assetToFundingMultiplier": [
            [market.name, render.usd(market.spec.funding.multiplier_e6)] for market in dex.markets
        ],
        "assetToFundingInterestRate": [
            [market.name, render.rate(market.spec.funding.interest_e12)] for market in dex.markets
        ],
    }


async def _all_mids(node: ReadingNode, request: Request) -> Any:
    dex = request.dex()
    return await node.read(lambda _: mids(dex))


async def _l2_book(node: ReadingNode, request: Request) -> Any:
    figures, mantissa = grouping(request)
    market = request.venue.market_by_name.get(request.text("coin"))
    if market is None:
        return None
    return await node.read(
        lambda venue: book(market, now_ms(venue), figures, mantissa, BOOK_LEVELS)
    )


async def _predicted_fundings(node: ReadingNode, request: Request) -> Any:
    def answer(venue: Venue) -> Any:
        next_hour = (now_ms(venue) // MS_PER_HOUR + 1) * MS_PER_HOUR
        return [
            [market.name, [[_VENUE_NAME, _predicted(market, next_hour)]]]
            for dex in venue.dexes
            for market in dex.markets
        ]

    return await node.read(answer)


def _predicted(market: Market, next_hour: int) -> dict[str, Any]:
    rate = render.rate(predicted_rate_e12(market))
    return {"fundingRate": rate, "nextFundingTime": next_hour, "fundingIntervalHours": 1}


def at_cap(dex: Dex) -> list[str]:
    """Return the markets whose open interest has reached a cap (MARG-7, MARG-8)."""
    return [
        market.name
        for market in dex.markets
        if market.long_lots >= market.most_lots or is_at_cap(market)
    ]


async def _at_cap(node: ReadingNode, request: Request) -> Any:
    dex = request.dex()
    return await node.read(lambda _: at_cap(dex))


async def _dex_limits(node: ReadingNode, request: Request) -> Any:
    request.text("dex")
    dex = request.dex()
    if dex.number == 0:
        return None
    caps = [[market.name, render.usd(market.open_interest_cap_e6)] for market in dex.markets]
    total = max((market.dex_cap_e6 for market in dex.markets), default=0)
    total = total or sum(market.open_interest_cap_e6 for market in dex.markets)
    return {
        "totalOiCap": render.usd(total),
        "oiSzCapPerPerp": "0.0",
        "maxTransferNtl": render.usd(total),
        "coinToOiCap": caps,
    }


async def _dex_status(node: ReadingNode, request: Request) -> Any:
    request.text("dex")
    dex = request.dex()
    net = await node.read(lambda _: dex.ledger.deposits - dex.ledger.withdrawals)
    return {"totalNetDeposit": render.unsigned_usd(net)}


async def _margin_table(node: ReadingNode, request: Request) -> Any:
    number, dex = request.number("id"), request.dex()
    if 0 < number < FIRST_TIERED_TABLE:
        return {"description": "", "marginTiers": [{"lowerBound": "0.0", "maxLeverage": number}]}
    for market in dex.markets:
        if len(market.spec.tiers) > 1 and table_id(market) == number:
            return margin_table(market)
    for inserted, table in inserted_tables(dex):
        if inserted == number:
            return table
    raise WrongShape(f"id: there is no margin table {number}")


HANDLERS: Final[dict[str, Handler]] = {
    "meta": _meta,
    "metaAndAssetCtxs": _meta_and_contexts,
    "allPerpMetas": _all_metas,
    "perpDexs": _perp_dexs,
    "perpAnnotation": _perp_annotation,
    "perpCategories": _perp_categories,
    "perpConciseAnnotations": _perp_concise_annotations,
    "allMids": _all_mids,
    "l2Book": _l2_book,
    "predictedFundings": _predicted_fundings,
    "perpsAtOpenInterestCap": _at_cap,
    "perpDexLimits": _dex_limits,
    "perpDexStatus": _dex_status,
    "marginTable": _margin_table,
}
