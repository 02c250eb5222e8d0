"""Conditions, sanity, age and throttle: which of many prints are sent (PRICE-19)."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from bellwether.feeds.prices import sanity, throttle
from bellwether.feeds.prices.conditions import condition_refusal
from bellwether.feeds.prices.desk import (
    ACCEPTED,
    AHEAD,
    NO_SESSION,
    TOO_OLD,
    Desk,
    DeskRules,
)
from bellwether.feeds.prices.prints import (
    PriceUnusable,
    Print,
    middle_e8,
    price_e8,
    price_text,
)
from bellwether.feeds.prices.sessions import ListingCalendar
from bellwether.units.clock_text import parse_time_ns
from bellwether.units.quantities import NS_PER_S

NASDAQ = ListingCalendar("XNAS")
NOON = parse_time_ns("2026-05-04T16:00:00Z")
RULE = sanity.SanityRule()
E8 = 10**8
PRICES = st.integers(min_value=1, max_value=10**13)


def seen(dollars: float, second: int = 0, key: str = "", *conditions: str) -> Print:
    return Print("CBRS", round(dollars * E8), NOON + second * NS_PER_S, key, conditions)


def verdicts(*prints: Print) -> list[str]:
    recent, found = sanity.Recent(), []
    for one in prints:
        recent, verdict = sanity.judge(RULE, recent, one)
        found.append(verdict)
    return found


@pytest.mark.parametrize(
    ("conditions", "where", "expected"),
    [
        (["@"], "regular", None),
        ([" ", "F"], "regular", None),
        (["@", "F", "X"], "regular", None),
        (["@", "I"], "regular", "odd lot"),
        (["@", "F", "T", "I"], "pre", "odd lot"),
        (["@", "T"], "regular", "condition T"),
        (["@", "T"], "pre", None),
        (["@", "T"], "overnight", None),
        (["@", "U"], "post", "condition U"),
        (["@", "W"], "regular", "condition W"),
        (["B"], "regular", "condition B"),
        (["@", "4"], "regular", "condition 4"),
        (["@", "7"], "regular", "condition 7"),
        (["@", "Z"], "regular", "condition Z"),
        (["M"], "regular", "condition M"),
        (["@", "new"], "regular", "condition new"),
    ],
)
def test_only_trades_that_set_the_last_price_count(
    conditions: list[str], where: str, expected: str | None
) -> None:
    assert condition_refusal(conditions, where) == expected
    assert (
        condition_refusal(conditions, where, {"I", "T", "U", "W", "B", "4", "7", "Z", "M", "new"})
        is None
    )


def test_a_first_print_waits_for_a_second_that_agrees() -> None:
    assert verdicts(seen(190), seen(190.1, 1)) == [sanity.HELD, sanity.ACCEPTED]
    assert verdicts(seen(19), seen(190, 1), seen(190, 2)) == [
        sanity.HELD,
        sanity.HELD,
        sanity.ACCEPTED,
    ]


def test_a_print_far_off_the_median_is_held_until_confirmed() -> None:
    usual = [seen(190, n) for n in range(5)]
    assert verdicts(*usual, seen(210, 5), seen(190, 6))[-2:] == [sanity.HELD, sanity.ACCEPTED]
    assert verdicts(*usual, seen(210, 5), seen(211, 6))[-2:] == [sanity.HELD, sanity.ACCEPTED]
    assert verdicts(*usual, seen(199.5, 5))[-1] == sanity.ACCEPTED, "5 % is allowed"
    assert verdicts(*usual, seen(199.51, 5))[-1] == sanity.HELD


def test_a_bad_print_is_forgotten_by_the_next_good_one() -> None:
    usual = [seen(190, n) for n in range(5)]
    found = verdicts(*usual, seen(250, 5), seen(190, 6), seen(250, 7))
    assert found[-3:] == [sanity.HELD, sanity.ACCEPTED, sanity.HELD]


def test_a_confirmed_move_leaves_the_old_level_behind() -> None:
    usual = [seen(190, n) for n in range(9)]
    found = verdicts(*usual, seen(230, 9), seen(231, 10), seen(230, 11), seen(190, 12))
    assert found[-4:] == [sanity.HELD, sanity.ACCEPTED, sanity.ACCEPTED, sanity.HELD]


def test_the_same_print_told_twice_confirms_nothing() -> None:
    assert verdicts(seen(190, 0, "Q1"), seen(190, 0, "Q1")) == [sanity.HELD, sanity.REPEATED]


def test_prints_out_of_order_are_left_out() -> None:
    assert verdicts(seen(190), seen(190, 5), seen(190, 4))[-1] == sanity.OUT_OF_ORDER


def test_after_a_long_silence_the_past_is_no_measure() -> None:
    usual = [seen(190, n) for n in range(9)]
    assert verdicts(*usual, seen(190, 400), seen(190, 401))[-2:] == [sanity.HELD, sanity.ACCEPTED]


def test_a_print_that_is_called_back_no_longer_counts() -> None:
    recent, _ = sanity.judge(RULE, sanity.Recent(), seen(250, 0, "D7"))
    recent = sanity.withdraw(recent, "D7")
    assert sanity.judge(RULE, recent, seen(250, 1, "D8"))[1] == sanity.HELD


@given(st.lists(PRICES, max_size=30))
def test_whatever_is_accepted_has_a_neighbour_that_agrees(prices: list[int]) -> None:
    recent = sanity.Recent()
    for second, price in enumerate(prices):
        before = recent
        one = Print("CBRS", price, NOON + second * NS_PER_S)
        recent, verdict = sanity.judge(RULE, before, one)
        assert len(recent.accepted) <= RULE.window
        if verdict == sanity.ACCEPTED:
            measures = [sanity.median_e8(before.accepted)] if before.accepted else []
            measures += [before.held.price_e8] if before.held else []
            assert any(abs(price - m) * 10**6 <= RULE.most_off_e6 * m for m in measures)
            assert recent.accepted[-1] == one and recent.held is None
        else:
            assert recent.accepted == before.accepted and recent.held == one


@given(st.lists(st.integers(min_value=0, max_value=2_000), min_size=1, max_size=60))
def test_the_throttle_lets_one_through_an_interval_and_the_newest(gaps: list[int]) -> None:
    interval, now = 1_000, 0
    sent: list[tuple[int, int]] = []
    state = throttle.Throttle(interval)
    for number, gap in enumerate(gaps):
        now += gap
        state = throttle.offer(state, Print("CBRS", number + 1, now))
        state, taken = throttle.take(state, now)
        if taken is not None:
            assert taken.price_e8 == number + 1, "the newest"
            sent.append((now, taken.price_e8))
    assert all(b[0] - a[0] >= interval for a, b in itertools.pairwise(sent))
    state, last = throttle.take(state, now + interval)
    newest = sent[-1][1] if last is None else last.price_e8
    assert newest == len(gaps), "what was seen last goes out in the end"


def test_an_older_print_does_not_displace_a_newer_one() -> None:
    state = throttle.offer(throttle.Throttle(1), seen(191, 5))
    assert throttle.offer(state, seen(190, 4)).waiting == seen(191, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("126.55", 12_655_000_000), ("0.00000001", 1), ("190.123456785", 19_012_345_678)],
)
def test_prices_are_read_exactly(text: str, expected: int) -> None:
    assert price_e8(text) == price_e8(Decimal(text)) == expected


@pytest.mark.parametrize("text", ["0", "-1", "NaN", "Infinity", "1e99", "soon", "0.000000001"])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(PriceUnusable):
        price_e8(text)


def test_a_price_goes_out_with_the_decimals_of_its_market() -> None:
    assert price_text(price_e8("190.1235"), 3) == "190.124"
    assert price_text(price_e8("190.1225"), 3) == "190.122", "half to even"
    assert price_text(price_e8("190"), 3) == "190.0"
    with pytest.raises(PriceUnusable):
        price_text(1, 3)


@given(PRICES, st.integers(min_value=1, max_value=6))
def test_rounding_moves_a_price_by_half_a_step_at_most(price: int, decimals: int) -> None:
    step = 10 ** (8 - decimals)
    if price > step // 2:
        assert abs(price_e8(price_text(price, decimals)) - price) * 2 <= step


def test_the_middle_of_a_quote_needs_two_sides_in_order_and_close_together() -> None:
    assert middle_e8(100, 102, 20_000) == 101
    with pytest.raises(PriceUnusable, match="crossed"):
        middle_e8(102, 100, 20_000)
    with pytest.raises(PriceUnusable, match="wide"):
        middle_e8(100, 103, 20_000)


def desk() -> Desk:
    return Desk("consolidated", DeskRules(), NASDAQ)


def test_old_and_future_prints_are_turned_away() -> None:
    one = desk()
    assert one.offer(seen(190), NOON + 31 * NS_PER_S) == TOO_OLD
    assert one.offer(seen(190, 3), NOON) == AHEAD
    assert one.offer(seen(190), NOON + 30 * NS_PER_S) == sanity.HELD


def test_a_clock_slightly_ahead_is_taken_for_now() -> None:
    """The venue refuses a price from its future."""
    one = desk()
    one.offer(seen(190, 1), NOON)
    assert one.offer(seen(190, 2), NOON) == ACCEPTED
    assert [out.seen.time_ns for out in one.ready(NOON)] == [NOON]


def test_nothing_is_sent_outside_the_external_window() -> None:
    friday = parse_time_ns("2026-05-08T23:59:50Z")
    one = desk()
    first, second = (Print("CBRS", 190 * E8, friday + n * NS_PER_S) for n in (0, 1))
    assert one.offer(first, friday) == sanity.HELD
    assert one.offer(second, friday + NS_PER_S) == ACCEPTED
    assert one.offer(second, friday + 10 * NS_PER_S) == NO_SESSION, "it is 20:00 by now"
    assert one.ready(friday + 10 * NS_PER_S) == []


def test_each_price_carries_the_session_it_was_seen_in() -> None:
    opening = parse_time_ns("2026-05-04T13:30:00Z")
    one = desk()
    for second in (-2, -1):
        one.offer(Print("CBRS", 190 * E8, opening + second * NS_PER_S), opening)
    assert [out.session for out in one.ready(opening)] == ["pre"]


def test_a_price_that_waited_too_long_is_dropped() -> None:
    one = desk()
    for second in (0, 1):
        one.offer(seen(190, second), NOON + NS_PER_S)
    (out,) = one.ready(NOON + NS_PER_S)
    one.keep(out)
    assert one.due_ns() == 0, "what could not be sent goes as soon as the venue is back"
    assert one.ready(NOON + 32 * NS_PER_S) == []


def test_a_newer_price_takes_the_place_of_one_that_could_not_be_sent() -> None:
    one = desk()
    for second in (0, 1):
        one.offer(seen(190, second), NOON + NS_PER_S)
    (out,) = one.ready(NOON + NS_PER_S)
    one.offer(seen(191, 2), NOON + 2 * NS_PER_S)
    one.keep(out)
    (newer,) = one.ready(NOON + 9 * NS_PER_S)
    assert newer.seen.price_e8 == 191 * E8
