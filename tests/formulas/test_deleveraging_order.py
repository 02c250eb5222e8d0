"""Who is deleveraged, and by how much (LIQ-4)."""

from collections.abc import Iterator
from fractions import Fraction

from hypothesis import given, strategies as st

from bellwether.formulas.deleveraging import (
    pro_rata_close_lots,
    pro_rata_of_largest,
    ranked_order,
)

Positions = list[tuple[int, int, int, int]]

MARK = 134_144
positions = st.lists(
    st.tuples(st.integers(0, 99), st.integers(1, 50), st.integers(1, 10**7), st.integers(1, 10**7)),
    max_size=8,
    unique_by=lambda position: position[0],
)


@given(positions, st.booleans())
def test_the_order_follows_the_ratio_of_the_specification(held: Positions, longs: bool) -> None:
    """(mark/entry)*(notional/equity) for longs, (entry/mark)*(notional/equity) for shorts."""

    def score(position: tuple[int, int, int, int]) -> Fraction:
        _, lots, entry_notional, equity = position
        entry_over_mark = Fraction(entry_notional, lots * MARK)
        gain = 1 / entry_over_mark if longs else entry_over_mark
        return gain * Fraction(lots * MARK, equity)

    expected = [p[0] for p in sorted(held, key=lambda p: (-score(p), p[0]))]
    signed = [(a, lots if longs else -lots, entry, equity) for a, lots, entry, equity in held]
    assert ranked_order(signed, longs) == expected


def test_ties_go_to_the_lower_account_and_no_equity_comes_last() -> None:
    held = [(9, 1, 10, 5), (2, 1, 10, 0), (4, 1, 10, 5), (1, 1, 10, -3)]
    assert ranked_order(held, True) == [4, 9, 1, 2]
    assert ranked_order(held, False) == [4, 9, 1, 2]


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(-1000, 1000)), unique_by=lambda p: p[0]),
    st.integers(0, 20_000),
)
def test_pro_rata_is_within_a_lot_of_the_exact_share(
    sizes: list[tuple[int, int]], need: int
) -> None:
    closes = dict(pro_rata_close_lots(sizes, need))
    total = sum(abs(lots) for _, lots in sizes)
    need = min(need, total)
    assert sum(closes.values()) == need
    for account, lots in sizes:
        assert 0 <= closes[account] <= abs(lots)
        if total:
            assert abs(closes[account] - Fraction(need * abs(lots), total)) < 1


def test_the_largest_remainders_take_what_is_left_ties_to_the_lower_account() -> None:
    assert pro_rata_close_lots([(3, 10), (1, 10), (2, 10)], 4) == [(3, 1), (1, 2), (2, 1)]
    assert pro_rata_close_lots([(1, 10), (2, 11), (3, 10)], 1) == [(1, 0), (2, 1), (3, 0)]
    assert pro_rata_close_lots([(1, -10), (2, -30)], 99) == [(1, 10), (2, 30)]
    assert pro_rata_close_lots([], 5) == []


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(1, 60)), unique_by=lambda p: p[0]),
    st.integers(0, 3_000),
)
def test_in_order_of_size_only_those_who_close_something_are_looked_at(
    sizes: list[tuple[int, int]], need: int
) -> None:
    largest = sorted(sizes, key=lambda size: (-size[1], size[0]))
    looked_at: list[int] = []

    def watched() -> Iterator[tuple[int, int]]:
        for size in largest:
            looked_at.append(size[0])
            yield size

    found = pro_rata_of_largest(watched(), sum(lots for _, lots in sizes), need)
    assert found == [close for close in pro_rata_close_lots(sorted(sizes), need) if close[1]]
    assert len(looked_at) <= 2 * len(found) + 1
