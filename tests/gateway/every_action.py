"""Each action of the dialect's map (§3.3 of the API notes), keys in the order of hashing.

`says` is what the answer holds: the kind of a success, or words of the refusal.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.gateway.wallet import account, limit_order

ADDRESS = "0x" + "ab" * 20
CLOID = "0x" + "1" * 32
NONCE = 0
"""Stands where the envelope's nonce is to stand."""

TRIGGER = limit_order(
    b=False, p="150", r=True, t={"trigger": {"isMarket": True, "triggerPx": "150", "tpsl": "sl"}}
)


class Example(NamedTuple):
    action: dict[str, Any]
    is_ok: bool
    says: str

    @property
    def kind(self) -> str:
        return str(self.action["type"])


def ok(kind: str, says: str = "default", **fields: Any) -> Example:
    return Example({"type": kind, **fields}, True, says)


def err(kind: str, says: str, **fields: Any) -> Example:
    return Example({"type": kind, **fields}, False, says)


NO_SPOT, NO_CHAIN, NO_STAKING = "no spot trading", "no chain", "no staking"
NO_EVM, NO_OUTCOMES, OWN = "no EVM", "no outcome markets", "its own collateral"
VAULT, MASTER = f"Vault not registered: {ADDRESS}", account(0).hex_address
ROLE = "does not hold the role"

SETTLED: dict[str, Any] = {
    "outcome": 1,
    "settleFraction": "0.5",
    "details": "d",
    "nameAndDescription": ["n", "d"],
    "sideNames": ["y", "n"],
}
TEMPLATE = {"id": "t", "keywordToValue": [["k", "v"]]}
TOKENS: list[dict[str, Any]] = [
    {"registerToken2": {"spec": {"name": "T", "szDecimals": 2, "weiDecimals": 8}, "maxGas": 1}},
    {
        "userGenesis": {
            "token": 1,
            "userAndWei": [[ADDRESS, "100"]],
            "existingTokenAndWei": [[0, 1]],
            "blacklistUsers": [[ADDRESS, True]],
        }
    },
    {"genesis": {"token": 1, "maxSupply": "1" + "0" * 24, "noHyperliquidity": True}},
    {"registerSpot": {"tokens": [1, 0]}},
    {"registerHyperliquidity": {"spot": 1, "startPx": "0.5", "orderSz": "10", "nOrders": 5}},
    {"setDeployerTradingFeeShare": {"token": 1, "share": "5%"}},
    {"enableQuoteToken": {"token": 1}},
    {"disableQuoteToken": {"token": 1}},
    {"requestEvmContract": {"token": 1, "address": ADDRESS, "evmExtraWeiDecimals": -2}},
    {"enableFreezePrivilege": {"token": 1}},
    {"freezeUser": {"token": 1, "user": ADDRESS, "freeze": True}},
    {"revokeFreezePrivilege": {"token": 1}},
    {"outcome": {"registerStandaloneOutcomeFromTemplate": TEMPLATE}},
    {
        "outcome": {
            "registerQuestionFromTemplate": {
                "questionTemplateInstance": TEMPLATE,
                "namedOutcomeTemplateInstances": [TEMPLATE],
            }
        }
    },
    {"outcome": {"settleOutcome": SETTLED}},
    {
        "outcome": {
            "settleQuestion2": {
                "question": 1,
                "outcomeSettlements": [SETTLED],
                "nameAndDescription": ["n", "d"],
            }
        }
    },
]
PROFILE: dict[str, Any] = {
    "node_ip": {"Ip": "1.2.3.4"},
    "name": "v",
    "description": "d",
    "delegations_disabled": False,
    "commission_bps": 1,
    "signer": ADDRESS,
}
CHANGED: dict[str, Any] = {
    "node_ip": None,
    "name": None,
    "description": None,
    "unjailed": True,
    "disable_delegations": None,
    "commission_bps": None,
    "signer": None,
}
DEPLOYMENTS: list[dict[str, Any]] = [
    {
        "registerAsset2": {
            "maxGas": None,
            "assetRequest": {
                "coin": "xyz:NEW",
                "szDecimals": 2,
                "oraclePx": "10",
                "marginTableId": 5,
                "marginMode": "strictIsolated",
            },
            "dex": "xyz",
            "schema": {"fullName": "X", "collateralToken": 0, "oracleUpdater": None},
        }
    },
    {
        "registerAsset": {
            "maxGas": None,
            "assetRequest": {
                "coin": "xyz:NEW",
                "szDecimals": 2,
                "oraclePx": "10",
                "marginTableId": 5,
                "onlyIsolated": True,
            },
            "dex": "xyz",
            "schema": None,
        }
    },
    {
        "setOracle": {
            "dex": "xyz",
            "oraclePxs": [["xyz:SPCX", "150"]],
            "markPxs": [],
            "externalPerpPxs": [["xyz:SPCX", "150"]],
        }
    },
    {"setFundingMultipliers": [["xyz:SPCX", "1"]]},
    {"setFundingInterestRates": [["xyz:SPCX", "0"]]},
    {"haltTrading": {"coin": "xyz:SPCX", "isHalted": True}},
    {"setMarginTableIds": [["xyz:SPCX", 5]]},
    {
        "insertMarginTable": {
            "dex": "xyz",
            "marginTable": {
                "description": "d",
                "marginTiers": [{"lowerBound": 0, "maxLeverage": 5}],
            },
        }
    },
    {"setFeeRecipient": {"dex": "xyz", "feeRecipient": ADDRESS}},
    {"setOpenInterestCaps": [["xyz:SPCX", 1_000_000]]},
    {
        "setSubDeployers": {
            "dex": "xyz",
            "subDeployers": [{"variant": "setOracle", "user": ADDRESS, "allowed": True}],
        }
    },
    {"setMarginModes": [["xyz:SPCX", "strictIsolated"]]},
    {"setFeeScale": {"dex": "xyz", "scale": "1"}},
    {"setGrowthModes": [["xyz:SPCX", True]]},
    {
        "setPerpAnnotation": {
            "coin": "xyz:SPCX",
            "category": "c",
            "description": "d",
            "displayName": None,
            "keywords": ["k"],
        }
    },
    {"disableDex": "xyz"},
]

