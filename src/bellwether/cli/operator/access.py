"""Whose key an act is signed with, sending it, and telling what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json
from bellwether.cli.trade.venue_access import (
    KeySource,
    answering,
    connect,
    key_of,
)
from bellwether.node.founding.dev_keys import DEV_OPERATORS
from bellwether.units.clock_text import TimeError, format_time_ns, parse_time_ns
from bellwether.units.quantities import NS_PER_MS

_HINT: Final = "in a dev world --dev-operator N, --dev-custodian or --dev-compliance uses one"

DevOperatorOption = Annotated[
    int | None,
    typer.Option(
        "--dev-operator", min=0, max=DEV_OPERATORS - 1, help="Public operator key of a dev world."
    ),
]
GroundsOption = Annotated[str, typer.Option(help="Why, for the journal.")]
CoinArgument = Annotated[str, typer.Argument(metavar="COIN", help="Such as CBRS.")]
AnnouncementOption = Annotated[
    str, typer.Option(help="What is announced; the venue writes it if absent.")
]


def signing_key(
    key_file: Path | None,
    key_ring: str | None,
    dev_operator: int | None,
    *,
    custodian: bool = False,
    compliance: bool = False,
) -> bytes:
    """The key an act is signed with; ends the command if there is none, or more than one."""
    named: list[tuple[str, int | None]] = []
    if dev_operator is not None:
        named.append(("operator", dev_operator))
    named += [("custodian", None)] * custodian + [("compliance", None)] * compliance
    if len(named) > 1:
        refuse("give one key of the dev world only")
    if not named:
        return key_of(KeySource(key_file, key_ring), _HINT)
    return key_of(KeySource(key_file, key_ring, *named[0]), _HINT)


def carry_out(url: str, key: bytes, act: dict[str, Any]) -> dict[str, Any]:
    """Sends an act; what the venue replies."""
    with answering(connect(url, key)) as api:
        reply: dict[str, Any] = api.operate(act)["data"]
    return reply


def tell(reply: dict[str, Any], what: str, as_json: bool) -> None:
    """The outcome, with the command's number in the journal."""
    if as_json:
        print_json(reply)
    else:
        print(f"{what} (command {reply['seq']})")


def tell_proposal(reply: dict[str, Any], what: str, as_json: bool) -> None:
    """A proposal, and what it waits for."""
    if as_json:
        print_json(reply)
        return
    number = reply["proposalId"]
    print(f"proposal {number}: {what} (command {reply['seq']})")
    print(f"another operator decides: bellwether operator approve {number}, or reject {number}")


def act_of(kind: str, **fields: Any) -> dict[str, Any]:
    """An act with the fields that were given."""
    return {"kind": kind, **{name: value for name, value in fields.items() if value}}


def milliseconds(text: str, where: str) -> int:
    """A time of the command line; ends the command if it is none."""
    try:
        return parse_time_ns(text) // NS_PER_MS
    except TimeError as error:
        refuse(f"{where}: {error}")


def time_text(time_ms: int) -> str:
    """A time of the venue for people."""
    return format_time_ns(time_ms * NS_PER_MS)
