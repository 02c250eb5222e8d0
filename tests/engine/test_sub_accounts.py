"""Sub-accounts: further accounts of one owner, for which its keys sign (RULE-5, MARG-7)."""

from __future__ import annotations

from typing import Any

import pytest

from bellwether.engine.engine import Engine
from bellwether.engine.handlers.sub_accounts import MOST_SUB_ACCOUNTS, sub_account_address
from bellwether.schema import codes, rejects
from bellwether.schema.commands import (
    AcceptDisclosure,
    ApproveAgent,
    ApproveBuilderFee,
    CancelOrders,
    ClaimRewards,
    CreateSubAccount,
    Credit,
    NameAccount,
    Noop,
    PlaceOrders,
    SetAccount,
    TopUpIsolatedMargin,
    TransferBetweenDexes,
    UpdateLeverage,
)
from bellwether.schema.events import (
    AccountNamed,
    AccountSet,
    Acknowledged,
    Event,
    IsolatedMarginUpdated,
    OrderClosed,
    OrderPlaced,
    SubAccountCreated,
    SubAccountTransferred,
    TradeExecuted,
    Transferred,
)
from tests.engine.small_venue import (
    ALICE,
    BOB,
    CAROL,
    COMPLIANCE,
    CUSTODIAN,
    PRICE,
    START_NS,
    USD,
    SmallVenue,
    buy,
    market,
    of_kind,
    refusals,
    sell,
)

SUB, SECOND = sub_account_address(ALICE, 0), sub_account_address(ALICE, 1)
AGENT = b"\x77" * 20


def audited(*specs: Any, **options: Any) -> SmallVenue:
    return SmallVenue(*specs, audited=True, **options)


def create(venue: SmallVenue, who: bytes = ALICE, name: str = "carry") -> list[Any]:
    return venue.run(CreateSubAccount(*venue.head(who), name))


def for_sub(
    venue: SmallVenue, who: bytes = ALICE, sub: bytes = SUB
) -> tuple[bytes, bytes, int, int]:
    signer, _, nonce, expiry = venue.head(who)
    return signer, sub, nonce, expiry


def fund(venue: SmallVenue, usd: int = 2_000, sub: bytes = SUB) -> list[Any]:
    head = venue.head(ALICE)
    return venue.run(TransferBetweenDexes(*head, sub, "", "", usd * USD))


def place(venue: SmallVenue, order: Any, who: bytes = ALICE, sub: bytes = SUB) -> list[Any]:
    return venue.run(PlaceOrders(*for_sub(venue, who, sub), (order,)))


def approve(venue: SmallVenue, agent: bytes, name: str, until_ms: int = 0) -> list[int]:
    return refusals(venue.run(ApproveAgent(*venue.head(ALICE), agent, name, until_ms)))


@pytest.fixture
def venue() -> SmallVenue:
    """Alice has a sub-account with 2,000 USD."""
    made = audited()
    create(made)
    fund(made)
    return made


def test_its_address_follows_from_master_and_number() -> None:
    venue = audited()
    assert create(venue) == [SubAccountCreated(ALICE, SUB, "carry")]
    assert create(venue, name="hedge") == [SubAccountCreated(ALICE, SECOND, "hedge")]
    assert len({SUB, SECOND, sub_account_address(BOB, 0)}) == 3


def test_there_are_ten_at_most_and_each_has_a_name() -> None:
    venue = audited()
    for name in ("", " x", "x ", "a\tb", "x\x7f", "n" * 17):
        assert refusals(create(venue, name=name)) == [rejects.ACCOUNT_NAME_INVALID], name
    for number in range(MOST_SUB_ACCOUNTS):
        assert not refusals(create(venue, name=f"n{number}"))
    assert refusals(create(venue)) == [rejects.TOO_MANY_SUB_ACCOUNTS]


def test_master_and_agent_trade_for_it_and_nobody_else_does(venue: SmallVenue) -> None:
    assert approve(venue, AGENT, "robot") == []
    for who in (ALICE, AGENT):
        [placed] = of_kind(place(venue, buy(PRICE, 1_000), who), OrderPlaced)
        assert placed.account == SUB
        events = venue.run(CancelOrders(*for_sub(venue, who), ((0, placed.order_id),)))
        assert [event.account for event in of_kind(events, OrderClosed)] == [SUB]
    before = venue.engine.venue.signers[BOB].nonces.highest
    for who in (BOB, CAROL):
        assert refusals(place(venue, buy(PRICE, 1_000), who)) == [rejects.VAULT_UNKNOWN]
    assert venue.engine.venue.signers[BOB].nonces.highest == before, "the nonce is not used"
    assert refusals(venue.run(Noop(SUB, b"", 99_999, 0))) == [rejects.SIGNER_UNKNOWN]


