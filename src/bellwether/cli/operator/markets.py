"""`bellwether operator list|change|set-phase|resolve-input`: what operators do to markets."""

from __future__ import annotations

import datetime
import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.times import milliseconds
from bellwether.cli.operator.desk import Desk
from bellwether.cli.operator.wording import AnnouncementOption, CoinArgument
from bellwether.cli.refusal import refuse
from bellwether.gateway.operators.specification import WIRE

WhyOption = Annotated[str, typer.Option("--grounds", help="Why; announced with the act.")]

Phase = Literal["PRE_LISTING", "SETTLEMENT_PERIOD"]
"""Where operators may move a market ahead of its date."""

Decision = Literal["accept", "reject"]


@with_options_of(Desk)
def list_market(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML or JSON: a preset and more.")],
    basis: Annotated[
        str, typer.Option(help="What the reference price rests on, with dates; or in the file.")
    ] = "",
    announcement: AnnouncementOption = "",
) -> None:
    """Propose a market; once approved it is listed and launches at its time, or at once."""
    spec = _read(file)
    basis = basis or str(spec.pop("basis", ""))
    announcement = announcement or str(spec.pop("announcement", ""))
    what = f"{spec.get('symbol', 'a market')} is listed (preset {spec.get('preset', 'none')})"
    desk.propose("listMarket", what, spec=spec, basis=basis, announcement=announcement)


@with_options_of(Desk)
def change(
    desk: Desk,
    coin: CoinArgument,
    changes: Annotated[
        list[str], typer.Option("--set", metavar="NAME=VALUE", help="A field; may be repeated.")
    ],
    grounds: WhyOption,
    effective: Annotated[
        str, typer.Option(help="From when on, UTC; with the approval and its lock if absent.")
    ] = "",
    announcement: AnnouncementOption = "",
) -> None:
    """Propose to change a market's specification, such as band=0.2 or funding.divisor=8."""
    wanted: dict[str, Any] = {}
    for text in changes:
        _set(wanted, text)
    desk.propose(
        "changeSpec",
        f"{coin} changes: {', '.join(changes)}",
        coin=coin,
        changes=wanted,
        effectiveTime=milliseconds(effective, "--effective") if effective else None,
        grounds=grounds,
        announcement=announcement,
    )


@with_options_of(Desk)
def set_phase(
    desk: Desk,
    coin: CoinArgument,
    phase: Annotated[Phase, typer.Argument(metavar="PHASE", help="PRE_LISTING or the period.")],
    grounds: WhyOption,
    announcement: AnnouncementOption = "",
) -> None:
    """Propose to launch a market, or to begin its settlement period, ahead of the date."""
    fields = {"coin": coin, "phase": phase, "grounds": grounds, "announcement": announcement}
    desk.propose("setPhase", f"{coin} moves to {phase}", **fields)


@with_options_of(Desk)
def event_phase(
    desk: Desk,
    coin: CoinArgument,
    phase: Annotated[str, typer.Argument(metavar="PHASE", help="announced … seasoned (MARG-9).")],
    grounds: WhyOption,
    announcement: AnnouncementOption = "",
) -> None:
    """Propose to enter a phase of the event clock, and with it what margin it asks for."""
    fields = {"coin": coin, "phase": phase, "grounds": grounds, "announcement": announcement}
    desk.propose("eventPhase", f"{coin} is {phase}", **fields)


@with_options_of(Desk)
def resolve_input(
    desk: Desk,
    coin: CoinArgument,
    decision: Annotated[Decision, typer.Argument(metavar="DECISION", help="accept or reject.")],
    source: Annotated[str, typer.Option(help="Whose observation.")],
    kind: Annotated[str, typer.Option(help="Such as secondary_trade.")],
    grounds: WhyOption,
    announcement: AnnouncementOption = "",
) -> None:
    """Propose that a recorded observation counts, or counts no more; nobody types a value."""
    desk.propose(
        "resolveInput",
        f"{decision} the {kind} of {source} for {coin}",
        coin=coin,
        source=source,
        observationKind=kind,
        decision=decision,
        grounds=grounds,
        announcement=announcement,
    )


def _read(path: Path) -> dict[str, Any]:
    """A specification as written; ends the command if the file is none."""
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except OSError as error:
        refuse(f"{path} can not be read: {error.strerror}")
    except ValueError as error:
        refuse(f"{path} is not {path.suffix[1:].upper() or 'JSON'}: {error}")
    if not isinstance(content, dict):
        refuse(f"{path} must hold one object")
    return {name: _plain(path, name, value) for name, value in content.items()}


def _plain(path: Path, name: str, value: Any) -> Any:
    if isinstance(value, float):
        refuse(f'{path}: {name}: expected a decimal number as text, "{value}"')
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {inner: _plain(path, f"{name}.{inner}", each) for inner, each in value.items()}
    if isinstance(value, list):
        return [_plain(path, name, each) for each in value]
    return value


def _set(wanted: dict[str, Any], text: str) -> None:
    """One NAME=VALUE: whole numbers, true, false and JSON as such, everything else as text."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        refuse(f"--set {text}: expected NAME=VALUE")
    wire = WIRE.get(name)
    is_text = wire is not None and wire.unit not in ("ms", "time", "tiers")
    group, _, field = name.rpartition(".")
    holder = wanted.setdefault(group, {}) if group else wanted
    holder[field] = value if is_text else _value(name, value)


def _value(name: str, text: str) -> Any:
    if text.lstrip("-").isdigit() and text.isascii():
        return int(text)
    if text in ("true", "false"):
        return text == "true"
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except ValueError as error:
            refuse(f"--set {name}: {error}")
    return text
