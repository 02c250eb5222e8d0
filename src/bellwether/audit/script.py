"""The events of a command, held against what the rules ask for, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from bellwether.schema.event import Event

PREDICTED: Final = "predicted"
CHECKED: Final = "checked"
ACCEPTED: Final = "accepted"
WAYS: Final = (PREDICTED, CHECKED, ACCEPTED)

Kind = TypeVar("Kind", bound=Event)


class Disagreement(Exception):
    """Journal and rules differ: what was expected, what is there, and which rule says so."""

    def __init__(self, expected: str, actual: str, why: str = "") -> None:
        super().__init__(f"expected {expected}, found {actual}" + (f" ({why})" if why else ""))
        self.expected = expected
        self.actual = actual
        self.why = why


@dataclass
class Script:
    """A cursor over the events of one command. A silent one, for trials, hears nothing.

    While it `follows`, the venue's events lead the way: what they entail counts as checked only.
    """

    silent: bool = False
    follows: bool = False
    events: Sequence[Event] = ()
    place: int = 0
    tally: dict[str, Counter[str]] = field(default_factory=lambda: {way: Counter() for way in WAYS})

    def begin(self, events: Sequence[Event]) -> None:
        """The next command's events."""
        self.events = events
        self.place = 0
        self.follows = False

    def peek(self, ahead: int = 0) -> Event | None:
        """What comes next; None where nothing does."""
        place = self.place + ahead
        return self.events[place] if not self.silent and place < len(self.events) else None

    def say(self, expected: Event) -> None:
        """The rules ask for exactly this event now."""
        if self.silent:
            return
        actual = self.peek()
        if actual != expected:
            raise Disagreement(told(expected), told(actual), parting(expected, actual))
        self._count(expected, CHECKED if self.follows else PREDICTED)

    def say_all(self, expected: list[Event]) -> None:
        """The rules ask for these events now, in whatever order."""
        left = list(expected)
        while left:
            actual = self.peek()
            if actual is None or actual not in left:
                alike = [event for event in left if type(event) is type(actual)]
                wanted = alike[0] if alike else left[0]
                raise Disagreement(told(wanted), told(actual), parting(wanted, actual))
            left.remove(actual)
            self._count(actual, PREDICTED)

    def take(self, kind: type[Kind], why: str = "") -> Kind:
        """An event of this kind comes now; the caller looks at what it says."""
        actual = self.peek()
        if not isinstance(actual, kind):
            raise Disagreement(f"an event {kind.__name__}", told(actual), why)
        self._count(actual, CHECKED)
        return actual

    def accept(self) -> Event:
        """The next event, of which the auditor knows nothing more."""
        actual = self.peek()
        assert actual is not None, "there is something to accept"
        self._count(actual, ACCEPTED)
        return actual

    def demand(self, holds: bool, expected: str, actual: object) -> None:
        """A rule about the event just taken."""
        if not holds:
            raise Disagreement(expected, told(actual))

    def end(self) -> None:
        """Nothing else has happened."""
        actual = self.peek()
        if actual is not None:
            raise Disagreement("nothing more", told(actual), "the rules give no reason for it")

    def _count(self, event: Event, way: str) -> None:
        self.tally[way][type(event).__name__] += 1
        self.place += 1


def told(event: object) -> str:
    """An event with the names of its fields, for people."""
    if event is None:
        return "no event"
    names = getattr(event, "__struct_fields__", None)
    if names is None:
        return str(event)
    fields = ", ".join(f"{name}={_short(getattr(event, name))}" for name in names)
    return f"{type(event).__name__}({fields})"


def parting(expected: object, actual: object) -> str:
    """The fields in which two events of one kind differ."""
    if type(expected) is not type(actual) or expected is None:
        return ""
    names: tuple[str, ...] = getattr(expected, "__struct_fields__", ())
    parts: list[str] = []
    for name in names:
        ours, theirs = getattr(expected, name), getattr(actual, name)
        if ours != theirs:
            parts.append(f"{name} is {_short(theirs)} and should be {_short(ours)}")
    return "; ".join(parts)


def _short(value: Any) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex() if value else "none"
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"
