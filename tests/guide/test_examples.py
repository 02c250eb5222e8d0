"""The guide's examples are run as they stand, and say what the guide says they do.

A line that starts with `$ ` in a block ```console is a command; what follows it is its output,
where `...` stands for anything. `bellwether serve` starts a venue that the commands after it talk
to. Other commands than `bellwether` are the shell functions that a block ```sh defines. A block
after `<!-- file: NAME -->` is a file that the reader has written before.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import typer

from bellwether.cli.main import app
from bellwether.lab.bench.standard.compilation import engine_is_compiled
from tests.crash.venue_process import COMMAND, VenueProcess, bellwether

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
DOCUMENTS = sorted([*GUIDE.glob("*.md"), ROOT / "README.md"])
MANUAL_CLOCK = ("--clock", "manual", "--start", "2026-05-01T00:00:00Z")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_BLOCK = re.compile(r"^<!-- file: ([\w.]+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL_DEADLINE_S = 600
OWN_QUOTES = {"command-line.md", "ninety-days.md"}
"""Guides that begin with an empty book."""


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


def functions(document: Path) -> str:
    """The shell functions that a guide has its reader define."""
    blocks = SHELL_BLOCK.findall(document.read_text(encoding="utf-8"))
    return "".join(block for block in blocks if "() {" in block)


def affordable(found: list[Example]) -> list[Example]:
    """All of them; an interpreted core takes minutes for months, and gets one venue's life only."""
    starts = [n for n, example in enumerate(found) if is_serve(example)]
    return found if engine_is_compiled() or len(starts) < 2 else found[: starts[1]]


def is_serve(example: Example) -> bool:
    return example.command.startswith("bellwether serve ")


def quote(venue: VenueProcess) -> None:
    """A market as the demo makes one: both sides are there."""
    for account, is_buy, price in ((6, True, "174.5"), (7, False, "175.5")):
        order = {"a": 0, "b": is_buy, "p": price, "s": "10", "r": False}
        order["t"] = {"limit": {"tif": "Gtc"}}
        with contextlib.closing(venue.api(account)) as api:
            api.exchange({"type": "order", "orders": [order], "grouping": "na"})


@pytest.fixture
def venue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VenueProcess]:
    for name in ("data", "docs", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    for name in ("BELLWETHER_KEY_FILE", "BELLWETHER_DEV_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)
    with VenueProcess(tmp_path / "bellwether-data", *MANUAL_CLOCK) as running:
        yield running


def served(command: str) -> VenueProcess:
    """The venue of a `bellwether serve --dev …` in a guide, on a free port."""
    options = shlex.split(command)[2:]
    options.remove("--dev")
    place = options.index("--data-dir")
    directory = Path.cwd() / options[place + 1]
    del options[place : place + 2]
    return VenueProcess(directory, *options)


def run(command: str, prelude: str, venue: VenueProcess) -> subprocess.CompletedProcess[str]:
    """Runs one example to its end."""
    words = shlex.split(command)
    if words[0] == "bellwether":
        return bellwether(*words[1:], environment={"BELLWETHER_URL": venue.url})
    assert f"{words[0]}() {{" in prelude, command
    own = f'bellwether() {{ {shlex.join(COMMAND)} "$@"; }}\n'
    own += f'python3() {{ {shlex.quote(sys.executable)} "$@"; }}\n'
    return subprocess.run(
        ["sh", "-c", f"{own}{prelude}{command}"],
        capture_output=True,
        text=True,
        timeout=SHELL_DEADLINE_S,
        check=False,
        env={**os.environ, "BELLWETHER_URL": venue.url},
    )


def compare(example: Example, said: str) -> None:
    if not pattern(example.expected).fullmatch(said.strip()):
        # Compared as text, so that the difference is shown.
        assert f"$ {example.command}\n{said}" == f"$ {example.command}\n{example.expected}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_example_says_what_the_guide_says(document: Path, venue: VenueProcess) -> None:
    prelude = functions(document)
    if prelude and shutil.which("curl") is None:
        pytest.skip("curl is not installed: this guide's examples are not run")
    if document.name not in OWN_QUOTES:
        quote(venue)
    for name, content in FILE_BLOCK.findall(document.read_text(encoding="utf-8")):
        Path(name).write_text(content, encoding="utf-8")
    with contextlib.ExitStack() as started:
        for example in affordable(examples(document)):
            if is_serve(example):
                venue.kill()
                venue = started.enter_context(served(example.command))
                compare(example, venue.banner)
                continue
            if example.command.startswith("bellwether verify "):
                assert venue.stop() == 0
            done = run(example.command, prelude, venue)
            is_refusal = example.expected.startswith("bellwether: ")
            assert (done.returncode != 0) == is_refusal, (example.command, done.stderr)
            compare(example, done.stdout.rstrip() or done.stderr.rstrip())


def command_names(family: typer.Typer) -> list[str]:
    """Of all commands in a family and in the families within it."""
    names = [str(command.name) for command in family.registered_commands]
    for group in family.registered_groups:
        assert group.typer_instance is not None
        names += [f"{group.name} {name}" for name in command_names(group.typer_instance)]
    return names


def test_the_guide_has_an_example_of_every_command() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in GUIDE.glob("*.md"))
    missing = [name for name in command_names(app) if f"bellwether {name}" not in shown]
    assert not missing
