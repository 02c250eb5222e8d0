"""Tables for people; the same rows as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

_WIDTH_WITHOUT_TERMINAL: Final = 200
"""A pipe or a file has no width of its own; cutting columns would lose what is in them."""


def print_json(value: Any) -> None:
    """One line of JSON on stdout."""
    print(json.dumps(value, ensure_ascii=False))


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], empty: str, left: Iterable[str] = ()
) -> None:
    """Columns of numbers stand to the right, those named in `left` to the left. Without rows it
    says `empty`."""
    drawn = list(rows)
    if not drawn:
        print(empty)
        return
    words = set(left)
    table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, justify="left" if name in words else "right", no_wrap=True)
    for row in drawn:
        table.add_row(*("" if value is None else str(value) for value in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
    with console.capture() as captured:
        console.print(table)
    print("\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n")))
