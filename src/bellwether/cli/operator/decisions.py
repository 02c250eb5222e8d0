"""`bellwether operator announce|publish-disclosure|proposals|approve|reject`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bellwether.cli.operator.access import (
    DevOperatorOption,
    act_of,
    carry_out,
    milliseconds,
    signing_key,
    tell,
    time_text,
)
from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json, print_table
from bellwether.cli.trade.venue_access import (
    DEFAULT_URL,
    JsonOption,
    KeyFileOption,
    KeyRingOption,
    UrlOption,
    answering,
    connect,
)
from bellwether.schema.disclosures import disclosure_hash

ProposalArgument = Annotated[int, typer.Argument(metavar="PROPOSAL", min=1, help="Its number.")]
CoinOption = Annotated[str | None, typer.Option(help="One market; all of them if absent.")]


def publish_disclosure(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The text, UTF-8.")],
    version: Annotated[int, typer.Option(min=1, help="No other text of the venue has it.")],
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Publish a disclosure of the venue's own; markets require it once a change says so."""
    key = signing_key(key_file, key_ring, dev_operator)
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        refuse(f"{file} can not be read: {error.strerror}")
    except ValueError:
        refuse(f"{file} is not UTF-8")
    reply = carry_out(url, key, act_of("publishDisclosure", version=version, text=text))
    digest = disclosure_hash(text)
    tell(reply, f"version {version} is published: SHA-256 {digest}", as_json)
    if not as_json:
        fields = f"--set disclosure.version={version} --set disclosure.hash={digest}"
        print(f"a market requires it after: bellwether operator change COIN {fields}")


def announce(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="In a few words.")],
    text: Annotated[str, typer.Option(help="All of it.")],
    coin: Annotated[str, typer.Option(help="The market; the whole venue if absent.")] = "",
    effective: Annotated[str, typer.Option(help="From when on, UTC; at once if absent.")] = "",
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say something to everybody."""
    key = signing_key(key_file, key_ring, dev_operator)
    effective_ms = milliseconds(effective, "--effective") if effective else 0
    act = act_of("announce", coin=coin, title=title, text=text, effectiveTime=effective_ms)
    tell(carry_out(url, key, act), f"announced for {coin or 'the whole venue'}", as_json)


def approve(
    proposal: ProposalArgument,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Carry out what another operator has proposed."""
    key = signing_key(key_file, key_ring, dev_operator)
    reply = carry_out(url, key, {"kind": "approve", "proposalId": proposal})
    tell(reply, f"proposal {proposal} is approved", as_json)


def reject(
    proposal: ProposalArgument,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_operator: DevOperatorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Turn a proposal down, or take an own one back."""
    key = signing_key(key_file, key_ring, dev_operator)
    reply = carry_out(url, key, {"kind": "reject", "proposalId": proposal})
    tell(reply, f"proposal {proposal} is rejected", as_json)


def proposals(
    coin: CoinOption = None, url: UrlOption = DEFAULT_URL, as_json: JsonOption = False
) -> None:
    """What waits for a second operator; needs no key."""
    asked: dict[str, Any] = {} if coin is None else {"coin": coin}
    with answering(connect(url)) as api:
        found = api.info("proposals", **asked)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            row["proposalId"],
            row["coin"],
            row["kind"],
            row["grounds"],
            row["proposer"],
            time_text(row["expires"]),
            row["text"],
        )
        for row in found
    ]
    columns = ("id", "market", "act", "grounds", "proposer", "until", "announcement")
    print_table(columns, rows, "no open proposals", left=columns[1:])
