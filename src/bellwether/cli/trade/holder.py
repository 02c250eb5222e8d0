"""`bellwether trade disclosure|statement|preview`: what an account holder is owed (IFACE-8)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Any, Final

import typer

from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json, print_table
from bellwether.cli.trade.signing_options import (
    AddressOption,
    DevAccountOption,
    Onlooker,
    trader_key,
)
from bellwether.cli.trade.venue_access import (
    DEFAULT_URL,
    JsonOption,
    KeyFileOption,
    KeyRingOption,
    UrlOption,
    answering,
    connect,
)
from bellwether.lab.traders.venue_api import VenueApi
from bellwether.units.clock_text import TimeError, format_time_ns, parse_time_ns

_NS_PER_MS: Final = 1_000_000
_LATEST_MS: Final = (1 << 53) - 1
_SIDES: Final = {"B": "buy", "A": "sell"}

CoinArgument = Annotated[str, typer.Argument(metavar="COIN", help="Such as CBRS or xyz:SPCX.")]


def disclosure(
    coin: CoinArgument,
    accept: Annotated[
        bool, typer.Option("--accept", help="Accept the text in force; needs the account's key.")
    ] = False,
    url: UrlOption = DEFAULT_URL,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read what has to be accepted before adding risk in a market, and accept it.

    Exit codes: 0 shown or accepted, 1 refused or no answer, 2 usage.
    """
    key = trader_key(key_file, key_ring, dev_account) if accept else None
    with answering(connect(url, key)) as api:
        found = api.info("disclosures", coin=coin)
        if not found["required"]:
            if accept:
                refuse(f"{coin} has no disclosure to accept", 1)
        elif accept:
            api.exchange({"type": "acceptDisclosure", "coin": coin, "hash": found["hash"]})
    if as_json:
        print_json({**found, "accepted": True} if accept else found)
    elif not found["required"]:
        print(f"{coin} has no disclosure")
    elif accept:
        print(f"{coin}: version {found['version']} is accepted ({found['hash']})")
    else:
        print(found["text"])
        print(f"version {found['version']}, SHA-256 {found['hash']}")
        print(f"to accept it: bellwether trade disclosure {coin} --accept")


def statement(
    start: Annotated[
        str | None, typer.Option("--from", help="UTC, such as 2026-05-01T00:00:00Z.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="UTC, inclusive; now if absent.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values.")] = False,
    url: UrlOption = DEFAULT_URL,
    address: AddressOption = None,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """Everything that changed the account's balances, with the balance after each line.

    Exit codes: 0 done, 1 refused or no answer, 2 usage.
    """
    if as_csv and as_json:
        refuse("give --csv or --json")
    first = _milliseconds(start, "--from", 0)
    last = _milliseconds(end, "--to", _LATEST_MS)
    onlooker = Onlooker(url, address, key_file, key_ring, dev_account)
    with answering(onlooker.api) as api:
        user = onlooker.address()
        parts = list(_parts(api, user, first, last))
    whole = {**parts[0], "lines": [line for part in parts for line in part["lines"]]}
    whole["dexes"] = [
        {**opened, "closing": closed["closing"], "ledger": closed["ledger"]}
        for opened, closed in zip(parts[0]["dexes"], parts[-1]["dexes"], strict=True)
    ]
    if as_json:
        whole["nextStartTime"] = None
        print_json(whole)
    elif as_csv:
        from bellwether.gateway.hyperliquid.reads.holders import csv_text

        sys.stdout.write(csv_text(whole["dexes"], whole["lines"]))
    else:
        _print_statement(whole)


def _milliseconds(text: str | None, option: str, otherwise: int) -> int:
    if text is None:
        return otherwise
    try:
        return parse_time_ns(text) // _NS_PER_MS
    except TimeError as error:
        refuse(f"{option}: {error}")


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
                format_time_ns(line["time"] * _NS_PER_MS),
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


def preview(
    coin: CoinArgument,
    url: UrlOption = DEFAULT_URL,
    address: AddressOption = None,
    key_file: KeyFileOption = None,
    key_ring: KeyRingOption = None,
    dev_account: DevAccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """What a settlement or a conversion of a market would pay the account now."""
    onlooker = Onlooker(url, address, key_file, key_ring, dev_account)
    with answering(onlooker.api) as api:
        found = api.info("settlementPreview", user=onlooker.address(), coin=coin)
    if as_json:
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
