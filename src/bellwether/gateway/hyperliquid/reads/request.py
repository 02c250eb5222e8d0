"""The fields of an `/info` request, and what its handlers work with (§2.4 of the dialect)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from bellwether.engine.state.dex import Dex
from bellwether.engine.state.market import Market
from bellwether.engine.state.venue import Venue
from bellwether.gateway.faults import JSON, PLAIN, Fault, WrongShape
from bellwether.gateway.hyperliquid.decode import address_of
from bellwether.node.clock import Clock
from bellwether.node.commit.batch import Applied
from bellwether.views.views import Views

if TYPE_CHECKING:
    from bellwether.gateway.hyperliquid.reads.losses import ExposureBook

T = TypeVar("T")

LATEST: Final = (1 << 53) - 1
"""An end of time, in milliseconds, that every number on the way can hold."""


class EngineState(Protocol):
    """The engine, of which only its state is read here."""

    @property
    def venue(self) -> Venue: ...


class ReadingNode(Protocol):
    """The running node as `/info` and the channels see it."""

    @property
    def engine(self) -> EngineState: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def views(self) -> Views: ...

    def read(self, fn: Callable[[Venue], T]) -> Awaitable[T]: ...

    def subscribe(self, listener: Callable[[int, list[Applied]], None]) -> None: ...


class Csv(bytes):
    """An answer that was asked for as comma-separated values."""


class InfoError(Fault):
    """An answer other than 200: 422 with a text, or 500 with `null`."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.content_type = JSON if text == "null" else PLAIN


def uncounted(user: bytes) -> int:
    """Requests an account has sent, for who does not count them."""
    return 0


class Request:
    """One request: typed access to its fields. Every getter raises WrongShape naming the field.

    `path` is what stands before the names: `req.` for an object inside the request.
    `requests_used` tells what an account has used up of its request limit, `exposure` what has been
    measured of the markets' exposure (None where nobody measures).
    """

    __slots__ = ("_fields", "_path", "exposure", "requests_used", "venue")

    def __init__(
        self,
        fields: dict[str, Any],
        venue: Venue,
        path: str = "",
        requests_used: Callable[[bytes], int] = uncounted,
        exposure: ExposureBook | None = None,
    ) -> None:
        self.exposure = exposure
        self._fields = fields
        self._path = path
        self.requests_used = requests_used
        self.venue = venue

    def raw(self, name: str) -> Any:
        """Return a field that may be absent, None then."""
        return self._fields.get(name)

    def text(self, name: str) -> str:
        """Return a string."""
        value = self._fields.get(name)
        if not isinstance(value, str):
            raise WrongShape(f"{self._path}{name}: expected a string")
        return value

    def number(self, name: str) -> int:
        """Return a whole number that is not negative."""
        value = self._fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise WrongShape(f"{self._path}{name}: expected a whole number that is not negative")
        return value

    def number_or(self, name: str, otherwise: int) -> int:
        """Return a whole number, `otherwise` where it is absent or null."""
        return otherwise if self._fields.get(name) is None else self.number(name)

    def time_or(self, name: str, otherwise: int) -> int:
        """Return a time in milliseconds, `otherwise` where it is absent or null."""
        return min(self.number_or(name, otherwise), LATEST)

    def flag(self, name: str) -> bool:
        """Return a boolean, False where it is absent or null."""
        value = self._fields.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise WrongShape(f"{self._path}{name}: expected a boolean")
        return value

    def address(self, name: str = "user") -> bytes:
        """Return 20 bytes from hexadecimal digits in any case, with or without 0x."""
        return address_of(self.text(name), self._path + name)

    def dex_name(self) -> str:
        """Return the dex asked for, empty for the main one."""
        return "" if self._fields.get("dex") is None else self.text("dex")

    def dex(self) -> Dex:
        """Return the dex asked for; an unknown one is answered with 500 and null."""
        found = self.venue.dex_by_name.get(self.dex_name())
        if found is None:
            raise InfoError(500, "null")
        return found

    def market(self) -> Market:
        """Return the market of the field `coin`."""
        name = self.text("coin")
        found = self.venue.market_by_name.get(name)
        if found is None:
            raise WrongShape(f"{self._path}coin: there is no market `{name[:64]}`")
        return found

    def within(self, name: str) -> Request:
        """Return an object inside the request."""
        value = self._fields.get(name)
        if not isinstance(value, dict):
            raise WrongShape(f"{self._path}{name}: expected an object")
        return Request(value, self.venue, f"{self._path}{name}.")


Handler = Callable[[ReadingNode, Request], Awaitable[Any]]
"""Answers one request type with what is to be encoded; raises InfoError or WrongShape."""
