"""Whatever happens to a market, nothing is lost, nobody decides alone, and the end is the end."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings, strategies as st

from bellwether.engine import questions
from bellwether.schema import codes
from bellwether.schema.events import (
    Event,
    ListingConfirmed,
    MarketRebased,
    MarketSettled,
    PhaseChanged,
    PricesPublished,
    ProposalDecided,
    ProposalMade,
)
from bellwether.units.division import div_half_even
from tests.engine.life.acts import decide, factor, feed, listing, mortal, settlement
from tests.engine.small_venue import (
    OPERATOR,
    PEOPLE,
    SECOND_OPERATOR,
    START_NS,
    SmallVenue,
    buy,
    of_kind,
    sell,
)

PEOPLE_INDEX = st.integers(0, len(PEOPLE) - 1)
KEYS = st.sampled_from([OPERATOR, SECOND_OPERATOR, PEOPLE[0]])
STEPS = st.one_of(
    st.tuples(st.just("order"), PEOPLE_INDEX, st.booleans(), st.integers(90, 110)),
    st.tuples(st.just("order"), PEOPLE_INDEX, st.booleans(), st.integers(90, 110)),
    st.tuples(st.just("wait"), st.integers(1, 4_000)),
    st.tuples(st.just("feed"), st.integers(80, 120), st.integers(1, 15)),
    st.tuples(st.just("listing")),
    st.tuples(st.just("settle"), st.integers(50, 200)),
    st.tuples(st.just("rebase"), st.integers(1, 7), st.integers(1, 7)),
    st.tuples(st.just("decide"), KEYS, st.booleans()),
    st.tuples(st.just("rebased"), st.integers(1, 7), st.integers(1, 7)),
    st.tuples(st.just("listed")),
    st.tuples(st.just("status"), st.integers(0, 3)),
)


class Life:
    """A market lived through by drawn steps, with what must hold written down beside it."""

    def __init__(self) -> None:
        self.venue = SmallVenue(mortal(), usd=2_000)
        self.venue.trade(PEOPLE[0], PEOPLE[1], 100_000, 5_001)
        self.venue.trade(PEOPLE[2], PEOPLE[1], 101_000, 777)
        self.proposers: dict[int, bytes] = {}
        self.marks = [(START_NS, 100_000)]
        self.rebases = 0
        self.settled_at = 0

    def step(self, step: Any) -> None:
        was_settled = self.venue.market.phase == codes.SETTLED
        before = self.venue.market.mark_price, self.total()
        events = self.act(step)
        self.watch(events)
        if was_settled:
            assert (self.venue.market.mark_price, self.total()) == before
            assert not of_kind(events, PhaseChanged)

    def act(self, step: Any) -> list[Event]:
        venue = self.venue
        match step:
            case ("order", who, is_buy, usd):
                price = usd * venue.market.mark_price // 100
                price -= price % 100 if price > 10_000 else 0
                order = (buy if is_buy else sell)(max(price, 1), 1_500)
                return venue.place(PEOPLE[who], order)
            case ("wait", seconds):
                return venue.wait(seconds)
            case ("feed", percent, rounds):
                return feed(venue, max(venue.market.mark_price * percent // 100, 1), rounds)
            case ("listing",):
                return venue.run(listing(venue))
            case ("settle", percent):
                price = max(venue.market.mark_price * percent // 100, 1)
                return venue.run(settlement(venue, price=price))
            case ("rebase", a, b):
                return venue.run(factor(venue, a, b))
            case ("rebased", a, b):
                events = venue.run(factor(venue, a, b))
                self.watch(events)
                return decide(venue, max(venue.engine.venue.proposals, default=1))
            case ("listed",):
                events = venue.run(listing(venue))
                self.watch(events)
                return decide(venue, max(venue.engine.venue.proposals, default=1))
            case ("decide", who, approve):
                number = max(venue.engine.venue.proposals, default=1)
                return decide(venue, number, who, approve)
            case ("status", status):
                return venue.set_status(status)
        raise AssertionError(step)

    def watch(self, events: list[Event]) -> None:
        approved = False
        for event in events:
            if isinstance(event, ProposalMade):
                self.proposers[event.proposal_id] = event.operator
            elif isinstance(event, ProposalDecided) and event.outcome == codes.APPROVED:
                assert event.operator not in (b"", self.proposers[event.proposal_id])
                approved = True
            elif isinstance(event, MarketRebased | ListingConfirmed):
                assert approved, "one key alone binds nothing (RULE-2)"
            elif isinstance(event, PricesPublished):
                self.marks.append((event.time_ns, event.mark_price))
            elif isinstance(event, MarketSettled):
                assert approved or event.method == codes.DEFAULT_TWAP
                self.settled(event)
            if isinstance(event, MarketRebased):
                a, b = event.numerator, event.denominator
                self.rebases += 1
                self.marks = [(at, mark * b / a) for at, mark in self.marks]  # type: ignore[misc]

    def settled(self, event: MarketSettled) -> None:
        assert self.settled_at == 0, "a market settles once"
        self.settled_at = event.time_ns
        if event.method != codes.DEFAULT_TWAP:
            return
        ends = [at for at, _ in self.marks[1:]] + [event.time_ns]
        total = sum(mark * (end - at) for (at, mark), end in zip(self.marks, ends, strict=True))
        lived = event.time_ns - START_NS
        if self.rebases:
            assert abs(event.price - total / lived) <= 1
        else:
            assert event.price == div_half_even(total, lived)

    def total(self) -> int:
        """All that anybody owns, and the house."""
        books = questions.solvency(self.venue.market.dex)
        assert books.difference == 0
        return sum(
            questions.account_equity(self.venue.account(who))
            for who in PEOPLE
            if 0 in self.venue.engine.venue.users[who].accounts
        )


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, max_size=40))
def test_random_lives_conserve_settle_once_and_bind_nobody_alone(steps: list[Any]) -> None:
    """LIFE-4, LIFE-10, RULE-2; the books are audited after every command."""
    life = Life()
    for step in steps:
        life.step(step)
    life.step(("wait", 6 * 3_600))
    venue = life.venue
    again = type(venue.engine).restore(venue.engine.snapshot())
    assert again.snapshot() == venue.engine.snapshot()
