"""From a private company to a listed one: rules by degrees (LIFE-8, LIFE-9), parts that settle.

Weights are 10^-12, the settled part is 10^-6 (LIFE-7).
"""

from bellwether.formulas.deleveraging import pro_rata_close_lots
from bellwether.units.division import mul_div_down, mul_div_toward_zero, mul_div_up
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


def part_settled_mark(mark: int, price: int, part_e6: int) -> int:
    """Return what a lot is worth of which a part settles at `price` and the rest stays, in atoms.

    Rounded towards `price`: whoever loses by settling is left no less than this says.
    """
    if price < mark:
        return mark - mul_div_up(mark - price, part_e6, FRACTION_ONE)
    return mark + mul_div_up(price - mark, part_e6, FRACTION_ONE)


def settled_parts(
    longs: list[tuple[int, int]], shorts: list[tuple[int, int]], part_e6: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return (account, lots that settle) of both sides, which add up to the same (LIFE-7).

    The sides are (account, lots, signed or not). Nobody settles more than the part of what he has:
    whole lots of it, and of the side that has more of them less, by largest remainders.
    """
    most = [
        [(account, mul_div_down(abs(lots), part_e6, FRACTION_ONE)) for account, lots in side]
        for side in (longs, shorts)
    ]
    total = min(sum(lots for _, lots in side) for side in most)
    return pro_rata_close_lots(most[0], total), pro_rata_close_lots(most[1], total)
