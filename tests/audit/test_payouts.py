"""Engine and auditor agree on money that leaves and on several signers (RULE-9, RULE-10)."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from bellwether.audit.auditor import Auditor
from bellwether.engine.engine import Engine
from bellwether.schema import codes
from bellwether.schema.commands import AnyCommand, DecideProposal, Genesis, GenesisAccount
from bellwether.schema.events import CommandRefused
from bellwether.schema.presets import specify
from bellwether.testing.simulator.cast.board import Board
from bellwether.testing.simulator.cast.operators import CUSTODIAN, OPERATORS
from bellwether.testing.simulator.cast.payouts import TERMS, ask, handle
from bellwether.testing.simulator.cast.traders import trader

START_NS = 1_777_593_600_000_000_000
SECOND_NS = 10**9
STEPS = 1_000
PEOPLE = 12
TOLD = {
    "WithdrawalRequested",
    "WithdrawalApproved",
    "WithdrawalReleased",
    "WithdrawalRefused",
    "WithdrawalsPaused",
    "WithdrawalsResumed",
    "WithdrawalTermsSet",
    "NewAddressDelaySet",
    "SignersSet",
}


def founding() -> Genesis:
    balances = (("", 40_000 * 10**6), ("xyz", 900 * 10**6))
    return Genesis(
        ("", "xyz"),
        (specify("ipop", "X", "", reference_atoms=100_000, launch_time=START_NS),),
        (
            (CUSTODIAN, codes.CUSTODIAN),
            *((key, codes.EVERY_OPERATOR_ROLE) for key in OPERATORS),
        ),
        tuple(GenesisAccount(trader(n), "XX", "retail", balances) for n in range(PEOPLE)),
        False,
        True,
        withdrawals=TERMS,
    )


def drawn(luck: Random, board: Board, nonce: int) -> AnyCommand:
    roll = luck.random()
    if roll < 0.45:
        who = luck.randrange(PEOPLE)
        return ask(who, luck, board, (trader(who), b"", nonce, 0))
    if roll < 0.55:
        number = max(board.proposals, default=1)
        return DecideProposal(luck.choice(OPERATORS), nonce, number, luck.random() < 0.8)
    return handle(luck.choice((CUSTODIAN, CUSTODIAN, *OPERATORS)), nonce, luck, board)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_asked_engine_and_auditor_say_the_same(seed: int) -> None:
    luck, board = Random(seed), Board()
    engine, auditor = Engine(), Auditor()
    told: Counter[str] = Counter()
    time_ns = START_NS
    for step in range(STEPS):
        command = drawn(luck, board, step) if step else founding()
        events = engine.apply(command, time_ns)
        finding = auditor.take(command, time_ns, events)
        assert finding is None, finding.text
        for event in events:
            board.take(event)
            told[type(event).__name__] += 1
            if isinstance(event, CommandRefused):
                told[str(event.reason)] += 1
        time_ns += luck.choice((0, 1, SECOND_NS, 5 * SECOND_NS, 40 * SECOND_NS))
        if step % 100 == 0:
            engine.audit()
            payload = engine.snapshot()
            engine = Engine.restore(payload)
            assert engine.snapshot() == payload
    assert auditor.finish() is None
    assert told.keys() >= TOLD
    refused = {int(name) for name in told if name.isdigit()}
    assert len([number for number in refused if 311 <= number <= 325]) >= 9, sorted(refused)
    assert len([number for number in refused if 120 <= number <= 127]) >= 4, sorted(refused)
