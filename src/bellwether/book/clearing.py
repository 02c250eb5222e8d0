"""The single price of a call auction (LIFE-2)."""

from __future__ import annotations

from bellwether.book.book import Book

EVERY_LEVEL = 1 << 30


def clearing_price(book: Book, reference: int) -> tuple[int, int]:
    """(price atoms, lots) at which the most trades; (0, 0) if nothing crosses.

    Of several prices with the most lots the one that leaves the least over, then the one nearest to
    the reference, then the lowest. Only limits of resting orders are candidates.
    """
    bids = book.levels(True, EVERY_LEVEL)
    asks = book.levels(False, EVERY_LEVEL)
    if not bids or not asks or bids[0][0] < asks[0][0]:
        return 0, 0
    low, high = asks[0][0], bids[0][0]
    candidates = {level[0] for level in bids + asks if low <= level[0] <= high}
    best: tuple[int, int, int, int] | None = None
    for price in sorted(candidates):
        bought = _lots_from(bids, price, 1)
        sold = _lots_from(asks, price, -1)
        lots = bought if bought < sold else sold
        left = bought + sold - 2 * lots
        away = price - reference if price > reference else reference - price
        rank = (-lots, left, away, price)
        if best is None or rank < best:
            best = rank
    assert best is not None, "a crossed book has a candidate"
    return best[3], -best[0]


def _lots_from(levels: list[tuple[int, int, int]], price: int, way: int) -> int:
    """Lots of the levels that are at the price or better; `way` 1 for bids, -1 for asks."""
    total = 0
    for level in levels:
        if (level[0] - price) * way >= 0:
            total += level[1]
    return total
