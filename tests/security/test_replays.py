"""What was signed once is done once, whatever happens in between (S2, E1 of the threat model)."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ApproveAgent, DecideProposal, Noop, SettleMarket
from bellwether.schema.events import Acknowledged, MarketSettled, ProposalMade
from tests.engine.life.acts import mortal
from tests.engine.small_venue import (
    ALICE,
    BOB,
    OPERATOR,
    SECOND_NS,
    SECOND_OPERATOR,
    START_NS,
    SmallVenue,
    of_kind,
    refusals,
)

DAY_MS = 86_400_000
ROBOTS = [bytes([number]) * 20 for number in (0x71, 0x72, 0x73)]
SOONER_OR_LATER_MS = (0, 1, 2, 50, 99, 100, 101, DAY_MS, -DAY_MS, -2 * DAY_MS, 3 * DAY_MS)


class OneMaster(RuleBasedStateMachine):
    """Signed messages are sent again at any time: after restarts from snapshots, clocks that leap,
    agents replaced and named anew. `carried_out` is what the model knows to have had an effect."""

    def __init__(self) -> None:
        super().__init__()
        self.venue = SmallVenue(check_nonce_window=True)
        self.sent: list[Noop] = []
        self.carried_out: set[tuple[bytes, int]] = set()
        self.dismissed: set[bytes] = set()
        self.highest = self.now_ms()
        self.named = ALICE

    def now_ms(self) -> int:
        return self.venue.time_ns // 10**6

    def send(self, message: Noop) -> None:
        done = self.venue.run(message) == [Acknowledged()]
        mark = (message.signer, message.nonce)
        assert not (done and mark in self.carried_out), "carried out twice"
        assert not (done and message.signer in self.dismissed), "by an agent that was dismissed"
        if done:
            self.carried_out.add(mark)

    @rule(
        signer=st.sampled_from([ALICE, BOB, *ROBOTS]),
        off=st.one_of(st.sampled_from(SOONER_OR_LATER_MS), st.integers(-300, 300)),
    )
    def something_new(self, signer: bytes, off: int) -> None:
        message = Noop(signer, b"", max(0, self.now_ms() + off), 0)
        self.sent.append(message)
        self.send(message)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def something_again(self, data: st.DataObject) -> None:
        self.send(data.draw(st.sampled_from(self.sent)))

    @precondition(lambda self: self.sent)
    @rule()
    def everything_again(self) -> None:
        for message in self.sent[-40:]:
            self.send(message)

    @rule(count=st.integers(98, 125))
    def a_busy_minute(self, count: int) -> None:
        for off in range(count):
            self.something_new(ALICE, off)

    @rule(robot=st.sampled_from(ROBOTS), name=st.sampled_from(["", "a", "b"]))
    def an_agent_is_named(self, robot: bytes, name: str) -> None:
        user = self.venue.engine.venue.users[ALICE]
        before = user.agents.get(name)
        self.highest = max(self.highest + 1, self.now_ms())
        command = ApproveAgent(ALICE, b"", self.highest, 0, robot, name, 0)
        if refusals(self.venue.run(command)) == [] and before is not None:
            self.dismissed.add(before.address)
        self.carried_out.add((ALICE, self.highest))

    @rule()
    def a_restart_from_a_snapshot(self) -> None:
        self.venue.engine = Engine.restore(self.venue.engine.snapshot())

    @rule(seconds=st.sampled_from([0, 1, 60, 86_400, 2 * 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.venue.wait(seconds)

    @invariant()
    def no_more_is_remembered_than_must_be(self) -> None:
        for signer in self.venue.engine.venue.signers.values():
            assert len(signer.nonces.seen) <= 200


OneMaster.TestCase.settings = settings(max_examples=25, stateful_step_count=25)
TestReplays = OneMaster.TestCase


def strict_proposal() -> tuple[SmallVenue, int, int]:
    """A venue with nonces of the clock, an open proposal, and when it was made (ms)."""
    venue = SmallVenue(mortal(), check_nonce_window=True)
    venue.time_ns += SECOND_NS
    made_ms = venue.time_ns // 10**6
    act = SettleMarket(
        OPERATOR, made_ms, 0, codes.TRANSACTION, 110_000, 0, "acquired", "Acquired at 110 USD."
    )
    (made,) = of_kind(venue.run(act), ProposalMade)
    return venue, made.proposal_id, made_ms


@pytest.mark.parametrize("early_ms", [1, 1_000, DAY_MS])
def test_an_approval_signed_before_its_proposal_approves_nothing(early_ms: int) -> None:
    """RULE-2: a signature kept for whatever will bear the number."""
    venue, number, made_ms = strict_proposal()
    kept = DecideProposal(SECOND_OPERATOR, made_ms - early_ms, number, True)
    assert refusals(venue.run(kept)) == [rejects.PROPOSAL_UNKNOWN]
    assert number in venue.engine.venue.proposals, "it stays open"
    assert refusals(venue.run(kept)) == [rejects.NONCE_DUPLICATE]
    fresh = DecideProposal(SECOND_OPERATOR, made_ms, number, True)
    assert of_kind(venue.run(fresh), MarketSettled)


def test_an_approval_is_used_once() -> None:
    venue, number, made_ms = strict_proposal()
    approval = DecideProposal(SECOND_OPERATOR, made_ms + 1, number, True)
    assert of_kind(venue.run(approval), MarketSettled)
    venue.engine = Engine.restore(venue.engine.snapshot())
    assert refusals(venue.run(approval)) == [rejects.NONCE_DUPLICATE]


def test_a_rejection_needs_no_fresh_signature() -> None:
    """It takes power away and gives none."""
    venue, number, made_ms = strict_proposal()
    venue.run(DecideProposal(SECOND_OPERATOR, made_ms - 5, number, False))
    assert number not in venue.engine.venue.proposals


def test_where_nonces_are_not_the_clock_only_their_order_counts() -> None:
    venue = SmallVenue(mortal())
    assert venue.time_ns == START_NS
    act = SettleMarket(OPERATOR, 1, 0, codes.TRANSACTION, 110_000, 0, "acquired", "Acquired.")
    (made,) = of_kind(venue.run(act), ProposalMade)
    approval = DecideProposal(SECOND_OPERATOR, 2, made.proposal_id, True)
    assert of_kind(venue.run(approval), MarketSettled)
