"""HyperCore's ladder: two steps for a large position, the backstop vault, its limit (LIQ-2)."""

from __future__ import annotations

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.engine.liquidation.scope import slack
from bellwether.engine.liquidation.waterfall.backstop import vault_address
from bellwether.schema import codes, rejects
from bellwether.schema.commands import AdvanceTime, PayInCapital, UpdateIsolatedMargin
from bellwether.schema.events import (
    AutoDeleveraged,
    CapitalPaidIn,
    DeficitCovered,
    EquityStated,
    Event,
    LiquidationStarted,
    OrderClosed,
    OrderPlaced,
    PositionTakenOver,
    TradeExecuted,
)
from tests.engine.life.acts import carry, mortal, settlement
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    CUSTODIAN,
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

STILL = 10**18


def large(**losses: int) -> SmallVenue:
    """Alice is long 10 at 100 with 5x, which counts as large; Bob is short."""
    rules = {"step_notional_e6": 500 * USD, **losses}
    spec = market(oracle=SWIFT, losses=rules, liquidation_quiet_time_ns=STILL)
    venue = SmallVenue(spec)
    venue.trade(ALICE, BOB, 100_000, 10_000)
    return venue


def forced(events: list[Event]) -> list[int]:
    """The sizes of the orders that the venue sent."""
    placed = of_kind(events, OrderPlaced)
    return [e.lots for e in placed if e.time_in_force == codes.LIQUIDATION_MARKET]


def quote(venue: SmallVenue, middle: int) -> None:
    """Carol bids and asks deep, half a dollar to either side."""
    for order in list(venue.account(CAROL).orders):
        venue.cancel(CAROL, order)
    venue.rest(CAROL, buy(middle - 500, 30_000))
    venue.rest(CAROL, sell(middle + 500, 30_000))


def test_a_fifth_of_a_large_position_goes_first_then_nothing_then_all() -> None:
    """At 87.5 the equity is 75 of the 87.5 needed; a fifth less does not cure it."""
    venue = large()
    quote(venue, 87_000)
    assert forced(venue.wait(3)) == [2_000]
    assert venue.holding(ALICE).lots == 8_000
    for _ in range(9):
        quote(venue, 86_000)
        assert forced(venue.wait(3)) == []
    quote(venue, 86_000)
    assert forced(venue.wait(3)) == [8_000]
    assert venue.holding(ALICE).lots == 0


def test_a_small_position_goes_at_once() -> None:
    venue = large(step_notional_e6=5_000 * USD)
    quote(venue, 87_000)
    assert forced(venue.wait(3)) == [10_000]


def test_who_has_recovered_begins_with_a_fifth_again() -> None:
    venue = large()
    quote(venue, 87_000)
    assert forced(venue.wait(3)) == [2_000]
    quote(venue, 95_000)
    venue.wait(3)
    assert venue.holding(ALICE).stepped_ns == 0
    quote(venue, 86_500)
    assert forced(venue.wait(3)) == [1_600]


def test_a_restart_in_between_changes_nothing() -> None:
    venue = large()
    quote(venue, 87_000)
    venue.wait(3)
    other = Engine.restore(venue.engine.snapshot())
    for seconds in (3, 9, 12, 3, 3, 3):
        quote(venue, 86_000)
        other = Engine.restore(venue.engine.snapshot())
        theirs = other.apply(AdvanceTime(), venue.time_ns + seconds * 10**9)
        assert venue.wait(seconds) == theirs
        assert venue.engine.snapshot() == other.snapshot()
    assert venue.holding(ALICE).lots == 0


def test_what_a_cured_position_keeps_stays_with_its_owner() -> None:
    """All the margin answers for what is left of the position."""
    venue = large(step_e6=800_000)
    quote(venue, 87_800)
    venue.wait(3)
    left = venue.holding(ALICE)
    assert left.lots == 2_000 and left.margin.balance + left.worth() > left.maintenance()


def backed(limit_usd: int = 1_000, capital_usd: int = 0) -> SmallVenue:
    venue = large(backstop_loss_limit_e6=limit_usd * USD, step_notional_e6=10**15)
    if capital_usd:
        paid = venue.run(PayInCapital(CUSTODIAN, 1, 0, True, capital_usd * USD, "vault"))
        assert of_kind(paid, CapitalPaidIn)[0].account == vault_address(0)
    return venue


def test_below_two_thirds_of_maintenance_the_vault_takes_position_and_margin() -> None:
    """At 85.5 the equity is 55, less than two thirds of 85.5."""
    venue = backed()
    cash = venue.account(ALICE).cash.balance
    venue.rest(CAROL, sell(85_500, 30_000))
    (taken,) = of_kind(venue.wait(3), PositionTakenOver)
    assert (taken.kind, taken.lots, taken.price) == (codes.BY_BACKSTOP, 10_000, 85_500)
    assert taken.amount_e6 == 55 * USD
    assert venue.holding(ALICE).lots == 0 and venue.account(ALICE).cash.balance == cash
    vault = venue.market.losses.vault
    assert vault is not None and questions.cross_equity(vault) == 55 * USD
    assert venue.engine.venue.users[vault_address(0)].holdings[0].lots == 10_000


def test_a_market_without_a_backstop_waits_for_the_book() -> None:
    venue = large(step_notional_e6=10**15)
    venue.rest(CAROL, sell(85_500, 30_000))
    assert of_kind(venue.wait(3), PositionTakenOver) == []
    refused = venue.run(PayInCapital(CUSTODIAN, 1, 0, True, USD, "vault"))
    assert refusals(refused) == [rejects.NO_BACKSTOP]


