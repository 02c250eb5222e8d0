"""The record of attacks is what the command prints, for people and for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bellwether.cli.lab.attack import COLUMNS, GUARD_COLUMNS
from bellwether.cli.main import app
from bellwether.lab.attacks.catalogue import ATTACKS, PRESETS

RECORD = Path(__file__).parents[3] / "docs" / "record" / "attacks.md"


def tables(text: str) -> list[list[list[str]]]:
    """The cells of every table of a document, without the line under the heads."""
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.split("\n")]
        found.append([row for row in rows if len(row) > 1 and not row[0].startswith("-")])
    return found


def printed(text: str) -> list[list[str]]:
    """The cells of what the command prints: two spaces or more between them."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [re.split(r"\s{2,}", line) for line in lines if not line.startswith("─")]


def test_the_record_of_attacks_is_what_the_engine_does() -> None:
    done = CliRunner().invoke(app, ["lab", "attack"])
    assert done.exit_code == 0, done.output
    outcomes, guards = tables(RECORD.read_text())
    assert outcomes + guards == printed(done.stdout)
    assert outcomes[0] == list(COLUMNS) and guards[0] == list(GUARD_COLUMNS)
    assert [row[:2] for row in outcomes[1:]] == [[a, preset] for a in ATTACKS for preset in PRESETS]
    for name in ATTACKS:
        assert f"- **{name}**" in RECORD.read_text(), "each attack has its paragraph"


def test_one_attack_on_one_preset_is_told_to_programs_exactly() -> None:
    options = ["lab", "attack", "wash", "share-count", "--preset", "premarket", "--json"]
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 0, done.output
    wash, count = [json.loads(line) for line in done.stdout.splitlines()]
    assert (wash["attack"], wash["preset"], wash["holds"]) == ("wash", "premarket", True)
    assert wash["profit"] == wash["bound"] == f"-{wash['fees']}"
    assert wash["unassigned"] == "0.0"
    assert wash["guard"] == {"rule": "fees (ORD-7)", "with": wash["profit"], "without": "0.0"}
    assert count["guard"] is None, "no specification turns it off"
    assert {"promise", "boundIs", "markMove", "insuranceFund"} <= set(count)


@pytest.mark.parametrize(
    ("options", "reason"),
    [(["jelly"], "'jelly' is no attack; there are squeeze"), (["--preset", "xstock"], "xstock")],
)
def test_what_is_not_there_is_named(options: list[str], reason: str) -> None:
    done = CliRunner().invoke(app, ["lab", "attack", *options])
    assert done.exit_code == 2
    assert reason in done.output
