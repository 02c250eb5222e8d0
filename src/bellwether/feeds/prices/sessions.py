"""The calendar of a listing exchange: which session an instant falls into (PRICE-19).

A trading day of US equities runs from 20:00 New York time of the evening before to 20:00: overnight
until 04:00, pre until the opening, regular until the close, post for four hours after it. Prices
come from outside on days that are sessions of the exchange, which is Sunday 20:00 to Friday 20:00
less holidays; after an early close the post session, and with it the day, ends early too. Exchanges
elsewhere have their regular session only.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from bellwether.units.quantities import NS_PER_S

EXTENDED_HOURS: Final = frozenset({"XNYS", "XNAS", "ARCX", "BATS", "XASE"})
"""Listing exchanges whose shares trade around the clock on weekdays."""

_NEW_YORK: Final = ZoneInfo("America/New_York")
_DAY_TURNS: Final = time(20)
_PRE_BEGINS: Final = time(4)
_POST_LASTS: Final = timedelta(hours=4)


class CalendarUnavailable(Exception):
    """There is no such calendar, or no library for calendars; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Span:
    """One session, from its begin up to its end (UTC nanoseconds)."""

    session: str
    begin_ns: int
    end_ns: int


class ListingCalendar:
    """Sessions of one exchange, by its market identifier code."""

    def __init__(self, code: str) -> None:
        """Raises CalendarUnavailable."""
        if code not in library().get_calendar_names(include_aliases=True):
            raise CalendarUnavailable(
                f"{code!r} is not an exchange that the calendars know, such as XNAS or XNYS"
            )
        self.code = code
        self._days: dict[date, tuple[Span, ...]] = {}
        self._calendars: dict[int, Any] = {}

    def session_at(self, time_ns: int) -> str | None:
        """`pre`, `regular`, `post` or `overnight`; None while prices do not come from outside."""
        for span in self.spans(self.trading_day(time_ns)):
            if span.begin_ns <= time_ns < span.end_ns:
                return span.session
        return None

    def trading_day(self, time_ns: int) -> date:
        """The date on the exchange's calendar that an instant belongs to."""
        if self.code not in EXTENDED_HOURS:
            zone = ZoneInfo(str(self._calendar(_utc(time_ns).year).tz))
            return _utc(time_ns).astimezone(zone).date()
        local = _utc(time_ns).astimezone(_NEW_YORK)
        return local.date() + timedelta(days=1 if local.time() >= _DAY_TURNS else 0)

    def spans(self, day: date) -> tuple[Span, ...]:
        """The sessions of a trading day in order; none on a holiday and at a weekend."""
        if day not in self._days:
            self._days[day] = self._look_up(day)
        return self._days[day]

    def _look_up(self, day: date) -> tuple[Span, ...]:
        calendar = self._calendar(day.year)
        if not calendar.is_session(day.isoformat()):
            return ()
        opens_ns = int(calendar.session_open(day.isoformat()).value)
        closes_ns = int(calendar.session_close(day.isoformat()).value)
        regular = Span("regular", opens_ns, closes_ns)
        if self.code not in EXTENDED_HOURS:
            return (regular,)
        evening = _ns(datetime.combine(day - timedelta(days=1), _DAY_TURNS, _NEW_YORK))
        morning = _ns(datetime.combine(day, _PRE_BEGINS, _NEW_YORK))
        post_ends = closes_ns + int(_POST_LASTS.total_seconds()) * NS_PER_S
        return (
            Span("overnight", evening, morning),
            Span("pre", morning, opens_ns),
            regular,
            Span("post", closes_ns, post_ends),
        )

    def _calendar(self, year: int) -> Any:
        """The library's calendar of one year, and of the months around it, since it knows nothing
        of days before its first session; building all years takes seconds."""
        if year not in self._calendars:
            with warnings.catch_warnings():
                # The library meets pandas 3.1 with calls that pandas 4 will answer differently;
                # the extra `feeds` stays below 4.
                warnings.simplefilter("ignore", DeprecationWarning)
                self._calendars[year] = library().get_calendar(
                    self.code, start=f"{year - 1}-12-01", end=f"{year + 1}-01-31"
                )
        return self._calendars[year]


@cache
def library() -> Any:
    """exchange_calendars. Raises CalendarUnavailable with what to install."""
    # Imported late: it brings pandas along, and a venue without a feed has no need of it.
    try:
        import exchange_calendars
    except ImportError:
        raise CalendarUnavailable(
            "calendars need the package exchange-calendars: `pip install 'bellwether[feeds]'`"
        ) from None
    return exchange_calendars


def _utc(time_ns: int) -> datetime:
    return datetime.fromtimestamp(time_ns // NS_PER_S, UTC)


def _ns(moment: datetime) -> int:
    return int(moment.timestamp()) * NS_PER_S
