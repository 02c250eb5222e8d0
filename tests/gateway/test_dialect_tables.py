"""The dialect's replies, nonces, texts and order semantics (§3.4 to §3.7 of the API notes)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.node.founding.genesis import dev_genesis
from tests.gateway import shapes as s
from tests.gateway.live import START_MS, Client, LiveGateway
from tests.gateway.wallet import Wallet, account, custodian, limit_order, order_action

DAY_MS = 86_400_000
CLOID = "0x" + "c" * 32
RESTING = {"resting": {"oid": s.NUM, "cloid?": s.STR}}
FILLED = {"filled": {"totalSz": s.D, "avgPx": s.D, "oid": s.NUM, "cloid?": s.STR}}
REFUSED = {"error": s.STR}
IOC, ALO, MARKET = ({"limit": {"tif": tif}} for tif in ("Ioc", "Alo", "FrontendMarket"))
TWAP = {"a": 0, "b": True, "s": "20", "r": False, "m": 5, "t": False}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGateway]:
    """A venue that holds nonces against its clock, which stands."""
    with LiveGateway(tmp_path_factory.mktemp("strict"), founding=dev_genesis) as live:
        yield live


@pytest.fixture
def client(gateway: LiveGateway) -> Iterator[Client]:
    with gateway.client() as connection:
        yield connection


def act(
    gateway: LiveGateway, client: Client, wallet: Wallet, action: dict[str, Any], **how: Any
) -> Any:
    return client.post("/exchange", wallet.l1(action, gateway.nonce(), **how))


def place(gateway: LiveGateway, client: Client, wallet: Wallet, **changes: Any) -> Any:
    reply = act(gateway, client, wallet, order_action(limit_order(**changes)))
    assert reply["status"] == "ok", reply
    return reply["response"]["data"]["statuses"][0]


def info(client: Client, kind: str, wallet: Wallet, **more: Any) -> Any:
    return client.post("/info", {"type": kind, "user": wallet.hex_address, **more})


def ok(kind: str, content: Any = None) -> dict[str, Any]:
    response = {"type": s.const(kind)}
    if content is not None:
        response["data"] = content
    return {"status": s.const("ok"), "response": response}


# -- §3.4: replies -----------------------------------------------------------------------------
MAKER, TAKER = account(1), account(2)
TAKE_PROFIT = {"trigger": {"isMarket": True, "triggerPx": "190", "tpsl": "tp"}}
CHILD = limit_order(b=False, r=True, p="190", t=TAKE_PROFIT)
Step = tuple[Wallet, dict[str, Any], Any]
OF_ORDERS: list[Step] = [
    (
        MAKER,
        order_action(limit_order(b=False, p="175", s="3", c=CLOID)),
        ok("order", {"statuses": [RESTING]}),
    ),
    (
        TAKER,
        order_action(limit_order(p="175", t=IOC), limit_order(p="160", t=IOC), limit_order(p="0")),
        ok("order", {"statuses": [FILLED, REFUSED, REFUSED]}),
    ),
    (
        TAKER,
        order_action(limit_order(p="150"), CHILD, grouping="normalTpsl"),
        ok("order", {"statuses": [RESTING, s.const("waitingForFill")]}),
    ),
    (
        TAKER,
        order_action(limit_order(p="175"), CHILD, grouping="normalTpsl"),
        ok("order", {"statuses": [FILLED, s.const("waitingForTrigger")]}),
    ),
    (
        MAKER,
        {
            "type": "batchModify",
            "modifies": [
                {"oid": CLOID, "order": limit_order(b=False, p="176", c=CLOID)},
                {"oid": 10**9, "order": limit_order()},
            ],
        },
        ok("order", {"statuses": [RESTING, REFUSED]}),
    ),
    (
        MAKER,
        {"type": "modify", "oid": CLOID, "order": limit_order(b=False, p="177", c=CLOID)},
        ok("default"),
    ),
    (
        MAKER,
        {
            "type": "cancelByCloid",
            "cancels": [{"asset": 0, "cloid": CLOID}, {"asset": 0, "cloid": CLOID}],
        },
        ok("cancel", {"statuses": [s.const("success"), REFUSED]}),
    ),
]
OF_THE_REST: list[Step] = [
    (
        MAKER,
        {"type": "cancel", "cancels": [{"a": 0, "o": 10**9}]},
        ok("cancel", {"statuses": [REFUSED]}),
    ),
    (
        TAKER,
        {"type": "twapOrder", "twap": TWAP},
        ok("twapOrder", {"status": {"running": {"twapId": s.NUM}}}),
    ),
    (
        TAKER,
        {"type": "twapOrder", "twap": {**TWAP, "s": "0.1"}},
        ok("twapOrder", {"status": REFUSED}),
    ),
    (
        TAKER,
        {"type": "twapCancel", "a": 0, "t": 1},
        ok("twapCancel", {"status": s.const("success")}),
    ),
    (TAKER, {"type": "twapCancel", "a": 0, "t": 9}, ok("twapCancel", {"status": REFUSED})),
    (
        MAKER,
        {"type": "createSubAccount", "name": "a"},
        ok("createSubAccount", s.ADDRESS),
    ),
    (MAKER, {"type": "noop"}, ok("default")),
    (MAKER, {"type": "scheduleCancel"}, ok("default")),
    (MAKER, {"type": "claimRewards"}, {"status": s.const("err"), "response": s.STR}),
]
"""Who sends what, and the shape of the answer."""


def test_replies_have_the_documented_shapes(gateway: LiveGateway, client: Client) -> None:
    """Each action with the shape of its answer, one after the other in one small history."""
    for wallet, action, shape in [*OF_ORDERS, *OF_THE_REST]:
        reply = act(gateway, client, wallet, action)
        assert s.faults(shape, reply) == [], (action, reply)


# -- §3.5: nonces, expiry, agents --------------------------------------------------------------
@pytest.mark.parametrize(
    ("away_ms", "text"),
    [
        (0, ""),
        (DAY_MS, ""),
        (-2 * DAY_MS, ""),
        (
            DAY_MS + 1,
            f"Invalid nonce: nonce too high {START_MS + DAY_MS + 1} > {START_MS + DAY_MS}",
        ),
        (
            -2 * DAY_MS - 1,
            f"Invalid nonce: nonce too low {START_MS - 2 * DAY_MS - 1} < {START_MS - 2 * DAY_MS}",
        ),
    ],
)
def test_a_nonce_lies_between_two_days_ago_and_tomorrow(
    strict: LiveGateway, away_ms: int, text: str
) -> None:
    with strict.client() as client:
        reply = client.post("/exchange", account(0).l1({"type": "noop"}, START_MS + away_ms))
    assert reply.get("response") == text if text else reply["status"] == "ok"


def test_the_hundred_highest_are_the_floor(strict: LiveGateway) -> None:
    """A new nonce lies above the lowest of them; an agent's are its own."""
    noop = {"type": "noop"}
    with strict.client() as client:
        for number in range(100):
            reply = client.post("/exchange", account(3).l1(noop, START_MS + 10 * number))
            assert reply["status"] == "ok"
        floor, used = START_MS, START_MS + 500
        told = {
            nonce: client.post("/exchange", account(3).l1(noop, nonce))["response"]
            for nonce in (floor - 1, floor, used)
        }
        assert told == {
            floor - 1: f"Invalid nonce: nonce too low {floor - 1} < {floor}",
            floor: f"Invalid nonce: duplicate nonce {floor}",
            used: f"Invalid nonce: duplicate nonce {used}",
        }
        assert client.post("/exchange", account(3).l1(noop, used + 1))["status"] == "ok"
        assert client.post("/exchange", account(4).l1(noop, used))["status"] == "ok"


