"""Who is deleveraged, and by how much (LIQ-4).

A position is ``(account, lots, entry_notional_e6, equity_e6)``; all are on one side, the
profitable one, and lots may be signed. The mark is the same for all of them and cancels out.
"""

from functools import cmp_to_key

from bellwether.units.division import div_down, div_up, mul_div_down


def ranked_order(positions: list[tuple[int, int, int, int]], longs: bool) -> list[int]:
    """Return the accounts, the first to be deleveraged first (LIQ-4, ``ranked``).

    Longs by (mark/entry)*(notional/equity), which orders as lots^2 / (entry_notional * equity);
    shorts by (entry/mark)*(notional/equity), which is entry_notional / equity. Exact; ties go to
    the lower account. Without equity there is no such ratio: those accounts come last.
    """
    scores: list[tuple[int, int, int]] = []
    unranked: list[int] = []
    for account, lots, entry_notional, equity in positions:
        assert lots != 0 and entry_notional > 0, "an open position has an entry price"
        if equity <= 0:
            unranked.append(account)
        elif longs:
            scores.append((account, lots * lots, entry_notional * equity))
        else:
            scores.append((account, entry_notional, equity))
    scores.sort(key=cmp_to_key(_compare))
    return [score[0] for score in scores] + sorted(unranked)


def _compare(a: tuple[int, int, int], b: tuple[int, int, int]) -> int:
    """Order (account, numerator, denominator) by falling ratio, then by account."""
    left = a[1] * b[2]
    right = b[1] * a[2]
    if left != right:
        return -1 if left > right else 1
    return a[0] - b[0]


def ranked_close_lots(
    positions: list[tuple[int, int, int, int]], longs: bool, need_lots: int
) -> list[tuple[int, int]]:
    """Return (account, lots to close) in ranked order: each whole before the next (LIQ-4).

    Never more than all of them hold; accounts that close nothing are left out.
    """
    held = {account: abs(lots) for account, lots, _, _ in positions}
    closes: list[tuple[int, int]] = []
    left = need_lots
    for account in ranked_order(positions, longs):
        if left <= 0:
            break
        lots = min(left, held[account])
        closes.append((account, lots))
        left -= lots
    return closes


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
