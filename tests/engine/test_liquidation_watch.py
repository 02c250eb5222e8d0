"""LIQ-9: whoever falls below maintenance is among the candidates, and few others are."""

from __future__ import annotations

from random import Random

import pytest

from bellwether.engine.engine import Engine
from bellwether.engine.liquidation.scope import slack
from bellwether.engine.liquidation.watch import fence_scope, initial_slack, take_candidates
from bellwether.engine.state.market import Market
from bellwether.schema import codes
from bellwether.schema.commands import (
    AdvanceTime,
    Genesis,
    GenesisAccount,
    OrderRequest,
    PlaceOrders,
    UpdateLeverage,
)
from bellwether.schema.events import LiquidationStarted
from bellwether.schema.presets import specify
from bellwether.units.quantities import RATE_ONE
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    SWIFT,
    SmallVenue,
    buy,
    market as spec_of,
    sell,
)

START_NS = 1_777_593_600_000_000_000
ACCOUNTS = 60
PRICE = 100_000


def address(number: int) -> bytes:
    return number.to_bytes(20, "big")


def engine_with_positions(random: Random) -> Engine:
    """Two markets in which sixty accounts hold cross and isolated positions of many leverages."""
    specs = tuple(
        specify(
            "standard_equity",
            name,
            "",
            reference_atoms=PRICE,
            size_decimals=2,
            launch_time=START_NS,
            open_interest_cap_e6=0,
            self_trade_prevention=codes.STP_ALLOW,
        )
        for name in ("ONE", "TWO")
    )
    accounts = tuple(
        GenesisAccount(address(n), "XX", "retail", (("", 6 * 10**8),))
        for n in range(1, ACCOUNTS + 1)
    )
    engine = Engine()
    engine.apply(Genesis(("",), specs, (), accounts, False, True), START_NS)
    nonces = iter(range(1, 10**6))
    for number in range(1, ACCOUNTS + 1):
        for asset in (0, 1):
            is_cross, leverage = random.random() < 0.6, random.randint(1, 10)
            command = UpdateLeverage(
                address(number), b"", next(nonces), 0, asset, is_cross, leverage
            )
            engine.apply(command, START_NS)
    for _ in range(400):
        asset, is_buy = random.randrange(2), random.random() < 0.5
        order = OrderRequest(asset, is_buy, PRICE, random.randint(10, 5_000))
        who = address(random.randint(1, ACCOUNTS))
        engine.apply(PlaceOrders(who, b"", next(nonces), 0, (order,)), START_NS)
    engine.audit()
    return engine


def below(market: Market) -> set[int]:
    return {number for number, holding in market.holders.items() if slack(holding) < 0}


