"""What a settlement or conversion would pay is what it then pays (IFACE-8, LIFE-4, LIFE-8)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.engine import questions
from bellwether.engine.life.preview import (
    ConversionPreview,
    SettlementPreview,
    preview_conversion,
    preview_settlement,
)
from bellwether.engine.state.account import Account
from bellwether.schema import codes
from bellwether.schema.commands import SettleMarket
from bellwether.schema.events import (
    AutoDeleveraged,
    DeficitCovered,
    MarketSettled,
    PositionSettled,
)
from tests.engine.life.acts import decide, feed, listing, mortal, propose
from tests.engine.small_venue import (
    ALICE,
    BOB,
    DORA,
    OPERATOR,
    PEOPLE,
    PRICE,
    SWIFT,
    SmallVenue,
    buy,
    market,
    of_kind,
    sell,
)


def winding_down(venue: SmallVenue) -> SettleMarket:
    """A settlement at the average to date, by two operators."""
    venue.nonce += 1
    how = (codes.WIND_DOWN, 0, 0, "wind_down", "It ends.")
    return SettleMarket(OPERATOR, venue.nonce, 0, *how)


def previews(venue: SmallVenue) -> dict[bytes, SettlementPreview]:
    found: dict[bytes, SettlementPreview] = {}
    for who in PEOPLE:
        held = venue.engine.venue.users[who].holdings.get(0)
        preview = preview_settlement(venue.market, held, venue.time_ns)
        assert preview is not None
        found[who] = preview
    return found


def worth(account: Account) -> tuple[int, int]:
    return account.cash.balance, questions.account_equity(account)


def pull(venue: SmallVenue, price: int) -> None:
    """Dora quotes there for a while, as far as she can."""
    price -= price % 100
    venue.place(DORA, buy(max(price, 100), 1_000), sell(max(price, 100) + 100, 1_000))
    venue.wait(6)


STEPS = st.one_of(
    st.tuples(st.just("trade"), st.permutations(PEOPLE), st.integers(70, 130), st.integers(1, 90)),
    st.tuples(st.just("wait"), st.integers(1, 7_000)),
    st.tuples(st.just("pull"), st.integers(80, 125)),
)


def lived(steps: list[Any], **differences: Any) -> SmallVenue:
    venue = SmallVenue(market(oracle=SWIFT, **differences), market("Y"), usd=3_000)
    venue.trade(ALICE, BOB, PRICE, 30_000)
    for step in steps:
        match step:
            case ("trade", people, percent, contracts):
                price = venue.market.mark_price * percent // 100
                price -= price % 100
                venue.place(people[0], sell(max(price, 100), contracts * 1_000))
                venue.place(people[1], buy(max(price, 100), contracts * 1_000))
            case ("wait", seconds):
                venue.wait(seconds)
            case ("pull", percent):
                pull(venue, venue.market.mark_price * percent // 100)
    return venue


@settings(max_examples=60)
@given(st.lists(STEPS, max_size=8), st.sampled_from([codes.STRICT_ISOLATED, codes.CROSS]))
def test_a_settlement_pays_what_its_preview_said(steps: list[Any], mode: int) -> None:
    venue = lived(steps, margin_mode=mode)
    number = propose(venue, winding_down(venue))
    venue.wait(1_800)
    said = previews(venue)
    before = {who: worth(venue.account(who)) for who in PEOPLE}
    held = {who: venue.engine.venue.users[who].holdings.get(0) for who in PEOPLE}
    lots = {who: 0 if one is None else one.lots for who, one in held.items()}
    events = decide(venue, number)
    (settled,) = of_kind(events, MarketSettled)
    profits = {event.account: event.pnl for event in of_kind(events, PositionSettled)}
    assert of_kind(events, DeficitCovered) == []
    owes = any(said[who].deficit for who in PEOPLE)
    for who in PEOPLE:
        cash, equity = worth(venue.account(who))
        assert said[who].price == settled.price and cash >= 0
        if owes:
            # The other side bears it, which no preview of one account can tell (LIQ-5).
            left = cash - (before[who][0] + said[who].cash)
            assert 0 <= left < max(1, abs(lots[who])) or not said[who].deficit
            continue
        assert said[who].profit == profits.get(who, 0)
        assert before[who][0] + said[who].cash == cash
        assert before[who][1] + said[who].equity_change == equity
        assert (who in profits) == (lots[who] != 0)


@pytest.mark.parametrize("mode", [codes.STRICT_ISOLATED, codes.CROSS])
def test_a_deficit_is_said_before_it_is_covered(mode: int) -> None:
    """LIQ-5: who has lost more at the average than stands behind the position owes nothing; the
    other side bears it."""
    venue = SmallVenue(market(oracle=SWIFT, margin_mode=mode), usd=10_000)
    venue.wait(100_000)
    venue.pull(190_000)
    venue.trade(ALICE, BOB, venue.market.mark_price // 100 * 100, 150_000)
    venue.pull(197_000)
    number = propose(venue, winding_down(venue))
    said = previews(venue)[ALICE]
    assert said.profit < 0 < said.deficit
    cash = venue.account(ALICE).cash.balance
    events = decide(venue, number)
    assert [e.counterparty for e in of_kind(events, AutoDeleveraged)] == [BOB]
    # The price of zero equity is a whole atom, in favour of who is closed out.
    assert 0 <= venue.account(ALICE).cash.balance - (cash + said.cash) < 150_000
    assert said.cash == (-cash if mode == codes.CROSS else 0)


def test_a_conversion_pays_nothing_and_asks_for_the_margin_that_was_said() -> None:
    """LIFE-8, INST-5: with the new tiers and leverage at the same mark."""
    venue = SmallVenue(mortal())
    venue.trade(ALICE, BOB, PRICE, 20_000)
    said = preview_conversion(venue.market, venue.holding(ALICE))
    assert isinstance(said, ConversionPreview) and said.spec.preset == "standard_equity"
    feed(venue, PRICE, 4)
    before = {who: worth(venue.account(who)) for who in PEOPLE}
    number = propose(venue, listing(venue, cross_price=PRICE))
    decide(venue, number)
    feed(venue, PRICE, 4)
    assert venue.market.phase in (codes.CONVERTING, codes.LISTED)
    holding = venue.holding(ALICE)
    assert venue.market.mark_price == PRICE
    assert (holding.initial(), holding.maintenance()) == (said.initial, said.maintenance)
    assert said.maintenance < 2_000 * 10**6 // 10, "the old rules asked for a tenth"
    assert {who: worth(venue.account(who)) for who in PEOPLE} == before
    assert preview_conversion(venue.market, holding) is None


def test_without_a_position_nothing_is_paid_and_after_the_end_there_is_no_preview() -> None:
    venue = SmallVenue(market())
    venue.wait(3_600)
    said = preview_settlement(venue.market, None, venue.time_ns)
    assert said is not None and (said.price, said.cash, said.equity_change) == (PRICE, 0, 0)
    decide(venue, propose(venue, winding_down(venue)))
    assert preview_settlement(venue.market, None, venue.time_ns) is None
    assert preview_conversion(venue.market, None) is None
