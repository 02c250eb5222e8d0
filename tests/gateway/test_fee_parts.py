"""Builders through unmodified clients, rewards, and the fee schedule that is shown (ORD-7)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from eth_account import Account
from hyperliquid.exchange import Exchange
from hyperliquid.info import Info

from bellwether.gateway.faults import Refused
from bellwether.gateway.operators.specification import differing
from bellwether.node.founding.dev_keys import dev_key
from bellwether.schema.instrument import FeeTier
from bellwether.schema.presets import PRESETS
from tests.gateway import shapes as s
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import Wallet, account, limit_order, order_action


@pytest.fixture
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


def act(gateway: LiveGateway, client: Client, wallet: Wallet, action: dict[str, Any]) -> Any:
    return client.post("/exchange", wallet.l1(action, gateway.nonce()))


def info(client: Client, kind: str, wallet: Wallet, **more: Any) -> Any:
    return client.post("/info", {"type": kind, "user": wallet.hex_address, **more})


def test_the_official_sdk_pays_a_builder_that_it_has_approved(
    gateway: LiveGateway, client: Client
) -> None:
    builder, maker = account(5), account(1)
    exchange = Exchange(Account.from_key(dev_key("account", 4)), gateway.url)
    taker = account(4)
    asked = {"builder": builder.hex_address}
    assert info(client, "maxBuilderFee", taker, **asked) == 0
    approved = exchange.approve_builder_fee(builder.hex_address, "0.01%")
    assert approved == {"status": "ok", "response": {"type": "default"}}
    assert info(client, "maxBuilderFee", taker, **asked) == 10
    assert info(client, "approvedBuilders", taker) == [builder.hex_address]
    act(gateway, client, maker, order_action(limit_order(b=False, p="175.5", s="2")))
    terms = {"limit": {"tif": "Ioc"}}
    named = {"b": builder.hex_address, "f": 10}
    reply = exchange.order("CBRS", True, 2, 175.5, terms, builder=named)
    assert "filled" in reply["response"]["data"]["statuses"][0], reply
    (fill,) = info(client, "userFills", taker)
    assert s.faults(s.FILL, fill) == []
    assert (fill["fee"], fill["builderFee"]) == ("0.351", "0.0351")
    (other,) = info(client, "userFills", maker)[:1]
    assert "builderFee" not in other
    too_much = exchange.order("CBRS", True, 2, 175.5, terms, builder={**named, "f": 11})
    assert too_much["status"] == "err" and "uilder fee" in too_much["response"]
    assert info(client, "referral", builder)["unclaimedRewards"] == "0.0351"
    before = Decimal(info(client, "clearinghouseState", builder)["withdrawable"])
    assert act(gateway, client, builder, {"type": "claimRewards"})["status"] == "ok"
    after = Decimal(info(client, "clearinghouseState", builder)["withdrawable"])
    assert after - before == Decimal("0.0351")
    earned = info(client, "referral", builder)
    assert (earned["unclaimedRewards"], earned["claimedRewards"]) == ("0.0", "0.0351")
    updates = info(client, "userNonFundingLedgerUpdates", builder, startTime=0)
    assert updates[-1]["delta"] == {"type": "rewardsClaim", "amount": "0.0351", "token": "USDC"}
    statement = info(client, "statement", builder, startTime=0)
    assert [line["amount"] for line in statement["lines"] if line["type"] == "rewards"] == [
        "0.0351"
    ]
    again = act(gateway, client, builder, {"type": "claimRewards"})
    assert again == {"status": "err", "response": "No rewards to claim"}
    (solvency,) = [client.post("/info", {"type": "solvency"})]
    assert solvency["difference"] == "0.0"


@pytest.mark.parametrize("rate", ["0.2%", "0.0001%", "101%"])
def test_a_builders_fee_beyond_a_tenth_of_a_per_cent_is_refused(
    gateway: LiveGateway, client: Client, rate: str
) -> None:
    nonce = gateway.nonce()
    wanted = {"maxFeeRate": rate, "builder": "0x" + "65" * 20, "nonce": nonce}
    body = account(3).user_signed({"type": "approveBuilderFee", **wanted}, nonce)
    reply = client.post("/exchange", body)
    assert reply["status"] == "err" and "Invalid builder fee" in reply["response"]


def test_a_builder_that_nobody_approved_is_paid_nothing(
    gateway: LiveGateway, client: Client
) -> None:
    act(gateway, client, account(1), order_action(limit_order(b=False, p="175.5", s="1")))
    action = order_action(limit_order(p="175.5", s="1", t={"limit": {"tif": "Ioc"}}))
    action["builder"] = {"b": "0x" + "77" * 20, "f": 50}
    reply = act(gateway, client, account(6), action)
    assert "filled" in reply["response"]["data"]["statuses"][0]
    (fill,) = info(client, "userFills", account(6))
    assert fill["fee"] == "0.15795" and "builderFee" not in fill


def test_the_schedule_shows_the_tiers_by_volume(gateway: LiveGateway, client: Client) -> None:
    fees = Info(gateway.url, skip_ws=True).user_fees(account(0).hex_address)
    assert s.faults(s.FEES, fees) == []
    assert (fees["userCrossRate"], fees["userAddRate"]) == ("0.0009", "0.0003")
    assert fees["feeSchedule"]["tiers"]["vip"][0] == {
        "ntlCutoff": "5000000.0",
        "cross": "0.0008",
        "add": "0.00024",
        "spotCross": "0.0008",
        "spotAdd": "0.00024",
    }


def test_tiers_come_over_the_wire_as_decimals() -> None:
    rows = [{"ntlCutoff": "1000000", "cross": "0.0005", "add": "-0.0001"}]
    spec = differing(PRESETS["ipop"], {"reference": "100", "feeTiers": rows}, "spec")
    assert spec.fee_tiers == (FeeTier(10**12, 500_000, -100_000),)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([{"ntlCutoff": "0", "cross": "0.0005", "add": "0"}], "must rise in volume_e6"),
        ([{"ntlCutoff": "1", "cross": "0.0001", "add": "-0.0002"}], "exceed the lowest taker fee"),
        ([{"ntlCutoff": "1", "cross": "-0.0001", "add": "0"}], "must not be negative"),
        ([{"ntlCutoff": "1", "cross": "0.0001"}], "feeTiers"),
        ([{"ntlCutoff": "9" * 13, "cross": "0.0001", "add": "0"}], "too large"),
        ("none", "expected a list"),
    ],
)
def test_tiers_that_cannot_be_are_refused_by_name(rows: Any, fault: str) -> None:
    with pytest.raises(Refused, match=fault):
        differing(PRESETS["ipop"], {"reference": "100", "feeTiers": rows}, "spec")
