"""The synthetic index: weights, cap, median, freeze, split guard, limits (PRICE-14 to PRICE-17)."""

from decimal import ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given, strategies as st

from bellwether.formulas.synthetic_index import (
    COMMON_FACTOR_E6,
    NOT_FROZEN,
    PREFERRED_FACTOR_E6,
    TOO_FAR_APART,
    TOO_FEW_SOURCES,
    adjusted_fine,
    capped_weights_e18,
    confirms_jump,
    contract_price_fine,
    dispersion_e6,
    freeze_reason,
    grace_is_over,
    half_life_decay_e18,
    influence_limit_e18,
    is_live,
    limited_index_fine,
    next_index_fine,
    observation_weight_e18,
    remembered_window,
    smoothed_index_fine,
    split_factor,
    time_constant_ns,
    weighted_median_fine,
)

S = 10**9
MINUTE = 60 * S
HOUR = 3_600 * S
DAY = 86_400 * S
ONE = 10**18
CAP = 340_000
TWO_PERCENT = 20_000

Window = list[tuple[int, int, int]]

prices = st.integers(1, 10**16)
weights = st.integers(0, ONE)
weighted = st.lists(st.tuples(prices, weights), max_size=12)
inputs = st.lists(st.tuples(st.integers(0, 6), weights), max_size=20)
half_lives = st.integers(600 * S, 90 * DAY)


def totals_of(entries: list[tuple[int, int]], shares: list[int]) -> dict[int, int]:
    """Sum the weights by source."""
    totals: dict[int, int] = {}
    for (source, _), weight in zip(entries, shares, strict=True):
        totals[source] = totals.get(source, 0) + weight
    return totals


def test_a_valuation_and_a_share_price_become_the_same_contract_price() -> None:
    """PRICE-14: 2,078 billion USD, the contract being a billionth of it, at two size decimals."""
    expected = 2_078 * 10**4 * 10**9
    assert contract_price_fine(2_078 * 10**9 * 10**6, 1, 10**9, 100) == expected
    assert contract_price_fine(1_039 * 10**6, 2 * 10**9, 10**9, 100) == expected
    assert contract_price_fine(2_078 * 10**9 * 10**6, 1, 2 * 10**9, 100) == expected // 2


def test_common_is_taken_as_it_is_and_a_preferred_headline_is_half_too_high() -> None:
    """PRICE-15."""
    assert adjusted_fine(1_500_000, COMMON_FACTOR_E6) == 1_500_000
    assert adjusted_fine(1_500_000, PREFERRED_FACTOR_E6) == 1_000_000
    assert adjusted_fine(5, 500_000) == 2
    assert adjusted_fine(7, 500_000) == 4


@given(half_lives, st.integers(0, 59))
def test_every_whole_half_life_halves_exactly(half_life_ns: int, halvings: int) -> None:
    """PRICE-15."""
    decay = half_life_decay_e18(halvings * half_life_ns, half_life_ns)
    assert decay == ONE // 2**halvings
    assert half_life_decay_e18(60 * half_life_ns, half_life_ns) == 0


@given(half_lives, st.integers(0, 10 * 365 * DAY))
def test_the_decay_is_a_power_of_two_to_eleven_digits(half_life: int, age: int) -> None:
    """PRICE-15."""
    context = Context(prec=60)
    exact = context.power(Decimal(2), context.divide(Decimal(-age), Decimal(half_life)))
    scaled = int(context.multiply(exact, Decimal(ONE)).to_integral_value(ROUND_FLOOR))
    assert abs(half_life_decay_e18(age, half_life) - scaled) <= 1 + scaled // 10**11


@given(half_lives, st.integers(0, 10**17), st.integers(0, 10**15))
def test_an_older_observation_never_weighs_more(
    half_life_ns: int, age_ns: int, more_ns: int
) -> None:
    """PRICE-15."""
    older = half_life_decay_e18(age_ns + more_ns, half_life_ns)
    assert older <= half_life_decay_e18(age_ns, half_life_ns)