def test_what_uses_a_nonce(gateway: LiveGateway, client: Client) -> None:
    """Business logic and expiry do; what is malformed, forged, or for a foreign vault does not."""
    wallet, foreign = account(7), account(8).hex_address
    poor = order_action(limit_order(s="100000"))
    cases: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
        (poor, {}, True),
        ({"type": "noop"}, {"expires_after": START_MS - 1}, True),
        (poor, {"vault": foreign}, False),
    ]
    for action, how, is_used in cases:
        nonce = gateway.nonce()
        client.post("/exchange", wallet.l1(action, nonce, **how))
        again = client.post("/exchange", wallet.l1({"type": "noop"}, nonce))
        duplicate = f"Invalid nonce: duplicate nonce {nonce}"
        assert (again["response"] == duplicate) is is_used, (action, how)
    nonce = gateway.nonce()
    malformed = {"type": "order", "orders": [limit_order(p="x")], "grouping": "na"}
    status, _, _ = client.send("/exchange", json.dumps(wallet.l1(malformed, nonce)).encode())
    assert status == 422
    forged = {**wallet.l1({"type": "noop"}, nonce), "expiresAfter": START_MS + 10**9}
    assert client.post("/exchange", forged)["status"] == "err"
    assert client.post("/exchange", wallet.l1({"type": "noop"}, nonce))["status"] == "ok"


