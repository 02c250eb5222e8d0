"""How a market ends (LIFE-3 … LIFE-6)."""

from __future__ import annotations

import pytest

from bellwether.schema import codes, rejects
from bellwether.schema.commands import PayInCapital
from bellwether.schema.events import (
    Event,
    MarketSettled,
    OrderClosed,
    PhaseChanged,
    PositionSettled,
    PricesPublished,
)
from bellwether.units.division import div_half_even
from tests.engine.life.acts import (
    DEADLINE_NS,
    OUTSIDE_NS,
    carry,
    mortal,
    settlement,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    CUSTODIAN,
    SECOND_NS,
    START_NS,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)


def until(venue: SmallVenue, time_ns: int) -> list[Event]:
    return venue.wait((time_ns - venue.time_ns) // SECOND_NS)


def test_life_3_without_a_listing_the_settlement_period_begins_and_trading_goes_on() -> None:
    venue = SmallVenue(mortal())
    assert PhaseChanged(0, OUTSIDE_NS, codes.SETTLEMENT_PERIOD) in until(venue, OUTSIDE_NS)
    venue.trade(ALICE, BOB, 100_000, 1_000)
    assert venue.holding(ALICE).lots == 1_000


def test_life_4_the_full_life_twap_is_exact_and_closes_every_position() -> None:
    venue = SmallVenue(mortal())
    events: list[Event] = []
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.rest(CAROL, buy(104_000, 2_000))
    venue.rest(CAROL, sell(104_100, 2_000))
    events += until(venue, DEADLINE_NS)
    (settled,) = of_kind(events, MarketSettled)
    marks = [(START_NS, 100_000)]
    marks += [(e.time_ns, e.mark_price) for e in of_kind(events, PricesPublished)]
    ends = [at for at, _ in marks[1:]] + [DEADLINE_NS]
    total = sum(mark * (end - at) for (at, mark), end in zip(marks, ends, strict=True))
    assert settled.price == div_half_even(total, DEADLINE_NS - START_NS)
    assert settled.method == codes.DEFAULT_TWAP
    paid = {e.account: e.pnl for e in of_kind(events, PositionSettled)}
    assert paid == {
        ALICE: (settled.price - 100_000) * 1_000,
        BOB: (100_000 - settled.price) * 1_000,
    }
    assert venue.market.phase == codes.SETTLED and not venue.market.book.orders(True)
    assert {e.status for e in of_kind(events, OrderClosed)} == {codes.DELISTED_CANCELED}
    assert venue.account(CAROL).orders == {}


def test_life_4_nothing_happens_to_a_settled_market() -> None:
    venue = SmallVenue(mortal())
    carry(venue, settlement(venue))
    assert venue.wait(86_400 * 100) == []
    assert refusals(venue.place(ALICE, buy(100_000, 1_000))) == [rejects.MARKET_NOT_TRADING]
    assert refusals(venue.run(settlement(venue))) == [rejects.PHASE_FORBIDS]


def test_life_4_what_a_loser_lacks_the_insurance_fund_pays_then_the_other_side() -> None:
    """40 short at 100, settled at 200: 4,000 are lost, and 993 are there, fees taken off."""
    for fund_usd in (0, 1_000, 5_000):
        venue = SmallVenue(mortal(), usd=1_000)
        venue.trade(ALICE, BOB, 100_000, 40_000)
        if fund_usd:
            venue.run(PayInCapital(CUSTODIAN, 1, 0, False, fund_usd * USD, "fund"))
        before = venue.account(ALICE).cash.balance + venue.holding(ALICE).margin.balance
        carry(venue, settlement(venue, price=200_000))
        paid = fund_usd * USD - venue.market.losses.fund.balance
        gained = venue.account(ALICE).cash.balance - before
        margin = 800 * USD
        assert venue.account(BOB).cash.balance >= 0
        assert gained == pytest.approx(margin + paid, abs=USD)
        assert paid == min(fund_usd * USD, 4_000 * USD - margin)
        assert venue.market.dex.ledger.fees.balance > 0


def test_life_6_a_transaction_settles_at_its_price() -> None:
    venue = SmallVenue(mortal())
    venue.trade(ALICE, BOB, 100_000, 1_000)
    events = carry(venue, settlement(venue))
    assert [e.price for e in of_kind(events, MarketSettled)] == [110_000]
    assert venue.market.settlement_price == 110_000


@pytest.mark.parametrize("grounds", ["partial_tender", "minority_recapitalisation", "", "bored"])
def test_life_6_other_grounds_settle_nothing(grounds: str) -> None:
    venue = SmallVenue(mortal())
    refused = venue.run(settlement(venue, grounds=grounds))
    assert refusals(refused) == [rejects.GROUNDS_INVALID]


@pytest.mark.parametrize(
    ("method", "grounds", "price", "reason"),
    [
        (codes.TRANSACTION, "insolvency", 1, rejects.GROUNDS_INVALID),
        (codes.ADVERSE_EVENT, "acquired", 1, rejects.GROUNDS_INVALID),
        (codes.TRANSACTION, "acquired", 0, rejects.SETTLEMENT_PRICE_INVALID),
        (codes.TRANSACTION, "acquired", -1, rejects.SETTLEMENT_PRICE_INVALID),
        (codes.TRANSACTION, "acquired", 10**15, rejects.SETTLEMENT_PRICE_INVALID),
        (codes.DEFAULT_TWAP, "extended_market", 0, rejects.METHOD_INVALID),
        (codes.RECENT_TWAP, "extended_market", 0, rejects.WINDOW_INVALID),
        (0, "acquired", 1, rejects.METHOD_INVALID),
        (9, "acquired", 1, rejects.METHOD_INVALID),
        (codes.DETERMINED, "restatement", 0, rejects.SETTLEMENT_PRICE_INVALID),
    ],
)
def test_life_6_method_grounds_and_price_belong_together(
    method: int, grounds: str, price: int, reason: int
) -> None:
    venue = SmallVenue(mortal())
    assert refusals(venue.run(settlement(venue, method, price, grounds))) == [reason]


def test_life_6_the_default_may_come_early_inside_the_settlement_period() -> None:
    venue = SmallVenue(mortal())
    until(venue, OUTSIDE_NS)
    events = carry(venue, settlement(venue, codes.DEFAULT_TWAP, 0, "extended_market"))
    assert [e.price for e in of_kind(events, MarketSettled)] == [100_000]


def test_inst_1_without_an_outside_launch_date_no_date_ends_a_market() -> None:
    venue = SmallVenue(market())
    venue.wait(86_400)
    assert venue.market.phase == codes.PRE_LISTING


def test_life_5_without_a_deadline_of_its_own_the_period_counts() -> None:
    spec = market(outside_launch_time=OUTSIDE_NS, settlement_period_ns=3_600 * SECOND_NS)
    venue = SmallVenue(spec)
    until(venue, OUTSIDE_NS + 3_600 * SECOND_NS)
    assert venue.market.phase == codes.SETTLED
