"""Coins, dexes, users and subscriptions that are not there, and ones that are no names at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from bellwether.gateway.hyperliquid.info import HANDLERS
from tests.gateway.corpus import SHAPE, dumped
from tests.gateway.live import START_MS, Client, LiveGateway
from tests.gateway.wallet import account, limit_order, order_action

USER = "0x" + "ab" * 20
REQUEST: dict[str, Any] = {
    "user": USER,
    "source": USER,
    "coin": "CBRS",
    "dex": "",
    "oid": 1,
    "startTime": 0,
    "endTime": START_MS,
    "users": [USER],
    "builder": USER,
    "tokenId": "0x" + "0" * 32,
    "id": 3,
    "req": {"coin": "CBRS", "interval": "1h", "startTime": 0, "endTime": START_MS},
}
"""Fields that between them make every request a good one."""

ODD: list[Any] = [None, True, 0, -1, 2**31, 2**63 - 1, "", "x", "１", "é" * 40, "0x12", [], {}]
SUBSCRIPTION: dict[str, Any] = {"user": USER, "coin": "CBRS", "interval": "1m"}
COINS = ["", "NOPE", "cbrs", "CBRS ", "xyz:CBRS", "xyz:", "ＣＢＲＳ", "CBRS\u0000", "x" * 5_000]
NO_COINS: list[Any] = [None, 0, True, [], {}, 2**63 - 1]


@pytest.fixture(scope="module")
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


@pytest.fixture(scope="module")
def socket(gateway: LiveGateway) -> Iterator[ClientConnection]:
    with connect(gateway.websocket_url, compression=None) as connection:
        yield connection


@pytest.mark.parametrize("kind", sorted(HANDLERS))
def test_a_read_with_any_field_odd_is_answered_or_says_which(
    gateway: LiveGateway, client: Client, kind: str
) -> None:
    before = gateway.state_hash()
    status, _, body = client.send("/info", dumped({**REQUEST, "type": kind}))
    assert status == 200, body
    for name in REQUEST:
        for value in ODD:
            status, _, body = client.send("/info", dumped({**REQUEST, "type": kind, name: value}))
            if status == 422:
                text = body.decode()
                assert text.startswith(f"{SHAPE}: {name}"), (value, text)
            elif name == "dex" and isinstance(value, str):
                assert (status, body) == (500, b"null") or status == 200
            else:
                assert status == 200, (name, value, status, body)
    assert gateway.state_hash() == before


@pytest.mark.parametrize("dex", ["nowhere", "XYZ", "xyz ", "é", "x" * 5_000])
@pytest.mark.parametrize("kind", ["meta", "metaAndAssetCtxs", "allMids", "clearinghouseState"])
def test_an_unknown_dex_is_answered_as_the_dialect_does(
    client: Client, kind: str, dex: str
) -> None:
    """500 and null, by the notes on the dialect (§2.4)."""
    answer = client.send("/info", dumped({**REQUEST, "type": kind, "dex": dex}))
    assert answer == (500, "application/json", b"null")


@pytest.mark.parametrize("coin", [*COINS, *NO_COINS], ids=lambda coin: ascii(coin)[:20])
def test_a_coin_that_is_not_there_is_named(client: Client, coin: Any) -> None:
    for kind in ("recentTrades", "fundingHistory", "activeAssetData", "marketStatus"):
        status, _, body = client.send("/info", dumped({**REQUEST, "type": kind, "coin": coin}))
        assert status == 422
        assert body.decode().startswith(f"{SHAPE}: coin: ")
        assert len(body) < 300
    request = {"type": "candleSnapshot", "req": {**REQUEST["req"], "coin": coin}}
    status, _, body = client.send("/info", dumped(request))
    assert status == 422
    assert body.decode().startswith(f"{SHAPE}: req.coin: ")


@pytest.mark.parametrize("coin", [*COINS, *NO_COINS], ids=lambda coin: ascii(coin)[:20])
@pytest.mark.parametrize("kind", ["l2Book", "bbo", "trades", "activeAssetCtx", "candle"])
def test_a_subscription_to_it_is_invalid(socket: ClientConnection, kind: str, coin: Any) -> None:
    wanted = {**SUBSCRIPTION, "type": kind, "coin": coin}
    socket.send(json.dumps({"method": "subscribe", "subscription": wanted}))
    answer = json.loads(socket.recv(10))
    assert answer["channel"] == "error"
    said, _, echo = answer["data"].partition("{")
    assert said == "Invalid subscription "
    assert json.loads("{" + echo) == wanted


@pytest.mark.parametrize("user", ["", "0x", "0x12", "0x" + "g" * 40, "１" * 40, None, 7, [], {}])
@pytest.mark.parametrize("kind", ["orderUpdates", "userEvents", "user", "userFills", "openOrders"])
def test_a_subscription_to_nobody_is_invalid(
    socket: ClientConnection, kind: str, user: Any
) -> None:
    wanted = {"type": kind, "user": user}
    socket.send(json.dumps({"method": "subscribe", "subscription": wanted}))
    answer = json.loads(socket.recv(10))
    assert answer["channel"] == "error"
    assert answer["data"].startswith("Invalid subscription {")
    socket.send('{"method":"ping"}')
    assert json.loads(socket.recv(10)) == {"channel": "pong"}


@pytest.mark.parametrize("asset", [3, 9, 10_000, 99_999, 110_001, 120_000, 2**31 - 1])
def test_an_order_in_no_market_is_refused_alone(
    gateway: LiveGateway, client: Client, asset: int
) -> None:
    order = order_action(limit_order(a=asset), limit_order(p="100"))
    reply = client.post("/exchange", account(7).l1(order, gateway.nonce()))
    first, second = reply["response"]["data"]["statuses"]
    assert first == {"error": f"There is no such market. asset={asset}"}
    assert "resting" in second