def approve(gateway: LiveGateway, client: Client, agent: Wallet, name: str | None) -> Any:
    nonce = gateway.nonce()
    action = {"type": "approveAgent", "agentAddress": agent.hex_address, "nonce": nonce}
    if name is not None:
        action["agentName"] = name
    return client.post("/exchange", account(9).user_signed(action, nonce))


def test_agents_have_slots_names_and_times(gateway: LiveGateway, client: Client) -> None:
    robots = [Wallet(bytes([number]) * 32) for number in range(0x50, 0x58)]
    noop = {"type": "noop"}
    assert approve(gateway, client, robots[0], None)["status"] == "ok"
    assert approve(gateway, client, robots[1], "")["status"] == "ok", "the unnamed slot once more"
    told = act(gateway, client, robots[0], noop)["response"]
    assert told == f"User or API Wallet {robots[0].hex_address} does not exist."
    until = START_MS + 10**12
    names = ["one", f"two valid_until {until}", "n" * 16]
    for robot, name in zip(robots[2:5], names, strict=True):
        assert approve(gateway, client, robot, name)["status"] == "ok"
    shown = info(client, "extraAgents", account(9))
    assert [(one["name"], one["validUntil"]) for one in shown] == [
        ("one", None),
        ("two", until),
        ("n" * 16, None),
    ]
    assert approve(gateway, client, robots[5], "four")["response"] == "Too many extra agents."
    assert approve(gateway, client, robots[5], "n" * 17)["response"] == (
        "Extra agent name must be between 1 and 16 characters long"
    )
    assert approve(gateway, client, robots[2], "one")["response"] == "Extra agent already used."
    assert approve(gateway, client, robots[5], "one")["status"] == "ok", "a name replaces"
    assert act(gateway, client, robots[2], noop)["status"] == "err"
    assert act(gateway, client, robots[5], noop)["status"] == "ok"
    role = info(client, "userRole", robots[5])
    assert role == {"role": "agent", "data": {"user": account(9).hex_address}}
    assert info(client, "userRole", robots[2]) == {"role": "missing"}
    assert info(client, "openOrders", robots[5]) == []


# -- §3.6: texts of whole requests -------------------------------------------------------------
def test_whole_requests_are_refused_in_the_documented_words(
    gateway: LiveGateway, client: Client
) -> None:
    wallet, nobody, other = account(6), Wallet(b"\x66" * 32), account(5).hex_address
    unfunded = {"type": "usdSend", "destination": other, "amount": "1"}

    def sent(action: dict[str, Any], who: Wallet = wallet, **more: Any) -> Any:
        nonce = gateway.nonce()
        where = "time" if action["type"] in ("usdSend", "spotSend") else "nonce"
        full = {**action, where: nonce, **more}
        return client.post("/exchange", who.user_signed(full, nonce))["response"]

    asset = {
        "type": "sendAsset",
        "destination": other,
        "sourceDex": "",
        "destinationDex": "",
        "token": "USDC",
        "amount": "1",
        "fromSubAccount": "",
    }
    table = {
        f"User or API Wallet {nobody.hex_address} does not exist.": act(
            gateway, client, nobody, {"type": "noop"}
        )["response"],
        f"Must deposit before performing actions. User: {nobody.hex_address}": sent(
            unfunded, nobody
        ),
        f"Vault not registered: {other}": act(
            gateway, client, wallet, {"type": "noop"}, vault=other
        )["response"],
        "Orders are empty.": act(
            gateway, client, wallet, {"type": "order", "orders": [], "grouping": "na"}
        )["response"],
        "Action already expired": act(
            gateway, client, wallet, {"type": "noop"}, expires_after=START_MS - 1
        )["response"],
        "No rewards to claim": act(gateway, client, wallet, {"type": "claimRewards"})["response"],
        "Unknown token HYPE": sent({**asset, "token": "HYPE"}),
        "Invalid perp DEX": sent({**asset, "sourceDex": "abc"}),
        "Invalid decimal number": sent({**asset, "amount": "0.0000001"}),
        "Send amount cannot be zero": sent({**asset, "amount": "0"}),
        "Invalid send": sent({**asset, "destination": wallet.hex_address}),
        "Insufficient balance for token transfer": sent({**asset, "amount": "999999999"}),
        "Nonce mismatch.": sent(asset, nonce=1),
    }
    assert {text: text for text in table} == table


