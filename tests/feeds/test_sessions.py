"""The calendar of the listing exchange, on real dates (PRICE-19)."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from bellwether.feeds.prices.sessions import CalendarUnavailable, ListingCalendar
from bellwether.units.clock_text import format_time_ns, parse_time_ns

NASDAQ = ListingCalendar("XNAS")
CLOSED = None


def session(time: str) -> str | None:
    return NASDAQ.session_at(parse_time_ns(time))


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-05-04T00:00:00Z", "overnight"),  # Sunday 20:00 in New York, summer time
        ("2026-05-03T23:59:59Z", CLOSED),
        ("2026-05-04T07:59:59Z", "overnight"),
        ("2026-05-04T08:00:00Z", "pre"),
        ("2026-05-04T13:29:59.999Z", "pre"),
        ("2026-05-04T13:30:00Z", "regular"),
        ("2026-05-04T19:59:59Z", "regular"),
        ("2026-05-04T20:00:00Z", "post"),
        ("2026-05-05T00:00:00Z", "overnight"),  # Monday 20:00 begins Tuesday
        ("2026-05-08T23:59:59Z", "post"),
        ("2026-05-09T00:00:00Z", CLOSED),  # Friday 20:00
        ("2026-05-09T15:00:00Z", CLOSED),
    ],
)
def test_a_week_is_external_from_sunday_evening_to_friday_evening(
    time: str, expected: str | None
) -> None:
    assert session(time) == expected


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        # The clocks go forward on Sunday 8 March: that evening 20:00 is 00:00 UTC, not 01:00.
        ("2026-03-06T14:29:59Z", "pre"),
        ("2026-03-06T14:30:00Z", "regular"),
        ("2026-03-08T23:59:59Z", CLOSED),
        ("2026-03-09T00:00:00Z", "overnight"),
        ("2026-03-09T13:30:00Z", "regular"),
        # They go back on Sunday 1 November: 20:00 is 01:00 UTC.
        ("2026-10-30T13:30:00Z", "regular"),
        ("2026-11-02T00:00:00Z", CLOSED),
        ("2026-11-02T01:00:00Z", "overnight"),
        ("2026-11-02T09:00:00Z", "pre"),
        ("2026-11-02T14:29:59Z", "pre"),
        ("2026-11-02T14:30:00Z", "regular"),
    ],
)
def test_the_hours_are_those_of_new_york_in_summer_and_in_winter(
    time: str, expected: str | None
) -> None:
    assert session(time) == expected


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-11-26T00:59:59Z", "post"),  # Wednesday before Thanksgiving, 19:59:59
        ("2026-11-26T01:00:00Z", CLOSED),  # 20:00: the holiday's own trading day
        ("2026-11-26T15:00:00Z", CLOSED),
        ("2026-11-27T00:59:59Z", CLOSED),
        ("2026-11-27T01:00:00Z", "overnight"),  # Thursday 20:00: Friday's trading day
        ("2026-04-02T23:59:59Z", "post"),
        ("2026-04-03T00:00:00Z", CLOSED),  # Good Friday
        ("2026-04-03T15:00:00Z", CLOSED),
        ("2026-04-04T15:00:00Z", CLOSED),
        ("2026-04-06T00:00:00Z", "overnight"),
        ("2026-07-03T15:00:00Z", CLOSED),  # Independence Day, observed
        ("2026-12-25T15:00:00Z", CLOSED),
        ("2027-01-01T01:00:00Z", CLOSED),  # New Year's trading day begins in the old year
        ("2027-01-04T01:00:00Z", "overnight"),
    ],
)
def test_on_holidays_nothing_comes_from_outside(time: str, expected: str | None) -> None:
    assert session(time) == expected


@pytest.mark.parametrize("day", ["2026-11-27", "2026-12-24"])
def test_on_half_days_the_close_is_at_one_and_post_ends_at_five(day: str) -> None:
    assert session(f"{day}T17:59:59Z") == "regular"
    assert session(f"{day}T18:00:00Z") == "post"
    assert session(f"{day}T21:59:59Z") == "post"
    assert session(f"{day}T22:00:00Z") is CLOSED
    spans = NASDAQ.spans(date.fromisoformat(day))
    assert [span.session for span in spans] == ["overnight", "pre", "regular", "post"]
    assert format_time_ns(spans[2].end_ns) == f"{day}T18:00:00.000Z"


def test_the_sessions_of_a_day_follow_one_another_without_a_gap() -> None:
    for number in range(1, 29):
        spans = NASDAQ.spans(date(2026, 5, number))
        assert all(a.end_ns == b.begin_ns for a, b in itertools.pairwise(spans))


def test_an_exchange_elsewhere_has_its_regular_session_only() -> None:
    london = ListingCalendar("XLON")
    assert london.session_at(parse_time_ns("2026-05-05T09:00:00Z")) == "regular"
    assert london.session_at(parse_time_ns("2026-05-05T06:59:59Z")) is None
    assert london.session_at(parse_time_ns("2026-05-05T15:30:00Z")) is None
    assert london.session_at(parse_time_ns("2026-05-04T09:00:00Z")) is None, "a bank holiday"


def test_an_exchange_that_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(CalendarUnavailable, match="'NOPE' is not an exchange"):
        ListingCalendar("NOPE")
