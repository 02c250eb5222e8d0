"""The family of `bellwether lab` commands (chapter 10)."""

from __future__ import annotations

import typer

from bellwether.cli.lab import attack, conversion

lab = typer.Typer(no_args_is_help=True, help="Experiments with recorded and with attacked markets.")
lab.callback()(lambda: None)
lab.command("conversion")(conversion.conversion)
lab.command("attack")(attack.attack)