def test_what_only_a_master_does_is_not_done_for_a_sub_account(venue: SmallVenue) -> None:
    commands = (
        lambda head: CreateSubAccount(*head, "deeper"),
        lambda head: NameAccount(*head, SUB, "other"),
        lambda head: ApproveAgent(*head, AGENT, "robot", 0),
        lambda head: ApproveBuilderFee(*head, CAROL, 10),
        lambda head: AcceptDisclosure(*head, 0, b"\x00" * 32),
    )
    for make in commands:
        assert refusals(venue.run(make(for_sub(venue)))) == [rejects.SUB_ACCOUNT_MAY_NOT]
    assert approve(venue, AGENT, "robot") == []
    for make in commands:
        assert refusals(venue.run(make(venue.head(AGENT)))) == [rejects.MASTER_ONLY]
    assert venue.run(Noop(*for_sub(venue))) == [Acknowledged()]
    assert refusals(venue.run(ClaimRewards(*for_sub(venue)))) == [rejects.NO_REWARDS]


def test_money_goes_there_and_back_and_is_told_apart(venue: SmallVenue) -> None:
    assert venue.account(SUB).cash.balance == 2_000 * USD
    head = for_sub(venue)
    back = venue.run(TransferBetweenDexes(*head, ALICE, "", "", 500 * USD))
    assert back == [SubAccountTransferred(SUB, ALICE, 500 * USD, head[2])]
    for destination, dex in ((BOB, ""), (ALICE, "xyz")):
        told = venue.run(TransferBetweenDexes(*for_sub(venue), destination, "", dex, 1))
        assert len(of_kind(told, Transferred)) == 1, "the dialect's delta knows no dex"
    itself = TransferBetweenDexes(*for_sub(venue), SUB, "", "", 1)
    assert refusals(venue.run(itself)) == [rejects.SEND_TO_ITSELF]
    assert approve(venue, AGENT, "robot") == []
    for who, reason in ((AGENT, rejects.MASTER_ONLY), (BOB, rejects.VAULT_UNKNOWN)):
        command = TransferBetweenDexes(*for_sub(venue, who), BOB, "", "", 1)
        assert refusals(venue.run(command)) == [reason]


def test_its_margin_is_its_own(venue: SmallVenue) -> None:
    """10,000 USD behind the master do not carry what 2,000 USD can not."""
    too_much = buy(PRICE, 150_000)
    assert refusals(place(venue, too_much)) == [rejects.INSUFFICIENT_MARGIN]
    assert not refusals(venue.place(ALICE, too_much))


def test_it_does_not_trade_with_its_owner() -> None:
    """Self-trade prevention asks for the owner (ORD-3)."""
    venue = audited(market(self_trade_prevention=codes.STP_REJECT_TAKER))
    for _ in range(2):
        create(venue)
    for sub in (SUB, SECOND):
        fund(venue, 2_000, sub)
    venue.rest(ALICE, sell(PRICE, 1_000))
    for sub in (SUB, SECOND):
        assert of_kind(place(venue, buy(PRICE, 1_000), sub=sub), TradeExecuted) == []
    assert len(of_kind(venue.place(BOB, buy(PRICE, 1_000)), TradeExecuted)) == 1


def test_the_owners_cap_counts_all_of_them() -> None:
    """MARG-7, INST-4: 1,000 USD an owner, by whatever account."""
    venue = audited(market(owner_cap_e6=1_000 * USD))
    create(venue)
    fund(venue)
    venue.trade(ALICE, BOB, PRICE, 6_000)
    assert refusals(place(venue, buy(PRICE - 1_000, 6_000))) == [rejects.OWNER_SHARE_REACHED]
    assert not refusals(place(venue, buy(PRICE - 1_000, 3_000)))


