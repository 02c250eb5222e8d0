"""Request limits by network address and by account (§2.4 of the API notes)."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from bellwether.gateway.faults import RateLimited, Refused
from bellwether.gateway.limits import (
    WEIGHT_PER_MINUTE,
    Limits,
    action_weight,
    answer_weight,
    info_weight,
    network_of,
)
from tests.gateway.live import Client, GatewaySettings, LiveGateway
from tests.gateway.wallet import Wallet, account, limit_order, order_action


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def spend(limits: Limits, weight: int, ip: str = "1.2.3.4") -> int:
    """How many requests of a weight get through at once."""
    for count in range(10_000):
        try:
            limits.weigh(ip, weight)
        except RateLimited:
            return count
    return 10_000


def test_an_address_has_1200_a_minute() -> None:
    watch = Watch()
    limits = Limits(True, watch)
    assert spend(limits, 20) == 60
    assert spend(limits, 20, "5.6.7.8") == 60, "another address has its own"
    watch.now += 1
    assert spend(limits, 20) == 1, "20 flow back in a second"
    watch.now += 3_600
    assert spend(limits, 20) == 60, "never more than a minute's"


def test_nothing_is_counted_when_limits_are_off() -> None:
    assert spend(Limits(False), 1_200) == 10_000


def test_a_long_answer_is_charged_afterwards() -> None:
    watch = Watch()
    limits = Limits(True, watch)
    limits.charge("1.2.3.4", 1_300)
    assert spend(limits, 2) == 0
    watch.now += 6
    assert spend(limits, 2) == 10


def test_weights_are_the_documented_ones() -> None:
    assert [action_weight(n) for n in (1, 39, 40, 79, 80, 100)] == [1, 1, 2, 2, 3, 3]
    assert info_weight("l2Book") == 2
    assert info_weight("userRole") == 60
    assert info_weight("meta") == 20
    assert answer_weight("userFills", b'[{"tid":1}]' * 45) == 2
    assert answer_weight("candleSnapshot", b'{"T":1}' * 120) == 2
    assert answer_weight("markHistory", b'{"markPx":"1.0"}' * 600) == 10
    assert answer_weight("batchClearinghouseStates", b'{"assetPositions":[]}' * 7) == 7
    assert answer_weight("meta", b'"tid":' * 100) == 0


def user(traded_usd: int, number: int = 1) -> SimpleNamespace:
    return SimpleNamespace(address=bytes([number]) * 20, volume_e6=traded_usd * 1_000_000)


def test_an_account_has_10000_requests_and_one_a_dollar_traded() -> None:
    limits = Limits(True, Watch())
    limits.count_action(user(500), 10_500, False)
    limits.count_action(user(500), 1, False)
    with pytest.raises(Refused) as refused:
        limits.count_action(user(500), 1, False)
    assert refused.value.text == (
        "Too many cumulative requests sent (10502 > 10500) for cumulative volume traded $500.00. "
        "Place taker orders to free up 1 request per USDC traded."
    )
    limits.count_action(user(0, 2), 1, False)


def test_an_account_over_its_limit_has_one_request_in_ten_seconds() -> None:
    watch = Watch()
    limits = Limits(True, watch)
    limits.count_action(user(0), 10_000, False)
    limits.count_action(user(0), 1, False)
    for seconds, passes in ((9.9, False), (0.2, True), (1.0, False)):
        watch.now += seconds
        if passes:
            limits.count_action(user(0), 1, False)
        else:
            with pytest.raises(Refused):
                limits.count_action(user(0), 1, False)


def test_cancels_have_more_room() -> None:
    limits = Limits(True, Watch())
    limits.count_action(user(0), 20_000, True)
    limits.count_action(user(0), 1, True)
    with pytest.raises(Refused, match=r"\(20002 > 20000\)"):
        limits.count_action(user(0), 1, True)
    rich = user(1_000_000, 3)
    limits.count_action(rich, 1_110_000, True)
    limits.count_action(rich, 1, True)
    with pytest.raises(Refused, match=r"> 1110000\)"):
        limits.count_action(rich, 1, True)


def test_ten_connections_an_address() -> None:
    limits = Limits(True)
    assert [limits.connect("1.2.3.4") for _ in range(11)] == [True] * 10 + [False]
    assert limits.connect("5.6.7.8")
    limits.disconnect("1.2.3.4")
    assert limits.connect("1.2.3.4")


def test_posts_that_wait_are_bounded_for_an_address_over_all_its_connections() -> None:
    for enabled, most in ((True, 100), (False, 1_000)):
        limits = Limits(enabled)
        assert [limits.begin_post("1.2.3.4") for _ in range(most + 1)] == [True] * most + [False]
        assert limits.begin_post("5.6.7.8")
        limits.end_post("1.2.3.4")
        assert limits.begin_post("1.2.3.4")


def test_requests_are_counted_for_the_account_whoever_signs() -> None:
    for enabled in (True, False):
        limits = Limits(enabled, Watch())
        limits.count_action(user(0), 3, False)
        limits.count_action(user(0), 1, True)
        assert limits.requests_used(bytes([1]) * 20) == 4
        assert limits.requests_used(bytes([2]) * 20) == 0


def rate_limit(client: Client, number: int) -> dict[str, Any]:
    address = account(number).hex_address
    answer: dict[str, Any] = client.post("/info", {"type": "userRateLimit", "user": address})
    return answer


def test_an_account_is_told_what_it_has_used(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("counted")
    with (
        LiveGateway(directory, GatewaySettings(limits=True)) as gateway,
        gateway.client() as client,
    ):
        cap = rate_limit(client, 0)
        assert cap == {
            "cumVlm": "0.0",
            "nRequestsUsed": 0,
            "nRequestsCap": 10_000,
            "nRequestsSurplus": 0,
        }
        orders = order_action(*[limit_order()] * 5)
        assert client.post("/exchange", account(0).l1(orders, gateway.nonce()))["status"] == "ok"
        agent = Wallet(b"\x09" * 32)
        approval = {
            "type": "approveAgent",
            "agentAddress": agent.hex_address,
            "agentName": "",
            "nonce": (nonce := gateway.nonce()),
        }
        client.post("/exchange", account(0).user_signed(approval, nonce))
        client.post("/exchange", agent.l1({"type": "noop"}, gateway.nonce()))
        assert rate_limit(client, 0)["nRequestsUsed"] == 7
        client.send("/exchange", json.dumps({"action": {"type": "order"}}).encode())
        client.post("/exchange", Wallet(b"\x08" * 32).l1({"type": "noop"}, gateway.nonce()))
        assert rate_limit(client, 0)["nRequestsUsed"] == 7, "what nobody signed is nobody's"
        assert rate_limit(client, 1)["nRequestsUsed"] == 0


def test_an_address_that_asks_too_much_gets_429(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory = tmp_path_factory.mktemp("limited")
    settings = GatewaySettings(limits=True)
    with LiveGateway(directory, settings) as gateway, gateway.client() as client:
        for _ in range(60):
            assert client.send("/info", b'{"type":"meta"}')[0] == 200
        # However slow this machine is: what has flown back meanwhile is taken, too.
        limits = gateway.app._services.limits
        gateway.on_loop(lambda: limits.charge("127.0.0.1", WEIGHT_PER_MINUTE))
        for path in ("/info", "/exchange"):
            content = account(0).l1(order_action(*[limit_order()] * 80), gateway.nonce())
            body = b'{"type":"meta"}' if path == "/info" else json.dumps(content).encode()
            assert client.send(path, body) == (429, "application/json", b"null")
        assert client.get("/healthz")[0] == 200
        assert client.post("/dev/clock", {"advanceMs": 1})["timeMs"] > 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_who_has_one_address_of_a_network_has_all(address: str, network: str) -> None:
    """D1."""
    assert network_of(address) == network
