"""From one price and one rule to another, by degrees (LIFE-8, LIFE-9). Weights are 10^-12."""

from bellwether.units.division import mul_div_down, mul_div_toward_zero
from bellwether.units.quantities import FRACTION_ONE, RATE_ONE


def ramp_weight_e12(elapsed_ns: int, ramp_ns: int) -> int:
    """Return the linear weight of the new rule, rounded down; 1 once the ramp is over."""
    assert elapsed_ns >= 0, "time does not run backwards"
    if elapsed_ns >= ramp_ns:
        return RATE_ONE
    return mul_div_down(elapsed_ns, RATE_ONE, ramp_ns)


def indication_weight_e12(paired_e6: int, half_value_e6: int, most_e6: int) -> int:
    """Return ``most * paired / (paired + half_value)``, rounded down (LIFE-9).

    `paired_e6` is the value paired in the auction in micro-USD; at `half_value_e6` the weight is
    half of `most_e6`, which is 10^-6.
    """
    most_e12 = mul_div_down(most_e6, RATE_ONE, FRACTION_ONE)
    return mul_div_down(most_e12, paired_e6, paired_e6 + half_value_e6)


def blended(old: int, new: int, weight_e12: int) -> int:
    """Return ``old + (new - old) * weight``, the move rounded towards zero."""
    return old + mul_div_toward_zero(new - old, weight_e12, RATE_ONE)
