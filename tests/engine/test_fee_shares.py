"""Builders' and deployers' parts of the fees: charged, set aside, claimed (ORD-7)."""

from __future__ import annotations

import msgspec
import pytest

from bellwether.engine import questions
from bellwether.engine.engine import Engine
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AnyCommand,
    ApproveAgent,
    ApproveBuilderFee,
    ClaimRewards,
    OrderRequest,
    PlaceOrders,
    SetFeeRecipient,
    UpdateLeverage,
)
from bellwether.schema.events import (
    BuilderApproved,
    Event,
    FeeRecipientSet,
    RewardsClaimed,
    TradeExecuted,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    OPERATOR,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

BUILDER, DEPLOYER = b"\xb1" * 20, b"\xde" * 20


@pytest.fixture
def venue() -> SmallVenue:
    return SmallVenue(market(), deployers=(("", DEPLOYER),))


def approve(venue: SmallVenue, most: int, who: bytes = ALICE, whom: bytes = BUILDER) -> list[Event]:
    return venue.run(ApproveBuilderFee(*venue.head(who), whom, most))


def through(venue: SmallVenue, who: bytes, order: OrderRequest, tenths: int) -> list[Event]:
    """An order that names the builder and what it asks for."""
    return venue.run(PlaceOrders(*venue.head(who), (order,), 0, BUILDER, tenths))


def recipient(venue: SmallVenue, whom: bytes = DORA, signer: bytes = DEPLOYER) -> list[Event]:
    venue.nonce += 1
    return venue.run(SetFeeRecipient(signer, venue.nonce, "", whom))


def kept(venue: SmallVenue) -> tuple[int, int]:
    """What the venue has kept of all fees, and what it owes of them."""
    ledger = venue.engine.venue.dexes[0].ledger
    assert questions.solvency(venue.engine.venue.dexes[0]).difference == 0
    return ledger.fees.balance, ledger.shares.balance


def test_a_builder_gets_what_was_approved_as_taker_and_as_maker(venue: SmallVenue) -> None:
    """20 USD: 0.01 % is 0.002, above fees of 0.018 and 0.006."""
    assert approve(venue, 10)[0] == BuilderApproved(ALICE, BUILDER, 10)
    venue.rest(BOB, sell(100_000, 200))
    (trade,) = of_kind(through(venue, ALICE, buy(100_000, 200), 10), TradeExecuted)
    assert (trade.taker_fee, trade.taker_builder_fee) == (20_000, 2_000)
    assert (trade.maker_fee, trade.maker_builder_fee) == (6_000, 0)
    assert kept(venue) == (24_000, 2_000)
    through(venue, ALICE, buy(99_000, 200), 5)
    (trade,) = of_kind(venue.place(BOB, sell(99_000, 200)), TradeExecuted)
    assert (trade.maker_fee, trade.maker_builder_fee) == (5_940 + 990, 990)
    assert kept(venue)[1] == 2_990


def test_its_part_is_rounded_up(venue: SmallVenue) -> None:
    approve(venue, 1)
    venue.rest(BOB, sell(99_990, 101))
    (trade,) = of_kind(through(venue, ALICE, buy(99_990, 101), 1), TradeExecuted)
    assert trade.taker_builder_fee == 101, "100.99 micro-USD"


def test_who_has_approved_nothing_pays_nothing_and_trades(venue: SmallVenue) -> None:
    venue.rest(BOB, sell(100_000, 200))
    (trade,) = of_kind(through(venue, ALICE, buy(100_000, 200), 10), TradeExecuted)
    assert (trade.taker_fee, trade.taker_builder_fee) == (18_000, 0)
    assert BUILDER not in venue.engine.venue.users


def test_more_than_was_approved_is_refused_as_a_whole(venue: SmallVenue) -> None:
    approve(venue, 10)
    assert refusals(through(venue, ALICE, buy(99_000, 200), 11)) == [rejects.BUILDER_UNKNOWN]
    assert venue.account(ALICE).orders == {}


def test_an_approval_is_changed_and_taken_back(venue: SmallVenue) -> None:
    approve(venue, 10)
    approve(venue, 20)
    assert venue.engine.venue.users[ALICE].builders == {BUILDER: 20}
    approve(venue, 0)
    assert venue.engine.venue.users[ALICE].builders == {}


def test_approvals_have_their_limits(venue: SmallVenue) -> None:
    for most in (-1, 101):
        assert refusals(approve(venue, most)) == [rejects.BUILDER_FEE_INVALID]
    for number in range(10):
        assert refusals(approve(venue, 100, whom=bytes([100 + number]) * 20)) == []
    assert refusals(approve(venue, 1)) == [rejects.TOO_MANY_BUILDERS]
    assert refusals(approve(venue, 5, whom=bytes([100]) * 20)) == []
    agent = b"\xaa" * 20
    venue.run(ApproveAgent(*venue.head(BOB), agent, "", 0))
    assert refusals(approve(venue, 1, CAROL, agent)) == [rejects.ADDRESS_IS_AGENT]
    by_agent = ApproveBuilderFee(agent, b"", 900, 0, BUILDER, 1)
    assert refusals(venue.run(by_agent)) == [rejects.MASTER_ONLY]


def test_a_deployer_gets_half_of_what_the_fees_leave(venue: SmallVenue) -> None:
    """Of 18,000 and 6,001 micro-USD; the builder's part is not shared."""
    assert of_kind(recipient(venue), FeeRecipientSet) == [FeeRecipientSet("", DORA)]
    approve(venue, 10)
    venue.rest(BOB, sell(100_000, 200))
    through(venue, ALICE, buy(100_000, 200), 10)
    assert kept(venue) == (12_000, 14_000)
    assert venue.account(DORA).reward_e6 == 12_000
    venue.rest(BOB, sell(99_990, 101))
    venue.rest(ALICE, buy(99_990, 101))
    assert venue.account(DORA).reward_e6 == 12_000 + (9_090 + 3_030) // 2


def test_its_share_is_rounded_down_and_the_venue_keeps_the_rest() -> None:
    venue = SmallVenue(market(deployer_share_e6=333_333), deployers=(("", DEPLOYER),))
    recipient(venue)
    venue.trade(ALICE, BOB, 100_000, 200)
    assert venue.account(DORA).reward_e6 == 24_000 * 333_333 // 1_000_000 == 7_999
    assert kept(venue) == (16_001, 7_999)


def test_only_the_deployer_itself_names_the_recipient(venue: SmallVenue) -> None:
    assert refusals(recipient(venue, signer=OPERATOR)) == [rejects.ROLE_MISSING]
    agent = b"\xaa" * 20
    venue.run(ApproveAgent(*venue.head(BOB), agent, "", 0))
    assert refusals(recipient(venue, agent)) == [rejects.ADDRESS_IS_AGENT]


def test_without_a_recipient_the_venue_keeps_everything(venue: SmallVenue) -> None:
    venue.trade(ALICE, BOB, 100_000, 200)
    assert kept(venue) == (24_000, 0)


def test_what_was_earned_is_claimed_once(venue: SmallVenue) -> None:
    approve(venue, 100)
    venue.rest(BOB, sell(100_000, 200))
    through(venue, ALICE, buy(100_000, 200), 100)
    claim = venue.run(ClaimRewards(*venue.head(BUILDER)))
    assert of_kind(claim, RewardsClaimed) == [RewardsClaimed(BUILDER, "", 20_000)]
    account = venue.account(BUILDER)
    assert (account.cash.balance, account.reward_e6, account.claimed_e6) == (20_000, 0, 20_000)
    assert kept(venue)[1] == 0
    assert refusals(venue.run(ClaimRewards(*venue.head(BUILDER)))) == [rejects.NO_REWARDS]


def test_an_order_that_cannot_pay_its_builder_does_not_trade() -> None:
    """At 1x leverage: 20 USD, the venue's fee and less than the builder asks for."""
    for cents, trades in ((2_000, 0), (2_004, 1)):
        venue = SmallVenue(market(), usd=100)
        approve(venue, 100, CAROL)
        venue.run(UpdateLeverage(*venue.head(CAROL), 0, False, 1))
        account = venue.account(CAROL)
        ledger = venue.engine.venue.dexes[0].ledger
        venue.auditor = None  # What follows goes past the commands.
        ledger.move(account.cash, venue.account(BOB).cash, 100_000_000 - cents * 10_000)
        venue.rest(BOB, sell(100_000, 200))
        events = through(venue, CAROL, buy(100_000, 200, codes.FOK), 100)
        assert len(of_kind(events, TradeExecuted)) == trades, refusals(events)
        assert account.cash.balance >= 0


def test_snapshots_keep_builders_shares_and_orders(venue: SmallVenue) -> None:
    recipient(venue)
    approve(venue, 10)
    through(venue, ALICE, buy(99_000, 200), 10)
    venue.trade(CAROL, BOB, 100_000, 200)
    before = venue.engine.snapshot()
    venue.engine = Engine.restore(before)
    assert venue.engine.snapshot() == before
    (trade,) = of_kind(venue.place(BOB, sell(99_000, 200)), TradeExecuted)
    assert trade.maker_builder_fee == 1_980
    assert venue.account(DORA).reward_e6 > 12_000


def test_two_copies_of_the_same_commands_owe_the_same(venue: SmallVenue) -> None:
    other = SmallVenue(market(), deployers=(("", DEPLOYER),))
    commands: list[AnyCommand] = [
        ApproveBuilderFee(ALICE, b"", 1, 0, BUILDER, 10),
        SetFeeRecipient(DEPLOYER, 2, "", DORA),
        PlaceOrders(BOB, b"", 3, 0, (sell(100_000, 200),)),
        PlaceOrders(ALICE, b"", 4, 0, (buy(100_000, 200),), 0, BUILDER, 10),
        ClaimRewards(BUILDER, b"", 5, 0),
    ]
    for command in commands:
        again = msgspec.msgpack.decode(msgspec.msgpack.encode(command), type=type(command))
        assert venue.run(command) == other.run(again)
    assert venue.engine.snapshot() == other.engine.snapshot()
