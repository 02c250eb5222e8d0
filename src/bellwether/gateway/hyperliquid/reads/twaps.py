"""TWAP orders as the dialect shows them: running states, entries of their history (§2, §4.2)."""

from __future__ import annotations

from typing import Any, Final

from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.engine.twap.state import Twap
from bellwether.gateway.hyperliquid import render
from bellwether.schema import codes
from bellwether.views.standing.twaps import FINISHED, RUNNING, WAITING, TwapRow

NS_PER_MS: Final = 1_000_000
_STATUSES: Final = {
    WAITING: "waitingForTrigger",
    RUNNING: "activated",
    codes.TWAP_STOPPED: "stopped",
}


def states(account: Account | None) -> list[list[Any]]:
    """Return an account's TWAP orders that run or wait, each with its id."""
    if account is None:
        return []
    return [[twap.twap_id, _state_of(twap)] for twap in account.twaps.values()]


def _state_of(twap: Twap) -> dict[str, Any]:
    market = twap.holding.market
    row = TwapRow(
        0,
        twap.twap_id,
        0,
        market.asset,
        twap.is_buy,
        twap.lots,
        twap.reduce_only,
        twap.minutes,
        twap.randomize,
        twap.started_ns // NS_PER_MS,
        0,
        RUNNING,
        twap.executed_lots,
        twap.executed_e6,
        twap.trigger_price,
        twap.trigger_above,
        twap.stop_price,
    )
    return state(market, row, twap.holding.account.user.address)


def state(market: Market, row: TwapRow, address: bytes) -> dict[str, Any]:
    """Return what a TWAP order is to do and has done."""
    return {
        "coin": market.name,
        "user": render.address(address),
        "side": render.side(row.is_buy),
        "sz": render.sz(market, row.lots),
        "executedSz": render.sz(market, row.executed_lots),
        "executedNtl": render.usd(row.executed_e6),
        "minutes": row.minutes,
        "reduceOnly": bool(row.reduce_only),
        "randomize": bool(row.randomize),
        "timestamp": row.started_ms,
        "stopPx": render.px(market, row.stop_price) if row.stop_price else None,
        "trigger": _trigger(market, row),
    }


def _trigger(market: Market, row: TwapRow) -> dict[str, Any] | None:
    if not row.trigger_price:
        return None
    return {"px": render.px(market, row.trigger_price), "above": bool(row.trigger_above)}


def entry(market: Market, row: TwapRow, address: bytes) -> dict[str, Any]:
    """Return an entry of the history: that it waits, has begun, or how it ended."""
    if row.status in _STATUSES:
        status = _STATUSES[row.status]
    else:
        status = "finished" if row.status in FINISHED else "terminated"
    return {
        "time": row.time_ms // 1_000,
        "state": state(market, row, address),
        "status": {"status": status},
        "twapId": row.twap_id,
    }
