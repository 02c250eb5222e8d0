"""Wallets of the dev world and orders as they stand on the wire."""

from __future__ import annotations

from typing import Any

from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.node.founding.dev_keys import dev_key

__all__ = [
    "Wallet",
    "account",
    "compliance",
    "custodian",
    "limit_order",
    "operator",
    "order_action",
]


def account(number: int) -> Wallet:
    return Wallet(dev_key("account", number))


def operator(number: int) -> Wallet:
    return Wallet(dev_key("operator", number))


def custodian() -> Wallet:
    return Wallet(dev_key("custodian"))


def compliance() -> Wallet:
    return Wallet(dev_key("compliance"))


def limit_order(**changes: Any) -> dict[str, Any]:
    """One order on the wire: buy 1 CBRS at 170, good until canceled, unless changed."""
    order = {"a": 0, "b": True, "p": "170", "s": "1", "r": False, "t": {"limit": {"tif": "Gtc"}}}
    return {**order, **changes}


def order_action(*orders: dict[str, Any], grouping: str = "na") -> dict[str, Any]:
    return {"type": "order", "orders": list(orders or (limit_order(),)), "grouping": grouping}
