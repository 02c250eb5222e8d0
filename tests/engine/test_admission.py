"""Who may act, and only once: signers, agents, nonces, expiry (ORD-1, ORD-5)."""

from __future__ import annotations

import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import rejects
from bellwether.schema.commands import ApproveAgent, Noop
from bellwether.schema.events import Acknowledged, AgentApproved, CommandRefused
from tests.engine.small_venue import (
    ALICE,
    BOB,
    START_NS,
    SmallVenue,
    buy,
    refusals,
)

NOW_MS = START_NS // 10**6
DAY_MS = 86_400_000
AGENT, SECOND, THIRD, FOURTH = (bytes([number]) * 20 for number in (0x71, 0x72, 0x73, 0x74))


def noop(venue: SmallVenue, nonce: int, signer: bytes = ALICE, expires: int = 0) -> list[object]:
    return list(venue.run(Noop(signer, b"", nonce, expires)))


def test_a_nonce_is_accepted_once() -> None:
    venue = SmallVenue()
    assert noop(venue, 50) == [Acknowledged()]
    assert noop(venue, 50) == [CommandRefused(rejects.NONCE_DUPLICATE, 0)]
    assert noop(venue, 49) == [Acknowledged()]
    assert noop(venue, 49) == [CommandRefused(rejects.NONCE_DUPLICATE, 0)]


def test_each_signer_has_nonces_of_its_own() -> None:
    venue = SmallVenue()
    assert noop(venue, 50) == [Acknowledged()]
    assert noop(venue, 50, BOB) == [Acknowledged()]


def test_of_a_hundred_nonces_none_below_the_lowest_is_accepted() -> None:
    venue = SmallVenue()
    for nonce in range(1_000, 1_200, 2):
        assert noop(venue, nonce) == [Acknowledged()]
    assert noop(venue, 999) == [CommandRefused(rejects.NONCE_TOO_LOW, 1_000)]
    assert noop(venue, 1_001) == [Acknowledged()]
    assert noop(venue, 1_001) == [CommandRefused(rejects.NONCE_DUPLICATE, 1_001)]
    assert noop(venue, 1_000) == [CommandRefused(rejects.NONCE_TOO_LOW, 1_001)]


def test_nonces_survive_a_snapshot() -> None:
    venue = SmallVenue()
    for nonce in range(1_000, 1_300):
        noop(venue, nonce)
    venue.engine = Engine.restore(venue.engine.snapshot())
    assert noop(venue, 1_299) == [CommandRefused(rejects.NONCE_DUPLICATE, 1_200)]
    assert noop(venue, 1_199) == [CommandRefused(rejects.NONCE_TOO_LOW, 1_200)]


@pytest.mark.parametrize(
    ("nonce", "refused"),
    [
        (NOW_MS - 2 * DAY_MS, []),
        (NOW_MS - 2 * DAY_MS - 1, [rejects.NONCE_TOO_OLD]),
        (NOW_MS + DAY_MS, []),
        (NOW_MS + DAY_MS + 1, [rejects.NONCE_TOO_HIGH]),
    ],
)
def test_a_nonce_lies_near_the_clock(nonce: int, refused: list[int]) -> None:
    venue = SmallVenue(check_nonce_window=True)
    assert refusals(venue.run(Noop(ALICE, b"", nonce, 0))) == refused
    free = SmallVenue()
    assert refusals(free.run(Noop(ALICE, b"", nonce, 0))) == []


def test_an_expired_action_is_refused_and_has_used_its_nonce() -> None:
    venue = SmallVenue()
    assert noop(venue, 1, expires=NOW_MS) == [Acknowledged()]
    venue.time_ns += 1
    assert noop(venue, 2, expires=NOW_MS) == [CommandRefused(rejects.EXPIRED, NOW_MS)]
    assert noop(venue, 2) == [CommandRefused(rejects.NONCE_DUPLICATE, 0)]


def test_a_refusal_before_the_nonce_leaves_it_unused() -> None:
    venue = SmallVenue()
    assert refusals(venue.run(Noop(ALICE, BOB, 1, 0))) == [rejects.VAULT_UNKNOWN]
    assert noop(venue, 1) == [Acknowledged()]


def test_strangers_are_refused() -> None:
    venue = SmallVenue()
    assert refusals(venue.run(Noop(b"\x99" * 20, b"", 1, 0))) == [rejects.SIGNER_UNKNOWN]


def approve(venue: SmallVenue, agent: bytes, name: str, until_ms: int = 0) -> list[int]:
    return refusals(venue.run(ApproveAgent(*venue.head(ALICE), agent, name, until_ms)))


def test_an_agent_acts_for_its_master_until_it_expires() -> None:
    venue = SmallVenue()
    assert approve(venue, AGENT, "bot", NOW_MS + 5_000) == []
    venue.rest(AGENT, buy(99_000, 1_000))
    assert len(venue.account(ALICE).orders) == 1
    venue.wait(5)
    assert refusals(venue.place(AGENT, buy(98_000, 1_000))) == []
    venue.time_ns += 1
    assert refusals(venue.place(AGENT, buy(97_000, 1_000))) == [rejects.AGENT_EXPIRED]


def test_a_name_replaces_the_agent_before_it() -> None:
    venue = SmallVenue()
    assert approve(venue, AGENT, "bot") == []
    venue.rest(AGENT, buy(99_000, 1_000))
    assert approve(venue, SECOND, "bot") == []
    assert refusals(venue.place(AGENT, buy(98_000, 1_000))) == [rejects.SIGNER_UNKNOWN]
    assert refusals(venue.place(SECOND, buy(98_000, 1_000))) == []
    assert list(venue.engine.venue.users[ALICE].agents) == ["bot"]
    again = Engine.restore(venue.engine.snapshot())
    assert again.venue.users[ALICE].agents["bot"].address == SECOND


def test_an_account_has_three_named_agents_and_an_unnamed_one() -> None:
    venue = SmallVenue()
    for agent, name in ((AGENT, "one"), (SECOND, "two"), (THIRD, "three"), (FOURTH, "")):
        assert approve(venue, agent, name) == []
    assert approve(venue, b"\x75" * 20, "four") == [rejects.TOO_MANY_AGENTS]
    assert approve(venue, b"\x75" * 20, "") == []


def test_names_and_addresses_of_agents_are_looked_at() -> None:
    venue = SmallVenue()
    assert approve(venue, AGENT, "a" * 17) == [rejects.AGENT_NAME_INVALID]
    assert approve(venue, BOB, "bob") == [rejects.AGENT_ADDRESS_TAKEN]
    assert approve(venue, ALICE, "me") == [rejects.AGENT_ADDRESS_TAKEN]
    events = venue.run(ApproveAgent(*venue.head(ALICE), AGENT, "a" * 16, 7))
    assert events == [AgentApproved(ALICE, AGENT, "a" * 16, 7)]


def test_agents_do_not_approve_agents() -> None:
    venue = SmallVenue()
    approve(venue, AGENT, "bot")
    events = venue.run(ApproveAgent(*venue.head(AGENT), SECOND, "other", 0))
    assert refusals(events) == [rejects.MASTER_ONLY]
