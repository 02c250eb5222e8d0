"""Shapes of answers, strict: no key too many, none too few, every decimal with a point (§2.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], bool]


def pattern(text: str) -> Check:
    compiled = re.compile(text)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


D = pattern(r"[0-9]+\.[0-9]+")
SIGNED = pattern(r"-?[0-9]+\.[0-9]+")
ADDRESS = pattern(r"0x[0-9a-f]{40}")
HASH = pattern(r"0x[0-9a-f]{64}")
CLOID = pattern(r"0x[0-9a-f]{32}")
STR = pattern(r"(?s).*")
DATE = pattern(r"\d{4}-\d{2}-\d{2}")
SIDE = pattern("[AB]")
STATUS = pattern("[a-zA-Z]+")


def NUM(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def BOOL(value: Any) -> bool:
    return isinstance(value, bool)


def NULL(value: Any) -> bool:
    return value is None


def ANY(value: Any) -> bool:
    return True


def either(*shapes: Any) -> Check:
    return lambda value: any(not faults(shape, value) for shape in shapes)


def const(wanted: Any) -> Check:
    return lambda value: value == wanted and type(value) is type(wanted)


def many(shape: Any) -> Check:
    return lambda value: isinstance(value, list) and not any(faults(shape, v) for v in value)


def mapping(shape: Any) -> Check:
    return lambda value: (
        isinstance(value, dict) and not any(faults(shape, v) for v in value.values())
    )


def faults(shape: Any, value: Any, where: str = "$") -> list[str]:
    """Return every place where `value` is not of `shape`; a key ending in ? may be absent."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no object"]
        wanted = {key.rstrip("?"): inner for key, inner in shape.items()}
        missing = {key for key in shape if not key.endswith("?")} - value.keys()
        found = [f"{where}.{key}: missing" for key in sorted(missing)]
        for key, inner in value.items():
            if key in wanted:
                found += faults(wanted[key], inner, f"{where}.{key}")
            else:
                found.append(f"{where}.{key}: unexpected")
        return found
    if isinstance(shape, list):
        if not isinstance(value, list) or len(value) != len(shape):
            return [f"{where}: {value!r} is no list of {len(shape)}"]
        return [f for n, s in enumerate(shape) for f in faults(s, value[n], f"{where}[{n}]")]
    return [] if shape(value) else [f"{where}: {value!r}"]


