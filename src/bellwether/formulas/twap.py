"""The time-weighted average of a price held as a step function (LIFE-4, LIFE-6)."""

from bellwether.units.division import div_half_even


def twap_sum_after(weighted_sum: int, price_atoms: int, held_ns: int) -> int:
    """Return the running ``sum(price * dt)`` after a price was held for `held_ns` more, exact."""
    assert held_ns >= 0, "time does not run backwards"
    return weighted_sum + price_atoms * held_ns


def twap_atoms(weighted_sum: int, duration_ns: int) -> int:
    """Return ``sum(price * dt) / sum(dt)`` in price atoms, half to even (LIFE-4).

    The duration is positive.
    """
    return div_half_even(weighted_sum, duration_ns)
