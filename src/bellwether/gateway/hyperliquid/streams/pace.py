"""Conflation: at once when quiet, no more often than an interval when busy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, final

from bellwether.gateway.hyperliquid.streams.topic import Topic

Push = Callable[[dict[Topic, bool]], Awaitable[None]]
"""Sends the topics' present state; the flag says to send it even if it is as it was."""


@final
class Pace:
    """Collects topics that have changed and has them sent together. Needs a running loop."""

    def __init__(self, interval_s: float, push: Push) -> None:
        self._interval_s: Final = interval_s
        self._push: Final = push
        self._marked: dict[Topic, bool] = {}
        self._task: asyncio.Task[None] | None = None

    def mark(self, topic: Topic, always: bool = False) -> None:
        """Have a topic sent; `always` even if nothing in it has changed."""
        self._marked[topic] = always or self._marked.get(topic, False)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._marked:
            marked, self._marked = self._marked, {}
            await self._push(marked)
            await asyncio.sleep(self._interval_s)

    def stop(self) -> None:
        """Send nothing more."""
        if self._task is not None:
            self._task.cancel()
