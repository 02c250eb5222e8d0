"""Whom a market has to look at when its mark or its funding moves (LIQ-9): fences, sorted.

A fence is a limit up to which a position is known to be safe. Nothing here decides anything; a
position that is looked at once too often costs time and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from bellwether.engine.liquidation.fence_line import FenceLine

if TYPE_CHECKING:
    from bellwether.engine.state.holding import Holding


@final
class Fences:
    """Fences of five kinds; a value above the limit crosses it.

    Long positions are fenced by the negated mark and the cumulative funding index, short ones by
    the mark and the negated index. Where the tier of the whole position counts, a rising mark takes
    a long one into the next tier: those limits are in `long_rise`. `fresh` are positions that have
    changed since they were fenced. `looked_at` counts the positions looked at so far.
    """

    __slots__ = (
        "fresh",
        "long_funding",
        "long_mark",
        "long_rise",
        "looked_at",
        "short_funding",
        "short_mark",
    )

    def __init__(self) -> None:
        self.fresh: list[Holding] = []
        self.long_mark: FenceLine = FenceLine()
        self.long_funding: FenceLine = FenceLine()
        self.long_rise: FenceLine = FenceLine()
        self.short_mark: FenceLine = FenceLine()
        self.short_funding: FenceLine = FenceLine()
        self.looked_at: int = 0

    def put(
        self, number: int, is_long: bool, mark_limit: int, funding_limit: int, rise_limit: int
    ) -> None:
        """Fences the position of an account; `rise_limit` 0 where there is none."""
        if is_long:
            if rise_limit > 0:
                self.long_rise.put(rise_limit, number)
            self.long_mark.put(mark_limit, number)
            self.long_funding.put(funding_limit, number)
        else:
            self.short_mark.put(mark_limit, number)
            self.short_funding.put(funding_limit, number)

    def take(
        self, number: int, is_long: bool, mark_limit: int, funding_limit: int, rise_limit: int
    ) -> None:
        """Takes away a fence as it was put."""
        if is_long:
            if rise_limit > 0:
                self.long_rise.take(rise_limit, number)
            self.long_mark.take(mark_limit, number)
            self.long_funding.take(funding_limit, number)
        else:
            self.short_mark.take(mark_limit, number)
            self.short_funding.take(funding_limit, number)

    def crossed(self, mark: int, funding_index: int) -> list[int]:
        """The accounts whose fence a mark and a funding index cross, with repetitions."""
        found: list[int] = []
        self.long_mark.collect(-mark, found)
        self.long_funding.collect(funding_index, found)
        self.long_rise.collect(mark, found)
        self.short_mark.collect(mark, found)
        self.short_funding.collect(-funding_index, found)
        return found
