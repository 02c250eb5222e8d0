"""Where a source hands over what it saw, and how long it waits before it tries again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from bellwether.feeds.prices.halts import Bands
from bellwether.feeds.prices.notices import Notice
from bellwether.feeds.prices.prints import Print

Pause = Callable[[float], Awaitable[None]]

FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 30.0


class Outlet(Protocol):
    """What a source can say."""

    async def seen(self, one: Print) -> None:
        """A print; whether it is sent is decided elsewhere."""

    def dropped(self, reason: str, coin: str) -> None:
        """Something that is no price."""

    def withdrawn(self, coin: str, key: str) -> None:
        """The provider has called a print back."""

    async def told(self, notice: Notice) -> None:
        """A halt, a resumption, or what an auction indicates."""

    def limited(self, coin: str, bands: Bands) -> None:
        """The exchange's price bands."""

    def lost(self, reason: str, wait_s: float) -> None:
        """The provider is gone; it is asked again after `wait_s` seconds."""

    def connected(self) -> None:
        """The provider delivers."""


class Source(Protocol):
    """Something that a feed listens to."""

    async def run(self) -> None:
        """Delivers until it is cancelled; loss of the provider is said and survived."""


class Provider(Source, Protocol):
    """A source of prices."""

    async def probe(self) -> str:
        """What it would deliver, in a few words; nothing goes out. Raises ProviderLost."""


class Silent:
    """The outlet of a source that is only asked whether it is there."""

    async def seen(self, one: Print) -> None: ...

    def dropped(self, reason: str, coin: str) -> None: ...

    def withdrawn(self, coin: str, key: str) -> None: ...

    async def told(self, notice: Notice) -> None: ...

    def limited(self, coin: str, bands: Bands) -> None: ...

    def lost(self, reason: str, wait_s: float) -> None: ...

    def connected(self) -> None: ...


class ProviderLost(Exception):
    """The provider does not deliver; the message says why and holds nothing secret."""


class Backoff:
    """Seconds to wait: doubled with each failure, from the start again after a success."""

    def __init__(self) -> None:
        self._next_s = FIRST_WAIT_S

    def wait_s(self) -> float:
        wait_s = self._next_s
        self._next_s = min(2 * wait_s, LONGEST_WAIT_S)
        return wait_s

    def reset(self) -> None:
        self._next_s = FIRST_WAIT_S
