"""`python -m bellwether.testing.scenario [--rewrite] FILE…`: plays tables.

Without `--rewrite` the first line that differs is shown and the exit code is 1. A rewritten table
has to be read line by line against the rules before it is kept.
"""

from __future__ import annotations

import argparse
import sys
from itertools import zip_longest
from pathlib import Path

from bellwether.testing.scenario.script import play, tables


def main() -> int:
    """Plays the tables that were named, or all of `tests/scenarios`."""
    parser = argparse.ArgumentParser(prog="python -m bellwether.testing.scenario")
    parser.add_argument("--rewrite", action="store_true", help="keep what the engine says now")
    parser.add_argument("files", nargs="*", type=Path)
    chosen = parser.parse_args()
    differs = False
    for path in chosen.files or tables(Path("tests/scenarios")):
        before = path.read_text(encoding="utf-8")
        now = play(before)
        if chosen.rewrite:
            path.write_text(now, encoding="utf-8")
            continue
        pairs = enumerate(zip_longest(before.splitlines(), now.splitlines()), start=1)
        for number, (kept, said) in pairs:
            if kept != said:
                sys.stdout.write(f"{path}:{number}\n  kept: {kept}\n  said: {said}\n")
                differs = True
                break
    return 1 if differs else 0


if __name__ == "__main__":
    raise SystemExit(main())
