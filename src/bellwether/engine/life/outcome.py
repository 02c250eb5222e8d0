"""What a settlement at a price would pay to whom, in total: pure reads, no account by itself."""

from __future__ import annotations

from typing import final

from bellwether.engine.life.preview import settled_at
from bellwether.engine.state.holding import Holding


@final
class SideTotals:
    """One side of a market: lots without sign, money in micro-USD.

    `cost` is what the positions were entered at, `gained` and `lost` (both without sign) what
    those would realise that gain and that lose, `funding` what is unsettled. `ruined` accounts
    would owe `deficit` with all that stands behind the position.
    """

    def __init__(self) -> None:
        self.accounts: int = 0
        self.lots: int = 0
        self.cost: int = 0
        self.gained: int = 0
        self.lost: int = 0
        self.funding: int = 0
        self.ruined: int = 0
        self.deficit: int = 0


@final
class Outcome:
    """Both sides of a market, settled at `price` (atoms).

    `worth` is what a lot is worth then, the price where all of it settles: it says who is ruined.
    """

    def __init__(self, price: int, worth: int) -> None:
        self.price: int = price
        self.worth: int = worth
        self.long: SideTotals = SideTotals()
        self.short: SideTotals = SideTotals()

    def add(self, holding: Holding) -> None:
        """Counts one more position."""
        if holding.lots == 0:
            return
        side = self.long if holding.lots > 0 else self.short
        sign = 1 if holding.lots > 0 else -1
        found = settled_at(holding, self.price)
        side.accounts += 1
        side.lots += sign * holding.lots
        side.cost += sign * holding.cost
        side.funding += found.funding
        if found.profit > 0:
            side.gained += found.profit
        else:
            side.lost -= found.profit
        deficit = settled_at(holding, self.worth).deficit
        if deficit > 0:
            side.ruined += 1
            side.deficit += deficit
