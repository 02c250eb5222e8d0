"""One good request of each kind, as it stands on the wire: what fuzzing and tests start from.

They fit the dev world (IFACE-1): its markets, and its clock at the start of May 2026.
"""

from __future__ import annotations

from typing import Any, Final

START_MS: Final = 1_777_593_600_000
"""2026-05-01T00:00:00Z."""

NONCE: Final = 1_777_600_000_000
ADDRESS: Final = "0x" + "ab" * 20
CLOID: Final = "0x" + "1" * 32


def limit_order(**changes: Any) -> dict[str, Any]:
    """One order on the wire: buy 1 CBRS at 170, good until canceled, unless changed."""
    order = {"a": 0, "b": True, "p": "170", "s": "1", "r": False, "t": {"limit": {"tif": "Gtc"}}}
    return {**order, **changes}


def order_action(*orders: dict[str, Any], grouping: str = "na") -> dict[str, Any]:
    return {"type": "order", "orders": list(orders or (limit_order(),)), "grouping": grouping}


ACTIONS: Final[dict[str, dict[str, Any]]] = {
    "order": order_action(limit_order(c=CLOID)),
    "trigger": order_action(
        limit_order(t={"trigger": {"isMarket": True, "triggerPx": "100", "tpsl": "sl"}})
    ),
    "trailing": order_action(
        limit_order(t={"trigger": {"isMarket": True, "tpsl": "sl", "trailPx": "5"}})
    ),
    "twapOrder": {
        "type": "twapOrder",
        "twap": {"a": 0, "b": True, "s": "20", "r": False, "m": 5, "t": False},
        "details": {"t": None, "s": None},
    },
    "twapCancel": {"type": "twapCancel", "a": 0, "t": 5},
    "cancel": {"type": "cancel", "cancels": [{"a": 0, "o": 5}]},
    "cancelByCloid": {"type": "cancelByCloid", "cancels": [{"asset": 0, "cloid": CLOID}]},
    "modify": {"type": "modify", "oid": 5, "order": limit_order()},
    "batchModify": {"type": "batchModify", "modifies": [{"oid": 5, "order": limit_order()}]},
    "scheduleCancel": {"type": "scheduleCancel", "time": NONCE},
    "updateLeverage": {"type": "updateLeverage", "asset": 0, "isCross": False, "leverage": 5},
    "updateIsolatedMargin": {
        "type": "updateIsolatedMargin",
        "asset": 0,
        "isBuy": True,
        "ntli": 1_000_000,
    },
    "usdSend": {"type": "usdSend", "destination": ADDRESS, "amount": "1", "time": NONCE},
    "sendAsset": {
        "type": "sendAsset",
        "destination": ADDRESS,
        "sourceDex": "",
        "destinationDex": "xyz",
        "token": "USDC",
        "amount": "1",
        "fromSubAccount": "",
        "nonce": NONCE,
    },
    "approveAgent": {
        "type": "approveAgent",
        "agentAddress": "0x" + "cd" * 20,
        "agentName": "robot",
        "nonce": NONCE,
    },
    "approveBuilderFee": {
        "type": "approveBuilderFee",
        "maxFeeRate": "0.01%",
        "builder": "0x" + "ef" * 20,
        "nonce": NONCE,
    },
    "claimRewards": {"type": "claimRewards"},
    "createSubAccount": {"type": "createSubAccount", "name": "carry"},
    "subAccountModify": {"type": "subAccountModify", "subAccountUser": ADDRESS, "name": "carry"},
    "subAccountTransfer": {
        "type": "subAccountTransfer",
        "subAccountUser": ADDRESS,
        "isDeposit": True,
        "usd": 1_000_000,
    },
    "setDisplayName": {"type": "setDisplayName", "displayName": "Somebody"},
    "topUpIsolatedOnlyMargin": {
        "type": "topUpIsolatedOnlyMargin",
        "asset": 0,
        "leverage": "2.5",
    },
    "agentSetAbstraction": {"type": "agentSetAbstraction", "abstraction": "i"},
    "withdraw3": {"type": "withdraw3", "destination": ADDRESS, "amount": "1", "time": NONCE},
}
"""One good action of each kind."""

USER_SIGNED: Final = ("usdSend", "sendAsset", "withdraw3", "approveAgent", "approveBuilderFee")

MASTERS_ONLY: Final = (
    *("createSubAccount", "subAccountModify", "subAccountTransfer", "setDisplayName"),
)
"""Signed as others are, and no agent's business."""

