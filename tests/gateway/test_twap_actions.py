"""TWAP orders and trailing stops as unmodified clients see them, over HTTP (ORD-1, §3 and §4.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import ccxt
import pytest
from eth_account import Account
from hyperliquid.exchange import Exchange
from hyperliquid.info import Info
from hyperliquid.utils.signing import get_timestamp_ms, sign_l1_action

from bellwether.node.founding.dev_keys import dev_key
from tests.gateway import shapes as s
from tests.gateway.corpus import dumped
from tests.gateway.live import Client, LiveGateway
from tests.gateway.wallet import Wallet, account, limit_order, order_action

DECLINED = "TWAP was never placed, already canceled, or filled."


@pytest.fixture
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


def act(gateway: LiveGateway, client: Client, wallet: Wallet, action: dict[str, Any]) -> Any:
    return client.post("/exchange", wallet.l1(action, gateway.nonce()))


def info(client: Client, kind: str, wallet: Wallet, **more: Any) -> Any:
    return client.post("/info", {"type": kind, "user": wallet.hex_address, **more})


def twap(**changes: Any) -> dict[str, Any]:
    wanted = {"a": 0, "b": True, "s": "1.1", "r": False, "m": 5, "t": False, **changes}
    return {"type": "twapOrder", "twap": wanted}


def wait(gateway: LiveGateway, seconds: int) -> None:
    now = gateway.node.clock.time_ns()
    gateway.run(gateway.node.advance_to(now + seconds * 10**9))


def status(reply: dict[str, Any], kind: str) -> Any:
    assert reply["status"] == "ok" and reply["response"]["type"] == kind, reply
    return reply["response"]["data"]["status"]


def offer(gateway: LiveGateway, client: Client) -> None:
    order = limit_order(b=False, p="175.5", s="20")
    assert act(gateway, client, account(1), order_action(order))["status"] == "ok"


def test_a_twap_order_runs_and_is_read_in_every_form(gateway: LiveGateway, client: Client) -> None:
    offer(gateway, client)
    owner = account(0)
    number = status(act(gateway, client, owner, twap()), "twapOrder")["running"]["twapId"]
    wait(gateway, 60)
    ((shown, state),) = info(client, "webData2", owner)["twapStates"]
    assert shown == number and s.faults(s.TWAP_STATE, state) == []
    assert (state["executedSz"], state["executedNtl"], state["sz"]) == ("0.3", "52.65", "1.1")
    (activated,) = info(client, "twapHistory", owner)
    assert s.faults(s.TWAP_ENTRY, activated) == []
    assert activated["status"] == {"status": "activated"}
    wait(gateway, 240)
    assert info(client, "webData2", owner)["twapStates"] == []
    finished, activated = info(client, "twapHistory", owner)
    assert finished["status"] == {"status": "finished"} and finished["twapId"] == number
    assert finished["state"]["executedSz"] == "1.1"
    assert finished["time"] == activated["time"] + 300
    slices = info(client, "userTwapSliceFills", owner)
    assert len(slices) == 11 and s.faults(s.many(s.TWAP_SLICE), slices) == []
    assert {entry["fill"]["twapId"] for entry in slices} == {number}
    times = [entry["fill"]["time"] for entry in slices]
    assert times == sorted(times, reverse=True) and times[0] - times[-1] == 300_000
    some = info(client, "userTwapSliceFillsByTime", owner, startTime=times[2], endTime=times[1])
    assert [entry["fill"]["time"] for entry in some] == [times[1], times[2]]
    fills = info(client, "userFills", owner)
    assert [fill["twapId"] for fill in fills] == [number] * 11
    assert {fill["twapId"] for fill in info(client, "userFills", account(1))} == {None}
    orders = info(client, "historicalOrders", owner)
    assert {entry["order"]["orderType"] for entry in orders} == {"Twap Slice"}


def test_refusals_stand_in_the_status(gateway: LiveGateway, client: Client) -> None:
    small = status(act(gateway, client, account(2), twap(s="0.2")), "twapOrder")
    least = "TWAP order value too small. Min is $50, which is $10 per minute."
    assert small == {"error": least}
    long = status(act(gateway, client, account(2), twap(s="9000", m=10_081)), "twapOrder")
    assert long == {"error": "TWAP duration must be between 5 minutes and 7 days."}
    gone = act(gateway, client, account(2), {"type": "twapCancel", "a": 0, "t": 99})
    assert status(gone, "twapCancel") == {"error": DECLINED}


def test_one_with_a_trigger_waits_and_is_shown_with_its_prices(
    gateway: LiveGateway, client: Client
) -> None:
    owner = account(6)
    details = {"t": {"p": "180.0", "a": True}, "s": "190"}
    found = status(act(gateway, client, owner, {**twap(), "details": details}), "twapOrder")
    number = found["running"]["twapId"]
    ((_, state),) = info(client, "webData2", owner)["twapStates"]
    assert s.faults(s.TWAP_STATE, state) == []
    assert (state["trigger"], state["stopPx"]) == ({"px": "180.0", "above": True}, "190.0")
    (waits,) = info(client, "twapHistory", owner)
    assert s.faults(s.TWAP_ENTRY, waits) == []
    assert waits["status"] == {"status": "waitingForTrigger"}
    cancel = {"type": "twapCancel", "a": 0, "t": number}
    assert status(act(gateway, client, owner, cancel), "twapCancel") == "success"
    terminated, _ = info(client, "twapHistory", owner)
    assert terminated["status"] == {"status": "terminated"}


@pytest.mark.parametrize(
    "details",
    [
        {"t": {"p": "170", "a": True}, "s": None},
        {"t": {"p": "0", "a": True}, "s": None},
        {"t": None, "s": "0.0"},
        {"t": None, "s": "190.1234567"},
        {"t": {"p": "180.0001", "a": True}, "s": None},
    ],
)
def test_a_trigger_or_stop_price_that_cannot_be_is_refused(
    gateway: LiveGateway, client: Client, details: dict[str, Any]
) -> None:
    found = status(act(gateway, client, account(3), {**twap(), "details": details}), "twapOrder")
    assert found == {"error": "Invalid TWAP trigger or stop price. asset=0"}


def test_absent_details_are_none(gateway: LiveGateway, client: Client) -> None:
    nothing = {**twap(), "details": {"t": None, "s": None}}
    found = status(act(gateway, client, account(7), nothing), "twapOrder")
    assert found["running"]["twapId"] > 0
    ((_, state),) = info(client, "webData2", account(7))["twapStates"]
    assert (state["trigger"], state["stopPx"]) == (None, None)


def test_a_trigger_by_the_last_trade_is_placed_and_shown(
    gateway: LiveGateway, client: Client
) -> None:
    """An extension of the dialect: absent, the mark is watched, and nothing is shown of it."""
    owner = account(8)
    for by in ("last", "index", "mark", None):
        waits = {"isMarket": True, "triggerPx": "190.0", "tpsl": "sl"}
        order = limit_order(
            p="200", t={"trigger": waits if by is None else {**waits, "triggerBy": by}}
        )
        assert act(gateway, client, owner, order_action(order))["status"] == "ok"
    shown = info(client, "frontendOpenOrders", owner)
    assert s.faults(s.many(s.FRONTEND_ORDER), shown) == []
    assert {o["triggerCondition"] for o in shown} == {
        "Last price above 190",
        "Index price above 190",
        "Price above 190",
    }
    own = info(client, "orderTriggers", owner)
    assert s.faults(s.many(s.ORDER_TRIGGER), own) == []
    assert [row["oid"] for row in own] == [order["oid"] for order in shown]
    assert [row["triggerBy"] for row in own] == ["mark", "mark", "index", "last"]
    order = limit_order(p="200", t={"trigger": {**waits, "triggerBy": "mid"}})
    signed = json.dumps(owner.l1(order_action(order), gateway.nonce())).encode()
    code, _, body = client.send("/exchange", signed)
    assert code == 422 and b"triggerBy: invalid enum value" in body


def test_the_official_sdk_signs_a_twap_order(gateway: LiveGateway) -> None:
    """It has no method of its own for it; its signing and posting are what carries the action."""
    key = Account.from_key(dev_key("account", 4))
    exchange = Exchange(key, gateway.url)
    stamp = get_timestamp_ms()
    action = twap()
    signature = sign_l1_action(key, action, None, stamp, None, False)
    reply = exchange._post_action(action, signature, stamp)
    number = status(reply, "twapOrder")["running"]["twapId"]
    assert Info(gateway.url, skip_ws=True).user_twap_slice_fills(key.address)[0]["twapId"] == number
    cancel = {"type": "twapCancel", "a": 0, "t": number}
    signature = sign_l1_action(key, cancel, None, stamp + 1, None, False)
    assert status(exchange._post_action(cancel, signature, stamp + 1), "twapCancel") == "success"


def test_ccxt_places_and_cancels_a_twap_order(gateway: LiveGateway) -> None:
    venue = ccxt.hyperliquid(
        {
            "walletAddress": account(5).hex_address,
            "privateKey": "0x" + dev_key("account", 5).hex(),
            "urls": {"api": {"public": gateway.url, "private": gateway.url}},
        }
    )
    venue.load_markets()
    symbol = next(name for name, found in venue.markets.items() if found["baseName"] == "CBRS")
    order = venue.create_twap_order(symbol, "buy", 1.1, 300_000, {"randomize": True})
    assert int(order["id"]) > 0
    ended = venue.cancel_order(order["id"], symbol, {"twap": True})
    assert ended["status"] == "success"
    with pytest.raises(ccxt.OrderNotFound):
        venue.cancel_order(order["id"], symbol, {"twap": True})


def trailing(**trigger: Any) -> dict[str, Any]:
    terms = {"trigger": {"isMarket": True, "tpsl": "sl", **trigger}}
    return order_action(limit_order(b=False, p="100", s="0.5", r=True, t=terms))


def test_a_trailing_stop_is_placed_and_shows_its_distance(
    gateway: LiveGateway, client: Client
) -> None:
    owner = account(0)
    mark = gateway.node.engine.venue.markets[0].mark_price
    for given, at in (({"trailPx": "5"}, mark - 5_000), ({"trailRate": "0.05"}, mark * 95 // 100)):
        reply = act(gateway, client, owner, trailing(**given))
        (found,) = reply["response"]["data"]["statuses"]
        oid = found["resting"]["oid"]
        (shown,) = info(client, "frontendOpenOrders", owner)
        (own,) = info(client, "orderTriggers", owner)
        none = {"trailPx": None, "trailRate": None}
        expected = {"trailPx": "5.0"} if "trailPx" in given else given
        assert own == {"coin": "CBRS", "oid": oid, "triggerBy": "mark", **none, **expected}
        assert (shown["isTrigger"], shown["orderType"]) == (True, "Stop Market")
        assert float(shown["triggerPx"]) * 1_000 == at
        looked_up = info(client, "orderStatus", owner, oid=oid)["order"]["order"]
        assert looked_up == {**shown, "timestamp": looked_up["timestamp"]}
        act(gateway, client, owner, {"type": "cancel", "cancels": [{"a": 0, "o": oid}]})
    for given in ({"trailPx": "0"}, {"trailRate": "1"}, {"trailRate": "0.00000001"}):
        (found,) = act(gateway, client, owner, trailing(**given))["response"]["data"]["statuses"]
        assert found == {"error": "Invalid trailing distance. asset=0"}


@pytest.mark.parametrize(
    "given", [{}, {"triggerPx": "100", "trailPx": "5"}, {"trailPx": "5", "trailRate": "0.1"}]
)
def test_a_trigger_has_one_price_or_one_distance(
    gateway: LiveGateway, client: Client, given: dict[str, str]
) -> None:
    body = account(0).l1(trailing(**given), gateway.nonce())
    code, _, text = client.send("/exchange", dumped(body))
    assert code == 422 and b"one of `triggerPx`, `trailPx` and `trailRate`" in text


def test_fill_or_kill_is_reached_by_a_word_of_this_venue(
    gateway: LiveGateway, client: Client
) -> None:
    kill = limit_order(s="1000", p="180", t={"limit": {"tif": "Fok"}})
    (found,) = act(gateway, client, account(6), order_action(kill))["response"]["data"]["statuses"]
    assert "in full" in found["error"]
    kill = {**kill, "s": "0.5"}
    (found,) = act(gateway, client, account(6), order_action(kill))["response"]["data"]["statuses"]
    assert found["filled"]["totalSz"] == "0.5"
    looked_up = info(client, "orderStatus", account(6), oid=found["filled"]["oid"])
    assert looked_up["order"]["order"]["tif"] == "Ioc", "readers know no other word for it"


def test_what_a_timer_sends_is_no_answer_to_an_order(gateway: LiveGateway, client: Client) -> None:
    """A sub-order falls due with the command itself: the reply is about the command alone."""
    number = status(act(gateway, client, account(7), twap()), "twapOrder")["running"]["twapId"]
    gateway.on_loop(
        lambda: gateway.node.clock.not_before(gateway.node.clock.time_ns() + 31 * 10**9)
    )
    reply = act(gateway, client, account(8), order_action(limit_order(p="150")))
    (found,) = reply["response"]["data"]["statuses"]
    assert "resting" in found
    act(gateway, client, account(7), {"type": "twapCancel", "a": 0, "t": number})
