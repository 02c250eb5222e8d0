"""Builds the web screen into the package's source, where npm is.

    python3 tools/screen.py

A venue without it runs all the same, so nothing here ends a build: what is lost is said.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "bellwether" / "gateway" / "screen" / "built"
STAMP = BUILT / ".stamp"
LOG = ROOT / ".screen.log"
LONGEST_S = 300
APART = ("node_modules", "e2e", "bench")
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
"""Packages of the lock and no others, none of whose scripts are run."""

LOST = "Nothing else depends on it: the venue runs, and says so in place of the page."


def build():
    """Empty if the screen is there as `web/` has it; otherwise what is lost and why, in words."""
    if not (WEB / "package.json").is_file():
        return ""
    wanted = digest()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return ""
    if shutil.which("npm") is None:
        return f"the screen is not built: npm (Node.js 20.19 or newer) is not installed. {LOST}"
    print("  building the screen (npm ci, npm run build)", flush=True)
    LOG.write_bytes(b"")
    for command in (INSTALL, ("npm", "run", "build")):
        try:
            ran(command)
        except (OSError, subprocess.SubprocessError) as error:
            why = f"`{' '.join(command[:3])}` failed ({type(error).__name__})"
            forget()
            return f"the screen is not built: {why}; {LOG.name} has the whole log. {LOST}"
    STAMP.write_text(wanted)
    return ""


def ran(command):
    """Raises OSError or SubprocessError unless it ends well in time."""
    with LOG.open("ab") as log:
        subprocess.run(
            command,
            cwd=str(WEB),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "CI": "1"},
            timeout=LONGEST_S,
            check=True,
        )


def forget():
    """What an earlier build left is not passed off as the screen of this source."""
    shutil.rmtree(str(BUILT), ignore_errors=True)


def digest():
    """One hash over the names and contents of all that the build may read."""
    total = hashlib.sha256()
    for folder, names, files in os.walk(str(WEB)):
        names[:] = sorted(n for n in names if n not in APART and not n.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            total.update(str(path.relative_to(WEB)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


if __name__ == "__main__":
    print("  " + (build() or f"the screen is built in {BUILT.relative_to(ROOT)}"))
