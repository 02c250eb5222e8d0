"""Who is deleveraged, and by how much (LIQ-4).

A position is ``(account, lots, entry_notional_e6, equity_e6)``; all are on one side, the
profitable one, and lots may be signed. The mark is the same for all of them and cancels out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from bellwether.units.division import div_down, div_up, mul_div_down


@final
class Rank:
    """Where an account stands in the ranked order (LIQ-4): whoever is less goes first.

    `above` over `below`, which is positive, is the ratio that ranks it; ties go to the lower
    account. Without equity there is no such ratio: those accounts come last.
    """

    __slots__ = ("above", "account", "below")

    def __init__(self, account: int, lots: int, entry_notional: int, equity: int) -> None:
        assert lots != 0 and entry_notional > 0, "an open position has an entry price"
        self.account: int = account
        if equity <= 0:
            self.above: int = -1
            self.below: int = 1
        elif lots > 0:
            self.above = lots * lots
            self.below = entry_notional * equity
        else:
            self.above = entry_notional
            self.below = equity

    def __lt__(self, other: Rank) -> bool:
        """Exact: products, no division."""
        left = self.above * other.below
        right = other.above * self.below
        return left > right if left != right else self.account < other.account


def ranked_order(positions: list[tuple[int, int, int, int]], longs: bool) -> list[int]:
    """Return the accounts, the first to be deleveraged first (LIQ-4, ``ranked``).

    Longs by (mark/entry)*(notional/equity), which orders as lots^2 / (entry_notional * equity);
    shorts by (entry/mark)*(notional/equity), which is entry_notional / equity.
    """
    ranks = [
        Rank(account, abs(lots) if longs else -abs(lots), entry_notional, equity)
        for account, lots, entry_notional, equity in positions
    ]
    return [rank.account for rank in sorted(ranks)]


def pro_rata_close_lots(sizes: list[tuple[int, int]], need_lots: int) -> list[tuple[int, int]]:
    """Return (account, lots to close) by size (LIQ-4, ``pro_rata``), in the order given.

    `sizes` are (account, lots), lots signed or not. Floors plus largest remainders, ties to the
    lower account; never more than all of them hold, hence never more than one of them holds.
    """
    total = 0
    for _, lots in sizes:
        total += abs(lots)
    need = min(need_lots, total)
    if need <= 0:
        return [(account, 0) for account, _ in sizes]
    closes: list[int] = []
    remainders: list[tuple[int, int, int]] = []
    left = need
    for place, (account, lots) in enumerate(sizes):
        share = mul_div_down(need, abs(lots), total)
        closes.append(share)
        left -= share
        remainders.append((share * total - need * abs(lots), account, place))
    remainders.sort()
    for _, _, place in remainders[:left]:
        closes[place] += 1
    return [(sizes[place][0], lots) for place, lots in enumerate(closes)]


def pro_rata_of_largest(
    sizes: Iterable[tuple[int, int]], total: int, need_lots: int
) -> list[tuple[int, int]]:
    """Return whom `pro_rata_close_lots` has close something, by account, and how much.

    `sizes` are (account, positive lots) and add up to `total`; the largest come first, of equals
    the lower account. No more of them are looked at than twice those who close something: where a
    share is less than a lot, the larger position has the larger remainder.
    """
    need = min(need_lots, total)
    if need <= 0:
        return []
    closes: dict[int, int] = {}
    remainders: list[tuple[int, int]] = []
    left = need
    small = 0
    for account, lots in sizes:
        share = mul_div_down(need, lots, total)
        if share == 0:
            if small >= left:
                break
            small += 1
        closes[account] = share
        left -= share
        remainders.append((share * total - need * lots, account))
    remainders.sort()
    for _, account in remainders[:left]:
        closes[account] += 1
    return sorted((account, lots) for account, lots in closes.items() if lots > 0)


def covering_lots(size: int, deficit: int, gained: int) -> int:
    """Return the fewest lots that cover a deficit (LIQ-4, ``pro_rata``), at most `size`.

    `gained` is what closing a lot brings against the mark, micro-USD; all of them if nothing does.
    """
    if gained <= 0:
        return size
    return min(size, div_up(deficit, gained))


def equal_parts(offers: list[tuple[int, int]], need_lots: int) -> list[tuple[int, int]]:
    """Return (account, lots) that share out `need_lots` as equally as the offers allow (LIQ-3).

    `offers` are (account, most lots). Whoever offers less than an equal part gives all of it; of
    what does not divide, the lower accounts take a lot more.
    """
    parts = dict(offers)
    waiting = sorted((most, account) for account, most in offers)
    left = need_lots
    while waiting and waiting[0][0] * len(waiting) <= left:
        left -= waiting.pop(0)[0]
    if waiting:
        share = div_down(left, len(waiting))
        left -= share * len(waiting)
        for place, account in enumerate(sorted(account for _, account in waiting)):
            parts[account] = share + 1 if place < left else share
    return sorted(parts.items())
