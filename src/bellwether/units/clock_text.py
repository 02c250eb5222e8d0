"""Instants as text: ISO 8601 with ``Z`` to and from exact nanoseconds (UNIT-9, INST-1a)."""

import re
from datetime import date
from typing import Final

from bellwether.units.quantities import NS_PER_DAY, NS_PER_MS, NS_PER_S

_INSTANT: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?Z)?",
    re.ASCII,
)
_EPOCH_ORDINAL: Final[int] = 719_163
"""The ordinal of 1970-01-01 in the proleptic Gregorian calendar."""


class TimeError(ValueError):
    """Text that is no instant; the message is the reason."""


def parse_time_ns(text: str) -> int:
    """Return the UTC nanoseconds since 1970 of an instant such as "2026-05-01T10:14:00.5Z".

    Seconds and up to nine decimals of them may be left out; a plain date stands for 00:00 UTC
    (INST-1a). Raises TimeError on anything else, including other time zones and leap seconds.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise TimeError(f"{text!r} is not a date or a UTC time such as 2026-05-01T00:00:00Z")
    try:
        day = date(int(match[1]), int(match[2]), int(match[3])).toordinal() - _EPOCH_ORDINAL
    except ValueError as error:
        raise TimeError(f"{text!r} is not a day of the calendar: {error}") from None
    hour, minute, second = int(match[4] or "0"), int(match[5] or "0"), int(match[6] or "0")
    if hour > 23 or minute > 59 or second > 59:
        raise TimeError(f"{text!r} is not a time of the day")
    fraction = int((match[7] or "").ljust(9, "0"))
    return day * NS_PER_DAY + ((hour * 60 + minute) * 60 + second) * NS_PER_S + fraction


def format_time_ns(time_ns: int) -> str:
    """Return an instant as ISO 8601 with ``Z``: milliseconds, or nine decimals where it is finer.

    Raises OverflowError or ValueError outside the years 1 to 9999.
    """
    days = time_ns // NS_PER_DAY
    within = time_ns - days * NS_PER_DAY
    seconds = within // NS_PER_S
    fraction = within - seconds * NS_PER_S
    minutes = seconds // 60
    day = date.fromordinal(_EPOCH_ORDINAL + days).isoformat()
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds % 60:02d}"
    if fraction % NS_PER_MS == 0:
        return f"{day}T{clock}.{fraction // NS_PER_MS:03d}Z"
    return f"{day}T{clock}.{fraction:09d}Z"
