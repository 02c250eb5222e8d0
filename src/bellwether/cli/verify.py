"""`bellwether verify`: recomputes everything a venue has recorded (IFACE-2)."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bellwether.cli.progress import ReplayProgress
from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_table

if TYPE_CHECKING:
    from bellwether.node.audit import AuditReport

EXIT_DIFFERENT = 1


def verify(
    data_dir: Annotated[Path, typer.Argument(help="The data directory of a venue.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    with_audit: Annotated[
        bool,
        typer.Option("--audit", help="Hold every event against an independent model of the rules."),
    ] = False,
) -> None:
    """Recompute every event from the journal and compare it with what was recorded.

    With --audit the rules, written down a second time, say which events there must be and what
    every balance is; a table says what was predicted, what was checked, and what was only accepted.

    Exit codes: 0 everything agrees, 1 the first difference is printed, 2 there is no journal.
    """
    from bellwether.node.audit import Audit
    from bellwether.node.errors import DirectoryMissing
    from bellwether.node.verify import verify as recompute

    audit = Audit() if with_audit else None
    began = time.perf_counter()
    try:
        what = "recomputing and auditing" if with_audit else "recomputing"
        with ReplayProgress(what, sys.stderr) as progress:
            found = recompute(data_dir, progress, audit)
    except DirectoryMissing as error:
        refuse(str(error))
    seconds = time.perf_counter() - began
    audited = None if audit is None else audit.report
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
        if audited is not None:
            report["audit"] = audit_report(audited)
            report["ok"] = found.ok and audited.ok
        print(json.dumps(report))
    else:
        for note in found.notes:
            print(f"note: {note}", file=sys.stderr)
        print(found.summary)
        for line in found.details:
            print(line, file=sys.stderr)
        if audited is not None:
            tell_audit(audited, seconds)
    if not found.ok or (audited is not None and not audited.ok):
        raise typer.Exit(EXIT_DIFFERENT)


def audit_report(audited: AuditReport) -> dict[str, Any]:
    """The audit as JSON."""
    report: dict[str, Any] = {
        "ok": audited.ok,
        "commands": audited.commands,
        "events": audited.kinds,
        "unknown": list(audited.unknown),
        "compared": audited.compared,
        "lost": audited.lost,
    }
    if not audited.ok:
        report |= {"finding": audited.finding, "seq": audited.seq}
    return report


def tell_audit(audited: AuditReport, seconds: float) -> None:
    """The audit for people: a line, and a row for each kind of event."""
    print(audited.summary)
    rows = [
        (kind, *(f"{count:,}" if count else "" for count in counts.values()))
        for kind, counts in audited.kinds.items()
    ]
    columns = ("event", "predicted", "checked", "only accepted")
    print_table(columns, rows, "no events", left=("event",))
    if audited.unknown:
        print(f"The auditor does not know: {', '.join(audited.unknown)}.")
    if audited.lost:
        print(f"After that it lost its way; the rest is only accepted: {audited.lost}")
    if seconds > 0:
        rate = audited.commands / seconds
        print(f"{rate:,.0f} commands a second, recomputing included", file=sys.stderr)
