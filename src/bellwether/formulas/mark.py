"""The mark price (PRICE-7, PRICE-8, PRICE-9). A missing price is -1."""

from bellwether.formulas.bounds import band_edges_fine
from bellwether.formulas.decay import weight_e18
from bellwether.formulas.oracle import clamp_fine, limit_step_fine
from bellwether.units.division import div_down, mul_div_toward_zero
from bellwether.units.quantities import DECAY_ONE


def median3(a: int, b: int, c: int) -> int:
    """Return the middle one of three."""
    if a > b:
        a, b = b, a
    if c <= a:
        return a
    return c if c < b else b


def middle_fine(bid_fine: int, ask_fine: int) -> int:
    """Return the middle of two prices rounded down, or -1 if one is missing.

    Fine prices of whole atoms are even, so the middle of a best bid and ask is exact.
    """
    return -1 if bid_fine < 0 or ask_fine < 0 else div_down(bid_fine + ask_fine, 2)


def next_basis_fine(
    basis_fine: int, mid_fine: int, oracle_fine: int, dt_ns: int, tau_ns: int
) -> int:
    """Return the EWMA of ``mid - oracle`` after dt: the move rounds towards zero (PRICE-7).

    With `mid_fine` missing the basis holds. With an index for the oracle and the impact mid it is
    the premarket's basis (PRICE-9).
    """
    if mid_fine < 0:
        return basis_fine
    distance = mid_fine - oracle_fine - basis_fine
    return basis_fine + mul_div_toward_zero(distance, weight_e18(dt_ns, tau_ns), DECAY_ONE)


def book_component_fine(best_bid_fine: int, best_ask_fine: int, last_fine: int) -> int:
    """Return the median of those present, of two the floor of their mean, of none -1 (PRICE-7)."""
    present: list[int] = []
    for price in (best_bid_fine, best_ask_fine, last_fine):
        if price >= 0:
            present.append(price)
    if len(present) == 3:
        return median3(present[0], present[1], present[2])
    if len(present) == 2:
        return div_down(present[0] + present[1], 2)
    return present[0] if present else -1


def next_mark_fine(
    mark_fine: int,
    oracle_fine: int,
    basis_fine: int,
    book_fine: int,
    move_limit_e6: int,
    band_low_fine: int,
    band_high_fine: int,
) -> int:
    """Return the mark after one update: median of three, step limit, band (PRICE-7, PRICE-8).

    `mark_fine` is the mark before, `oracle_fine` and `basis_fine` the ones just updated;
    `book_fine` is book_component_fine, where -1 stands for the oracle.
    """
    book = book_fine if book_fine >= 0 else oracle_fine
    median = median3(oracle_fine, oracle_fine + basis_fine, book)
    limited = limit_step_fine(mark_fine, median, move_limit_e6)
    return clamp_fine(limited, band_low_fine, band_high_fine)


def premarket_mark_fine(index_fine: int, basis_fine: int, width_e12: int) -> int:
    """Return ``clamp(index + basis, index * (1 - w), index * (1 + w))`` (PRICE-9).

    With ``mark_basis = impact_mid`` the basis is the impact mid less the index itself. The lower
    bound rounds up and the upper one down, so that the mark is never outside.
    """
    low, high = band_edges_fine(index_fine, width_e12)
    return clamp_fine(index_fine + basis_fine, low, high)


def impact_mid_basis_fine(basis_fine: int, mid_fine: int, index_fine: int) -> int:
    """Return the basis under ``mark_basis = impact_mid``: ``mid - index``, not averaged (PRICE-9).

    It holds while `mid_fine` is missing.
    """
    return mid_fine - index_fine if mid_fine >= 0 else basis_fine


def index_is_stale(time_ns: int, index_time_ns: int, max_age_ns: int) -> bool:
    """Return whether the newest index was computed more than `max_age_ns` ago (PRICE-9)."""
    return time_ns - index_time_ns > max_age_ns


def next_premarket_mark_fine(
    mark_fine: int, index_fine: int, basis_fine: int, width_e12: int, stale: bool
) -> int:
    """Return the mark after one update: premarket_mark_fine, or the mark before if the index is
    stale (PRICE-9). The basis holds then, too.
    """
    return mark_fine if stale else premarket_mark_fine(index_fine, basis_fine, width_e12)
