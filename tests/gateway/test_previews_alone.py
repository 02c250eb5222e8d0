"""What an act of one key would change, and why it is refused, before it is signed (RULE-1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bellwether.gateway.hyperliquid.wallet import Wallet
from tests.gateway.live import LiveGateway
from tests.gateway.test_oversight import Console
from tests.gateway.wallet import account, compliance, custodian, operator

NOBODY = "0x" + "ab" * 20
CREDIT = {"kind": "credit", "user": account(3).hex_address, "dex": "", "amount": "12.5"}
DEBIT = {**CREDIT, "kind": "debit"}
PERSON = {"kind": "setAccount", "user": account(4).hex_address, "clientClass": "retail"}
PAY_IN = {"kind": "payIn", "coin": "CBRS", "target": "insurance", "amount": "500"}
HALT = {"kind": "halt", "coin": "CBRS", "grounds": "a look"}
TERMS = {"kind": "withdrawalTerms", "delayMs": 7_200_000, "grounds": "Caution."}

NEW_ADDRESSES = {"kind": "withdrawalTerms", "newAddressMs": 0, "grounds": "A test."}


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        yield Console(gateway, client)


def shown(console: Console, wallet: Wallet, act: dict[str, Any]) -> dict[str, Any]:
    before = console.gateway.state_hash()
    reply = console.reply(wallet, {"kind": "preview", "act": act})
    assert reply["status"] == "ok", reply
    assert console.gateway.state_hash() == before
    found: dict[str, Any] = reply["response"]["data"]
    return found


ACTS = [
    (custodian(), {**CREDIT, "reference": "a"}),
    (custodian(), {**CREDIT, "reference": "used"}),
    (custodian(), {**CREDIT, "reference": "b", "dex": "none"}),
    (operator(0), {**CREDIT, "reference": "c"}),
    (custodian(), {**DEBIT, "reference": "d"}),
    (custodian(), {**DEBIT, "reference": "e", "amount": "100000.5"}),
    (custodian(), {**DEBIT, "reference": "f", "amount": "100001"}),
    (custodian(), {**DEBIT, "reference": "used"}),
    (custodian(), {**PAY_IN, "reference": "g"}),
    (custodian(), {**PAY_IN, "reference": "h", "target": "backstop"}),
    (operator(1), {**PAY_IN, "reference": "i"}),
    (compliance(), {**PERSON, "jurisdiction": "GB"}),
    (operator(0), {**PERSON, "jurisdiction": "GB"}),
    (operator(0), HALT),
    (custodian(), HALT),
    (operator(0), {"kind": "resume", "coin": "CBRS"}),
    (operator(0), {"kind": "pauseWithdrawals", "grounds": "A key is missing."}),
    (compliance(), {"kind": "pauseWithdrawals", "grounds": "A key is missing."}),
    (operator(0), {"kind": "announce", "title": "A test", "text": "Words."}),
    (custodian(), {"kind": "announce", "title": "A test", "text": "Words."}),
    (operator(0), {"kind": "publishDisclosure", "version": 9, "text": "A text."}),
    (custodian(), {"kind": "publishDisclosure", "version": 9, "text": "A text."}),
    (operator(0), TERMS),
    (custodian(), TERMS),
    (custodian(), {"kind": "approveWithdrawal", "id": 1}),
    (custodian(), {"kind": "approveWithdrawal", "id": 2}),
    (operator(0), {"kind": "approveWithdrawal", "id": 2}),
    (compliance(), {"kind": "approveWithdrawal", "id": 2}),
    (custodian(), {"kind": "approveWithdrawal", "id": 9}),
    (custodian(), {"kind": "releaseWithdrawal", "id": 1, "reference": "out"}),
    (custodian(), {"kind": "releaseWithdrawal", "id": 1, "reference": "used"}),
    (custodian(), {"kind": "releaseWithdrawal", "id": 2, "reference": "out"}),
    (custodian(), {"kind": "releaseWithdrawal", "id": 9, "reference": "out"}),
    (operator(0), {"kind": "releaseWithdrawal", "id": 1, "reference": "out"}),
    (custodian(), {"kind": "refuseWithdrawal", "id": 1, "grounds": "A typing error."}),
    (operator(0), {"kind": "refuseWithdrawal", "id": 2, "grounds": "A typing error."}),
    (custodian(), {"kind": "refuseWithdrawal", "id": 9, "grounds": "A typing error."}),
    (compliance(), {"kind": "refuseWithdrawal", "id": 1, "grounds": "A typing error."}),
]


@pytest.mark.parametrize(
    ("wallet", "act"), ACTS, ids=[f"{n}-{a['kind']}" for n, (_, a) in enumerate(ACTS)]
)
def test_a_preview_refuses_what_the_venue_then_refuses(
    console: Console, wallet: Wallet, act: dict[str, Any]
) -> None:
    """In the same words; what it shows of a change is known to those alone who may make it."""
    assert console.reply(custodian(), {**CREDIT, "reference": "used"})["status"] == "ok"
    if "id" in act:
        wait(console, "12.5", 3)
        wait(console, "600000.0", 5)
        assert console.reply(operator(0), {"kind": "approveWithdrawal", "id": 2})["status"] == "ok"
    found = shown(console, wallet, act)
    reply = console.reply(wallet, act)
    assert found["refusal"] == (reply["response"] if reply["status"] == "err" else None)
    if found["refusal"] == "The key does not hold the role.":
        assert found["changes"] == [] and found["notes"] == []
        assert found["withdrawal"] is None


def wait(console: Console, amount: str, who: int, destination: str = NOBODY) -> None:
    """An account asks for money, after a deposit where it has not so much."""
    deposit = {**CREDIT, "user": account(who).hex_address, "amount": amount}
    reply = console.reply(custodian(), {**deposit, "reference": f"for {who}"})
    assert reply["status"] == "ok", reply
    nonce = console.gateway.nonce()
    action = {"type": "withdraw3", "destination": destination, "amount": amount, "time": nonce}
    reply = console.client.post("/exchange", account(who).user_signed(action, nonce))
    assert reply["status"] == "ok", reply


def test_a_single_withdrawal_is_shown_whole_before_it_is_decided(console: Console) -> None:
    """RULE-9: whose, how much, where to, since when, how many keys; what is left of the hour."""
    wait(console, "12.5", 3, account(3).hex_address)
    wait(console, "600000.0", 5)
    approve = {"kind": "approveWithdrawal", "id": 2}
    console.reply(operator(0), approve)
    found = shown(console, custodian(), approve)
    assert found["changes"] == [{"field": "approvals", "before": 1, "after": 2}]
    start_ms = 1_777_593_600_000
    large = {
        "id": 2,
        "user": account(5).hex_address,
        "dex": "",
        "destination": NOBODY,
        "amount": "600000.0",
        "time": start_ms,
        "releaseTime": start_ms + 86_400_000,
        "approvals": 1,
        "approvalsNeeded": 2,
        "approvedBy": [operator(0).hex_address],
        "hourRoom": "10000000.0",
    }
    assert found["withdrawal"] == large and found["refusal"] is None
    paid = {"kind": "releaseWithdrawal", "id": 1, "reference": "out"}
    found = shown(console, custodian(), paid)
    assert found["changes"] == [{"field": "hourRoom", "before": "10000000.0", "after": "9999987.5"}]
    assert (found["withdrawal"]["amount"], found["withdrawal"]["approvalsNeeded"]) == ("12.5", 0)
    console.reply(custodian(), paid)
    assert shown(console, custodian(), approve)["withdrawal"]["hourRoom"] == "9999987.5"
    found = shown(console, custodian(), {**paid, "reference": "again"})
    assert found["withdrawal"] is None and found["changes"] == []
    assert found["refusal"] == "id: there is no pending withdrawal 1."
    refuse = {"kind": "refuseWithdrawal", "id": 2, "grounds": "A typing error."}
    found = shown(console, operator(1), refuse)
    assert found["changes"] == [{"field": "cash", "before": "100000.0", "after": "700000.0"}]
    early = {"kind": "releaseWithdrawal", "id": 2, "reference": "early"}
    assert "1777680000000" in shown(console, custodian(), early)["refusal"]


def test_money_is_shown_before_and_after(console: Console) -> None:
    """RULE-3: what the account, the fund or the vault has then."""
    found = shown(console, custodian(), {**CREDIT, "reference": "x"})
    assert found["changes"] == [{"field": "cash", "before": "100000.0", "after": "100012.5"}]
    assert found["fields"]["user"] == CREDIT["user"] and found["fields"]["amount"] == "12.5"
    found = shown(console, custodian(), {**CREDIT, "user": NOBODY, "reference": "x"})
    assert found["changes"] == [{"field": "cash", "before": None, "after": "12.5"}]
    assert found["notes"][0].startswith("No account has this address yet")
    found = shown(console, custodian(), {**DEBIT, "reference": "x"})
    assert found["changes"] == [{"field": "cash", "before": "100000.0", "after": "99987.5"}]
    assert found["notes"][0].startswith("Within this hour 10000000.0 USD")
    found = shown(console, custodian(), {**PAY_IN, "reference": "x"})
    assert found["changes"] == [{"field": "insuranceFund", "before": "0.0", "after": "500.0"}]
    console.reply(custodian(), {**PAY_IN, "reference": "x"})
    found = shown(console, custodian(), {**PAY_IN, "reference": "y"})
    assert found["changes"] == [{"field": "insuranceFund", "before": "500.0", "after": "1000.0"}]


def test_attributes_say_which_markets_they_shut(console: Console) -> None:
    """RULE-5: before the account's orders are cancelled there."""
    changes = {"excluded_jurisdictions": ["US"]}
    console.act(0, "changeSpec", coin="CBRS", changes=changes, grounds="A rule.")
    console.act(1, "approve", proposalId=1)
    console.client.post("/dev/clock", {"advanceMs": 3_600_000})
    act = {**PERSON, "jurisdiction": "US"}
    found = shown(console, compliance(), act)
    assert found["changes"] == [{"field": "jurisdiction", "before": "XX", "after": "US"}]
    assert any("may add no more risk in CBRS" in note for note in found["notes"])
    console.reply(compliance(), act)
    found = shown(console, compliance(), {**act, "jurisdiction": "XX"})
    assert any("may then add risk in CBRS" in note for note in found["notes"])


