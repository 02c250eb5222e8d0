"""How prices, sizes, orders and fills look on the wire of the Hyperliquid dialect.

Every decimal has a point; addresses are lower case; optional keys are absent rather than null.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from bellwether.book.order import Order
from bellwether.engine.state.market import Market
from bellwether.schema import codes, rejects
from bellwether.units.division import div_half_even
from bellwether.units.fine_price import published_atoms
from bellwether.units.quantities import PRICE_AND_SIZE_DECIMALS
from bellwether.units.text import format_decimal
from bellwether.views import orders
from bellwether.views.announcements import AnnouncementRow
from bellwether.views.candles import Candle
from bellwether.views.history import fills, ledger_updates
from bellwether.views.history.fills import FillRow
from bellwether.views.history.funding import PaymentRow
from bellwether.views.history.ledger_updates import LedgerRow
from bellwether.views.orders import OrderRow
from bellwether.views.trades import TradeRow
from bellwether.views.views import Views

NS_PER_MS: Final = 1_000_000
USDC: Final = "USDC"

_USD_DECIMALS: Final = 6
_RATE_DECIMALS: Final = 12
_ENTRY_EXTRA_DECIMALS: Final = 3
_RETURN_DECIMALS: Final = 8
_SHARE_DECIMALS: Final = 6

_TIME_IN_FORCE: Final[dict[int, str]] = {
    codes.GTC: "Gtc",
    codes.IOC: "Ioc",
    codes.ALO: "Alo",
    codes.FOK: "Ioc",
    codes.FRONTEND_MARKET: "FrontendMarket",
    codes.LIQUIDATION_MARKET: "LiquidationMarket",
    codes.TWAP_SLICE: "Ioc",
}
_TRIGGER_TYPES: Final[dict[int, str]] = {
    codes.STOP_MARKET: "Stop Market",
    codes.STOP_LIMIT: "Stop Limit",
    codes.TAKE_PROFIT_MARKET: "Take Profit Market",
    codes.TAKE_PROFIT_LIMIT: "Take Profit Limit",
}
_WATCHED: Final[dict[int, str]] = {
    codes.BY_MARK: "Price",
    codes.BY_INDEX: "Index price",
    codes.BY_LAST: "Last price",
}
_MARKET_TRIGGERS: Final = (codes.STOP_MARKET, codes.TAKE_PROFIT_MARKET)
_STATUSES: Final[dict[int, str]] = {
    orders.OPEN: "open",
    orders.TRIGGERED: "triggered",
    codes.FILLED: "filled",
    codes.CANCELED: "canceled",
    codes.MARGIN_CANCELED: "marginCanceled",
    codes.SELF_TRADE_CANCELED: "selfTradeCanceled",
    codes.REDUCE_ONLY_CANCELED: "reduceOnlyCanceled",
    codes.SIBLING_FILLED_CANCELED: "siblingFilledCanceled",
    codes.LIQUIDATED_CANCELED: "liquidatedCanceled",
    codes.SCHEDULED_CANCEL: "scheduledCancel",
    codes.IOC_REMAINDER: "canceled",
    codes.TRIGGER_REFUSED: "rejected",
    codes.REPLACED: "canceled",
    codes.OPEN_INTEREST_CAP_CANCELED: "openInterestCapCanceled",
    codes.DELISTED_CANCELED: "delistedCanceled",
    codes.REBASED_CANCELED: "canceled",
    codes.NOT_ELIGIBLE_CANCELED: "canceled",
    codes.RULES_CHANGED_CANCELED: "canceled",
    codes.OWNER_SHARE_CANCELED: "openInterestCapCanceled",
    orders.REFUSED + rejects.VALUE_TOO_SMALL: "minTradeNtlRejected",
    orders.REFUSED + rejects.INSUFFICIENT_MARGIN: "perpMarginRejected",
    orders.REFUSED + rejects.REDUCE_ONLY_INCREASES: "reduceOnlyRejected",
    orders.REFUSED + rejects.POST_ONLY_CROSSES: "badAloPxRejected",
    orders.REFUSED + rejects.NOTHING_TO_MATCH: "iocCancelRejected",
    orders.REFUSED + rejects.NOT_FULLY_MATCHED: "iocCancelRejected",
    orders.REFUSED + rejects.TRIGGER_PRICE_INVALID: "badTriggerPxRejected",
    orders.REFUSED + rejects.NO_LIQUIDITY: "marketOrderNoLiquidityRejected",
    orders.REFUSED + rejects.OPEN_INTEREST_CAPPED: "positionIncreaseAtOpenInterestCapRejected",
    orders.REFUSED + rejects.OWNER_SHARE_REACHED: "positionIncreaseAtOpenInterestCapRejected",
    orders.REFUSED + rejects.DEX_INTEREST_CAPPED: "positionIncreaseAtOpenInterestCapRejected",
    orders.REFUSED + rejects.BEYOND_ORACLE_AT_CAP: "tooAggressiveAtOpenInterestCapRejected",
    orders.REFUSED + rejects.TRAIL_INVALID: "badTriggerPxRejected",
    orders.REFUSED + rejects.POSITION_LIMIT: "perpMaxPositionRejected",
    orders.REFUSED + rejects.MARGIN_TIER_EXCEEDED: "perpMaxPositionRejected",
    orders.REFUSED + rejects.TOO_MANY_OPEN_ORDERS: "tooManyOpenOrdersRejected",
    orders.REFUSED + rejects.PRICE_OFF_TICK: "tickRejected",
    orders.REFUSED + rejects.PRICE_TOO_FAR: "oracleRejected",
}
NOT_BY_USER: Final = frozenset(
    (
        codes.MARGIN_CANCELED,
        codes.SELF_TRADE_CANCELED,
        codes.REDUCE_ONLY_CANCELED,
        codes.SIBLING_FILLED_CANCELED,
        codes.LIQUIDATED_CANCELED,
        codes.SCHEDULED_CANCEL,
        codes.OPEN_INTEREST_CAP_CANCELED,
        codes.DELISTED_CANCELED,
        codes.REBASED_CANCELED,
        codes.NOT_ELIGIBLE_CANCELED,
        codes.RULES_CHANGED_CANCELED,
        codes.OWNER_SHARE_CANCELED,
    )
)
"""Endings that the order's owner did not ask for."""


