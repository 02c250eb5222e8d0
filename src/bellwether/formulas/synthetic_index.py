"""The synthetic index: many observations, one price (PRICE-14 to PRICE-17).

Observations become fine prices of the contract, adjusted for their share class; each weighs what
its kind weighs, halved with every half-life. No source has more than its share of the influence.
The weighted median is smoothed and then limited. A missing price is -1.
"""

from typing import Final

from bellwether.formulas.decay import decay_e18, weight_e18
from bellwether.formulas.impact import MISSING
from bellwether.formulas.oracle import clamp_fine
from bellwether.units.division import (
    div_down,
    div_up,
    mul_div_down,
    mul_div_half_even,
    mul_div_toward_zero,
    mul_div_up,
)
from bellwether.units.quantities import DECAY_ONE, FINE, FRACTION_ONE

COMMON_FACTOR_E6: Final[int] = 1_000_000
"""Common stock is taken as it is."""

PREFERRED_FACTOR_E6: Final[int] = 666_667
"""A headline half too high: two thirds of it (PRICE-15)."""

NOT_FROZEN: Final[int] = 0
TOO_FEW_SOURCES: Final[int] = 1
TOO_FAR_APART: Final[int] = 2

SPLIT_FACTOR_MAX: Final[int] = 100
"""The largest ratio that is taken for a split (PRICE-17)."""

_INVERSE_LN2_E18: Final[int] = 1_442_695_040_888_963_407
_VANISHED_HALF_LIVES: Final[int] = 60
"""2^-60 is below 10^-18, so from here on the weight rounds down to zero."""

_CELLS: Final[int] = 60


def contract_price_fine(value_e6: int, multiplier: int, divisor: int, atom_e6: int) -> int:
    """Return the fine price of a contract that an observed value stands for (PRICE-14).

    ``value * multiplier / divisor``, half to even. `value_e6` is in micro-USD. The multiplier is
    the share count that a value per share refers to where a valuation is wanted, the divisor the
    contract's own (10^9 for valuation/10^9, a share count for a price per share), otherwise 1.
    `atom_e6` are the micro-USD in a price atom, 10^d.
    """
    return mul_div_half_even(value_e6 * multiplier, FINE, divisor * atom_e6)


def adjusted_fine(price_fine: int, factor_e6: int) -> int:
    """Return a price times its share class's factor, half to even (PRICE-15)."""
    assert factor_e6 > 0, "a share class has a value"
    return mul_div_half_even(price_fine, factor_e6, FRACTION_ONE)


def time_constant_ns(half_life_ns: int) -> int:
    """Return tau = half-life / ln 2, half to even, so that 2^-x is exp(-x ln 2) (PRICE-15)."""
    return mul_div_half_even(half_life_ns, _INVERSE_LN2_E18, DECAY_ONE)


def half_life_decay_e18(age_ns: int, half_life_ns: int) -> int:
    """Return ``2^(-age / half-life)`` scaled 10^18, rounded down (PRICE-15).

    Whole half-lives halve exactly; what is left of the age decays by ``exp(-rest/tau)``. Rounding
    twice downwards is here the same as once.
    """
    assert half_life_ns > 0, "a half-life is positive"
    assert age_ns >= 0, "nothing is observed in the future"
    halvings = div_down(age_ns, half_life_ns)
    if halvings >= _VANISHED_HALF_LIVES:
        return 0
    rest_ns = age_ns - halvings * half_life_ns
    return div_down(decay_e18(rest_ns, time_constant_ns(half_life_ns)), 1 << halvings)


def observation_weight_e18(kind_weight_e6: int, age_ns: int, half_life_ns: int) -> int:
    """Return the kind's weight times ``2^(-age / half-life)``, scaled 10^18, rounded down."""
    assert kind_weight_e6 >= 0, "a weight is not negative"
    return mul_div_down(kind_weight_e6, half_life_decay_e18(age_ns, half_life_ns), FRACTION_ONE)


def is_live(time_ns: int, last_observed_ns: int, max_age_ns: int) -> bool:
    """Return whether a source spoke at most `max_age_ns` ago (PRICE-15)."""
    return time_ns - last_observed_ns <= max_age_ns


