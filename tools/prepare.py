"""Makes a virtual environment with the locked requirements and the built package in it.

    python3 tools/prepare.py --venv .venv --with build,runtime,demo [--interpreted]

Runs under any Python 3 of the system; picks a Python of at least 3.11 for the environment. Where
npm is, the screen is built first, so that it is in the package. A second run does nothing unless a
lock or the source changed: stamps in the environment and beside the built screen hold their hashes.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import screen

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
CANDIDATES = ("python3", "python3.13", "python3.12", "python3.11", "python3.14", "python")
BUILD_INPUTS = ("pyproject.toml", "setup.py", "README.md")


class Refusal(Exception):
    """Something outside must change first; the text says what."""


def say(text):
    print("  " + text, flush=True)


def version_of(command):
    """(major, minor) of a Python command, or None if it does not run."""
    try:
        done = subprocess.run(
            [command, "-c", "import sys; print(sys.version_info[0], sys.version_info[1])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        major, minor = done.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError):
        return None


def find_python():
    """The first Python that is new enough; PYTHON names one explicitly."""
    asked = os.environ.get("PYTHON")
    if not asked and sys.version_info[:2] >= OLDEST:
        return sys.executable
    for name in (asked,) if asked else CANDIDATES:
        path = shutil.which(name)
        found = version_of(path) if path else None
        if found is not None and found >= OLDEST:
            return path
    raise Refusal(
        "Bellwether needs Python 3.11 or newer and found none.\n"
        "Install one, or name it: make run PYTHON=/path/to/python3.12"
    )


def run(command, log, environment=None):
    """Runs a command with its output in the log; shows the end of the log if it fails."""
    with open(log, "ab") as sink:
        sink.write(("\n$ " + " ".join(map(str, command)) + "\n").encode())
        sink.flush()
        code = subprocess.call(
            [str(part) for part in command],
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=str(ROOT),
            env=environment,
        )
    if code != 0:
        end = Path(log).read_text(errors="replace").splitlines()[-30:]
        print("\n".join(end), file=sys.stderr)
        raise Refusal(f"The step above failed with exit code {code}; the whole log is {log}")


def digest(paths, *extra):
    """One hash over the names and contents of files."""
    total = hashlib.sha256("\0".join(extra).encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(path.read_bytes() + b"\0")
    return total.hexdigest()


def source_files():
    source = [p for p in (ROOT / "src" / "bellwether").rglob("*") if p.is_file()]
    wanted = [p for p in source if "__pycache__" not in p.parts and p.suffix not in (".pyc", ".so")]
    return wanted + [ROOT / name for name in BUILD_INPUTS if (ROOT / name).is_file()]


def is_current(stamp, value):
    return stamp.is_file() and stamp.read_text() == value


def make_venv(venv, log):
    """Creates the environment unless a working one is there."""
    python = venv / "bin" / "python"
    if (version_of(str(python)) or (0, 0)) >= OLDEST:
        return python
    chosen = find_python()
    shutil.rmtree(str(venv), ignore_errors=True)
    venv.parent.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    major, minor = version_of(chosen)
    say(f"creating {venv.name} with Python {major}.{minor}")
    try:
        run([chosen, "-m", "venv", venv], log)
    except Refusal as refusal:
        raise Refusal(
            f"{refusal}\nOn Debian and Ubuntu the package python{major}.{minor}-venv is needed."
        ) from None
    return python


def install_locks(python, venv, names, log):
    """Installs the locked requirements, every file checked against its hash."""
    locks = [ROOT / "requirements" / (name + ".txt") for name in names]
    for lock in locks:
        stamp = venv / "stamps" / lock.stem
        value = digest([lock])
        if is_current(stamp, value):
            continue
        say(f"installing requirements/{lock.name}, every file checked against its hash")
        run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock], log)
        stamp.write_text(value)


def drop_stale_build(interpreted):
    """Removes modules an earlier build left behind, so that a deleted file is not shipped."""
    shutil.rmtree(str(ROOT / "build" / "lib"), ignore_errors=True)
    for lib in (ROOT / "build").glob("lib.*"):
        for left in lib.rglob("*.py"):
            left.unlink()
        # The names of assets change with their content.
        shutil.rmtree(str(lib / screen.BUILT.relative_to(ROOT / "src")), ignore_errors=True)
        if not interpreted:
            for extension in lib.rglob("*.so"):
                parts = extension.relative_to(lib).with_name(extension.name.split(".")[0])
                if len(parts.parts) > 1 and not (ROOT / "src" / parts).with_suffix(".py").exists():
                    extension.unlink()


def install_package(python, venv, interpreted, log):
    """Builds and installs the package; the build decides by itself whether it can compile."""
    form = "interpreted" if interpreted else "compiled"
    stamp = venv / "stamps" / "package"
    value = digest(source_files(), form)
    if is_current(stamp, value):
        return
    environment = dict(os.environ)
    environment["BELLWETHER_INTERPRETED"] = "1" if interpreted else ""
    drop_stale_build(interpreted)
    if interpreted:
        say("building Bellwether, interpreted")
    else:
        say("building Bellwether; compiling the core takes two or three minutes the first time")
    begun = time.monotonic()
    command = [python, "-m", "pip", "install", "--no-build-isolation", "--no-deps"]
    run([*command, "--force-reinstall", "--verbose", ROOT], log, environment)
    stamp.write_text(value)
    say(f"built in {time.monotonic() - begun:.0f} s: {describe(python, log)}")


def describe(python, log):
    """Which form of the core is installed, in words, and why if it is the slower one."""
    code = (
        "import pathlib, bellwether as b; p = pathlib.Path(b.__file__).parent; "
        "print(sum(1 for _ in p.rglob('*.so')))"
    )
    done = subprocess.run(
        [str(python), "-P", "-c", code], stdout=subprocess.PIPE, cwd=str(ROOT), check=False
    )
    count = int(done.stdout.strip() or b"0")
    if count == 0:
        lines = Path(log).read_text(errors="replace").splitlines()
        reasons = [line.strip() for line in lines if "building interpreted, because" in line]
        why = reasons[-1].partition("because ")[2].rstrip(".") if reasons else "it was asked for"
        return (
            f"the core runs interpreted, because {why}.\n"
            "    Results are the same to the last digit; only speed is lost."
        )
    return f"the core is compiled ({count} native modules)"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", default=".venv", help="where the environment lies")
    parser.add_argument("--with", dest="locks", default="build,runtime,demo", help="which locks")
    parser.add_argument("--interpreted", action="store_true", help="do not compile the core")
    options = parser.parse_args()
    venv = (ROOT / options.venv).absolute()
    log = venv.parent / (venv.name + ".log")
    try:
        python = make_venv(venv, log)
        (venv / "stamps").mkdir(exist_ok=True)
        install_locks(python, venv, options.locks.split(","), log)
        lost = screen.build()
        if lost:
            say(lost)
        install_package(python, venv, options.interpreted, log)
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