# -- §3.7: what orders mean --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "is_taken"),
    [
        ({"p": "170.12"}, True),
        ({"p": "170.123"}, False),
        ({"p": "99.991", "s": "2"}, True),
        ({"p": "99.9912", "s": "2"}, False),
        ({"s": "1.001"}, True),
        ({"s": "1.0001"}, False),
    ],
)
def test_prices_have_five_digits_and_sizes_their_decimals(
    gateway: LiveGateway, client: Client, changes: dict[str, Any], is_taken: bool
) -> None:
    """At most five significant digits and 6 - 3 decimals; sizes of CBRS have three decimals."""
    status = place(gateway, client, account(0), **changes)
    assert ("resting" in status) is is_taken, status


def test_times_in_force(gateway: LiveGateway, client: Client) -> None:
    maker, taker = account(1), account(3)
    place(gateway, client, maker, b=False, p="180", s="1")
    assert "error" in place(gateway, client, taker, p="180", t=ALO)
    assert place(gateway, client, taker, p="180", s="2", t=IOC)["filled"]["totalSz"] == "1.0"
    place(gateway, client, maker, b=False, p="180", s="1")
    assert place(gateway, client, taker, p="180", s="2", t=MARKET)["filled"]["totalSz"] == "1.0"
    place(gateway, client, maker, b=False, p="180", s="1")
    assert "resting" in place(gateway, client, taker, p="180", s="2"), "a part rests"
    open_orders = info(client, "openOrders", taker)
    assert [(one["sz"], one["origSz"]) for one in open_orders] == [("1.0", "2.0")]
    cancels = [{"a": 0, "o": open_orders[0]["oid"]}]
    act(gateway, client, taker, {"type": "cancel", "cancels": cancels})


def test_a_modified_order_is_a_new_one_and_a_cloid_names_the_newest(
    gateway: LiveGateway, client: Client
) -> None:
    wallet, cloid = account(4), "0x" + "d" * 32
    first = place(gateway, client, wallet, p="160", c=cloid)["resting"]["oid"]
    assert "error" in place(gateway, client, wallet, p="159", c=cloid), "it is in use"
    modify = {"type": "modify", "oid": first, "order": limit_order(p="161", c=cloid)}
    assert act(gateway, client, wallet, modify)["status"] == "ok"
    second = info(client, "orderStatus", wallet, oid=cloid)["order"]["order"]
    assert second["oid"] > first
    assert (second["limitPx"], second["cloid"]) == ("161.0", cloid)
    act(gateway, client, wallet, {"type": "cancel", "cancels": [{"a": 0, "o": second["oid"]}]})
    third = place(gateway, client, wallet, p="158", c=cloid)["resting"]["oid"]
    assert info(client, "orderStatus", wallet, oid=cloid)["order"]["order"]["oid"] == third
    assert info(client, "orderStatus", wallet, oid=first)["order"]["status"] == "canceled"
    assert info(client, "orderStatus", wallet, oid=10**9) == {"status": "unknownOid"}


@pytest.mark.parametrize(("away_ms", "is_taken"), [(4_999, False), (5_000, True), (60_000, True)])
def test_a_scheduled_cancel_lies_five_seconds_ahead(
    gateway: LiveGateway, client: Client, away_ms: int, is_taken: bool
) -> None:
    reply = act(gateway, client, account(8), {"type": "scheduleCancel", "time": START_MS + away_ms})
    assert (reply["status"] == "ok") is is_taken
    if not is_taken:
        assert "too early" in reply["response"]


def test_a_custodian_is_no_account(gateway: LiveGateway, client: Client) -> None:
    reply = act(gateway, client, custodian(), {"type": "noop"})
    text = f"User or API Wallet {custodian().hex_address} does not exist."
    assert reply == {"status": "err", "response": text}