def test_an_owner_named_by_compliance_has_the_sub_accounts_too(venue: SmallVenue) -> None:
    state = venue.engine.venue

    def set_owner(who: bytes, owner: str) -> list[Event]:
        nonce = venue.head(who)[2]
        return venue.run(SetAccount(COMPLIANCE, nonce, who, "CH", "professional", owner))

    told = set_owner(ALICE, "Fund A")
    assert of_kind(told, AccountSet) == [
        AccountSet(who, "CH", "professional", "Fund A") for who in (ALICE, SUB)
    ]
    set_owner(BOB, "Fund A")
    create(venue, name="later")
    group = state.users[ALICE].linked
    assert {user.address for user in group or []} == {ALICE, SUB, SECOND, BOB}
    assert all(state.users[who].linked is group for who in (SUB, SECOND, BOB))
    set_owner(ALICE, "")
    assert [user.address for user in state.users[ALICE].linked or []] == [ALICE, SUB, SECOND]
    assert [user.address for user in state.users[BOB].linked or []] == [BOB]
    assert refusals(set_owner(SUB, "Fund B")) == [rejects.ATTRIBUTES_INHERITED]
    restored = Engine.restore(venue.engine.snapshot())
    assert restored.state_hash() == venue.engine.state_hash()


def test_eligibility_is_the_masters() -> None:
    """RULE-5: who may take no more risk does not with another account."""
    venue = audited(market(excluded_jurisdictions=("US",)))
    create(venue)
    fund(venue)
    order_id = of_kind(place(venue, buy(PRICE, 1_000)), OrderPlaced)[0].order_id
    command = SetAccount(COMPLIANCE, venue.head(ALICE)[2], ALICE, "US", "retail", "")
    ended = of_kind(venue.run(command), OrderClosed)
    assert [(one.account, one.order_id) for one in ended] == [(SUB, order_id)]
    assert refusals(place(venue, buy(PRICE, 1_000))) == [rejects.NOT_ELIGIBLE]


def test_disclosures_and_builders_are_the_masters() -> None:
    """RULE-6, ORD-7: what the owner has read and approved it has for all its accounts."""
    venue = audited(requires_disclosures=True)
    create(venue)
    fund(venue)
    assert refusals(place(venue, buy(PRICE, 1_000))) == [rejects.DISCLOSURE_MISSING]
    spec = venue.market.spec.disclosure
    assert spec is not None
    venue.run(AcceptDisclosure(*venue.head(ALICE), 0, bytes.fromhex(spec.hash[2:])))
    assert not refusals(place(venue, buy(PRICE, 1_000)))
    venue.run(ApproveBuilderFee(*venue.head(ALICE), CAROL, 10))
    over = PlaceOrders(*for_sub(venue), (buy(PRICE, 1_000),), 0, CAROL, 11)
    assert refusals(venue.run(over)) == [rejects.BUILDER_UNKNOWN]


def test_volume_counts_for_all_accounts_of_a_master(venue: SmallVenue) -> None:
    venue.rest(BOB, sell(PRICE, 1_000))
    assert of_kind(place(venue, buy(PRICE, 1_000)), TradeExecuted)
    users = venue.engine.venue.users
    assert users[ALICE].volume.taken == 100 * USD
    assert users[ALICE].volume is users[SUB].volume
    assert (users[ALICE].volume_e6, users[SUB].volume_e6) == (0, 100 * USD)


def test_money_sent_there_beforehand_is_its(venue: SmallVenue) -> None:
    deposit = Credit(CUSTODIAN, venue.head(ALICE)[2], SECOND, "", 7 * USD, "early")
    assert not refusals(venue.run(deposit))
    name = SetAccount(COMPLIANCE, venue.head(ALICE)[2], SECOND, "US", "retail", "Somebody")
    venue.run(name)
    venue.run(ApproveAgent(*venue.head(BOB), sub_account_address(ALICE, 2), "trap", 0))
    for _ in range(2):
        assert not refusals(create(venue))
    second, third = (venue.engine.venue.users[sub_account_address(ALICE, n)] for n in (1, 2))
    assert (second.accounts[0].cash.balance, second.owner) == (7 * USD, "")
    assert second.is_kin(third)
    assert venue.engine.venue.owners == {}
    assert venue.engine.venue.users[BOB].agents == {}, "no agent's key is somebody's account"
    restored = Engine.restore(venue.engine.snapshot())
    assert restored.snapshot() == venue.engine.snapshot()