def influence_limit_e18(totals_e18: list[int], cap_e6: int) -> int:
    """Return the most weight that a source may keep, given each source's total (PRICE-15).

    With the k heaviest limited to L and the others worth R, the cap is met by
    ``L = cap * (k * L + R)``, hence ``L = cap * R / (1 - k * cap)``; k is the smallest for which
    the next source fits below L. L is rounded down, which keeps every share at or below the cap.
    Sources without weight do not count. Fewer than 1/cap sources cannot all be below the cap:
    they get equal shares, the lightest one's weight.
    """
    assert 0 < cap_e6 <= FRACTION_ONE, "a cap is a share"
    heaviest = sorted([total for total in totals_e18 if total > 0], reverse=True)
    if not heaviest:
        return 0
    rest = sum(heaviest)
    free_e6 = FRACTION_ONE
    if len(heaviest) * cap_e6 >= FRACTION_ONE:
        for total in heaviest:
            if total * free_e6 <= cap_e6 * rest:
                return mul_div_down(cap_e6, rest, free_e6)
            rest -= total
            free_e6 -= cap_e6
    return heaviest[-1]


def capped_weights_e18(inputs: list[tuple[int, int]], cap_e6: int) -> list[int]:
    """Return the weight of each (source, weight) with every source's total capped (PRICE-15).

    A source's observations share its capped total in proportion, by differences of rounded-down
    running sums, so that they add up to exactly that.
    """
    totals: dict[int, int] = {}
    for source, weight in inputs:
        totals[source] = totals.get(source, 0) + weight
    limit = influence_limit_e18(list(totals.values()), cap_e6)
    running: dict[int, int] = {}
    capped: list[int] = []
    for source, weight in inputs:
        total = totals[source]
        if total <= limit:
            capped.append(weight)
            continue
        before = running.get(source, 0)
        running[source] = before + weight
        share = mul_div_down(before + weight, limit, total) - mul_div_down(before, limit, total)
        capped.append(share)
    return capped


def weighted_median_fine(weighted: list[tuple[int, int]]) -> int:
    """Return the weighted median of (price, weight), -1 if nothing weighs anything (PRICE-16).

    The lowest price at which more than half of the weight is reached. A price that reaches half
    exactly is averaged with the next one that has weight, rounded down.
    """
    ordered = sorted([item for item in weighted if item[1] > 0])
    total = 0
    for _, weight in ordered:
        total += weight
    reached = 0
    for place, (price, weight) in enumerate(ordered):
        reached += weight
        if 2 * reached > total:
            return price
        if 2 * reached == total:
            return div_down(price + ordered[place + 1][0], 2)
    return MISSING


def dispersion_e6(newest_fine: list[int]) -> int:
    """Return (largest - smallest) / median, 10^-6 rounded up, of one price per source (PRICE-15).

    The prices are the newest accepted ones of the live sources, adjusted; each counts the same,
    and the median of an even number is the floored mean of the middle two. Rounded up it is above
    a limit exactly when the ratio is.
    """
    median = weighted_median_fine([(price, 1) for price in newest_fine])
    assert median > 0, "prices are positive"
    return mul_div_up(max(newest_fine) - min(newest_fine), FRACTION_ONE, median)


def freeze_reason(newest_fine: list[int], min_sources: int, max_dispersion_e6: int) -> int:
    """Return why the index freezes, or NOT_FROZEN (PRICE-15).

    `newest_fine` are the prices of dispersion_e6, one per live source that has weight.
    """
    assert min_sources > 0, "no index comes from nowhere"
    if len(newest_fine) < min_sources:
        return TOO_FEW_SOURCES
    return TOO_FAR_APART if dispersion_e6(newest_fine) > max_dispersion_e6 else NOT_FROZEN


def grace_is_over(time_ns: int, frozen_since_ns: int, grace_ns: int) -> bool:
    """Return whether a freeze has lasted longer than its grace (PRICE-15).

    `frozen_since_ns` is -1 while nothing is frozen.
    """
    return frozen_since_ns >= 0 and time_ns - frozen_since_ns > grace_ns


def split_factor(old_fine: int, new_fine: int, tolerance_e6: int) -> int:
    """Return n if new / old is within the tolerance of n, -n if of 1/n, else 0 (PRICE-17).

    n is from 2 to 100. Within means at most that part of n, or of 1/n, away; the comparison is
    exact. Where several n fit it is the nearest to new / old, or old / new, and of two the lower.
    A source without a price before (-1) has made no jump.
    """
    assert 0 <= tolerance_e6 < FRACTION_ONE, "a tolerance is a share"
    if old_fine <= 0 or new_fine <= 0:
        return 0
    below_e6 = FRACTION_ONE - tolerance_e6
    above_e6 = FRACTION_ONE + tolerance_e6
    up = max(2, div_up(new_fine * FRACTION_ONE, old_fine * above_e6))
    if up <= SPLIT_FACTOR_MAX and up * old_fine * below_e6 <= new_fine * FRACTION_ONE:
        return _nearest_factor(up, new_fine, old_fine)
    down = max(2, div_up(old_fine * below_e6, new_fine * FRACTION_ONE))
    if down <= SPLIT_FACTOR_MAX and down * new_fine * FRACTION_ONE <= old_fine * above_e6:
        return -_nearest_factor(down, old_fine, new_fine)
    return 0


