"""Discovery bounds: the band around the reference and its re-anchoring (PRICE-10, PRICE-11)."""

from typing import Final

from bellwether.units.division import mul_div_down, mul_div_up
from bellwether.units.quantities import RATE_ONE

UP: Final[int] = 1
DOWN: Final[int] = -1
_RATE_SQUARED: Final[int] = 10**24


def band_edges_fine(reference_fine: int, band_e12: int) -> tuple[int, int]:
    """Return ``ref * (1 - b)`` rounded up and ``ref * (1 + b)`` rounded down (PRICE-10)."""
    low = mul_div_up(reference_fine, RATE_ONE - band_e12, RATE_ONE)
    return low, mul_div_down(reference_fine, RATE_ONE + band_e12, RATE_ONE)


def re_anchor_direction(
    oracle_fine: int,
    reference_fine: int,
    band_e12: int,
    threshold_e12: int,
    ups: int,
    downs: int,
    max_re_anchors: int,
) -> int:
    """Return 1 or -1 if the oracle reached ``ref * (1 +- b * threshold)``, else 0 (PRICE-11).

    `ups` and `downs` are the re-anchors used; a direction that has used `max_re_anchors` is
    exhausted and its bound hard. The comparison is exact.
    """
    reach = band_e12 * threshold_e12
    scaled = oracle_fine * _RATE_SQUARED
    if ups < max_re_anchors and scaled >= reference_fine * (_RATE_SQUARED + reach):
        return UP
    if downs < max_re_anchors and scaled <= reference_fine * (_RATE_SQUARED - reach):
        return DOWN
    return 0


def re_anchored_reference_fine(reference_fine: int, band_e12: int, direction: int) -> int:
    """Return the reference after a re-anchor: the edge that was approached, as it was rounded."""
    low, high = band_edges_fine(reference_fine, band_e12)
    if direction == UP:
        return high
    return low if direction == DOWN else reference_fine