@lru_cache(maxsize=1 << 16)
def decimal(value: int, decimals: int) -> str:
    """Return `value` units of 10^-`decimals` with a point; the same few prices come often."""
    return format_decimal(value, decimals)


def usd(value_e6: int) -> str:
    """Return micro-USD in USD."""
    return format_decimal(value_e6, _USD_DECIMALS)


def unsigned_usd(value_e6: int) -> str:
    """Return micro-USD in USD where the dialect has no sign: below zero it is zero."""
    return format_decimal(max(value_e6, 0), _USD_DECIMALS)


def rate(rate_e12: int) -> str:
    """Return a rate without an exponent."""
    return format_decimal(rate_e12, _RATE_DECIMALS)


def price_decimals(market: Market) -> int:
    """Return the decimals of the market's price atoms (UNIT-2)."""
    return PRICE_AND_SIZE_DECIMALS - market.size_decimals


def px(market: Market, atoms: int) -> str:
    """Return a price in USD."""
    return decimal(atoms, PRICE_AND_SIZE_DECIMALS - market.size_decimals)


def fine_px(market: Market, fine: int) -> str:
    """Return a fine price in USD, every digit of it."""
    return format_decimal(fine, price_decimals(market) + 9)


def rounded_px(market: Market, fine: int) -> str:
    """Return a fine price in USD as it is published (UNIT-4)."""
    return px(market, published_atoms(fine))


def sz(market: Market, lots: int) -> str:
    """Return a size in contracts."""
    return decimal(lots, market.size_decimals)