LEVEL = {"px": D, "sz": D, "n": NUM}
LEVERAGE = either(
    {"type": const("cross"), "value": NUM},
    {"type": const("isolated"), "value": NUM, "rawUsd": SIGNED},
)
ANNOUNCEMENT = {
    "seq": NUM,
    "time": NUM,
    "coin": either(STR, NULL),
    "kind": pattern("launch|conversion|settlement|parameters|notice"),
    "title": STR,
    "text": STR,
    "hash": HASH,
    "grounds": STR,
    "effectiveTime": NUM,
}
PROPOSAL = {
    "proposalId": NUM,
    "coin": STR,
    "kind": pattern("confirmListing|declareEvent|settle|rebase"),
    "grounds": STR,
    "text": STR,
    "hash": HASH,
    "proposer": ADDRESS,
    "time": NUM,
    "expires": NUM,
    "isStale": BOOL,
    "fields": {"method": STR, "px": D, "window": NULL},
}
AWAITED_EVENT = {
    "event": STR,
    "condition": STR,
    "deadline": NUM,
    "treatment": pattern("convert|adjusted|composite"),
    "otherwise": pattern("settle|convert"),
    "exchange": STR,
    "listedAs": STR,
    "structure": STR,
    "ratio": STR,
    "settledPart": D,
}
MARGIN_TABLE = {"description": STR, "marginTiers": many({"lowerBound": D, "maxLeverage": NUM})}
META = {
    "universe": many(
        {
            "szDecimals": NUM,
            "name": STR,
            "maxLeverage": NUM,
            "marginTableId": NUM,
            "onlyIsolated?": const(True),
            "isDelisted?": const(True),
            "marginMode?": pattern("strictIsolated|noCross"),
            "growthMode?": const("enabled"),
        }
    ),
    "marginTables": many([NUM, MARGIN_TABLE]),
    "collateralToken": NUM,
}
CONTEXT = {
    "prevDayPx": D,
    "dayNtlVlm": D,
    "markPx": D,
    "midPx": either(D, NULL),
    "funding": SIGNED,
    "openInterest": D,
    "premium": either(SIGNED, NULL),
    "oraclePx": D,
    "impactPxs": either([D, D], NULL),
    "dayBaseVlm": D,
}
SPOT_META = {
    "universe": many({"tokens": [NUM, NUM], "name": STR, "index": NUM, "isCanonical": BOOL}),
    "tokens": many(
        {
            "name": STR,
            "szDecimals": NUM,
            "weiDecimals": NUM,
            "index": NUM,
            "tokenId": CLOID,
            "isCanonical": BOOL,
            "evmContract": either({"address": ADDRESS, "evm_extra_wei_decimals": NUM}, NULL),
            "fullName": either(STR, NULL),
            "deployerTradingFeeShare": D,
        }
    ),
}
DEX = {
    "name": STR,
    "fullName": STR,
    "deployer": ADDRESS,
    "oracleUpdater": either(ADDRESS, NULL),
    "feeRecipient": either(ADDRESS, NULL),
    "assetToStreamingOiCap": many([STR, D]),
    "subDeployers": many([STR, many(STR)]),
    "deployerFeeScale": D,
    "lastDeployerFeeScaleChangeTime": pattern(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?"),
    "assetToFundingMultiplier": many([STR, D]),
    "assetToFundingInterestRate": many([STR, D]),
}
BOOK = {"coin": STR, "time": NUM, "levels": [many(LEVEL), many(LEVEL)], "spread?": D}
SUMMARY = {"accountValue": D, "totalNtlPos": D, "totalRawUsd": SIGNED, "totalMarginUsed": D}
POSITION = {
    "coin": STR,
    "szi": SIGNED,
    "leverage": LEVERAGE,
    "entryPx": D,
    "positionValue": D,
    "unrealizedPnl": SIGNED,
    "returnOnEquity": SIGNED,
    "liquidationPx": either(D, NULL),
    "marginUsed": D,
    "maxLeverage": NUM,
    "cumFunding": {"allTime": SIGNED, "sinceOpen": SIGNED, "sinceChange": SIGNED},
}
CLEARINGHOUSE = {
    "marginSummary": SUMMARY,
    "crossMarginSummary": SUMMARY,
    "crossMaintenanceMarginUsed": D,
    "withdrawable": D,
    "assetPositions": many({"type": const("oneWay"), "position": POSITION}),
    "time": NUM,
}
SPOT_STATE = {"balances": const([])}
_SUB_ACCOUNT = {"name": STR, "subAccountUser": ADDRESS, "master": ADDRESS, "spotState": SPOT_STATE}
SUB_ACCOUNT = {**_SUB_ACCOUNT, "clearinghouseState": CLEARINGHOUSE}
SUB_ACCOUNT_IN_ALL = {
    **_SUB_ACCOUNT,
    "dexToClearinghouseState": many([STR, CLEARINGHOUSE]),
    "abstraction": pattern("unifiedAccount|portfolioMargin|disabled"),
}
OPEN_ORDER = {
    "coin": STR,
    "side": SIDE,
    "limitPx": D,
    "sz": D,
    "oid": NUM,
    "timestamp": NUM,
    "origSz": D,
    "cloid?": CLOID,
    "reduceOnly?": const(True),
}
FRONTEND_ORDER = {
    "coin": STR,
    "side": SIDE,
    "limitPx": D,
    "sz": D,
    "oid": NUM,
    "timestamp": NUM,
    "origSz": D,
    "triggerCondition": STR,
    "isTrigger": BOOL,
    "triggerPx": D,
    "children": lambda value: not any(faults(FRONTEND_ORDER, v) for v in value),
    "isPositionTpsl": BOOL,
    "reduceOnly": BOOL,
    "orderType": pattern("Market|Limit|(Stop|Take Profit) (Market|Limit)|Twap Slice"),
    "tif": either(pattern("Gtc|Ioc|Alo|FrontendMarket|LiquidationMarket"), NULL),
    "cloid": either(CLOID, NULL),
}
ORDER_TRIGGER = {
    "coin": STR,
    "oid": NUM,
    "triggerBy": pattern("mark|index|last"),
    "trailPx": either(D, NULL),
    "trailRate": either(D, NULL),
}
ORDER_STATE = {"order": FRONTEND_ORDER, "status": STATUS, "statusTimestamp": NUM}
ORDER_UPDATE = {"order": OPEN_ORDER, "status": STATUS, "statusTimestamp": NUM}
FILL = {
    "cloid?": CLOID,
    "liquidation?": {"liquidatedUser?": ADDRESS, "markPx": D, "method": pattern("market|backstop")},
    "coin": STR,
    "px": D,
    "sz": D,
    "side": SIDE,
    "time": NUM,
    "startPosition": SIGNED,
    "dir": STR,
    "closedPnl": SIGNED,
    "hash": HASH,
    "oid": NUM,
    "crossed": BOOL,
    "fee": SIGNED,
    "builderFee?": D,
    "tid": NUM,
    "feeToken": STR,
    "twapId": either(NUM, NULL),
}
TWAP_STATE = {
    "coin": STR,
    "user": ADDRESS,
    "side": SIDE,
    "sz": D,
    "executedSz": D,
    "executedNtl": D,
    "minutes": NUM,
    "reduceOnly": BOOL,
    "randomize": BOOL,
    "timestamp": NUM,
    "stopPx": either(D, NULL),
    "trigger": either({"px": D, "above": BOOL}, NULL),
}
TWAP_ENTRY = {"time": NUM, "state": TWAP_STATE, "status": {"status": STR}, "twapId": NUM}
TWAP_SLICE = {"fill": FILL, "twapId": NUM}
TRADE = {
    "coin": STR,
    "side": SIDE,
    "px": D,
    "sz": D,
    "time": NUM,
    "hash": HASH,
    "tid": NUM,
    "users": [ADDRESS, ADDRESS],
}
CANDLE = {
    "t": NUM,
    "T": NUM,
    "s": STR,
    "i": STR,
    "o": D,
    "c": D,
    "h": D,
    "l": D,
    "v": D,
    "n": NUM,
}
PAYMENT = {
    "coin": STR,
    "usdc": SIGNED,
    "szi": SIGNED,
    "fundingRate": SIGNED,
    "nSamples": either(NUM, NULL),
}
_MOVED = {"usdc": D, "user": ADDRESS, "destination": ADDRESS}
DELTA = either(
    {"type": const("deposit"), "usdc": D},
    {"type": const("withdraw"), "usdc": D, "nonce": NUM, "fee": D},
    {
        "type": const("send"),
        "user": ADDRESS,
        "destination": ADDRESS,
        "sourceDex": STR,
        "destinationDex": STR,
        "token": STR,
        "amount": D,
        "usdcValue": D,
        "fee": D,
        "nativeTokenFee": D,
        "nonce": NUM,
        "feeToken": STR,
    },
    {"type": const("subAccountTransfer"), **_MOVED},
    {"type": const("internalTransfer"), **_MOVED, "fee": D},
    {
        "type": const("liquidation"),
        "liquidatedNtlPos": D,
        "accountValue": SIGNED,
        "leverageType": pattern("Cross|Isolated"),
        "liquidatedPositions": many({"coin": STR, "szi": SIGNED}),
    },
)
LEDGER_UPDATE = {"time": NUM, "hash": HASH, "delta": DELTA}
RATES = {"cross": D, "add": D, "spotCross": D, "spotAdd": D}
PERIOD = {
    "accountValueHistory": many([NUM, SIGNED]),
    "pnlHistory": many([NUM, SIGNED]),
    "vlm": D,
}
FEES = {
    "dailyUserVlm": many({"date": DATE, "userCross": D, "userAdd": D, "exchange": D}),
    "feeSchedule": {
        **RATES,
        "tiers": {"vip": many({"ntlCutoff": D, **RATES}), "mm": many({"add": SIGNED})},
        "referralDiscount": D,
        "stakingDiscountTiers": many({"bpsOfMaxSupply": D, "discount": D}),
    },
    "userCrossRate": D,
    "userAddRate": SIGNED,
    "userSpotCrossRate": D,
    "userSpotAddRate": SIGNED,
    "activeReferralDiscount": D,
    "trial": NULL,
    "feeTrialEscrow": D,
    "nextTrialAvailableTimestamp": NULL,
    "stakingLink": NULL,
    "activeStakingDiscount": {"bpsOfMaxSupply": D, "discount": D},
}
ACTIVE_ASSET = {
    "user": ADDRESS,
    "coin": STR,
    "leverage": LEVERAGE,
    "maxTradeSzs": [D, D],
    "availableToTrade": [D, D],
    "markPx": D,
}
WEB_DATA = {
    "clearinghouseState": CLEARINGHOUSE,
    "leadingVaults": const([]),
    "totalVaultEquity": D,
    "openOrders": many(FRONTEND_ORDER),
    "agentAddress": either(ADDRESS, NULL),
    "agentValidUntil": either(NUM, NULL),
    "cumLedger": SIGNED,
    "meta": META,
    "assetCtxs": many(CONTEXT),
    "serverTime": NUM,
    "isVault": BOOL,
    "user": ADDRESS,
    "twapStates": many([NUM, TWAP_STATE]),
    "spotState?": SPOT_STATE,
    "spotAssetCtxs": const([]),
    "perpsAtOpenInterestCap?": many(STR),
}
MARKET_STATUS = {
    "coin": STR,
    "dex": STR,
    "preset": STR,
    "phase": pattern("[A-Z_]+"),
    "tradingStatus": pattern("open|post_only|cancel_only|halted"),
    "venueStatus": {
        "status": pattern("open|post_only|cancel_only"),
        "cause": either(pattern("disk_slow|disk_low"), NULL),
        "since": either(NUM, NULL),
    },
    "markPx": D,
    "oraclePx": D,
    "indexPx": either(D, NULL),
    "referencePx": D,
    "bandLow": D,
    "bandHigh": D,
    "reAnchors": {"up": NUM, "down": NUM, "max": NUM},
    "fundingRate": SIGNED,
    "predictedFunding": SIGNED,
    "fundingMultiplier": D,
    "openInterest": D,
    "openInterestCap": D,
    "effectiveOpenInterestCap": D,
    "launchTime": either(NUM, NULL),
    "anticipatedListingTime": either(NUM, NULL),
    "outsideLaunchTime": either(NUM, NULL),
    "settlementDeadline": either(NUM, NULL),
    "eventPhase": either(STR, NULL),
    "eventLeverage": either(NUM, NULL),
    "eventBindsTime": either(NUM, NULL),
    "haltCause": either(pattern("mark_moved|feed_failed"), NULL),
    "awaitsPricesSince": either(NUM, NULL),
    "haltEndsTime": either(NUM, NULL),
    "awaitedEvent": either(AWAITED_EVENT, NULL),
    "exchangeHalts": many({"source": STR, "since": NUM, "reason": STR}),
    "reopensTime": either(NUM, NULL),
    "settlementPx": either(D, NULL),
    "twapToDate": either(D, NULL),
    "specVersion": NUM,
    "manipulationBudget": many({"movePct": STR, "costUsd": D}),
    "insuranceFund": D,
    "backstop": NULL,
    "shareCount": either(NUM, NULL),
    "shareCountAsOf": either(NUM, NULL),
    "shareCountSource": either(STR, NULL),
    "initialImpliedCap": either(D, NULL),
    "impliedCap": either(D, NULL),
}
MANIPULATION_BUDGET = {
    "coin": STR,
    "time": either(NUM, NULL),
    "moves": many({"movePct": STR, "upUsd": D, "downUsd": D, "costUsd": D}),
    "multiple": either(D, NULL),
    "openInterestCap": D,
    "effectiveCap": either(D, NULL),
}
DISCLOSURE = {
    "coin": STR,
    "required": BOOL,
    "version": either(NUM, NULL),
    "hash": either(HASH, NULL),
    "text": either(STR, NULL),
    "accepted?": BOOL,
    "acceptedAt?": either(NUM, NULL),
}
MARKET_SPEC = {
    "coin": STR,
    "dex": STR,
    "version": NUM,
    "preset": STR,
    "specification": lambda value: isinstance(value, dict),
    "differences": many({"field": STR, "preset": ANY, "value": ANY}),
    "versions": many(NUM),
    "pending": many(ANY),
    "afterListing": lambda value: isinstance(value, dict),
    "rebases": many({"time": NUM, "numerator": NUM, "denominator": NUM}),
}
SPECIFICATION_INDEX = {
    "coin": STR,
    "dex": STR,
    "preset": STR,
    "phase": pattern("[A-Z_]+"),
    "launchTime": either(NUM, NULL),
    "anticipatedListingTime": either(NUM, NULL),
    "outsideLaunchTime": either(NUM, NULL),
    "settlementDeadline": either(NUM, NULL),
    "version": NUM,
}
INDEX_INPUT = {
    "source": STR,
    "kind": STR,
    "value": D,
    "unit": pattern("valuation|per_share"),
    "observedAt": NUM,
    "weight": D,
    "state": pattern("live|held|expired|rejected"),
    "reason": either(STR, NULL),
}
STATEMENT_LINE = {
    "time": NUM,
    "hash": HASH,
    "dex": STR,
    "type": STR,
    "amount": SIGNED,
    "balance": SIGNED,
    "coin?": STR,
    "side?": SIDE,
    "sz?": D,
    "px?": D,
    "closedPnl?": SIGNED,
    "fee?": SIGNED,
    "szi?": SIGNED,
    "fundingRate?": SIGNED,
    "reference?": STR,
}
_LEDGER = {"cash": SIGNED, "isolatedMargin": SIGNED, "fundingTold": SIGNED, "accruing": SIGNED}
STATEMENT = {
    "user": ADDRESS,
    "startTime": NUM,
    "endTime": NUM,
    "dexes": many(
        {"dex": STR, "opening": SIGNED, "closing": SIGNED, "ledger": either(_LEDGER, NULL)}
    ),
    "lines": many(STATEMENT_LINE),
    "nextStartTime": either(NUM, NULL),
}
SETTLEMENT_PREVIEW = {
    "user": ADDRESS,
    "coin": STR,
    "time": NUM,
    "phase": pattern("[A-Z_]+"),
    "szi": SIGNED,
    "entryPx": either(D, NULL),
    "markPx": D,
    "equity": SIGNED,
    "awaitedEvent": either(AWAITED_EVENT, NULL),
    "settlement": either(
        {
            "px": D,
            "deadline": either(NUM, NULL),
            "profit": SIGNED,
            "funding": SIGNED,
            "deficitCovered": D,
            "cashPaid": SIGNED,
            "cashAfter": SIGNED,
            "equityAfter": SIGNED,
        },
        NULL,
    ),
    "conversion": either(
        {
            "becomes": STR,
            "cashPaid": either(D, NULL),
            "equityAfter": SIGNED,
            "maxLeverage": NUM,
            "initialMargin": D,
            "initialMarginNow": D,
            "maintenanceMargin": D,
            "maintenanceMarginNow": D,
        },
        NULL,
    ),
}
SOLVENCY = {
    "deposits": D,
    "withdrawals": D,
    "accounts": D,
    "pendingWithdrawals": D,
    "custody": D,
    "feesPaid": SIGNED,
    "insuranceFund": D,
    "rounding": SIGNED,
    "difference": const("0.0"),
}

WITHDRAWAL = {
    "id": NUM,
    "time": NUM,
    "dex": STR,
    "destination": ADDRESS,
    "amount": D,
    "nonce": NUM,
    "state": STATUS,
    "releaseTime": NUM,
    "approvals": NUM,
    "approvalsNeeded": NUM,
    "endTime": either(NUM, NULL),
    "reference": either(STR, NULL),
    "reason": either(STR, NULL),
}
WITHDRAWAL_TERMS = {
    "paused": BOOL,
    "least": D,
    "delayedAbove": D,
    "delayMs": NUM,
    "largeAbove": D,
    "largeDelayMs": NUM,
    "largeApprovals": NUM,
    "accountHourly": D,
    "venueHourly": D,
    "newAddressMs": NUM,
}
WITHDRAWAL_ADDRESS = {"address": ADDRESS, "usableFrom": NUM}
