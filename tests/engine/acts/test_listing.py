"""A market joins a running venue, with two keys and a dated basis (INST-1, INST-7, LIFE-2)."""

from __future__ import annotations

from typing import Any

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.events import Announced, MarketListed, PhaseChanged, ProposalMade
from tests.engine.acts.steps import BASIS, listing_of
from tests.engine.life.acts import carry, decide, propose
from tests.engine.small_venue import (
    ALICE,
    BOB,
    OPERATOR,
    SECOND_NS,
    START_NS,
    SmallVenue,
    buy,
    of_kind,
    refusals,
    sell,
)


def test_life_2_the_basis_is_public_before_the_market_is_there() -> None:
    venue = SmallVenue()
    (made,) = of_kind(venue.run(listing_of(venue)), ProposalMade)
    assert (made.kind, made.grounds, made.asset) == ("listMarket", BASIS, -1)
    assert set(venue.engine.venue.markets) == {0}
    events = decide(venue, made.proposal_id)
    said, (listed,) = of_kind(events, Announced), of_kind(events, MarketListed)
    assert (said[0].grounds, said[0].kind) == (BASIS, "launch")
    assert events.index(said[0]) < events.index(listed)
    assert listed.asset == 1 and listed.spec.launch_time == venue.time_ns


def test_a_listed_market_trades_and_is_conserved() -> None:
    venue = SmallVenue()
    carry(venue, listing_of(venue))
    venue.rest(BOB, sell(100_000, 1_000, asset=1))
    venue.rest(ALICE, buy(100_000, 1_000, asset=1))
    assert venue.engine.venue.markets[1].long_lots == 1_000
    venue.wait(3_700)
    assert venue.engine.venue.markets[1].funding_settled_ns > START_NS


def test_assets_are_numbered_within_their_dex() -> None:
    venue = SmallVenue()
    carry(venue, listing_of(venue, "xyz:A", dex="xyz"))
    carry(venue, listing_of(venue, "xyz:B", dex="xyz"))
    carry(venue, listing_of(venue, "B"))
    names = {asset: market.name for asset, market in venue.engine.venue.markets.items()}
    assert names == {0: "X", 110_000: "xyz:A", 110_001: "xyz:B", 1: "B"}


def test_a_launch_ahead_is_announced_and_comes_by_its_timer() -> None:
    venue = SmallVenue()
    launch = venue.time_ns + 60 * SECOND_NS
    carry(venue, listing_of(venue, launch_time=launch))
    assert venue.engine.venue.markets[1].phase == codes.ANNOUNCED
    refused = venue.place(ALICE, buy(100_000, 1_000, asset=1))
    assert refusals(refused) == [rejects.MARKET_NOT_TRADING]
    (moved,) = of_kind(venue.wait(60), PhaseChanged)
    assert (moved.phase, moved.time_ns) == (codes.PRE_LISTING, launch)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"dex": "none"}, rejects.DEX_UNKNOWN),
        ({"symbol": "X"}, rejects.SYMBOL_TAKEN),
        ({"symbol": ""}, rejects.SYMBOL_INVALID),
        ({"symbol": "xyz:A"}, rejects.SYMBOL_INVALID),
        ({"symbol": "A", "dex": "xyz"}, rejects.SYMBOL_INVALID),
        ({"symbol": "A B"}, rejects.SYMBOL_INVALID),
        ({"symbol": "A" * 33}, rejects.SYMBOL_INVALID),
        ({"launch_time": START_NS - 1}, rejects.DATE_PAST),
        ({"outside_launch_time": START_NS}, rejects.DATE_PAST),
        ({"settlement_deadline": START_NS - 1}, rejects.DATE_PAST),
        ({"max_leverage": 99}, rejects.SPECIFICATION_INVALID),
        ({"oracle": {"interval_ns": 1}}, rejects.SPECIFICATION_INVALID),
        ({"oracle": {"interval_ns": 1 << 70}}, rejects.SPECIFICATION_INVALID),
        ({"version": 2}, rejects.SPECIFICATION_INVALID),
        ({"basis": ""}, rejects.BASIS_MISSING),
        ({"text": ""}, rejects.ANNOUNCEMENT_MISSING),
        ({"by": ALICE}, rejects.ROLE_MISSING),
    ],
)
def test_a_listing_is_refused_for_its_reason(changes: dict[str, Any], reason: int) -> None:
    venue = SmallVenue()
    changes = dict(changes)
    symbol = changes.pop("symbol", "NEW")
    if symbol == "NEW" and changes.get("dex") == "none":
        symbol = "none:NEW"
    assert refusals(venue.run(listing_of(venue, symbol, **changes))) == [reason]
    assert set(venue.engine.venue.markets) == {0}


def test_two_listings_of_one_name_are_not_both_approved() -> None:
    venue = SmallVenue()
    first, second = propose(venue, listing_of(venue)), propose(venue, listing_of(venue))
    decide(venue, first)
    assert refusals(decide(venue, second)) == [rejects.SYMBOL_TAKEN]


def test_an_approval_after_the_launch_time_comes_too_late() -> None:
    venue = SmallVenue()
    number = propose(venue, listing_of(venue, launch_time=venue.time_ns + SECOND_NS))
    venue.wait(2)
    assert refusals(decide(venue, number)) == [rejects.DATE_PAST]


def test_rule_2_nobody_lists_alone() -> None:
    venue = SmallVenue()
    number = propose(venue, listing_of(venue))
    assert refusals(decide(venue, number, OPERATOR)) == [rejects.PROPOSAL_OWN]
    assert set(venue.engine.venue.markets) == {0}


def test_a_listed_market_survives_a_snapshot() -> None:
    venue = SmallVenue()
    carry(venue, listing_of(venue, share_count=10**9, share_count_source="S-1"))
    other = Engine.restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    assert other.venue.markets[1].capital[0].share_count == 10**9
