"""The venue of the `api` benchmark and the orders that are sent to it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.node.founding.dev_keys import address_of, keccak256

ORDERS_PER_ACCOUNT: Final = 500
FIRST_APART: Final = 1_000_000
"""The first of ten accounts whose nonces nobody else uses up."""

SYMBOL: Final = "BENCH"
_FIRST_CROSSING: Final = 100
_TICKS: Final = 200
_SIZE: Final = "0.25"


def account_key(number: int) -> bytes:
    """The private key of an account of this benchmark; public, like all keys of a dev world."""
    return keccak256(f"bellwether bench account {number}".encode())


def accounts_for(orders: int) -> int:
    """So many that no account reaches its limit of open orders."""
    return max(10, -(-orders // ORDERS_PER_ACCOUNT))


def genesis_file(orders: int, apart: bool = False) -> bytes:
    """The JSON that founds the venue: one market, and the accounts with 100,000 USD each, those
    that are `apart` among them."""
    balances = [{"amount": "100000.0"}]
    numbers = [*range(accounts_for(orders))]
    if apart:
        numbers += range(FIRST_APART, FIRST_APART + accounts_for(0))
    return msgspec.json.encode(
        {
            "dev": True,
            "dexes": [""],
            "markets": [
                {
                    "preset": "standard_equity",
                    "symbol": SYMBOL,
                    "reference": "100.0",
                    "size_decimals": 2,
                }
            ],
            "accounts": [
                {"address": "0x" + address_of(account_key(number)).hex(), "balances": balances}
                for number in numbers
            ],
        }
    )


class Signers:
    """The accounts that `orders` orders need, from the one numbered `first` on."""

    def __init__(self, orders: int, first: int = 0) -> None:
        numbers = range(first, first + accounts_for(orders))
        self._wallets = [Wallet(account_key(number)) for number in numbers]

    def signed(self, turn: int, action: dict[str, Any], nonce: int) -> bytes:
        """A body of `/exchange`; accounts take turns. Nonces are milliseconds and ascend."""
        return msgspec.json.encode(self._wallets[turn % len(self._wallets)].l1(action, nonce))


def order(index: int, rests: bool = False) -> dict[str, Any]:
    """Nine orders rest within 2 USD of 100 USD, the tenth crosses the spread of what is there;
    with `rests` it does not."""
    is_buy = index % 2 == 0
    crosses = not rests and index >= _FIRST_CROSSING and index % 20 in (9, 10)
    cents = _TICKS if crosses else -1 - index * 7_919 % _TICKS
    price = 10_000 + (cents if is_buy else -cents)
    return {
        "a": 0,
        "b": is_buy,
        "p": _price(price),
        "s": _SIZE,
        "r": False,
        "t": {"limit": {"tif": "Ioc" if crosses else "Gtc"}},
    }


def resting(index: int) -> dict[str, Any]:
    """An order that rests where the others do."""
    return order(index, rests=True)


def far(index: int) -> dict[str, Any]:
    """An order that rests where nobody else trades, 10 USD away."""
    placed = resting(index)
    return {**placed, "p": "90" if placed["b"] else "110"}


def _price(cents: int) -> str:
    """Without trailing zeros, as clients write it."""
    return f"{cents // 100}.{cents % 100:02d}".rstrip("0").rstrip(".")
