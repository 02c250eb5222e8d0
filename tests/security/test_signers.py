"""Whose signature does what: every action by every kind of key, and signatures made for other
places (S1, S3 and E1 of the threat model)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from bellwether.gateway.hyperliquid import signing
from bellwether.testing.fuzzing.specimens import ACTIONS, MASTERS_ONLY, USER_SIGNED
from tests.gateway.live import START_MS, Client, GatewaySettings, LiveGateway
from tests.gateway.wallet import Wallet, account, compliance, custodian, operator

MASTER, AGENT, EXPIRED, REVOKED = account(0), *(Wallet(bytes([n]) * 32) for n in (11, 12, 13))
STRANGER, OTHER_MASTER = Wallet(b"\x0e" * 32), account(1)
OUTSIDERS = {
    "an expired agent": EXPIRED,
    "a revoked agent": REVOKED,
    "a stranger": STRANGER,
    "an operator": operator(0),
    "the custodian": custodian(),
    "compliance": compliance(),
}
NOBODY = ("does not exist", "Must deposit before performing actions", "neither an account")
ACTS: dict[str, dict[str, Any]] = {
    "halt": {"kind": "halt", "coin": "CBRS"},
    "credit": {
        "kind": "credit",
        "user": MASTER.hex_address,
        "dex": "",
        "amount": "5",
        "reference": "wire",
    },
    "set-account": {
        "kind": "setAccount",
        "user": MASTER.hex_address,
        "jurisdiction": "CH",
        "clientClass": "retail",
        "owner": "",
    },
}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGateway]:
    """A venue that is served as no dev world, with an agent of each kind."""
    settings = GatewaySettings(dev=False, manual_clock=False)
    with LiveGateway(tmp_path_factory.mktemp("strict"), settings) as live, live.client() as client:
        for wallet, name in (
            (AGENT, "robot"),
            (EXPIRED, f"brief valid_until {START_MS + 500}"),
            (REVOKED, "old"),
            (Wallet(b"\x10" * 32), "old"),
        ):
            nonce = live.nonce()
            approval = {"agentAddress": wallet.hex_address, "agentName": name, "nonce": nonce}
            body = MASTER.user_signed({"type": "approveAgent", **approval}, nonce)
            assert client.post("/exchange", body)["status"] == "ok"
        live.run(live.node.advance_to((START_MS + 1_000) * 1_000_000))
        yield live


@pytest.fixture
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


def standing(gateway: LiveGateway) -> Any:
    """What there is to be stolen: money by account, orders, agents, operators, statuses."""

    def look() -> Any:
        venue = gateway.node.engine.venue
        users = {
            address: (
                {number: one.cash.balance for number, one in user.accounts.items()},
                sorted(user.agents),
            )
            for address, user in venue.users.items()
        }
        statuses = {asset: market.status for asset, market in venue.markets.items()}
        return users, sorted(venue.signers), venue.next_order_id, venue.next_twap_id, statuses

    return gateway.on_loop(look)


def signed(wallet: Wallet, kind: str, nonce: int, **how: Any) -> dict[str, Any]:
    action = copy.deepcopy(ACTIONS[kind])
    if kind not in USER_SIGNED:
        return wallet.l1(action, nonce, **how)
    return wallet.user_signed({**action, "time" if "time" in action else "nonce": nonce}, nonce)


def says(reply: Any) -> str:
    return "" if reply["status"] == "ok" else str(reply["response"])


@pytest.mark.parametrize("kind", sorted(ACTIONS))
@pytest.mark.parametrize("who", sorted(OUTSIDERS))
def test_who_is_neither_master_nor_agent_does_nothing(
    gateway: LiveGateway, client: Client, who: str, kind: str
) -> None:
    before = standing(gateway)
    text = says(client.post("/exchange", signed(OUTSIDERS[who], kind, gateway.nonce())))
    assert any(words in text for words in NOBODY) or "may do this" in text, text
    assert standing(gateway) == before


@pytest.mark.parametrize("kind", [*USER_SIGNED, *MASTERS_ONLY])
def test_an_agent_moves_no_money_and_gives_no_rights(
    gateway: LiveGateway, client: Client, kind: str
) -> None:
    before = standing(gateway)
    text = says(client.post("/exchange", signed(AGENT, kind, gateway.nonce())))
    assert "Only the account's own key may do this" in text
    assert standing(gateway) == before


@pytest.mark.parametrize("kind", sorted(set(ACTIONS) - set(USER_SIGNED) - set(MASTERS_ONLY)))
def test_an_agent_trades_for_its_master(gateway: LiveGateway, client: Client, kind: str) -> None:
    """The engine answers what it would answer the master, whatever that is."""
    text = says(client.post("/exchange", signed(AGENT, kind, gateway.nonce())))
    assert not any(words in text for words in (*NOBODY, "may do this")), text


def test_nobody_acts_for_the_account_of_another(gateway: LiveGateway, client: Client) -> None:
    before = standing(gateway)
    for wallet in (OTHER_MASTER, AGENT):
        victim = account(2).hex_address
        body = signed(wallet, "order", gateway.nonce(), vault=victim)
        assert victim in says(client.post("/exchange", body))
    assert standing(gateway) == before


@pytest.mark.parametrize(
    ("act", "wallet"),
    [
        *((act, wallet) for act in ACTS for wallet in (MASTER, AGENT, STRANGER)),
        ("halt", custodian()),
        ("halt", compliance()),
        ("credit", operator(0)),
        ("credit", compliance()),
        ("set-account", operator(0)),
        ("set-account", custodian()),
    ],
)
def test_an_act_takes_a_key_with_its_role(
    gateway: LiveGateway, client: Client, act: str, wallet: Wallet
) -> None:
    before = standing(gateway)
    body = wallet.l1({"type": "operator", "act": ACTS[act]}, gateway.nonce())
    text = says(client.post("/operator", body))
    assert "does not exist" in text or "does not hold the role" in text, text
    assert standing(gateway) == before


def test_the_same_acts_are_taken_from_who_has_the_role(
    gateway: LiveGateway, client: Client
) -> None:
    """So that the refusals above are not about something else."""
    keys = {"credit": custodian(), "set-account": compliance()}
    for act, wallet in keys.items():
        body = wallet.l1({"type": "operator", "act": ACTS[act]}, gateway.nonce())
        assert says(client.post("/operator", body)) == "", act


def foreign_l1(kind: str, nonce: int, source: str, name: str, chain: int) -> dict[str, Any]:
    """Signed by the master as an exchange with another domain, or another source, would have it."""
    action = ACTIONS[kind]
    packed = msgspec.msgpack.encode(action)
    connection = signing.connection_id(packed, nonce, None, None)
    domain = signing._domain(name, chain)
    agent = signing.keccak(signing._AGENT_TYPE + signing.keccak(source.encode()) + connection)
    digest = signing.keccak(b"\x19\x01" + domain + agent)
    return {"action": action, "nonce": nonce, "signature": MASTER.sign(digest)}


@pytest.mark.parametrize("kind", sorted(set(ACTIONS) - set(USER_SIGNED)))
@pytest.mark.parametrize(
    ("source", "name", "chain"),
    [
        ("a", "Exchange", 1337),
        ("c", "Exchange", 1337),
        ("", "Exchange", 1337),
        ("b", "Exchange", 1),
        ("b", "Exchange", 421_614),
        ("b", "Exchange ", 1337),
        ("b", "HyperliquidSignTransaction", 1337),
    ],
)
def test_what_was_signed_for_another_place_is_nothing_here(
    gateway: LiveGateway, client: Client, kind: str, source: str, name: str, chain: int
) -> None:
    before = gateway.state_hash()
    body = foreign_l1(kind, gateway.nonce(), source, name, chain)
    assert "does not exist" in says(client.post("/exchange", body))
    assert gateway.state_hash() == before, "it has not reached the engine"


def test_the_corpus_is_signed_rightly_but_for_the_place(
    gateway: LiveGateway, client: Client
) -> None:
    body = foreign_l1("order", gateway.nonce(), "b", "Exchange", 1337)
    assert says(client.post("/exchange", body)) == ""


OUR_DOMAIN = "HyperliquidSignTransaction"


def digest_in(domain: str, action: dict[str, Any]) -> bytes:
    """What is signed for an action's own fields under a domain of this name."""
    primary, fields = signing.USER_SIGNED[action["type"]]
    values = [signing._type_hash(primary, fields)]
    for field_kind, name in (("string", "hyperliquidChain"), *fields):
        values.append(signing._encoded(field_kind, name, action))
    head = b"\x19\x01" + signing._domain(domain, int(action["signatureChainId"], 16))
    return signing.keccak(head + signing.keccak(b"".join(values)))


@pytest.mark.parametrize("kind", USER_SIGNED)
@pytest.mark.parametrize("change", ["mainnet", "chain", "domain", "type"])
def test_money_and_rights_signed_for_another_place_stay_where_they_are(
    gateway: LiveGateway,
    client: Client,
    kind: str,
    change: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, nonce = gateway.state_hash(), gateway.nonce()
    if change == "type":
        primary, fields = signing.USER_SIGNED[kind]
        monkeypatch.setitem(signing.USER_SIGNED, kind, (primary + "Elsewhere", fields))
    body = signed(MASTER, kind, nonce)
    monkeypatch.undo()
    if change == "mainnet":
        full = {**body["action"], "hyperliquidChain": "Mainnet"}
        body = MASTER.user_signed(full, nonce)
    elif change == "chain":
        body["action"]["signatureChainId"] = "0xa4b1"
    elif change == "domain":
        assert MASTER.sign(digest_in(OUR_DOMAIN, body["action"])) == body["signature"]
        body["signature"] = MASTER.sign(digest_in("AnotherVenue", body["action"]))
    text = says(client.post("/exchange", body))
    assert "require different signature" in text or any(words in text for words in NOBODY), text
    assert gateway.state_hash() == before
