"""Timers are engine state: when, what kind, for which market or user."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final, final

LAUNCH: Final = 1
ORACLE_UPDATE: Final = 2
FUNDING_SAMPLE: Final = 3
FUNDING_HOUR: Final = 4
SCHEDULED_CANCEL: Final = 5


@final
class Timers:
    """A heap of (time ns, kind, market's asset or place of the user); equal times run by kind."""

    __slots__ = ("first_ns", "heap")

    def __init__(self, heap: list[tuple[int, int, int]]) -> None:
        self.heap: list[tuple[int, int, int]] = heap
        self.first_ns: int = heap[0][0] if heap else 0

    def add(self, time_ns: int, kind: int, subject: int) -> None:
        """Sets a timer; it can not be taken back, its kind must check whether it still applies."""
        heappush(self.heap, (time_ns, kind, subject))
        self.first_ns = self.heap[0][0]

    def next_ns(self) -> int:
        """When the next timer is due; 0 if there is none."""
        return self.first_ns

    def pop(self) -> tuple[int, int, int]:
        """Takes the first timer off."""
        first = heappop(self.heap)
        self.first_ns = self.heap[0][0] if self.heap else 0
        return first
