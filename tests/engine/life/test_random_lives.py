"""Whatever happens to a market, nothing is lost, nobody decides alone, and the end is the end."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings, strategies as st

from bellwether.engine import questions
from bellwether.schema import codes
from bellwether.schema.commands import AnyCommand
from bellwether.schema.events import (
    Event,
    EventDecided,
    ListingConfirmed,
    MarketRebased,
    MarketSettled,
    PhaseChanged,
    PricesPublished,
    ProposalDecided,
    ProposalMade,
)
from bellwether.schema.instrument import ConversionPolicy
from bellwether.units.division import div_half_even
from bellwether.units.quantities import NS_PER_HOUR
from tests.engine.conversion.test_awaited_events import declaration, terms
from tests.engine.conversion.test_listing_day import indicate
from tests.engine.life.acts import decide, factor, feed, listing, mortal, settlement
from tests.engine.life.test_delisting import recent
from tests.engine.small_venue import (
    OPERATOR,
    PEOPLE,
    SECOND_NS,
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
    st.tuples(st.just("treated"), st.sampled_from(["adjusted", "settle", "composite"])),
    st.tuples(st.just("converted"), st.sampled_from(["convert", "adjusted", "composite"])),
    st.tuples(
        st.just("awaits"),
        st.sampled_from(["convert", "adjusted", "composite"]),
        st.sampled_from(["settle", "convert"]),
        st.integers(1, 20_000),
    ),
    st.tuples(st.just("declared")),
    st.tuples(st.just("indicate"), st.integers(80, 120), st.integers(0, 10**6)),
    st.tuples(st.just("delist")),
    st.tuples(st.just("recent"), st.integers(1, 3)),
    st.tuples(st.just("status"), st.integers(0, 3)),
)
POLICIES = (
    ConversionPolicy(),
    ConversionPolicy(ramp_ns=NS_PER_HOUR),
    ConversionPolicy(auction_aware=True),
    ConversionPolicy(ramp_ns=NS_PER_HOUR // 3, auction_aware=True, auction_leverage=1),
)


class Life:
    """A market lived through by drawn steps, with what must hold written down beside it."""

    def __init__(self, policy: ConversionPolicy) -> None:
        self.venue = SmallVenue(mortal(conversion=policy), usd=2_000, audited=True)
        self.venue.trade(PEOPLE[0], PEOPLE[1], 100_000, 5_001)
        self.venue.trade(PEOPLE[2], PEOPLE[1], 101_000, 777)
        self.proposers: dict[int, bytes] = {}
        self.marks = [(START_NS, 100_000)]
        self.rebases = 0
        self.ratio_is_due = False
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
            case ("converted", treatment):
                self.watch(self.act(("treated", treatment)))
                venue.set_status(codes.OPEN)
                return feed(venue, venue.market.mark_price, 1_210)
            case ("treated", treatment):
                fields = {
                    "adjusted": {"numerator": 3, "denominator": 2},
                    "settle": {},
                    "convert": {},
                    "composite": {"settled_e6": 300_000},
                }[treatment]
                command = listing(venue, treatment=treatment, grounds="g", **fields)
                return self.decided(command)
            case ("awaits", treatment, otherwise, seconds):
                fields = {
                    "convert": {},
                    "adjusted": {"numerator": 3, "denominator": 2},
                    "composite": {"settled_e6": 300_000},
                }[treatment]
                deadline = venue.time_ns + seconds * SECOND_NS
                given = terms(venue, after=treatment, otherwise=otherwise, deadline_ns=deadline)
                return self.decided(listing(venue, **given, **fields))
            case ("declared",):
                price = {"cross_price": venue.market.mark_price, "cross_time_ns": venue.time_ns}
                return self.decided(declaration(venue, **price))
            case ("indicate", percent, shares):
                price = max(venue.market.mark_price * percent // 100, 1)
                return indicate(venue, price, shares)
            case ("delist",):
                return self.decided(settlement(venue, codes.DELISTING, 0, "delisted"))
            case ("recent", hours):
                return self.decided(recent(venue, hours))
            case ("decide", who, approve):
                number = max(venue.engine.venue.proposals, default=1)
                return decide(venue, number, who, approve)
            case ("status", status):
                return venue.set_status(status)
        raise AssertionError(step)

    def decided(self, command: AnyCommand) -> list[Event]:
        self.watch(self.venue.run(command))
        return decide(self.venue, max(self.venue.engine.venue.proposals, default=1))

    def watch(self, events: list[Event]) -> None:
        approved = False
        for event in events:
            if isinstance(event, ProposalMade):
                self.proposers[event.proposal_id] = event.operator
            elif isinstance(event, ProposalDecided) and event.outcome == codes.APPROVED:
                assert event.operator not in (b"", self.proposers[event.proposal_id])
                approved = True
            elif isinstance(event, ListingConfirmed):
                assert approved, "one key alone binds nothing (RULE-2)"
                self.ratio_is_due = event.numerator != event.denominator
            elif isinstance(event, EventDecided):
                assert approved or not event.happened, "nor does it make anything happen"
                self.ratio_is_due = event.numerator != event.denominator
            elif isinstance(event, MarketRebased):
                assert approved or self.ratio_is_due, "one key alone binds nothing (RULE-2)"
                self.ratio_is_due = self.ratio_is_due and approved
            elif isinstance(event, PricesPublished):
                self.marks.append((event.time_ns, event.mark_price))
            elif isinstance(event, MarketSettled):
                late = (codes.DEFAULT_TWAP, codes.DELISTING)
                assert approved or event.method in late, "nor does it end anything"
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


@settings(max_examples=120)
@given(st.sampled_from(POLICIES), st.lists(STEPS, max_size=40))
def test_random_lives_conserve_settle_once_and_bind_nobody_alone(
    policy: ConversionPolicy, steps: list[Any]
) -> None:
    """LIFE-4, LIFE-10, RULE-2; books and events are audited after every command."""
    life = Life(policy)
    for step in steps:
        life.step(step)
    life.step(("wait", 6 * 3_600))
    venue = life.venue
    again = type(venue.engine).restore(venue.engine.snapshot())
    assert again.snapshot() == venue.engine.snapshot()
