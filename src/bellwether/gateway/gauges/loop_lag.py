"""How late the event loop is: what anybody has to wait beside their own request."""

from __future__ import annotations

import asyncio
from typing import Final, final

from bellwether.node.commit.measures import Counts, Slowness

EVERY_S: Final = 0.05
SLOW_S: Final = 0.25
_MOST_MISSED: Final = 10_000


@final
class LoopLag:
    """Looks at the clock at fixed moments. A loop that stands still for a second misses twenty of
    them, and all twenty are counted with what each had to wait: nothing is omitted because the
    observer was stopped, too."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.slow = Slowness("event loop", SLOW_S)
        self._loop = asyncio.get_running_loop()
        self._due_s = self._loop.time() + EVERY_S
        self._loop.call_at(self._due_s, self._look)

    def _look(self) -> None:
        late_s = max(0.0, self._loop.time() - self._due_s)
        self.slow.took(late_s)
        missed = min(int(late_s / EVERY_S), _MOST_MISSED)
        for number in range(missed + 1):
            self.counts.add(late_s - number * EVERY_S)
        self._due_s += (missed + 1) * EVERY_S
        self._loop.call_at(self._due_s, self._look)
