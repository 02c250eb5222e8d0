"""The venue that a feed sends to, over the same connection as every other command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar, final

from bellwether.feeds.venue import ActRefused, NonceForgotten, NonceUsed, VenueLost, VenueTrouble
from bellwether.gateway.hyperliquid.refusals import TEXTS
from bellwether.lab.traders.venue_api import VenueApi, VenueRefused, VenueUnreachable
from bellwether.schema import rejects
from bellwether.units.quantities import NS_PER_MS, PRICE_AND_SIZE_DECIMALS

T = TypeVar("T")

_BUSY: Final = frozenset({408, 429})
_FAILED: Final = 500

_USED: Final = TEXTS[rejects.NONCE_DUPLICATE].partition("{")[0]
_FORGOTTEN: Final = (
    TEXTS[rejects.NONCE_TOO_LOW].partition("{")[0],
    TEXTS[rejects.NONCE_TOO_OLD].partition("{")[0],
)


@final
class VenuePort:
    """A blocking client on a thread, one request at a time; it holds the key."""

    def __init__(self, api: VenueApi) -> None:
        self._api = api
        self._turn = asyncio.Lock()
        self._decimals: dict[str, int] = {}

    async def operate(self, act: dict[str, Any], nonce: int | None = None) -> None:
        used = self._api.new_nonce() if nonce is None else nonce
        await self._asked(lambda: self._api.operate(act, used))

    def new_nonce(self) -> int:
        return self._api.new_nonce()

    async def time_ns(self) -> int:
        return int((await self._asked(self._exchange_status))["time"]) * NS_PER_MS

    async def price_decimals(self, coin: str) -> int:
        if coin not in self._decimals:
            dex = coin.partition(":")[0] if ":" in coin else ""
            meta = await self._asked(lambda: self._api.info("meta", dex=dex))
            for market in meta["universe"]:
                self._decimals[market["name"]] = PRICE_AND_SIZE_DECIMALS - market["szDecimals"]
        if coin not in self._decimals:
            raise ActRefused(f"there is no market {coin!r}")
        return self._decimals[coin]

    def _exchange_status(self) -> Any:
        return self._api.info("exchangeStatus")

    async def _asked(self, request: Callable[[], T]) -> T:
        async with self._turn:
            try:
                return await asyncio.to_thread(_persistent, request)
            except VenueUnreachable as fault:
                raise VenueLost(str(fault)) from None
            except VenueRefused as refusal:
                raise _in_kind(refusal) from None


def _persistent(request: Callable[[], T]) -> T:
    """Asks again at once if the kept-alive connection turns out to be closed, as the venue does
    with one that was idle. An act keeps its nonce: should it have arrived, the second is refused,
    and the feed is told that it has."""
    try:
        return request()
    except VenueUnreachable as fault:
        if not isinstance(fault.__cause__, ConnectionResetError | BrokenPipeError):
            raise
    return request()


def _in_kind(refusal: VenueRefused) -> VenueTrouble:
    text = refusal.text or f"HTTP {refusal.status}"
    if refusal.status in _BUSY or refusal.status >= _FAILED:
        return VenueLost(text)
    if text.startswith(_USED):
        return NonceUsed(text)
    if text.startswith(_FORGOTTEN):
        return NonceForgotten(text)
    return ActRefused(text)