def average_px(market: Market, value_e6: int, lots: int) -> str:
    """Return the average price of `lots` worth `value_e6`, a few digits finer than an atom."""
    extra = 10**_ENTRY_EXTRA_DECIMALS
    fine = div_half_even(abs(value_e6) * extra, abs(lots))
    return format_decimal(fine, price_decimals(market) + _ENTRY_EXTRA_DECIMALS)


def ratio(part: int, whole: int) -> str:
    """Return a quotient; 0.0 of nothing."""
    if whole <= 0:
        return "0.0"
    return format_decimal(div_half_even(part * 10**_RETURN_DECIMALS, whole), _RETURN_DECIMALS)


def address(raw: bytes) -> str:
    """Return an address, client id or hash in lower case."""
    return "0x" + raw.hex()


def hash_of(seq: int) -> str:
    """Return what stands for a transaction's hash: the command's place in the journal."""
    return f"0x{seq:064x}"


def side(is_buy: int) -> str:
    """Return B for a buy, A for a sell."""
    return "B" if is_buy else "A"


def mid_px(market: Market) -> str | None:
    """Return the middle of the book, None while a side is empty."""
    bid, ask = market.book.best_bid, market.book.best_ask
    if not bid or not ask:
        return None
    return decimal((bid + ask) * 5, price_decimals(market) + 1)


def levels(market: Market, is_buy: bool, count: int) -> list[dict[str, Any]]:
    """Return the best levels of a side."""
    found = market.book.levels(is_buy, count)
    return [{"px": px(market, p), "sz": sz(market, lots), "n": n} for p, lots, n in found]


def status_text(status: int) -> str:
    """Return the dialect's word for an order's status."""
    return _STATUSES.get(status, "rejected")


def order_type(trigger: int, time_in_force: int) -> str:
    """Return the dialect's order type."""
    if trigger != codes.NO_TRIGGER:
        return _TRIGGER_TYPES[trigger]
    if time_in_force == codes.TWAP_SLICE:
        return "Twap Slice"
    is_market = time_in_force in (codes.FRONTEND_MARKET, codes.LIQUIDATION_MARKET)
    return "Market" if is_market else "Limit"


def trigger_condition(
    market: Market, trigger: int, is_buy: bool, price: int, trigger_by: int = codes.BY_MARK
) -> str:
    """Return in words what an order waits for; a whole price is written without a point."""
    if trigger == codes.NO_TRIGGER:
        return "N/A"
    is_stop = trigger in (codes.STOP_MARKET, codes.STOP_LIMIT)
    word = "above" if is_stop == is_buy else "below"
    return f"{_WATCHED[trigger_by]} {word} {px(market, price).removesuffix('.0')}"


def open_order(market: Market, order: Order) -> dict[str, Any]:
    """Return a live order in its short form."""
    shown: dict[str, Any] = {
        "coin": market.name,
        "side": side(order.is_buy),
        "limitPx": px(market, order.price),
        "sz": sz(market, order.lots),
        "oid": order.order_id,
        "timestamp": order.placed_ns // NS_PER_MS,
        "origSz": sz(market, order.original_lots),
    }
    if order.client_order_id:
        shown["cloid"] = address(order.client_order_id)
    if order.reduce_only:
        shown["reduceOnly"] = True
    return shown


def frontend_order(market: Market, order: Order) -> dict[str, Any]:
    """Return a live order with everything about its trigger and its children."""
    row = OrderRow(
        user=0,
        oid=order.order_id,
        asset=order.asset,
        is_buy=order.is_buy,
        price=order.price,
        lots=order.lots,
        original_lots=order.original_lots,
        time_in_force=order.time_in_force,
        reduce_only=order.reduce_only,
        cloid=order.client_order_id,
        trigger=order.trigger,
        trigger_price=market.triggers.trigger_price(order),
        is_position_tpsl=order.is_position_tpsl,
        parent_id=order.parent_id,
        placed_ms=order.placed_ns // NS_PER_MS,
        status=orders.OPEN,
        status_ms=0,
        trail_atoms=0 if order.trail is None else order.trail.atoms,
        trail_e6=0 if order.trail is None else order.trail.e6,
        trigger_by=order.trigger_by,
    )
    shown = recorded_order(market, row)
    shown["children"] = [frontend_order(market, child) for child in order.children or ()]
    return shown


