"""Every request type and every subscription of the dialect, as asked in the world of the story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.conformance.story import (
    AGENTS,
    BUILDER,
    FALLEN,
    NAMED,
    NOBODY,
    OTHER,
    START_MS,
    SUBJECT,
    address,
    cloid,
)

COINS = ("CBRS", "ANTH", "xyz:SPCX")
DEXES: tuple[dict[str, str], ...] = ({}, {"dex": ""}, {"dex": "xyz"})
USERS = (address(SUBJECT), address(OTHER), address(FALLEN), address(BUILDER), NOBODY)
INTERVALS = ("1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "8h", "12h", "1d", "3d", "1w", "1M")
TOKEN_ID = "0x" + "0" * 32
SINCE = {"startTime": 0}

ALONE = (
    "spotMeta perpDexs spotMetaAndAssetCtxs allPerpMetas outcomeMeta predictedFundings"
    " perpDeployAuctionStatus exchangeStatus allBorrowLendReserveStates perpCategories"
    " gossipPriorityAuctionStatus gossipRootIps liquidatable maxMarketOrderNtls outcomeTemplates"
    " perpConciseAnnotations spotPairDeployAuctionStatus usdcRouting validatorL1Votes"
    " validatorSummaries vaultSummaries"
).split()
OF_A_DEX = ("meta", "metaAndAssetCtxs", "allMids", "perpsAtOpenInterestCap")
OF_A_COIN = ("l2Book", "recentTrades", "perpAnnotation")
OF_A_USER = (
    "spotClearinghouseState historicalOrders userFills userFees userRateLimit portfolio referral"
    " subAccounts extraAgents userRole userTwapSliceFills legalCheck webData2 approvedBuilders"
    " borrowLendUserState delegations delegatorHistory delegatorRewards delegatorSummary isVip"
    " leadingVaults spotDeployState subAccounts2 twapHistory userTwapHistory userAbstraction"
    " userDexAbstraction userToMultiSigSigners userVaultEquities"
).split()
SINCE_A_TIME = (
    "userFillsByTime userFunding userNonFundingLedgerUpdates userBorrowLendInterest"
    " userTwapSliceFillsByTime"
).split()
OF_A_USER_IN_A_DEX = ("clearinghouseState", "frontendOpenOrders", "openOrders")


def requests() -> Iterator[dict[str, Any]]:
    """At least one of every type."""
    yield from ({"type": kind} for kind in ALONE)
    yield from ({"type": kind, **dex} for kind in OF_A_DEX for dex in DEXES)
    yield from ({"type": kind, "coin": coin} for kind in OF_A_COIN for coin in COINS)
    for figures, mantissa in (
        (None, None),
        (2, None),
        (3, None),
        (4, None),
        (5, None),
        (5, 2),
        (5, 5),
    ):
        yield {"type": "l2Book", "coin": "CBRS", "nSigFigs": figures, "mantissa": mantissa}
    yield {"type": "l2Book", "coin": "NONE/EXISTENT"}
    for coin in COINS:
        yield {"type": "fundingHistory", "coin": coin, **SINCE, "endTime": None}
        for interval in INTERVALS:
            wanted = {"coin": coin, "interval": interval, "startTime": START_MS - 3_600_000}
            yield {"type": "candleSnapshot", "req": wanted}
    yield {"type": "perpDexLimits", "dex": ""}
    yield {"type": "perpDexLimits", "dex": "xyz"}
    yield {"type": "perpDexStatus", "dex": "xyz"}
    yield {"type": "perpDexStatus", "dex": ""}
    yield {"type": "marginTable", "id": 5}
    yield {"type": "borrowLendReserveState", "token": 0}
    yield {"type": "settledOutcome", "outcome": 0}
    yield {"type": "tokenDetails", "tokenId": TOKEN_ID}
    yield {"type": "vaultDetails", "vaultAddress": NOBODY, "user": None}
    yield {"type": "batchClearinghouseStates", "users": list(USERS)}
    yield {"type": "userRole", "user": AGENTS[NAMED].hex_address}
    for user in USERS:
        yield from of_a_user(user)


def of_a_user(user: str) -> Iterator[dict[str, Any]]:
    """What is asked about one user."""
    yield from ({"type": kind, "user": user} for kind in OF_A_USER)
    yield from ({"type": kind, "user": user, **SINCE} for kind in SINCE_A_TIME)
    yield from ({"type": kind, "user": user, **dex} for kind in OF_A_USER_IN_A_DEX for dex in DEXES)
    yield from ({"type": "activeAssetData", "user": user, "coin": coin} for coin in COINS)
    yield {"type": "userFills", "user": user, "aggregateByTime": True}
    yield {"type": "userFillsByTime", "user": user, **SINCE, "reversed": True}
    yield {"type": "maxBuilderFee", "user": user, "builder": address(BUILDER)}
    yield {"type": "preTransferCheck", "user": user, "source": address(OTHER)}
    for oid in (*range(1, 40), *(cloid(number) for number in range(20)), 999_999):
        yield {"type": "orderStatus", "user": user, "oid": oid}


def subscriptions() -> Iterator[dict[str, Any]]:
    """Each of a market's channels for each coin and dex."""
    for kind in ("allDexsAssetCtxs", "fastAssetCtxs", "outcomeMetaUpdates", "spotAssetCtxs"):
        yield {"type": kind}
    for kind in ("allMids", "assetCtxs"):
        yield {"type": kind}
        yield {"type": kind, "dex": "xyz"}
    for coin in COINS:
        yield from ({"type": kind, "coin": coin} for kind in ("activeAssetCtx", "bbo", "trades"))
        yield {"type": "candle", "coin": coin, "interval": "1m"}
        yield {"type": "l2Book", "coin": coin}
        yield {"type": "l2Book", "coin": coin, "nSigFigs": 5, "mantissa": 2}
        yield {"type": "l2Book", "coin": coin, "nSigFigs": None, "mantissa": None, "fast": True}
    yield {"type": "activeAssetCtx", "coin": "@107"}


OF_USERS = (
    "allDexsClearinghouseState clearinghouseState notification openOrders orderUpdates spotState"
    " twapStates userEvents userFills userFundings userHistoricalOrders"
    " userNonFundingLedgerUpdates userTwapHistory userTwapSliceFills webData2 webData3"
).split()


def subscriptions_of(user: str) -> Iterator[dict[str, Any]]:
    """Each of a user's channels."""
    yield from ({"type": kind, "user": user} for kind in OF_USERS)
    for kind in ("clearinghouseState", "openOrders", "twapStates"):
        yield {"type": kind, "user": user, "dex": "xyz"}
    yield {"type": "userFills", "user": user, "aggregateByTime": True}
    yield from ({"type": "activeAssetData", "user": user, "coin": coin} for coin in COINS)
