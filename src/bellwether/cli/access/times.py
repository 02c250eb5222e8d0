"""Times of the venue, which are milliseconds, as a person writes and reads them."""

from __future__ import annotations

from bellwether.cli.refusal import refuse
from bellwether.units.clock_text import TimeError, format_time_ns, parse_time_ns
from bellwether.units.quantities import NS_PER_MS


def milliseconds(text: str, where: str) -> int:
    """A time of the command line; ends the command if it is none."""
    try:
        return parse_time_ns(text) // NS_PER_MS
    except TimeError as error:
        refuse(f"{where}: {error}")


def time_text(time_ms: int) -> str:
    """A time of the venue for people."""
    return format_time_ns(time_ms * NS_PER_MS)
