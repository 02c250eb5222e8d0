"""Opening auctions, halts and price bands of US equities from Massive: a WebSocket stream.

It sends no prices of trades. An account has one connection to the stock stream, so every source
with the same address and key is served by one; whatever ends it, the next one authenticates and
subscribes anew. There is no snapshot: an auction tells again and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

import msgspec
from websockets.asyncio.client import ClientConnection

from bellwether.feeds.config import MassiveSection
from bellwether.feeds.decoding import decoded
from bellwether.feeds.prices.prints import PriceUnusable
from bellwether.feeds.sources import massive_messages as messages
from bellwether.feeds.sources.connection import Listener, answering, send, symbols, waiting_for
from bellwether.feeds.sources.outlet import Outlet, ProviderLost

_CHANNELS: Final = ("NOI", "LULD")


@final
class MassiveStream:
    """One conversation for all listeners; they have address and key in common."""

    def __init__(self, listeners: Sequence[Listener[MassiveSection]], key: str) -> None:
        self._listeners = listeners
        self._key = key
        self._symbols = symbols(listeners)

    @property
    def address(self) -> str:
        """Where the stream is."""
        return self._listeners[0].section.stream

    @property
    def outlets(self) -> list[Outlet]:
        """Who hears of loss and return."""
        return [listener.outlet for listener in self._listeners]

    async def begin(self, stream: ClientConnection) -> None:
        """Subscribes; an auction tells again what it has told."""
        await self.subscribe(stream)

    async def subscribe(self, stream: ClientConnection) -> str:
        """Authenticates and subscribes; what is delivered then. Raises ProviderLost."""
        await self._expect(stream, "connected", 1)
        await send(stream, {"action": "auth", "params": self._key})
        await self._expect(stream, "auth_success", 1)
        wanted = [f"{channel}.{symbol}" for symbol in self._symbols for channel in _CHANNELS]
        await send(stream, {"action": "subscribe", "params": ",".join(wanted)})
        await self._expect(stream, "success", len(wanted))
        names = ", ".join(self._symbols)
        return f"authenticated, subscribed to auctions, bands and halts of {names}"

    async def take(self, frame: str | bytes) -> None:
        """What a frame of the stream says. Raises ProviderLost."""
        for head, raw in messages.elements(frame):
            await self._take(head, raw)

    async def _expect(self, stream: ClientConnection, status: str, count: int) -> None:
        """So many messages of a status; what else arrives between them is passed over."""
        async with answering(status):
            while count > 0:
                for head, _ in messages.elements(await stream.recv()):
                    if head.ev != "status":
                        continue
                    if head.status != status:
                        # The message may repeat what was sent, and with it the key.
                        raise ProviderLost(f"expected {status}, got {head.status[:40]}")
                    count -= 1

    async def _take(self, head: messages.Head, raw: msgspec.Raw) -> None:
        if head.ev == "NOI":
            await self._auction(head.symbol, decoded(raw, messages.Imbalance))
        elif head.ev == "LULD":
            await self._limits(head.symbol, decoded(raw, messages.PriceBands))
        elif head.ev == "status" and head.status not in ("success", "connected"):
            raise ProviderLost(f"status {head.status[:40]}")

    async def _auction(self, symbol: str, seen: messages.Imbalance) -> None:
        for listener, coin in waiting_for(self._listeners, symbol):
            try:
                notice = messages.indication(coin, seen)
            except PriceUnusable as fault:
                listener.outlet.dropped(str(fault), coin)
                continue
            await listener.outlet.told(notice)

    async def _limits(self, symbol: str, bands: messages.PriceBands) -> None:
        for listener, coin in waiting_for(self._listeners, symbol):
            notice = messages.halt_notice(coin, bands)
            if notice is not None:
                await listener.outlet.told(notice)
                continue
            try:
                listener.outlet.limited(coin, messages.price_bands(bands))
            except PriceUnusable as fault:
                listener.outlet.dropped(str(fault), coin)
