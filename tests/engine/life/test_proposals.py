"""No discretion in one key (RULE-2)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest

from bellwether.schema import codes, rejects
from bellwether.schema.commands import Announce, AnyCommand, DecideProposal
from bellwether.schema.events import (
    Announced,
    MarketSettled,
    ProposalDecided,
    ProposalMade,
)
from tests.engine.life.acts import carry, decide, factor, listing, mortal, propose, settlement
from tests.engine.small_venue import (
    ALICE,
    COMPLIANCE,
    CUSTODIAN,
    OPERATOR,
    SECOND_OPERATOR,
    SmallVenue,
    of_kind,
    refusals,
)

Act = Callable[[SmallVenue], AnyCommand]
ACTS: list[Act] = [settlement, listing, lambda venue: factor(venue, 5, 1)]


@pytest.mark.parametrize("act", ACTS)
def test_rule_2_a_proposal_alone_changes_nothing_but_that_it_waits(act: Act) -> None:
    venue = SmallVenue(mortal())
    before = (venue.market.phase, venue.market.spec, venue.market.mark_price)
    events = venue.run(act(venue))
    assert [type(event) for event in events] == [ProposalMade]
    assert (venue.market.phase, venue.market.spec, venue.market.mark_price) == before
    assert not venue.market.listing.is_confirmed


@pytest.mark.parametrize("act", ACTS)
def test_rule_2_nobody_approves_what_he_proposed(act: Act) -> None:
    venue = SmallVenue(mortal())
    number = propose(venue, act(venue))
    assert refusals(decide(venue, number, OPERATOR)) == [rejects.PROPOSAL_OWN]
    assert number in venue.engine.venue.proposals


@pytest.mark.parametrize("who", [ALICE, CUSTODIAN, COMPLIANCE])
def test_rule_1_only_an_operator_with_the_role_proposes_or_decides(who: bytes) -> None:
    venue = SmallVenue(mortal())
    number = propose(venue, settlement(venue))
    assert refusals(decide(venue, number, who)) == [rejects.ROLE_MISSING]
    assert refusals(decide(venue, number, who, False)) == [rejects.ROLE_MISSING]


def test_rule_2_an_approval_announces_what_binds_with_its_hash() -> None:
    venue = SmallVenue(mortal())
    events = carry(venue, settlement(venue))
    said = of_kind(events, Announced)[0]
    assert said.text == "Acquired at 110 USD a share."
    assert said.text_hash == sha256(said.text.encode()).digest()
    assert said.grounds == "acquired"
    assert [type(event) for event in events[:2]] == [ProposalDecided, Announced]
    assert of_kind(events, MarketSettled)


def test_rule_2_a_proposal_binds_to_the_state_it_was_made_on() -> None:
    venue = SmallVenue(mortal())
    late = propose(venue, settlement(venue))
    carry(venue, factor(venue, 2, 1))
    assert refusals(decide(venue, late)) == [rejects.PROPOSAL_STALE]
    assert venue.market.phase == codes.PRE_LISTING


def test_rule_2_a_halt_makes_a_proposal_stale() -> None:
    venue = SmallVenue(mortal())
    number = propose(venue, settlement(venue))
    venue.set_status(codes.HALTED)
    assert refusals(decide(venue, number)) == [rejects.PROPOSAL_STALE]


def test_rule_2_a_proposal_expires_after_a_day() -> None:
    venue = SmallVenue(mortal())
    number = propose(venue, settlement(venue))
    (decided,) = of_kind(venue.wait(86_400), ProposalDecided)
    assert (decided.proposal_id, decided.outcome) == (number, codes.PROPOSAL_EXPIRED)
    assert refusals(decide(venue, number)) == [rejects.PROPOSAL_UNKNOWN]


def test_a_proposal_is_decided_once() -> None:
    venue = SmallVenue(mortal())
    number = propose(venue, settlement(venue))
    (decided,) = of_kind(decide(venue, number, approve=False), ProposalDecided)
    assert decided.outcome == codes.REJECTED
    assert refusals(decide(venue, number)) == [rejects.PROPOSAL_UNKNOWN]


def test_a_proposer_may_take_a_proposal_back() -> None:
    venue = SmallVenue(mortal())
    number = propose(venue, settlement(venue))
    (decided,) = of_kind(decide(venue, number, OPERATOR, False), ProposalDecided)
    assert decided.operator == OPERATOR


def test_an_act_without_a_text_is_refused() -> None:
    venue = SmallVenue(mortal())
    assert refusals(venue.run(settlement(venue, text=""))) == [rejects.ANNOUNCEMENT_MISSING]


def test_open_proposals_survive_a_snapshot() -> None:
    venue = SmallVenue(mortal())
    number = propose(venue, settlement(venue))
    other = type(venue.engine).restore(venue.engine.snapshot())
    assert other.snapshot() == venue.engine.snapshot()
    venue.nonce += 1
    approval = DecideProposal(SECOND_OPERATOR, venue.nonce, number, True)
    assert other.apply(approval, venue.time_ns) == venue.engine.apply(approval, venue.time_ns)


def test_a_notice_is_for_everybody() -> None:
    venue = SmallVenue(mortal())
    (said,) = venue.run(Announce(OPERATOR, 900, -1, "Hello", "We open on Monday.", 0))
    assert isinstance(said, Announced) and (said.asset, said.kind) == (-1, "notice")
    assert refusals(venue.run(Announce(OPERATOR, 901, 7, "Hello", "x", 0))) == [
        rejects.MARKET_UNKNOWN
    ]
    assert refusals(venue.run(Announce(OPERATOR, 902, 0, "Hello", "", 0))) == [
        rejects.ANNOUNCEMENT_MISSING
    ]
