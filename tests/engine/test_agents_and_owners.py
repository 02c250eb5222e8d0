"""A key is an account's own or another's agent, and nobody can make it the other thing (RULE-1)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    ApproveAgent,
    Credit,
    Genesis,
    GenesisAccount,
    Noop,
    SetAccount,
    TransferBetweenDexes,
)
from bellwether.schema.events import CommandRefused

NOW_NS = 1_777_593_600_000_000_000
ALICE, BOB, AGENT, CUSTODIAN = (bytes([n]) * 20 for n in (1, 2, 3, 4))


@pytest.fixture
def engine() -> Engine:
    """Two accounts; AGENT is approved to sign for Alice and has not signed yet."""
    accounts = tuple(GenesisAccount(who, "XX", "retail", (("", 10**9),)) for who in (ALICE, BOB))
    roles = codes.CUSTODIAN | codes.COMPLIANCE
    engine = Engine()
    engine.apply(Genesis(("",), (), ((CUSTODIAN, roles),), accounts, False, True), NOW_NS)
    engine.apply(ApproveAgent(ALICE, b"", 1, 0, AGENT, "bot", 0), NOW_NS)
    return engine


def act(engine: Engine, nonce: int) -> None:
    engine.apply(Noop(AGENT, b"", nonce, 0), NOW_NS)


def reasons(engine: Engine, command: object) -> list[int]:
    events = engine.apply(command, NOW_NS)
    return [event.reason for event in events if isinstance(event, CommandRefused)]


@pytest.mark.parametrize("has_acted", [False, True])
def test_a_gift_does_not_take_an_agent_away(engine: Engine, has_acted: bool) -> None:
    if has_acted:
        act(engine, 1)
    gift = TransferBetweenDexes(BOB, b"", 1, 0, AGENT, "", "", 1)
    assert reasons(engine, gift) == [rejects.ADDRESS_IS_AGENT]
    assert engine.venue.signers[AGENT].user.address == ALICE


def test_neither_does_a_deposit_or_compliance_once_it_has_signed(engine: Engine) -> None:
    act(engine, 1)
    for command in (
        Credit(CUSTODIAN, 1, AGENT, "", 10**6, "deposit 1"),
        SetAccount(CUSTODIAN, 2, AGENT, "XX", "retail", ""),
    ):
        assert reasons(engine, command) == [rejects.ADDRESS_IS_AGENT]
    assert engine.venue.signers[AGENT].user.address == ALICE
    assert reasons(engine, Credit(CUSTODIAN, 3, BOB, "", 10**6, "deposit 1")) == [], (
        "reference kept"
    )


def test_naming_a_stranger_as_agent_does_not_keep_the_stranger_out(engine: Engine) -> None:
    assert reasons(engine, Credit(CUSTODIAN, 1, AGENT, "", 10**6, "deposit 1")) == []
    signer = engine.venue.signers[AGENT]
    assert (signer.is_agent, signer.user.address) == (False, AGENT)
    assert engine.venue.users[ALICE].agents == {}
    engine.audit()
    assert Engine.restore(engine.snapshot()).state_hash() == engine.state_hash()


def test_no_agent_can_be_named_who_is_an_account(engine: Engine) -> None:
    refused = reasons(engine, ApproveAgent(ALICE, b"", 2, 0, BOB, "other", 0))
    assert refused == [rejects.AGENT_ADDRESS_TAKEN]