L1: list[Example] = [
    err("activateOutcomeDeployer", NO_OUTCOMES, isDeactivate=False),
    err("agentEnableDexAbstraction", OWN),
    err(
        "agentSendAsset",
        "API wallets move no money",
        destination=ADDRESS,
        sourceDex="",
        destinationDex="xyz",
        token="USDC",
        amount="1.5",
        fromSubAccount="",
        nonce=NONCE,
    ),
    ok("agentSetAbstraction", abstraction="i"),
    err("agentSetAbstraction", OWN, abstraction="u"),
    err("authorizeAqav2Role", NO_SPOT, token=1, role="technical"),
    err("borrowLend", "Nothing is borrowed or lent", operation="supply", token=0, amount=None),
    err("CSignerAction", NO_CHAIN, jailSelf=None),
    err("CSignerAction", NO_CHAIN, unjailSelf=None),
    err(
        "CValidatorAction",
        NO_CHAIN,
        register={"profile": PROFILE, "unjailed": True, "initial_wei": 1},
    ),
    err("CValidatorAction", NO_CHAIN, changeProfile=CHANGED),
    err("CValidatorAction", NO_CHAIN, unregister=None),
    ok("order", "order", orders=[limit_order(c=CLOID)], grouping="na"),
    ok(
        "order",
        "order",
        orders=[limit_order(), TRIGGER],
        grouping="normalTpsl",
        builder={"b": ADDRESS, "f": 0},
    ),
    ok("order", "order", orders=[limit_order()], grouping={"p": 1}),
    ok("batchModify", "order", modifies=[{"oid": CLOID, "order": limit_order(c=CLOID)}], a=True),
    err("modify", "Cannot modify canceled or filled order", oid=10**9, order=limit_order(), a=True),
    ok("cancel", "cancel", cancels=[{"a": 0, "o": 5}], f=True),
    ok("cancel", "cancel", cancels=[{"a": 0, "o": 5}]),
    ok("cancelByCloid", "cancel", cancels=[{"asset": 0, "cloid": CLOID}], f=True),
    err("claimRewards", "No rewards to claim"),
    ok("createSubAccount", "createSubAccount", name="carry"),
    err("createVault", "opens vaults", name="v", description="d", initialUsd=100, nonce=NONCE),
    err("evmUserModify", NO_EVM, usingBigBlocks=True),
    err("finalizeEvmContract", NO_EVM, token=1, input={"create": {"nonce": 1}}),
    err("finalizeEvmContract", NO_EVM, token=1, input="firstStorageSlot"),
    err("gossipPriorityBid", NO_CHAIN, slotId=0, ip="1.2.3.4", maxGas=1),
    err("hip3LiquidatorTransfer", "setAssignment", dex="xyz", ntl=1, isDeposit=True),
    ok("noop"),
    err("registerReferrer", "no referrals", code="CODE"),
    err("reserveRequestWeight", "not for sale", weight=100),
    err("reserveRequestWeight", "not for sale", weight=100, destination=ADDRESS),
    ok("scheduleCancel"),
    ok("setDisplayName", displayName="Somebody"),
    err("setReferrer", "no referrals", code="CCXT1"),
    *(err("spotDeploy", NO_SPOT, **variant) for variant in TOKENS),
    err("spotUser", NO_SPOT, toggleSpotDusting={"optOut": True}),
    err("spotUser", "unified account", classTransfer={"usdc": 1, "toPerp": True}),
    err("subAccountModify", VAULT, subAccountUser=ADDRESS, name="carry"),
    err(
        "subAccountSpotTransfer",
        "Insufficient balance for token transfer",
        subAccountUser=ADDRESS,
        isDeposit=True,
        token="USDC:0x" + "0" * 32,
        amount="1",
    ),
    err("subAccountTransfer", VAULT, subAccountUser=ADDRESS, isDeposit=True, usd=1_000_000),
    err("topUpIsolatedOnlyMargin", "No open position", asset=0, leverage="2.5"),
    ok("twapCancel", "twapCancel", a=0, t=99),
    ok(
        "twapOrder",
        "twapOrder",
        twap={"a": 0, "b": True, "s": "20", "r": False, "m": 5, "t": False},
    ),
    ok(
        "twapOrder",
        "twapOrder",
        twap={"a": 0, "b": True, "s": "20", "r": False, "m": 5, "t": False},
        details={"t": {"p": "100", "a": False}, "s": None},
    ),
    err("updateIsolatedMargin", "No open position", asset=0, isBuy=True, ntli=1_000_000),
    ok("updateLeverage", asset=2, isCross=False, leverage=1),
    err("userOutcome", NO_OUTCOMES, splitOutcome={"outcome": 1, "amount": "1"}),
    err("userOutcome", NO_OUTCOMES, mergeOutcome={"outcome": 1, "amount": None}),
    err("userOutcome", NO_OUTCOMES, mergeQuestion={"question": 1, "amount": None}),
    err("userOutcome", NO_OUTCOMES, negateOutcome={"question": 1, "outcome": 1, "amount": "1"}),
    err("validatorL1Stream", NO_CHAIN, riskFreeRate="0.05"),
    err("vaultDistribute", VAULT, vaultAddress=ADDRESS, usd=1),
    err("vaultModify", VAULT, vaultAddress=ADDRESS, allowDeposits=True, alwaysCloseOnWithdraw=None),
    err("vaultTransfer", VAULT, vaultAddress=ADDRESS, isDeposit=True, usd=1),
    *(err("perpDeploy", ROLE, **variant) for variant in DEPLOYMENTS),
]
"""Signed by the hash of the action."""

