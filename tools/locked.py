"""The locks as data: every package of requirements/*.txt with its version and hashes.

Runs under any Python 3 of the system, as `prepare.py` does; `sbom.py` and `audit.py` read with it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"

_ENTRY = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+_-]+)(?: *; *(.+))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class LockInvalid(Exception):
    """A line of a lock that does not say exactly which files may be installed."""


class Package(NamedTuple):
    """One locked package; `marker` says on which machines, empty for all; `hashes` are SHA-256 of
    the files that may be installed, each for another kind of machine."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def lists() -> list[str]:
    """The names of all locks."""
    return sorted(path.stem for path in REQUIREMENTS.glob("*.txt"))


def packages(path: Path) -> list[Package]:
    """What a lock installs. Raises LockInvalid for a line without an exact version or a hash."""
    found = []
    for line in _logical_lines(path.read_text(encoding="utf-8")):
        head = line.partition(" --hash=")[0].strip()
        match = _ENTRY.fullmatch(head)
        if match is None:
            raise LockInvalid(f"{path.name}: {head[:100]!r} names no exact version")
        hashes = tuple(sorted(_HASH.findall(line)))
        if not hashes or len(hashes) != line.count("--hash="):
            raise LockInvalid(f"{path.name}: {head[:100]!r} is not held to SHA-256 hashes")
        found.append(Package(normalised(match[1]), match[2], match[3] or "", hashes))
    return found


def direct(name: str) -> list[str]:
    """What the list `requirements/NAME.in` asks for by itself."""
    lines = (REQUIREMENTS / f"{name}.in").read_text(encoding="utf-8").splitlines()
    matches = (_NAME.match(line) for line in lines if line and line[0] not in "#-")
    return sorted(normalised(match[0]) for match in matches if match is not None)


def normalised(name: str) -> str:
    """The one spelling of a package's name: lower case, hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def disagreements() -> list[str]:
    """Packages that two locks hold to different versions or different files."""
    seen: dict[str, tuple[str, set[Package]]] = {}
    faults = []
    for name in lists():
        held: dict[str, set[Package]] = {}
        for package in packages(REQUIREMENTS / f"{name}.txt"):
            held.setdefault(package.name, set()).add(package._replace(marker=""))
        for one, forms in held.items():
            other, before = seen.setdefault(one, (name, forms))
            if before != forms:
                faults.append(f"{one}: {other}.txt and {name}.txt differ")
    return faults


def _logical_lines(text: str) -> list[str]:
    joined = text.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip() and line[0] != "#"]
