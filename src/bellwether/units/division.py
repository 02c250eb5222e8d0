"""Every named division of integers (UNIT-6). No other module divides.

The divisor is always positive; the dividend has any sign. *Down* is towards minus infinity, *up*
towards plus infinity. ``mul_div_*(a, b, d)`` is ``a * b / d`` with one rounding at the end.
"""


def div_down(n: int, d: int) -> int:
    """``n / d`` rounded towards minus infinity: payouts and releases."""
    assert d > 0, "the divisor is positive"
    return n // d


def div_up(n: int, d: int) -> int:
    """``n / d`` rounded towards plus infinity: fees and margin requirements."""
    assert d > 0, "the divisor is positive"
    return -(-n // d)


def div_toward_zero(n: int, d: int) -> int:
    """``n / d`` rounded towards zero: rates."""
    assert d > 0, "the divisor is positive"
    return n // d if n >= 0 else -(-n // d)


def div_half_even(n: int, d: int) -> int:
    """``n / d`` rounded to the nearest integer, halves to the even one: published prices."""
    assert d > 0, "the divisor is positive"
    quotient = n // d
    twice = 2 * (n - quotient * d)
    if twice > d or (twice == d and quotient & 1):
        return quotient + 1
    return quotient


def signed_product(a: int, b: int) -> int:
    """``a * b`` for an `a` of any sign and a `b` that is not negative, exact.

    Compiled code multiplies two small non-negative words directly and everything else as long
    integers; the sign is put aside for that.
    """
    return a * b if a >= 0 else -(-a * b)


def mul_div_down(a: int, b: int, d: int) -> int:
    """``a * b / d`` rounded towards minus infinity."""
    assert d > 0, "the divisor is positive"
    return a * b // d


def mul_div_up(a: int, b: int, d: int) -> int:
    """``a * b / d`` rounded towards plus infinity."""
    assert d > 0, "the divisor is positive"
    return -(-(a * b) // d)


def mul_div_toward_zero(a: int, b: int, d: int) -> int:
    """``a * b / d`` rounded towards zero."""
    return div_toward_zero(a * b, d)


def mul_div_half_even(a: int, b: int, d: int) -> int:
    """``a * b / d`` rounded to the nearest integer, halves to the even one."""
    return div_half_even(a * b, d)
