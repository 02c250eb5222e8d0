"""Several signers of an account through the official SDK of the dialect (RULE-10, §3.1)."""

from __future__ import annotations

import itertools
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hyperliquid.exchange import Exchange
from hyperliquid.info import Info
from hyperliquid.utils.signing import (
    CONVERT_TO_MULTI_SIG_USER_SIGN_TYPES,
    SEND_ASSET_SIGN_TYPES,
    USD_SEND_SIGN_TYPES,
    WITHDRAW_SIGN_TYPES,
    get_timestamp_ms,
    sign_multi_sig_l1_action_payload,
    sign_multi_sig_user_signed_action_payload,
)

from bellwether.node.founding.dev_keys import dev_address, dev_key
from tests.gateway.live import START_MS, Client, LiveGateway
from tests.gateway.wallet import account, limit_order, order_action

FUND, LEADER, SECOND, THIRD, OTHER = range(5)
NONCES = itertools.count(START_MS + 10**9)
TYPES = {
    "usdSend": (USD_SEND_SIGN_TYPES, "HyperliquidTransaction:UsdSend"),
    "withdraw3": (WITHDRAW_SIGN_TYPES, "HyperliquidTransaction:Withdraw"),
    "sendAsset": (SEND_ASSET_SIGN_TYPES, "HyperliquidTransaction:SendAsset"),
    "convertToMultiSigUser": (
        CONVERT_TO_MULTI_SIG_USER_SIGN_TYPES,
        "HyperliquidTransaction:ConvertToMultiSigUser",
    ),
}
OUT = "0x" + "ab" * 20


def hexed(number: int) -> str:
    return "0x" + dev_address("account", number).hex()


class Crew:
    """The SDK's clients of a venue, one for each account."""

    def __init__(self, gateway: LiveGateway, client: Client) -> None:
        self.client = client
        self.gateway = gateway
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.info = Info(gateway.url, skip_ws=True)
            meta = self.info.meta()
            self.desks = [
                Exchange(
                    Account.from_key(dev_key("account", number)),
                    gateway.url,
                    meta=meta,
                    spot_meta={"universe": [], "tokens": []},
                )
                for number in range(5)
            ]

    def signed(
        self, inner: dict[str, Any], signers: tuple[int, ...], nonce: int, **changes: Any
    ) -> list[Any]:
        leader = hexed(changes.get("leader", LEADER))
        fund = hexed(FUND)
        is_mainnet = changes.get("mainnet", False)
        wallets = [self.desks[number].wallet for number in signers]
        if inner["type"] in TYPES:
            types, name = TYPES[inner["type"]]
            return [
                sign_multi_sig_user_signed_action_payload(
                    wallet, inner, is_mainnet, types, name, fund, leader
                )
                for wallet in wallets
            ]
        return [
            sign_multi_sig_l1_action_payload(
                wallet,
                inner,
                is_mainnet,
                changes.get("vault"),
                nonce,
                changes.get("expires"),
                fund,
                leader,
            )
            for wallet in wallets
        ]

    def together(
        self, inner: dict[str, Any], signers: tuple[int, ...] = (LEADER, SECOND), **changes: Any
    ) -> Any:
        nonce = changes.pop("nonce", 0) or inner.get("time") or inner.get("nonce") or next(NONCES)
        signatures = self.signed(inner, signers, nonce, **changes)
        desk = self.desks[changes.get("leader", LEADER)]
        return desk.multi_sig(hexed(FUND), changes.get("sent", inner), signatures, nonce)


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    """The fund is signed for by two of three."""
    with LiveGateway(tmp_path) as gateway, gateway.client() as client:
        found = Crew(gateway, client)
        users = [hexed(number) for number in (LEADER, SECOND, THIRD)]
        reply = found.desks[FUND].convert_to_multi_sig_user(users, 2)
        assert reply == {"status": "ok", "response": {"type": "default"}}
        yield found


def usd_send(**changes: Any) -> dict[str, Any]:
    time = next(NONCES)
    return {
        "type": "usdSend",
        "signatureChainId": "0x66eee",
        "hyperliquidChain": "Testnet",
        "destination": hexed(OTHER),
        "amount": "5",
        "time": time,
        **changes,
    }


