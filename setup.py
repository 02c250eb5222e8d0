"""Build step: compiles the core rooms and the order path with mypyc where a C compiler is at hand.

The same source runs interpreted; only speed is lost. Set BELLWETHER_INTERPRETED=1 to ask for that.
Everything else about the package stands in pyproject.toml.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from setuptools import Extension, setup

CORE_ROOMS = ("units", "formulas", "book", "ledger", "engine")
ORDER_PATH = (
    "gateway/connection.py",
    "gateway/strict_json.py",
    "gateway/limits.py",
    "gateway/metrics.py",
    "gateway/server.py",
    "gateway/sockets/connection.py",
    "gateway/sockets/session.py",
    "gateway/sockets/unread.py",
    "gateway/fronts/desk.py",
    "gateway/fronts/front.py",
    "gateway/fronts/guess.py",
    "gateway/fronts/link.py",
    "gateway/hyperliquid/actions.py",
    "gateway/hyperliquid/exchange.py",
    "gateway/hyperliquid/replies.py",
    "gateway/hyperliquid/signing.py",
    "node/commit/batch.py",
    "node/commit/payload.py",
    "node/commit/sequencer.py",
    "views/orders.py",
    "views/store.py",
    "views/views.py",
)
"""What every order passes on its way to the engine and back. None of them may define a
msgspec.Struct: compiled classes lose the annotations that it is decoded by."""

PACKAGE = Path("src") / "bellwether"
BUILDING = frozenset({"bdist_wheel", "build", "build_ext", "editable_wheel", "develop", "install"})
INLINED = ("-fno-semantic-interposition", "-fvisibility=hidden")
PROBE = "#include <Python.h>\nint main(void) { return 0; }\n"


def compiled_modules() -> list[str]:
    """Every module of the core rooms, and the order path; package markers stay interpreted."""
    found: list[str] = []
    for room in CORE_ROOMS:
        single = PACKAGE / f"{room}.py"
        if single.is_file():
            found.append(str(single))
        found.extend(
            str(path)
            for path in sorted((PACKAGE / room).rglob("*.py"))
            if path.name != "__init__.py"
        )
    found.extend(str(PACKAGE / name) for name in ORDER_PATH if (PACKAGE / name).is_file())
    return found


def why_no_compiler() -> str | None:
    """The reason why C extensions cannot be built here, or None if they can."""
    command = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()
    include = sysconfig.get_path("include")
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory) / "probe.c"
        source.write_text(PROBE)
        target = Path(directory) / "probe.o"
        try:
            done = subprocess.run(
                [*command, f"-I{include}", "-c", str(source), "-o", str(target)],
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError:
            return f"no C compiler ({command[0]}) was found"
    if done.returncode != 0:
        return f"{command[0]} cannot compile against Python.h (Python's development headers?)"
    return None


def why_interpreted() -> str | None:
    """The reason for an interpreted build, or None if the core is to be compiled."""
    if os.environ.get("BELLWETHER_INTERPRETED", "") not in {"", "0"}:
        return "BELLWETHER_INTERPRETED is set"
    if not compiled_modules():
        return "there is no module to compile"
    try:
        import mypyc.build  # noqa: F401
    except ImportError:
        return "mypyc is not installed (requirements/build.txt has it)"
    return why_no_compiler()


def extensions() -> list[Extension]:
    """The extension modules, or none for an interpreted build."""
    if not BUILDING.intersection(sys.argv):
        return []  # asked for the package's description only
    reason = why_interpreted()
    if reason is not None:
        print(
            f"bellwether: building interpreted, because {reason}.\n"
            "bellwether: results are the same to the last digit; only speed is lost.",
            file=sys.stderr,
        )
        return []
    from mypyc.build import mypycify

    found = mypycify(
        ["--config-file", "pyproject.toml", *compiled_modules()],
        opt_level="3",
        group_name="bellwether",
    )
    if os.name == "posix":
        for extension in found:
            # One file of C whose functions nobody replaces at run time: calls can be inlined.
            extension.extra_compile_args = [*extension.extra_compile_args, *INLINED]
    return list(found)


setup(ext_modules=extensions())
