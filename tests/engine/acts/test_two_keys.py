"""Whatever one operator and a deployer do, alone they bind nothing (RULE-2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AnnotateMarket,
    AnyCommand,
    DisableDex,
    InsertMarginTable,
    KeepHalted,
    SetSubDeployers,
    SettleMarket,
    SetTradingStatus,
)
from bellwether.schema.events import (
    DeployerBound,
    DexDisabled,
    Event,
    InputResolved,
    MarginTableInserted,
    MarketAnnotated,
    MarketListed,
    MarketRebased,
    PhaseChanged,
    ProposalDecided,
    ProposalMade,
    SpecificationChanged,
    TradingStatusSet,
)
from bellwether.schema.instrument import MarginTier
from tests.engine.acts.steps import change_of, keeping, listing_of, phase_of
from tests.engine.life.acts import decide, factor, listing, mortal, propose, settlement
from tests.engine.small_venue import (
    ALICE,
    OPERATOR,
    SECOND_OPERATOR,
    USD,
    SmallVenue,
    of_kind,
    refusals,
)

DEPLOYER, HAND = b"\xd1" * 20, b"\xd2" * 20
TIERS = (MarginTier(0, 10), MarginTier(1_000 * USD, 3))

Act = Callable[[SmallVenue, int], AnyCommand]
ACTS: dict[str, Act] = {
    "list": lambda venue, n: listing_of(venue, f"N{n}"),
    "change": lambda venue, n: change_of(venue, max_order_lots=n),
    "later": lambda venue, n: change_of(venue, venue.time_ns + n * 10**9, max_order_lots=n),
    "phase": lambda venue, n: phase_of(venue, codes.SETTLEMENT_PERIOD),
    "keep": lambda venue, n: keeping(venue, 1 + n % 3),
    "settle": lambda venue, n: settlement(venue),
    "rebase": lambda venue, n: factor(venue, n, 7),
    "listing": lambda venue, n: listing(venue),
}
BINDING = (MarketListed, SpecificationChanged, MarketRebased, InputResolved)
HOUR_NS = 3_600 * 10**9

STEPS = st.one_of(
    st.tuples(st.just("act"), st.sampled_from(sorted(ACTS)), st.integers(1, 99)),
    st.tuples(st.just("act"), st.sampled_from(sorted(ACTS)), st.integers(1, 99)),
    st.tuples(st.just("decide"), st.booleans(), st.integers(0, 3)),
    st.tuples(st.just("status"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from((1, 40, 1_800, 3_600, 7_000))),
    st.tuples(st.just("restart")),
)


def step(venue: SmallVenue, drawn: Any, who: bytes) -> list[Event]:
    match drawn:
        case ("act", name, number):
            return venue.run(ACTS[name](venue, number))
        case ("decide", approve, place):
            waiting = sorted(venue.engine.venue.proposals)
            number = waiting[place % len(waiting)] if waiting else 1
            return decide(venue, number, who, approve)
        case ("status", status):
            return venue.set_status(status)
        case ("wait", seconds):
            return venue.wait(seconds)
    venue.engine = Engine.restore(venue.engine.snapshot())
    return []


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=40))
def test_rule_2_one_operator_alone_binds_nothing(steps: list[Any]) -> None:
    venue = SmallVenue(mortal())
    spec, assets = venue.market.spec, set(venue.engine.venue.markets)
    stopped_ns, since_ns = 0, -1
    for drawn in steps:
        for event in step(venue, drawn, OPERATOR):
            assert not isinstance(event, BINDING)
            if isinstance(event, ProposalDecided):
                assert event.outcome != codes.APPROVED
            if isinstance(event, PhaseChanged):
                assert drawn[0] != "act" and drawn[0] != "decide", "only dates move a phase"
            if isinstance(event, TradingStatusSet):
                if event.status == codes.OPEN or venue.market.reopens_ns:
                    since_ns = -1
                elif since_ns < 0:
                    since_ns = event.time_ns
        if since_ns >= 0 and venue.market.phase != codes.SETTLED:
            stopped_ns = venue.time_ns - since_ns
            assert stopped_ns <= HOUR_NS, "a halt of one operator ends within the hour"
    assert venue.market.spec is spec or venue.market.spec == spec
    assert set(venue.engine.venue.markets) == assets


@settings(max_examples=60)
@given(st.lists(STEPS, max_size=40))
def test_rule_2_what_binds_was_approved_by_another_and_replays_the_same(steps: list[Any]) -> None:
    venue = SmallVenue(mortal(time_lock_ns=60 * 10**9))
    approved: set[int] = set()
    for drawn in steps:
        for event in step(venue, drawn, SECOND_OPERATOR):
            if isinstance(event, ProposalDecided) and event.outcome == codes.APPROVED:
                assert event.operator == SECOND_OPERATOR
                approved.add(event.proposal_id)
            if isinstance(event, BINDING):
                assert approved
            if isinstance(event, SpecificationChanged) and drawn[0] == "decide":
                assert event.spec.max_order_lots == venue.market.versions[-2].max_order_lots, (
                    "a change of the specification waits for its lock"
                )
        restored = Engine.restore(venue.engine.snapshot())
        assert restored.snapshot() == venue.engine.snapshot()


class Deployed(SmallVenue):
    """The same venue with a deployer of the dex `xyz` who is no operator."""

    def __init__(self) -> None:
        super().__init__(deployers=(("xyz", DEPLOYER),))

    def sub(self, variant: str, allowed: bool = True, by: bytes = DEPLOYER) -> list[Event]:
        self.nonce += 1
        return self.run(SetSubDeployers(by, self.nonce, "xyz", ((variant, HAND, allowed),)))

    def table(self, by: bytes = DEPLOYER, tiers: tuple[MarginTier, ...] = TIERS) -> list[Event]:
        self.nonce += 1
        return self.run(InsertMarginTable(by, self.nonce, "xyz", "ten", tiers))


def lists(venue: SmallVenue, by: bytes, variant: str = "registerAsset2", dex: str = "xyz") -> Any:
    symbol = f"{dex}:N" if dex else "N"
    return venue.run(listing_of(venue, symbol, dex=dex, by=by, variant=variant))


def test_a_deployer_proposes_for_its_dex_and_an_operator_approves() -> None:
    venue = Deployed()
    (made,) = of_kind(lists(venue, DEPLOYER), ProposalMade)
    assert refusals(decide(venue, made.proposal_id, DEPLOYER)) == [rejects.ROLE_MISSING]
    assert 110_000 not in venue.engine.venue.markets
    assert of_kind(decide(venue, made.proposal_id), MarketListed)
    assert refusals(lists(venue, DEPLOYER, dex="")) == [rejects.ROLE_MISSING]
    assert refusals(lists(venue, DEPLOYER, variant="")) == [rejects.ROLE_MISSING]


def test_a_deployer_takes_its_own_proposal_back_and_no_other() -> None:
    venue = Deployed()
    number = propose(venue, listing_of(venue, "xyz:N", dex="xyz", by=DEPLOYER, variant="x"))
    assert of_kind(decide(venue, number, DEPLOYER, False), ProposalDecided)
    other = propose(venue, listing_of(venue))
    assert refusals(decide(venue, other, DEPLOYER, False)) == [rejects.ROLE_MISSING]


def test_a_deployer_acts_on_the_markets_of_its_dex_only() -> None:
    venue = Deployed()
    (made,) = of_kind(lists(venue, DEPLOYER), ProposalMade)
    decide(venue, made.proposal_id)

    def halted(asset: int) -> list[Event]:
        venue.nonce += 1
        how = (codes.HALTED, "why", "haltTrading")
        return venue.run(SetTradingStatus(DEPLOYER, venue.nonce, asset, *how))

    assert refusals(halted(0)) == [rejects.ROLE_MISSING]
    assert of_kind(halted(110_000), TradingStatusSet)
    variant = {"by": DEPLOYER, "variant": "setOpenInterestCaps", "open_interest_cap_e6": USD}
    refused = venue.run(change_of(venue, **variant))
    assert refusals(refused) == [rejects.ROLE_MISSING]
    assert of_kind(venue.run(change_of(venue, asset=110_000, **variant)), ProposalMade)


def test_a_sub_deployer_has_the_actions_it_was_given() -> None:
    venue = Deployed()
    assert refusals(lists(venue, HAND)) == [rejects.ROLE_MISSING]
    assert of_kind(venue.sub("registerAsset2"), DeployerBound)
    assert refusals(venue.sub("setOracle", by=HAND)) == [rejects.ROLE_MISSING]
    assert refusals(venue.table(HAND)) == [rejects.ROLE_MISSING]
    assert of_kind(lists(venue, HAND), ProposalMade)
    venue.engine = Engine.restore(venue.engine.snapshot())
    assert of_kind(venue.sub("registerAsset2", False), DeployerBound)
    assert refusals(lists(venue, HAND)) == [rejects.ROLE_MISSING]


def test_margin_tables_are_written_down_and_bind_nothing() -> None:
    venue = Deployed()
    (inserted,) = of_kind(venue.table(), MarginTableInserted)
    assert (inserted.number, inserted.tiers) == (0, TIERS)
    other = Engine.restore(venue.engine.snapshot())
    assert other.venue.dexes[1].margin_tables == [("ten", TIERS)]
    assert other.snapshot() == venue.engine.snapshot()
    assert refusals(venue.table(ALICE)) == [rejects.ROLE_MISSING]


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (MarginTier(1, 5),),
        (MarginTier(0, 51),),
        (MarginTier(0, 0),),
        (MarginTier(0, 5), MarginTier(0, 4)),
        (MarginTier(0, 5), MarginTier(9, 5)),
    ],
)
def test_a_margin_table_out_of_order_is_refused(tiers: tuple[MarginTier, ...]) -> None:
    venue = Deployed()
    assert refusals(venue.table(tiers=tiers)) == [rejects.TABLE_INVALID]


def disabling(venue: SmallVenue, by: bytes, variant: str = "disableDex", dex: str = "xyz") -> Any:
    venue.nonce += 1
    return DisableDex(by, venue.nonce, dex, "Its deployer is gone.", "It ends.", variant)


def test_a_disabled_dex_has_halted_markets_that_only_end() -> None:
    venue = Deployed()
    (made,) = of_kind(lists(venue, DEPLOYER), ProposalMade)
    decide(venue, made.proposal_id)
    assert refusals(venue.run(disabling(venue, DEPLOYER, ""))) == [rejects.ROLE_MISSING]
    number = propose(venue, disabling(venue, DEPLOYER))
    events = decide(venue, number)
    assert [event.dex for event in of_kind(events, DexDisabled)] == ["xyz"]
    market = venue.engine.venue.markets[110_000]
    assert market.status == codes.HALTED and venue.market.status == codes.OPEN
    venue.wait(7_200)
    assert market.status == codes.HALTED, "no hour ends it"
    venue.nonce += 1
    resumed = venue.run(SetTradingStatus(OPERATOR, venue.nonce, 110_000, codes.OPEN, "again"))
    assert refusals(resumed) == [rejects.DEX_DISABLED]
    venue.nonce += 1
    kept = KeepHalted(OPERATOR, venue.nonce, 110_000, codes.POST_ONLY, "again", "It opens.")
    assert refusals(venue.run(kept)) == [rejects.DEX_DISABLED]
    assert refusals(lists(venue, DEPLOYER)) == [rejects.DEX_DISABLED]
    venue.nonce += 1
    price = market.mark_price
    how = (codes.TRANSACTION, price, 0, "acquired", "It has been bought.")
    number = propose(venue, SettleMarket(OPERATOR, venue.nonce, 110_000, *how))
    decide(venue, number)
    assert market.phase == codes.SETTLED
    restored = type(venue.engine).restore(venue.engine.snapshot())
    assert restored.snapshot() == venue.engine.snapshot()
    assert restored.venue.dex_by_name["xyz"].is_disabled


@pytest.mark.parametrize(
    ("dex", "reason"), [("", rejects.DEX_UNKNOWN), ("abc", rejects.DEX_UNKNOWN)]
)
def test_only_a_named_dex_is_disabled(dex: str, reason: int) -> None:
    venue = Deployed()
    assert refusals(venue.run(disabling(venue, OPERATOR, "", dex))) == [reason]


def test_a_hand_says_what_a_market_is_if_it_was_given_that() -> None:
    venue = Deployed()
    (made,) = of_kind(lists(venue, DEPLOYER), ProposalMade)
    decide(venue, made.proposal_id)

    def annotate(asset: int = 110_000, text: str = "d") -> list[Event]:
        venue.nonce += 1
        words = ("c", text, "", ("k",))
        return venue.run(AnnotateMarket(HAND, venue.nonce, asset, *words, "setPerpAnnotation"))

    assert refusals(annotate()) == [rejects.ROLE_MISSING]
    venue.sub("setPerpAnnotation")
    (said,) = of_kind(annotate(), MarketAnnotated)
    assert (said.asset, said.keywords) == (110_000, ("k",))
    assert refusals(annotate()) == [rejects.ALREADY_SO]
    assert refusals(annotate(0)) == [rejects.ROLE_MISSING], "of another dex"
    restored = type(venue.engine).restore(venue.engine.snapshot())
    assert restored.venue.markets[110_000].annotation == ("c", "d", "", ("k",))
