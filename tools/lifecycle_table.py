"""Phases and moves (LIFE-1), from the code: `python tools/lifecycle_table.py` writes it anew."""

from __future__ import annotations

from pathlib import Path

from bellwether.engine.life.phases import MOVES
from bellwether.schema.codes import PHASE_NAMES

TARGET = Path(__file__).resolve().parents[1] / "docs" / "reference" / "lifecycle.md"

HEAD = """# The life of a market

Every phase a market can be in and every move it can make (LIFE-1); nothing leads out of SETTLED.
Trading status (open, post_only, cancel_only, halted) is independent of it. Written by
`python tools/lifecycle_table.py`; a test compares it with the code.
"""


def document() -> str:
    """The whole document: a diagram and the table it is drawn from."""
    lines = [HEAD, "```mermaid", "stateDiagram-v2"]
    lines += [
        f"    {PHASE_NAMES[move.source]} --> {PHASE_NAMES[move.target]}: {move.cause}"
        for move in MOVES
    ]
    lines += ["```", "", "| from | to | cause | announced as |", "|---|---|---|---|"]
    for move in MOVES:
        source, target = PHASE_NAMES[move.source], PHASE_NAMES[move.target]
        lines.append(f"| {source} | {target} | {move.cause} | {move.kind}: {move.text} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