@pytest.mark.parametrize(
    ("kind_weight_e6", "age_ns", "half_life_ns", "weight_e18"),
    [
        (1_000_000, 0, 7 * DAY, ONE),
        (1_000_000, 7 * DAY, 7 * DAY, ONE // 2),
        (500_000, 2 * DAY, 2 * DAY, ONE // 4),
        (250_000, 180 * DAY, 90 * DAY, ONE // 16),
        (0, 0, DAY, 0),
    ],
)
def test_an_observation_weighs_its_kind_decayed(
    kind_weight_e6: int, age_ns: int, half_life_ns: int, weight_e18: int
) -> None:
    """PRICE-15."""
    assert observation_weight_e18(kind_weight_e6, age_ns, half_life_ns) == weight_e18


def test_the_time_constant_is_the_half_life_over_ln_two() -> None:
    """PRICE-15."""
    assert time_constant_ns(600 * S) == 865_617_024_533
    assert time_constant_ns(7 * DAY) == 872_541_960_729_645


def test_a_source_is_live_for_its_whole_last_day() -> None:
    """PRICE-15."""
    assert is_live(7 * DAY, 0, 7 * DAY)
    assert not is_live(7 * DAY + 1, 0, 7 * DAY)


@given(inputs, st.integers(1, 10**6))
def test_no_source_has_more_than_the_cap(entries: list[tuple[int, int]], cap_e6: int) -> None:
    """PRICE-15."""
    capped = capped_weights_e18(entries, cap_e6)
    totals = totals_of(entries, capped)
    before = totals_of(entries, [weight for _, weight in entries])
    sources = sum(1 for weight in before.values() if weight > 0)
    if sources * cap_e6 >= 10**6:
        assert all(w * 10**6 <= cap_e6 * sum(totals.values()) for w in totals.values())
    else:
        assert len({w for w in totals.values() if w > 0}) <= 1, "equal shares"
    assert sum(1 for weight in totals.values() if weight > 0) == sources
    limit = max(totals.values(), default=0)
    for source, weight in totals.items():
        assert weight == min(before[source], limit), "only what is above the limit is cut"
    for (_, weight), share in zip(entries, capped, strict=True):
        assert 0 <= share <= weight


@given(st.lists(st.integers(1, ONE), min_size=3, max_size=9))
def test_the_cap_takes_no_more_than_it_must(totals: list[int]) -> None:
    """PRICE-15."""
    limit = influence_limit_e18(totals, CAP)
    if limit < max(totals):
        wider = [min(total, limit + 1) for total in totals]
        assert max(wider) * 10**6 > CAP * sum(wider)


@pytest.mark.parametrize(
    ("totals", "limit"),
    [
        ([], 0),
        ([0, 0], 0),
        ([7], 7),
        ([900, 100], 100),
        ([900, 100, 0], 100),
        ([660, 330, 330], 340),
        ([1000, 1000, 320], 340),
        ([100, 100, 100, 100], 136),
        ([5, 1, 1], 1),
    ],
)
def test_the_limit_of_influence(totals: list[int], limit: int) -> None:
    """PRICE-15: fewer than three sources cannot all stay below 34 %: they get equal shares."""
    assert influence_limit_e18(totals, CAP) == limit


def test_a_capped_source_keeps_the_proportions_of_its_observations() -> None:
    """PRICE-15."""
    entries = [(1, 300), (2, 330), (1, 300), (3, 330), (1, 60)]
    assert capped_weights_e18(entries, CAP) == [154, 330, 155, 330, 31]


@given(weighted)
def test_the_weighted_median_has_half_of_the_weight_on_either_side(
    entries: list[tuple[int, int]],
) -> None:
    """PRICE-16."""
    middle = weighted_median_fine(entries)
    held = [(price, weight) for price, weight in entries if weight > 0]
    if not held:
        assert middle == -1
        return
    total = sum(weight for _, weight in held)
    assert min(held)[0] <= middle <= max(held)[0]
    assert 2 * sum(weight for price, weight in held if price < middle) <= total
    assert 2 * sum(weight for price, weight in held if price > middle) <= total


@given(st.lists(prices, min_size=1, max_size=9))
def test_equal_weights_give_the_plain_median_rounded_down(values: list[int]) -> None:
    """PRICE-16."""
    exact = median([Fraction(value) for value in values])
    assert weighted_median_fine([(value, 5) for value in values]) == exact.__floor__()


@pytest.mark.parametrize(
    ("entries", "middle"),
    [
        ([(10, 1), (20, 1)], 15),
        ([(10, 1), (21, 1)], 15),
        ([(10, 1), (20, 2)], 20),
        ([(30, 2), (10, 1), (20, 1)], 25),
        ([(10, 1), (15, 0), (20, 1)], 15),
        ([(10, 1), (10, 1), (99, 2)], 54),
        ([(10, 0)], -1),
        ([], -1),
    ],
)
def test_a_tie_is_the_floored_mean_of_the_two(entries: list[tuple[int, int]], middle: int) -> None:
    """PRICE-16."""
    assert weighted_median_fine(entries) == middle


@given(st.lists(st.tuples(prices, st.integers(1, ONE)), min_size=2, max_size=8), prices, weights)
def test_one_wild_source_never_moves_the_median_out_of_the_others_range(
    others: list[tuple[int, int]], wild: int, heavy: int
) -> None:
    """PRICE-15: whatever it says, and however much it would weigh without the cap."""
    entries = [(0, heavy), *[(n, weight) for n, (_, weight) in enumerate(others, 1)]]
    capped = capped_weights_e18(entries, CAP)
    values = [wild, *[price for price, _ in others]]
    middle = weighted_median_fine(list(zip(values, capped, strict=True)))
    assert min(values[1:]) <= middle <= max(values[1:])


@given(st.lists(prices, min_size=1, max_size=9), st.integers(0, 2 * 10**6))
def test_the_dispersion_is_above_a_limit_exactly_when_the_ratio_is(
    newest: list[int], limit_e6: int
) -> None:
    """PRICE-15."""
    middle = median([Fraction(value) for value in newest]).__floor__()
    exact = Fraction(max(newest) - min(newest), middle) > Fraction(limit_e6, 10**6)
    assert (dispersion_e6(newest) > limit_e6) is exact
    assert (freeze_reason(newest, 1, limit_e6) == TOO_FAR_APART) is exact


@pytest.mark.parametrize(
    ("newest", "reason"),
    [
        ([], TOO_FEW_SOURCES),
        ([100, 100], TOO_FEW_SOURCES),
        ([100, 900], TOO_FEW_SOURCES),
        ([100, 100, 100], NOT_FROZEN),
        ([1000, 1125, 875], NOT_FROZEN),
        ([1000, 1126, 875], TOO_FAR_APART),
        ([10**9, 10**9, 1_250_000_001], TOO_FAR_APART),
        ([1000, 1000, 1000, 200], TOO_FAR_APART),
    ],
)
def test_the_index_freezes_with_few_sources_or_far_apart(newest: list[int], reason: int) -> None:
    """PRICE-15."""
    assert freeze_reason(newest, 3, 250_000) == reason


def test_a_freeze_is_too_long_only_after_its_grace() -> None:
    """PRICE-15."""
    assert not grace_is_over(10**18, -1, 10 * MINUTE)
    assert not grace_is_over(12 * MINUTE, 2 * MINUTE, 10 * MINUTE)
    assert grace_is_over(12 * MINUTE + 1, 2 * MINUTE, 10 * MINUTE)


@pytest.mark.parametrize(
    ("old", "new", "factor"),
    [
        (1_000, 2_000, 2),
        (1_000, 1_960, 2),
        (1_000, 1_959, 0),
        (1_000, 2_040, 2),
        (1_000, 2_041, 0),
        (1_000, 3_000, 3),
        (1_000, 5_100, 5),
        (1_000, 5_101, 0),
        (1_000, 10_000, 10),
        (1_000, 50_000, 50),
        (1_000, 24_500, 25),
        (1_000, 51_400, 51),
        (1_000, 51_500, 51),
        (1_000, 102_000, 100),
        (1_000, 102_001, 0),
        (2_078, 416, -5),
        (2_000, 1_000, -2),
        (2_000, 980, -2),
        (2_000, 979, 0),
        (2_000, 1_020, -2),
        (2_000, 1_021, 0),
        (3_000, 1_000, -3),
        (100_000, 1_000, -100),
        (1_000_000, 9_800, -100),
        (1_000_000, 9_799, 0),
        (1_000, 1_000, 0),
        (1_000, 1_500, 0),
        (1_000, 700, 0),
        (-1, 2_000, 0),
        (1_000, 0, 0),
    ],
)
def test_a_jump_by_a_whole_ratio_looks_like_a_split(old: int, new: int, factor: int) -> None:
    """PRICE-17."""
    assert split_factor(old, new, TWO_PERCENT) == factor


@given(prices, prices, st.integers(0, 50_000))
def test_the_guard_agrees_with_looking_at_every_ratio(
    old: int, new: int, tolerance_e6: int
) -> None:
    """PRICE-17: also with prices drawn close to a ratio, where the edges are."""
    part = Fraction(tolerance_e6, 10**6)
    for later in (new, old * (new % 120 + 1) + new % 7, old // (new % 120 + 1) + 1):
        ratio = Fraction(later, old)
        ups = [n for n in range(2, 101) if abs(ratio - n) <= part * n]
        downs = [n for n in range(2, 101) if abs(ratio - Fraction(1, n)) <= part / n]
        nearest = min(ups, key=lambda n: abs(ratio - n), default=0)
        nearest -= min(downs, key=lambda n: abs(1 / ratio - n), default=0)
        assert split_factor(old, later, tolerance_e6) == nearest


def test_a_jump_is_confirmed_within_two_percent_of_the_held_price() -> None:
    """PRICE-17."""
    assert confirms_jump(1_000, 1_020, TWO_PERCENT)
    assert confirms_jump(1_000, 980, TWO_PERCENT)
    assert not confirms_jump(1_000, 1_021, TWO_PERCENT)
    assert not confirms_jump(1_000, 979, TWO_PERCENT)
    assert not confirms_jump(1_000, 5_000, TWO_PERCENT)


def test_the_index_goes_part_of_the_way_to_the_median() -> None:
    """PRICE-16."""
    assert smoothed_index_fine(10**6, 2 * 10**6, HOUR, HOUR) == 1_632_120
    assert smoothed_index_fine(2 * 10**6, 10**6, HOUR, HOUR) == 1_367_880
    assert smoothed_index_fine(5, 99, 0, HOUR) == 5


@given(prices, prices, st.integers(0, 10**14))
def test_smoothing_stays_between_the_index_and_the_median(
    index: int, middle: int, dt_ns: int
) -> None:
    """PRICE-16."""
    smoothed = smoothed_index_fine(index, middle, dt_ns, HOUR)
    assert min(index, middle) <= smoothed <= max(index, middle)


@given(
    st.integers(10**6, 10**12),
    st.lists(st.tuples(st.integers(1, 90 * S), st.integers(1, 10**13)), min_size=1, max_size=40),
)
def test_no_index_is_further_than_the_limit_from_one_in_force_a_minute_before(
    first: int, wishes: list[tuple[int, int]]
) -> None:
    """PRICE-16: checked against each value in force in the minute before, not only the last."""
    index, now = first, 0
    window: Window = []
    in_force: list[tuple[int, int]] = []
    for dt_ns, wanted in wishes:
        now += dt_ns
        window = remembered_window(window, index, now, MINUTE)
        in_force.append((now, index))
        index = limited_index_fine(index, wanted, window, 10_000)
        for until, before in in_force:
            if until > now - MINUTE:
                assert abs(index - before) * 100 <= before
        assert len(window) <= 61


def test_a_minute_allows_one_percent_however_often_the_index_is_computed() -> None:
    """PRICE-16."""
    index = 10**12
    window: Window = []
    for second in range(60):
        window = remembered_window(window, index, second * S, MINUTE)
        index = limited_index_fine(index, 10**13, window, 10_000)
        assert index == 1_010_000_000_000
    window = remembered_window(window, index, 60 * S, MINUTE)
    assert limited_index_fine(index, 10**13, window, 10_000) == 1_020_100_000_000


def test_an_hour_allows_ten_percent() -> None:
    """PRICE-16: computed every minute, the minute's limit would allow 82 %."""
    index = 10**12
    minute: Window = []
    hour: Window = []
    reached: list[int] = []
    for step in range(121):
        now = step * MINUTE
        minute = remembered_window(minute, index, now, MINUTE)
        hour = remembered_window(hour, index, now, HOUR)
        index = next_index_fine(index, 10**14, MINUTE, HOUR, minute, 10_000, hour, 100_000)
        reached.append(index)
        assert len(minute) == 1
        assert len(hour) <= 61
    assert reached[0] == 1_010_000_000_000
    assert reached[1] == 1_020_100_000_000
    assert reached[9] == reached[59] == 1_100_000_000_000
    assert reached[60] == 1_111_000_000_000
    assert reached[119] == 1_210_000_000_000


def test_the_index_falls_within_the_same_limits() -> None:
    """PRICE-16."""
    window = remembered_window([], 999, 0, MINUTE)
    assert limited_index_fine(999, 1, window, 10_000) == 990
    assert limited_index_fine(999, 10_000, window, 10_000) == 1_008
    assert limited_index_fine(999, 995, window, 10_000) == 995


def test_a_tightened_limit_lets_the_index_stay() -> None:
    """PRICE-16."""
    window: Window = [(1, 100, 100), (2, 110, 110)]
    assert limited_index_fine(110, 500, window, 1_000) == 110
    assert limited_index_fine(100, 50, window, 1_000) == 100


def test_a_slow_move_is_not_limited() -> None:
    """PRICE-16."""
    window = remembered_window([], 10**12, 0, MINUTE)
    hour = remembered_window([], 10**12, 0, HOUR)
    moved = next_index_fine(10**12, 10**12 + 10**9, HOUR, HOUR, window, 10_000, hour, 100_000)
    assert moved == smoothed_index_fine(10**12, 10**12 + 10**9, HOUR, HOUR)


@pytest.mark.parametrize("cap_e6", [0, -1, 1_000_001])
def test_a_cap_that_is_no_share_is_a_bug(cap_e6: int) -> None:
    """PRICE-15."""
    with pytest.raises(AssertionError):
        influence_limit_e18([1, 2, 3], cap_e6)


@pytest.mark.parametrize(("age_ns", "half_life_ns"), [(-1, DAY), (1, 0)])
def test_an_observation_from_the_future_is_a_bug(age_ns: int, half_life_ns: int) -> None:
    """PRICE-15."""
    with pytest.raises(AssertionError):
        half_life_decay_e18(age_ns, half_life_ns)
