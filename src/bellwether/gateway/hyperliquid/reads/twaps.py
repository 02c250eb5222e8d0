"""TWAP orders as the dialect shows them: running states, entries of their history (§2, §4.2)."""

from __future__ import annotations

from typing import Any, Final

from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market
from bellwether.engine.twap.state import Twap
from bellwether.gateway.hyperliquid import render
from bellwether.views.standing.twaps import FINISHED, RUNNING, TwapRow

NS_PER_MS: Final = 1_000_000


def states(account: Account | None) -> list[list[Any]]:
    """Return an account's running TWAP orders, each with its id."""
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
        "stopPx": None,
        "trigger": None,
    }


def entry(market: Market, row: TwapRow, address: bytes) -> dict[str, Any]:
    """Return an entry of the history: that it was activated, has finished, or was terminated."""
    if row.status == RUNNING:
        status = "activated"
    else:
        status = "finished" if row.status in FINISHED else "terminated"
    return {
        "time": row.time_ms // 1_000,
        "state": state(market, row, address),
        "status": {"status": status},
        "twapId": row.twap_id,
    }
