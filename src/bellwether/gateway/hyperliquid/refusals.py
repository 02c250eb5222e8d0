"""Every refusal of the venue in the words that clients of this dialect match on (ORD-5).

Placeholders: {asset} the asset id, {bid} and {ask} the best prices, {minimum} the least order value
in USD, {user} the signer's and {account} the acted-for address, {nonce} and {detail} numbers,
{usd} the latter as micro-USD.
"""

from __future__ import annotations

from typing import Final

from bellwether.schema import codes, rejects
from bellwether.schema.rejects import SENTENCES
from bellwether.units.text import format_decimal

_MISSING_ORDER: Final = "Order was never placed, already canceled, or filled. asset={asset}"

TEXTS: Final[dict[int, str]] = {
    rejects.SIGNER_UNKNOWN: "User or API Wallet {user} does not exist.",
    rejects.AGENT_EXPIRED: "User or API Wallet {user} does not exist. Its approval has expired.",
    rejects.NONCE_DUPLICATE: "Invalid nonce: duplicate nonce {nonce}",
    rejects.NONCE_TOO_LOW: "Invalid nonce: nonce too low {nonce} < {detail}",
    rejects.NONCE_TOO_HIGH: "Invalid nonce: nonce too high {nonce} > {detail}",
    rejects.NONCE_TOO_OLD: "Invalid nonce: nonce too low {nonce} < {detail}",
    rejects.EXPIRED: "Action already expired",
    rejects.VAULT_UNKNOWN: "Vault not registered: {account}",
    rejects.MASTER_ONLY: "Only the account's own key may do this, not API Wallet {user}.",
    rejects.SUB_ACCOUNT_MAY_NOT: "Vault may not perform this action.",
    rejects.NO_ORDERS: "Orders are empty.",
    rejects.BUILDER_UNKNOWN: "Builder fee has not been approved.",
    rejects.MUST_DEPOSIT: "Must deposit before performing actions. User: {user}",
    rejects.MULTI_SIG_REQUIRED: "Multi-sig required",
    rejects.NOT_MULTI_SIG: "User is not a multi-sig user.",
    rejects.OUTER_SIGNER_FOREIGN: (
        "Multi-sig outer signer {user} is not an authorized user or an API wallet of one."
    ),
    rejects.CO_SIGNER_FOREIGN: "Multi-sig signature of somebody who is not an authorized user.",
    rejects.CO_SIGNER_REPEATED: "Multi-sig signatures must be of different authorized users.",
    rejects.TOO_FEW_SIGNATURES: "Multi-sig needs the signatures of {detail} authorized users.",
    rejects.SIGNERS_INVALID: (
        "Invalid multi-sig signers: expected 1 to 10 different users and a threshold among them."
    ),
    rejects.SIGNER_HAS_NO_ACCOUNT: "Multi-sig authorized users must have deposited.",
    rejects.MARKET_UNKNOWN: "There is no such market. asset={asset}",
    rejects.TRADING_HALTED: "Trading is halted.",
    rejects.CANCEL_ONLY_NOW: "Only cancels are taken now. asset={asset}",
    rejects.SIZE_INVALID: "Order has invalid size.",
    rejects.SIZE_ZERO: "Order has zero size.",
    rejects.PRICE_INVALID: "Order has invalid price.",
    rejects.PRICE_OFF_TICK: "Price must be divisible by tick size. asset={asset}",
    rejects.PRICE_TOO_FAR: (
        "Order price cannot be more than 95% away from the reference price asset={asset}"
    ),
    rejects.VALUE_TOO_SMALL: "Order must have minimum value of ${minimum}. asset={asset}",
    rejects.CLIENT_ORDER_ID_IN_USE: "Client order id is already in use. asset={asset}",
    rejects.TOO_MANY_OPEN_ORDERS: "Too many open orders. asset={asset}",
    rejects.TRIGGER_PRICE_INVALID: "Invalid TP/SL price. asset={asset}",
    rejects.REDUCE_ONLY_INCREASES: "Reduce only order would increase position. asset={asset}",
    rejects.POST_ONLY_CROSSES: (
        "Post only order would have immediately matched, bbo was {bid}@{ask}. asset={asset}"
    ),
    rejects.POST_ONLY_NOW: "Only post-only orders are taken now. asset={asset}",
    rejects.INSUFFICIENT_MARGIN: "Insufficient margin to place order. asset={asset}",
    rejects.NOTHING_TO_MATCH: (
        "Order could not immediately match against any resting orders. asset={asset}"
    ),
    rejects.NO_LIQUIDITY: "No liquidity available for market order. asset={asset}",
    rejects.OPEN_INTEREST_CAPPED: (
        "Order would increase open interest while open interest is capped asset={asset}"
    ),
    rejects.POSITION_LIMIT: "Order would exceed maximum position size. asset={asset}",
    rejects.SELF_TRADE: "Order would have matched against the account's own. asset={asset}",
    rejects.NOT_FULLY_MATCHED: (
        "Order could not immediately match in full against any resting orders. asset={asset}"
    ),
    rejects.OUTSIDE_BAND: "Price too far from oracle. asset={asset}",
    rejects.SIZE_TOO_LARGE: "Order has invalid size: larger than an order may be. asset={asset}",
    rejects.NOT_ELIGIBLE: "This account may not add risk in this market. asset={asset}",
    rejects.MARKET_NOT_TRADING: "Trading is halted. The market is not in a trading phase.",
    rejects.GROUPING_INVALID: "Invalid TP/SL grouping. asset={asset}",
    rejects.MARGIN_TIER_EXCEEDED: (
        "Order would cause position to exceed margin tier limit at current leverage asset={asset}"
    ),
    rejects.TIME_IN_FORCE_UNKNOWN: "Invalid time in force. asset={asset}",
    rejects.TRIGGER_UNKNOWN: "Invalid trigger. asset={asset}",
    rejects.GROUPING_UNKNOWN: "Invalid grouping.",
    rejects.TRAIL_INVALID: "Invalid trailing distance. asset={asset}",
    rejects.OWNER_SHARE_REACHED: (
        "Order would exceed its owner's share of the open interest cap. asset={asset}"
    ),
    rejects.TWAP_DURATION_INVALID: "TWAP duration must be between 5 minutes and 7 days.",
    rejects.TWAP_VALUE_TOO_SMALL: "TWAP order value too small.",
    rejects.TOO_MANY_TWAPS: "Too many running TWAP orders.",
    rejects.DISK_SLOW_NOW: (
        "Only post-only and reduce-only orders and cancels are taken: the venue's disk is slow. "
        "All orders are taken again once it has been well for 30 seconds. asset={asset}"
    ),
    rejects.DISK_STALLED_NOW: (
        "Only cancels are taken: the venue's disk stands nearly still. Orders are taken again once "
        "it has been well for 30 seconds. asset={asset}"
    ),
    rejects.DISK_LOW_NOW: (
        "Only cancels are taken: the venue's disk is nearly full. Orders are taken again once "
        "there has been room for 30 seconds. asset={asset}"
    ),
    rejects.TWAP_NOT_RUNNING: "TWAP was never placed, already canceled, or filled.",
    rejects.PRICES_AWAITED: (
        "Order would have immediately matched, but no fresh price has come since the restart. "
        "asset={asset}"
    ),
    rejects.BEYOND_ORACLE_AT_CAP: (
        "Order rejected due to price more aggressive than oracle while at open interest cap "
        "asset={asset}"
    ),
    rejects.DEX_INTEREST_CAPPED: (
        "Order would increase open interest while open interest of the dex is capped asset={asset}"
    ),
    rejects.DISCLOSURE_MISSING: (
        "Must accept the market's disclosure before adding risk. asset={asset}"
    ),
    rejects.TRIGGER_BY_UNKNOWN: "Invalid trigger: unknown price to watch. asset={asset}",
    rejects.TWAP_PRICE_INVALID: "Invalid TWAP trigger or stop price. asset={asset}",
    rejects.NO_REWARDS: "No rewards to claim",
    rejects.TOO_MANY_BUILDERS: "Too many approved builders.",
    rejects.BUILDER_FEE_INVALID: "Invalid builder fee: it must lie between 0% and 0.1%.",
    rejects.ORDER_NOT_OPEN: _MISSING_ORDER,
    rejects.MODIFY_NOT_OPEN: "Cannot modify canceled or filled order",
    rejects.SEND_TO_ITSELF: "Invalid send",
    rejects.WITHDRAWAL_TOO_SMALL: "Withdrawal too small. Min is ${usd}.",
    rejects.WITHDRAWALS_PAUSED: SENTENCES[rejects.WITHDRAWALS_PAUSED],
    rejects.ACCOUNT_HOUR_USED_UP: (
        "Withdrawal exceeds what the account may ask for within an hour: ${usd} is left."
    ),
    rejects.TOO_MANY_WITHDRAWALS: "Too many pending withdrawals.",
    rejects.WITHDRAWAL_UNKNOWN: "id: there is no pending withdrawal {detail}.",
    rejects.WITHDRAWAL_NOT_DUE: "The withdrawal may not be paid before {detail} (ms).",
    rejects.APPROVALS_MISSING: "The withdrawal needs {detail} more approvals of different keys.",
    rejects.APPROVED_BEFORE: SENTENCES[rejects.APPROVED_BEFORE],
    rejects.VENUE_HOUR_USED_UP: (
        "The venue's hourly limit of withdrawals is reached: ${usd} may leave now."
    ),
    rejects.NO_APPROVAL_NEEDED: SENTENCES[rejects.NO_APPROVAL_NEEDED],
    rejects.NEEDS_A_REQUEST: (
        "More than ${usd} leaves only on its owner's request (withdraw3), with approvals."
    ),
    rejects.NOT_PAUSED: SENTENCES[rejects.NOT_PAUSED],
    rejects.TERMS_INVALID: SENTENCES[rejects.TERMS_INVALID],
    rejects.DESTINATION_INVALID: "destination: expected an address that is not zero.",
    rejects.NOTHING_TO_WITHDRAW: "Insufficient balance for withdrawal.",
    rejects.LEVERAGE_INVALID: "Invalid leverage value.",
    rejects.CROSS_NOT_ALLOWED: "Cross margin is not allowed for this asset.",
    rejects.MODE_HAS_POSITION: "Cannot switch leverage type with open position.",
    rejects.MARGIN_REMOVAL_REFUSED: "Cannot remove margin from this position.",
    rejects.NO_POSITION: "No open position to change the margin of.",
    rejects.MARGIN_TOO_SMALL: "Insufficient margin to keep the position open.",
    rejects.AGENT_NAME_INVALID: "Extra agent name must be between 1 and 16 characters long",
    rejects.TOO_MANY_AGENTS: "Too many extra agents.",
    rejects.AGENT_ADDRESS_TAKEN: "Extra agent already used.",
    rejects.SCHEDULE_TOO_SOON: (
        "Scheduled cancel time too early, must be at least 5 seconds from now."
    ),
    rejects.SCHEDULE_LIMIT: "Cannot set scheduled cancel time: the day's triggers are used up.",
    rejects.SCHEDULE_TOO_FAR: "Cannot set scheduled cancel time: it lies too far ahead.",
    rejects.BALANCE_TOO_SMALL: "Insufficient balance for token transfer",
    rejects.AMOUNT_INVALID: "Send amount cannot be zero",
    rejects.ADDRESS_IS_AGENT: "Cannot send to an address that is an API wallet.",
    rejects.DISCLOSURE_HASH_WRONG: (
        "hash: it is not that of the market's disclosure in force. asset={detail}"
    ),
    rejects.NO_DISCLOSURE: "coin: the market has no disclosure to accept. asset={detail}",
    rejects.NO_ASSIGNMENT_HERE: "coin: positions are not assigned in this market. asset={detail}",
    rejects.ASSIGNMENT_LIMITS_INVALID: SENTENCES[rejects.ASSIGNMENT_LIMITS_INVALID],
    rejects.ASSIGNMENT_EDGE_INVALID: SENTENCES[rejects.ASSIGNMENT_EDGE_INVALID],
    rejects.NO_BACKSTOP: SENTENCES[rejects.NO_BACKSTOP],
    rejects.ACCOUNT_NAME_INVALID: (
        "name: expected 1 to 16 characters (a display name up to 20, or none) without control"
        " characters and without space around them"
    ),
    rejects.TOO_MANY_SUB_ACCOUNTS: "Too many sub-accounts: there may be 10.",
    rejects.SUB_ACCOUNT_UNKNOWN: "Invalid sub-account user.",
    rejects.ATTRIBUTES_INHERITED: SENTENCES[rejects.ATTRIBUTES_INHERITED],
    rejects.LEVERAGE_REACHED: SENTENCES[rejects.LEVERAGE_REACHED],
    rejects.DEX_UNKNOWN: "Invalid perp DEX",
    rejects.DISCLOSURE_UNKNOWN: SENTENCES[rejects.DISCLOSURE_UNKNOWN],
    rejects.TOO_MANY_DISCLOSURES: SENTENCES[rejects.TOO_MANY_DISCLOSURES],
    rejects.DISCLOSURE_VERSION_TAKEN: SENTENCES[rejects.DISCLOSURE_VERSION_TAKEN],
    rejects.DISCLOSURE_TEXT_INVALID: SENTENCES[rejects.DISCLOSURE_TEXT_INVALID],
    rejects.DEX_DISABLED: SENTENCES[rejects.DEX_DISABLED],
    rejects.ROLE_MISSING: SENTENCES[rejects.ROLE_MISSING],
    rejects.REFERENCE_USED: SENTENCES[rejects.REFERENCE_USED],
    rejects.ALREADY_SO: SENTENCES[rejects.ALREADY_SO],
    rejects.SPECIFICATION_INVALID: SENTENCES[rejects.SPECIFICATION_INVALID],
    rejects.GENESIS_DONE: SENTENCES[rejects.GENESIS_DONE],
    rejects.PROPOSAL_UNKNOWN: SENTENCES[rejects.PROPOSAL_UNKNOWN],
    rejects.PROPOSAL_OWN: SENTENCES[rejects.PROPOSAL_OWN],
    rejects.PROPOSAL_STALE: SENTENCES[rejects.PROPOSAL_STALE],
    rejects.GROUNDS_INVALID: SENTENCES[rejects.GROUNDS_INVALID],
    rejects.SOURCE_UNBOUND: SENTENCES[rejects.SOURCE_UNBOUND],
    rejects.PHASE_FORBIDS: SENTENCES[rejects.PHASE_FORBIDS],
    rejects.METHOD_INVALID: SENTENCES[rejects.METHOD_INVALID],
    rejects.FACTOR_INVALID: SENTENCES[rejects.FACTOR_INVALID],
    rejects.OBSERVATION_TIME_INVALID: SENTENCES[rejects.OBSERVATION_TIME_INVALID],
    rejects.ANNOUNCEMENT_MISSING: SENTENCES[rejects.ANNOUNCEMENT_MISSING],
    rejects.TOO_MANY_PROPOSALS: SENTENCES[rejects.TOO_MANY_PROPOSALS],
    rejects.TREATMENT_INVALID: SENTENCES[rejects.TREATMENT_INVALID],
    rejects.SETTLEMENT_PRICE_INVALID: SENTENCES[rejects.SETTLEMENT_PRICE_INVALID],
    rejects.SESSION_INVALID: SENTENCES[rejects.SESSION_INVALID],
    rejects.NOT_OF_THIS_MARKET: SENTENCES[rejects.NOT_OF_THIS_MARKET],
    rejects.KIND_UNKNOWN: SENTENCES[rejects.KIND_UNKNOWN],
    rejects.AUCTION_TAKES_LIMITS: SENTENCES[rejects.AUCTION_TAKES_LIMITS],
    rejects.UNIT_INVALID: SENTENCES[rejects.UNIT_INVALID],
    rejects.RATIO_INVALID: SENTENCES[rejects.RATIO_INVALID],
    rejects.WINDOW_INVALID: SENTENCES[rejects.WINDOW_INVALID],
    rejects.NO_LISTING_DAY: SENTENCES[rejects.NO_LISTING_DAY],
    rejects.EFFECTIVE_TIME_INVALID: SENTENCES[rejects.EFFECTIVE_TIME_INVALID],
    rejects.FIELD_FIXED: SENTENCES[rejects.FIELD_FIXED],
    rejects.MOVE_HAS_ITS_OWN_ACT: SENTENCES[rejects.MOVE_HAS_ITS_OWN_ACT],
    rejects.DATE_PAST: SENTENCES[rejects.DATE_PAST],
    rejects.SYMBOL_INVALID: SENTENCES[rejects.SYMBOL_INVALID],
    rejects.SYMBOL_TAKEN: SENTENCES[rejects.SYMBOL_TAKEN],
    rejects.GROUNDS_MISSING: SENTENCES[rejects.GROUNDS_MISSING],
    rejects.HALT_NEEDS_TWO: SENTENCES[rejects.HALT_NEEDS_TWO],
    rejects.OBSERVATION_UNKNOWN: SENTENCES[rejects.OBSERVATION_UNKNOWN],
    rejects.DEX_FULL: SENTENCES[rejects.DEX_FULL],
    rejects.TABLE_INVALID: SENTENCES[rejects.TABLE_INVALID],
    rejects.BASIS_MISSING: SENTENCES[rejects.BASIS_MISSING],
    rejects.EVENT_DEADLINE_INVALID: SENTENCES[rejects.EVENT_DEADLINE_INVALID],
    rejects.EVENT_TERMS_INVALID: SENTENCES[rejects.EVENT_TERMS_INVALID],
    rejects.EVENT_NOT_AWAITED: SENTENCES[rejects.EVENT_NOT_AWAITED],
    rejects.EVENT_PHASE_UNKNOWN: SENTENCES[rejects.EVENT_PHASE_UNKNOWN],
}
"""Reject number → text."""

