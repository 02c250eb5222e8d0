"""Candles: every interval out of the same minutes, without holes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bellwether.schema import codes
from bellwether.views.candles import INTERVALS_MS, MOST_CANDLES, bucket_of
from tests.views.world import CBRS, START_MS, World

MINUTE_MS = 60_000


@pytest.fixture
def world() -> Iterator[World]:
    """Trades at 174, 176 and 175 in the first, second and sixth minute."""
    made = World()
    for wait, price in ((5, 174_000), (60, 176_000), (240, 175_000)):
        made.advance(wait)
        made.order(0, False, 1_000, price)
        made.order(1, True, 1_000, price, tif=codes.IOC)
    yield made
    made.views.close()


def now_ms(world: World) -> int:
    return world.clock.time_ns() // 1_000_000


def test_empty_minutes_are_flat_at_the_close_before(world: World) -> None:
    found = world.views.candles.between(CBRS, "1m", 0, 1 << 53, now_ms(world))
    assert [c.open_ms for c in found] == [START_MS + n * MINUTE_MS for n in range(6)]
    assert [c.close for c in found] == [174_000, 176_000, 176_000, 176_000, 176_000, 175_000]
    assert [c.trades for c in found] == [1, 1, 0, 0, 0, 1]
    assert found[2][2:6] == (176_000,) * 4
    assert found[1].close_ms == found[2].open_ms - 1


@pytest.mark.parametrize("interval", INTERVALS_MS)
def test_every_interval_holds_the_same_trades(world: World, interval: str) -> None:
    world.advance(3_600)
    found = world.views.candles.between(CBRS, interval, 0, 1 << 53, now_ms(world))
    assert sum(c.trades for c in found) == 3 and sum(c.lots for c in found) == 3_000
    assert sum(c.value for c in found) == 1_000 * (174_000 + 176_000 + 175_000)
    assert max(c.high for c in found) == 176_000 and min(c.low for c in found) == 174_000
    assert found[-1].open_ms <= now_ms(world) <= found[-1].close_ms, "up to now"


def test_before_the_first_trade_candles_are_flat_at_the_reference() -> None:
    world = World()
    world.advance(150)
    found = world.views.candles.between(CBRS, "1m", 0, 1 << 53, now_ms(world))
    assert [c[2:6] for c in found] == [(175_000,) * 4] * 3
    world.views.close()


def test_the_newest_five_thousand_are_answered(world: World) -> None:
    later = now_ms(world) + 7 * 86_400_000
    found = world.views.candles.between(CBRS, "1m", 0, 1 << 53, later)
    assert len(found) == MOST_CANDLES and found[-1].open_ms == bucket_of(later, MINUTE_MS)
    assert found[0].close == 175_000


def test_a_range_is_inclusive_and_nothing_lies_beyond_it(world: World) -> None:
    start = START_MS + MINUTE_MS
    found = world.views.candles.between(CBRS, "1m", start, start + MINUTE_MS, now_ms(world))
    assert [c.open_ms for c in found] == [start, start + MINUTE_MS]
    assert world.views.candles.between(CBRS, "1m", now_ms(world) + 1, 1 << 53, now_ms(world)) == []
    assert world.views.candles.between(999, "1m", 0, 1 << 53, now_ms(world)) == []


def test_months_follow_the_calendar() -> None:
    leap_day = int(datetime(2028, 2, 29, 13, tzinfo=UTC).timestamp()) * 1_000
    assert bucket_of(leap_day, 0) == int(datetime(2028, 2, 1, tzinfo=UTC).timestamp()) * 1_000


def test_the_days_statistics_forget_what_is_older_than_a_day(world: World) -> None:
    day = world.views.day_statistics.of(CBRS, now_ms(world))
    assert (day.previous_price, day.lots) == (175_000, 3_000)
    assert day.value == 1_000 * 525_000
    later = now_ms(world) + 86_400_000 - MINUTE_MS
    assert world.views.day_statistics.of(CBRS, later)[1:] == (1_000, 175_000_000)
    assert world.views.day_statistics.of(CBRS, later + MINUTE_MS) == (175_000, 0, 0)


@pytest.mark.parametrize(("a", "b"), [(5, 1), (1, 4), (3, 7)])
@pytest.mark.parametrize("together", [1, 2, 3, 4, 5, 1_000])
def test_a_change_of_units_restates_what_was_traded_before(
    world: World, a: int, b: int, together: int
) -> None:
    """LIFE-10: a chart shows no jump where nobody gained or lost; what was traded in USD stays."""
    before = world.views.candles.between(CBRS, "1m", 0, 1 << 53, now_ms(world))
    world.carry(world.rebasing(a, b))
    views = world.views if together == 1 else world.rebuilt(together=together)
    for interval in ("1m", "1h", "1d"):
        found = views.candles.between(CBRS, interval, 0, 1 << 53, now_ms(world))
        assert sum(c.lots for c in found) == pytest.approx(3_000 * a / b, abs=len(found))
        assert sum(c.value for c in found) == 525_000_000
        assert max(c.high for c in found) == round(176_000 * b / a)
    minutes = views.candles.between(CBRS, "1m", 0, 1 << 53, now_ms(world))
    assert [c.close for c in minutes] == [round(c.close * b / a) for c in before]
    day = views.day_statistics.of(CBRS, now_ms(world))
    assert day.previous_price == round(175_000 * b / a), "the reference of the launch is restated"
    price = world.engine.venue.markets[CBRS].mark_price
    world.order(0, False, 1_000, price - price % 100)
    world.order(1, True, 1_000, price - price % 100, tif=codes.IOC)
    if together == 1:
        last = views.candles.between(CBRS, "1m", 0, 1 << 53, now_ms(world))[-1]
        assert last.open == round(175_000 * b / a) and last.close == price - price % 100
        (trade,) = views.trades.newest(CBRS, 9)
        assert trade.price == price - price % 100, "newest trades are in the units of now"
        (rebase,) = views.trades.rebases(CBRS)
        assert (rebase.numerator, rebase.denominator) == (a, b)
        assert world.rebuilt(together=3).trades.newest(CBRS, 9) == [trade]
    else:
        views.close()
