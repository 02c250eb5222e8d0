"""RULE-1: what an act of one key would be refused for is what it is refused for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bellwether.engine.acts.alone import ALONE, Alone, refusal_alone, roles_of
from bellwether.engine.engine import Engine
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    Announce,
    ApproveWithdrawal,
    Credit,
    Debit,
    Genesis,
    GenesisAccount,
    PauseWithdrawals,
    PayInCapital,
    PublishDisclosure,
    RefuseWithdrawal,
    ReleaseWithdrawal,
    RequestWithdrawal,
    SetAccount,
    SetTradingStatus,
)
from tests.engine.small_venue import ALICE, START_NS, USD, market, refusals

ROLES = [1 << place for place in range(7)]
KEYS = {role: bytes([0xE0, role]) * 10 for role in ROLES}
SMALL, LARGE = 1, 2
"""Withdrawals that wait: one that can be paid, one that takes a day and keys."""
FINE: dict[str, Callable[[bytes], Alone]] = {
    "credit": lambda key: Credit(key, 1, ALICE, "", USD, "a"),
    "debit": lambda key: Debit(key, 1, ALICE, "", USD, "a"),
    "pay in": lambda key: PayInCapital(key, 1, 0, False, USD, "a"),
    "account": lambda key: SetAccount(key, 1, ALICE, "DE", "retail", ""),
    "halt": lambda key: SetTradingStatus(key, 1, 0, codes.HALTED, "Because."),
    "pause": lambda key: PauseWithdrawals(key, 1, "Because."),
    "announce": lambda key: Announce(key, 1, 0, "A title", "A text.", START_NS),
    "disclosure": lambda key: PublishDisclosure(key, 1, 9, "A text that nobody has seen."),
    "approve": lambda key: ApproveWithdrawal(key, 1, LARGE),
    "release": lambda key: ReleaseWithdrawal(key, 1, SMALL, "a"),
    "refuse": lambda key: RefuseWithdrawal(key, 1, LARGE, "Because."),
}
WRONG: dict[str, Callable[[bytes], Alone]] = {
    "credit": lambda key: Credit(key, 1, ALICE, "nowhere", USD, "a"),
    "debit": lambda key: Debit(key, 1, ALICE, "", 10**15, "a"),
    "pay in": lambda key: PayInCapital(key, 1, 0, False, 0, "a"),
    "halt": lambda key: SetTradingStatus(key, 1, 0, codes.OPEN, "Because."),
    "disclosure": lambda key: PublishDisclosure(key, 1, 0, "A text."),
    "approve": lambda key: ApproveWithdrawal(key, 1, SMALL),
    "approve one": lambda key: ApproveWithdrawal(key, 1, 3),
    "release": lambda key: ReleaseWithdrawal(key, 1, LARGE, "a"),
    "refuse": lambda key: RefuseWithdrawal(key, 1, SMALL, ""),
}


def venue() -> Engine:
    engine = Engine()
    keys = tuple((key, role) for role, key in KEYS.items())
    people = (GenesisAccount(ALICE, "XX", "retail", (("", 200_000 * USD),)),)
    engine.apply(Genesis(("",), (market(),), keys, people, False, True), START_NS)
    for nonce, dollars in ((1, 50), (2, 150_000)):
        asked = RequestWithdrawal(ALICE, b"", nonce, 0, ALICE, "", dollars * USD)
        assert refusals(engine.apply(asked, START_NS)) == []
    return engine


def test_every_kind_is_tried() -> None:
    assert {type(act(b"")) for act in FINE.values()} == set(ALONE)


@pytest.mark.parametrize("act", FINE.values(), ids=FINE)
@pytest.mark.parametrize("role", ROLES)
def test_rule_1_the_roles_that_are_told_are_those_that_the_engine_asks_for(
    act: Callable[[bytes], Alone], role: int
) -> None:
    command = act(KEYS[role])
    refused = refusals(venue().apply(command, START_NS))
    assert refused == ([] if roles_of(command) & role else [rejects.ROLE_MISSING])


@pytest.mark.parametrize(
    "act", [*FINE.values(), *WRONG.values()], ids=[*FINE, *(f"no {n}" for n in WRONG)]
)
def test_what_is_foretold_is_what_is_said(act: Callable[[bytes], Alone]) -> None:
    role = next(role for role in ROLES if roles_of(act(b"")) & role)
    engine, command = venue(), act(KEYS[role])
    told = refusal_alone(Turn(engine.venue, START_NS), command)
    assert refusals(engine.apply(command, START_NS)) == ([] if told is None else [told.reason])


@pytest.mark.parametrize("act", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_foretold(act: Callable[[bytes], Alone]) -> None:
    assert refusal_alone(Turn(venue().venue, START_NS), act(b"")) is not None
