"""How much of a TWAP order is due, and how large a sub-order may be (ORD-1). Pure."""

from __future__ import annotations

from typing import Final

from bellwether.units.division import mul_div_down

FEWEST_MINUTES: Final = 5
MOST_MINUTES: Final = 7 * 24 * 60
SLICES_A_MINUTE: Final = 2
CATCH_UP: Final = 3
JITTER_PER_MILLE: Final = 100
"""How far a randomized target lies beside the even one, in thousandths of an even sub-order: two
neighbours together make a sub-order larger or smaller by a fifth at most."""

_WORD: Final = 0xFFFFFFFF


def slice_count(minutes: int) -> int:
    """Sub-orders of a TWAP order: one at once and one every 30 s, the last at the end."""
    return SLICES_A_MINUTE * minutes + 1


def target_lots(twap_id: int, lots: int, minutes: int, place: int, randomize: bool) -> int:
    """Lots that are to have traded once sub-order number `place` (from 0) is done, rounded down."""
    count = slice_count(minutes)
    if place + 1 >= count:
        return lots
    due = (place + 1) * 1_000
    if randomize:
        due += jitter_per_mille(twap_id, place)
    return mul_div_down(lots, due, count * 1_000)


def largest_slice(lots: int, minutes: int) -> int:
    """Three even sub-orders, rounded down, but never less than a lot."""
    largest = mul_div_down(lots, CATCH_UP, slice_count(minutes))
    return largest if largest > 0 else 1


def jitter_per_mille(twap_id: int, place: int) -> int:
    """-100 to 100, scattered; whoever knows the numbers knows it: no luck is drawn."""
    word = (twap_id * 2_654_435_761 + place * 2_246_822_519 + 1) & _WORD
    word ^= word >> 15
    word = (word * 2_654_435_761) & _WORD
    word ^= word >> 13
    word = (word * 3_266_489_917) & _WORD
    word ^= word >> 16
    return word % (2 * JITTER_PER_MILLE + 1) - JITTER_PER_MILLE
