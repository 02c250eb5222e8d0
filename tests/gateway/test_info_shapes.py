"""Every answer has exactly the shape that the strictest client demands (§2 of the dialect)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bellwether.gateway.hyperliquid.info import HANDLERS
from bellwether.schema import codes
from bellwether.schema.commands import DecideProposal, SubmitExternalPrice
from tests.gateway import oversight_shapes as oversight, shapes as s
from tests.gateway.asking import ask
from tests.views.world import CBRS, SPCX, World, hex_address, operator

CLOID = b"\x07" * 16

SHAPES: dict[str, Any] = {
    "meta": s.META,
    "spotMeta": s.SPOT_META,
    "perpDexs": [s.NULL, s.DEX],
    "metaAndAssetCtxs": [s.META, s.many(s.CONTEXT)],
    "spotMetaAndAssetCtxs": [s.SPOT_META, s.const([])],
    "allPerpMetas": s.many(s.META),
    "allMids": s.mapping(s.D),
    "l2Book": s.BOOK,
    "clearinghouseState": s.CLEARINGHOUSE,
    "batchClearinghouseStates": s.many(s.CLEARINGHOUSE),
    "spotClearinghouseState": s.SPOT_STATE,
    "frontendOpenOrders": s.many(s.FRONTEND_ORDER),
    "orderTriggers": s.many(s.ORDER_TRIGGER),
    "openOrders": s.many(s.OPEN_ORDER),
    "orderStatus": {"status": s.const("order"), "order": s.ORDER_STATE},
    "userFills": s.many(s.FILL),
    "userFillsByTime": s.many(s.FILL),
    "userAbstraction": s.const("default"),
    "outcomeMeta": {"outcomes": s.const([]), "questions": s.const([])},
    "maxBuilderFee": s.const(0),
    "userFees": s.FEES,
    "historicalOrders": s.many(s.ORDER_STATE),
    "candleSnapshot": s.many(s.CANDLE),
    "userFunding": s.many(
        {"time": s.NUM, "hash": s.HASH, "delta": {"type": s.const("funding"), **s.PAYMENT}}
    ),
    "fundingHistory": s.many(
        {"coin": s.STR, "fundingRate": s.SIGNED, "premium": s.SIGNED, "time": s.NUM}
    ),
    "recentTrades": s.many(s.TRADE),
    "exchangeStatus": {"time": s.NUM, "specialStatuses": s.NULL},
    "userRole": {"role": s.const("user")},
    "userRateLimit": {
        "cumVlm": s.D,
        "nRequestsUsed": s.NUM,
        "nRequestsCap": s.NUM,
        "nRequestsSurplus": s.NUM,
    },
    "activeAssetData": s.ACTIVE_ASSET,
    "predictedFundings": s.many(
        [
            s.STR,
            s.many(
                [
                    s.STR,
                    {
                        "fundingRate": s.SIGNED,
                        "nextFundingTime": s.NUM,
                        "fundingIntervalHours": s.NUM,
                    },
                ]
            ),
        ]
    ),
    "userNonFundingLedgerUpdates": s.many(s.LEDGER_UPDATE),
    "perpsAtOpenInterestCap": s.const([]),
    "portfolio": [[s.STR, s.PERIOD]] * 8,
    "subAccounts": s.NULL,
    "legalCheck": {"acceptedTerms": s.BOOL, "userAllowed": s.BOOL, "restrictions": s.const("n")},
    "webData2": s.WEB_DATA,
    "marginTable": s.MARGIN_TABLE,
    "marketStatus": s.MARKET_STATUS,
    "manipulationBudget": s.MANIPULATION_BUDGET,
    "solvency": s.SOLVENCY,
    "withdrawals": s.many(s.WITHDRAWAL),
    "withdrawalAddresses": s.many(s.WITHDRAWAL_ADDRESS),
    "withdrawalTerms": s.WITHDRAWAL_TERMS,
    "userToMultiSigSigners": s.NULL,
    "markHistory": s.many(
        {"time": s.NUM, "markPx": s.D, "oraclePx": s.D, "components": [s.D, s.D, s.D]}
    ),
    "reAnchors": s.many(
        {"time": s.NUM, "direction": s.STR, "referencePx": s.D, "bandLow": s.D, "bandHigh": s.D}
    ),
    "announcements": s.many(s.ANNOUNCEMENT),
    "statusHistory": s.many(oversight.STATUS_CHANGE),
    "proposals": s.many(s.PROPOSAL),
    "indexAt": oversight.INDEX_AT,
    "decisions": s.many(oversight.DECISION),
    "operators": s.many(oversight.OPERATOR),
    "priceSources": s.many(oversight.PRICE_SOURCE),
    "disclosures": s.DISCLOSURE,
    "marketSpec": s.MARKET_SPEC,
    "specificationIndex": s.many(s.SPECIFICATION_INDEX),
    "statement": s.STATEMENT,
    "settlementPreview": s.SETTLEMENT_PREVIEW,
}
MAY_BE_EMPTY = frozenset(
    {"perpsAtOpenInterestCap", "withdrawals", "withdrawalAddresses", "reAnchors", "statusHistory"}
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Account 1 holds a position, has orders of every kind, and has been refused one."""
    made = World()
    made.order(0, False, 60_000, 175_500)
    made.order(0, True, 60_000, 174_500)
    made.order(1, True, 10_000, 176_000, tif=codes.IOC, cloid=CLOID)
    made.order(1, True, 1_000, 170_000, cloid=b"\x01" * 16)
    made.order(1, False, 1_000, 190_000, reduce_only=True)
    stop = {"reduce_only": True, "trigger": codes.STOP_LIMIT, "trigger_price": 165_000}
    made.order(1, False, 1_000, 160_000, **stop)
    made.order(1, True, 1_000, 160_000, tif=codes.IOC, cloid=b"\x02" * 16)
    made.order(1, False, 100, 1_500_000, asset=SPCX)
    made.advance(2 * 3_600)
    seen = made.clock.time_ns()
    price = ("primary", 175_000, seen, codes.REGULAR_SESSION)
    made.apply(SubmitExternalPrice(operator(0), made.nonce(), CBRS, *price))
    turned_down = made.propose(made.settling(170_000))
    made.apply(DecideProposal(operator(1), made.nonce(), turned_down, False))
    made.propose(made.settling(180_000))
    yield made
    made.views.close()


