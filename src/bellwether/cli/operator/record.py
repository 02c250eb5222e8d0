"""`bellwether operator acts`: what operators did."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.times import time_text
from bellwether.cli.operator.desk import Desk


@with_options_of(Desk)
def acts(
    desk: Desk,
    coin: Annotated[str, typer.Option(help="Those about one market.")] = "",
    act: Annotated[str, typer.Option(help="Those of one kind, such as halt.")] = "",
    by: Annotated[str, typer.Option(help="Those of one key, by its address.")] = "",
    before: Annotated[int, typer.Option(min=0, help="Those below this command; 0: all.")] = 0,
) -> None:
    """What operators did, refused acts too, newest first, a hundred at a time."""
    wanted: dict[str, Any] = {"coin": coin, "act": act, "by": by, "before": before}
    asked = {name: value for name, value in wanted.items() if value}
    found = desk.send({"kind": "acts", **asked})["acts"]
    rows = [
        (
            row["seq"],
            time_text(row["time"]),
            row["kind"],
            row["coin"],
            row["by"],
            row["outcome"],
            row["refusal"] or row["grounds"],
        )
        for row in found
    ]
    columns = ("command", "at (UTC)", "act", "market", "key", "outcome", "why")
    desk.show(found, columns, rows, "nothing was done", left=columns[1:])