def cash(crew: Crew, number: int) -> float:
    state = crew.info.user_state(hexed(number))
    return float(state["marginSummary"]["accountValue"])


def test_orders_of_several_signers_are_the_accounts(crew: Crew) -> None:
    reply = crew.together(order_action(limit_order(p="169")))
    assert "resting" in reply["response"]["data"]["statuses"][0], reply
    oid = reply["response"]["data"]["statuses"][0]["resting"]["oid"]
    [order] = crew.info.open_orders(hexed(FUND))
    assert order["oid"] == oid
    cancel = {"type": "cancel", "cancels": [{"a": 0, "o": oid}]}
    reply = crew.together(cancel, (SECOND, THIRD), leader=THIRD)
    assert reply["response"]["data"]["statuses"] == ["success"]


def test_signatures_may_be_those_of_either_chain_in_a_dev_world(crew: Crew) -> None:
    reply = crew.together(order_action(limit_order(p="168")), mainnet=True)
    assert "resting" in reply["response"]["data"]["statuses"][0], reply


def test_money_moves_by_the_signers_fields(crew: Crew) -> None:
    before = cash(crew, OTHER)
    assert crew.together(usd_send())["status"] == "ok"
    assert cash(crew, OTHER) == before + 5
    action = {
        "type": "sendAsset",
        "signatureChainId": "0x66eee",
        "hyperliquidChain": "Testnet",
        "destination": hexed(FUND),
        "sourceDex": "",
        "destinationDex": "xyz",
        "token": "USDC",
        "amount": "7",
        "fromSubAccount": "",
        "nonce": next(NONCES),
    }
    assert crew.together(action)["status"] == "ok"


def test_several_signers_withdraw(crew: Crew) -> None:
    action = {
        "type": "withdraw3",
        "signatureChainId": "0x66eee",
        "hyperliquidChain": "Testnet",
        "destination": OUT,
        "amount": "12.5",
        "time": next(NONCES),
    }
    assert crew.together(action)["status"] == "ok"
    [found] = crew.client.post("/info", {"type": "withdrawals", "user": hexed(FUND)})
    assert (found["amount"], found["destination"]) == ("12.5", OUT)


@pytest.mark.parametrize(
    ("signers", "text"),
    [
        ((LEADER,), "Multi-sig needs the signatures of 2 authorized users."),
        ((), "Multi-sig needs the signatures of 2 authorized users."),
        ((LEADER, LEADER), "Multi-sig signatures must be of different authorized users."),
        ((LEADER, OTHER), "Multi-sig signature of somebody who is not an authorized user."),
        ((LEADER, FUND), "Multi-sig signature of somebody who is not an authorized user."),
    ],
)
def test_too_few_or_foreign_signatures_move_nothing(
    crew: Crew, signers: tuple[int, ...], text: str
) -> None:
    before = cash(crew, OTHER)
    for inner in (usd_send(), order_action(limit_order())):
        assert crew.together(inner, signers) == {"status": "err", "response": text}
    assert cash(crew, OTHER) == before and not crew.info.open_orders(hexed(FUND))


def test_another_action_than_was_signed_is_nobodys(crew: Crew) -> None:
    text = "Multi-sig signature of somebody who is not an authorized user."
    order = order_action(limit_order())
    changed = {**order, "orders": [limit_order(s="2")]}
    assert crew.together(order, sent=changed)["response"] == text
    send = usd_send()
    assert crew.together(send, sent={**send, "amount": "50000"})["response"] == text


def test_a_signature_is_for_one_sender_and_one_account(crew: Crew) -> None:
    """What was signed for the leader's envelope does not serve another's."""
    nonce = next(NONCES)
    order = order_action(limit_order())
    signatures = crew.signed(order, (LEADER, SECOND), nonce)
    reply = crew.desks[THIRD].multi_sig(hexed(FUND), order, signatures, nonce)
    assert reply["response"] == "Multi-sig signature of somebody who is not an authorized user."
    reply = crew.desks[LEADER].multi_sig(hexed(OTHER), order, signatures, nonce)
    assert reply["response"] == "User is not a multi-sig user."


