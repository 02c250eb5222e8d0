"""`/operator`: who may do what, and errors that name the field (chapter 10, RULE-1, RULE-3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.journal import read_records
from bellwether.journal.disk import RealDisk
from bellwether.node.recovery import read_applied
from bellwether.schema import codes, rejects
from bellwether.schema.events import CommandRefused, Event
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import (
    Wallet,
    account,
    compliance,
    custodian,
    limit_order,
    operator,
    order_action,
)

USER = "0x" + "ab" * 20
CREDIT: dict[str, Any] = {
    "kind": "credit",
    "user": USER,
    "dex": "",
    "amount": "5",
    "reference": "r",
}


@pytest.fixture
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


def act(gateway: LiveGateway, client: Client, wallet: Wallet, **fields: Any) -> Any:
    action = {"type": "operator", "act": fields}
    return client.post("/operator", wallet.l1(action, gateway.nonce()))


def test_the_custodian_credits_and_debits(gateway: LiveGateway, client: Client) -> None:
    fields = {"user": USER, "dex": "xyz", "amount": "1000.25"}
    reply = act(gateway, client, custodian(), kind="credit", reference="in-1", **fields)
    assert reply["status"] == "ok"
    assert reply["response"]["type"] == "operator"
    first = reply["response"]["data"]["seq"]
    reply = act(gateway, client, custodian(), kind="debit", reference="out-1", **fields)
    assert reply["response"]["data"]["seq"] == first + 1
    venue = gateway.node.engine.venue
    assert venue.users[bytes.fromhex(USER[2:])].accounts[1].cash.balance == 0


def test_a_reference_is_used_once(gateway: LiveGateway, client: Client) -> None:
    credit = {**CREDIT, "reference": "once"}
    assert act(gateway, client, custodian(), **credit)["status"] == "ok"
    again = act(gateway, client, custodian(), **credit)
    assert again == {"status": "err", "response": "The reference has been used before."}


@pytest.mark.parametrize("wallet", [operator(0), compliance(), account(0)], ids=["op", "co", "ac"])
def test_nobody_else_moves_money(gateway: LiveGateway, client: Client, wallet: Wallet) -> None:
    before = gateway.state_hash()
    reply = act(gateway, client, wallet, **CREDIT)
    assert reply == {"status": "err", "response": "The key does not hold the role."}
    assert gateway.state_hash() == before


def test_a_stranger_does_nothing(gateway: LiveGateway, client: Client) -> None:
    reply = act(gateway, client, Wallet(b"\x03" * 32), **CREDIT)
    assert reply["status"] == "err" and "does not exist" in reply["response"]


@pytest.mark.parametrize(
    "wallet", [Wallet(b"\x03" * 32), account(0)], ids=["a stranger", "an account"]
)
@pytest.mark.parametrize(
    "kind", ["credit", "debit", "setAccount", "halt", "resume", "settle", "approve"]
)
def test_who_is_no_operator_does_not_reach_the_journal(
    gateway: LiveGateway, client: Client, wallet: Wallet, kind: str
) -> None:
    before = gateway.node.durable_seq
    fields = {**CREDIT, "coin": "CBRS", "jurisdiction": "GB", "clientClass": "retail"}
    assert act(gateway, client, wallet, **{**fields, "kind": kind})["status"] == "err"
    assert gateway.node.durable_seq == before


OPERATOR_ACTS: dict[str, dict[str, Any]] = {
    "credit": {**CREDIT, "reference": "not me"},
    "debit": {**CREDIT, "kind": "debit", "reference": "not me"},
    "setAccount": {
        "kind": "setAccount",
        "user": USER,
        "jurisdiction": "GB",
        "clientClass": "retail",
    },
    "halt": {"kind": "halt", "coin": "CBRS"},
    "resume": {"kind": "resume", "coin": "CBRS"},
}
WRONG_ROLES = {
    "credit": (operator(0), compliance()),
    "debit": (operator(0), compliance()),
    "setAccount": (operator(0), custodian()),
    "halt": (custodian(), compliance()),
    "resume": (custodian(), compliance()),
}


@pytest.mark.parametrize("kind", OPERATOR_ACTS)
def test_the_wrong_role_is_refused_by_the_engine_and_the_journal_says_so(
    gateway: LiveGateway, client: Client, kind: str
) -> None:
    """RULE-1: roles are not the gateway's to judge."""
    for wallet in WRONG_ROLES[kind]:
        before, state = gateway.node.durable_seq, gateway.state_hash()
        reply = act(gateway, client, wallet, **OPERATOR_ACTS[kind])
        assert reply == {"status": "err", "response": "The key does not hold the role."}
        assert gateway.node.durable_seq == before + 1
        assert gateway.state_hash() == state
        caused = events_of(gateway, before + 1)
        assert caused == [CommandRefused(rejects.ROLE_MISSING)]


