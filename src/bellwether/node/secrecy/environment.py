"""What the venue's own processes are told of its environment: how to run, and nothing else.

Where a venue is started, the environment may hold keys of databases, feeds and clouds. Processes
that write the journal or recover signers need none of them.
"""

from __future__ import annotations

import os
from typing import Final

_NAMES: Final = frozenset(("HOME", "LANG", "PATH", "TMPDIR", "TZ", "VIRTUAL_ENV"))
_BEGINNINGS: Final = ("LC_", "LD_", "DYLD_", "PYTHON")


def sparse_environment() -> dict[str, str]:
    """The part of this process's environment that a Python program needs to start."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _NAMES or name.startswith(_BEGINNINGS)
    }
