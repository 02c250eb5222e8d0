"""Reads of features that this venue does not have: documented empty answers (§5.1, tier 2)."""

from __future__ import annotations

from typing import Any, Final

from bellwether.gateway.faults import WrongShape
from bellwether.gateway.hyperliquid import render
from bellwether.gateway.hyperliquid.reads.request import Handler, ReadingNode, Request

_TOKEN_ID: Final = "0x" + "0" * 32
_SPOT_META: Final[dict[str, Any]] = {
    "universe": [],
    "tokens": [
        {
            "name": render.USDC,
            "szDecimals": 8,
            "weiDecimals": 8,
            "index": 0,
            "tokenId": _TOKEN_ID,
            "isCanonical": True,
            "evmContract": None,
            "fullName": None,
            "deployerTradingFeeShare": "0.0",
        }
    ],
}
_AUCTION: Final[dict[str, Any]] = {
    "startTimeSeconds": 0,
    "durationSeconds": 111_600,
    "startGas": "0.0",
    "currentGas": None,
    "endGas": None,
}
_RESERVE: Final[dict[str, Any]] = {
    "borrowYearlyRate": "0.0",
    "supplyYearlyRate": "0.0",
    "balance": "0.0",
    "utilization": "0.0",
    "oraclePx": "1.0",
    "ltv": "0.0",
    "totalSupplied": "0.0",
    "totalBorrowed": "0.0",
}
_CONSTANTS: Final[dict[str, Any]] = {
    "spotMeta": _SPOT_META,
    "spotMetaAndAssetCtxs": [_SPOT_META, []],
    "outcomeMeta": {"outcomes": [], "questions": []},
    "perpDeployAuctionStatus": _AUCTION,
    "spotPairDeployAuctionStatus": _AUCTION,
    "gossipPriorityAuctionStatus": [[], []],
    "usdcRouting": {"depositRoute": "bridge", "withdrawalRoute": "bridge"},
    "allBorrowLendReserveStates": [],
    "borrowLendReserveState": _RESERVE,
    "gossipRootIps": [],
    "liquidatable": [],
    "maxMarketOrderNtls": [],
    "outcomeTemplates": [],
    "settledOutcome": None,
    "validatorL1Votes": [],
    "validatorSummaries": [],
    "vaultDetails": None,
    "vaultSummaries": [],
}
_OF_A_USER: Final[dict[str, Any]] = {
    "userAbstraction": "default",
    "legalCheck": {"acceptedTerms": True, "userAllowed": True, "restrictions": "n"},
    "borrowLendUserState": {"tokenToState": [], "health": "healthy", "healthFactor": None},
    "delegations": [],
    "delegatorHistory": [],
    "delegatorRewards": [],
    "delegatorSummary": {
        "delegated": "0.0",
        "undelegated": "0.0",
        "totalPendingWithdrawal": "0.0",
        "nPendingWithdrawals": 0,
    },
    "isVip": None,
    "leadingVaults": [],
    "spotDeployState": {"states": [], "gasAuction": _AUCTION},
    "userBorrowLendInterest": [],
    "userDexAbstraction": None,
    "userVaultEquities": [],
}


def _constant(answer: Any) -> Handler:
    async def handler(node: ReadingNode, request: Request) -> Any:
        return answer

    return handler


def _constant_of_a_user(answer: Any) -> Handler:
    async def handler(node: ReadingNode, request: Request) -> Any:
        request.address()
        return answer

    return handler


async def _token_details(node: ReadingNode, request: Request) -> Any:
    if request.text("tokenId").lower() != _TOKEN_ID:
        raise WrongShape(f"tokenId: there is no token but USDC, `{_TOKEN_ID}`")
    return {
        "name": render.USDC,
        "maxSupply": "0.0",
        "totalSupply": "0.0",
        "circulatingSupply": "0.0",
        "szDecimals": 8,
        "weiDecimals": 8,
        "midPx": "1.0",
        "markPx": "1.0",
        "prevDayPx": "1.0",
        "genesis": None,
        "deployer": None,
        "deployGas": None,
        "deployTime": None,
        "seededUsdc": "0.0",
        "nonCirculatingUserBalances": [],
        "futureEmissions": "0.0",
    }


async def _exchange_status(node: ReadingNode, request: Request) -> Any:
    return {"time": node.clock.time_ns() // render.NS_PER_MS, "specialStatuses": None}


async def _transfer_check(node: ReadingNode, request: Request) -> Any:
    address = request.address()
    request.address("source")
    exists = await node.read(lambda venue: address in venue.users)
    return {"fee": "0.0", "isSanctioned": False, "userExists": exists, "userHasSentTx": exists}


HANDLERS: Final[dict[str, Handler]] = {
    **{name: _constant(answer) for name, answer in _CONSTANTS.items()},
    **{name: _constant_of_a_user(answer) for name, answer in _OF_A_USER.items()},
    "tokenDetails": _token_details,
    "exchangeStatus": _exchange_status,
    "preTransferCheck": _transfer_check,
}