def test_who_is_no_signer_sends_nothing(crew: Crew) -> None:
    reply = crew.together(order_action(limit_order()), leader=OTHER)
    sender = hexed(OTHER)
    text = f"Multi-sig outer signer {sender} is not an authorized user or an API wallet of one."
    assert reply == {"status": "err", "response": text}


def test_the_envelope_is_signed_by_who_is_named_in_it(crew: Crew) -> None:
    nonce = next(NONCES)
    order = order_action(limit_order())
    action = {
        "type": "multiSig",
        "signatureChainId": "0x66eee",
        "signatures": crew.signed(order, (LEADER, SECOND), nonce),
        "payload": {
            "multiSigUser": hexed(FUND),
            "outerSigner": hexed(LEADER),
            "action": order,
        },
    }
    body = account(SECOND).l1(action, nonce)
    reply = crew.client.post("/exchange", body)
    assert reply["response"].endswith("has not signed this action.")


def test_a_nonce_of_the_sender_is_used_once(crew: Crew) -> None:
    nonce = next(NONCES)
    assert crew.together(order_action(limit_order()), nonce=nonce)["status"] == "ok"
    again = crew.together(order_action(limit_order(p="160")), nonce=nonce)
    assert again["response"] == f"Invalid nonce: duplicate nonce {nonce}"
    send = usd_send()
    reply = crew.together(send, nonce=next(NONCES))
    assert reply["response"] == "Nonce mismatch."


def test_an_expiry_is_signed_by_all(crew: Crew) -> None:
    desk = crew.desks[LEADER]
    desk.set_expires_after(START_MS + 10**9)
    order = order_action(limit_order(p="167"))
    foreign = crew.together(order)
    assert "not an authorized user" in foreign["response"]
    signed = crew.together(order, expires=START_MS + 10**9)
    assert "resting" in signed["response"]["data"]["statuses"][0], signed
    desk.set_expires_after(START_MS - 1)
    late = crew.together(order, expires=START_MS - 1)
    assert late == {"status": "err", "response": "Action already expired"}


def test_the_own_key_and_its_agents_act_no_more(crew: Crew) -> None:
    required = {"status": "err", "response": "Multi-sig required"}
    fund = crew.desks[FUND]
    assert fund.order("CBRS", True, 1, 170, {"limit": {"tif": "Gtc"}}) == required
    assert fund.usd_transfer(1, hexed(OTHER)) == required
    assert fund.convert_to_multi_sig_user([hexed(OTHER)], 1) == required
    reply, _ = fund.approve_agent()
    assert reply == required
    signed = account(FUND).l1({"type": "liquidationPrices"}, crew.gateway.nonce())
    assert crew.client.post("/exchange", signed) == required


def test_who_signs_is_public_and_ends_with_the_conversion_back(crew: Crew) -> None:
    users = sorted(hexed(number) for number in (LEADER, SECOND, THIRD))
    told = crew.info.query_user_to_multi_sig_signers(hexed(FUND))
    assert told == {"authorizedUsers": users, "threshold": 2}
    assert crew.info.user_role(hexed(FUND)) == {"role": "user"}
    assert crew.info.query_user_to_multi_sig_signers(hexed(OTHER)) is None
    nonce = next(NONCES)
    action = {
        "type": "convertToMultiSigUser",
        "signatureChainId": "0x66eee",
        "hyperliquidChain": "Testnet",
        "signers": "null",
        "nonce": nonce,
    }
    assert crew.together(action)["status"] == "ok"
    assert crew.info.query_user_to_multi_sig_signers(hexed(FUND)) is None
    assert crew.desks[FUND].usd_transfer(1, hexed(OTHER))["status"] == "ok"


def test_an_agent_is_gone_with_the_conversion(crew: Crew) -> None:
    reply, key = crew.desks[OTHER].approve_agent("desk")
    assert reply["status"] == "ok"
    agent = Account.from_key(key).address.lower()
    assert crew.info.user_role(agent)["role"] == "agent"
    crew.desks[OTHER].convert_to_multi_sig_user([hexed(LEADER)], 1)
    assert crew.info.user_role(agent) == {"role": "missing"}


