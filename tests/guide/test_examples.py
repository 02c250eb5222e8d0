"""The guide's examples are run as they stand, and say what the guide says they do.

A line that starts with `$ bellwether` in a block ```console is a command; what follows it is its
output, where `...` stands for anything.
"""

from __future__ import annotations

import contextlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bellwether.cli.main import app
from tests.crash.venue_process import VenueProcess, bellwether

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
DOCUMENTS = sorted([*GUIDE.glob("*.md"), ROOT / "README.md"])
MANUAL_CLOCK = ("--clock", "manual", "--start", "2026-05-01T00:00:00Z")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    command: str
    expected: str


def examples(document: Path) -> list[Example]:
    found: list[Example] = []
    for block in BLOCK.findall(document.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE):
            if part.strip():
                command, _, expected = part.partition("\n")
                found.append(Example(command, expected))
    return found


def pattern(expected: str) -> re.Pattern[str]:
    pieces = (re.escape(piece) for piece in expected.strip().split("..."))
    return re.compile(".*?".join(pieces), re.DOTALL)


def quote(venue: VenueProcess) -> None:
    """A market as the demo makes one: both sides are there."""
    for account, is_buy, price in ((6, True, "174.5"), (7, False, "175.5")):
        order = {"a": 0, "b": is_buy, "p": price, "s": "10", "r": False}
        order["t"] = {"limit": {"tif": "Gtc"}}
        with contextlib.closing(venue.api(account)) as api:
            api.exchange({"type": "order", "orders": [order], "grouping": "na"})


@pytest.fixture
def venue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VenueProcess]:
    for name in ("data", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    for name in ("BELLWETHER_KEY_FILE", "BELLWETHER_DEV_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)
    with VenueProcess(tmp_path / "bellwether-data", *MANUAL_CLOCK) as running:
        yield running


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_example_says_what_the_guide_says(document: Path, venue: VenueProcess) -> None:
    if document.name != "command-line.md":
        quote(venue)
    for example in examples(document):
        words = shlex.split(example.command)
        assert words[0] == "bellwether", example.command
        if words[1] == "verify":
            assert venue.stop() == 0
        done = bellwether(*words[1:], environment={"BELLWETHER_URL": venue.url})
        said = done.stdout.rstrip() or done.stderr.rstrip()
        is_refusal = example.expected.startswith("bellwether: ")
        assert (done.returncode != 0) == is_refusal, (example.command, done.stderr)
        if not pattern(example.expected).fullmatch(said):
            # Compared as text, so that the difference is shown.
            assert f"$ {example.command}\n{said}" == f"$ {example.command}\n{example.expected}"


def test_the_guide_has_an_example_of_every_command() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in GUIDE.glob("*.md"))
    names = [command.name for command in app.registered_commands]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        family = group.name
        names += [
            f"{family} {command.name}" for command in group.typer_instance.registered_commands
        ]
    missing = [name for name in names if f"bellwether {name}" not in shown]
    assert not missing
