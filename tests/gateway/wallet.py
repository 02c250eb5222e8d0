"""Wallets of the dev world and orders as they stand on the wire."""

from __future__ import annotations

from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.node.founding.dev_keys import dev_key
from bellwether.testing.fuzzing.specimens import limit_order, order_action

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