def _nearest_factor(smallest: int, larger_fine: int, smaller_fine: int) -> int:
    """Return the factor nearest to larger / smaller, from the smallest that fits upwards.

    One that is nearer than a factor that fits does fit.
    """
    factor = smallest
    distance = abs(larger_fine - factor * smaller_fine)
    while factor < SPLIT_FACTOR_MAX:
        closer = abs(larger_fine - (factor + 1) * smaller_fine)
        if closer >= distance:
            break
        factor += 1
        distance = closer
    return factor


def confirms_jump(held_fine: int, other_fine: int, tolerance_e6: int) -> bool:
    """Return whether another source's newest price, held or not, confirms a held one (PRICE-17).

    It is at most the tolerance, as a part of the held price, away from it.
    """
    return abs(other_fine - held_fine) * FRACTION_ONE <= tolerance_e6 * held_fine


def smoothed_index_fine(index_fine: int, median_fine: int, dt_ns: int, tau_ns: int) -> int:
    """Return the EWMA after dt: ``index + (1 - exp(-dt/tau)) * (median - index)`` (PRICE-16).

    The move rounds towards zero.
    """
    weight = weight_e18(dt_ns, tau_ns)
    return index_fine + mul_div_toward_zero(median_fine - index_fine, weight, DECAY_ONE)


def remembered_window(
    window: list[tuple[int, int, int]], index_fine: int, time_ns: int, length_ns: int
) -> list[tuple[int, int, int]]:
    """Return the window at `time_ns`, when an index stops being in force (PRICE-16).

    An entry is (until, lowest, highest): the extremes of the index values that were in force
    until then, in fine price. It is kept while `until` is less than `length_ns` ago, so that every
    value in force at some instant of [time - length, time) is in. Values replaced in the same
    sixtieth of the window share an entry; there are at most 61.
    """
    kept = [entry for entry in window if entry[0] > time_ns - length_ns]
    cell_ns = div_up(length_ns, _CELLS)
    if not kept or div_down(kept[-1][0], cell_ns) != div_down(time_ns, cell_ns):
        return [*kept, (time_ns, index_fine, index_fine)]
    until, low, high = kept[-1]
    assert until <= time_ns, "time does not run backwards"
    kept[-1] = (time_ns, min(low, index_fine), max(high, index_fine))
    return kept


def limited_index_fine(
    index_fine: int, wanted_fine: int, window: list[tuple[int, int, int]], limit_e6: int
) -> int:
    """Return the index nearest to the wanted one within the limit of every value in the window.

    `limit_e6` is a part of that earlier value; the lower bound rounds up and the upper one down.
    To stay at `index_fine` is always allowed, even after a limit has been tightened (PRICE-16).
    """
    low, high = 0, max(index_fine, wanted_fine)
    for _, lowest, highest in window:
        low = max(low, mul_div_up(highest, FRACTION_ONE - limit_e6, FRACTION_ONE))
        high = min(high, mul_div_down(lowest, FRACTION_ONE + limit_e6, FRACTION_ONE))
    return clamp_fine(wanted_fine, min(low, index_fine), max(high, index_fine))


def next_index_fine(
    index_fine: int,
    median_fine: int,
    dt_ns: int,
    tau_ns: int,
    minute_window: list[tuple[int, int, int]],
    minute_limit_e6: int,
    hour_window: list[tuple[int, int, int]],
    hour_limit_e6: int,
) -> int:
    """Return the index after dt: smoothed, then within both limits (PRICE-16).

    Both windows are those of remembered_window at the time of this computation, with `index_fine`
    in them. The limited index is what the next smoothing starts from.
    """
    smoothed = smoothed_index_fine(index_fine, median_fine, dt_ns, tau_ns)
    in_hour = limited_index_fine(index_fine, smoothed, hour_window, hour_limit_e6)
    return limited_index_fine(index_fine, in_hour, minute_window, minute_limit_e6)
