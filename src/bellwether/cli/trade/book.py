"""`bellwether trade book`: the order book of a market, and its mark and oracle."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bellwether.cli.access.place import Place
from bellwether.cli.access.shared_options import with_options_of
from bellwether.cli.tables import print_json, print_table
from bellwether.cli.trade.seat import CoinArgument


@with_options_of(Place)
def book(
    place: Place,
    coin: CoinArgument,
    depth: Annotated[int, typer.Option(min=1, max=20, help="Levels of each side.")] = 10,
) -> None:
    """The best levels of both sides; needs no key."""
    with place.reach() as api:
        answer = api.info("l2Book", coin=coin)
        if answer is None:
            place.refuse_market(coin)
        status = api.info("marketStatus", coin=coin)
    bids, asks = (side[:depth] for side in answer["levels"])
    if place.as_json:
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
