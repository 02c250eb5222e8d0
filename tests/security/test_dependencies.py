"""What is installed is what is locked, and anybody can ask what that is (T6)."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "requirements"


@pytest.fixture(scope="module")
def tools() -> Iterator[SimpleNamespace]:
    """The modules of `tools/`, which is a folder of programs and no package."""
    sys.path.insert(0, str(ROOT / "tools"))
    names = ("locked", "sbom", "audit")
    yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    sys.path.remove(str(ROOT / "tools"))
    for name in (*names, "prepare", "screen"):
        sys.modules.pop(name, None)


def locked_lines(name: str) -> dict[str, set[str]]:
    """By `package==version`, the hashes of a lock; read without the code that is tested."""
    found: dict[str, set[str]] = {}
    for line in (LOCKS / f"{name}.txt").read_text().splitlines():
        word = line.strip().split(" ")[0].rstrip("\\").strip()
        if word.startswith("--hash=sha256:"):
            found[list(found)[-1]].add(word.removeprefix("--hash=sha256:"))
        elif word and not word.startswith("#"):
            found[word] = set()
    return found


def test_the_bill_names_every_package_of_a_running_venue_with_its_hashes(tools: Any) -> None:
    bill = json.loads(tools.sbom.text())
    parts = {f"{part['name']}=={part['version']}": part for part in bill["components"]}
    locked = locked_lines("runtime")
    assert len(locked) > 20
    for name, hashes in locked.items():
        part = parts[name]
        assert part["scope"] == "required"
        assert {entry["content"] for entry in part["hashes"]} == hashes
        assert {entry["alg"] for entry in part["hashes"]} == {"SHA-256"}
    required = [name for name, part in parts.items() if part["scope"] == "required"]
    assert sorted(required) == sorted(locked), "and nothing else is required"


def test_the_bill_names_what_only_builds_and_checks_as_such(tools: Any) -> None:
    bill = json.loads(tools.sbom.text())
    scopes = {part["name"]: part["scope"] for part in bill["components"]}
    assert (scopes["mypy"], scopes["pip-audit"], scopes["pytest"]) == ("excluded",) * 3
    assert (scopes["pyarrow"], scopes["ccxt"]) == ("optional", "optional")
    everything = set().union(*(locked_lines(path.stem) for path in LOCKS.glob("*.txt")))
    assert {f"{part['name']}=={part['version']}" for part in bill["components"]} == everything


def test_the_same_locks_give_the_same_bill_to_the_byte(tmp_path: Path) -> None:
    program = str(ROOT / "tools" / "sbom.py")
    for name, seed in (("one", "1"), ("two", "2")):
        subprocess.run(
            [sys.executable, "-B", program, "--out", str(tmp_path / name)],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").read_text().count('"bom-ref": "pkg:pypi/') > 100


def test_every_lock_holds_every_package_to_a_version_and_to_hashes(tools: Any) -> None:
    for path in sorted(LOCKS.glob("*.txt")):
        assert tools.locked.packages(path), path
    assert tools.locked.disagreements() == []
    assert {path.stem for path in LOCKS.glob("*.in")} == set(tools.locked.lists())


@pytest.mark.parametrize(
    "line",
    [
        "rich>=15",
        "rich",
        "rich==15.0.0",
        "rich==15.0.0 --hash=md5:" + "0" * 32,
        "rich==15.0.0 --hash=sha256:" + "0" * 64 + " --hash=md5:" + "0" * 32,
        "rich @ file:///tmp/rich.whl --hash=sha256:" + "0" * 64,
        "--index-url http://127.0.0.1/",
    ],
)
def test_a_lock_that_leaves_a_choice_is_named(tools: Any, tmp_path: Path, line: str) -> None:
    lock = tmp_path / "loose.txt"
    lock.write_text(line + "\n")
    with pytest.raises(tools.locked.LockInvalid, match=r"loose\.txt"):
        tools.locked.packages(lock)


def test_a_file_that_is_not_the_locked_one_is_not_installed(tmp_path: Path) -> None:
    """The canary: a package of the right name and version with another content."""
    wheel = tmp_path / "canary-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("canary.py", "raise SystemExit('poisoned')\n")
        archive.writestr("canary-1.0.dist-info/METADATA", "Name: canary\nVersion: 1.0\n")
        archive.writestr("canary-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("canary-1.0.dist-info/RECORD", "")
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for digest, says in (
        (right, "Would install canary-1.0"),
        ("0" * 64, "DO NOT MATCH THE HASHES"),
    ):
        lock = tmp_path / "lock.txt"
        lock.write_text(f"canary==1.0 --hash=sha256:{digest}\n")
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pip", "--isolated", "install", "--dry-run", "--no-deps"),
                *("--no-index", "--find-links", str(tmp_path), "--require-hashes", "-r", str(lock)),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert says in done.stdout + done.stderr
        assert (done.returncode == 0) == (digest == right)


CLEAN = {"name": "rich", "version": "15.0.0", "vulns": []}
BAD = {
    "name": "uvicorn",
    "version": "0.1",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["0.2"], "aliases": [], "description": ""}],
}
SKIPPED = {"name": "msgspec", "skip_reason": "Dependency not found and could not be audited"}


@pytest.mark.parametrize(
    ("entries", "lenient", "strict", "says"),
    [
        ([CLEAN], 0, 0, "no known advisory against 1 packages"),
        ([CLEAN, BAD], 1, 1, "uvicorn 0.1: PYSEC-1, fixed in 0.2"),
        ([CLEAN, SKIPPED], 0, 2, "not looked at: msgspec"),
        ([SKIPPED], 0, 2, "advisories could not be reached"),
        ([BAD, SKIPPED], 1, 1, "PYSEC-1"),
    ],
)
def test_an_audit_tells_clean_from_not_looked_at(
    tools: Any,
    capsys: pytest.CaptureFixture[str],
    entries: list[Any],
    lenient: int,
    strict: int,
    says: str,
) -> None:
    found = tools.audit.findings_of(json.dumps({"dependencies": entries, "fixes": []}))
    assert tools.audit.told(found, "", False) == lenient
    assert says in capsys.readouterr().out
    assert tools.audit.told(found, "", True) == strict


def test_an_audit_without_a_network_says_what_is_lost_and_fails_nothing(
    tools: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The program ends without a report, as pip-audit does where nothing answers."""
    program = tmp_path / "no-report"
    program.write_text("#!/bin/sh\necho 'ERROR: no answer' >&2\nexit 1\n")
    program.chmod(0o755)
    found, why = tools.audit.asked(program, ["runtime"])
    assert found is None
    assert tools.audit.told(found, why, False) == 0
    said = capsys.readouterr().out
    assert "could not be reached: ERROR: no answer" in said
    assert "Lost with that" in said
    assert tools.audit.told(found, why, True) == 2


@pytest.mark.slow
def test_the_command_itself_ends_well_where_no_index_answers(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", str(ROOT / "tools" / "audit.py"), "--venv", str(tmp_path / "venv")],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
            "PIP_EXTRA_INDEX_URL": "",
            "PIP_FIND_LINKS": "",
            "PIP_NO_CACHE_DIR": "1",
            "PIP_RETRIES": "0",
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok   exact versions, hashes" in done.stdout
    assert "pip-audit can not be installed" in done.stdout
    assert "Lost with that" in done.stdout
