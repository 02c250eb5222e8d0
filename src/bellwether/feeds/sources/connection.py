"""The life of a provider's WebSocket connection: opened, kept, lost, and opened anew.

An account has one connection to a stream, so all its listeners are served by one. What is said on
it is the provider's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar, final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bellwether.feeds.config import PriceSection
from bellwether.feeds.sources.outlet import Backoff, Outlet, Pause, ProviderLost

ANSWER_S: Final = 10.0
PING_S: Final = 20.0
_LARGEST_FRAME: Final = 2**22

S = TypeVar("S", bound=PriceSection)


@dataclass(frozen=True)
class Listener(Generic[S]):
    """One source of the configuration, and where what it hears goes."""

    section: S
    outlet: Outlet


class Conversation(Protocol):
    """What one provider says and is told. All of it raises ProviderLost."""

    @property
    def address(self) -> str:
        """Where the stream is."""

    @property
    def outlets(self) -> Sequence[Outlet]:
        """Who hears of loss and return."""

    async def subscribe(self, stream: ClientConnection) -> str:
        """Authenticates and subscribes; what is delivered then, in a few words."""

    async def begin(self, stream: ClientConnection) -> None:
        """Subscribes, and says what there was before."""

    async def take(self, frame: str | bytes) -> None:
        """What a frame of the stream says."""


@final
class KeptConnection:
    """Silence is noticed by pings; whatever ends the connection, the next one begins anew."""

    def __init__(self, conversation: Conversation, pause: Pause = asyncio.sleep) -> None:
        self._conversation = conversation
        self._pause = pause
        self._backoff = Backoff()

    async def run(self) -> None:
        """Delivers until it is cancelled."""
        while True:
            try:
                await self._connected()
                reason = "the stream ended"
            except ProviderLost as fault:
                reason = str(fault)
            wait_s = self._backoff.wait_s()
            for outlet in self._conversation.outlets:
                outlet.lost(reason, wait_s)
            await self._pause(wait_s)

    async def probe(self) -> str:
        """Authenticates and subscribes, and goes again. Raises ProviderLost."""
        async with _opened(self._conversation.address) as stream:
            return await self._conversation.subscribe(stream)

    async def _connected(self) -> None:
        async with _opened(self._conversation.address) as stream:
            await self._conversation.begin(stream)
            self._backoff.reset()
            for outlet in self._conversation.outlets:
                outlet.connected()
            async for frame in stream:
                await self._conversation.take(frame)


@asynccontextmanager
async def answering(what: str) -> AsyncIterator[None]:
    """Raises ProviderLost where what is awaited inside takes too long."""
    try:
        # Not wait_for, which before Python 3.12 can lose a cancellation to an answer.
        async with asyncio.timeout(ANSWER_S):
            yield
    except TimeoutError:
        raise ProviderLost(f"no {what} within {ANSWER_S:.0f} s") from None


async def send(stream: ClientConnection, message: dict[str, Any]) -> None:
    """A message as JSON text."""
    await stream.send(msgspec.json.encode(message).decode())


def waiting_for(listeners: Iterable[Listener[S]], symbol: str) -> list[tuple[Listener[S], str]]:
    """Who waits for a symbol, and for which market."""
    return [
        (listener, coin)
        for listener in listeners
        for coin, own in listener.section.coins.items()
        if own == symbol
    ]


def symbols(listeners: Iterable[Listener[S]]) -> list[str]:
    """All that they wait for, in order."""
    return sorted({symbol for one in listeners for symbol in one.section.coins.values()})


@asynccontextmanager
async def _opened(address: str) -> AsyncIterator[ClientConnection]:
    """A connection until the end of the block; what happens to it is ProviderLost."""
    try:
        async with connect(
            address,
            open_timeout=ANSWER_S,
            ping_interval=PING_S,
            ping_timeout=PING_S,
            close_timeout=1.0,
            max_size=_LARGEST_FRAME,
        ) as stream:
            yield stream
    except (OSError, WebSocketException) as fault:
        raise ProviderLost(f"{type(fault).__name__}: {fault}") from None
    except msgspec.DecodeError as fault:
        raise ProviderLost(f"a message in another format: {fault}") from None