def request(kind: str, **more: Any) -> dict[str, Any]:
    fields = {"type": kind, "user": hex_address(1), "coin": "CBRS", "oid": 3, "id": 5}
    fields |= {"startTime": 0, "users": [hex_address(1)], "builder": hex_address(2)}
    fields["req"] = {"coin": "CBRS", "interval": "15m", "startTime": 0}
    return fields | more


@pytest.mark.parametrize("kind", SHAPES)
def test_the_answer_has_exactly_the_documented_shape(world: World, kind: str) -> None:
    status, answer = ask(world, request(kind))
    assert status == 200
    assert s.faults(SHAPES[kind], answer) == []
    if isinstance(answer, list) and kind not in MAY_BE_EMPTY:
        assert answer, "an empty list would say nothing about its shape"


@pytest.mark.parametrize("kind", ["meta", "metaAndAssetCtxs", "allMids", "clearinghouseState"])
def test_a_named_dex_answers_with_prefixed_names(world: World, kind: str) -> None:
    status, answer = ask(world, request(kind, dex="xyz"))
    assert status == 200 and s.faults(SHAPES[kind], answer) == []
    if kind != "clearinghouseState":
        assert "xyz:SPCX" in str(answer) and "CBRS" not in str(answer)


@pytest.mark.parametrize("kind", HANDLERS)
def test_every_request_type_answers_somebody_who_has_never_been_here(
    world: World, kind: str
) -> None:
    nobody = "0x" + "ab" * 20
    status, _ = ask(
        world,
        request(kind, user=nobody, users=[nobody], source=nobody, dex="", tokenId="0x" + "0" * 32),
    )
    assert status == 200


def test_users_are_recognised_in_any_case_and_without_0x(world: World) -> None:
    wanted = ask(world, request("userFills"))
    assert wanted[1]
    for spelling in (
        hex_address(1)[2:],
        hex_address(1)[2:].upper(),
        "0x" + hex_address(1)[2:].upper(),
    ):
        assert ask(world, request("userFills", user=spelling)) == wanted


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"type": "nonsense"}, 422),
        ({}, 422),
        ({"type": 7}, 422),
        ({"type": "userFills"}, 422),
        ({"type": "userFills", "user": "0x12"}, 422),
        ({"type": "userFills", "user": 12}, 422),
        ({"type": "meta", "dex": 5}, 422),
        ({"type": "orderStatus", "user": "0x" + "1" * 40, "oid": "7"}, 422),
        ({"type": "orderStatus", "user": "0x" + "1" * 40, "oid": True}, 422),
        ({"type": "candleSnapshot", "coin": "CBRS"}, 422),
        (
            {"type": "candleSnapshot", "req": {"coin": "CBRS", "interval": "7m", "startTime": 0}},
            422,
        ),
        ({"type": "fundingHistory", "coin": "CBRS"}, 422),
        ({"type": "fundingHistory", "coin": "CBRS", "startTime": -1}, 422),
        ({"type": "meta", "dex": "nowhere"}, 500),
        ({"type": "marketStatus", "coin": "NOPE"}, 422),
        ({"type": "candleSnapshot", "req": {"coin": "NOPE", "interval": "1m"}}, 422),
        ({"type": "recentTrades", "coin": "NOPE"}, 422),
        ({"type": "solvency", "dex": "nowhere"}, 422),
        ({"type": "marginTable", "id": 999}, 422),
        ({"type": "l2Book", "coin": "CBRS", "nSigFigs": 1}, 500),
        ({"type": "l2Book", "coin": "CBRS", "mantissa": 5}, 500),
        ({"type": "l2Book", "coin": "CBRS", "nSigFigs": 5, "mantissa": 3}, 500),
    ],
)
def test_what_is_wrong_is_said_with_the_dialects_status(
    world: World, fields: dict[str, Any], status: int
) -> None:
    found, text = ask(world, fields)
    assert found == status
    assert text == "null" if status == 500 else text.startswith("Failed to deserialize the JSON")


def test_an_unknown_coin_has_no_book_and_an_unknown_order_is_no_error(world: World) -> None:
    assert ask(world, {"type": "l2Book", "coin": "NONE/EXISTENT"}) == (200, None)
    for oid in (999_999_999, 2**63 - 1, "0x" + "9" * 32):
        assert ask(world, request("orderStatus", oid=oid)) == (200, {"status": "unknownOid"})


def test_extreme_times_are_answered(world: World) -> None:
    for kind in ("markHistory", "userFillsByTime", "userFunding", "fundingHistory"):
        assert ask(world, request(kind, startTime=2**63 - 1, endTime=2**63 - 1)) == (200, [])
