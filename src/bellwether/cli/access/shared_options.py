"""Options that many commands share, written down once: as fields of what the command works with."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Concatenate, TypeVar, get_type_hints

Opened = TypeVar("Opened")
Command = Callable[Concatenate[Opened, ...], None]


def with_options_of(
    opened: Callable[..., Opened],
) -> Callable[[Command[Opened]], Callable[..., None]]:
    """Hands a command an `opened`, made of options that are added behind the command's own.

    Typer reads a command's options from its signature. The one it is shown has the command's
    parameters after the first, which is the `opened`, and then those that `opened` is made of.
    """
    shared = _parameters(opened)

    def decorate(command: Command[Opened]) -> Callable[..., None]:
        own = _parameters(command)[1:]

        @functools.wraps(command)
        def run(**given: Any) -> None:
            command(opened(**{one.name: given.pop(one.name) for one in shared}), **given)

        shown = inspect.Signature([*own, *shared], return_annotation=None)
        run.__dict__["__signature__"] = shown
        run.__annotations__ = {one.name: one.annotation for one in (*own, *shared)}
        return run

    return decorate


def _parameters(of: Callable[..., Any]) -> list[inspect.Parameter]:
    """Parameters with their annotations evaluated; those of a class where each was written."""
    types = get_type_hints(of, include_extras=True)
    named = inspect.signature(of).parameters.values()
    return [one.replace(annotation=types[one.name]) for one in named]
