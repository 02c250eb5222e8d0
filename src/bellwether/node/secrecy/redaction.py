"""The last net under the rule that logs hold no keys, signatures or bodies.

Nothing is meant to log them. Where something breaks, an exception's text may show what it broke on:
there every number as long as a key is taken out. Hashes of the journal elsewhere stay readable.
"""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any, Final

REDACTED: Final = "<redacted>"
SECRET_NAMES: Final = frozenset(
    (
        *("authorization", "body", "credentials", "key", "password", "payload", "private_key"),
        *("secret", "signature", "token"),
    )
)
"""Fields of a log line whose value is never shown."""

_LONG_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?[0-9a-fA-F]{56,}(?![0-9A-Za-z])")


def without_numbers(text: str) -> str:
    """The text without what may be a key or half a signature: 56 digits or more in a row, in hex
    or decimal."""
    return _LONG_NUMBER.sub(REDACTED, text)


def redacted(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """For structlog, after exceptions have become text."""
    for name in SECRET_NAMES & event.keys():
        event[name] = REDACTED
    if "exception" in event:
        event["exception"] = without_numbers(str(event["exception"]))
    return event


class RedactedFormatter(logging.Formatter):
    """For what libraries log: their messages have no business with long numbers."""

    def format(self, record: logging.LogRecord) -> str:
        return without_numbers(super().format(record))
