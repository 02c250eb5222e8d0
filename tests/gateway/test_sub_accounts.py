"""Sub-accounts over the wire, by hand and with unmodified clients (§3.3, §2 of the API notes)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest
from eth_account import Account
from hyperliquid.exchange import Exchange
from hyperliquid.info import Info

from bellwether.engine.handlers.sub_accounts import sub_account_address
from bellwether.gateway.hyperliquid.refusals import hex_address
from bellwether.node.founding.dev_keys import dev_key
from tests.gateway import shapes as s
from tests.gateway.live import START_MS, Client, LiveGateway
from tests.gateway.wallet import Wallet, account, limit_order, order_action

MASTER, OTHER, ROBOT = account(0), account(1), Wallet(b"\x31" * 32)
SUB = hex_address(sub_account_address(MASTER.address, 0))
NO_VAULT = {"status": "err", "response": f"Vault not registered: {SUB}"}
MAY_NOT = {"status": "err", "response": "Vault may not perform this action."}
OK = {"status": "ok", "response": {"type": "default"}}


@pytest.fixture(scope="module")
def client(gateway: LiveGateway) -> Iterator[Client]:
    """Of a venue where the first account has a sub-account with 1,000 USD and an agent."""
    with gateway.client() as connection:
        created = act(gateway, connection, MASTER, {"type": "createSubAccount", "name": "carry"})
        told = {"type": "createSubAccount", "data": SUB}
        assert created == {"status": "ok", "response": told}
        assert act(gateway, connection, MASTER, transfer(1_000)) == OK
        nonce = gateway.nonce()
        approval = {"type": "approveAgent", "agentAddress": ROBOT.hex_address, "nonce": nonce}
        assert connection.post("/exchange", MASTER.user_signed(approval, nonce)) == OK
        yield connection


def act(
    gateway: LiveGateway, client: Client, wallet: Wallet, action: dict[str, Any], **how: Any
) -> Any:
    return client.post("/exchange", wallet.l1(action, gateway.nonce(), **how))


def info(client: Client, kind: str, user: str = SUB, **more: Any) -> Any:
    return client.post("/info", {"type": kind, "user": user, **more})


def transfer(usd: int, is_deposit: bool = True, sub: str = SUB) -> dict[str, Any]:
    fields = {"subAccountUser": sub, "isDeposit": is_deposit, "usd": usd * 1_000_000}
    return {"type": "subAccountTransfer", **fields}


def worth(client: Client, user: str, dex: str = "") -> float:
    state = info(client, "clearinghouseState", user, dex=dex)
    return float(state["marginSummary"]["accountValue"])


def test_its_role_and_its_masters_list(gateway: LiveGateway, client: Client) -> None:
    role = {"role": "subAccount", "data": {"master": MASTER.hex_address}}
    assert info(client, "userRole") == role
    assert info(client, "userRole", MASTER.hex_address) == {"role": "user"}
    assert info(client, "subAccounts", OTHER.hex_address) is None
    assert info(client, "subAccounts2", OTHER.hex_address) is None
    listed = info(client, "subAccounts", MASTER.hex_address)
    assert s.faults(s.many(s.SUB_ACCOUNT), listed) == []
    assert [(one["name"], one["subAccountUser"]) for one in listed] == [("carry", SUB)]
    listed = info(client, "subAccounts2", MASTER.hex_address)
    assert s.faults(s.many(s.SUB_ACCOUNT_IN_ALL), listed) == []
    assert [dex for dex, _ in listed[0]["dexToClearinghouseState"]] == ["", "xyz"]


def test_master_and_agent_trade_for_it(gateway: LiveGateway, client: Client) -> None:
    for wallet in (MASTER, ROBOT):
        for vault in (SUB, SUB.removeprefix("0x"), SUB.upper().replace("0X", "0x")):
            reply = act(gateway, client, wallet, order_action(), vault=vault)
            [status] = reply["response"]["data"]["statuses"]
            [order] = info(client, "openOrders")
            assert order["oid"] == status["resting"]["oid"]
            assert info(client, "openOrders", MASTER.hex_address) == []
            cancels = [{"a": 0, "o": order["oid"]}]
            reply = act(
                gateway, client, wallet, {"type": "cancel", "cancels": cancels}, vault=vault
            )
            assert reply["response"]["data"]["statuses"] == ["success"]
    assert act(gateway, client, OTHER, order_action(), vault=SUB) == NO_VAULT


def test_every_action_on_positions_takes_a_vault(gateway: LiveGateway, client: Client) -> None:
    cloid = "0x" + "5" * 32
    replies = [
        act(gateway, client, ROBOT, action, vault=SUB)
        for action in (
            {"type": "updateLeverage", "asset": 0, "isCross": False, "leverage": 3},
            order_action(limit_order(c=cloid)),
            {"type": "modify", "oid": cloid, "order": limit_order(c=cloid, p="169")},
            {"type": "batchModify", "modifies": [{"oid": cloid, "order": limit_order(c=cloid)}]},
            {"type": "cancelByCloid", "cancels": [{"asset": 0, "cloid": cloid}]},
            {"type": "scheduleCancel", "time": START_MS + 3_600_000},
            {"type": "scheduleCancel"},
            {"type": "liquidationPrices"},
            {"type": "noop"},
        )
    ]
    assert [reply["status"] for reply in replies] == ["ok"] * len(replies), replies
    twap = {"a": 0, "b": True, "s": "20", "r": False, "m": 5, "t": False}
    told = act(gateway, client, ROBOT, {"type": "twapOrder", "twap": twap}, vault=SUB)
    number = told["response"]["data"]["status"]["running"]["twapId"]
    stop = {"type": "twapCancel", "a": 0, "t": number}
    assert act(gateway, client, MASTER, stop, vault=SUB)["response"]["data"] == {
        "status": "success"
    }
    for action in ({"type": "createSubAccount", "name": "deeper"}, transfer(1)):
        assert act(gateway, client, MASTER, action, vault=SUB) == MAY_NOT


def test_margin_is_topped_up(gateway: LiveGateway, client: Client) -> None:
    leverage = {"type": "updateLeverage", "asset": 1, "isCross": False, "leverage": 2}
    act(gateway, client, MASTER, leverage, vault=SUB)
    act(gateway, client, OTHER, order_action(limit_order(a=1, b=False, p="2078", s="0.1")))
    order = limit_order(a=1, p="2078", s="0.1", t={"limit": {"tif": "Ioc"}})
    told = act(gateway, client, ROBOT, order_action(order), vault=SUB)
    assert "filled" in told["response"]["data"]["statuses"][0], told
    top_up = {"type": "topUpIsolatedOnlyMargin", "asset": 1, "leverage": "1.25"}
    assert act(gateway, client, ROBOT, top_up, vault=SUB) == OK
    [held] = info(client, "clearinghouseState")["assetPositions"]
    position = held["position"]
    behind = float(position["marginUsed"]) + float(position["unrealizedPnl"])
    assert behind == pytest.approx(float(position["positionValue"]) / 1.25, abs=0.01)
    again = act(gateway, client, ROBOT, top_up, vault=SUB)
    assert again["response"] == "The position stands at that leverage or below it already."


def test_money_moves_and_is_told(gateway: LiveGateway, client: Client) -> None:
    before = worth(client, SUB), worth(client, MASTER.hex_address)
    assert act(gateway, client, MASTER, transfer(50)) == OK
    assert act(gateway, client, MASTER, transfer(20, is_deposit=False)) == OK
    assert worth(client, SUB) == pytest.approx(before[0] + 30)
    assert worth(client, MASTER.hex_address) == pytest.approx(before[1] - 30)
    for user in (SUB, MASTER.hex_address):
        told = info(client, "userNonFundingLedgerUpdates", user, startTime=0)
        assert s.faults(s.many(s.LEDGER_UPDATE), told) == []
        deltas = [row["delta"] for row in told][-2:]
        assert deltas == [
            {
                "type": "subAccountTransfer",
                "usdc": usdc,
                "user": source,
                "destination": destination,
            }
            for usdc, source, destination in (
                ("50.0", MASTER.hex_address, SUB),
                ("20.0", SUB, MASTER.hex_address),
            )
        ]
    lines = info(client, "statement", SUB, startTime=0)["lines"]
    assert [line["amount"] for line in lines if line["type"] == "transferIn"][-1] == "50.0"
    assert [line["amount"] for line in lines if line["type"] == "transferOut"] == ["-20.0"]


@pytest.mark.parametrize(
    ("wallet", "action", "text"),
    [
        (OTHER, transfer(1), f"Vault not registered: {SUB}"),
        (OTHER, transfer(1, is_deposit=False), f"Vault not registered: {SUB}"),
        (ROBOT, transfer(1), "Only the account's own key may do this"),
        (MASTER, transfer(10**6), "Insufficient balance for token transfer"),
        (MASTER, transfer(0), "Send amount cannot be zero"),
        (MASTER, transfer(1, sub=MASTER.hex_address), "Vault not registered"),
    ],
)
def test_money_that_does_not_move(
    gateway: LiveGateway, client: Client, wallet: Wallet, action: dict[str, Any], text: str
) -> None:
    before = worth(client, SUB)
    reply = act(gateway, client, wallet, action)
    assert reply["status"] == "err"
    assert text in reply["response"]
    assert worth(client, SUB) == before


def send(gateway: LiveGateway, client: Client, wallet: Wallet, **fields: Any) -> Any:
    nonce = gateway.nonce()
    action = {
        "type": "sendAsset",
        "destination": MASTER.hex_address,
        "sourceDex": "",
        "destinationDex": "",
        "token": "USDC:0x" + "0" * 32,
        "amount": "5",
        "fromSubAccount": SUB,
        "nonce": nonce,
        **fields,
    }
    return client.post("/exchange", wallet.user_signed(action, nonce))


def test_assets_are_sent_from_it_and_to_it(gateway: LiveGateway, client: Client) -> None:
    before = worth(client, SUB), worth(client, SUB, "xyz")
    assert send(gateway, client, MASTER) == OK
    assert send(gateway, client, MASTER, destination=SUB, destinationDex="xyz") == OK
    assert send(gateway, client, MASTER, destination=SUB, fromSubAccount="") == OK
    assert worth(client, SUB) == pytest.approx(before[0] - 5)
    assert worth(client, SUB, "xyz") == pytest.approx(before[1] + 5)
    assert send(gateway, client, OTHER) == NO_VAULT
    itself = send(gateway, client, MASTER, destination=SUB)
    assert itself == {"status": "err", "response": "Invalid send"}


def test_a_vault_beside_a_user_signed_action_counts_for_nothing(
    gateway: LiveGateway, client: Client
) -> None:
    """S1: the signature does not speak of it, so whoever carries the action could have added it."""
    nonce = gateway.nonce()
    action = {"type": "usdSend", "destination": OTHER.hex_address, "amount": "1", "time": nonce}
    body = MASTER.user_signed(action, nonce)
    before = worth(client, SUB)
    assert client.post("/exchange", {**body, "vaultAddress": SUB}) == MAY_NOT
    assert worth(client, SUB) == before
    assert client.post("/exchange", {**body, "vaultAddress": MASTER.hex_address}) == OK


@pytest.mark.parametrize("prefix", ["0x", ""])
def test_a_class_transfer_names_its_sub_account(
    gateway: LiveGateway, client: Client, prefix: str
) -> None:
    for wallet, text in ((MASTER, "Action disabled when unified"), (OTHER, "Vault not registered")):
        nonce = gateway.nonce()
        amount = f"1.5 subaccount:{prefix}{SUB[2:]}"
        action = {"type": "usdClassTransfer", "amount": amount, "toPerp": True, "nonce": nonce}
        reply = client.post("/exchange", wallet.user_signed(action, nonce))
        assert reply["response"].startswith(text)


def test_names(gateway: LiveGateway, client: Client) -> None:
    rename = {"type": "subAccountModify", "subAccountUser": SUB, "name": "hedge"}
    assert act(gateway, client, MASTER, rename) == OK
    assert info(client, "subAccounts", MASTER.hex_address)[0]["name"] == "hedge"
    assert act(gateway, client, OTHER, rename) == NO_VAULT
    assert act(gateway, client, MASTER, {**rename, "name": "n" * 17})["response"].startswith("name")
    assert act(gateway, client, MASTER, {"type": "setDisplayName", "displayName": "Me"}) == OK


def test_the_official_sdk_has_a_sub_account(gateway: LiveGateway, client: Client) -> None:
    key = Account.from_key(dev_key("account", 4))
    exchange = Exchange(key, gateway.url)
    made = exchange.create_sub_account("sdk")
    sub = made["response"]["data"]
    assert exchange.sub_account_transfer(sub, True, 500_000_000) == OK
    trader = Exchange(key, gateway.url, vault_address=sub)
    reply = trader.order("CBRS", True, 1, 160, {"limit": {"tif": "Gtc"}})
    assert "resting" in reply["response"]["data"]["statuses"][0], reply
    reader = Info(gateway.url, skip_ws=True)
    assert [order["coin"] for order in reader.open_orders(sub)] == ["CBRS"]
    [listed] = reader.query_sub_accounts(account(4).hex_address)
    assert listed["clearinghouseState"]["marginSummary"]["accountValue"] == "500.0"
    agent, agent_key = exchange.approve_agent("sdk bot")
    assert agent == OK
    robot = Exchange(Account.from_key(agent_key), gateway.url, vault_address=sub)
    cancelled = robot.cancel("CBRS", reply["response"]["data"]["statuses"][0]["resting"]["oid"])
    assert cancelled["response"]["data"]["statuses"] == ["success"]
    assert exchange.sub_account_transfer(sub, False, 500_000_000) == OK


def test_ccxt_has_a_sub_account(gateway: LiveGateway, client: Client) -> None:
    urls = {"api": {"public": gateway.url, "private": gateway.url}}
    wallet = account(5)
    user = {"walletAddress": wallet.hex_address, "privateKey": "0x" + dev_key("account", 5).hex()}
    exchange = ccxt.hyperliquid({"urls": urls, **user})
    made = exchange.create_sub_account("ccxt")
    sub = made["response"]["data"]
    exchange.transfer("USDC", 300, "main", sub)
    assert worth(client, sub) == 300
    placed = exchange.create_order("CBRS/USDC:USDC", "limit", "buy", 1, 160, {"vaultAddress": sub})
    [order] = info(client, "openOrders", sub)
    assert str(order["oid"]) == placed["id"]
    exchange.cancel_order(placed["id"], "CBRS/USDC:USDC", {"vaultAddress": sub})
    exchange.transfer("USDC", 300, sub, "main")
    assert worth(client, sub) == 0
