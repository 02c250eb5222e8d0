"""Addresses that are new to an account wait; its own never does (RULE-9)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings, strategies as st

from bellwether.engine.engine import Engine
from bellwether.engine.withdrawals.addresses import MOST_ADDRESSES, AddressBook
from bellwether.engine.withdrawals.requests import MOST_PENDING
from bellwether.schema import rejects
from bellwether.schema.commands import (
    DecideProposal,
    PauseWithdrawals,
    RefuseWithdrawal,
    RequestWithdrawal,
    SetWithdrawalTerms,
)
from bellwether.schema.events import NewAddressDelaySet, WithdrawalRequested, WithdrawalTermsSet
from bellwether.schema.parts.withdrawals import (
    HOUR_NS,
    LONGEST_DELAY_NS,
    USUAL_TERMS,
    WithdrawalTerms,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CUSTODIAN,
    OPERATOR,
    SECOND_NS,
    SECOND_OPERATOR,
    USD,
    refusals,
)
from tests.engine.test_withdrawals import HOUR_S, Desk

FRIEND, OTHER = b"\xab" * 20, b"\xac" * 20
DAY_NS = 24 * HOUR_NS


class Post(Desk):
    """A venue of the usual terms, with words for who is paid where."""

    def __init__(self, terms: WithdrawalTerms = USUAL_TERMS) -> None:
        super().__init__(withdrawals=terms)

    def pay_to(self, to: bytes, usd: float = 5, who: bytes = ALICE) -> WithdrawalRequested:
        amount = round(usd * USD)
        [event] = self.run(RequestWithdrawal(*self.head(who), to, "", amount))
        assert isinstance(event, WithdrawalRequested), event
        return event

    def wait_of(self, to: bytes, usd: float = 5, who: bytes = ALICE) -> int:
        """How long (ns) a request waits."""
        return self.pay_to(to, usd, who).due_ns - self.time_ns

    def send_back(self, number: int) -> None:
        assert not refusals(self.act(RefuseWithdrawal, CUSTODIAN, number, "why"))

    def set_delay(self, delay_ns: int) -> list[Any]:
        terms = msgspec.structs.replace(
            self.engine.venue.payouts.terms, new_address_delay_ns=delay_ns
        )
        number = self.engine.venue.next_proposal_id
        assert not refusals(self.act(SetWithdrawalTerms, OPERATOR, terms, "why", "Terms."))
        return self.act(DecideProposal, SECOND_OPERATOR, number, True)

    def book(self, who: bytes = ALICE) -> dict[bytes, int]:
        return self.engine.venue.payouts.book.by_account.get(who, {})


def address(number: int) -> bytes:
    return b"\xa0" * 19 + bytes([number])


def test_an_address_that_is_new_waits_a_day_and_its_owners_own_does_not() -> None:
    venue = Post()
    assert venue.wait_of(ALICE) == 0
    assert venue.wait_of(FRIEND) == DAY_NS
    assert venue.wait_of(BOB) == DAY_NS
    assert venue.book() == {
        FRIEND: venue.time_ns + DAY_NS,
        BOB: venue.time_ns + DAY_NS,
    }


def test_nothing_is_paid_before_its_addresss_time() -> None:
    venue = Post()
    number = venue.pay_to(FRIEND).withdrawal_id
    venue.later(24 * HOUR_S - 0.000000001)
    assert refusals(venue.release(number)) == [rejects.WITHDRAWAL_NOT_DUE]
    venue.later(0.000000001)
    assert not refusals(venue.release(number))


def test_later_requests_wait_for_what_remains() -> None:
    venue = Post()
    venue.pay_to(FRIEND)
    venue.later(20 * HOUR_S)
    assert venue.wait_of(FRIEND) == 4 * HOUR_NS
    venue.later(4 * HOUR_S)
    assert venue.wait_of(FRIEND) == 0
    venue.later(1)
    assert venue.wait_of(FRIEND) == 0


@pytest.mark.parametrize(("hours", "wait"), [(0, 24), (23, 1), (23.5, 1), (30, 1)])
def test_the_later_of_size_and_address_counts(hours: float, wait: int) -> None:
    """20,000 USD wait an hour by their size."""
    venue = Post()
    venue.pay_to(FRIEND)
    venue.later(hours * HOUR_S)
    assert venue.wait_of(FRIEND, 20_000) == wait * HOUR_NS


def test_a_book_is_its_accounts_own() -> None:
    venue = Post()
    venue.pay_to(FRIEND)
    venue.later(24 * HOUR_S)
    assert venue.wait_of(FRIEND, who=BOB) == DAY_NS
    assert venue.wait_of(FRIEND) == 0


def test_an_address_that_money_was_sent_back_from_is_new_again() -> None:
    venue = Post()
    first, second = venue.pay_to(FRIEND), venue.pay_to(FRIEND)
    venue.later(HOUR_S)
    venue.send_back(second.withdrawal_id)
    assert venue.book() == {}
    assert venue.wait_of(FRIEND) == DAY_NS
    venue.later(23 * HOUR_S)
    assert not refusals(venue.release(first.withdrawal_id))


def test_a_payment_keeps_its_address_in_the_book() -> None:
    venue = Post()
    number = venue.pay_to(FRIEND).withdrawal_id
    venue.later(24 * HOUR_S)
    venue.release(number)
    assert venue.wait_of(FRIEND) == 0


def test_what_is_refused_files_nothing() -> None:
    venue = Post()
    before = venue.engine.venue.payouts.book.by_account
    for amount in (0, 600_000 * USD):
        assert refusals(venue.run(RequestWithdrawal(*venue.head(ALICE), FRIEND, "", amount)))
    venue.act(PauseWithdrawals, OPERATOR, "a leak")
    assert refusals(venue.run(RequestWithdrawal(*venue.head(ALICE), FRIEND, "", USD)))
    assert before == {}


def test_the_oldest_address_makes_room() -> None:
    """A second is a wait as well as a day."""
    venue = Post(WithdrawalTerms(new_address_delay_ns=SECOND_NS))
    for number in range(MOST_ADDRESSES):
        asked = venue.pay_to(address(number))
        venue.later(1)
        assert not refusals(venue.release(asked.withdrawal_id))
    assert venue.wait_of(address(0)) == 0
    assert venue.wait_of(FRIEND) == SECOND_NS
    assert list(venue.book()) == [*map(address, range(1, MOST_ADDRESSES)), FRIEND]
    assert venue.wait_of(address(1)) == 0
    assert venue.wait_of(address(0)) == SECOND_NS
    assert venue.wait_of(address(2)) == 0
    assert venue.wait_of(address(1)) == SECOND_NS


def test_other_terms_hold_for_what_is_new_from_then_on() -> None:
    venue = Post()
    waiting = venue.pay_to(FRIEND)
    events = venue.set_delay(2 * HOUR_NS)
    assert events[-2:] == [
        WithdrawalTermsSet(USUAL_TERMS.by_amount()),
        NewAddressDelaySet(2 * HOUR_NS),
    ]
    assert venue.wait_of(FRIEND) == DAY_NS
    assert venue.wait_of(OTHER) == 2 * HOUR_NS
    venue.set_delay(48 * HOUR_NS)
    assert venue.wait_of(OTHER) == 2 * HOUR_NS
    venue.later(24 * HOUR_S)
    assert not refusals(venue.release(waiting.withdrawal_id))


def test_terms_of_amounts_alone_say_nothing_of_addresses() -> None:
    venue = Post()
    terms = msgspec.structs.replace(USUAL_TERMS, least_e6=2 * USD)
    venue.act(SetWithdrawalTerms, OPERATOR, terms, "why", "Terms.")
    events = venue.act(DecideProposal, SECOND_OPERATOR, 1, True)
    assert events[-1] == WithdrawalTermsSet(terms.by_amount())
    assert venue.engine.venue.payouts.terms == terms


@pytest.mark.parametrize(
    ("delay_ns", "is_sound"),
    [(0, True), (LONGEST_DELAY_NS, True), (-1, False), (LONGEST_DELAY_NS + 1, False)],
)
def test_an_address_waits_between_nothing_and_thirty_days(delay_ns: int, is_sound: bool) -> None:
    terms = WithdrawalTerms(new_address_delay_ns=delay_ns)
    assert terms.faults() == (
        [] if is_sound else [f"new_address_delay_ns must lie between 0 and {LONGEST_DELAY_NS}"]
    )


def test_books_survive_a_snapshot_in_the_order_of_filing() -> None:
    venue = Post()
    for number in (3, 1, 2):
        venue.pay_to(address(number))
        venue.pay_to(address(number), who=BOB)
        venue.later(60)
    number = venue.pay_to(address(1)).withdrawal_id
    venue.send_back(number)
    venue.pay_to(address(1))
    payload = venue.engine.snapshot()
    books = venue.engine.venue.payouts.book.by_account
    venue.engine = Engine.restore(payload)
    assert venue.engine.snapshot() == payload
    restored = venue.engine.venue.payouts.book.by_account
    assert [(who, list(filed.items())) for who, filed in restored.items()] == [
        (who, list(filed.items())) for who, filed in books.items()
    ]
    assert list(venue.book()) == [address(3), address(2), address(1)]
    assert list(venue.book(BOB)) == [address(3), address(1), address(2)]
    venue.later(23 * HOUR_S)
    assert venue.wait_of(address(3)) == HOUR_NS - 180 * SECOND_NS


@pytest.mark.parametrize("to", [ALICE, FRIEND])
def test_striking_what_is_in_no_book_changes_nothing(to: bytes) -> None:
    book = AddressBook()
    book.strike(ALICE, to)
    book.usable_from(ALICE, OTHER, 7, 3)
    book.strike(ALICE, to)
    assert book.by_account == {ALICE: {OTHER: 10}}


steps = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(0, 59), st.sampled_from((5, 20_000))),
        st.tuples(st.just("fill"), st.integers(1, 59), st.just(5)),
        st.tuples(st.just("send back"), st.integers(0, 19), st.just(0)),
        st.tuples(st.just("wait"), st.sampled_from((1, 3_600, 86_400)), st.just(0)),
        st.tuples(st.just("delay"), st.sampled_from((0, 1, 24, 72)), st.just(0)),
        st.tuples(st.just("restore"), st.just(0), st.just(0)),
    ),
    max_size=16,
)


class Walk:
    """A venue and, beside it, a list of what should be in Alice's book: address, filed, usable."""

    def __init__(self) -> None:
        self.venue = Post()
        self.delay_ns = DAY_NS
        self.filed: list[tuple[bytes, int]] = []

    def ask(self, number: int, usd: int) -> None:
        """Number 0 is her own address."""
        venue, to = self.venue, address(number) if number else ALICE
        if len(venue.engine.venue.payouts.pending) == MOST_PENDING:
            self.clear()
        known = dict(self.filed)
        events = venue.run(RequestWithdrawal(*venue.head(ALICE), to, "", usd * USD))
        if refusals(events):
            assert refusals(events) == [rejects.NOTHING_TO_WITHDRAW]
            return
        [asked] = events
        assert isinstance(asked, WithdrawalRequested)
        if to == ALICE:
            assert asked.due_ns - venue.time_ns in (0, HOUR_NS, DAY_NS), "by its size alone"
            return
        if to not in known:
            self.filed = [*self.filed, (to, venue.time_ns + self.delay_ns)][-50:]
        usable_ns = dict(self.filed)[to]
        assert asked.due_ns >= usable_ns
        waiting = venue.engine.venue.payouts.pending[asked.withdrawal_id]
        assert asked.due_ns == waiting.due_ns
        if venue.time_ns < usable_ns:
            early = venue.release(asked.withdrawal_id)
            assert refusals(early) == [rejects.WITHDRAWAL_NOT_DUE]

    def clear(self) -> None:
        """All that waits is paid, or sent back where keys are missing."""
        self.venue.later(72 * HOUR_S)
        for withdrawal in list(self.venue.engine.venue.payouts.pending.values()):
            if withdrawal.needed:
                self.send_back(0)
            else:
                assert not refusals(self.venue.release(withdrawal.number))

    def send_back(self, nth: int) -> None:
        pending = list(self.venue.engine.venue.payouts.pending.values())
        if pending:
            withdrawal = pending[nth % len(pending)]
            self.venue.send_back(withdrawal.number)
            self.filed = [entry for entry in self.filed if entry[0] != withdrawal.destination]

    def take(self, kind: str, number: int, usd: int) -> None:
        venue = self.venue
        if kind == "ask":
            self.ask(number, usd)
        elif kind == "fill":
            for nth in range(number):
                self.ask(1 + nth, usd)
        elif kind == "send back":
            self.send_back(number)
        elif kind == "wait":
            venue.later(number)
        elif kind == "delay" and number * HOUR_NS != self.delay_ns:
            venue.set_delay(number * HOUR_NS)
            self.delay_ns = number * HOUR_NS
        elif kind == "restore":
            payload = venue.engine.snapshot()
            venue.engine = Engine.restore(payload)
            assert venue.engine.snapshot() == payload


@settings(max_examples=15, deadline=None)
@given(steps)
@example([("fill", 59, 5), ("restore", 0, 0), ("send back", 3, 0), ("fill", 12, 5)])
def test_whatever_is_asked_the_book_is_what_the_rule_says(
    drawn: list[tuple[str, int, int]],
) -> None:
    """RULE-9: never due before the address is, the own one never delayed, at most fifty, and the
    same after a snapshot; the auditor goes along."""
    walk = Walk()
    for kind, number, usd in drawn:
        walk.take(kind, number, usd)
        assert list(walk.venue.book().items()) == walk.filed
        assert len(walk.filed) <= MOST_ADDRESSES
