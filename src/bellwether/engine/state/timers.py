"""Timers are engine state: when, what kind, for which market or user."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final, final

LAUNCH: Final = 1
ORACLE_UPDATE: Final = 2
FUNDING_SAMPLE: Final = 3
FUNDING_HOUR: Final = 4
SCHEDULED_CANCEL: Final = 5
OUTSIDE_LAUNCH: Final = 6
SETTLEMENT_DEADLINE: Final = 7
PROPOSAL_EXPIRY: Final = 8
INDEX_UPDATE: Final = 9
RAMP_STEP: Final = 10
LISTING_DAY_END: Final = 11
DELISTING_END: Final = 12
AUCTION_START: Final = 13
EVENT_DEADLINE: Final = 16
SPECIFICATION_CHANGE: Final = 20
HALT_END: Final = 21
REOPENING: Final = 22
TWAP_SLICE: Final = 30
TAKER_RELEASE: Final = 31
LAST_TRIGGERS: Final = 32
BUDGET_MINUTE: Final = 40
EVENT_CLOCK: Final = 41


@final
class Timers:
    """Sorted (time ns, kind, subject); equal times run by kind.

    The subject is a market's asset, the place of a user, or the number of a proposal, an order
    or a TWAP order.
    """

    __slots__ = ("first_ns", "waiting")

    def __init__(self, waiting: list[tuple[int, int, int]]) -> None:
        """`waiting` is sorted."""
        self.waiting: list[tuple[int, int, int]] = waiting
        self.first_ns: int = 0
        self._look()

    def add(self, time_ns: int, kind: int, subject: int) -> None:
        """Sets a timer."""
        insort(self.waiting, (time_ns, kind, subject))
        self._look()

    def remove(self, time_ns: int, kind: int, subject: int) -> None:
        """Takes a timer back that has been set and has not run."""
        timer = (time_ns, kind, subject)
        place = bisect_left(self.waiting, timer)
        assert self.waiting[place] == timer, "a timer that is taken back was set"
        del self.waiting[place]
        self._look()

    def remove_all(self, kind: int, subject: int) -> None:
        """Takes back whatever is set of a kind for a subject, whenever it is due."""
        self.waiting = [each for each in self.waiting if each[1] != kind or each[2] != subject]
        self._look()

    def has(self, time_ns: int, kind: int, subject: int) -> bool:
        """Is this timer set?"""
        timer = (time_ns, kind, subject)
        place = bisect_left(self.waiting, timer)
        return place < len(self.waiting) and self.waiting[place] == timer

    def next_ns(self) -> int:
        """When the next timer is due; 0 if there is none."""
        return self.first_ns

    def pop(self) -> tuple[int, int, int]:
        """Takes the first timer off."""
        first = self.waiting.pop(0)
        self._look()
        return first

    def _look(self) -> None:
        self.first_ns = self.waiting[0][0] if self.waiting else 0
