"""The mark of the preset `premarket`: close to the index, whatever the book says (PRICE-9)."""

import pytest
from hypothesis import given, strategies as st

from bellwether.formulas.mark import (
    impact_mid_basis_fine,
    index_is_stale,
    middle_fine,
    next_basis_fine,
    next_premarket_mark_fine,
    premarket_mark_fine,
)

S = 10**9
MINUTE = 60 * S
BEFORE_CONVERSION = 2_500_000_000
AFTER_CONVERSION = 10_000_000_000
INDEX = 2_078 * 10**13
"""2,078 USD in fine price at two size decimals."""

mids = st.one_of(st.just(-1), st.integers(0, 10**18))
widths = st.sampled_from([0, BEFORE_CONVERSION, AFTER_CONVERSION])


@given(
    st.integers(10**9, 10**17),
    widths,
    st.booleans(),
    st.lists(st.tuples(mids, st.integers(0, 120 * S)), max_size=20),
)
def test_the_mark_is_always_within_its_width_of_the_index(
    index: int, width: int, by_impact_mid: bool, books: list[tuple[int, int]]
) -> None:
    """PRICE-9."""
    mark, basis = index, 0
    for mid, dt_ns in books:
        if by_impact_mid:
            basis = impact_mid_basis_fine(basis, mid, index)
        else:
            basis = next_basis_fine(basis, mid, index, dt_ns, 30 * S)
        mark = next_premarket_mark_fine(mark, index, basis, width, False)
        assert abs(mark - index) * 10**12 <= index * width


def test_the_mark_follows_the_averaged_impact_mid() -> None:
    """PRICE-9: 63 % of the way after thirty seconds, and never further than the clamp."""
    mid = middle_fine(INDEX + 10**11, INDEX + 3 * 10**11)
    basis = next_basis_fine(0, mid, INDEX, 30 * S, 30 * S)
    assert basis == 126_424_111_765
    mark = next_premarket_mark_fine(INDEX, INDEX, basis, BEFORE_CONVERSION, False)
    assert mark == INDEX + 126_424_111_765
    far = next_basis_fine(0, 2_205 * 10**13, INDEX, 600 * S, 30 * S)
    mark = next_premarket_mark_fine(INDEX, INDEX, far, BEFORE_CONVERSION, False)
    assert mark == INDEX + INDEX // 400


def test_conversion_widens_the_clamp_to_one_percent() -> None:
    """PRICE-9."""
    assert premarket_mark_fine(INDEX, INDEX, AFTER_CONVERSION) == INDEX + INDEX // 100
    assert premarket_mark_fine(INDEX, -INDEX, AFTER_CONVERSION) == INDEX - INDEX // 100


def test_the_impact_mid_itself_can_be_the_basis() -> None:
    """PRICE-9."""
    assert impact_mid_basis_fine(5, INDEX + 77, INDEX) == 77
    assert premarket_mark_fine(INDEX, 77, BEFORE_CONVERSION) == INDEX + 77


def test_the_basis_holds_without_an_impact_mid() -> None:
    """PRICE-9."""
    assert next_basis_fine(77, middle_fine(-1, 5), INDEX, MINUTE, 30 * S) == 77
    assert impact_mid_basis_fine(77, middle_fine(5, -1), INDEX) == 77


@pytest.mark.parametrize(
    ("age_ns", "stale"), [(0, False), (15 * MINUTE, False), (15 * MINUTE + 1, True)]
)
def test_an_index_is_stale_after_its_greatest_age(age_ns: int, stale: bool) -> None:
    """PRICE-9."""
    assert index_is_stale(INDEX + age_ns, INDEX, 15 * MINUTE) is stale


def test_the_mark_holds_on_a_stale_index() -> None:
    """PRICE-9."""
    assert next_premarket_mark_fine(123, INDEX, 77, BEFORE_CONVERSION, True) == 123
    assert next_premarket_mark_fine(123, INDEX, 77, BEFORE_CONVERSION, False) == INDEX + 77
