"""The only place that reads a clock (chapter 10, dev world; architecture: time is a command)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, final

from bellwether.node.errors import ClockRefused


class Clock(Protocol):
    """Where the sequencer takes the time of a command from. UTC nanoseconds since 1970."""

    @property
    def is_manual(self) -> bool:
        """Whether time moves only when told."""

    def time_ns(self) -> int:
        """Now; never less than what was returned before."""

    def not_before(self, time_ns: int) -> None:
        """Lifts the time to at least that of a recovered state, so that it never goes back."""


@final
class SystemClock:
    """The machine's clock, held still while the machine's goes backwards.

    `source` tells what the machine's clock shows, UTC nanoseconds.
    """

    __slots__ = ("_last_ns", "_source")

    is_manual = False

    def __init__(self, source: Callable[[], int] = time.time_ns) -> None:
        self._last_ns = 0
        self._source = source

    def time_ns(self) -> int:
        now = self._source()
        if now > self._last_ns:
            self._last_ns = now
        return self._last_ns

    def not_before(self, time_ns: int) -> None:
        self._last_ns = max(self._last_ns, time_ns)


@final
class ManualClock:
    """Stands still until it is set (`serve --clock manual`)."""

    __slots__ = ("_now_ns",)

    is_manual = True

    def __init__(self, start_ns: int) -> None:
        self._now_ns = start_ns

    def time_ns(self) -> int:
        return self._now_ns

    def not_before(self, time_ns: int) -> None:
        self._now_ns = max(self._now_ns, time_ns)

    def set_to(self, time_ns: int) -> None:
        """Raises ClockRefused for a time before the present one."""
        if time_ns < self._now_ns:
            raise ClockRefused(
                f"the clock stands at {self._now_ns} ns and can not go back to {time_ns} ns"
            )
        self._now_ns = time_ns
