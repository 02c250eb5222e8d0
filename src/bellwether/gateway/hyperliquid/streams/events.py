"""Channels that tell what happened: snapshots at the start, then every event of a batch (§4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from bellwether.engine.state.venue import Venue
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads import twaps
from bellwether.gateway.hyperliquid.reads.history import (
    MOST_FILLS,
    historical_orders,
    merged,
    newest_fills,
    render_fills,
    slice_fills,
    twap_history,
)
from bellwether.gateway.hyperliquid.streams.topic import Topic
from bellwether.views import orders
from bellwether.views.announcements import AnnouncementRow
from bellwether.views.history import ledger_updates
from bellwether.views.history.fills import FillRow
from bellwether.views.history.funding import PaymentRow
from bellwether.views.history.ledger_updates import LedgerRow
from bellwether.views.orders import OrderRow
from bellwether.views.standing.twaps import TwapRow
from bellwether.views.trades import TradeRow
from bellwether.views.views import Views

SNAPSHOT_TRADES: Final = 20
SNAPSHOT_ROWS: Final = 500

CHANNELS: Final[dict[str, str]] = {"userEvents": "user"}
"""Channels that are not named as their subscription."""

Snapshot = Callable[[Venue, Views, Topic], Any]


def _fills(venue: Venue, views: Views, topic: Topic) -> Any:
    rows = newest_fills(venue, views, topic.user, topic.detail == "merged")
    return {"user": render.address(topic.user), "fills": rows, "isSnapshot": True}


def _fundings(venue: Venue, views: Views, topic: Topic) -> Any:
    rows = views.funding.newest_payments(topic.user, SNAPSHOT_ROWS)
    return {
        "user": render.address(topic.user),
        "fundings": [funding(venue, row) for row in rows],
        "isSnapshot": True,
    }


def _ledger(venue: Venue, views: Views, topic: Topic) -> Any:
    rows = views.ledger_updates.newest(topic.user, SNAPSHOT_ROWS)
    return {**ledger_of(venue, views, topic, rows), "isSnapshot": True}


def _orders(venue: Venue, views: Views, topic: Topic) -> Any:
    return {
        "user": render.address(topic.user),
        "orderHistory": historical_orders(venue, views, topic.user),
        "isSnapshot": True,
    }


def _trades(venue: Venue, views: Views, topic: Topic) -> Any:
    market = venue.market_by_name[topic.name]
    rows = views.trades.newest(market.asset, SNAPSHOT_TRADES)
    return [render.trade(market, row, views) for row in rows] or None


def _twaps(venue: Venue, views: Views, topic: Topic) -> Any:
    history = twap_history(venue, views, topic.user)
    return {"user": render.address(topic.user), "history": history, "isSnapshot": True}


def _twap_fills(venue: Venue, views: Views, topic: Topic) -> Any:
    fills = slice_fills(venue, views, views.fills.of_twaps(topic.user, MOST_FILLS))
    return {"user": render.address(topic.user), "twapSliceFills": fills, "isSnapshot": True}


def _announcements(venue: Venue, views: Views, topic: Topic) -> Any:
    asset = venue.market_by_name[topic.name].asset if topic.name else None
    rows = views.announcements.oldest(asset)
    return announcements(venue, rows) or None


def _nothing(venue: Venue, views: Views, topic: Topic) -> Any:
    return None


SNAPSHOTS: Final[dict[str, Snapshot]] = {
    "userFills": _fills,
    "userFundings": _fundings,
    "userNonFundingLedgerUpdates": _ledger,
    "userHistoricalOrders": _orders,
    "userTwapHistory": _twaps,
    "userTwapSliceFills": _twap_fills,
    "trades": _trades,
    "activeSpotAssetCtx": _nothing,
    "orderUpdates": _nothing,
    "userEvents": _nothing,
    "notification": _nothing,
    "outcomeMetaUpdates": _nothing,
    "announcements": _announcements,
}
"""What a new subscriber is sent; None for nothing."""


def funding(venue: Venue, row: PaymentRow) -> dict[str, Any]:
    """Return a funding payment."""
    return {"time": row.time_ms, **render.funding(venue.markets[row.asset], row)}


def announcements(venue: Venue, rows: Iterable[AnnouncementRow]) -> list[dict[str, Any]]:
    """Return what was said to everybody."""
    return [render.announcement(venue.markets, row) for row in rows]


def trades(venue: Venue, views: Views, rows: Iterable[TradeRow]) -> list[dict[str, Any]]:
    """Return the trades of one market."""
    return [render.trade(venue.markets[row.asset], row, views) for row in rows]


def order_updates(venue: Venue, rows: Iterable[OrderRow], new: set[int]) -> list[dict[str, Any]]:
    """Return what became of orders; one that is new and ended already was open in between."""
    found = []
    for row in rows:
        market = venue.markets.get(row.asset)
        if market is None:
            continue
        if row.oid in new and row.status not in (orders.OPEN, orders.TRIGGERED):
            found.append(render.order_update(market, row, "open", row.original_lots))
        status = render.status_text(row.status)
        found.append(render.order_update(market, row, status, row.lots))
    return found


def order_history(venue: Venue, topic: Topic, rows: Iterable[OrderRow]) -> dict[str, Any]:
    """Return changed orders in their long form."""
    shown = [render.order_state(venue.markets[row.asset], row) for row in rows]
    return {"user": render.address(topic.user), "orderHistory": shown}


def fills_of(venue: Venue, views: Views, topic: Topic, rows: list[FillRow]) -> dict[str, Any]:
    """Return a user's fills, merged where that was asked for."""
    wanted = merged(rows) if topic.detail == "merged" else rows
    return {"user": render.address(topic.user), "fills": render_fills(venue, views, wanted)}


def twaps_of(venue: Venue, user: bytes, rows: Iterable[TwapRow]) -> list[dict[str, Any]]:
    """Return how TWAP orders of a user began or ended."""
    return [twaps.entry(venue.markets[row.asset], row, user) for row in rows]


def not_by_user(venue: Venue, rows: Iterable[OrderRow]) -> list[dict[str, Any]]:
    """Return the orders that ended without their owner's doing."""
    return [
        {"coin": venue.markets[row.asset].name, "oid": row.oid}
        for row in rows
        if row.status in render.NOT_BY_USER
    ]


def ledger_of(
    venue: Venue, views: Views, topic: Topic, rows: Iterable[LedgerRow]
) -> dict[str, Any]:
    """Return a user's deposits, withdrawals, transfers and liquidations."""
    shown = [render.ledger_update(venue.markets, row, views) for row in rows]
    return {"user": render.address(topic.user), "nonFundingLedgerUpdates": shown}


def liquidation(views: Views, row: LedgerRow) -> dict[str, Any] | None:
    """Return a liquidation, None for another kind of update."""
    if row.kind != ledger_updates.LIQUIDATION:
        return None
    return {
        "lid": row.nonce,
        "liquidator": "0x" + "0" * 40,
        "liquidated_user": render.address(views.address_of(row.user)),
        "liquidated_ntl_pos": render.usd(row.amount),
        "liquidated_account_value": render.usd(row.equity),
    }
