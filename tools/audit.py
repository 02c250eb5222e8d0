"""The dependency audit: `make audit`.

Looks at the locks themselves, which needs nothing, and asks for known advisories against the locked
versions, which needs the network. What could not be looked at is said, and is no failure unless
--strict is given: a build without a network is a build. pip-audit runs in an environment of its own
and installs nothing of what it looks at.

Exit codes: 0 nothing found, 1 an advisory or a lock that does not hold, 2 with --strict: something
could not be looked at.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import prepare
from locked import REQUIREMENTS, ROOT, LockInvalid, disagreements, lists, packages

LOST = """\
       Lost with that: whether an advisory is known against a version that is locked here. What
       holds all the same: pip installs no file whose hash is not in the lock. Run `make audit`
       again where the advisories can be reached, and before a release with ARGS=--strict."""


class Findings(NamedTuple):
    """What pip-audit said: advisories, what it has looked at, and what it could not look at."""

    advisories: list[str]
    looked_at: list[str]
    left_out: list[str]


def findings_of(report: str) -> Findings | None:
    """pip-audit's report in JSON; None where it has not come as far as a report."""
    try:
        content = json.loads(report)
        entries: list[dict[str, Any]] = content["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    found = Findings([], [], [])
    for entry in entries:
        if "skip_reason" in entry:
            # It passes over what the index does not answer for, and calls the rest clean.
            found.left_out.append(entry["name"])
            continue
        found.looked_at.append(entry["name"])
        for advisory in entry["vulns"]:
            fixed = ", ".join(advisory.get("fix_versions", [])) or "no version"
            found.advisories.append(
                f"{entry['name']} {entry['version']}: {advisory['id']}, fixed in {fixed}"
            )
    return found


def locks_hold(names: Iterable[str]) -> bool:
    """Whether every line of every lock says exactly which files may be installed; says so."""
    try:
        counts = {name: len(packages(REQUIREMENTS / f"{name}.txt")) for name in names}
        faults = disagreements()
    except (LockInvalid, OSError) as fault:
        faults = [str(fault)]
        counts = {}
    for line in faults:
        print(f"  no   {line}")
    if not faults:
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        print(f"  ok   exact versions, hashes, and one version each in all lists ({told})")
    return not faults


def asked(program: Path, names: Iterable[str]) -> tuple[Findings | None, str]:
    """What pip-audit finds, and what it says if it finds nothing out."""
    command = [str(program), "--disable-pip", "--require-hashes", "--format", "json"]
    command += ["--progress-spinner", "off", "--desc", "off"]
    for name in names:
        command += ["--requirement", str(REQUIREMENTS / f"{name}.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=str(ROOT))
    said = [line for line in done.stderr.splitlines() if line.strip()]
    return findings_of(done.stdout), said[-1] if said else "it said nothing"


def told(found: Findings | None, why: str, strict: bool) -> int:
    """Says what was found; the exit code."""
    if found is None or not found.looked_at:
        reason = why if found is None else "the index answers for none of the packages"
        print(f"  --   advisories could not be reached: {reason}\n{LOST}")
        return 2 if strict else 0
    for line in found.advisories:
        print(f"  no   {line}")
    if found.left_out:
        print(f"  --   not looked at: {', '.join(found.left_out)}\n{LOST}")
    if found.advisories:
        return 1
    print(f"  ok   no known advisory against {len(found.looked_at)} packages")
    return 2 if strict and found.left_out else 0


def program_in(venv: Path) -> Path:
    """pip-audit in its environment, made if need be. Raises prepare.Refusal."""
    log = venv.parent / f"{venv.name}.log"
    python = prepare.make_venv(venv, log)
    (venv / "stamps").mkdir(exist_ok=True)
    prepare.install_locks(python, venv, ["audit"], log)
    return venv / "bin" / "pip-audit"


def main() -> int:
    parser = argparse.ArgumentParser(description="Audits the locked dependencies.")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv-audit", help="pip-audit's own")
    parser.add_argument("--lists", default="dev,audit", help="locks to ask about; dev has them all")
    parser.add_argument("--strict", action="store_true", help="fail if something is not looked at")
    options = parser.parse_args()
    if not locks_hold(lists()):
        return 1
    try:
        program = program_in(options.venv.absolute())
    except prepare.Refusal as refusal:
        return told(None, f"pip-audit can not be installed. {refusal}", options.strict)
    found, why = asked(program, options.lists.split(","))
    return told(found, why, options.strict)


if __name__ == "__main__":
    sys.exit(main())
