"""Withdrawals over the wire: the dialect's request, the custodian's acts, the reads (RULE-9)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hyperliquid.exchange import Exchange

from bellwether.node.founding.dev_keys import dev_key
from tests.gateway import shapes as s
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import Wallet, account, custodian, operator

OUT = "0x" + "ab" * 20
HOUR_MS = 3_600_000


class Teller:
    """A venue of its own, and words for what is asked of it."""

    def __init__(self, gateway: LiveGateway, client: Client) -> None:
        self.gateway = gateway
        self.client = client

    def info(self, kind: str, **fields: Any) -> Any:
        return self.client.post("/info", {"type": kind, **fields})

    def act(self, wallet: Wallet, kind: str, **fields: Any) -> Any:
        action = {"type": "operator", "act": {"kind": kind, **fields}}
        return self.client.post("/operator", wallet.l1(action, self.gateway.nonce()))

    def withdraw(self, amount: str, who: int = 0, **changes: Any) -> Any:
        """To the account's own address unless told otherwise: that never waits."""
        nonce = self.gateway.nonce()
        own = account(who).hex_address
        action = {"type": "withdraw3", "destination": own, "amount": amount, "time": nonce}
        body = account(who).user_signed({**action, **changes}, nonce)
        return self.client.post("/exchange", body)

    def pay(self, wallet: Wallet, number: int, reference: str) -> Any:
        return self.act(wallet, "releaseWithdrawal", id=number, reference=reference)

    def newest(self, who: int = 0) -> Any:
        return self.info("withdrawals", user=account(who).hex_address)[0]

    def advance(self, hours: int) -> None:
        self.client.post("/dev/clock", {"advanceMs": hours * HOUR_MS})

    def books(self) -> dict[str, str]:
        books = self.info("solvency")
        owed = ("accounts", "pendingWithdrawals", "feesPaid", "insuranceFund", "rounding")
        assert books["difference"] == "0.0"
        assert Decimal(books["custody"]) == sum(Decimal(books[name]) for name in owed)
        return dict(books)


@pytest.fixture
def teller(tmp_path: Path) -> Iterator[Teller]:
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        yield Teller(gateway, client)


def sdk(teller: Teller) -> Exchange:
    """The official client of account 0."""
    return Exchange(
        Account.from_key(dev_key("account", 0)),
        teller.gateway.url,
        meta=teller.info("meta"),
        spot_meta={"universe": [], "tokens": []},
    )


def test_the_official_sdk_withdraws(teller: Teller) -> None:
    own = account(0).hex_address
    reply = sdk(teller).withdraw_from_bridge(12.5, own)
    assert reply == {"status": "ok", "response": {"type": "default"}}
    found = teller.newest()
    assert s.faults(s.WITHDRAWAL, found) == []
    assert (found["amount"], found["destination"], found["state"]) == ("12.5", own, "due")


def test_an_address_that_is_new_waits_a_day_over_a_restart(tmp_path: Path) -> None:
    """RULE-9: what the official SDK signs is answered as ever; the reads say when it is paid."""
    user = account(0).hex_address
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        teller = Teller(gateway, client)
        assert teller.info("withdrawalAddresses", user=user) == []
        reply = sdk(teller).withdraw_from_bridge(12.5, OUT)
        assert reply == {"status": "ok", "response": {"type": "default"}}
        first = teller.newest()
        assert (first["destination"], first["state"]) == (OUT, "waiting")
        assert first["releaseTime"] - first["time"] == 24 * HOUR_MS
        book = [{"address": OUT, "usableFrom": first["releaseTime"]}]
        assert s.faults(s.WITHDRAWAL_ADDRESS, book[0]) == []
        assert teller.info("withdrawalAddresses", user=user) == book
        assert teller.info("withdrawalAddresses", user=OUT) == []
        early = teller.pay(custodian(), first["id"], "wire 1")
        text = f"The withdrawal may not be paid before {first['releaseTime']} (ms)."
        assert early == {"status": "err", "response": text}
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        gateway._nonces = iter(range(1_777_600_000_000, 1_777_600_001_000))
        teller = Teller(gateway, client)
        assert teller.info("withdrawalAddresses", user=user) == book
        teller.advance(23)
        assert sdk(teller).withdraw_from_bridge(7, OUT)["status"] == "ok"
        second = teller.newest()
        assert second["releaseTime"] == first["releaseTime"] > second["time"]
        teller.advance(1)
        assert teller.newest()["state"] == "due"
        assert teller.pay(custodian(), first["id"], "wire 1")["status"] == "ok"
        refusal = {"id": second["id"], "grounds": "unknown address"}
        assert teller.act(custodian(), "refuseWithdrawal", **refusal)["status"] == "ok"
        assert teller.info("withdrawalAddresses", user=user) == []


