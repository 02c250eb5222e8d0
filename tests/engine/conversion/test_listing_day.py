"""Between the session's open and the opening cross (LIFE-9)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SubmitIndication
from bellwether.schema.events import Event, PhaseChanged
from bellwether.schema.instrument import ConversionPolicy
from tests.engine.life.acts import carry, feed, listing, mortal
from tests.engine.small_venue import (
    ALICE,
    BOB,
    DORA,
    OPERATOR,
    SECOND_OPERATOR,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

AWARE = ConversionPolicy(auction_aware=True)
HOUR = 3_600
MANY = 1_000_000
"""Shares: far more than the paired value that has half of the weight."""


def aware(**more: object) -> SmallVenue:
    """A market at 100 USD whose book agrees."""
    venue = SmallVenue(mortal(conversion=AWARE, **more))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.rest(DORA, buy(99_900, 100_000, codes.ALO))
    venue.rest(DORA, sell(100_100, 100_000, codes.ALO))
    return venue


def indicate(
    venue: SmallVenue, atoms: int, shares: int, source: str = "one", **more: int | bytes
) -> list[Event]:
    venue.nonce += 1
    seen = int(more.get("seen", venue.time_ns))
    signer = bytes(more.get("who", OPERATOR))
    return venue.run(SubmitIndication(signer, venue.nonce, 0, source, atoms, shares, seen))


def indicated(venue: SmallVenue, atoms: int, shares: int, seconds: int) -> None:
    for _ in range(seconds // 3):
        venue.wait(3)
        indicate(venue, atoms, shares)


def test_life_9_the_first_indication_begins_the_day_and_the_cross_ends_it() -> None:
    venue = aware()
    events = indicate(venue, 110_000, MANY)
    assert [e.phase for e in of_kind(events, PhaseChanged)] == [codes.LISTING_DAY]
    assert venue.market.new_risk_leverage == 2
    carry(venue, listing(venue))
    events = feed(venue, 110_000, 60)
    assert [e.phase for e in of_kind(events, PhaseChanged)] == [codes.CONVERTING, codes.LISTED]
    market = venue.market
    assert market.new_risk_leverage == 0 and market.listing.indications == {}
    assert market.prices.internal_fine == -1 and market.oracle_price == 110_000


@pytest.mark.parametrize(
    ("shares", "low", "high"),
    [(0, 100_000, 100_100), (90_909, 103_800, 104_100), (100 * MANY, 107_700, 108_000)],
)
def test_life_9_the_indication_weighs_more_the_more_is_paired(
    shares: int, low: int, high: int
) -> None:
    """At 10M USD paired, half of 80 %; with very much more, nearly all of it."""
    venue = aware()
    indicated(venue, 110_000, shares, 300)
    assert low <= venue.market.oracle_price <= high
    assert venue.market.prices.internal_fine < 100_050 * 10**9


def test_life_9_an_old_indication_counts_no_more() -> None:
    venue = aware()
    indicated(venue, 110_000, MANY, 300)
    assert venue.market.oracle_price > 105_000
    venue.wait(300)
    assert venue.market.oracle_price <= 100_100


def test_life_9_of_several_sources_the_median_price_and_the_smallest_volume_count() -> None:
    venue = aware()
    for _ in range(100):
        venue.wait(3)
        indicate(venue, 110_000, MANY, "one")
        indicate(venue, 400_000, MANY * 1_000, "two")
        indicate(venue, 110_000, 0, "three")
    assert venue.market.oracle_price <= 100_100


def test_life_9_the_bounds_hold_and_re_anchor_as_ever() -> None:
    venue = aware()
    indicated(venue, 200_000, 1_000 * MANY, 3_000)
    market = venue.market
    assert market.up_count > 0
    assert market.prices.oracle_fine <= market.band_high_fine


def test_life_9_new_risk_gets_less_leverage_and_a_position_may_go() -> None:
    venue = aware()
    size = 400_000
    indicate(venue, 100_000, MANY)
    assert refusals(venue.place(ALICE, buy(90_000, size))) == [rejects.INSUFFICIENT_MARGIN]
    venue.rest(ALICE, buy(90_000, size // 4))
    venue.rest(ALICE, sell(99_900, 1_000, codes.IOC))
    assert venue.holding(ALICE).lots == 0


def test_life_9_a_day_without_a_cross_goes_back() -> None:
    venue = SmallVenue(market(conversion=AWARE))
    indicate(venue, 110_000, MANY)
    events = venue.wait(12 * HOUR)
    assert [e.phase for e in of_kind(events, PhaseChanged)] == [codes.PRE_LISTING]
    assert venue.market.listing.indications == {} and venue.market.new_risk_leverage == 0


def test_life_9_a_day_that_outlasts_the_dates_is_caught_up_with() -> None:
    venue = aware()
    indicate(venue, 110_000, MANY)
    events = venue.wait(12 * HOUR)
    phases = [e.phase for e in of_kind(events, PhaseChanged)]
    assert phases == [codes.SETTLEMENT_PERIOD, codes.SETTLING, codes.SETTLED]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"who": SECOND_OPERATOR}, rejects.SOURCE_UNBOUND),
        ({"source": "four"}, rejects.SOURCE_UNBOUND),
        ({"atoms": 0}, rejects.PRICE_INVALID),
        ({"atoms": 10**10}, rejects.PRICE_INVALID),
        ({"shares": -1}, rejects.SIZE_INVALID),
        ({"seen": 1 << 62}, rejects.OBSERVATION_TIME_INVALID),
        ({"seen": 1}, rejects.OBSERVATION_TIME_INVALID),
    ],
)
def test_a_wrong_indication_is_refused_by_name(change: dict[str, int], reason: int) -> None:
    venue = aware()
    indicate(venue, 110_000, MANY)
    before = venue.engine.venue.markets[0].listing.indications.copy()
    given: dict[str, int] = {"atoms": 110_000, "shares": MANY, **change}
    assert refusals(indicate(venue, **given)) == [reason]  # type: ignore[arg-type]
    assert venue.market.listing.indications == before


def test_a_market_that_is_not_auction_aware_has_no_listing_day() -> None:
    venue = SmallVenue(mortal())
    assert refusals(indicate(venue, 110_000, MANY)) == [rejects.NO_LISTING_DAY]


def test_a_listing_day_survives_a_snapshot() -> None:
    venue = aware()
    indicated(venue, 110_000, MANY, 60)
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    assert other.venue.markets[0].new_risk_leverage == 2
