"""`bellwether verify`: recomputes everything a venue has recorded (IFACE-2)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse

EXIT_DIFFERENT = 1


def verify(
    data_dir: Annotated[Path, typer.Argument(help="The data directory of a venue.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Recompute every event from the journal and compare it with what was recorded.

    Exit codes: 0 everything agrees, 1 the first difference is printed, 2 there is no journal.
    """
    from bellwether.node.errors import DirectoryMissing
    from bellwether.node.verify import verify as recompute

    try:
        with ReplayProgress("recomputing", sys.stderr) as progress:
            found = recompute(data_dir, progress)
    except DirectoryMissing as error:
        refuse(str(error))
    if as_json:
        report = {
            "ok": found.ok,
            "records": found.records,
            "commands": found.commands,
            "events": found.events,
            "snapshots": found.snapshots,
            "finalHash": found.final_hash,
            "stateHash": found.state_hash,
            "recomputed": found.recomputed,
            "fromTheirInputs": found.again,
            "notes": list(found.notes),
        }
        if not found.ok:
            report |= {"difference": found.difference, "seq": found.seq}
        print(json.dumps(report))
    else:
        for note in found.notes:
            print(f"note: {note}", file=sys.stderr)
        print(found.summary)
        for line in found.details:
            print(line, file=sys.stderr)
    if not found.ok:
        raise typer.Exit(EXIT_DIFFERENT)
