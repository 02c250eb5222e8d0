"""`bellwether operator announce|publish-disclosure|proposals|approve|reject`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bellwether.cli.access.place import Place
from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.times import milliseconds, time_text
from bellwether.cli.operator.desk import Desk
from bellwether.cli.refusal import refuse
from bellwether.schema.disclosures import disclosure_hash

ProposalArgument = Annotated[int, typer.Argument(metavar="PROPOSAL", min=1, help="Its number.")]
CoinOption = Annotated[str | None, typer.Option(help="One market; all of them if absent.")]


@with_options_of(Desk)
def publish_disclosure(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The text, UTF-8.")],
    version: Annotated[int, typer.Option(min=1, help="No other text of the venue has it.")],
) -> None:
    """Publish a disclosure of the venue's own; markets require it once a change says so."""
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        refuse(f"{file} can not be read: {error.strerror}")
    except ValueError:
        refuse(f"{file} is not UTF-8")
    digest = disclosure_hash(text)
    what = f"version {version} is published: SHA-256 {digest}"
    desk.act("publishDisclosure", what, version=version, text=text)
    if not desk.as_json:
        fields = f"--set disclosure.version={version} --set disclosure.hash={digest}"
        print(f"a market requires it after: bellwether operator change COIN {fields}")


@with_options_of(Desk)
def announce(
    desk: Desk,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="In a few words.")],
    text: Annotated[str, typer.Option(help="All of it.")],
    coin: Annotated[str, typer.Option(help="The market; the whole venue if absent.")] = "",
    effective: Annotated[str, typer.Option(help="From when on, UTC; at once if absent.")] = "",
) -> None:
    """Say something to everybody."""
    effective_ms = milliseconds(effective, "--effective") if effective else None
    what = f"announced for {coin or 'the whole venue'}"
    desk.act("announce", what, coin=coin, title=title, text=text, effectiveTime=effective_ms)


@with_options_of(Desk)
def approve(desk: Desk, proposal: ProposalArgument) -> None:
    """Carry out what another operator has proposed."""
    desk.act("approve", f"proposal {proposal} is approved", proposalId=proposal)


@with_options_of(Desk)
def reject(desk: Desk, proposal: ProposalArgument) -> None:
    """Turn a proposal down, or take an own one back."""
    desk.act("reject", f"proposal {proposal} is rejected", proposalId=proposal)


@with_options_of(Place)
def proposals(place: Place, coin: CoinOption = None) -> None:
    """What waits for a second operator; needs no key."""
    asked: dict[str, Any] = {} if coin is None else {"coin": coin}
    with place.reach() as api:
        found = api.info("proposals", **asked)
    fields = ("proposalId", "coin", "kind", "grounds", "proposer", "expires", "text")
    rows = [
        [time_text(row[name]) if name == "expires" else row[name] for name in fields]
        for row in found
    ]
    columns = ("id", "market", "act", "grounds", "proposer", "until", "announcement")
    place.show(found, columns, rows, "no open proposals", left=columns[1:])
