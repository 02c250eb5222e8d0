"""Opening auctions, halts and price bands of US equities from Massive: a WebSocket stream.

It sends no prices of trades. An account has one connection to the stock stream, so every source
with the same address and key is served by one; whatever ends it, the next one authenticates and
subscribes anew. There is no snapshot: an auction tells again and again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final, final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bellwether.feeds.config import MassiveSection
from bellwether.feeds.decoding import decoded
from bellwether.feeds.prices.prints import PriceUnusable
from bellwether.feeds.sources import massive_messages as messages
from bellwether.feeds.sources.outlet import Backoff, Outlet, Pause, ProviderLost

ANSWER_S: Final = 10.0
PING_S: Final = 20.0
_LARGEST_FRAME: Final = 2**22
_CHANNELS: Final = ("NOI", "LULD")


@dataclass(frozen=True)
class MassiveListener:
    """One source of the configuration, and where what it hears goes."""

    section: MassiveSection
    outlet: Outlet


@final
class MassiveSource:
    """One connection for all listeners; they have address and key in common."""

    def __init__(
        self, listeners: list[MassiveListener], key: str, pause: Pause = asyncio.sleep
    ) -> None:
        self._listeners = listeners
        self._key = key
        self._pause = pause
        self._backoff = Backoff()
        self._stream = listeners[0].section.stream

    async def run(self) -> None:
        """Delivers until it is cancelled."""
        while True:
            try:
                await self._connected()
                reason = "the stream ended"
            except ProviderLost as fault:
                reason = str(fault)
            except (OSError, WebSocketException) as fault:
                reason = f"{type(fault).__name__}: {fault}"
            except msgspec.DecodeError as fault:
                reason = f"a message in another format: {fault}"
            wait_s = self._backoff.wait_s()
            for listener in self._listeners:
                listener.outlet.lost(reason, wait_s)
            await self._pause(wait_s)

    async def probe(self) -> str:
        """Authenticates and subscribes, and goes again. Raises ProviderLost."""
        try:
            async with self._open() as stream:
                await self._subscribe(stream)
        except (OSError, WebSocketException) as fault:
            raise ProviderLost(f"{type(fault).__name__}: {fault}") from None
        except msgspec.DecodeError as fault:
            raise ProviderLost(f"a message in another format: {fault}") from None
        symbols = ", ".join(self._symbols())
        return f"authenticated, subscribed to auctions, bands and halts of {symbols}"

    def _open(self) -> Any:
        return connect(
            self._stream,
            open_timeout=ANSWER_S,
            ping_interval=PING_S,
            ping_timeout=PING_S,
            close_timeout=1.0,
            max_size=_LARGEST_FRAME,
        )

    async def _connected(self) -> None:
        """The life of one connection."""
        async with self._open() as stream:
            await self._subscribe(stream)
            self._backoff.reset()
            for listener in self._listeners:
                listener.outlet.connected()
            async for frame in stream:
                for head, raw in messages.elements(frame):
                    await self._take(head, raw)

    async def _subscribe(self, stream: ClientConnection) -> None:
        await self._expect(stream, "connected", 1)
        await _send(stream, {"action": "auth", "params": self._key})
        await self._expect(stream, "auth_success", 1)
        wanted = [f"{channel}.{symbol}" for symbol in self._symbols() for channel in _CHANNELS]
        await _send(stream, {"action": "subscribe", "params": ",".join(wanted)})
        await self._expect(stream, "success", len(wanted))

    async def _expect(self, stream: ClientConnection, status: str, count: int) -> None:
        """So many messages of a status; what else arrives between them is passed over."""
        try:
            # Not wait_for, which before Python 3.12 can lose a cancellation to an answer.
            async with asyncio.timeout(ANSWER_S):
                while count > 0:
                    for head, _ in messages.elements(await stream.recv()):
                        if head.ev != "status":
                            continue
                        if head.status != status:
                            # The message may repeat what was sent, and with it the key.
                            raise ProviderLost(f"expected {status}, got {head.status[:40]}")
                        count -= 1
        except TimeoutError:
            raise ProviderLost(f"no {status} within {ANSWER_S:.0f} s") from None

    async def _take(self, head: messages.Head, raw: msgspec.Raw) -> None:
        if head.ev == "NOI":
            await self._auction(head.symbol, decoded(raw, messages.Imbalance))
        elif head.ev == "LULD":
            await self._limits(head.symbol, decoded(raw, messages.PriceBands))
        elif head.ev == "status" and head.status not in ("success", "connected"):
            raise ProviderLost(f"status {head.status[:40]}")

    async def _auction(self, symbol: str, seen: messages.Imbalance) -> None:
        for listener, coin in self._of(symbol):
            try:
                notice = messages.indication(coin, seen)
            except PriceUnusable as fault:
                listener.outlet.dropped(str(fault), coin)
                continue
            await listener.outlet.told(notice)

    async def _limits(self, symbol: str, bands: messages.PriceBands) -> None:
        for listener, coin in self._of(symbol):
            notice = messages.halt_notice(coin, bands)
            if notice is not None:
                await listener.outlet.told(notice)
                continue
            try:
                listener.outlet.limited(coin, messages.price_bands(bands))
            except PriceUnusable as fault:
                listener.outlet.dropped(str(fault), coin)

    def _of(self, symbol: str) -> list[tuple[MassiveListener, str]]:
        """Who waits for this symbol, and for which market."""
        return [
            (listener, coin)
            for listener in self._listeners
            for coin, own in listener.section.coins.items()
            if own == symbol
        ]

    def _symbols(self) -> list[str]:
        return sorted({name for one in self._listeners for name in one.section.coins.values()})


async def _send(stream: ClientConnection, message: dict[str, Any]) -> None:
    await stream.send(msgspec.json.encode(message).decode())
