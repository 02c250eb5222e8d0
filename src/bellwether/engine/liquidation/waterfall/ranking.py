"""One side of a market by rank, the first to be deleveraged first (LIQ-4, `ranked`)."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import final

from bellwether.engine.liquidation.scope import equity_behind
from bellwether.engine.state.holding import Holding
from bellwether.formulas.deleveraging import Rank


@final
class Ranking:
    """`ranks` are those that hold, by account; older ones of the same account lie in the heap
    until they come to its top.
    """

    __slots__ = ("_heap", "_holdings", "_ranks")

    def __init__(self, holdings: list[Holding]) -> None:
        self._ranks: dict[int, Rank] = {}
        self._holdings: dict[int, Holding] = {}
        for holding in holdings:
            self._rank(holding)
        self._heap: list[Rank] = list(self._ranks.values())
        heapify(self._heap)

    def add(self, holding: Holding) -> None:
        """Ranks a position by what it is now."""
        heappush(self._heap, self._rank(holding))

    def drop(self, number: int) -> None:
        """Forgets the position of an account, if there is one."""
        self._ranks.pop(number, None)

    def choose(self, need: int) -> list[tuple[int, int]]:
        """(account number, lots) to close, each whole before the next. They are forgotten."""
        chosen: list[tuple[int, int]] = []
        left = need
        while left > 0 and self._heap:
            rank = heappop(self._heap)
            number = rank.account
            if self._ranks.get(number) is not rank:
                continue
            del self._ranks[number]
            lots = min(left, abs(self._holdings[number].lots))
            chosen.append((number, lots))
            left -= lots
        return chosen

    def _rank(self, holding: Holding) -> Rank:
        number = holding.account.number
        entry = abs(holding.cost)
        rank = Rank(number, holding.lots, entry if entry > 0 else 1, equity_behind(holding))
        self._ranks[number] = rank
        self._holdings[number] = holding
        return rank
