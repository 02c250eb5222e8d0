"""What each operator's key may do, and the two sides of its acts (RULE-1, RULE-3, LIFE-11)."""

from __future__ import annotations

import pytest

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    Credit,
    Debit,
    Genesis,
    SetAccount,
    SetTradingStatus,
)
from bellwether.schema.events import AccountSet, Credited, Debited, TradingStatusSet
from tests.engine.small_venue import (
    ALICE,
    COMPLIANCE,
    CUSTODIAN,
    OPERATOR,
    START_NS,
    USD,
    SmallVenue,
    buy,
    refusals,
)

ACTS = {
    "credit": lambda key, nonce: Credit(key, nonce, ALICE, "", USD, f"in {nonce}"),
    "debit": lambda key, nonce: Debit(key, nonce, ALICE, "", USD, f"out {nonce}"),
    "set_account": lambda key, nonce: SetAccount(key, nonce, ALICE, "GB", "retail", "o"),
    "set_status": lambda key, nonce: SetTradingStatus(key, nonce, 0, codes.HALTED, "why"),
}
HOLDER = {
    "credit": CUSTODIAN,
    "debit": CUSTODIAN,
    "set_account": COMPLIANCE,
    "set_status": OPERATOR,
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("key", [CUSTODIAN, COMPLIANCE, OPERATOR, ALICE])
def test_an_act_needs_its_role(act: str, key: bytes) -> None:
    venue = SmallVenue()
    expected = [] if key == HOLDER[act] else [rejects.ROLE_MISSING]
    assert refusals(venue.run(ACTS[act](key, 1))) == expected


@pytest.mark.parametrize("act", ACTS)
def test_an_act_uses_its_nonce(act: str) -> None:
    venue = SmallVenue()
    venue.run(ACTS[act](HOLDER[act], 1))
    assert refusals(venue.run(ACTS[act](HOLDER[act], 1))) == [rejects.NONCE_DUPLICATE]


def test_a_deposit_has_two_sides_and_one_reference() -> None:
    venue = SmallVenue()
    before = questions.solvency(venue.engine.venue.dexes[0])
    assert venue.run(Credit(CUSTODIAN, 1, ALICE, "", 7, "a")) == [Credited(ALICE, "", 7, "a")]
    again = venue.run(Credit(CUSTODIAN, 2, ALICE, "", 7, "a"))
    assert refusals(again) == [rejects.REFERENCE_USED]
    after = questions.solvency(venue.engine.venue.dexes[0])
    assert after.deposits - before.deposits == 7 == after.accounts - before.accounts
    assert after.difference == 0


def test_a_refused_deposit_leaves_its_reference_free() -> None:
    venue = SmallVenue()
    assert refusals(venue.run(Credit(CUSTODIAN, 1, ALICE, "", 0, "a"))) == [rejects.AMOUNT_INVALID]
    assert refusals(venue.run(Credit(CUSTODIAN, 2, ALICE, "no", 1, "a"))) == [rejects.DEX_UNKNOWN]
    assert refusals(venue.run(Credit(CUSTODIAN, 3, ALICE, "", 1, "a"))) == []


def test_references_survive_a_snapshot() -> None:
    venue = SmallVenue()
    venue.run(Credit(CUSTODIAN, 1, ALICE, "", 1, "a"))
    venue.engine = Engine.restore(venue.engine.snapshot())
    again = venue.run(Credit(CUSTODIAN, 2, ALICE, "", 1, "a"))
    assert refusals(again) == [rejects.REFERENCE_USED]


def test_a_withdrawal_leaves_what_orders_and_positions_need() -> None:
    """MARG-6: 10,000 USD less initial margin and fee of an order of 100 USD at 5x."""
    venue = SmallVenue()
    venue.rest(ALICE, buy(100_000, 1_000))
    claimed = 20 * USD + 90_000
    free = 10_000 * USD - claimed
    too_much = venue.run(Debit(CUSTODIAN, 1, ALICE, "", free + 1, "a"))
    assert refusals(too_much) == [rejects.BALANCE_TOO_SMALL]
    assert venue.run(Debit(CUSTODIAN, 2, ALICE, "", free, "a")) == [Debited(ALICE, "", free, "a")]
    assert venue.account(ALICE).cash.balance == claimed


def test_compliance_sets_attributes() -> None:
    venue = SmallVenue()
    events = venue.run(SetAccount(COMPLIANCE, 1, ALICE, "GB", "professional", "owner"))
    assert events == [AccountSet(ALICE, "GB", "professional", "owner")]
    user = venue.engine.venue.users[ALICE]
    assert (user.jurisdiction, user.client_class, user.owner) == ("GB", "professional", "owner")


def test_a_status_is_set_once() -> None:
    venue = SmallVenue()
    assert venue.set_status(codes.HALTED) == [TradingStatusSet(0, START_NS, codes.HALTED, "a test")]
    assert refusals(venue.set_status(codes.HALTED)) == [rejects.ALREADY_SO]
    assert refusals(venue.set_status(codes.OPEN, 9)) == [rejects.MARKET_UNKNOWN]
    assert refusals(venue.set_status(7)) == [rejects.ALREADY_SO]


def test_a_venue_is_founded_once() -> None:
    venue = SmallVenue()
    before = venue.engine.state_hash()
    assert refusals(venue.run(Genesis(("",), (), (), ()))) == [rejects.GENESIS_DONE]
    assert venue.engine.state_hash() == before


def test_nothing_is_known_before_the_founding() -> None:
    engine = Engine()
    events = engine.apply(Credit(CUSTODIAN, 1, ALICE, "", 1, "a"), START_NS)
    assert refusals(events) == [rejects.ROLE_MISSING]
