"""Rules of the preset `premarket` on orders: protection and the owner's share (INST-4)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SetAccount
from bellwether.schema.events import Event, OrderAmended, OrderClosed, OrderPlaced, TradeExecuted
from bellwether.schema.presets import specify
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    COMPLIANCE,
    DORA,
    SWIFT,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

SHARE = {"open_interest_cap_e6": 1_000 * USD, "largest_owner_share_e6": 250_000}
"""2,500 lots at 100 USD for each owner."""
MARKET = codes.FRONTEND_MARKET


@pytest.fixture
def venue() -> SmallVenue:
    return SmallVenue(market(**SHARE))


def own(venue: SmallVenue, owner: str, *people: bytes) -> None:
    for who in people:
        venue.nonce += 1
        venue.run(SetAccount(COMPLIANCE, venue.nonce, who, "XX", "retail", owner))


def traded(events: list[Event]) -> int:
    return sum(event.lots for event in of_kind(events, TradeExecuted))


def test_an_owner_holds_a_quarter_of_the_cap_and_then_only_reduces(venue: SmallVenue) -> None:
    venue.trade(ALICE, BOB, 100_000, 2_500)
    venue.rest(CAROL, sell(100_000, 1_000))
    events = venue.place(ALICE, buy(100_000, 100))
    assert refusals(events) == [rejects.OWNER_SHARE_REACHED]
    assert refusals(venue.place(BOB, sell(101_000, 100))) == [rejects.OWNER_SHARE_REACHED]
    venue.rest(DORA, buy(99_000, 500))
    assert traded(venue.place(ALICE, sell(99_000, 500, codes.IOC))) == 500
    assert traded(venue.place(ALICE, buy(100_000, 500, codes.IOC))) == 500


def test_a_maker_at_its_owners_share_is_cancelled_when_it_is_met(venue: SmallVenue) -> None:
    """Both orders fit when they are placed; the second no longer does when the first has traded."""
    venue.rest(ALICE, buy(100_000, 2_000))
    venue.rest(ALICE, buy(99_000, 1_000))
    venue.rest(CAROL, buy(98_000, 500))
    venue.place(DORA, sell(98_000, 2_000, codes.IOC))
    events = venue.place(BOB, sell(98_000, 1_000, codes.IOC))
    assert traded(events) == 500
    statuses = [closed.status for closed in of_kind(events, OrderClosed)]
    assert statuses == [codes.OWNER_SHARE_CANCELED, codes.IOC_REMAINDER]
    assert venue.holding(ALICE).lots == 2_000


def test_a_taker_is_stopped_when_what_it_owns_elsewhere_has_grown() -> None:
    venue = SmallVenue(market(**SHARE))
    own(venue, "one", ALICE, BOB)
    venue.rest(BOB, buy(100_000, 2_000))
    venue.rest(CAROL, sell(101_000, 1_000))
    venue.trade(BOB, DORA, 100_000, 500)
    events = venue.place(ALICE, buy(101_000, 2_400, codes.IOC))
    assert refusals(events) == [rejects.OWNER_SHARE_REACHED]


def test_linked_accounts_count_as_one_owner_side_by_side(venue: SmallVenue) -> None:
    own(venue, "one", ALICE, BOB)
    venue.trade(ALICE, CAROL, 100_000, 1_500)
    venue.rest(DORA, sell(100_000, 2_000))
    assert refusals(venue.place(BOB, buy(100_000, 1_100))) == [rejects.OWNER_SHARE_REACHED]
    assert traded(venue.place(BOB, buy(100_000, 1_000, codes.IOC))) == 1_000
    # The other side is counted for itself.
    assert of_kind(venue.place(BOB, sell(105_000, 2_500)), OrderPlaced)


def test_who_is_no_longer_linked_counts_alone(venue: SmallVenue) -> None:
    own(venue, "one", ALICE, BOB)
    venue.trade(ALICE, CAROL, 100_000, 2_000)
    assert refusals(venue.place(BOB, buy(100_000, 1_000))) == [rejects.OWNER_SHARE_REACHED]
    own(venue, "", BOB)
    assert of_kind(venue.place(BOB, buy(100_000, 1_000)), OrderPlaced)
    own(venue, "two", ALICE)
    assert list(venue.engine.venue.owners) == ["two"]


def test_a_snapshot_keeps_who_is_linked(venue: SmallVenue) -> None:
    own(venue, "one", ALICE, BOB)
    venue.trade(ALICE, CAROL, 100_000, 2_000)
    venue.engine = Engine.restore(venue.engine.snapshot())
    assert refusals(venue.place(BOB, buy(100_000, 1_000))) == [rejects.OWNER_SHARE_REACHED]


def test_fill_or_kill_sees_the_owners_share_beforehand(venue: SmallVenue) -> None:
    venue.rest(ALICE, sell(100_000, 2_000))
    venue.rest(ALICE, sell(100_000, 1_000))
    venue.place(CAROL, buy(100_000, 1_000, codes.IOC))
    events = venue.place(DORA, buy(100_000, 2_000, codes.FOK))
    assert refusals(events) == [rejects.NOT_FULLY_MATCHED]
    assert traded(venue.place(DORA, buy(100_000, 1_000, codes.FOK))) == 1_000


def test_a_market_order_stays_within_one_percent_of_the_mark() -> None:
    venue = SmallVenue(market(market_protection_e6=10_000))
    venue.rest(BOB, sell(101_000, 500))
    venue.rest(BOB, sell(101_100, 500))
    events = venue.place(ALICE, buy(120_000, 1_000, MARKET))
    assert traded(events) == 500
    assert of_kind(events, OrderPlaced)[0].price == 101_000
    venue.rest(BOB, buy(99_000, 300))
    venue.rest(BOB, buy(98_900, 500))
    events = venue.place(CAROL, sell(80_000, 1_000, MARKET))
    assert traded(events) == 300
    # A limit nearer than that stands, and other orders are not touched.
    assert of_kind(venue.place(ALICE, buy(100_500, 500, MARKET)), TradeExecuted) == []
    assert traded(venue.place(ALICE, buy(120_000, 500, codes.IOC))) == 500


def test_a_stop_that_fires_is_a_market_order_too() -> None:
    venue = SmallVenue(market(market_protection_e6=10_000, oracle=SWIFT))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    venue.trade(ALICE, CAROL, 100_000, 2_000)
    venue.rest(ALICE, sell(50_000, 3_000, reduce_only=True, trigger=codes.STOP_MARKET, at=95_000))
    venue.rest(CAROL, buy(90_000, 1_000))
    events = venue.pull(94_000)
    sold = [event.price for event in of_kind(events, TradeExecuted) if event.taker == ALICE]
    # At a mark of 94.1 that is 93.159: the bid of 90 is out of reach for what is left.
    assert sold == [94_000]


def test_the_preset_has_both_rules_and_ipop_neither() -> None:
    premarket, ipop = specify("premarket", "A", ""), specify("ipop", "B", "")
    assert (premarket.market_protection_e6, premarket.largest_owner_share_e6) == (10_000, 250_000)
    assert (ipop.market_protection_e6, ipop.largest_owner_share_e6) == (0, 0)


@pytest.mark.parametrize(
    ("rule", "expected", "statuses"),
    [
        (codes.STP_ALLOW, 1_000, [codes.IOC_REMAINDER]),
        (codes.STP_CANCEL_MAKER, 0, [codes.SELF_TRADE_CANCELED, codes.IOC_REMAINDER]),
        (codes.STP_REJECT_TAKER, 0, [codes.SELF_TRADE_CANCELED]),
        (codes.STP_CANCEL_BOTH, 0, [codes.SELF_TRADE_CANCELED, codes.SELF_TRADE_CANCELED]),
        (codes.STP_DECREMENT, 0, [codes.SELF_TRADE_CANCELED, codes.IOC_REMAINDER]),
    ],
)
def test_ord_3_linked_accounts_do_not_trade_with_each_other(
    rule: int, expected: int, statuses: list[int]
) -> None:
    venue = SmallVenue(market(self_trade_prevention=rule))
    venue.rest(BOB, sell(100_000, 1_000))
    own(venue, "one", ALICE, BOB)
    own(venue, "other", CAROL, DORA)
    events = venue.place(ALICE, buy(100_000, 1_500, codes.IOC))
    assert traded(events) == expected
    assert [closed.status for closed in of_kind(events, OrderClosed)] == statuses
    venue.rest(CAROL, sell(99_000, 1_000))
    assert traded(venue.place(ALICE, buy(99_000, 1_000, codes.IOC))) == 1_000


def test_ord_3_a_decremented_maker_is_told_and_counted_as_its_own() -> None:
    venue = SmallVenue(market(self_trade_prevention=codes.STP_DECREMENT))
    order_id = venue.rest(BOB, sell(100_000, 1_000))
    own(venue, "one", ALICE, BOB)
    events = venue.place(ALICE, buy(100_000, 400, codes.IOC))
    (amended,) = of_kind(events, OrderAmended)
    assert (amended.account, amended.order_id, amended.lots) == (BOB, order_id, 600)
    assert venue.holding(BOB).sell_lots == 600 and venue.holding(ALICE).sell_lots == 0
