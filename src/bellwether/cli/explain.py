"""`bellwether explain`: how a market's numbers came about at a moment (PRICE-18)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json, print_table


def explain(
    coin: Annotated[str, typer.Argument(help="The market, such as CBRS.")],
    time: Annotated[str, typer.Argument(help="UTC, such as 2026-05-14T17:00:00Z.")],
    data_dir: Annotated[Path, typer.Option(help="The data directory of the venue.")] = Path(
        "bellwether-data"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say where mark, index, oracle, funding or settlement price came from, input by input.

    `seq` is the command in the journal that caused the number; 0 for what is computed here. Reads
    the journal alone, also while the venue runs.
    """
    from bellwether.journal import JournalError
    from bellwether.node.errors import DirectoryMissing
    from bellwether.node.explanation import MarketUnknown, explain as found_out
    from bellwether.units.clock_text import TimeError, format_time_ns, parse_time_ns

    try:
        time_ns = parse_time_ns(time)
        with ReplayProgress("reading", sys.stderr) as progress:
            rows = found_out(data_dir, coin, time_ns, progress)
    except (TimeError, DirectoryMissing, MarketUnknown, JournalError) as error:
        refuse(str(error))
    if as_json:
        for row in rows:
            print_json(
                {
                    "what": row.what,
                    "value": row.value,
                    "how": row.how,
                    "seq": row.seq,
                    "time": format_time_ns(row.time_ns),
                }
            )
        return
    print_table(
        ("number", "value", "how", "command", "at (UTC)"),
        [(r.what, r.value, r.how, r.seq or None, format_time_ns(r.time_ns)) for r in rows],
        "Nothing had happened by then.",
        left=("number", "how", "at (UTC)"),
    )