def events_of(gateway: LiveGateway, seq: int) -> list[Event]:
    """What the journal on disk says that a command caused."""
    records = read_records(RealDisk(), gateway.directory / "journal")
    record = next(record for record in records if record.last_seq >= seq)
    return read_applied(record)[seq - record.first_seq][2]


def test_compliance_sets_an_account(gateway: LiveGateway, client: Client) -> None:
    fields = {"jurisdiction": "GB", "clientClass": "professional"}
    reply = act(gateway, client, compliance(), kind="setAccount", user=USER.upper()[2:], **fields)
    assert reply["status"] == "ok"
    user = gateway.node.engine.venue.users[bytes.fromhex(USER[2:])]
    assert (user.jurisdiction, user.client_class, user.owner) == ("GB", "professional", "")


def test_a_halt_stops_orders_until_trading_resumes(gateway: LiveGateway, client: Client) -> None:
    reply = act(gateway, client, operator(0), kind="halt", coin="CBRS", grounds="a test")
    assert reply["status"] == "ok"
    assert gateway.node.engine.venue.markets[0].status == codes.HALTED
    order = account(0).l1(order_action(limit_order()), gateway.nonce())
    reply = client.post("/exchange", order)
    assert reply["response"]["data"]["statuses"] == [{"error": "Trading is halted."}]
    assert act(gateway, client, operator(1), kind="resume", coin="CBRS")["status"] == "ok"
    reply = act(gateway, client, operator(1), kind="resume", coin="CBRS")
    assert reply == {"status": "err", "response": "That is how it is already."}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"user": "0x12"}, "act.user"),
        ({"user": 7}, "act.user"),
        ({"user": None}, "act.user"),
        ({"dex": 1}, "act.dex"),
        ({"dex": "x" * 65}, "act.dex"),
        ({"amount": 5}, "act.amount"),
        ({"amount": "five"}, "act.amount: expected a decimal string"),
        ({"amount": "-5"}, "act.amount"),
        ({"amount": "0"}, "act.amount"),
        ({"amount": "1e9"}, "act.amount"),
        ({"reference": ""}, "act.reference"),
        ({"reference": "x" * 65}, "act.reference"),
        ({"kind": "fly"}, "`fly`"),
        ({"kind": 5}, "act.kind"),
        ({"kind": "halt", "coin": "NONE"}, "act.coin"),
        ({"kind": "halt", "coin": 0}, "act.coin"),
        ({"kind": "halt", "coin": "CBRS", "status": "asleep"}, "act.status"),
        (
            {"kind": "setAccount", "jurisdiction": "Mars", "clientClass": "retail"},
            "act.jurisdiction",
        ),
        ({"kind": "setAccount", "jurisdiction": "US"}, "clientClass"),
    ],
)
def test_errors_name_the_field(
    gateway: LiveGateway, client: Client, changes: dict[str, Any], names: str
) -> None:
    before = gateway.state_hash()
    reply = act(gateway, client, custodian(), **{**CREDIT, **changes})
    assert reply["status"] == "err"
    assert names in reply["response"]
    assert gateway.state_hash() == before


@pytest.mark.parametrize("missing", ["user", "dex", "amount", "reference", "kind"])
def test_a_missing_field_is_named(gateway: LiveGateway, client: Client, missing: str) -> None:
    fields = {name: value for name, value in CREDIT.items() if name != missing}
    reply = act(gateway, client, custodian(), **fields)
    assert reply["status"] == "err" and missing in reply["response"]


def test_an_order_is_no_operator_act(gateway: LiveGateway, client: Client) -> None:
    content = account(0).l1(order_action(), gateway.nonce())
    status, _, body = client.send("/operator", json.dumps(content).encode())
    assert status == 422 and b"action.type: expected `operator`" in body


def test_an_act_signed_for_the_other_source_is_accepted(
    gateway: LiveGateway, client: Client
) -> None:
    action = {"type": "operator", "act": {**CREDIT, "reference": "main net"}}
    envelope = custodian().l1(action, gateway.nonce(), source="a")
    assert client.post("/operator", envelope)["status"] == "ok"
