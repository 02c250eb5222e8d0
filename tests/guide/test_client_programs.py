"""The guide's programs for clients are run as they stand, with the address of a running venue.

A program is a block after `<!-- run: NAME -->`, and the block ```output after it is what it prints.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.test_node_clients import FOLDER, node
from tests.crash.venue_process import VenueProcess
from tests.guide.test_examples import GUIDE, MANUAL_CLOCK, quote

pytestmark = pytest.mark.slow
DOCUMENT = GUIDE / "clients.md"
PROGRAM = re.compile(
    r"^<!-- run: ([\w.]+) -->\n```\w+\n(.*?)^```\n\n```output\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
PROGRAMS = PROGRAM.findall(DOCUMENT.read_text(encoding="utf-8"))
DEADLINE_S = 120


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueProcess]:
    directory = tmp_path_factory.mktemp("clients") / "venue"
    with VenueProcess(directory, *MANUAL_CLOCK) as running:
        quote(running)
        yield running


def command(name: str, folder: Path) -> list[str]:
    """How a program is run; one for Node finds its packages beside it."""
    if name.endswith(".py"):
        return [sys.executable, name]
    run = node()
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    return [*run, name]


def test_there_is_a_program_for_each_client_that_is_promised() -> None:
    marks = DOCUMENT.read_text(encoding="utf-8").count("<!-- run: ")
    assert len(PROGRAMS) == marks == 4


@pytest.mark.parametrize(("name", "program", "expected"), PROGRAMS, ids=[p[0] for p in PROGRAMS])
def test_each_program_prints_what_the_guide_says(
    venue: VenueProcess, tmp_path: Path, name: str, program: str, expected: str
) -> None:
    text = program.replace("http://127.0.0.1:3001", venue.url)
    assert text != program, "a program names the address that `make run` listens on"
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        command(name, tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
        env={**os.environ, "NODE_OPTIONS": ""},
    )
    assert (done.returncode, done.stdout) == (0, expected), done.stderr[-2_000:]
