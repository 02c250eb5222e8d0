"""`bellwether trade book`: the order book of a market, and its mark and oracle."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bellwether.cli.refusal import refuse
from bellwether.cli.tables import print_json, print_table
from bellwether.cli.trade.venue_access import DEFAULT_URL, JsonOption, UrlOption, answering, connect


def book(
    coin: Annotated[str, typer.Argument(metavar="COIN", help="Such as CBRS or xyz:SPCX.")],
    depth: Annotated[int, typer.Option(min=1, max=20, help="Levels of each side.")] = 10,
    url: UrlOption = DEFAULT_URL,
    as_json: JsonOption = False,
) -> None:
    """The best levels of both sides; needs no key."""
    with answering(connect(url)) as api:
        answer = api.info("l2Book", coin=coin)
        if answer is None:
            refuse(f"there is no market {coin!r}; `bellwether market list --url {url}` names them")
        status = api.info("marketStatus", coin=coin)
    bids, asks = (side[:depth] for side in answer["levels"])
    if as_json:
        print_json({**answer, "levels": [bids, asks]})
        return
    print(
        f"{coin}  mark {status['markPx']}  oracle {status['oraclePx']}  "
        f"band {status['bandLow']} to {status['bandHigh']}  {status['tradingStatus']}"
    )
    if status["venueStatus"]["status"] != "open":
        print(f"the venue is {status['venueStatus']['status']}: {status['venueStatus']['cause']}")
    rows = [_row(asks, level, "sell") for level in reversed(range(len(asks)))]
    rows += [_row(bids, level, "buy") for level in range(len(bids))]
    print_table(("", "price", "size", "orders"), rows, "the book is empty", left=("",))


def _row(side: list[dict[str, Any]], level: int, name: str) -> tuple[Any, ...]:
    return (name if level == 0 else "", side[level]["px"], side[level]["sz"], side[level]["n"])
