"""Whom a market has to look at when its mark or its funding moves (LIQ-9): fences, sorted.

A fence is a limit up to which a position is known to be safe. Nothing here decides anything; a
position that is looked at once too often costs time and nothing else.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from bellwether.engine.state.holding import Holding


@final
class Fences:
    """Ascending (limit, account number) of five kinds; a value above the limit crosses it.

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
        self.long_mark: list[tuple[int, int]] = []
        self.long_funding: list[tuple[int, int]] = []
        self.long_rise: list[tuple[int, int]] = []
        self.short_mark: list[tuple[int, int]] = []
        self.short_funding: list[tuple[int, int]] = []
        self.looked_at: int = 0

    def put(
        self, number: int, is_long: bool, mark_limit: int, funding_limit: int, rise_limit: int
    ) -> None:
        """Fences the position of an account; `rise_limit` 0 where there is none."""
        if is_long:
            if rise_limit > 0:
                insort(self.long_rise, (rise_limit, number))
            insort(self.long_mark, (mark_limit, number))
            insort(self.long_funding, (funding_limit, number))
        else:
            insort(self.short_mark, (mark_limit, number))
            insort(self.short_funding, (funding_limit, number))

    def take(
        self, number: int, is_long: bool, mark_limit: int, funding_limit: int, rise_limit: int
    ) -> None:
        """Takes away a fence as it was put."""
        if is_long:
            if rise_limit > 0:
                _drop(self.long_rise, (rise_limit, number))
            _drop(self.long_mark, (mark_limit, number))
            _drop(self.long_funding, (funding_limit, number))
        else:
            _drop(self.short_mark, (mark_limit, number))
            _drop(self.short_funding, (funding_limit, number))

    def crossed(self, mark: int, funding_index: int) -> list[int]:
        """The accounts whose fence a mark and a funding index cross, with repetitions."""
        found: list[int] = []
        _collect(self.long_mark, -mark, found)
        _collect(self.long_funding, funding_index, found)
        _collect(self.long_rise, mark, found)
        _collect(self.short_mark, mark, found)
        _collect(self.short_funding, -funding_index, found)
        return found


def _drop(fences: list[tuple[int, int]], fence: tuple[int, int]) -> None:
    place = bisect_left(fences, fence)
    assert fences[place] == fence, "a fence that is taken away stands"
    del fences[place]


def _collect(fences: list[tuple[int, int]], value: int, found: list[int]) -> None:
    for limit, number in fences:
        if limit >= value:
            return
        found.append(number)
