"""What time brings, and in which order at one instant (chapter 01, UNIT-9)."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final

LAUNCH: Final = 1
UPDATE: Final = 2
SAMPLE: Final = 3
HOUR: Final = 4
SWITCH: Final = 5
OUTSIDE_LAUNCH: Final = 6
DEADLINE: Final = 7
EXPIRY: Final = 8
INDEX: Final = 9
RAMP: Final = 10
LISTING_DAY_END: Final = 11
DELISTING_END: Final = 12
AUCTION: Final = 13
EVENT_DEADLINE: Final = 16
CHANGE: Final = 20
HALT_END: Final = 21
REOPENING: Final = 22
SLICE: Final = 30
RELEASE: Final = 31
LAST_TRIGGERS: Final = 32
BUDGET: Final = 40
EVENT_NOTICE: Final = 41

Due = tuple[int, int, int]
"""When (ns), what, and of which market, user, proposal or order."""


class Clock:
    """What is due, in order: by time, then by kind, then by subject."""

    def __init__(self) -> None:
        self.due: list[Due] = []
        self.at: Due = (0, 0, 0)

    def set(self, time_ns: int, kind: int, subject: int) -> None:
        """Something will be due."""
        insort(self.due, (time_ns, kind, subject))

    def has(self, time_ns: int, kind: int, subject: int) -> bool:
        """Is this due?"""
        place = bisect_left(self.due, (time_ns, kind, subject))
        return place < len(self.due) and self.due[place] == (time_ns, kind, subject)

    def drop(self, time_ns: int, kind: int, subject: int) -> None:
        """It is due no more, if it was."""
        if self.has(time_ns, kind, subject):
            self.due.remove((time_ns, kind, subject))

    def drop_all(self, kind: int, subject: int) -> None:
        """Nothing of this kind is due for the subject any more."""
        self.due = [due for due in self.due if due[1:] != (kind, subject)]

    def next(self, until_ns: int) -> Due | None:
        """Takes off what is due next, if that is not later than this."""
        if not self.due or self.due[0][0] > until_ns:
            return None
        self.at = self.due.pop(0)
        return self.at
