"""Exponential decay in integers, the same on every machine (UNIT-7)."""

from typing import Final

from bellwether.units.division import div_down, div_up
from bellwether.units.quantities import DECAY_ONE

_REMEMBERED_MAX: Final[int] = 4_096
_FIRST_PRECISION_BITS: Final[int] = 128
_VANISHED_MULTIPLE: Final[int] = 42
"""exp(-42) is below 10^-18, so from here on the decay rounds down to zero."""

_remembered: Final[dict[tuple[int, int], int]] = {}


def decay_e18(dt_ns: int, tau_ns: int) -> int:
    """Return ``exp(-dt/tau)`` scaled 10^18, exact to the last digit rounded down (UNIT-7)."""
    key = (dt_ns, tau_ns)
    known = _remembered.get(key)
    if known is not None:
        return known
    decay = _computed(dt_ns, tau_ns)
    if len(_remembered) >= _REMEMBERED_MAX:
        _remembered.clear()
    _remembered[key] = decay
    return decay


def weight_e18(dt_ns: int, tau_ns: int) -> int:
    """Return the weight ``1 - exp(-dt/tau)`` of a new observation, scaled 10^18."""
    return DECAY_ONE - decay_e18(dt_ns, tau_ns)


def _computed(dt_ns: int, tau_ns: int) -> int:
    """Bracket the decay ever more closely until both bounds round down to the same number.

    This ends: the exponential of a rational number other than zero is irrational, so it is
    never on the boundary itself.
    """
    assert dt_ns >= 0, "time does not run backwards"
    assert tau_ns > 0, "a time constant is positive"
    if dt_ns == 0:
        return DECAY_ONE
    if dt_ns >= _VANISHED_MULTIPLE * tau_ns:
        return 0
    bits = _FIRST_PRECISION_BITS
    while True:
        one = 1 << bits
        low, high = _growth_bounds(dt_ns, tau_ns, one)
        decay_low = div_down(DECAY_ONE * one, high)
        if decay_low == div_down(DECAY_ONE * one, low):
            return decay_low
        bits *= 2


def _growth_bounds(dt_ns: int, tau_ns: int, one: int) -> tuple[int, int]:
    """Return bounds below and above of ``exp(dt/tau)`` scaled by `one`: the Taylor series."""
    term_low, term_high = one, one
    low, high = one, one
    divisor = 0
    while True:
        divisor += tau_ns
        term_low = div_down(term_low * dt_ns, divisor)
        term_high = div_up(term_high * dt_ns, divisor)
        low += term_low
        high += term_high
        # Once each term is at most half the one before, all the rest is at most the last term.
        if term_high <= 2 and divisor >= 2 * dt_ns:
            return low, high + term_high
