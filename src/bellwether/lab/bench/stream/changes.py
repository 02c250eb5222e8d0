"""The changes that watchers wait for: signed orders, each of which the book or the tape shows."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.gateway.hyperliquid.wallet import Wallet
from bellwether.lab.bench.api.signed_orders import account_key
from bellwether.lab.bench.stream.sockets import text_frame

TRADE_EVERY: Final = 5
"""So many changes hold one trade; the others move the size of the best bid."""

FIRST_LOTS: Final = 1_000
_BID, _TAKER, _ASK = range(3)
_LEVELS: Final = 20
_BEST_BID: Final = 9_999
_BEST_ASK: Final = 10_001
_CLOID: Final = "0x" + "b1d".zfill(32)
_WIDE: Final = "200"
_LEAST: Final = "0.1"


def request_of(body: bytes) -> bytes:
    """A body of `/exchange` with its head."""
    head = (
        "POST /exchange HTTP/1.1\r\nHost: venue\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def setting_up(first_nonce: int) -> list[bytes]:
    """Requests that fill twenty levels of each side."""
    bids = [_order(True, _BEST_BID - step, "10") for step in range(_LEVELS)]
    asks = [_order(False, _BEST_ASK + step, "10") for step in range(1, _LEVELS)]
    bids[0]["c"] = _CLOID
    return [
        request_of(_signed(_BID, _placing(bids), first_nonce)),
        request_of(_signed(_ASK, _placing([_order(False, _BEST_ASK, _WIDE), *asks]), first_nonce)),
    ]


def changes(count: int, first_nonce: int) -> list[bytes]:
    """WebSocket posts, which are taken in their order without waiting for each other; number k has
    the best bid show FIRST_LOTS + k lots, or is a trade."""
    posts: list[bytes] = []
    for number in range(count):
        nonce = first_nonce + number
        if is_trade(number):
            order = _order(True, _BEST_ASK, _LEAST, "Ioc")
            posts.append(_post(number, _signed(_TAKER, _placing([order]), nonce)))
            continue
        lots = FIRST_LOTS + number
        order = {**_order(True, _BEST_BID, f"{lots // 100}.{lots % 100:02d}"), "c": _CLOID}
        action = {"type": "modify", "oid": _CLOID, "order": order}
        posts.append(_post(number, _signed(_BID, action, nonce)))
    return posts


def _post(number: int, body: bytes) -> bytes:
    head = b'{"method":"post","id":%d,"request":{"type":"action","payload":' % number
    return text_frame(head + body + b"}}")


def is_trade(number: int) -> bool:
    """Is the change with this number a trade?"""
    return number % TRADE_EVERY == TRADE_EVERY - 1


def _signed(account: int, action: dict[str, Any], nonce: int) -> bytes:
    wallet = Wallet(account_key(account))
    return msgspec.json.encode(wallet.l1(action, nonce))


def _placing(orders: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "order", "orders": orders, "grouping": "na"}


def _order(is_buy: bool, cents: int, size: str, tif: str = "Gtc") -> dict[str, Any]:
    price = f"{cents // 100}.{cents % 100:02d}".rstrip("0").rstrip(".")
    if "." in size:
        size = size.rstrip("0").rstrip(".")
    terms = {"limit": {"tif": tif}}
    return {"a": 0, "b": is_buy, "p": price, "s": size, "r": False, "t": terms}
