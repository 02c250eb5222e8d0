"""Signed actions over HTTP against a real node (§3 of the API notes; ORD-1, ORD-5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.gateway.live import START_MS, Client, LiveGateway
from tests.gateway.wallet import Wallet, account, limit_order, operator, order_action


@pytest.fixture
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


def act(
    gateway: LiveGateway, client: Client, wallet: Wallet, action: dict[str, Any], **how: Any
) -> Any:
    return client.post("/exchange", wallet.l1(action, gateway.nonce(), **how))


def statuses(reply: dict[str, Any]) -> list[Any]:
    assert reply["status"] == "ok", reply
    found = reply["response"]["data"]["statuses"]
    assert isinstance(found, list)
    return found


def place(gateway: LiveGateway, client: Client, wallet: Wallet, **changes: Any) -> Any:
    [status] = statuses(act(gateway, client, wallet, order_action(limit_order(**changes))))
    return status


def cancel_everything(gateway: LiveGateway, client: Client) -> None:
    for number in range(10):
        wallet = account(number)
        user = gateway.node.engine.venue.users[wallet.address]
        for held in list(user.accounts.values()):
            cancels = [{"a": o.asset, "o": o.order_id} for o in held.orders.values()]
            if cancels:
                act(gateway, client, wallet, {"type": "cancel", "cancels": cancels})


@pytest.fixture(autouse=True)
def _empty_books(gateway: LiveGateway, client: Client) -> Iterator[None]:
    yield
    cancel_everything(gateway, client)


def test_an_order_rests_is_modified_and_canceled(gateway: LiveGateway, client: Client) -> None:
    cloid = "0x" + "0" * 30 + "aB"
    status = place(gateway, client, account(0), c=cloid)
    oid = status["resting"]["oid"]
    assert status == {"resting": {"oid": oid, "cloid": cloid.lower()}}
    modify = {"oid": oid, "order": limit_order(p="171", c=cloid)}
    reply = act(gateway, client, account(0), {"type": "batchModify", "modifies": [modify]})
    assert reply["response"]["type"] == "order"
    [status] = statuses(reply)
    assert status["resting"]["oid"] > oid, "a modified order has a new id"
    cancels = [{"asset": 0, "cloid": cloid}]
    action = {"type": "cancelByCloid", "cancels": cancels, "f": True}
    reply = act(gateway, client, account(0), action)
    assert reply == {
        "status": "ok",
        "response": {"type": "cancel", "data": {"statuses": ["success"]}},
    }
    [status] = statuses(act(gateway, client, account(0), action))
    assert status == {"error": "Order was never placed, already canceled, or filled. asset=0"}


def test_modify_answers_default_or_err(gateway: LiveGateway, client: Client) -> None:
    oid = place(gateway, client, account(0))["resting"]["oid"]
    action = {"type": "modify", "oid": oid, "order": limit_order(s="2", p="169.5")}
    reply = act(gateway, client, account(0), action)
    assert reply == {"status": "ok", "response": {"type": "default"}}
    reply = act(gateway, client, account(0), action)
    assert reply == {"status": "err", "response": "Cannot modify canceled or filled order"}


def test_a_taker_is_told_its_mean_price(gateway: LiveGateway, client: Client) -> None:
    for price, size in (("175", "1"), ("175.5", "2")):
        place(gateway, client, account(1), b=False, p=price, s=size)
    status = place(gateway, client, account(2), p="176", s="3", t={"limit": {"tif": "Ioc"}})
    assert status["filled"]["totalSz"] == "3.0"
    assert status["filled"]["avgPx"] == "175.3333333"


def test_an_ioc_that_trades_in_part_is_filled(gateway: LiveGateway, client: Client) -> None:
    place(gateway, client, account(1), b=False, p="175", s="1")
    status = place(gateway, client, account(2), p="176", s="3", t={"limit": {"tif": "Ioc"}})
    assert status["filled"]["totalSz"] == "1.0"


def test_an_order_that_trades_in_part_and_rests_is_resting(
    gateway: LiveGateway, client: Client
) -> None:
    place(gateway, client, account(1), b=False, p="175", s="1")
    assert "resting" in place(gateway, client, account(2), p="175", s="3")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"p": "175.003"}, "Price must be divisible by tick size. asset=0"),
        ({"p": "175.00001"}, "Price must be divisible by tick size. asset=0"),
        ({"s": "0.01"}, "Order must have minimum value of $10. asset=0"),
        ({"s": "0.00001"}, "Order has invalid size."),
        ({"s": "0"}, "Order has zero size."),
        ({"p": "0"}, "Order has invalid price."),
        ({"s": "10000"}, "Insufficient margin to place order. asset=0"),
        (
            {"p": "180", "t": {"limit": {"tif": "Alo"}}},
            "Post only order would have immediately matched, bbo was 0.0@176.0. asset=0",
        ),
        (
            {"p": "160", "t": {"limit": {"tif": "Ioc"}}},
            "Order could not immediately match against any resting orders. asset=0",
        ),
        ({"r": True}, "Reduce only order would increase position. asset=0"),
        (
            {"p": "900"},
            "Order price cannot be more than 95% away from the reference price asset=0",
        ),
        ({"a": 77}, "There is no such market. asset=77"),
        (
            {"t": {"trigger": {"isMarket": True, "triggerPx": "170", "tpsl": "sl"}}},
            "Invalid TP/SL price. asset=0",
        ),
    ],
)
def test_refusals_have_the_words_that_clients_match_on(
    gateway: LiveGateway, client: Client, changes: dict[str, Any], text: str
) -> None:
    place(gateway, client, account(1), b=False, p="176")
    assert place(gateway, client, account(3), **changes) == {"error": text}


def test_one_bad_order_of_a_batch_leaves_the_others(gateway: LiveGateway, client: Client) -> None:
    action = order_action(limit_order(), limit_order(p="170.003"), limit_order(p="171"))
    first, second, third = statuses(act(gateway, client, account(0), action))
    assert "resting" in first and "error" in second and "resting" in third


def test_cancels_are_answered_in_the_order_asked(gateway: LiveGateway, client: Client) -> None:
    oid = place(gateway, client, account(0))["resting"]["oid"]
    cancels = [{"a": 0, "o": 10**15}, {"a": 0, "o": oid}, {"a": 0, "o": oid}]
    reply = act(gateway, client, account(0), {"type": "cancel", "cancels": cancels})
    first, second, third = statuses(reply)
    assert "error" in first and second == "success" and "error" in third


def test_children_wait_for_their_parents_fill(gateway: LiveGateway, client: Client) -> None:
    profit = {"trigger": {"isMarket": True, "triggerPx": "190", "tpsl": "tp"}}
    stop = {"trigger": {"isMarket": False, "triggerPx": "150", "tpsl": "sl"}}
    action = order_action(
        limit_order(),
        limit_order(b=False, r=True, p="190", t=profit),
        limit_order(b=False, r=True, p="149", t=stop),
        grouping="normalTpsl",
    )
    parent, *children = statuses(act(gateway, client, account(4), action))
    assert "resting" in parent
    assert children == ["waitingForFill", "waitingForFill"]


def test_the_children_of_a_filled_parent_wait_for_their_triggers(
    gateway: LiveGateway, client: Client
) -> None:
    place(gateway, client, account(1), b=False, p="175")
    profit = {"trigger": {"isMarket": True, "triggerPx": "190", "tpsl": "tp"}}
    action = order_action(
        limit_order(p="175"),
        limit_order(b=False, r=True, p="190", t=profit),
        grouping="normalTpsl",
    )
    parent, child = statuses(act(gateway, client, account(4), action))
    assert "filled" in parent
    assert child == "waitingForTrigger"


@pytest.mark.parametrize("source", ["a", "b"])
def test_both_sources_are_accepted_in_a_dev_world(
    gateway: LiveGateway, client: Client, source: str
) -> None:
    reply = act(gateway, client, account(0), {"type": "noop"}, source=source)
    assert reply == {"status": "ok", "response": {"type": "default"}}


def test_keys_may_arrive_sorted(gateway: LiveGateway, client: Client) -> None:
    hashed = order_action()
    sent = json.loads(json.dumps(hashed, sort_keys=True))
    assert list(sent) != list(hashed)
    assert "resting" in statuses(act(gateway, client, account(0), sent, hashed=hashed))[0]
    assert "resting" in statuses(act(gateway, client, account(0), sent, hashed=hashed))[0]


def test_padding_and_upper_case_are_hashed_in_canonical_form(
    gateway: LiveGateway, client: Client
) -> None:
    cloid = "0x" + "0" * 30 + "cd"
    hashed = order_action(limit_order(p="170.5", c=cloid))
    sent = order_action(limit_order(p="170.500", s="1.00", c="0x" + "0" * 30 + "CD"))
    assert "resting" in statuses(act(gateway, client, account(0), sent, hashed=hashed))[0]


def test_a_nonce_is_accepted_once(gateway: LiveGateway, client: Client) -> None:
    envelope = account(5).l1({"type": "noop"}, START_MS + 10**6)
    assert client.post("/exchange", envelope)["status"] == "ok"
    again = client.post("/exchange", envelope)
    text = f"Invalid nonce: duplicate nonce {START_MS + 10**6}"
    assert again == {"status": "err", "response": text}


def test_a_stranger_is_told_its_address(gateway: LiveGateway, client: Client) -> None:
    stranger = Wallet(b"\x07" * 32)
    before = gateway.state_hash()
    reply = act(gateway, client, stranger, order_action())
    text = f"User or API Wallet {stranger.hex_address} does not exist."
    assert reply == {"status": "err", "response": text}
    assert gateway.state_hash() == before


def test_an_expired_action_is_refused(gateway: LiveGateway, client: Client) -> None:
    for expires_after in (0, START_MS - 1):
        reply = act(gateway, client, account(0), order_action(), expires_after=expires_after)
        assert reply == {"status": "err", "response": "Action already expired"}


def test_nobody_acts_for_a_foreign_account(gateway: LiveGateway, client: Client) -> None:
    other = account(1).hex_address
    reply = act(gateway, client, account(0), order_action(), vault=other)
    assert reply == {"status": "err", "response": f"Vault not registered: {other}"}
    reply = act(gateway, client, account(0), order_action(), vault=account(0).hex_address[2:])
    assert "resting" in statuses(reply)[0], "the address may come without 0x"


def test_an_agent_trades_and_moves_no_money(gateway: LiveGateway, client: Client) -> None:
    agent = Wallet(b"\x09" * 32)
    nonce = gateway.nonce()
    approve = {"type": "approveAgent", "agentAddress": agent.hex_address, "agentName": "bot"}
    envelope = account(6).user_signed({**approve, "nonce": nonce}, nonce)
    assert client.post("/exchange", envelope) == {"status": "ok", "response": {"type": "default"}}
    assert "resting" in place(gateway, client, agent)
    for kind in ("withdraw3", "usdSend"):
        nonce = gateway.nonce()
        send = {"type": kind, "destination": agent.hex_address, "amount": "10", "time": nonce}
        reply = client.post("/exchange", agent.user_signed(send, nonce))
        assert reply["status"] == "err" and "own key" in reply["response"], reply


def test_an_agents_name_carries_its_expiry(gateway: LiveGateway, client: Client) -> None:
    agent, nonce = Wallet(b"\x0a" * 32), gateway.nonce()
    name = f"short valid_until {START_MS + 10**9}"
    approve = {"type": "approveAgent", "agentAddress": agent.hex_address, "agentName": name}
    envelope = account(6).user_signed({**approve, "nonce": nonce}, nonce)
    assert client.post("/exchange", envelope)["status"] == "ok"
    signer = gateway.node.engine.venue.signers[agent.address]
    assert (signer.name, signer.valid_until_ms) == ("short", START_MS + 10**9)


def test_an_agents_name_is_short(gateway: LiveGateway, client: Client) -> None:
    agent, nonce = Wallet(b"\x0b" * 32), gateway.nonce()
    approve = {"type": "approveAgent", "agentAddress": agent.hex_address, "agentName": "x" * 17}
    reply = client.post("/exchange", account(6).user_signed({**approve, "nonce": nonce}, nonce))
    text = "Extra agent name must be between 1 and 16 characters long"
    assert reply == {"status": "err", "response": text}


def test_money_moves_between_dexes(gateway: LiveGateway, client: Client) -> None:
    nonce = gateway.nonce()
    send = {
        "type": "sendAsset",
        "destination": account(7).hex_address,
        "sourceDex": "",
        "destinationDex": "xyz",
        "token": "USDC",
        "amount": "250.5",
        "fromSubAccount": "",
        "nonce": nonce,
    }
    reply = client.post("/exchange", account(7).user_signed(send, nonce))
    assert reply == {"status": "ok", "response": {"type": "default"}}
    accounts = gateway.node.engine.venue.users[account(7).address].accounts
    assert accounts[0].cash.balance == 99_749_500_000
    assert accounts[1].cash.balance == 100_250_500_000


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"amount": "0"}, "Send amount cannot be zero"),
        ({"amount": "0.0000001"}, "Invalid decimal number"),
        ({"amount": "200000"}, "Insufficient balance for token transfer"),
        ({"destinationDex": "nowhere"}, "Invalid perp DEX"),
        ({"token": "HYPE"}, "Unknown token HYPE"),
    ],
)
def test_transfers_are_refused_in_the_dialects_words(
    gateway: LiveGateway, client: Client, changes: dict[str, Any], text: str
) -> None:
    nonce = gateway.nonce()
    send = {
        "type": "sendAsset",
        "destination": account(8).hex_address,
        "sourceDex": "",
        "destinationDex": "xyz",
        "token": "USDC",
        "amount": "1",
        "fromSubAccount": "",
        "nonce": nonce,
        **changes,
    }
    reply = client.post("/exchange", account(8).user_signed(send, nonce))
    assert reply == {"status": "err", "response": text}


def test_a_user_signed_nonce_is_the_envelopes(gateway: LiveGateway, client: Client) -> None:
    nonce = gateway.nonce()
    send = {"type": "usdSend", "destination": account(1).hex_address, "amount": "1", "time": 1}
    reply = client.post("/exchange", account(0).user_signed(send, nonce))
    assert reply == {"status": "err", "response": "Nonce mismatch."}


def test_leverage_and_isolated_margin(gateway: LiveGateway, client: Client) -> None:
    wallet = account(9)
    leverage = {"type": "updateLeverage", "asset": 0, "isCross": False, "leverage": 2}
    assert act(gateway, client, wallet, leverage)["response"] == {"type": "default"}
    too_high = {**leverage, "leverage": 50}
    assert act(gateway, client, wallet, too_high)["response"] == "Invalid leverage value."
    cross = {**leverage, "isCross": True}
    assert "Cross margin" in act(gateway, client, wallet, cross)["response"]
    margin = {"type": "updateIsolatedMargin", "asset": 0, "isBuy": True, "ntli": 1_000_000}
    assert act(gateway, client, wallet, margin)["status"] == "err", "there is no position"


def test_the_dead_mans_switch_needs_notice(gateway: LiveGateway, client: Client) -> None:
    soon = {"type": "scheduleCancel", "time": START_MS + 1_000}
    assert "too early" in act(gateway, client, account(0), soon)["response"]
    later = {"type": "scheduleCancel", "time": START_MS + 60_000}
    assert act(gateway, client, account(0), later)["status"] == "ok"
    assert act(gateway, client, account(0), {"type": "scheduleCancel"})["status"] == "ok"


def test_an_operator_without_an_account_does_not_trade(
    gateway: LiveGateway, client: Client
) -> None:
    reply = act(gateway, client, operator(0), order_action())
    assert reply["status"] == "err" and "does not exist" in reply["response"]


def test_no_orders_and_too_many(gateway: LiveGateway, client: Client) -> None:
    empty = {"type": "order", "orders": [], "grouping": "na"}
    assert act(gateway, client, account(0), empty)["response"] == "Orders are empty."
    many = account(0).l1(order_action(*[limit_order()] * 101), gateway.nonce())
    status, _, body = client.send("/exchange", json.dumps(many).encode())
    assert status == 422
    assert b"action.orders" in body and b"100" in body


def test_a_hundred_orders_fit(gateway: LiveGateway, client: Client) -> None:
    action = order_action(*[limit_order(s="0.1")] * 100)
    found = statuses(act(gateway, client, account(0), action))
    assert len(found) == 100 and all("resting" in status for status in found)
