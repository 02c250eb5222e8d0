"""A machine's clock that is wrong: it steps, stands still, drifts and goes backwards."""

from __future__ import annotations

from typing import Final, final

from bellwether.testing.simulator.loop import Timeline

MILLION: Final = 1_000_000


@final
class WallClock:
    """Called, it says what the clock shows, UTC nanoseconds."""

    def __init__(self, timeline: Timeline, start_ns: int) -> None:
        self._timeline = timeline
        self._start_ns = start_ns
        self._shown_ns = start_ns
        self._since_ns = timeline.now_ns
        self._rate_e6 = MILLION

    def __call__(self) -> int:
        elapsed = self._timeline.now_ns - self._since_ns
        return self._shown_ns + elapsed * self._rate_e6 // MILLION

    @property
    def true_ns(self) -> int:
        """What it should show."""
        return self._start_ns + self._timeline.now_ns

    def step(self, by_ns: int) -> None:
        """From now on it shows so much more, or less."""
        self._restart(self() + by_ns, self._rate_e6)

    def run_at(self, rate_e6: int) -> None:
        """From now on it goes at so many millionths of its speed; 0 is standing still."""
        self._restart(self(), rate_e6)

    def repair(self) -> None:
        """It is right again."""
        self._restart(self.true_ns, MILLION)

    def _restart(self, shown_ns: int, rate_e6: int) -> None:
        self._shown_ns = shown_ns
        self._since_ns = self._timeline.now_ns
        self._rate_e6 = rate_e6
