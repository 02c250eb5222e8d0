"""The figures of a campaign: where they are kept, and how they are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer

from bellwether.cli.refusal import refuse

if TYPE_CHECKING:
    from bellwether.testing.campaigns.state import State

EXIT_WRONG: Final = 1
_SHOWN: Final = 5

Folder = Annotated[
    Path | None, typer.Option("--state", help="Where figures and inputs are kept, to go on from.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def open_state(name: str, folder: Path | None) -> State:
    """The figures of earlier runs, if there were any; ends the command if they can not be used."""
    from bellwether.testing.campaigns.state import State, StateUnusable

    try:
        return State(name, folder)
    except StateUnusable as unusable:
        refuse(f"--state: {unusable}")


def report(
    state: State, what: str, as_json: bool, columns: tuple[str, ...] = (), **more: Any
) -> None:
    """Prints the figures of all runs; ends with 1 if anything is wrong.

    With `columns` the figures are called "COLUMN: ROW", and printed as a table.
    """
    sums = state.sums
    if as_json:
        print(json.dumps({**msgspec.to_builtins(sums), **more}))
    else:
        runs = "" if sums.runs == 1 else f" of {sums.runs} runs"
        outcome = "nothing wrong"
        if sums.wrong:
            outcome = f"{len(sums.wrong)} wrong: {'; '.join(sums.wrong[:_SHOWN])}"
        print(f"{sums.done:,} {what} in {sums.seconds:,.1f} s{runs}; {outcome}")
        if columns:
            _print_table(sums.counts, columns)
        else:
            for name, number in sorted(sums.counts.items()):
                print(f"  {name:<40} {number:>12,}")
        for name, value in sorted(sums.worst.items()):
            print(f"  {name:<40} {value:>12,.3f}")
    if sums.wrong:
        raise typer.Exit(EXIT_WRONG)


def _print_table(counts: dict[str, int], columns: tuple[str, ...]) -> None:
    """Rows in the order in which they were first counted, a column each for what they are of."""
    rows = dict.fromkeys(name.split(": ", 1)[1] for name in counts)
    print(f"  {'':<40}" + "".join(f" {column:>20}" for column in columns))
    for row in rows:
        cells = [counts.get(f"{column}: {row}", 0) for column in columns]
        print(f"  {row:<40}" + "".join(f" {cell:>20,}" for cell in cells))
