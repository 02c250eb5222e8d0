"""Whatever the venue lives through, its answers have the dialect's shapes, on both transports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bellwether.gateway.hyperliquid.info import HANDLERS
from tests.conformance.conftest import Answer, Record
from tests.conformance.dialect import INFO, faults
from tests.conformance.questions import requests
from tests.conformance.story import CHAPTERS
from tests.gateway.live import Client

NOTHING_HERE = frozenset(
    "allBorrowLendReserveStates delegations delegatorHistory delegatorRewards gossipRootIps"
    " leadingVaults liquidatable maxMarketOrderNtls outcomeTemplates perpsAtOpenInterestCap"
    " userBorrowLendInterest userVaultEquities validatorL1Votes validatorSummaries vaultSummaries"
    " isVip settledOutcome subAccounts subAccounts2 userDexAbstraction userToMultiSigSigners"
    " vaultDetails".split()
)
"""Types whose feature is not there, or whose list nothing in the story fills."""


def of(record: Record, kind: str) -> list[Answer]:
    return [answer for answer in record.answers if answer.request["type"] == kind]


def test_every_type_of_the_dialect_is_answered_and_asked_for() -> None:
    asked = {request["type"] for request in requests()}
    assert asked == INFO.keys() and INFO.keys() <= HANDLERS.keys()


@pytest.mark.parametrize("kind", INFO)
def test_each_answer_of_each_chapter_has_its_shape(record: Record, kind: str) -> None:
    found = []
    for answer in of(record, kind):
        assert (answer.status, answer.content_type) == (200, "application/json"), answer
        found += [
            (answer.chapter, answer.request, fault)
            for fault in faults(INFO[kind], json.loads(answer.body))
        ]
    assert found == []


@pytest.mark.parametrize("kind", sorted(INFO.keys() - NOTHING_HERE))
def test_the_story_has_something_to_show_for_it(record: Record, kind: str) -> None:
    """A list that is always empty would say nothing about its shape."""
    assert any(json.loads(answer.body) for answer in of(record, kind) if answer.body != b"0") or (
        kind == "maxBuilderFee"
    )


def occurring(record: Record, kind: str, *path: str) -> set[Any]:
    """Every value of a field in the answers of a type; lists are gone into."""

    def walk(value: Any, left: tuple[str, ...]) -> set[Any]:
        if isinstance(value, list):
            return set().union(*(walk(inner, left) for inner in value)) if value else set()
        if not left:
            return {value}
        return (
            walk(value[left[0]], left[1:])
            if isinstance(value, dict) and left[0] in value
            else set()
        )

    return set().union(*(walk(json.loads(answer.body), path) for answer in of(record, kind)))


def test_the_story_is_rich_enough(record: Record) -> None:
    """What shapes are checked against must occur: kinds, endings, directions, updates."""
    assert {answer.chapter for answer in record.answers} == {"before", *CHAPTERS}
    statuses = occurring(record, "historicalOrders", "status")
    assert statuses >= {
        "open",
        "filled",
        "canceled",
        "scheduledCancel",
        "badAloPxRejected",
        "iocCancelRejected",
        "minTradeNtlRejected",
        "perpMarginRejected",
        "delistedCanceled",
    }, statuses
    kinds = occurring(record, "historicalOrders", "order", "orderType")
    assert kinds >= {"Limit", "Market", "Stop Market", "Take Profit Limit", "Twap Slice"}, kinds
    directions = occurring(record, "userFills", "dir")
    assert directions >= {"Open Long", "Open Short", "Close Long", "Settlement"}, directions
    assert occurring(record, "userFills", "liquidation", "method")
    assert occurring(record, "userFills", "builderFee")
    updates = occurring(record, "userNonFundingLedgerUpdates", "delta", "type")
    assert updates >= {"deposit", "withdraw", "send", "liquidation", "rewardsClaim"}, updates
    assert "internalTransfer" in updates, "what `usdSend` moves, as a client of Rust knows it"
    twaps = occurring(record, "twapHistory", "status", "status")
    assert twaps >= {"activated", "finished", "terminated", "waitingForTrigger"}, twaps
    assert occurring(record, "userRole", "role") == {"user", "agent", "missing"}
    assert occurring(record, "openOrders", "cloid") and occurring(
        record, "openOrders", "reduceOnly"
    )


def test_the_same_read_has_the_same_bytes_over_a_websocket(record: Record) -> None:
    """In a quiet venue on a manual clock."""
    listener = record.listeners[""]
    with Client(int(record.story.venue.url.rsplit(":", 1)[1])) as client:
        for request in requests():
            _, _, body = client.send("/info", json.dumps(request).encode())
            posted = listener.post("info", request)["text"]
            kind = request["type"]
            assert f'"payload":{{"type":"{kind}","data":{body.decode()}}}' in posted, request


BAD: tuple[dict[str, Any], ...] = (
    {"type": "nonsense"},
    {"type": "userFills"},
    {"type": "userFills", "user": "0x12"},
    {"type": "meta", "dex": "nowhere"},
    {"type": "l2Book", "coin": "CBRS", "nSigFigs": 1},
    {"type": "l2Book", "coin": "CBRS", "nSigFigs": 5, "mantissa": 3},
    {"type": "l2Book", "coin": "CBRS", "mantissa": 2},
    {"type": "tokenDetails", "tokenId": "0x" + "1" * 32},
    {"type": "candleSnapshot", "req": {"coin": "CBRS", "interval": "7m", "startTime": 0}},
)


@pytest.mark.parametrize("request_", BAD, ids=json.dumps)
def test_the_same_fault_has_the_same_text_over_a_websocket(
    record: Record, request_: dict[str, Any]
) -> None:
    with Client(int(record.story.venue.url.rsplit(":", 1)[1])) as client:
        status, content_type, body = client.send("/info", json.dumps(request_).encode())
    assert status in (422, 500)
    assert content_type == ("text/plain; charset=utf-8" if status == 422 else "application/json")
    posted = record.listeners[""].post("info", request_)
    assert (posted["type"], posted["payload"]) == ("error", f"{status}: {body.decode()}")
