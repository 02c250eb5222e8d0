"""The many ways in which clients write one action, both transports, and the replies' shapes."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conformance.conftest import Record
from tests.conformance.dialect import EXCHANGE, faults
from tests.conformance.listener import Listener
from tests.conformance.story import CBRS, address, wallet
from tests.gateway.live import Client

TRADER = 6
"""A maker of the story; what it bids here is far from anybody's offer."""
OID = re.compile(r'"oid": [0-9]+')
NONCES = itertools.count(1_850_000_000_000)
Send = Callable[[dict[str, Any]], Any]
Action = dict[str, Any]


@pytest.fixture(scope="module")
def doors(record: Record) -> Iterator[dict[str, Send]]:
    """How an envelope is sent: each returns the decoded reply."""
    url = record.story.venue.url
    with Client(int(url.rsplit(":", 1)[1])) as client, Listener(url) as listener:

        def post(envelope: dict[str, Any]) -> Any:
            answer = listener.post("action", envelope)
            assert answer["type"] == "action", answer
            return answer["payload"]

        yield {"http": lambda envelope: client.post("/exchange", envelope), "ws": post}


def placing(**changes: Any) -> Action:
    terms = {"limit": {"tif": "Gtc"}}
    order = {"a": CBRS, "b": True, "p": "100.5", "s": "1", "r": False, "t": terms, **changes}
    return {"type": "order", "orders": [order], "grouping": "na"}


def shuffled(value: Any, seed: int = 7) -> Any:
    """The same with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = list(value)
        random.Random(seed).shuffle(keys)
        return {key: shuffled(value[key], seed + 1) for key in keys}
    return [shuffled(inner, seed) for inner in value] if isinstance(value, list) else value


def in_order(value: Any) -> Any:
    return json.loads(json.dumps(value, sort_keys=True))


def with_zeros(value: Any) -> Any:
    """Zeros at the end of what stands behind the point."""
    text = json.dumps(value).replace('"100.5"', '"100.5000"').replace('"1"', '"1.000"')
    return json.loads(text)


def in_capitals(value: Any) -> Any:
    """The digits of client ids."""
    return json.loads(json.dumps(value).replace("abcdef", "ABCDEF"))


NAME = "0x" + "0" * 20 + "abcdef" + "0" * 6
WRITTEN: dict[str, Callable[[Any], Any]] = {
    "as hashed": lambda action: action,
    "keys in alphabetical order": in_order,
    "keys in any order": shuffled,
    "zeros at the end": with_zeros,
    "capitals": in_capitals,
    "all of it": lambda action: in_order(in_capitals(with_zeros(action))),
}


@pytest.mark.parametrize("source", ["a", "b"])
@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("door", ["http", "ws"])
def test_the_signer_is_found_however_it_is_written(
    doors: dict[str, Send], door: str, way: str, source: str
) -> None:
    owner, send, write = wallet(TRADER), doors[door], WRITTEN[way]

    def act(action: Action) -> Any:
        sent = write(action)
        return send(owner.l1(sent, next(NONCES), source=source, hashed=action))

    placed = act(placing(c=NAME))
    (found,) = placed["response"]["data"]["statuses"]
    assert found["resting"]["cloid"] == NAME, placed
    changed = placing(c=NAME)["orders"][0]
    modify = {"type": "batchModify", "modifies": [{"oid": NAME, "order": changed}]}
    assert "resting" in act(modify)["response"]["data"]["statuses"][0]
    cancel = {"type": "cancelByCloid", "cancels": [{"asset": CBRS, "cloid": NAME}]}
    assert act(cancel)["response"]["data"]["statuses"] == ["success"]


@pytest.mark.parametrize("door", ["http", "ws"])
def test_the_numbers_of_a_signature_come_short_and_padded_and_v_from_zero(
    doors: dict[str, Send], door: str
) -> None:
    short = padded = 0
    while not (short and padded):
        envelope = wallet(TRADER).l1({"type": "noop"}, next(NONCES))
        signature = envelope["signature"]
        if len(signature["r"]) == len(signature["s"]) == 66:
            signature["v"] -= 27
            padded += 1
        elif short % 2:
            signature |= {name: f"0x{int(signature[name], 16):064x}" for name in "rs"}
        short += len(signature["r"]) < 66 or len(signature["s"]) < 66
        assert doors[door](envelope)["status"] == "ok", envelope


@pytest.mark.parametrize("door", ["http", "ws"])
def test_addresses_come_in_capitals_and_without_their_sign(
    record: Record, doors: dict[str, Send], door: str
) -> None:
    owner, nonce = wallet(TRADER), next(NONCES)
    wanted = {"type": "sendAsset", "sourceDex": "", "destinationDex": "xyz", "token": "USDC"}
    target = {"destination": address(TRADER).upper().replace("0X", "0x"), "amount": "1"}
    action = {**wanted, **target, "fromSubAccount": "", "nonce": nonce}
    assert doors[door](owner.user_signed(action, nonce))["status"] == "ok"
    updates = record.story.info("userNonFundingLedgerUpdates", user=address(TRADER))
    assert updates[-1]["delta"]["destination"] == address(TRADER)


ACTIONS: tuple[tuple[Action, str, str], ...] = (
    (placing(), "Orders", "resting"),
    (placing(p="100.55555"), "Orders", "error"),
    (placing(t={"limit": {"tif": "Ioc"}}), "Orders", "error"),
    (placing(a=999), "Orders", "error"),
    ({**placing(), "orders": []}, "Refusal", ""),
    ({"type": "cancel", "cancels": [{"a": CBRS, "o": 1}]}, "Cancels", "error"),
    ({"type": "modify", "oid": 1, "order": placing()["orders"][0]}, "Refusal", ""),
    ({"type": "updateLeverage", "asset": CBRS, "isCross": False, "leverage": 2}, "Default", ""),
    ({"type": "updateLeverage", "asset": CBRS, "isCross": False, "leverage": 99}, "Refusal", ""),
    (
        {
            "type": "twapOrder",
            "twap": {"a": CBRS, "b": True, "s": "0.001", "r": False, "m": 5, "t": False},
        },
        "TwapOrder",
        "error",
    ),
    ({"type": "twapCancel", "a": CBRS, "t": 999}, "TwapCancel", "error"),
    ({"type": "scheduleCancel"}, "Default", ""),
    ({"type": "noop"}, "Default", ""),
    ({"type": "claimRewards"}, "Refusal", ""),
)


@pytest.mark.parametrize(("action", "shape", "status"), ACTIONS, ids=lambda value: str(value)[:60])
def test_both_transports_give_the_same_reply(
    doors: dict[str, Send], action: Action, shape: str, status: str
) -> None:
    replies = []
    for send in doors.values():
        reply = send(wallet(TRADER).l1(action, next(NONCES)))
        assert faults(EXCHANGE[shape], reply) == [], reply
        assert status in json.dumps(reply)
        replies.append(OID.sub('"oid": 0', json.dumps(reply)))
    assert len(set(replies)) == 1, replies
