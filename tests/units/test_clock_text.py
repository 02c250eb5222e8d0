"""Instants are exact nanoseconds and ISO 8601 text (UNIT-9, INST-1a)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from bellwether.units.clock_text import TimeError, format_time_ns, parse_time_ns

FIRST_NS = -62_135_596_800 * 10**9
LAST_NS = 253_402_300_800 * 10**9 - 1


@given(st.integers(FIRST_NS, LAST_NS))
def test_formatting_and_parsing_are_inverse(time_ns: int) -> None:
    assert parse_time_ns(format_time_ns(time_ns)) == time_ns


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001
def test_parsing_agrees_with_the_calendar(moment: datetime) -> None:
    elapsed = moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    expected = elapsed // timedelta(microseconds=1) * 1_000
    assert parse_time_ns(f"{moment.isoformat(timespec='microseconds')}Z") == expected


def test_a_date_stands_for_midnight_utc() -> None:
    """INST-1a."""
    assert parse_time_ns("2026-07-30") == parse_time_ns("2026-07-30T00:00Z")
    assert parse_time_ns("1970-01-02") == 86_400 * 10**9


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_777_593_600_000_000_000, "2026-05-01T00:00:00.000Z"),
        (1_777_593_600_123_000_000, "2026-05-01T00:00:00.123Z"),
        (1_777_593_600_123_456_000, "2026-05-01T00:00:00.123456000Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
    ],
)
def test_instants_are_written_in_milliseconds_or_exactly(time_ns: int, text: str) -> None:
    assert format_time_ns(time_ns) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-30",
        "2026-13-01",
        "0000-01-01",
        "2026-05-01T24:00:00Z",
        "2026-05-01T10:60:00Z",
        "2026-05-01T23:59:60Z",
        "2026-05-01T10:00:00",
        "2026-05-01T10:00:00+00:00",
        "2026-05-01 10:00:00Z",
        "2026-05-01T10:00:00.Z",
        "2026-05-01T10:00:00.1234567890Z",
        "2026-05-01T10:00:00Z\n",
        "٢٠٢٦-05-01",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(TimeError):
        parse_time_ns(text)
