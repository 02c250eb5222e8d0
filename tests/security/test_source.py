"""What the source may not contain: code out of data, shells, secrets in log lines (T7, I3)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bellwether.node.secrecy.redaction import SECRET_NAMES

ROOT = Path(__file__).resolve().parents[2]
SOURCE = sorted((ROOT / "src" / "bellwether").rglob("*.py"))
DOCUMENT = ROOT / "docs" / "security.md"

MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "yaml", "multiprocessing", "xmlrpc"}
CALLS = {"eval", "exec", "compile", "__import__", "system", "popen", "load_module"}
LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical"}


def faults_of(source: str, where: str) -> Iterator[str]:
    """What stands in a module that may not."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in MODULES.intersection(name.partition(".")[0] for name in names):
                yield f"{where}:{node.lineno}: imports {name}"
        elif isinstance(node, ast.Call):
            yield from (f"{where}:{node.lineno}: {fault}" for fault in call_faults(node))


def call_faults(call: ast.Call) -> Iterator[str]:
    target = call.func
    on = target.value if isinstance(target, ast.Attribute) else None
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    owner = on.id if isinstance(on, ast.Name) else ""
    if name in CALLS and owner in ("", "os", "importlib", "builtins") and (not on or owner):
        yield f"calls {name}"
    if name == "import_module" and not isinstance(call.args[0], ast.Constant):
        yield "imports a module that a variable names"
    for keyword in call.keywords:
        if keyword.arg == "shell":
            yield "asks for a shell"
        if name in LOG_CALLS and owner in ("_log", "log") and keyword.arg in SECRET_NAMES:
            yield f"logs {keyword.arg}"


def test_nothing_that_is_read_is_ever_run() -> None:
    faults = [
        fault for path in SOURCE for fault in faults_of(path.read_text(encoding="utf-8"), path.name)
    ]
    assert len(SOURCE) > 300
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from multiprocessing import Process",
        "import yaml.loader",
        "eval('1')",
        "exec(text)",
        "import os\nos.system('ls')",
        "import importlib\nimportlib.import_module(name)",
        "import subprocess\nsubprocess.run('ls', shell=True)",
        "_log.info('sent', body=b'')",
        "_log.exception('failed', signature=found)",
    ],
)
def test_each_of_it_would_be_seen(source: str) -> None:
    assert list(faults_of(source, "here"))


def test_every_proof_that_the_document_names_is_there() -> None:
    """`docs/security.md` names tests as `file.py::test_name`, or whole files."""
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", DOCUMENT.read_text(encoding="utf-8"))
    assert len(named) > 40
    faults = []
    for file, test in named:
        path = ROOT / file
        if not path.is_file():
            faults.append(file)
        elif test and not re.search(rf"(?:def|class) {test}\b|^{test} = ", path.read_text(), re.M):
            faults.append(f"{file}::{test}")
    assert not faults, "\n".join(faults)


def test_the_document_has_fifteen_requirements_each_with_a_proof_or_a_reason() -> None:
    rows = re.findall(r"^\| ([0-9]+) \|(.+)\|$", DOCUMENT.read_text(encoding="utf-8"), re.M)
    assert [int(number) for number, _ in rows] == list(range(1, 16))
    for number, row in rows:
        cells = [cell.strip() for cell in row.split(" | ")]
        assert len(cells) == 4, number
        assert "`tests/" in cells[3] or "Not met" in cells[2], number
