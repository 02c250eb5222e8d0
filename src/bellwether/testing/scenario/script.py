"""Tables as text: blocks of command lines, `----`, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bellwether.testing.scenario.stage import Stage

RULER: Final = "----"


@dataclass(frozen=True)
class Block:
    """Text before it (comments, blank lines), its command lines, what they are to say."""

    lead: tuple[str, ...]
    commands: tuple[str, ...]
    said: tuple[str, ...]


def read_blocks(text: str) -> list[Block]:
    """The blocks of a table. Raises ValueError for commands without a ruler."""
    blocks: list[Block] = []
    lead: list[str] = []
    commands: list[str] = []
    lines = text.splitlines()
    place = 0
    while place < len(lines):
        line = lines[place].rstrip()
        place += 1
        if line == RULER:
            said: list[str] = []
            while place < len(lines) and lines[place].strip():
                said.append(lines[place].rstrip())
                place += 1
            blocks.append(Block(tuple(lead), tuple(commands), tuple(said)))
            lead, commands = [], []
        elif not commands and (not line or line.startswith("#")):
            lead.append(line)
        elif line:
            commands.append(line)
        else:
            raise ValueError(f"line {place}: {commands[0]!r} has no {RULER}")
    if commands:
        raise ValueError(f"{commands[0]!r} has no {RULER}")
    return blocks


def play(text: str) -> str:
    """The table with what the engine says now."""
    stage = Stage()
    found: list[str] = []
    for block in read_blocks(text):
        found += [*block.lead, *block.commands, RULER]
        for line in block.commands:
            found += stage.act(line)
    return "\n".join(found) + "\n"


def tables(folder: Path) -> list[Path]:
    """The tables of a folder, by name."""
    return sorted(folder.glob("*.txt"))