def test_marg_4_nothing_is_added_to_a_position_that_waits_for_its_book() -> None:
    """Below maintenance its orders end at each update (LIQ-1); new ones need its margin first."""
    venue = large(step_notional_e6=10**15)
    venue.rest(CAROL, sell(85_500, 30_000))
    venue.wait(3)
    assert venue.holding(ALICE).lots == 10_000 and slack(venue.holding(ALICE)) < 0
    assert refusals(venue.place(ALICE, buy(85_500, 1_000))) == [rejects.INSUFFICIENT_MARGIN]
    assert refusals(venue.place(ALICE, sell(86_000, 1_000))) == []
    assert refusals(venue.run(UpdateIsolatedMargin(*venue.head(ALICE), 0, 100 * USD))) == []
    assert refusals(venue.place(ALICE, buy(85_500, 1_000))) == []
    assert venue.holding(ALICE).lots == 11_000


def test_marg_4_a_resting_order_adds_nothing_either() -> None:
    """While the market liquidates nobody (LIQ-10) an order from before rests on; at its match the
    position is below maintenance.
    """
    venue = large()
    order = venue.rest(ALICE, buy(85_000, 1_000))
    venue.set_status(codes.POST_ONLY)
    venue.rest(CAROL, sell(85_500, 30_000, codes.ALO))
    venue.wait(3)
    assert slack(venue.holding(ALICE)) < 0 and order in venue.account(ALICE).orders
    venue.set_status(codes.OPEN)
    events = venue.place(BOB, sell(85_000, 1_000))
    assert [(e.order_id, e.status) for e in of_kind(events, OrderClosed)] == [
        (order, codes.MARGIN_CANCELED)
    ]
    assert venue.holding(ALICE).lots == 10_000


def test_the_vault_sells_a_fifth_each_half_minute_near_the_mark_or_better() -> None:
    venue = backed()
    venue.rest(CAROL, sell(85_500, 30_000))
    venue.wait(3)
    assert of_kind(venue.wait(30), TradeExecuted) == []
    venue.cancel(CAROL, next(iter(venue.account(CAROL).orders)))
    sold = []
    for middle in (86_000, 86_050, 86_100, 86_150):
        venue.place(DORA, buy(middle, 20_000), sell(middle + 100, 20_000))
        sold += [e.lots for e in of_kind(venue.wait(33), TradeExecuted) if e.taker != DORA]
        for order_id in list(venue.account(DORA).orders):
            venue.cancel(DORA, order_id)
    assert sold[:2] == [2_000, 1_600] and len(sold) >= 2


def lose(venue: SmallVenue, price: int) -> list[Event]:
    for order_id in list(venue.account(CAROL).orders):
        venue.cancel(CAROL, order_id)
    venue.rest(CAROL, sell(price, 30_000))
    return venue.wait(3)


def test_at_its_loss_limit_the_vault_is_closed_against_the_other_side() -> None:
    """It got 55 with the position and may lose 20 of its own 500: gone where 75 are, at 78."""
    venue = backed(limit_usd=20, capital_usd=500)
    lose(venue, 85_500)
    vault = venue.market.losses.vault
    assert vault is not None
    assert of_kind(lose(venue, 78_100), AutoDeleveraged) == []
    assert questions.cross_equity(vault) == 481 * USD
    events = lose(venue, 70_000)
    assert [e.counterparty for e in of_kind(events, AutoDeleveraged)] == [BOB]
    assert questions.cross_equity(vault) >= 480 * USD
    assert of_kind(events, DeficitCovered) == []
    assert venue.engine.venue.users[vault_address(0)].holdings[0].lots == 0


def test_a_vault_without_room_takes_nothing() -> None:
    """A gap to 60 leaves the account at -200; the vault may lose 50 and has 100."""
    venue = backed(limit_usd=50, capital_usd=100)
    events = lose(venue, 60_000)
    assert of_kind(events, PositionTakenOver) == []
    assert [e.counterparty for e in of_kind(events, AutoDeleveraged)] == [BOB]
    roomy = backed(limit_usd=250, capital_usd=300)
    (taken,) = of_kind(lose(roomy, 60_000), PositionTakenOver)
    assert taken.amount_e6 == -200 * USD
    assert roomy.account(ALICE).cash.balance >= 0


def test_a_liquidation_states_the_equity_it_rests_on() -> None:
    venue = large()
    quote(venue, 87_000)
    events = venue.wait(3)
    (started,) = of_kind(events, LiquidationStarted)
    (stated,) = of_kind(events, EquityStated)
    assert (stated.equity_e6, stated.maintenance_e6) == (started.equity, started.maintenance)
    ((asset, lots, cost, mark, funding, maintenance),) = stated.rows
    assert (asset, lots, cost) == (0, 10_000, 1_000 * USD)
    assert stated.collateral_e6 + lots * mark - cost + funding == stated.equity_e6
    assert maintenance == stated.maintenance_e6


def test_a_settlement_takes_no_more_of_the_vault_than_its_limit() -> None:
    """Settled at 30 the inventory would lose 55 a contract; 20 of its own 500 it may lose."""
    losses = {
        "step_notional_e6": 10**15,
        "backstop_loss_limit_e6": 20 * USD,
    }
    venue = SmallVenue(mortal(oracle=SWIFT, losses=losses))
    venue.run(PayInCapital(CUSTODIAN, 1, 0, True, 500 * USD, "vault"))
    venue.trade(ALICE, BOB, 100_000, 10_000)
    lose(venue, 85_500)
    vault = venue.market.losses.vault
    assert vault is not None and vault.user.holdings[0].lots == 10_000
    carry(venue, settlement(venue, price=30_000))
    assert questions.cross_equity(vault) >= 480 * USD
    assert venue.market.phase == codes.SETTLED
    assert questions.solvency(venue.market.dex).difference == 0
