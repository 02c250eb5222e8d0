"""Stops that follow the mark at a distance (ORD-1)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.events import (
    Event,
    OrderActivated,
    OrderPlaced,
    OrderRebased,
    OrderTriggered,
)
from tests.engine.life.acts import carry, factor
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    SWIFT,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

STOP, STOP_LIMIT = codes.STOP_MARKET, codes.STOP_LIMIT


@pytest.fixture
def venue() -> SmallVenue:
    """Alice is long 1 contract at 100 USD, Bob short; the mark follows the book at once."""
    found = SmallVenue(market(oracle=SWIFT, liquidation_quiet_time_ns=10**18))
    found.trade(ALICE, BOB, 100_000, 1_000)
    return found


def trail(venue: SmallVenue, atoms: int = 0, e6: int = 0, *, kind: int = STOP) -> int:
    order = sell(50_000, 500, reduce_only=True, trigger=kind, trail=atoms, trail_e6=e6)
    return venue.rest(ALICE, order)


def stands(venue: SmallVenue, order_id: int, who: bytes = ALICE) -> int:
    return venue.market.triggers.trigger_price(venue.account(who).orders[order_id])


def to_mark(venue: SmallVenue, price: int) -> list[Event]:
    """Pulls until the mark, which need not be the oracle, is there; never beyond it."""
    events: list[Event] = []
    down = price < venue.market.mark_price
    quote = price if down else price - 100
    for _ in range(6):
        events += venue.pull(quote)
        assert (venue.market.mark_price >= price) if down else (venue.market.mark_price <= price)
        quote += price - venue.market.mark_price
    assert venue.market.mark_price == price
    return events


def fired(events: list[Event]) -> list[tuple[int, int, int]]:
    return [(e.order_id, e.price, e.trigger_price) for e in of_kind(events, OrderTriggered)]


def test_a_sellers_stop_follows_up_and_never_down(venue: SmallVenue) -> None:
    order_id = trail(venue, 5_000)
    assert stands(venue, order_id) == 95_000
    to_mark(venue, 110_000)
    assert stands(venue, order_id) == 105_000
    assert fired(to_mark(venue, 106_000)) == []
    assert stands(venue, order_id) == 105_000
    assert fired(to_mark(venue, 105_000)) == [(order_id, 105_000, 105_000)]


def test_a_buyers_stop_follows_down_and_never_up(venue: SmallVenue) -> None:
    order = buy(150_000, 500, reduce_only=True, trigger=STOP, trail_e6=50_000)
    order_id = venue.rest(BOB, order)
    assert stands(venue, order_id, BOB) == 105_000
    to_mark(venue, 90_000)
    assert stands(venue, order_id, BOB) == 94_500
    assert fired(to_mark(venue, 94_400)) == []
    assert fired(to_mark(venue, 94_600)) == [(order_id, 94_550, 94_500)]


def test_a_share_is_exact_and_never_fires_early(venue: SmallVenue) -> None:
    """2.3456 % below 100.1 is 97.75205…: it fires at 97.752, an atom above is not there yet."""
    order_id = trail(venue, 0, 23_456)
    to_mark(venue, 100_100)
    assert stands(venue, order_id) == 97_752
    placed = venue.market.triggers
    assert placed.next_fired(97_753) == 0 and placed.next_fired(97_752) == order_id


def test_it_is_announced_with_its_distance_and_its_first_trigger(venue: SmallVenue) -> None:
    order = sell(50_000, 500, reduce_only=True, trigger=STOP_LIMIT, trail=700)
    (placed,) = of_kind(venue.place(ALICE, order), OrderPlaced)
    assert (placed.trigger, placed.trigger_price) == (STOP_LIMIT, 99_300)
    assert (placed.trail_atoms, placed.trail_e6) == (700, 0)


@pytest.mark.parametrize(
    ("atoms", "e6", "kind", "at"),
    [
        (-1, 0, STOP, 0),
        (100_000, 0, STOP, 0),
        (0, -1, STOP, 0),
        (0, 1_000_000, STOP, 0),
        (500, 500, STOP, 0),
        (500, 0, STOP, 95_000),
        (500, 0, codes.TAKE_PROFIT_MARKET, 0),
        (500, 0, codes.NO_TRIGGER, 0),
    ],
)
def test_a_distance_that_makes_no_sense_is_refused(
    venue: SmallVenue, atoms: int, e6: int, kind: int, at: int
) -> None:
    order = sell(50_000, 500, reduce_only=True, trigger=kind, at=at, trail=atoms, trail_e6=e6)
    assert refusals(venue.place(ALICE, order)) == [rejects.TRAIL_INVALID]


def test_it_follows_through_a_time_in_which_nothing_fires(venue: SmallVenue) -> None:
    order_id = trail(venue, 5_000)
    venue.set_status(codes.CANCEL_ONLY)
    venue.set_status(codes.POST_ONLY)
    to_mark(venue, 110_000)
    assert fired(to_mark(venue, 100_000)) == []
    assert stands(venue, order_id) == 105_000
    venue.set_status(codes.OPEN)
    assert fired(venue.wait(3)) == [(order_id, 100_000, 105_000)]


def test_a_snapshot_keeps_how_far_it_has_come(venue: SmallVenue) -> None:
    ids = [trail(venue, 5_000), trail(venue, 0, 10_000)]
    to_mark(venue, 110_000)
    to_mark(venue, 109_500)
    ids.append(trail(venue, 5_000))
    before = [stands(venue, order_id) for order_id in ids]
    again = Engine.restore(venue.engine.snapshot())
    assert again.state_hash() == venue.engine.state_hash()
    venue.engine = again
    assert [stands(venue, order_id) for order_id in ids] == before == [105_000, 108_900, 104_500]
    assert [found[0] for found in fired(to_mark(venue, 104_000))] == [ids[1], ids[0], ids[2]]


def test_a_child_begins_to_follow_when_its_parent_is_filled(venue: SmallVenue) -> None:
    child = sell(50_000, 500, reduce_only=True, trigger=STOP, trail=5_000)
    events = venue.place(CAROL, buy(99_000, 500), child, grouping=codes.NORMAL_TPSL)
    order_id = of_kind(events, OrderPlaced)[1].order_id
    to_mark(venue, 110_000)
    assert of_kind(venue.place(BOB, sell(99_000, 500)), OrderActivated)
    assert stands(venue, order_id, CAROL) == 105_000


def test_a_replaced_stop_follows_anew(venue: SmallVenue) -> None:
    order_id = trail(venue, 5_000)
    to_mark(venue, 110_000)
    to_mark(venue, 107_000)
    wanted = sell(50_000, 500, reduce_only=True, trigger=STOP, trail=1_000)
    (placed,) = of_kind(venue.modify(ALICE, order_id, wanted), OrderPlaced)
    assert placed.trigger_price == 106_000


def test_life_10_a_rebase_does_not_let_it_fire_earlier() -> None:
    venue = SmallVenue(market(oracle=SWIFT, liquidation_quiet_time_ns=10**18))
    venue.trade(ALICE, BOB, 100_000, 1_000)
    fixed, share = trail(venue, 5_000), trail(venue, 0, 10_000)
    to_mark(venue, 110_000)
    to_mark(venue, 109_500)
    events = carry(venue, factor(venue, 3, 1))
    told = {e.order_id: e.trigger_price for e in of_kind(events, OrderRebased)}
    assert (stands(venue, fixed), stands(venue, share)) == (34_999, 36_299)
    assert (told[fixed], told[share]) == (34_999, 36_299)
    venue.wait(3)
    assert fired(to_mark(venue, 36_200)) == [(share, 36_250, 36_299)]