def test_a_halt_says_when_it_ends_and_other_terms_what_differs(console: Console) -> None:
    """LIFE-11, RULE-9: to the second, and field by field; an approver sees the same."""
    found = shown(console, operator(0), HALT)
    assert found["changes"] == [{"field": "tradingStatus", "before": "open", "after": "halted"}]
    assert found["notes"] == ["It resumes by itself at 2026-05-01T01:00:00.000Z."]
    console.reply(operator(0), HALT)
    resumed = shown(console, operator(0), {"kind": "resume", "coin": "CBRS"})
    assert resumed["changes"][0]["after"] == "post_only"
    assert resumed["notes"] == ["For 30 s orders may only be posted, then it is open."]
    found = shown(console, operator(0), TERMS)
    assert found["changes"] == [{"field": "delayMs", "before": 3_600_000, "after": 7_200_000}]
    number = console.act(0, **TERMS)["proposalId"]
    assert console.act(1, "preview", proposalId=number)["changes"] == found["changes"]


def test_the_wait_of_new_addresses_is_shown_with_what_keeps_its_own(console: Console) -> None:
    """RULE-9: what waits, and addresses that were asked for before."""
    nonce = console.gateway.nonce()
    action = {"type": "withdraw3", "destination": NOBODY, "amount": "5", "time": nonce}
    console.client.post("/exchange", account(0).user_signed(action, nonce))
    found = shown(console, operator(0), {**NEW_ADDRESSES, "delayMs": 3_600_000})
    assert found["changes"] == [{"field": "newAddressMs", "before": 86_400_000, "after": 0}]
    assert found["notes"] == [
        "What waits already keeps its own terms: 1 now.",
        "Addresses in a book keep the time they were given: 1 now.",
    ]
    found = shown(console, operator(0), TERMS)
    assert found["notes"] == ["What waits already keeps its own terms: 1 now."]


def test_an_input_in_doubt_is_shown_beside_the_index(console: Console) -> None:
    """RULE-4: in units of the contract, whatever unit it was observed in."""
    seen = {"kind": "secondary_trade", "unit": "valuation", "observedAt": 1_777_593_600_000}
    for value in ("2078000000000", "415600000000"):
        act = {"coin": "ANTH", "source": "alpha", "observation": {**seen, "value": value}}
        console.act(0, "observe", **act)
    act = {"kind": "resolveInput", "coin": "ANTH", "source": "alpha", "grounds": "A typing error."}
    decision = {**act, "observationKind": "secondary_trade", "decision": "reject"}
    found = shown(console, operator(1), decision)
    expected = "It stands for 415.6 USD a contract; the index is 2078.0 USD."
    assert found["notes"] == [expected] and found["refusal"] is None