def recorded_order(market: Market, row: OrderRow) -> dict[str, Any]:
    """Return an order out of the views in its long form."""
    is_trigger = row.trigger != codes.NO_TRIGGER
    on_market = row.trigger in _MARKET_TRIGGERS
    return {
        "coin": market.name,
        "side": side(row.is_buy),
        "limitPx": px(market, row.price),
        "sz": sz(market, row.lots),
        "oid": max(row.oid, 0),
        "timestamp": row.placed_ms,
        "triggerCondition": trigger_condition(
            market, row.trigger, bool(row.is_buy), row.trigger_price, row.trigger_by
        ),
        "isTrigger": is_trigger,
        "triggerPx": px(market, row.trigger_price) if is_trigger else "0.0",
        "children": [],
        "isPositionTpsl": bool(row.is_position_tpsl),
        "reduceOnly": bool(row.reduce_only),
        "orderType": order_type(row.trigger, row.time_in_force),
        "origSz": sz(market, row.original_lots),
        "tif": None if on_market else _TIME_IN_FORCE.get(row.time_in_force),
        "cloid": address(row.cloid) if row.cloid else None,
    }


def order_trigger(market: Market, order: Order) -> dict[str, Any]:
    """Return what an order of this venue's own waits for; the dialect has no keys for it."""
    trail = order.trail
    at_a_share = trail is not None and trail.e6 != 0
    return {
        "coin": market.name,
        "oid": order.order_id,
        "triggerBy": codes.WATCHED_NAMES[order.trigger_by],
        "trailPx": px(market, trail.atoms) if trail is not None and not at_a_share else None,
        "trailRate": format_decimal(trail.e6, _SHARE_DECIMALS) if trail and at_a_share else None,
    }


def order_state(market: Market, row: OrderRow) -> dict[str, Any]:
    """Return an order of the views with its status."""
    return {
        "order": recorded_order(market, row),
        "status": status_text(row.status),
        "statusTimestamp": row.status_ms,
    }


def order_update(market: Market, row: OrderRow, status: str, lots: int) -> dict[str, Any]:
    """Return the short form that `orderUpdates` sends."""
    shown: dict[str, Any] = {
        "coin": market.name,
        "side": side(row.is_buy),
        "limitPx": px(market, row.price),
        "sz": sz(market, lots),
        "oid": max(row.oid, 0),
        "timestamp": row.placed_ms,
        "origSz": sz(market, row.original_lots),
    }
    if row.cloid:
        shown["cloid"] = address(row.cloid)
    if row.reduce_only:
        shown["reduceOnly"] = True
    return {"order": shown, "status": status, "statusTimestamp": row.status_ms}


def fill(market: Market, row: FillRow, views: Views) -> dict[str, Any]:
    """Return one side of a trade."""
    shown: dict[str, Any] = {
        "coin": market.name,
        "px": px(market, row.price),
        "sz": sz(market, row.lots),
        "side": side(row.is_buy),
        "time": row.time_ms,
        "startPosition": sz(market, row.start),
        "dir": fills.direction(row),
        "closedPnl": usd(row.pnl),
        "hash": hash_of(row.seq),
        "oid": row.oid,
        "crossed": bool(row.crossed),
        "fee": usd(row.fee),
        "tid": row.tid,
        "feeToken": USDC,
        "twapId": row.twap_id or None,
    }
    if row.cloid:
        shown["cloid"] = address(row.cloid)
    if row.builder_fee:
        shown["builderFee"] = usd(row.builder_fee)
    if row.kind in (fills.LIQUIDATION, fills.TAKEOVER):
        shown["liquidation"] = {
            "liquidatedUser": address(views.address_of(row.liquidated)),
            "markPx": px(market, row.mark),
            "method": "market" if row.kind == fills.LIQUIDATION else "backstop",
        }
    return shown


