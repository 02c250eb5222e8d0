"""Compiling the yardstick with mypyc, once, into a cache folder of the user's.

An engine that is compiled is measured against a compiled yardstick, an interpreted one against an
interpreted one.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import platform
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, cast

from bellwether.engine import engine
from bellwether.lab.bench.standard import yardstick
from bellwether.lab.bench.standard.yardstick import Yardstick

_MODULE: Final = "yardstick"


class CompilationFailed(Exception):
    """The yardstick can not be compiled here; the message says why and what to do."""


def engine_is_compiled() -> bool:
    """Whether the installed engine is machine code."""
    return not str(engine.__file__).endswith(".py")


def matching_yardstick() -> type[Yardstick]:
    """The yardstick in the form the engine has. Raises CompilationFailed."""
    return compiled_yardstick() if engine_is_compiled() else Yardstick


def compiled_yardstick() -> type[Yardstick]:
    """The compiled yardstick, from the cache or compiled now. Raises CompilationFailed."""
    source = Path(str(yardstick.__file__)).read_bytes()
    folder = _cache_folder(source)
    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    built = folder / f"{_MODULE}{suffix}"
    if not built.is_file():
        _compile(folder, source)
    if not built.is_file():
        raise CompilationFailed(f"mypyc left no {built.name} in {folder}. Remove it and try again.")
    spec = importlib.util.spec_from_file_location(_MODULE, built)
    assert spec is not None and spec.loader is not None, "an extension module can be loaded"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("type[Yardstick]", module.Yardstick)


def _cache_folder(source: bytes) -> Path:
    """One folder for each source, compiler and Python, so that nothing stale is ever measured."""
    try:
        compiler = version("mypy")
    except PackageNotFoundError:
        raise CompilationFailed(
            "mypy is not installed, and the engine is compiled: the yardstick would have to be "
            "compiled too. Install the packages of requirements/build.txt."
        ) from None
    key = sha256(source + f"{compiler} {sys.version} {platform.machine()}".encode()).hexdigest()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "bellwether" / f"yardstick-{key[:16]}"


def _compile(folder: Path, source: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{_MODULE}.py").write_bytes(source)
    # The engine's options: optimization level 3 is what `python -m mypyc` takes.
    done = subprocess.run(
        [sys.executable, "-m", "mypyc", f"{_MODULE}.py"],
        cwd=folder,
        env={**os.environ, "MYPYC_OPT_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])
        raise CompilationFailed(f"the yardstick could not be compiled:\n{tail}")
