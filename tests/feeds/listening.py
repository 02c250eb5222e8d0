"""An outlet that keeps what it is told, for tests that wait for the next thing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from bellwether.feeds.prices.halts import Bands
from bellwether.feeds.prices.notices import Notice
from bellwether.feeds.prices.prints import Print
from bellwether.feeds.sources.outlet import Source

DEADLINE_S = 30


class KeptOutlet:
    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[Any, ...]] = asyncio.Queue()

    async def seen(self, one: Print) -> None:
        self.heard.put_nowait(("seen", one))

    def dropped(self, reason: str, coin: str) -> None:
        self.heard.put_nowait(("dropped", reason, coin))

    def withdrawn(self, coin: str, key: str) -> None:
        self.heard.put_nowait(("withdrawn", coin, key))

    async def told(self, notice: Notice) -> None:
        self.heard.put_nowait(("told", notice))

    def limited(self, coin: str, bands: Bands) -> None:
        self.heard.put_nowait(("limited", coin, bands))

    def lost(self, reason: str, wait_s: float) -> None:
        self.heard.put_nowait(("lost", reason, wait_s))

    def connected(self) -> None:
        self.heard.put_nowait(("connected",))

    async def next(self, kind: str) -> tuple[Any, ...]:
        """The next of this kind; what comes before it is passed over."""
        while True:
            found = await self.one()
            if found[0] == kind:
                return found

    async def one(self) -> tuple[Any, ...]:
        """The next of any kind."""
        async with asyncio.timeout(DEADLINE_S):
            return await self.heard.get()


async def at_once(_: float) -> None:
    """A pause that only lets others run."""
    await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def running(source: Source) -> AsyncIterator[None]:
    """A source at work, until the end of the block; its fault is the test's."""
    task = asyncio.ensure_future(source.run())
    try:
        yield
        if task.done():
            task.result()
    finally:
        task.cancel()
        async with asyncio.timeout(DEADLINE_S):
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(task)
