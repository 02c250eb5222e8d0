"""The positions of one side of a market while the other is deleveraged against it (LIQ-4, law 7).

Whom it comes to is found out once for each update of a market, and then kept up with what moves:
while a market's losses are seen to no mark and no funding index does, so a position's place changes
with its account alone.
"""

from __future__ import annotations

from typing import final

from bellwether.engine.liquidation.waterfall.proportion import Proportion
from bellwether.engine.liquidation.waterfall.ranking import Ranking
from bellwether.engine.state.account import Account
from bellwether.engine.state.market import Market


@final
class OtherSide:
    """`seen` is how many of a turn's moves of money it knows of."""

    __slots__ = ("_line", "is_long", "market", "seen")

    def __init__(self, market: Market, is_long: bool, seen: int) -> None:
        self.market: Market = market
        self.is_long: bool = is_long
        self.seen: int = seen
        holdings = [each for each in market.holders.values() if (each.lots > 0) == is_long]
        is_shared = market.spec.adl == "pro_rata"
        self._line: Ranking | Proportion = Proportion(holdings) if is_shared else Ranking(holdings)

    def choose(self, moved: list[Account], need: int) -> list[tuple[int, int]]:
        """(account number, lots) to close, by the market's rule; `moved` are the turn's moves.

        Never more than there is. Whoever is chosen is closed before anybody else is.
        """
        changed = {account.number for account in moved[self.seen :]}
        self.seen = len(moved)
        line = self._line
        for number in sorted(changed):
            line.drop(number)
            holding = self.market.holders.get(number)
            if holding is not None and (holding.lots > 0) == self.is_long:
                line.add(holding)
        return line.choose(need)