@pytest.mark.parametrize(
    ("signers", "text"),
    [
        ({"authorizedUsers": [], "threshold": 0}, "Invalid multi-sig signers"),
        ({"authorizedUsers": [hexed(LEADER)] * 2, "threshold": 1}, "Invalid multi-sig signers"),
        ({"authorizedUsers": [hexed(LEADER)], "threshold": 2}, "Invalid multi-sig signers"),
        (
            {"authorizedUsers": ["0x" + f"{n:040x}" for n in range(11)], "threshold": 1},
            "Invalid multi-sig signers",
        ),
        ({"authorizedUsers": ["0x" + "77" * 20], "threshold": 1}, "must have deposited"),
    ],
)
def test_signers_that_cannot_be_are_refused(crew: Crew, signers: Any, text: str) -> None:
    nonce = get_timestamp_ms()
    action = {"type": "convertToMultiSigUser", "signers": json.dumps(signers), "nonce": nonce}
    reply = crew.client.post("/exchange", account(OTHER).user_signed(action, nonce))
    assert reply["status"] == "err" and text in reply["response"]
    assert crew.info.query_user_to_multi_sig_signers(hexed(OTHER)) is None


@pytest.mark.parametrize(
    ("signers", "text"),
    [
        ("nonsense", "action.signers: expected JSON of authorizedUsers and threshold"),
        ("[" * 9_000, "action.signers: expected `str` of length <= 8192"),
        ("[" * 8_000, "action.signers: expected"),
        ("[]", "action.signers: expected `object`, got `array`"),
        ('{"threshold": 1}', "action.signers: object missing required field `authorizedUsers`"),
        ('{"authorizedUsers": ["x"], "threshold": 1}', "authorizedUsers: expected an address"),
        ('{"authorizedUsers": [], "threshold": 1.5}', "action.signers.threshold: expected `int`"),
        (7, "action.signers: expected"),
    ],
)
def test_signers_of_another_shape_are_named(crew: Crew, signers: Any, text: str) -> None:
    nonce = next(NONCES)
    good = {"type": "convertToMultiSigUser", "signers": "null", "nonce": nonce}
    body = account(OTHER).user_signed(good, nonce)
    body["action"]["signers"] = signers
    if isinstance(signers, str):
        body = account(OTHER).user_signed({**good, "signers": signers}, nonce)
    status, _, answer = crew.client.send("/exchange", json.dumps(body).encode())
    assert status == 422 and text in answer.decode()


def test_more_signatures_than_may_be_are_refused(crew: Crew) -> None:
    nonce = next(NONCES)
    signatures = crew.signed({"type": "noop"}, (LEADER,) * 11, nonce)
    action = {
        "type": "multiSig",
        "signatureChainId": "0x66eee",
        "signatures": signatures,
        "payload": {
            "multiSigUser": hexed(FUND),
            "outerSigner": hexed(LEADER),
            "action": {"type": "noop"},
        },
    }
    body = json.dumps(account(LEADER).l1(action, nonce)).encode()
    status, _, answer = crew.client.send("/exchange", body)
    assert (
        status == 422 and "action.signatures: expected `array` of length <= 10" in answer.decode()
    )


@pytest.mark.parametrize(
    ("inner", "status", "text"),
    [
        ({"type": "order"}, 422, "action.payload.action: object missing required field"),
        ({"type": "nonsense"}, 422, "action.payload.action.type: unknown action `nonsense`"),
        ({"type": "multiSig"}, 422, "action.payload.action: object missing required field"),
        ({"type": "cDeposit"}, 422, "action.payload.action: object missing required field"),
        ({"type": "validatorL1Stream", "riskFreeRate": "0.04"}, 200, "This venue is no chain"),
        ({"type": "liquidationPrices"}, 200, "liquidationPrices is not supported"),
    ],
)
def test_what_several_signers_do_not_do_is_named(
    crew: Crew, inner: dict[str, Any], status: int, text: str
) -> None:
    action = {
        "type": "multiSig",
        "signatureChainId": "0x66eee",
        "signatures": [],
        "payload": {
            "multiSigUser": hexed(FUND),
            "outerSigner": hexed(LEADER),
            "action": inner,
        },
    }
    sent = json.dumps(account(LEADER).l1(action, 5)).encode()
    found, _, body = crew.client.send("/exchange", sent)
    assert found == status and text in body.decode()