@pytest.mark.parametrize("seed", range(6))
def test_no_position_below_maintenance_is_overlooked(seed: int) -> None:
    random = Random(seed)
    engine = engine_with_positions(random)
    markets = list(engine.venue.markets.values())
    assert all(len(market.holders) > ACCOUNTS // 2 for market in markets)
    looked_at, ever_below = 0, 0
    for _ in range(300):
        market = random.choice(markets)
        step = random.choice((3, 30, 300, 3_000))
        market.mark_price = max(1_000, market.mark_price + random.randint(-step, step))
        if random.random() < 0.2:
            market.funding_index_e12 += random.randint(-PRICE, PRICE) * RATE_ONE // 100
        expected = below(market)
        candidates = take_candidates(market)
        numbers = [holding.account.number for holding in candidates]
        assert numbers == sorted(set(numbers)), "each once, the lowest first"
        assert expected <= set(numbers)
        looked_at += len(candidates)
        ever_below += len(expected)
        for holding in candidates:
            fence_scope(holding)
            if slack(holding) < 0:
                holding.account.freshen()
    assert ever_below > 0, "the walk must have hurt somebody"
    assert looked_at < 300 * ACCOUNTS, "and not everybody is looked at every time"


def test_a_still_mark_asks_for_nobody() -> None:
    engine = engine_with_positions(Random(1))
    market = engine.venue.markets[0]
    assert len(take_candidates(market)) == len(market.holders), "all are new"
    for holding in market.holders.values():
        fence_scope(holding)
    assert take_candidates(market) == []


def test_a_restored_venue_looks_at_everybody_once() -> None:
    engine = engine_with_positions(Random(2))
    for market in engine.venue.markets.values():
        for holding in take_candidates(market):
            fence_scope(holding)
    restored = Engine.restore(engine.snapshot())
    assert restored.snapshot() == engine.snapshot(), "fences are not part of the state"
    market = restored.venue.markets[0]
    assert len(take_candidates(market)) == len(market.holders)


@pytest.mark.parametrize("direction", [-1, 1])
def test_losses_in_two_markets_add_up(direction: int) -> None:
    """A smooth move of both markets: each alone may stay short of its fence, never both."""
    engine = engine_with_positions(Random(3))
    markets = list(engine.venue.markets.values())
    hurt: set[int] = set()
    for _ in range(400):
        for market in markets:
            market.mark_price += 97 * direction
            market.funding_index_e12 -= 5 * direction * RATE_ONE
            expected = below(market)
            hurt |= expected
            candidates = take_candidates(market)
            assert expected <= {holding.account.number for holding in candidates}
            for holding in candidates:
                fence_scope(holding)
                if slack(holding) < 0:
                    holding.account.freshen()
    assert len(hurt) > ACCOUNTS // 6


def crowd(size: int, preset: str, usd: int = 1_000, lots: int = 30_000) -> Engine:
    """So many positions of one market, every other one long."""
    spec = specify(
        preset,
        "X",
        "",
        reference_atoms=PRICE,
        launch_time=START_NS,
        open_interest_cap_e6=0,
        largest_owner_share_e6=0,
        excluded_jurisdictions=(),
        professional_jurisdictions=(),
    )
    accounts = tuple(
        GenesisAccount(address(n), "XX", "retail", (("", usd * 10**6),)) for n in range(1, size + 1)
    )
    engine = Engine()
    engine.apply(Genesis(("",), (spec,), (), accounts, False, True), START_NS)
    for number in range(1, size + 1):
        order = OrderRequest(0, number % 2 == 0, PRICE, lots)
        engine.apply(PlaceOrders(address(number), b"", number, 0, (order,)), START_NS)
    return engine


@pytest.mark.parametrize("preset", ["ipop", "standard_equity", "premarket"])
def test_liq_9_what_is_looked_at_does_not_grow_with_who_holds(preset: str) -> None:
    """Thirty small moves of the mark: ten times as many positions, no more work than a few looks
    at those whose room is half used up."""
    looked: dict[int, int] = {}
    for size in (200, 2_000):
        engine = crowd(size, preset)
        market = engine.venue.markets[0]
        assert len(market.holders) >= size - 2
        for holding in take_candidates(market):
            fence_scope(holding)
        before = market.fences.looked_at
        for step in range(30):
            market.mark_price += 20 if step % 10 < 5 else -20
            for holding in take_candidates(market):
                fence_scope(holding)
                if slack(holding) < 0:
                    holding.account.freshen()
        looked[size] = market.fences.looked_at - before
    assert looked[2_000] == looked[200] == 0


@pytest.mark.parametrize("seed", range(4))
def test_a_whole_tier_is_not_overlooked_where_the_mark_steps_into_it(seed: int) -> None:
    """MARG-3, LIQ-3: a rising mark takes a long position into a tier that asks for more."""
    random = Random(seed)
    engine = crowd(120, "premarket", 4_000, 90_000)
    market = engine.venue.markets[0]
    for number, holding in market.holders.items():
        holding.account.cash.balance -= random.randint(0, 2_100_000_000)
        assert number == holding.account.number
    below_initial: set[int] = set()
    for _ in range(200):
        market.mark_price = max(PRICE // 4, market.mark_price + random.randint(-1_000, 1_100))
        now = {n for n, h in market.holders.items() if slack(h) < 0 or initial_slack(h) < 0}
        candidates = take_candidates(market)
        assert now <= {holding.account.number for holding in candidates}
        below_initial |= now
        for holding in candidates:
            fence_scope(holding)
            if slack(holding) < 0 or initial_slack(holding) < 0:
                holding.account.freshen()
    assert len(below_initial) > 10


def test_liq_1_losses_where_nobody_is_liquidated_count_in_the_other_market() -> None:
    """A cross account's second market sees what the first has taken, which liquidates nobody now;
    as it does in a venue that has just been restored."""
    cross = {"margin_mode": codes.CROSS, "oracle": SWIFT}
    venue = SmallVenue(spec_of(**cross), spec_of("Y", **cross), usd=100)
    venue.trade(ALICE, BOB, PRICE, 2_000)
    venue.trade(ALICE, BOB, PRICE, 100, asset=1)
    bids = []
    for asset in (0, 1):
        bids.append(venue.rest(CAROL, buy(PRICE - 200, 500, codes.ALO, asset=asset)))
        venue.rest(DORA, sell(PRICE - 100, 500, codes.ALO, asset=asset))
    venue.wait(3)
    assert not any(each.fences.fresh for each in venue.engine.venue.markets.values())
    venue.set_status(codes.POST_ONLY)
    venue.cancel(CAROL, bids[0])
    venue.rest(CAROL, buy(51_000, 300, codes.ALO))
    venue.rest(DORA, sell(51_100, 300, codes.ALO))
    venue.rest(CAROL, buy(PRICE - 180, 300, codes.ALO, asset=1))
    venue.rest(DORA, sell(PRICE - 120, 300, codes.ALO, asset=1))
    restored = Engine.restore(venue.engine.snapshot())
    events = venue.wait(3)
    assert slack(venue.holding(ALICE, 1)) < 0
    assert restored.apply(AdvanceTime(), venue.time_ns) == events
    assert {each.asset for each in events if isinstance(each, LiquidationStarted)} == {1}