USER_SIGNED: list[Example] = [
    ok("approveAgent", agentAddress="0x" + "cd" * 20, agentName="robot", nonce=NONCE),
    ok("approveAgent", agentAddress="0x" + "ce" * 20, nonce=NONCE),
    ok("approveBuilderFee", maxFeeRate="0.01%", builder="0x" + "ef" * 20, nonce=NONCE),
    err("cDeposit", NO_STAKING, wei=1, nonce=NONCE),
    err("cWithdraw", NO_STAKING, wei=1, nonce=NONCE),
    err("linkStakingUser", NO_STAKING, user=ADDRESS, isFinalize=True, nonce=NONCE),
    ok(
        "sendAsset",
        destination=ADDRESS,
        sourceDex="",
        destinationDex="xyz",
        token="USDC:0x" + "0" * 32,
        amount="1",
        fromSubAccount="",
        nonce=NONCE,
    ),
    err(
        "sendToEvmWithData",
        NO_EVM,
        token="USDC",
        amount="1",
        sourceDex="",
        destinationRecipient=ADDRESS,
        addressEncoding="hex",
        destinationChainId=1,
        gasLimit=1,
        data="0x",
        nonce=NONCE,
    ),
    err(
        "spotSend",
        "Insufficient balance for token transfer",
        destination=ADDRESS,
        token="USDC:0x" + "0" * 32,
        amount="1",
        time=NONCE,
    ),
    err(
        "spotSend", "Unknown token HYPE", destination=ADDRESS, token="HYPE", amount="1", time=NONCE
    ),
    err("stakingLinkDisableTradingUser", NO_STAKING, tradingUser=ADDRESS, nonce=NONCE),
    err("tokenDelegate", NO_STAKING, validator=ADDRESS, wei=1, isUndelegate=False, nonce=NONCE),
    err("usdClassTransfer", "unified account", amount="1", toPerp=True, nonce=NONCE),
    err(
        "usdClassTransfer",
        VAULT,
        amount=f"1 subaccount:{ADDRESS}",
        toPerp=True,
        nonce=NONCE,
    ),
    ok("usdSend", destination=ADDRESS, amount="1", time=NONCE),
    ok("userDexAbstraction", user=MASTER, enabled=False, nonce=NONCE),
    err("userDexAbstraction", OWN, user=MASTER, enabled=True, nonce=NONCE),
    ok("userPortfolioMargin", user=MASTER, enabled=False, nonce=NONCE),
    err("userPortfolioMargin", OWN, user=MASTER, enabled=True, nonce=NONCE),
    ok("userSetAbstraction", user=MASTER, abstraction="disabled", nonce=NONCE),
    err("userSetAbstraction", OWN, user=MASTER, abstraction="unifiedAccount", nonce=NONCE),
    err("userSetAbstraction", VAULT, user=ADDRESS, abstraction="disabled", nonce=NONCE),
]
"""Signed by their own fields."""

ELSEWHERE = ("convertToMultiSigUser", "multiSig", "withdraw3")
"""Of the map, with tests of their own."""

OUR_OWN = ("acceptDisclosure", "liquidationPrices", "setAssignment")
"""This venue's, beside the map."""
