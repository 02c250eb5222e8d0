"""One side of a market by size, to be deleveraged in proportion (LIQ-4, `pro_rata`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import final

from bellwether.engine.liquidation.fence_line import FenceLine
from bellwether.engine.state.holding import Holding
from bellwether.formulas.deleveraging import pro_rata_of_largest


@final
class Proportion:
    """Positions that gain, which are closed first, and the others."""

    __slots__ = ("_gaining", "_others")

    def __init__(self, holdings: list[Holding]) -> None:
        self._gaining = Sizes()
        self._others = Sizes()
        for holding in holdings:
            self.add(holding)

    def add(self, holding: Holding) -> None:
        """Takes a position as it is now."""
        sizes = self._gaining if holding.worth() > 0 else self._others
        sizes.put(holding.account.number, abs(holding.lots))

    def drop(self, number: int) -> None:
        """Forgets the position of an account, if there is one."""
        self._gaining.take(number)
        self._others.take(number)

    def choose(self, need: int) -> list[tuple[int, int]]:
        """(account number, lots) to close; they stay until they are dropped."""
        chosen = pro_rata_of_largest(self._gaining.largest(), self._gaining.total, need)
        left = need - self._gaining.total
        if left > 0:
            chosen += pro_rata_of_largest(self._others.largest(), self._others.total, left)
        return chosen


@final
class Sizes:
    """Lots by account, kept in order of size; `total` is their sum."""

    __slots__ = ("_line", "_lots", "total")

    def __init__(self) -> None:
        self._line = FenceLine()
        self._lots: dict[int, int] = {}
        self.total: int = 0

    def put(self, number: int, lots: int) -> None:
        """Adds an account."""
        self._lots[number] = lots
        self._line.put(-lots, number)
        self.total += lots

    def take(self, number: int) -> None:
        """Takes an account away, if it is there."""
        lots = self._lots.pop(number, 0)
        if lots > 0:
            self._line.take(-lots, number)
            self.total -= lots

    def largest(self) -> Iterator[tuple[int, int]]:
        """(account, lots), the largest first, of equals the lower account."""
        for block in self._line.blocks:
            for negated, number in block:
                yield number, -negated
