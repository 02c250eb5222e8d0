"""The way between a client and the venue: it delays, drops, doubles and reorders messages."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final, final

from bellwether.testing.simulator.loop import Timeline

NS_PER_MS: Final = 1_000_000
_CLOGGED_MS: Final = 5_000


@final
class Network:
    """Chances are in hundredths. Delays are drawn, so later messages overtake earlier ones."""

    def __init__(self, timeline: Timeline, loss_e2: int, replay_e2: int, delay_ms: int) -> None:
        self._timeline = timeline
        self._loss_e2 = loss_e2
        self._replay_e2 = replay_e2
        self._delay_ms = delay_ms
        self._cut_until_ns: dict[int, int] = {}
        self.lost = 0
        self.doubled = 0

    def cut(self, client: int, for_ns: int) -> None:
        """Disconnects a client for a while; -1 is everybody."""
        self._cut_until_ns[client] = self._timeline.now_ns + for_ns

    def repair(self) -> None:
        """From here on every message arrives once and soon."""
        self._loss_e2 = self._replay_e2 = 0
        self._delay_ms = 1
        self._cut_until_ns.clear()

    def carry(self, client: int, luck: Random, arrive: Callable[[], None]) -> None:
        """Lets a message of a client arrive: not at all, once, or more often."""
        copies = 1
        while copies < 4 and luck.randrange(100) < self._replay_e2:
            copies += 1
        self.doubled += copies - 1
        for _ in range(copies):
            if self._is_cut(client) or luck.randrange(100) < self._loss_e2:
                self.lost += 1
                continue
            self._timeline.after(self._delay_ns(luck), arrive)

    def _is_cut(self, client: int) -> bool:
        now = self._timeline.now_ns
        return any(self._cut_until_ns.get(who, 0) > now for who in (client, -1))

    def _delay_ns(self, luck: Random) -> int:
        """Around the mean; one in a hundred is clogged."""
        if self._delay_ms > 1 and luck.randrange(100) == 0:
            return luck.randrange(_CLOGGED_MS * NS_PER_MS)
        return luck.randrange(1, 2 * self._delay_ms * NS_PER_MS)
