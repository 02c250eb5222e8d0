"""Exponential decay is exact to the last digit (UNIT-7)."""

from decimal import ROUND_FLOOR, Context, Decimal

import pytest
from hypothesis import given, strategies as st

from bellwether.formulas.decay import decay_e18, weight_e18

TAU_NS = 1_800 * 10**9


@given(st.integers(0, 10**14), st.integers(1, 10**13))
def test_the_decay_agrees_with_eighty_digits(dt_ns: int, tau_ns: int) -> None:
    context = Context(prec=80)
    exact = context.exp(context.divide(Decimal(-dt_ns), Decimal(tau_ns)))
    scaled = context.multiply(exact, Decimal(10**18))
    assert decay_e18(dt_ns, tau_ns) == int(scaled.to_integral_value(ROUND_FLOOR))


def test_no_time_is_no_decay_and_weight_is_the_rest() -> None:
    assert decay_e18(0, TAU_NS) == 10**18
    assert weight_e18(0, TAU_NS) == 0
    assert decay_e18(3 * 10**9, TAU_NS) + weight_e18(3 * 10**9, TAU_NS) == 10**18


def test_a_nanosecond_takes_one_digit_and_a_very_long_time_takes_all() -> None:
    assert decay_e18(1, 10**30) == 10**18 - 1
    assert decay_e18(41 * TAU_NS, TAU_NS) == 1
    assert decay_e18(42 * TAU_NS, TAU_NS) == 0
    assert decay_e18(10**40, 1) == 0


def test_asking_again_gives_the_same_even_after_many_others() -> None:
    first = decay_e18(7, 11)
    for dt_ns in range(5_000):
        decay_e18(dt_ns, 10**12)
    assert decay_e18(7, 11) == first


@pytest.mark.parametrize(("dt_ns", "tau_ns"), [(-1, 5), (5, 0), (5, -1)])
def test_time_that_runs_backwards_is_a_bug(dt_ns: int, tau_ns: int) -> None:
    with pytest.raises(AssertionError):
        decay_e18(dt_ns, tau_ns)
