"""The internal oracle: one update of S (PRICE-5, PRICE-6)."""

from bellwether.formulas.decay import weight_e18
from bellwether.units.division import mul_div_down, mul_div_toward_zero
from bellwether.units.quantities import DECAY_ONE, FRACTION_ONE


def limit_step_fine(prev_fine: int, next_fine: int, move_limit_e6: int) -> int:
    """Return `next_fine` no further from `prev_fine` than the limit, 10^-6 of it rounded down."""
    limit = mul_div_down(prev_fine, move_limit_e6, FRACTION_ONE)
    return clamp_fine(next_fine, prev_fine - limit, prev_fine + limit)


def clamp_fine(price_fine: int, low_fine: int, high_fine: int) -> int:
    """Return the price nearest to `price_fine` within the two bounds."""
    assert low_fine <= high_fine, "bounds are in order"
    if price_fine < low_fine:
        return low_fine
    return high_fine if price_fine > high_fine else price_fine


def next_oracle_fine(
    oracle_fine: int,
    ipd_fine: int,
    dt_ns: int,
    tau_ns: int,
    step_cap_ns: int,
    move_limit_e6: int,
    band_low_fine: int,
    band_high_fine: int,
) -> int:
    """Return S after one update: ``S += (1 - exp(-dt*/tau)) * IPD``, step limit, band.

    `step_cap_ns` is c * tau, the longest dt that counts. The move rounds towards zero
    (PRICE-5, PRICE-6). Re-anchoring follows: bounds.re_anchor_direction.
    """
    weight = weight_e18(min(dt_ns, step_cap_ns), tau_ns)
    moved = oracle_fine + mul_div_toward_zero(ipd_fine, weight, DECAY_ONE)
    limited = limit_step_fine(oracle_fine, moved, move_limit_e6)
    return clamp_fine(limited, band_low_fine, band_high_fine)
