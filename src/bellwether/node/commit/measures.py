"""How long commands wait on their way to the disk and back, in plain counts (IFACE-6).

Every command is counted, with the time of the slowest that went the same way together, so that a
stall weighs as much as it made wait: no sample is left out because nothing could be asked.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable
from typing import Final, final

import structlog

LATENCIES_S: Final = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025),
    *(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
SIZES: Final = (1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0)

SLOW_WRITE_S: Final = 0.25
CALM_S: Final = 10.0
"""Something is slow no more when it has been quick for this long."""

_log: Final = structlog.get_logger("bellwether.node")


@final
class Counts:
    """A histogram: how often values up to each edge occurred, the last count for larger ones."""

    __slots__ = ("counts", "edges", "total")

    def __init__(self, edges: tuple[float, ...] = LATENCIES_S) -> None:
        self.edges = edges
        self.counts = [0] * (len(edges) + 1)
        self.total = 0.0

    def add(self, value: float, times: int = 1) -> None:
        """Counts a value that occurred `times` times."""
        self.counts[bisect_left(self.edges, value)] += times
        self.total += value * times

    def cumulative(self) -> list[tuple[str, float]]:
        """Upper edge and count up to it, as Prometheus has them."""
        found: list[tuple[str, float]] = []
        so_far = 0
        for edge, count in zip((*map(str, self.edges), "+Inf"), self.counts, strict=True):
            so_far += count
            found.append((edge, float(so_far)))
        return found


@final
class Slowness:
    """Whether something is slow, and since when: two lines in the log, not one each time.

    `limit_s` is what is slow; `clock` gives seconds of no particular beginning.
    """

    def __init__(
        self, what: str, limit_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._what = what
        self._limit_s = limit_s
        self._clock = clock
        self._began_s = 0.0
        self._last_s = 0.0
        self._worst_s = 0.0
        self._times = 0

    @property
    def lasts_s(self) -> float:
        """For how long it has been slow; 0 while it is not."""
        return self._clock() - self._began_s if self._times else 0.0

    def took(self, seconds: float) -> None:
        """Once each time it was done."""
        if seconds < self._limit_s and not self._times:
            return
        now = self._clock()
        if seconds >= self._limit_s:
            if not self._times:
                self._began_s = now - seconds
                _log.warning("slow_began", what=self._what, seconds=round(seconds, 3))
            self._times += 1
            self._last_s = now
            self._worst_s = max(self._worst_s, seconds)
        elif now - self._last_s >= CALM_S:
            _log.warning(
                "slow_ended",
                what=self._what,
                times=self._times,
                worst_seconds=round(self._worst_s, 3),
                lasted_seconds=round(self._last_s - self._began_s, 3),
            )
            self._times = 0
            self._worst_s = 0.0


@final
class CommitMeasures:
    """Of a sequencer: seconds a command waited to be applied, for its record to be on disk, and
    for the views to have it; commands a record; how many wait now."""

    def __init__(self) -> None:
        self.queued = Counts()
        self.written = Counts()
        self.published = Counts()
        self.sizes = Counts(SIZES)
        self.waiting = 0
        self.slow_disk = Slowness("journal", SLOW_WRITE_S)

    def batch_written(self, seconds: float, commands: int) -> None:
        """A record of so many commands is durable, so long after it was handed over."""
        self.written.add(seconds, commands)
        self.sizes.add(float(commands))
        self.slow_disk.took(seconds)
