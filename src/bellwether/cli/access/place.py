"""Where a command goes, and how it tells what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Annotated, Any, NoReturn

import typer

from bellwether.cli.access.venue import DEFAULT_URL, UrlOption, answering, connect
from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json, print_table
from bellwether.lab.traders.venue_api import VenueApi

JsonOption = Annotated[bool, typer.Option("--json", help="JSON for programs.")]


@dataclass
class Place:
    """A venue for commands that need no key; the fields are options (`with_options_of`)."""

    url: UrlOption = DEFAULT_URL
    as_json: JsonOption = field(default=False, kw_only=True)

    def reach(self, key: bytes | None = None) -> AbstractContextManager[VenueApi]:
        """The venue, with its refusals and its silence ending the command (`answering`)."""
        return answering(connect(self.url, key))

    def refuse_market(self, coin: str) -> NoReturn:
        """Ends the command: the venue has no market of this name."""
        refuse(f"there is no market {coin!r}; `bellwether market list --url {self.url}` names them")

    def tell(self, found: Any, text: str) -> None:
        """What came of it: `text` for people, all that was found for programs."""
        if self.as_json:
            print_json(found)
        else:
            print(text)

    def show(
        self,
        found: Any,
        columns: Sequence[str],
        rows: Iterable[Sequence[Any]],
        empty: str,
        left: Iterable[str] = (),
    ) -> None:
        """The same as a table of `print_table`."""
        if self.as_json:
            print_json(found)
        else:
            print_table(columns, rows, empty, left)
