"""The screen's build: done where npm is, passed over in words where it can not be."""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "screen.py"
BUILDS = """#!/bin/sh
mkdir -p node_modules
echo "$@" >> node_modules/asked
if [ "$1" = run ]; then mkdir -p ../src/bellwether/gateway/screen/built/assets
echo page > ../src/bellwether/gateway/screen/built/index.html; fi
"""
FAILS = "#!/bin/sh\nexit 1\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a screen to build; the tool works on the project that it lies in."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "screen.py").write_bytes(TOOL.read_bytes())
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "package.json").write_text("{}")
    (tmp_path / "web" / "src" / "main.ts").write_text("start()")
    return tmp_path


def build(project: Path, monkeypatch: pytest.MonkeyPatch, npm: str | None) -> str:
    folder = project / "bin"
    folder.mkdir(exist_ok=True)
    (folder / "npm").unlink(missing_ok=True)
    if npm is not None:
        (folder / "npm").write_text(npm)
        (folder / "npm").chmod(0o755)
    path = str(folder) if npm is None else f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin"
    monkeypatch.setenv("PATH", path)
    tool = SimpleNamespace(**runpy.run_path(str(project / "tools" / "screen.py")))
    said: str = tool.build()
    return said


def built(project: Path) -> Path:
    return project / "src" / "bellwether" / "gateway" / "screen" / "built"


def asked(project: Path) -> list[str]:
    return (project / "web" / "node_modules" / "asked").read_text().splitlines()


def test_it_is_built_once_for_what_it_is_made_of(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build(project, monkeypatch, BUILDS) == ""
    assert (built(project) / "index.html").is_file()
    install, run = asked(project)
    assert install.startswith("ci --ignore-scripts") and run == "run build"
    assert build(project, monkeypatch, BUILDS) == ""
    assert len(asked(project)) == 2
    (project / "web" / "e2e").mkdir()
    (project / "web" / "e2e" / "smoke.spec.ts").write_text("only a test")
    assert build(project, monkeypatch, BUILDS) == ""
    assert len(asked(project)) == 2
    (project / "web" / "src" / "main.ts").write_text("start(2)")
    assert build(project, monkeypatch, BUILDS) == ""
    assert len(asked(project)) == 4


def test_without_npm_it_is_said_what_is_lost(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = build(project, monkeypatch, None)
    assert "npm (Node.js 20.19 or newer) is not installed" in said and "the venue runs" in said
    assert not built(project).exists()


def test_a_build_that_fails_leaves_no_older_screen(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build(project, monkeypatch, BUILDS) == ""
    (project / "web" / "src" / "main.ts").write_text("start(2)")
    said = build(project, monkeypatch, FAILS)
    assert "`npm ci --ignore-scripts` failed" in said and ".screen.log" in said
    assert not built(project).exists()


def test_a_source_without_a_screen_has_nothing_to_build(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "web" / "package.json").unlink()
    assert build(project, monkeypatch, FAILS) == ""