ACTS: Final[dict[str, dict[str, Any]]] = {
    "externalPrice": {
        "coin": "CBRS",
        "source": "primary",
        "px": "190.0",
        "time": START_MS,
        "session": "regular",
    },
    "observe": {
        "coin": "ANTH",
        "source": "alpha",
        "observation": {
            "kind": "secondary_trade",
            "value": "2078000000000.0",
            "unit": "per_share",
            "shareCount": 10_000_000_000,
            "shareClass": "preferred",
            "size": "1000000.0",
            "observedAt": START_MS,
        },
    },
    "confirmListing": {
        "coin": "CBRS",
        "exchange": "XNAS",
        "listedAs": "CBRS",
        "structure": "ipo",
        "crossPx": "190.0",
        "crossTime": START_MS,
    },
    "exchangeHalt": {
        "coin": "CBRS",
        "source": "primary",
        "halted": True,
        "reason": "T1",
        "time": START_MS,
    },
    "declareEvent": {
        "coin": "CBRS",
        "event": "spac_closing",
        "grounds": "it has closed",
        "crossPx": "190.0",
        "crossTime": START_MS,
    },
    "indicativeAuction": {
        "coin": "CBRS",
        "source": "primary",
        "px": "190.0",
        "pairedVolume": "1000000",
        "time": START_MS,
    },
    "settle": {"coin": "CBRS", "method": "transaction", "px": "190.0", "grounds": "acquired"},
    "rebase": {"coin": "CBRS", "numerator": 5, "denominator": 1, "grounds": "split"},
    "disableDex": {"dex": "xyz", "grounds": "its deployer is gone"},
    "publishDisclosure": {"version": 2, "text": "Our own words."},
    "announce": {"coin": "CBRS", "title": "Hello", "text": "World"},
    "listMarket": {
        "spec": {
            "preset": "ipop",
            "symbol": "xyz:NEW",
            "dex": "xyz",
            "reference": "40",
            "band": "0.2",
            "sizeDecimals": 2,
            "maxLeverage": 5,
            "marginTiers": [{"lowerBound": "0", "maxLeverage": 5}],
            "marginMode": "strictIsolated",
            "launchTime": START_MS + 60_000,
            "outsideLaunchTime": START_MS + 120_000,
            "settlement_deadline": "2026-07-30T00:00:00Z",
            "openInterestCap": "1000000",
            "positionLimit": "1000",
            "timeLock": 1_000,
            "shareCount": 1_000_000,
            "shareCountSource": "S-1",
            "oracle": {"max_re_anchors": 3},
            "conversion": {"min_external_sources": 3},
            "excluded_jurisdictions": ["US"],
        },
        "basis": "Secondary trades at 40 USD, 2026-04-30.",
        "announcement": "A new market.",
    },
    "changeSpec": {
        "coin": "CBRS",
        "changes": {
            "band": "0.2",
            "openInterestCap": "5000000.5",
            "outsideLaunchTime": START_MS + 120_000,
            "funding": {"multiplier_e6": 7_000},
            "tiers": [{"lower_bound_e6": 0, "max_leverage": 5}],
            "max_order_lots": 5_000,
        },
        "effectiveTime": START_MS + 1,
        "grounds": "Because.",
        "announcement": "A change.",
    },
    "setPhase": {"coin": "CBRS", "phase": "SETTLEMENT_PERIOD", "grounds": "Because."},
    "eventPhase": {"coin": "CBRS", "phase": "filed", "grounds": "Because."},
    "resolveInput": {
        "coin": "ANTH",
        "source": "alpha",
        "observationKind": "secondary_trade",
        "decision": "reject",
        "observedAt": START_MS,
        "grounds": "It was a slip.",
    },
    "approve": {"proposalId": 1},
    "reject": {"proposalId": 1},
    "halt": {"coin": "CBRS", "status": "halted", "grounds": "why", "beyondHour": True},
    "resume": {"coin": "CBRS"},
    "credit": {"user": "0x" + "11" * 20, "dex": "", "amount": "5", "reference": "r"},
    "debit": {"user": "0x" + "11" * 20, "dex": "", "amount": "5", "reference": "r"},
    "approveWithdrawal": {"id": 1},
    "releaseWithdrawal": {"id": 1, "reference": "r"},
    "refuseWithdrawal": {"id": 1, "grounds": "Because."},
    "pauseWithdrawals": {"grounds": "Because."},
    "resumeWithdrawals": {"grounds": "Because.", "announcement": "It goes on."},
    "withdrawalTerms": {
        "grounds": "Because.",
        "announcement": "Other terms.",
        "least": "2",
        "delayedAbove": "5",
        "delayMs": 60_000,
        "largeAbove": "50",
        "largeDelayMs": 120_000,
        "newAddressMs": 180_000,
        "largeApprovals": 3,
        "accountHourly": "100",
        "venueHourly": "1000",
    },
    "payIn": {"coin": "CBRS", "target": "insurance", "amount": "5", "reference": "r"},
    "setAccount": {"user": "0x" + "11" * 20, "jurisdiction": "CH", "clientClass": "retail"},
}
"""One good act of each kind, without its kind."""

DEPLOYMENTS: Final[dict[str, Any]] = {
    "registerAsset2": {
        "maxGas": None,
        "assetRequest": {
            "coin": "xyz:TSLA",
            "szDecimals": 2,
            "oraclePx": "250.5",
            "marginTableId": 10,
            "marginMode": "noCross",
        },
        "dex": "xyz",
        "schema": None,
    },
    "setOracle": {
        "dex": "xyz",
        "oraclePxs": [["xyz:SPCX", "200.0"]],
        "markPxs": [[["xyz:SPCX", "200.5"]]],
        "externalPerpPxs": [["xyz:SPCX", "200.0"]],
    },
    "setFundingMultipliers": [["xyz:SPCX", "0.5"]],
    "setOpenInterestCaps": [["xyz:SPCX", 2_000_000]],
    "haltTrading": {"coin": "xyz:SPCX", "isHalted": True},
    "setMarginModes": [["xyz:SPCX", "noCross"]],
    "setFeeRecipient": {"dex": "xyz", "feeRecipient": ADDRESS},
    "setGrowthModes": [["xyz:SPCX", True]],
    "setPerpAnnotation": {"coin": "xyz:SPCX", "category": "pre-IPO", "description": "Rockets."},
}
"""What a deployer asks for, by variant."""
