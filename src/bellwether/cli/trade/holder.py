"""`bellwether trade disclosure|statement|preview`: what an account holder is owed (IFACE-8)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Any, Final

import typer

from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.access.times import milliseconds, time_text
from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json, print_table
from bellwether.cli.trade.seat import CoinArgument, Onlooker, Seat
from bellwether.lab.traders.venue_api import VenueApi

_LATEST_MS: Final = (1 << 53) - 1
_SIDES: Final = {"B": "buy", "A": "sell"}


@with_options_of(Seat)
def disclosure(
    seat: Seat,
    coin: CoinArgument,
    accept: Annotated[
        bool, typer.Option("--accept", help="Accept the text in force; needs the account's key.")
    ] = False,
) -> None:
    """Read what has to be accepted before adding risk in a market, and accept it.

    Exit codes: 0 shown or accepted, 1 refused or no answer, 2 usage.
    """
    with seat.sign_in() if accept else seat.reach() as api:
        found = api.info("disclosures", coin=coin)
        if not found["required"]:
            if accept:
                refuse(f"{coin} has no disclosure to accept", 1)
        elif accept:
            api.exchange({"type": "acceptDisclosure", "coin": coin, "hash": found["hash"]})
    if seat.as_json:
        print_json({**found, "accepted": True} if accept else found)
    elif not found["required"]:
        print(f"{coin} has no disclosure")
    elif accept:
        print(f"{coin}: version {found['version']} is accepted ({found['hash']})")
    else:
        print(found["text"])
        print(f"version {found['version']}, SHA-256 {found['hash']}")
        print(f"to accept it: bellwether trade disclosure {coin} --accept")


@with_options_of(Onlooker)
def statement(
    onlooker: Onlooker,
    start: Annotated[
        str | None, typer.Option("--from", help="UTC, such as 2026-05-01T00:00:00Z.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="UTC, inclusive; now if absent.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values.")] = False,
) -> None:
    """Everything that changed the account's balances, with the balance after each line.

    Exit codes: 0 done, 1 refused or no answer, 2 usage.
    """
    if as_csv and onlooker.as_json:
        refuse("give --csv or --json")
    first = 0 if start is None else milliseconds(start, "--from")
    last = _LATEST_MS if end is None else milliseconds(end, "--to")
    with onlooker.look() as (api, user):
        parts = list(_parts(api, user, first, last))
    whole = {**parts[0], "lines": [line for part in parts for line in part["lines"]]}
    whole["dexes"] = [
        {**opened, "closing": closed["closing"], "ledger": closed["ledger"]}
        for opened, closed in zip(parts[0]["dexes"], parts[-1]["dexes"], strict=True)
    ]
    if onlooker.as_json:
        whole["nextStartTime"] = None
        print_json(whole)
    elif as_csv:
        from bellwether.gateway.hyperliquid.reads.holders import csv_text

        sys.stdout.write(csv_text(whole["dexes"], whole["lines"]))
    else:
        _print_statement(whole)


def _parts(api: VenueApi, user: str, start: int, end: int) -> Iterator[Any]:
    """The statement page by page."""
    at: int | None = start
    while at is not None:
        part = api.info("statement", user=user, startTime=at, endTime=end)
        yield part
        at = part["nextStartTime"]


def _print_statement(whole: dict[str, Any]) -> None:
    print(f"account {whole['user']}")
    print_table(
        ("time", "dex", "what", "market", "side", "size", "price", "fee", "amount", "balance"),
        (
            (
                time_text(line["time"]),
                line["dex"] or "main",
                line["type"],
                line.get("coin"),
                _SIDES.get(line.get("side", "")),
                line.get("sz", line.get("szi")),
                line.get("px"),
                line.get("fee"),
                line["amount"],
                line["balance"],
            )
            for line in whole["lines"]
        ),
        "nothing has happened",
        left=("time", "dex", "what", "market", "side"),
    )
    for dex in whole["dexes"]:
        print(f"{dex['dex'] or 'main'}: from {dex['opening']} to {dex['closing']} USD")


@with_options_of(Onlooker)
def preview(
    onlooker: Onlooker,
    coin: CoinArgument,
) -> None:
    """What a settlement or a conversion of a market would pay the account now."""
    with onlooker.look() as (api, user):
        found = api.info("settlementPreview", user=user, coin=coin)
    if onlooker.as_json:
        print_json(found)
        return
    held = "no position" if found["entryPx"] is None else f"{found['szi']} at {found['entryPx']}"
    print(f"{coin}: {held}, mark {found['markPx']}, account worth {found['equity']} USD")
    settling, converting = found["settlement"], found["conversion"]
    if settling is not None:
        line = f"settled now at {settling['px']}: profit {settling['profit']}"
        line += f", paid to cash {settling['cashPaid']}, account worth {settling['equityAfter']}"
        print(line)
    if converting is not None:
        paid = "some profit is paid" if converting["cashPaid"] is None else "nothing is paid"
        line = f"converted now to {converting['becomes']}: {paid}, initial margin"
        line += f" {converting['initialMargin']} instead of {converting['initialMarginNow']}"
        print(line)
    if settling is None and converting is None:
        print(f"the market is {found['phase']}: neither a settlement nor a conversion is ahead")
