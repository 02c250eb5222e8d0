"""Which shares their listing exchange has halted, and the bands they may trade in (PRICE-19).

A halt is of the listing exchange, as the calendar is: it holds back every source that goes by the
same exchange, whoever heard of it. What is heard is lost with a connection. From then on a halt is
doubtful, and a price that is newer than it and otherwise sound ends it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, final

HALTED: Final = "halted by its exchange"
OUTSIDE_BANDS: Final = "outside the exchange's price bands"


@dataclass(frozen=True, slots=True)
class Halt:
    """Since when (UTC nanoseconds) and why, in the exchange's codes."""

    since_ns: int
    reason: str
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Bands:
    """Prices of 10^-8 USD between which the exchange lets a share trade since `since_ns`."""

    low_e8: int
    high_e8: int
    since_ns: int


@final
class ExchangeBoard:
    """What all desks of a feed know of their exchanges, by calendar and market."""

    def __init__(self) -> None:
        self._halts: dict[tuple[str, str], Halt] = {}
        self._ended: dict[tuple[str, str], int] = {}
        self._bands: dict[tuple[str, str], Bands] = {}

    def halt(self, calendar: str, coin: str, time_ns: int, reason: str) -> None:
        """From now on nothing of this share goes out. One older than its own end is history."""
        place = (calendar, coin)
        if time_ns >= self._ended.get(place, 0):
            self._halts[place] = Halt(time_ns, reason)

    def resume(self, calendar: str, coin: str, time_ns: int) -> None:
        """The share trades again; the bands from before mean nothing now."""
        place = (calendar, coin)
        halt = self._halts.get(place)
        if halt is not None and time_ns >= halt.since_ns:
            del self._halts[place]
        self._ended[place] = max(time_ns, self._ended.get(place, 0))
        self._bands.pop(place, None)

    def doubt(self, calendar: str, coins: Collection[str]) -> None:
        """Whoever told of halts and bands can not be heard any more."""
        for coin in coins:
            place = (calendar, coin)
            halt = self._halts.get(place)
            if halt is not None:
                self._halts[place] = replace(halt, is_doubtful=True)
            self._bands.pop(place, None)

    def halted(self, calendar: str, coin: str) -> Halt | None:
        """The halt that is on."""
        return self._halts.get((calendar, coin))

    def limit(self, calendar: str, coin: str, bands: Bands) -> None:
        """Newer bands take the place of older ones."""
        known = self._bands.get((calendar, coin))
        if known is None or bands.since_ns >= known.since_ns:
            self._bands[calendar, coin] = bands

    def bands(self, calendar: str, coin: str) -> Bands | None:
        """The bands in force, if they were told."""
        return self._bands.get((calendar, coin))