def test_a_restored_venue_goes_on_alike(venue: SmallVenue) -> None:
    venue.run(NameAccount(*venue.head(ALICE), ALICE, "Alice & Co"))
    restored = Engine.restore(venue.engine.snapshot())
    assert restored.snapshot() == venue.engine.snapshot()
    sub = restored.venue.users[SUB]
    master = restored.venue.users[ALICE]
    assert (sub.master, sub.volume, sub.builders) == (master, master.volume, master.builders)
    assert (sub.linked, master.name) == (master.linked, "Alice & Co")
    command = PlaceOrders(*for_sub(venue), (buy(PRICE, 1_000),))
    assert restored.apply(command, venue.time_ns) == venue.run(command)
    assert restored.state_hash() == venue.engine.state_hash()


def test_names_are_given_and_taken_back(venue: SmallVenue) -> None:
    def name(account: bytes, text: str) -> list[Any]:
        return venue.run(NameAccount(*venue.head(ALICE), account, text))

    assert name(SUB, "hedge") == [AccountNamed(SUB, "hedge")]
    assert name(ALICE, "n" * 20) == [AccountNamed(ALICE, "n" * 20)]
    assert name(ALICE, "") == [AccountNamed(ALICE, "")]
    for account, text in ((SUB, ""), (SUB, "n" * 17), (ALICE, "n" * 21)):
        assert refusals(name(account, text)) == [rejects.ACCOUNT_NAME_INVALID]
    for account in (BOB, SECOND):
        assert refusals(name(account, "mine")) == [rejects.SUB_ACCOUNT_UNKNOWN]


def test_three_named_agents_and_two_more_for_each_sub_account(venue: SmallVenue) -> None:
    for number in range(5):
        assert approve(venue, bytes([100 + number]) * 20, f"agent {number}") == []
    assert approve(venue, b"\x60" * 20, "one more") == [rejects.TOO_MANY_AGENTS]
    assert approve(venue, b"\x61" * 20, "agent 4") == [], "the same name replaces"
    assert approve(venue, b"\x62" * 20, "") == [], "the unnamed one is a slot of its own"


def test_an_agent_whose_time_is_over_makes_room() -> None:
    venue = audited()
    until = START_NS // 10**6 + 60_000
    for number in range(3):
        assert approve(venue, bytes([100 + number]) * 20, f"agent {number}", until) == []
    assert approve(venue, b"\x60" * 20, "one more") == [rejects.TOO_MANY_AGENTS]
    venue.wait(61)
    assert refusals(venue.run(Noop(*venue.head(b"\x64" * 20)))) == [rejects.AGENT_EXPIRED]
    assert approve(venue, b"\x60" * 20, "one more") == []
    assert list(venue.engine.venue.users[ALICE].agents) == ["one more"]
    assert refusals(venue.run(Noop(*venue.head(b"\x64" * 20)))) == [rejects.SIGNER_UNKNOWN]
    assert approve(venue, b"\x64" * 20, "again") == [rejects.AGENT_ADDRESS_TAKEN]
    restored = Engine.restore(venue.engine.snapshot())
    assert restored.state_hash() == venue.engine.state_hash()


def test_margin_is_topped_up_to_a_leverage(venue: SmallVenue) -> None:
    """MARG-5: 100 USD at 2x ask for 50 USD behind the position, whatever is there already."""
    venue.run(UpdateLeverage(*for_sub(venue), 0, False, 5))
    venue.rest(BOB, sell(PRICE, 1_000))
    place(venue, buy(PRICE, 1_000))

    def top_up(leverage_e6: int, asset: int = 0) -> list[Any]:
        return venue.run(TopUpIsolatedMargin(*for_sub(venue), asset, leverage_e6))

    venue.pull(PRICE - 2_000)
    holding = venue.holding(SUB)
    notional = holding.notional()
    assert holding.worth() < 0, "what was lost is lacking, too"
    [added] = top_up(2_000_000)
    behind = holding.margin.balance + holding.worth()
    assert isinstance(added, IsolatedMarginUpdated)
    assert 0 <= behind * 2 - notional < 2
    assert refusals(top_up(2_000_000)) == [rejects.LEVERAGE_REACHED]
    assert refusals(top_up(3_500_000)) == [rejects.LEVERAGE_REACHED]
    assert refusals(top_up(0)) == [rejects.LEVERAGE_INVALID]
    assert refusals(top_up(1)) == [rejects.BALANCE_TOO_SMALL]
    assert refusals(top_up(2_000_000, 9)) == [rejects.MARKET_UNKNOWN]
    assert refusals(venue.run(TopUpIsolatedMargin(*venue.head(ALICE), 0, 10**6))) == [
        rejects.NO_POSITION
    ]
