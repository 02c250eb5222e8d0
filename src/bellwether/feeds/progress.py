"""What a feed tells whoever runs it: one line an event on stderr, for people or as JSON.

Nothing secret passes through here; sources hand over names, reasons and prices only.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, TextIO, final

import structlog

_SHOWN: Final = 200


@final
class Progress:
    """Says events, counts what is turned away, and does not say the same trouble twice."""

    def __init__(self, stream: TextIO, as_json: bool = False) -> None:
        renderer: Any = (
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=24)
        )
        self._log = structlog.wrap_logger(
            structlog.PrintLogger(stream),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                renderer,
            ],
        )
        self._troubles: dict[str, str] = {}
        self._seen: set[tuple[str, str]] = set()
        self.totals: Counter[tuple[str, str]] = Counter()
        """By source and what became of a print or an entry."""

    def say(self, event: str, **fields: Any) -> None:
        self._log.info(event, **fields)

    def warn(self, event: str, **fields: Any) -> None:
        self._log.warning(event, **{name: _short(value) for name, value in fields.items()})

    def trouble(self, about: str, reason: str, event: str, **fields: Any) -> None:
        """Warns, unless the last trouble with the same thing had the same reason."""
        if self._troubles.get(about) != reason:
            self._troubles[about] = reason
            self.warn(event, reason=reason, **fields)

    def over(self, about: str, event: str, **fields: Any) -> None:
        """Says so if there was trouble with it."""
        if self._troubles.pop(about, None) is not None:
            self.say(event, **fields)

    def count(self, source: str, outcome: str, **fields: Any) -> None:
        """Adds to the totals; the first of each kind is said with its particulars."""
        self.totals[source, outcome] += 1
        if (source, outcome) not in self._seen:
            self._seen.add((source, outcome))
            self.say("first_of_its_kind", source=source, outcome=outcome, **fields)

    def summary(self) -> None:
        """The totals so far."""
        for source in sorted({source for source, _ in self.totals}):
            counts = {
                outcome: number
                for (name, outcome), number in sorted(self.totals.items())
                if name == source
            }
            self.say("totals", source=source, counts=counts)


def _short(value: Any) -> Any:
    return value[:_SHOWN] if isinstance(value, str) else value
