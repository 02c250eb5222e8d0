"""Accounts that several keys sign for: who may, and who may no more (RULE-10)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bellwether.engine.engine import Engine
from bellwether.schema import rejects
from bellwether.schema.commands import (
    ActTogether,
    ApproveAgent,
    ConvertToMultiSig,
    Noop,
    PlaceOrders,
    RequestWithdrawal,
    TransferBetweenDexes,
)
from bellwether.schema.events import (
    Acknowledged,
    OrderPlaced,
    SignersSet,
    Transferred,
    WithdrawalRequested,
)
from tests.engine.small_venue import ALICE, BOB, CAROL, DORA, USD, SmallVenue, buy, refusals

FUND = DORA
SIGNERS = (ALICE, BOB, CAROL)
AGENT, OLD_AGENT, STRANGER = b"\xa1" * 20, b"\xa2" * 20, b"\xa3" * 20
OUT = b"\xab" * 20
HEAD = (FUND, b"", 0, 0)


class Shared(SmallVenue):
    """FUND is signed for by two of three."""

    def __init__(self, threshold: int = 2, **options: Any) -> None:
        super().__init__(audited=True, **options)
        self.run(ApproveAgent(*self.head(FUND), OLD_AGENT, "old", 0))
        assert self.convert(SIGNERS, threshold) == [SignersSet(FUND, SIGNERS, threshold)]

    def convert(self, signers: tuple[bytes, ...], threshold: int, who: bytes = FUND) -> list[Any]:
        return self.run(ConvertToMultiSig(*self.head(who), signers, threshold))

    def together(
        self,
        inner: Any = None,
        approvers: tuple[bytes, ...] = (ALICE, BOB),
        sender: bytes = ALICE,
        **changes: Any,
    ) -> list[Any]:
        self.nonce += 1
        command = ActTogether(sender, FUND, self.nonce, 0, approvers, inner or Noop(*HEAD))
        return self.run(msgspec.structs.replace(command, **changes))


def test_enough_signers_act_as_the_account() -> None:
    venue = Shared()
    assert venue.together() == [Acknowledged()]
    assert venue.together(approvers=(BOB, CAROL)) == [Acknowledged()]
    assert venue.together(approvers=SIGNERS) == [Acknowledged()]


@pytest.mark.parametrize(
    ("approvers", "reason"),
    [
        ((), rejects.TOO_FEW_SIGNATURES),
        ((ALICE,), rejects.TOO_FEW_SIGNATURES),
        ((ALICE, ALICE), rejects.CO_SIGNER_REPEATED),
        ((ALICE, STRANGER), rejects.CO_SIGNER_FOREIGN),
        ((ALICE, FUND), rejects.CO_SIGNER_FOREIGN),
        ((ALICE, BOB, STRANGER), rejects.CO_SIGNER_FOREIGN),
        ((ALICE, BOB, ALICE), rejects.CO_SIGNER_REPEATED),
    ],
)
def test_too_few_or_foreign_signers_do_nothing(approvers: tuple[bytes, ...], reason: int) -> None:
    venue = Shared()
    seen = list(venue.engine.venue.signers[ALICE].nonces.seen)
    assert refusals(venue.together(approvers=approvers)) == [reason]
    assert venue.engine.venue.signers[ALICE].nonces.seen == seen


@pytest.mark.parametrize("sender", [FUND, OLD_AGENT, STRANGER])
def test_who_sends_it_is_one_of_the_signers(sender: bytes) -> None:
    reasons = {FUND: rejects.OUTER_SIGNER_FOREIGN}
    expected = reasons.get(sender, rejects.SIGNER_UNKNOWN)
    assert refusals(Shared().together(sender=sender)) == [expected]


def test_an_agent_of_a_signer_may_send_it_but_does_not_count() -> None:
    venue = Shared()
    venue.run(ApproveAgent(*venue.head(ALICE), AGENT, "", 0))
    assert venue.together(sender=AGENT) == [Acknowledged()]
    found = venue.together(approvers=(AGENT, BOB), sender=AGENT)
    assert refusals(found) == [rejects.CO_SIGNER_FOREIGN]


def test_an_expired_agent_of_a_signer_sends_nothing() -> None:
    venue = Shared()
    until_ms = venue.time_ns // 10**6
    venue.run(ApproveAgent(*venue.head(ALICE), AGENT, "", until_ms))
    venue.time_ns += 10**6
    assert refusals(venue.together(sender=AGENT)) == [rejects.AGENT_EXPIRED]


def test_the_own_key_and_the_old_agents_act_no_more() -> None:
    venue = Shared()
    assert refusals(venue.run(Noop(*venue.head(FUND)))) == [rejects.MULTI_SIG_REQUIRED]
    assert refusals(venue.place(FUND, buy(90_000, 1_000))) == [rejects.MULTI_SIG_REQUIRED]
    assert refusals(venue.convert((), 0)) == [rejects.MULTI_SIG_REQUIRED]
    assert refusals(venue.place(OLD_AGENT, buy(90_000, 1_000))) == [rejects.SIGNER_UNKNOWN]


def test_a_signer_alone_acts_for_himself_only() -> None:
    venue = Shared()
    assert venue.run(Noop(*venue.head(ALICE))) == [Acknowledged()]
    for_fund = Noop(ALICE, FUND, venue.nonce + 1, 0)
    assert refusals(venue.run(for_fund)) == [rejects.VAULT_UNKNOWN]


def test_orders_and_money_move_together() -> None:
    venue = Shared()
    [placed] = venue.together(PlaceOrders(*HEAD, (buy(90_000, 1_000),)))
    assert isinstance(placed, OrderPlaced) and placed.account == FUND
    [moved] = venue.together(TransferBetweenDexes(*HEAD, BOB, "", "", 5 * USD))
    assert isinstance(moved, Transferred) and moved.source == FUND
    [asked] = venue.together(RequestWithdrawal(*HEAD, OUT, "", 5 * USD))
    assert isinstance(asked, WithdrawalRequested) and asked.account == FUND


def test_what_is_asked_for_is_in_the_name_of_the_account() -> None:
    venue = Shared()
    stolen = TransferBetweenDexes(CAROL, b"", 0, 0, ALICE, "", "", USD)
    assert refusals(venue.together(stolen)) == [rejects.NOT_MULTI_SIG]
    alone = venue.together(Noop(BOB, b"", 0, 0), account=BOB)
    assert refusals(alone) == [rejects.NOT_MULTI_SIG]


def test_the_senders_nonce_is_used_once() -> None:
    venue = Shared()
    first = ActTogether(ALICE, FUND, 1_000, 0, (ALICE, BOB), Noop(*HEAD))
    assert venue.run(first) == [Acknowledged()]
    assert refusals(venue.run(first)) == [rejects.NONCE_DUPLICATE]
    assert refusals(venue.run(Noop(ALICE, b"", 1_000, 0))) == [rejects.NONCE_DUPLICATE]
    assert venue.together(sender=BOB, nonce=1_000) == [Acknowledged()]


def test_an_expired_one_uses_the_nonce_and_does_nothing() -> None:
    venue = Shared()
    past = venue.time_ns // 10**6 - 1
    assert refusals(venue.together(expires_after=past, nonce=2_000)) == [rejects.EXPIRED]
    assert refusals(venue.together(nonce=2_000)) == [rejects.NONCE_DUPLICATE]


def test_agents_approved_together_trade_and_move_no_money() -> None:
    venue = Shared()
    venue.together(ApproveAgent(*HEAD, AGENT, "desk", 0))
    [placed] = venue.place(AGENT, buy(90_000, 1_000))
    assert isinstance(placed, OrderPlaced) and placed.account == FUND
    asked = venue.run(RequestWithdrawal(*venue.head(AGENT), OUT, "", USD))
    assert refusals(asked) == [rejects.MASTER_ONLY]


def test_the_signers_change_together_and_old_agents_go() -> None:
    venue = Shared()
    venue.together(ApproveAgent(*HEAD, AGENT, "desk", 0))
    venue.together(ConvertToMultiSig(*HEAD, (CAROL,), 1))
    assert refusals(venue.together()) == [rejects.OUTER_SIGNER_FOREIGN]
    assert venue.together(approvers=(CAROL,), sender=CAROL) == [Acknowledged()]
    assert refusals(venue.place(AGENT, buy(90_000, 1_000))) == [rejects.SIGNER_UNKNOWN]


def test_converted_back_the_own_key_acts_and_old_agents_do_not() -> None:
    venue = Shared()
    assert venue.together(ConvertToMultiSig(*HEAD, (), 0)) == [SignersSet(FUND, (), 0)]
    assert venue.run(Noop(*venue.head(FUND))) == [Acknowledged()]
    assert refusals(venue.together()) == [rejects.NOT_MULTI_SIG]
    assert refusals(venue.place(OLD_AGENT, buy(90_000, 1_000))) == [rejects.SIGNER_UNKNOWN]
    assert refusals(venue.convert((), 0)) == [rejects.NOT_MULTI_SIG]


@pytest.mark.parametrize(
    ("signers", "threshold", "reason"),
    [
        ((), 1, rejects.SIGNERS_INVALID),
        ((ALICE,), 0, rejects.SIGNERS_INVALID),
        ((ALICE,), 2, rejects.SIGNERS_INVALID),
        ((ALICE,), -1, rejects.SIGNERS_INVALID),
        ((ALICE, ALICE), 1, rejects.SIGNERS_INVALID),
        (tuple(bytes([n]) * 20 for n in range(1, 12)), 1, rejects.SIGNERS_INVALID),
        ((ALICE, STRANGER), 1, rejects.SIGNER_HAS_NO_ACCOUNT),
        ((ALICE, OLD_AGENT), 1, rejects.SIGNER_HAS_NO_ACCOUNT),
    ],
)
def test_signers_are_one_to_ten_different_accounts(
    signers: tuple[bytes, ...], threshold: int, reason: int
) -> None:
    venue = SmallVenue(audited=True)
    venue.run(ApproveAgent(*venue.head(BOB), OLD_AGENT, "", 0))
    found = venue.run(ConvertToMultiSig(*venue.head(FUND), signers, threshold))
    assert refusals(found) == [reason]
    assert venue.run(Noop(*venue.head(FUND))) == [Acknowledged()]


def test_an_agent_does_not_convert_its_master() -> None:
    venue = SmallVenue(audited=True)
    venue.run(ApproveAgent(*venue.head(FUND), AGENT, "", 0))
    found = venue.run(ConvertToMultiSig(*venue.head(AGENT), (ALICE,), 1))
    assert refusals(found) == [rejects.MASTER_ONLY]


def test_signers_survive_a_snapshot() -> None:
    venue = Shared()
    payload = venue.engine.snapshot()
    venue.engine = Engine.restore(payload)
    assert venue.engine.snapshot() == payload
    assert refusals(venue.run(Noop(*venue.head(FUND)))) == [rejects.MULTI_SIG_REQUIRED]
    assert venue.together() == [Acknowledged()]
