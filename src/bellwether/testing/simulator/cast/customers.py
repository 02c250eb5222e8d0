"""What account holders say: they trade, divide their money among accounts, and ask for it."""

from __future__ import annotations

from random import Random

from bellwether.schema.commands import AnyCommand
from bellwether.testing.simulator.cast.board import Board
from bellwether.testing.simulator.cast.owners import own
from bellwether.testing.simulator.cast.payouts import ask
from bellwether.testing.simulator.cast.traders import Head, trade


def say(kind: str, who: int, luck: Random, board: Board, head: Head, depth: int = 4) -> AnyCommand:
    """A command of one of the kinds of `plan.TRADING`; a maker's is about up to `depth` orders."""
    if kind == "owners":
        return own(who, luck, board, head)
    if kind == "withdraw":
        return ask(who, luck, board, head)
    return trade(kind, who, luck, board, head, depth)