def test_a_withdrawal_from_request_to_payment(teller: Teller) -> None:
    user = account(0).hex_address
    assert teller.withdraw("20000")["status"] == "ok"
    found = teller.newest()
    assert found["state"] == "waiting" and found["releaseTime"] - found["time"] == HOUR_MS
    assert teller.books()["pendingWithdrawals"] == "20000.0"
    state = teller.info("clearinghouseState", user=user)
    assert state["withdrawable"] == "80000.0"
    early = teller.pay(custodian(), found["id"], "wire 1")
    text = f"The withdrawal may not be paid before {found['releaseTime']} (ms)."
    assert early == {"status": "err", "response": text}
    teller.advance(1)
    assert teller.newest()["state"] == "due"
    assert teller.pay(operator(0), found["id"], "wire 1")["status"] == "err"
    assert teller.pay(custodian(), found["id"], "wire 1")["status"] == "ok"
    paid = teller.newest()
    assert (paid["state"], paid["reference"]) == ("paid", "wire 1")
    books = teller.books()
    assert (books["withdrawals"], books["pendingWithdrawals"]) == ("20000.0", "0.0")
    [update] = teller.info("userNonFundingLedgerUpdates", user=user, startTime=0)[1:][-1:]
    expected = {"type": "withdraw", "usdc": "20000.0", "nonce": found["nonce"], "fee": "0.0"}
    assert update["delta"] == expected


def test_a_large_one_waits_for_two_keys(teller: Teller) -> None:
    user = account(0).hex_address
    fields = {"user": user, "dex": "", "amount": "200000", "reference": "in"}
    assert teller.act(custodian(), "credit", **fields)["status"] == "ok"
    teller.withdraw("150000")
    number = teller.newest()["id"]
    teller.advance(24)
    assert teller.newest()["state"] == "approving"
    refused = teller.pay(custodian(), number, "out")["response"]
    assert refused == "The withdrawal needs 2 more approvals of different keys."
    for wallet in (custodian(), operator(1)):
        assert teller.act(wallet, "approveWithdrawal", id=number)["status"] == "ok"
    assert teller.newest()["state"] == "due"
    assert teller.pay(custodian(), number, "out")["status"] == "ok"


def test_a_refused_one_is_back_and_says_why(teller: Teller) -> None:
    user = account(0).hex_address
    teller.withdraw("10")
    number = teller.newest()["id"]
    reply = teller.act(custodian(), "refuseWithdrawal", id=number, grounds="unknown address")
    assert reply["status"] == "ok"
    found = teller.newest()
    assert (found["state"], found["reason"]) == ("refused", "unknown address")
    updates = teller.info("userNonFundingLedgerUpdates", user=user, startTime=0)
    assert updates[-1]["delta"] == {"type": "deposit", "usdc": "10.0"}
    statement = teller.info("statement", user=user, startTime=0)
    lines = [(line["type"], line["amount"]) for line in statement["lines"][-2:]]
    assert lines == [("withdrawal", "-10.0"), ("withdrawalReturned", "10.0")]
    assert statement["lines"][-1]["reference"] == f"withdrawal {number}"
    portfolio = dict(teller.info("portfolio", user=user))
    assert all(Decimal(value) == 0 for _, value in portfolio["allTime"]["pnlHistory"])


def test_the_queue_is_for_who_may_act(teller: Teller) -> None:
    teller.withdraw("10", 1)
    teller.withdraw("20", 0)
    queue = teller.act(custodian(), "withdrawals")["response"]["data"]["withdrawals"]
    assert [row["amount"] for row in queue] == ["10.0", "20.0"]
    assert s.faults(s.WITHDRAWAL | {"user": s.ADDRESS}, queue[0]) == []
    before = teller.gateway.state_hash()
    assert teller.act(operator(2), "withdrawals")["status"] == "ok"
    assert teller.gateway.state_hash() == before
    assert teller.act(account(0), "withdrawals")["status"] == "err"
    teller.pay(custodian(), queue[0]["id"], "a")
    queue = teller.act(custodian(), "withdrawals")["response"]["data"]["withdrawals"]
    assert [row["amount"] for row in queue] == ["20.0"]


