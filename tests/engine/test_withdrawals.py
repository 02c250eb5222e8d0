"""Money that leaves: it waits by its size, takes keys, and never leaves twice (RULE-9, MARG-6)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.engine.withdrawals.requests import MOST_PENDING
from bellwether.schema import rejects
from bellwether.schema.commands import (
    AdvanceTime,
    ApproveAgent,
    ApproveWithdrawal,
    Debit,
    DecideProposal,
    PauseWithdrawals,
    RefuseWithdrawal,
    ReleaseWithdrawal,
    RequestWithdrawal,
    ResumeWithdrawals,
    SetWithdrawalTerms,
)
from bellwether.schema.events import (
    Announced,
    WithdrawalRefused,
    WithdrawalReleased,
    WithdrawalRequested,
    WithdrawalsPaused,
    WithdrawalsResumed,
)
from bellwether.schema.parts.withdrawals import HOUR_NS, WithdrawalTerms
from tests.engine.small_venue import (
    ALICE,
    BOB,
    COMPLIANCE,
    CUSTODIAN,
    OPERATOR,
    SECOND_OPERATOR,
    USD,
    SmallVenue,
    buy,
    market,
    refusals,
)

OUT = b"\xab" * 20
HOUR_S = 3_600
KEYS = {"custodian": CUSTODIAN, "operator": OPERATOR, "compliance": COMPLIANCE, "alice": ALICE}


class Desk(SmallVenue):
    """A venue whose people are rich, with words for what happens to withdrawals."""

    def __init__(self, usd: int = 500_000, **options: Any) -> None:
        super().__init__(usd=usd, audited=True, **options)

    def ask(self, usd: float, who: bytes = ALICE, dex: str = "") -> list[Any]:
        amount = round(usd * USD)
        return self.run(RequestWithdrawal(*self.head(who), OUT, dex, amount))

    def number(self, usd: float, who: bytes = ALICE) -> int:
        [event] = self.ask(usd, who)
        assert isinstance(event, WithdrawalRequested), event
        return event.withdrawal_id

    def act(self, kind: Any, key: bytes, *rest: Any) -> list[Any]:
        self.nonce += 1
        return self.run(kind(key, self.nonce, *rest))

    def release(self, number: int, reference: str = "", key: bytes = CUSTODIAN) -> list[Any]:
        return self.act(ReleaseWithdrawal, key, number, reference or f"paid {number}")

    def approve(self, number: int, key: bytes) -> list[Any]:
        return self.act(ApproveWithdrawal, key, number)

    def later(self, seconds: float) -> None:
        self.time_ns += round(seconds * 10**9)
        self.run(AdvanceTime())

    def books(self) -> questions.Solvency:
        books = questions.solvency(self.engine.venue.dexes[0])
        assert books.difference == 0
        return books


def test_what_is_asked_for_leaves_the_account_at_once_and_is_pending() -> None:
    venue = Desk()
    before = venue.books()
    [event] = venue.ask(1_000)
    assert event == WithdrawalRequested(
        1, ALICE, OUT, "", 1_000 * USD, venue.nonce, venue.time_ns, 0
    )
    after = venue.books()
    assert before.accounts - after.accounts == after.pending == 1_000 * USD
    assert after.withdrawals == before.withdrawals and after.deposits == before.deposits


def test_a_paid_withdrawal_is_the_custodians_and_owed_to_nobody() -> None:
    venue = Desk()
    number = venue.number(1_000)
    [event] = venue.release(number, "wire 7")
    assert event == WithdrawalReleased(number, ALICE, "", 1_000 * USD, CUSTODIAN, "wire 7")
    books = venue.books()
    assert (books.pending, books.withdrawals) == (0, 1_000 * USD)
    assert refusals(venue.release(number, "wire 8")) == [rejects.WITHDRAWAL_UNKNOWN]


def test_a_refused_withdrawal_is_back_in_the_account() -> None:
    venue = Desk()
    cash = venue.account(ALICE).cash.balance
    number = venue.number(1_000)
    [event] = venue.act(RefuseWithdrawal, CUSTODIAN, number, "unknown address")
    assert event == WithdrawalRefused(number, ALICE, "", 1_000 * USD, CUSTODIAN, "unknown address")
    assert venue.account(ALICE).cash.balance == cash
    assert venue.books().pending == 0
    assert refusals(venue.release(number)) == [rejects.WITHDRAWAL_UNKNOWN]


def test_a_reference_is_used_once_for_whatever_it_pays() -> None:
    venue = Desk()
    first, second = venue.number(10), venue.number(10)
    assert venue.act(Debit, CUSTODIAN, BOB, "", USD, "a")
    assert refusals(venue.release(first, "a")) == [rejects.REFERENCE_USED]
    assert not refusals(venue.release(first, "b"))
    assert refusals(venue.release(second, "b")) == [rejects.REFERENCE_USED]
    assert not refusals(venue.release(second, "c"))


@pytest.mark.parametrize(
    ("usd", "hours", "keys"),
    [(10_000, 0, 0), (10_000.000001, 1, 0), (100_000, 1, 0), (100_000.000001, 24, 2)],
)
def test_the_delay_grows_with_the_size(usd: float, hours: int, keys: int) -> None:
    venue = Desk()
    [event] = venue.ask(usd)
    assert event.due_ns - venue.time_ns == hours * HOUR_NS
    assert event.approvals == keys


def test_many_small_ones_within_an_hour_count_as_a_large_one() -> None:
    venue = Desk()
    venue.ask(9_000)
    venue.later(HOUR_S - 1)
    [second] = venue.ask(9_000)
    assert second.due_ns - venue.time_ns == HOUR_NS
    venue.later(HOUR_S)
    [third] = venue.ask(9_000)
    assert third.due_ns == venue.time_ns


def test_nothing_is_paid_before_its_time() -> None:
    venue = Desk()
    number = venue.number(20_000)
    venue.later(HOUR_S - 0.000000001)
    assert refusals(venue.release(number)) == [rejects.WITHDRAWAL_NOT_DUE]
    venue.later(0.000000001)
    assert not refusals(venue.release(number))


def test_a_large_one_takes_two_keys_and_a_day() -> None:
    venue = Desk()
    number = venue.number(200_000)
    venue.later(24 * HOUR_S)
    assert refusals(venue.release(number)) == [rejects.APPROVALS_MISSING]
    assert not refusals(venue.approve(number, CUSTODIAN))
    assert refusals(venue.approve(number, CUSTODIAN)) == [rejects.APPROVED_BEFORE]
    assert refusals(venue.release(number)) == [rejects.APPROVALS_MISSING]
    assert not refusals(venue.approve(number, OPERATOR))
    assert not refusals(venue.release(number))


def test_a_small_one_takes_no_approval() -> None:
    venue = Desk()
    assert refusals(venue.approve(venue.number(5), OPERATOR)) == [rejects.NO_APPROVAL_NEEDED]


def test_an_approval_signed_before_the_request_is_none_of_it() -> None:
    venue = Desk(check_nonce_window=True)
    venue.nonce = venue.time_ns // 10**6
    early = venue.nonce - 1
    number = venue.number(200_000)
    signed = venue.run(ApproveWithdrawal(OPERATOR, early, number))
    assert refusals(signed) == [rejects.WITHDRAWAL_UNKNOWN]
    assert not refusals(venue.run(ApproveWithdrawal(OPERATOR, venue.nonce, number)))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("kind", ["approve", "release", "refuse", "pause"])
def test_acts_on_withdrawals_need_their_role(kind: str, key: str) -> None:
    venue = Desk()
    number = venue.number(200_000)
    commands = {
        "approve": lambda: venue.approve(number, KEYS[key]),
        "release": lambda: venue.release(number, key=KEYS[key]),
        "refuse": lambda: venue.act(RefuseWithdrawal, KEYS[key], number, "why"),
        "pause": lambda: venue.act(PauseWithdrawals, KEYS[key], "why"),
    }
    allowed = {"custodian"} if kind == "release" else {"custodian", "operator"}
    found = refusals(commands[kind]())
    assert (rejects.ROLE_MISSING in found) is (key not in allowed)


def test_an_agent_asks_for_no_money() -> None:
    venue = Desk()
    venue.run(ApproveAgent(*venue.head(ALICE), OUT, "", 0))
    asked = venue.run(RequestWithdrawal(*venue.head(OUT), OUT, "", USD))
    assert refusals(asked) == [rejects.MASTER_ONLY]


def test_unrealised_profit_and_claimed_margin_do_not_leave() -> None:
    """MARG-6: what orders and positions need stays, and a gain is no cash."""
    venue = Desk(usd=10_000)
    venue.rest(ALICE, buy(100_000, 1_000))
    free = 10_000 - 20 - 0.09
    assert refusals(venue.ask(free + 0.000001)) == [rejects.NOTHING_TO_WITHDRAW]
    assert not refusals(venue.ask(free))
    assert venue.account(ALICE).cash.balance == 20 * USD + 90_000


def test_a_gain_of_a_cross_position_does_not_leave() -> None:
    venue = SmallVenue(market("X", "standard_equity"), usd=1_000, audited=True)
    venue.trade(ALICE, BOB, 100_000, 1_000)
    account = venue.account(ALICE)
    cash = account.cash.balance
    venue.engine.venue.markets[0].mark_price = 150_000
    assert questions.withdrawable(account) <= cash
    venue.auditor = None
    asked = venue.run(RequestWithdrawal(*venue.head(ALICE), OUT, "", cash + 1))
    assert refusals(asked) == [rejects.NOTHING_TO_WITHDRAW]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ((OUT, "", 999_999), rejects.WITHDRAWAL_TOO_SMALL),
        ((OUT, "", 0), rejects.WITHDRAWAL_TOO_SMALL),
        ((OUT, "", -5 * USD), rejects.WITHDRAWAL_TOO_SMALL),
        ((OUT, "no", USD), rejects.DEX_UNKNOWN),
        ((OUT, "xyz", USD), rejects.NOTHING_TO_WITHDRAW),
        ((b"", "", USD), rejects.DESTINATION_INVALID),
        ((bytes(20), "", USD), rejects.DESTINATION_INVALID),
    ],
)
def test_what_cannot_be_paid_is_refused_and_changes_nothing(
    command: tuple[bytes, str, int], reason: int
) -> None:
    venue = Desk()
    before = venue.books().accounts
    assert refusals(venue.run(RequestWithdrawal(*venue.head(ALICE), *command))) == [reason]
    assert venue.books().accounts == before
    assert not venue.engine.venue.payouts.pending


def test_an_account_asks_for_no_more_than_its_hour_holds() -> None:
    venue = Desk(usd=3_000_000)
    number = venue.number(999_999)
    assert refusals(venue.ask(2)) == [rejects.ACCOUNT_HOUR_USED_UP]
    assert not refusals(venue.ask(2, BOB))
    venue.act(RefuseWithdrawal, OPERATOR, number, "too much")
    assert not refusals(venue.ask(2))
    assert not refusals(venue.ask(999_998))
    assert refusals(venue.ask(1)) == [rejects.ACCOUNT_HOUR_USED_UP]
    venue.later(HOUR_S)
    assert not refusals(venue.ask(1_000_000))


def test_no_more_leaves_the_venue_within_an_hour_than_may() -> None:
    terms = msgspec.structs.replace(
        WithdrawalTerms(), account_hourly_e6=50_000 * USD, venue_hourly_e6=50_000 * USD
    )
    venue = Desk(withdrawals=terms)
    venue.act(Debit, CUSTODIAN, BOB, "", 30_000 * USD, "out")
    number = venue.number(20_000.5)
    venue.later(HOUR_S - 1)
    venue.act(Debit, CUSTODIAN, BOB, "", 20_000 * USD, "more")
    venue.later(1)
    assert not refusals(venue.release(number))
    assert refusals(venue.act(Debit, CUSTODIAN, BOB, "", 10_000 * USD, "c")) == [
        rejects.VENUE_HOUR_USED_UP
    ]
    last = venue.number(9_999.6)
    assert refusals(venue.release(last)) == [rejects.VENUE_HOUR_USED_UP]
    venue.later(HOUR_S - 1)
    assert not refusals(venue.release(last))


def test_an_account_has_so_many_pending_and_no_more() -> None:
    venue = Desk()
    numbers = [venue.number(1) for _ in range(MOST_PENDING)]
    assert refusals(venue.ask(1)) == [rejects.TOO_MANY_WITHDRAWALS]
    venue.release(numbers[3])
    assert not refusals(venue.ask(1))


def test_a_debit_of_what_is_large_takes_its_owners_request() -> None:
    venue = Desk()
    too_large = venue.act(Debit, CUSTODIAN, ALICE, "", 100_000 * USD + 1, "a")
    assert refusals(too_large) == [rejects.NEEDS_A_REQUEST]
    assert not refusals(venue.act(Debit, CUSTODIAN, ALICE, "", 100_000 * USD, "a"))


def test_one_operator_pauses_and_two_resume() -> None:
    venue = Desk()
    waiting, returned = venue.number(10), venue.number(11)
    assert refusals(venue.act(PauseWithdrawals, OPERATOR, "")) == [rejects.GROUNDS_MISSING]
    events = venue.act(PauseWithdrawals, OPERATOR, "a leak")
    assert events[0] == WithdrawalsPaused(OPERATOR, "a leak")
    assert isinstance(events[1], Announced)
    assert refusals(venue.act(PauseWithdrawals, OPERATOR, "again")) == [rejects.ALREADY_SO]
    assert refusals(venue.ask(1)) == [rejects.WITHDRAWALS_PAUSED]
    assert refusals(venue.release(waiting)) == [rejects.WITHDRAWALS_PAUSED]
    debit = venue.act(Debit, CUSTODIAN, ALICE, "", USD, "d")
    assert refusals(debit) == [rejects.WITHDRAWALS_PAUSED]
    assert not refusals(venue.act(RefuseWithdrawal, CUSTODIAN, returned, "paused"))
    venue.act(ResumeWithdrawals, OPERATOR, "found", "It goes on.")
    own = venue.act(DecideProposal, OPERATOR, 1, True)
    assert refusals(own) == [rejects.PROPOSAL_OWN]
    assert refusals(venue.release(waiting)) == [rejects.WITHDRAWALS_PAUSED]
    events = venue.act(DecideProposal, SECOND_OPERATOR, 1, True)
    assert WithdrawalsResumed() in events
    assert not refusals(venue.release(waiting))
    again = venue.act(ResumeWithdrawals, OPERATOR, "why", "It goes on.")
    assert refusals(again) == [rejects.NOT_PAUSED]


def test_two_operators_set_other_terms_and_what_waits_keeps_its_own() -> None:
    venue = Desk()
    before = venue.number(500)
    terms = msgspec.structs.replace(WithdrawalTerms(), delayed_above_e6=100 * USD)
    assert refusals(
        venue.act(SetWithdrawalTerms, OPERATOR, WithdrawalTerms(), "why", "As it is.")
    ) == [rejects.ALREADY_SO]
    broken = msgspec.structs.replace(terms, large_approvals=1)
    assert refusals(venue.act(SetWithdrawalTerms, OPERATOR, broken, "why", "One key.")) == [
        rejects.TERMS_INVALID
    ]
    venue.act(SetWithdrawalTerms, OPERATOR, terms, "caution", "Smaller ones wait, too.")
    venue.act(DecideProposal, SECOND_OPERATOR, 1, True)
    after = venue.number(500)
    assert not refusals(venue.release(before))
    assert refusals(venue.release(after)) == [rejects.WITHDRAWAL_NOT_DUE]


def test_withdrawals_survive_a_snapshot() -> None:
    venue = Desk()
    number = venue.number(200_000)
    venue.approve(number, OPERATOR)
    venue.act(Debit, CUSTODIAN, BOB, "", USD, "a")
    venue.act(PauseWithdrawals, OPERATOR, "a leak")
    payload = venue.engine.snapshot()
    venue.engine = Engine.restore(payload)
    assert venue.engine.snapshot() == payload
    assert refusals(venue.approve(number, OPERATOR)) == [rejects.APPROVED_BEFORE]
    assert refusals(venue.release(number)) == [rejects.WITHDRAWALS_PAUSED]
    assert refusals(venue.act(RefuseWithdrawal, CUSTODIAN, number, "why")) == []
    assert venue.books().pending == 0
