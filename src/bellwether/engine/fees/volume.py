"""What one user has traded, day by day in UTC (ORD-7)."""

from __future__ import annotations

from typing import Final, final

DAYS_KEPT: Final = 30


@final
class Volume:
    """Micro-USD `taken` and `made` on `day` (counted from 1970), and on the days before with any.

    `days` holds (day, taken, made), the newest last, no more than the longest window asks for.
    """

    __slots__ = ("day", "days", "made", "taken")

    def __init__(self) -> None:
        self.day: int = 0
        self.taken: int = 0
        self.made: int = 0
        self.days: list[tuple[int, int, int]] = []

    def take(self, day: int, value_e6: int) -> None:
        """A trade as taker."""
        if day != self.day:
            self._turn(day)
        self.taken += value_e6

    def make(self, day: int, value_e6: int) -> None:
        """A trade as maker."""
        if day != self.day:
            self._turn(day)
        self.made += value_e6

    def within(self, day: int, window: int) -> int:
        """Micro-USD traded on the `window` full days before `day`; changes nothing."""
        total = self.taken + self.made if day - window <= self.day < day else 0
        for past, taken, made in self.days:
            if past >= day - window:
                total += taken + made
        return total

    def _turn(self, day: int) -> None:
        """Another day has begun; a day is full from then on."""
        if self.taken > 0 or self.made > 0:
            self.days.append((self.day, self.taken, self.made))
        while self.days and self.days[0][0] < day - DAYS_KEPT:
            del self.days[0]
        self.day = day
        self.taken = 0
        self.made = 0
