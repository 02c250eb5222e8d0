"""Ending a command with a message on stderr."""

from __future__ import annotations

import sys
from typing import Final, NoReturn

import typer

EXIT_USAGE: Final = 2


def refuse(message: str, code: int = EXIT_USAGE) -> NoReturn:
    """Says what is wrong and ends the command; 2 stands for usage, 1 for an outcome."""
    print(f"bellwether: {message}", file=sys.stderr)
    raise typer.Exit(code)
