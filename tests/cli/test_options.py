"""What every command takes, one line each: a change of a command line is seen as one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from bellwether.cli.access.place import Place
from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.main import app

LISTED = Path(__file__).with_name("options.txt")


def commands(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path}{name} ")
        else:
            yield path + name, command


def line(name: str, command: Any) -> str:
    """Arguments by their names, options as they are written, `*` where one is needed."""
    words = []
    for parameter in command.params:
        is_option = parameter.param_type_name == "option"
        names = [*parameter.opts, *parameter.secondary_opts] if is_option else [parameter.name]
        word = "/".join(names)
        words.append(word + ("*" if parameter.required else ""))
    return f"{name}: {' '.join(words)}"


def test_every_command_takes_what_is_listed() -> None:
    found = [line(*one) for one in commands(typer.main.get_command(app))]
    assert found == LISTED.read_text(encoding="utf-8").splitlines()


def test_shared_options_stand_behind_a_commands_own_and_make_what_it_is_handed() -> None:
    handed: list[tuple[Place, int]] = []
    small = typer.Typer(add_completion=False)

    @small.command()
    @with_options_of(Place)
    def count(place: Place, number: Annotated[int, typer.Option()] = 1) -> None:
        """Counts."""
        handed.append((place, number))

    assert line("count", typer.main.get_command(small)) == "count: --number --url --json"
    assert "Counts." in CliRunner().invoke(small, ["--help"]).stdout
    done = CliRunner().invoke(small, ["--json", "--url", "http://here:1", "--number", "7"])
    assert (done.exit_code, handed) == (0, [(Place("http://here:1", as_json=True), 7)])


def test_a_parameter_that_says_nothing_of_its_type_is_not_taken() -> None:
    def silent(place: Place, number=1) -> None:  # type: ignore[no-untyped-def]
        """Without a type."""

    with pytest.raises(KeyError, match="number"):
        with_options_of(Place)(silent)