def test_a_pause_stops_and_two_operators_resume(teller: Teller) -> None:
    teller.withdraw("10")
    assert teller.act(operator(0), "pauseWithdrawals", grounds="a leak")["status"] == "ok"
    assert teller.info("withdrawalTerms")["paused"] is True
    assert teller.newest()["state"] == "paused"
    paused = {"status": "err", "response": "Withdrawals are paused."}
    assert teller.withdraw("10") == paused
    assert teller.pay(custodian(), 1, "a") == paused
    assert teller.info("announcements")[-1]["title"] == "Withdrawals are paused"
    reply = teller.act(operator(0), "resumeWithdrawals", grounds="found")
    number = reply["response"]["data"]["proposalId"]
    assert teller.act(operator(1), "approve", proposalId=number)["status"] == "ok"
    assert teller.withdraw("10")["status"] == "ok"


def test_two_operators_set_the_terms(teller: Teller) -> None:
    terms = teller.info("withdrawalTerms")
    assert s.faults(s.WITHDRAWAL_TERMS, terms) == []
    changes = {"delayedAbove": "5", "delayMs": 60_000}
    reply = teller.act(operator(0), "withdrawalTerms", grounds="caution", **changes)
    number = reply["response"]["data"]["proposalId"]
    [proposal] = teller.info("proposals")
    assert proposal["terms"]["delayedAbove"] == "5.0"
    assert "above 5 USD wait 1 minutes" in proposal["text"]
    assert teller.act(operator(1), "approve", proposalId=number)["status"] == "ok"
    assert teller.info("withdrawalTerms") == terms | {"delayedAbove": "5.0", "delayMs": 60_000}
    teller.withdraw("6")
    found = teller.newest()
    assert found["releaseTime"] - found["time"] == 60_000


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "act: expected at least one of the terms to change"),
        ({"largeApprovals": 1}, "act: large_approvals must lie between 2 and 5"),
        ({"delayMs": -1}, "act.delayMs: expected `int` >= 0"),
        ({"newAddressMs": -1}, "act.newAddressMs: expected `int` >= 0"),
        ({"newAddressMs": 2_592_000_001}, "act: new_address_delay_ns must lie between 0 and"),
        ({"least": "0"}, "act: least_e6 must lie between"),
        ({"venueHourly": "5"}, "act: an account's hour holds no more than the venue's"),
        ({"least": "1e3"}, "act.least: expected a decimal string"),
    ],
)
def test_terms_that_make_no_sense_are_named(
    teller: Teller, fields: dict[str, Any], text: str
) -> None:
    reply = teller.act(operator(0), "withdrawalTerms", grounds="why", **fields)
    assert reply["status"] == "err" and text in reply["response"]


@pytest.mark.parametrize(
    ("amount", "changes", "text"),
    [
        ("0.5", {}, "Withdrawal too small. Min is $1."),
        ("0", {}, "Withdrawal too small. Min is $1."),
        ("100000.000001", {}, "Insufficient balance for withdrawal."),
        ("1.0000001", {}, "Invalid decimal number"),
        ("5", {"destination": "0x" + "00" * 20}, "destination: expected an address that is not"),
        ("5", {"time": 7}, "Nonce mismatch."),
    ],
)
def test_a_request_that_cannot_be_is_refused(
    teller: Teller, amount: str, changes: dict[str, Any], text: str
) -> None:
    before = teller.books()
    reply = teller.withdraw(amount, **changes)
    assert reply["status"] == "err" and text in reply["response"]
    assert teller.books() == before


def test_two_operators_set_the_wait_of_new_addresses(teller: Teller) -> None:
    """RULE-9: with nothing to wait for, a new address is paid like an old one."""
    reply = teller.act(operator(0), "withdrawalTerms", grounds="why", newAddressMs=0)
    [proposal] = teller.info("proposals")
    assert proposal["terms"]["newAddressMs"] == 0
    assert "new to its account waits 0 minutes" in proposal["text"]
    number = reply["response"]["data"]["proposalId"]
    assert teller.act(operator(1), "approve", proposalId=number)["status"] == "ok"
    assert teller.info("withdrawalTerms")["newAddressMs"] == 0
    teller.withdraw("6", destination=OUT)
    assert teller.newest()["state"] == "due"
    [filed] = teller.info("withdrawalAddresses", user=account(0).hex_address)
    assert filed == {"address": OUT, "usableFrom": teller.newest()["time"]}


def test_an_agent_withdraws_nothing(teller: Teller) -> None:
    agent = Wallet(b"\x05" * 32)
    nonce = teller.gateway.nonce()
    approval = {
        "type": "approveAgent",
        "agentAddress": agent.hex_address,
        "agentName": "",
        "nonce": nonce,
    }
    teller.client.post("/exchange", account(0).user_signed(approval, nonce))
    nonce = teller.gateway.nonce()
    action = {"type": "withdraw3", "destination": OUT, "amount": "5", "time": nonce}
    reply = teller.client.post("/exchange", agent.user_signed(action, nonce))
    assert reply["status"] == "err" and "own key" in reply["response"]