def trade(market: Market, row: TradeRow, views: Views) -> dict[str, Any]:
    """Return a public trade; its side is the taker's, its users are buyer and seller."""
    taker = address(views.address_of(row.taker))
    maker = address(views.address_of(row.maker))
    return {
        "coin": market.name,
        "side": side(row.is_buy),
        "px": px(market, row.price),
        "sz": sz(market, row.lots),
        "time": row.time_ms,
        "hash": hash_of(row.seq),
        "tid": row.tid,
        "users": [taker, maker] if row.is_buy else [maker, taker],
    }


def candle(market: Market, interval: str, row: Candle) -> dict[str, Any]:
    """Return a candle."""
    return {
        "t": row.open_ms,
        "T": row.close_ms,
        "s": market.name,
        "i": interval,
        "o": px(market, row.open),
        "c": px(market, row.close),
        "h": px(market, row.high),
        "l": px(market, row.low),
        "v": sz(market, row.lots),
        "n": row.trades,
    }


def funding(market: Market, row: PaymentRow) -> dict[str, Any]:
    """Return what a position received for an hour, without the time."""
    return {
        "coin": market.name,
        "usdc": usd(row.amount),
        "szi": sz(market, row.lots),
        "fundingRate": rate(row.rate_e12),
        "nSamples": None,
    }


def announcement(markets: dict[int, Market], row: AnnouncementRow) -> dict[str, Any]:
    """Return an announcement; its coin is null where it concerns the whole venue."""
    market = markets.get(row.asset)
    return {
        "seq": row.seq,
        "time": row.time_ms,
        "coin": None if market is None else market.name,
        "kind": row.kind,
        "title": row.title,
        "text": row.text,
        "hash": address(row.hash),
        "grounds": row.grounds,
        "effectiveTime": row.effective_ms,
    }


def ledger_update(markets: dict[int, Market], row: LedgerRow, views: Views) -> dict[str, Any]:
    """Return a deposit, withdrawal, transfer or liquidation."""
    shown: dict[str, Any]
    if row.kind in (ledger_updates.DEPOSIT, ledger_updates.RETURNED):
        shown = {"type": "deposit", "usdc": usd(row.amount)}
    elif row.kind == ledger_updates.WITHDRAWAL:
        shown = {"type": "withdraw", "usdc": usd(row.amount), "nonce": row.nonce, "fee": "0.0"}
    elif row.kind == ledger_updates.REWARDS:
        shown = {"type": "rewardsClaim", "amount": usd(row.amount), "token": USDC}
    elif row.kind == ledger_updates.WITHIN:
        shown = {
            "type": "subAccountTransfer",
            "usdc": usd(row.amount),
            "user": address(views.address_of(row.source)),
            "destination": address(views.address_of(row.destination)),
        }
    elif row.kind == ledger_updates.LIQUIDATION:
        market = markets[row.asset]
        shown = {
            "type": "liquidation",
            "liquidatedNtlPos": usd(row.amount),
            "accountValue": usd(row.equity),
            "leverageType": "Cross" if row.is_cross else "Isolated",
            "liquidatedPositions": [{"coin": market.name, "szi": sz(market, row.lots)}],
        }
    elif row.source != row.destination and row.source_dex == row.destination_dex == "":
        shown = {
            "type": "internalTransfer",
            "usdc": usd(row.amount),
            "user": address(views.address_of(row.source)),
            "destination": address(views.address_of(row.destination)),
            "fee": "0.0",
        }
    else:
        shown = {
            "type": "send",
            "user": address(views.address_of(row.source)),
            "destination": address(views.address_of(row.destination)),
            "sourceDex": row.source_dex,
            "destinationDex": row.destination_dex,
            "token": USDC,
            "amount": usd(row.amount),
            "usdcValue": usd(row.amount),
            "fee": "0.0",
            "nativeTokenFee": "0.0",
            "nonce": row.nonce,
            "feeToken": "",
        }
    return {"time": row.time_ms, "hash": hash_of(row.seq), "delta": shown}
