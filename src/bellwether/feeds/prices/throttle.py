"""At most one act per source, market and interval; of those that wait the newest wins."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bellwether.feeds.prices.prints import Print


@dataclass(frozen=True, slots=True)
class Throttle:
    """`sent_ns` is when the last one went out, -1 before the first."""

    interval_ns: int
    sent_ns: int = -1
    waiting: Print | None = None

    @property
    def due_ns(self) -> int:
        """From when on the next may go."""
        return 0 if self.sent_ns < 0 else self.sent_ns + self.interval_ns


def offer(throttle: Throttle, seen: Print) -> Throttle:
    """With a print that waits for its turn; an older one is forgotten for it."""
    waiting = throttle.waiting
    if waiting is not None and waiting.time_ns > seen.time_ns:
        return throttle
    return replace(throttle, waiting=seen)


def take(throttle: Throttle, now_ns: int) -> tuple[Throttle, Print | None]:
    """The print whose turn has come, if there is one; from now on it counts as sent."""
    if throttle.waiting is None or now_ns < throttle.due_ns:
        return throttle, None
    return replace(throttle, sent_ns=now_ns, waiting=None), throttle.waiting
