"""How a node sets up the interpreter it runs in; done once, before it takes commands."""

from __future__ import annotations

import gc
import sys
from typing import Final

COLLECT_AFTER: Final = (50_000, 20, 50)
"""Commands and events die young and in great numbers; rarer collections find as much."""

SWITCH_S: Final = 0.0001
"""The journal's thread needs the interpreter a few times a record, for microseconds. With the usual
five milliseconds a busy event loop would let it wait longer than the disk does."""


def tune_interpreter() -> None:
    """Sets garbage collection and thread switching for this process."""
    gc.set_threshold(*COLLECT_AFTER)
    sys.setswitchinterval(SWITCH_S)
