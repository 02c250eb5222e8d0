"""The file of results: one section for each benchmark, the newest run in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from bellwether.lab.bench.report import Report
from bellwether.lab.bench.surroundings import Surroundings

_TITLE: Final = """# Results

Written by `bellwether bench --write`. Each section is the last run of its benchmark; what the
figures mean stands in README.md beside this file. Compare ratios, not speeds: they are taken in
one run on one machine.
"""


def write_section(path: Path, report: Report, ran: Surroundings, command: str) -> None:
    """Puts the report into its section of the file, or behind the others. Raises OSError."""
    present = path.read_text(encoding="utf-8") if path.is_file() else _TITLE
    head, *sections = re.split(r"^(?=## )", present, flags=re.MULTILINE)
    written = section(report, ran, command)
    named = [part.partition("\n")[0] for part in sections]
    heading = f"## {report.name}"
    if heading in named:
        sections[named.index(heading)] = written
    else:
        sections.append(written)
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = [part.rstrip() for part in (head, *sections)]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def section(report: Report, ran: Surroundings, command: str) -> str:
    """One report in Markdown."""
    lines = [f"## {report.name}", "", f"{ran.text()}.", "", f"    {command}", "", "Workload:", ""]
    lines += [f"- {line}" for line in report.workload]
    lines += ["", "| figure | value | asked for |", "|---|---:|---|"]
    lines += [f"| {f.name} | {f.text()} | {f.target} |" for f in report.figures]
    lines += ["", *(f"- {remark}" for remark in report.remarks)]
    return "\n".join(lines)
