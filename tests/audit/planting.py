"""Faults planted into a copy of the engine, which then plays what a sound one has done."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

import bellwether
from bellwether.schema.wire import encode_commands
from bellwether.testing.side_by_side import SideBySide

Fault = tuple[str, str, str, str]
"""The file, what stands there, the fault, and what the finding speaks of."""

PLAY = """
import sys
from pathlib import Path
from bellwether.audit.auditor import Auditor
from bellwether.engine.engine import Engine
from bellwether.node.audit import differences
from bellwether.schema.wire import decode_commands

engine, auditor = Engine(), Auditor()
for time_ns, command in decode_commands(Path(sys.argv[1]).read_bytes()):
    found = auditor.take(command, time_ns, engine.apply(command, time_ns))
    if found is not None:
        print(found.text)
        break
    differs = [text for text in differences(engine, auditor, sorted(auditor.users)) if text]
    if differs:
        print(differs[0])
        break
else:
    print("agrees")
"""


def copied_tree(folder: Path, life: SideBySide) -> Path:
    """A copy of the package, interpreted, with the commands of a life beside it.

    Its bytecode is made once; a file that is changed later no longer has the hash that it goes by.
    """
    skipped = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__")
    shutil.copytree(Path(bellwether.__file__).parent, folder / "bellwether", ignore=skipped)
    by_hash = PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(folder, quiet=1, invalidation_mode=by_hash)
    (folder / "life").write_bytes(encode_commands(life.done))
    return folder


def play(tree: Path) -> str:
    """What the auditor says about the copy's engine."""
    done = subprocess.run(
        [sys.executable, "-P", "-B", "-c", PLAY, str(tree / "life")],
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


def play_with(fault: Fault, tree: Path) -> str:
    """The same with a fault planted, which is taken back."""
    name, sound, wrong, _ = fault
    path = tree / "bellwether" / name
    text = path.read_text(encoding="utf-8")
    assert sound in text, f"{name} has moved on"
    path.write_text(text.replace(sound, wrong), encoding="utf-8")
    try:
        return play(tree)
    finally:
        path.write_text(text, encoding="utf-8")