CLOSED_REASONS: Final[dict[int, int]] = {
    codes.IOC_REMAINDER: rejects.NOTHING_TO_MATCH,
    codes.MARGIN_CANCELED: rejects.INSUFFICIENT_MARGIN,
    codes.SELF_TRADE_CANCELED: rejects.SELF_TRADE,
    codes.REDUCE_ONLY_CANCELED: rejects.REDUCE_ONLY_INCREASES,
    codes.OPEN_INTEREST_CAP_CANCELED: rejects.OPEN_INTEREST_CAPPED,
    codes.OWNER_SHARE_CANCELED: rejects.OWNER_SHARE_REACHED,
    codes.DELISTED_CANCELED: rejects.MARKET_NOT_TRADING,
}
"""Why an order that ended at once without a trade was, in effect, refused."""


def order_text(
    reason: int, asset: int, *, bid: str = "0.0", ask: str = "0.0", minimum: str = "10"
) -> str:
    """The error of one order, cancel or modify. An unknown number gets its sentence or itself."""
    return _template(reason).format(
        asset=asset,
        bid=bid,
        ask=ask,
        minimum=minimum,
        user="",
        account="",
        nonce=0,
        detail=0,
        usd="",
    )


def request_text(
    reason: int,
    *,
    user: bytes = b"",
    account: bytes = b"",
    nonce: int = 0,
    detail: int = 0,
    asset: int = 0,
) -> str:
    """The error of a whole request; addresses are 20 bytes."""
    return _template(reason).format(
        asset=asset,
        bid="0.0",
        ask="0.0",
        minimum="10",
        user=hex_address(user),
        account=hex_address(account),
        nonce=nonce,
        detail=detail,
        usd=format_decimal(detail, 6).removesuffix(".0"),
    )


def hex_address(address: bytes) -> str:
    """0x and lower-case digits, as the dialect writes addresses."""
    return "0x" + address.hex()


def _template(reason: int) -> str:
    return TEXTS.get(reason) or SENTENCES.get(reason) or f"Refused for reason {reason}."
