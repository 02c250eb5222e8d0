"""Numbers that stand in journals: none is ever given another meaning (ORD-5).

What is new is added at the end of its group; a number that is here stays as it is for good.
"""

from __future__ import annotations

import re

import pytest

from bellwether.schema import codes, rejects

REJECTS = {
    "ACCEPTED": 0,
    "SIGNER_UNKNOWN": 101,
    "AGENT_EXPIRED": 102,
    "NONCE_DUPLICATE": 103,
    "NONCE_TOO_LOW": 104,
    "NONCE_TOO_HIGH": 105,
    "EXPIRED": 106,
    "VAULT_UNKNOWN": 107,
    "MASTER_ONLY": 108,
    "NO_ORDERS": 109,
    "BUILDER_UNKNOWN": 110,
    "MUST_DEPOSIT": 111,
    "NONCE_TOO_OLD": 112,
    "SUB_ACCOUNT_MAY_NOT": 113,
    "MULTI_SIG_REQUIRED": 120,
    "NOT_MULTI_SIG": 121,
    "OUTER_SIGNER_FOREIGN": 122,
    "CO_SIGNER_FOREIGN": 123,
    "CO_SIGNER_REPEATED": 124,
    "TOO_FEW_SIGNATURES": 125,
    "SIGNERS_INVALID": 126,
    "SIGNER_HAS_NO_ACCOUNT": 127,
    "MARKET_UNKNOWN": 201,
    "TRADING_HALTED": 202,
    "CANCEL_ONLY_NOW": 203,
    "SIZE_INVALID": 204,
    "SIZE_ZERO": 205,
    "PRICE_INVALID": 206,
    "PRICE_OFF_TICK": 207,
    "PRICE_TOO_FAR": 208,
    "VALUE_TOO_SMALL": 209,
    "CLIENT_ORDER_ID_IN_USE": 210,
    "TOO_MANY_OPEN_ORDERS": 211,
    "TRIGGER_PRICE_INVALID": 212,
    "REDUCE_ONLY_INCREASES": 213,
    "POST_ONLY_CROSSES": 214,
    "POST_ONLY_NOW": 215,
    "INSUFFICIENT_MARGIN": 216,
    "NOTHING_TO_MATCH": 217,
    "NO_LIQUIDITY": 218,
    "OPEN_INTEREST_CAPPED": 219,
    "POSITION_LIMIT": 220,
    "SELF_TRADE": 221,
    "NOT_FULLY_MATCHED": 222,
    "OUTSIDE_BAND": 223,
    "SIZE_TOO_LARGE": 224,
    "NOT_ELIGIBLE": 225,
    "MARKET_NOT_TRADING": 226,
    "GROUPING_INVALID": 227,
    "MARGIN_TIER_EXCEEDED": 228,
    "TIME_IN_FORCE_UNKNOWN": 229,
    "TRIGGER_UNKNOWN": 230,
    "GROUPING_UNKNOWN": 231,
    "TRAIL_INVALID": 232,
    "OWNER_SHARE_REACHED": 233,
    "TWAP_DURATION_INVALID": 234,
    "TWAP_VALUE_TOO_SMALL": 235,
    "TOO_MANY_TWAPS": 236,
    "DISK_SLOW_NOW": 237,
    "DISK_STALLED_NOW": 238,
    "DISK_LOW_NOW": 239,
    "DISCLOSURE_MISSING": 240,
    "AUCTION_TAKES_LIMITS": 245,
    "PRICES_AWAITED": 246,
    "BEYOND_ORACLE_AT_CAP": 247,
    "DEX_INTEREST_CAPPED": 248,
    "TRIGGER_BY_UNKNOWN": 250,
    "TWAP_PRICE_INVALID": 251,
    "NO_REWARDS": 252,
    "TOO_MANY_BUILDERS": 253,
    "BUILDER_FEE_INVALID": 254,
    "ORDER_NOT_OPEN": 301,
    "MODIFY_NOT_OPEN": 302,
    "TWAP_NOT_RUNNING": 303,
    "SEND_TO_ITSELF": 304,
    "WITHDRAWAL_TOO_SMALL": 311,
    "WITHDRAWALS_PAUSED": 312,
    "ACCOUNT_HOUR_USED_UP": 313,
    "TOO_MANY_WITHDRAWALS": 314,
    "WITHDRAWAL_UNKNOWN": 315,
    "WITHDRAWAL_NOT_DUE": 316,
    "APPROVALS_MISSING": 317,
    "APPROVED_BEFORE": 318,
    "VENUE_HOUR_USED_UP": 319,
    "NO_APPROVAL_NEEDED": 320,
    "NEEDS_A_REQUEST": 321,
    "NOT_PAUSED": 322,
    "TERMS_INVALID": 323,
    "DESTINATION_INVALID": 324,
    "NOTHING_TO_WITHDRAW": 325,
    "LEVERAGE_INVALID": 401,
    "CROSS_NOT_ALLOWED": 402,
    "MODE_HAS_POSITION": 403,
    "MARGIN_REMOVAL_REFUSED": 404,
    "NO_POSITION": 405,
    "MARGIN_TOO_SMALL": 406,
    "AGENT_NAME_INVALID": 407,
    "TOO_MANY_AGENTS": 408,
    "AGENT_ADDRESS_TAKEN": 409,
    "SCHEDULE_TOO_SOON": 410,
    "BALANCE_TOO_SMALL": 411,
    "AMOUNT_INVALID": 412,
    "DEX_UNKNOWN": 413,
    "SCHEDULE_LIMIT": 414,
    "SCHEDULE_TOO_FAR": 415,
    "ADDRESS_IS_AGENT": 416,
    "DISCLOSURE_HASH_WRONG": 420,
    "NO_DISCLOSURE": 421,
    "NO_ASSIGNMENT_HERE": 430,
    "ASSIGNMENT_LIMITS_INVALID": 431,
    "ASSIGNMENT_EDGE_INVALID": 432,
    "NO_BACKSTOP": 433,
    "ACCOUNT_NAME_INVALID": 434,
    "TOO_MANY_SUB_ACCOUNTS": 435,
    "SUB_ACCOUNT_UNKNOWN": 436,
    "ATTRIBUTES_INHERITED": 437,
    "LEVERAGE_REACHED": 438,
    "ROLE_MISSING": 501,
    "REFERENCE_USED": 502,
    "ALREADY_SO": 503,
    "SPECIFICATION_INVALID": 504,
    "GENESIS_DONE": 505,
    "PROPOSAL_UNKNOWN": 506,
    "PROPOSAL_OWN": 507,
    "PROPOSAL_STALE": 508,
    "GROUNDS_INVALID": 509,
    "SOURCE_UNBOUND": 510,
    "PHASE_FORBIDS": 511,
    "METHOD_INVALID": 512,
    "FACTOR_INVALID": 513,
    "OBSERVATION_TIME_INVALID": 514,
    "ANNOUNCEMENT_MISSING": 515,
    "TOO_MANY_PROPOSALS": 516,
    "TREATMENT_INVALID": 517,
    "SETTLEMENT_PRICE_INVALID": 518,
    "SESSION_INVALID": 519,
    "NOT_OF_THIS_MARKET": 520,
    "KIND_UNKNOWN": 521,
    "UNIT_INVALID": 522,
    "RATIO_INVALID": 523,
    "WINDOW_INVALID": 524,
    "NO_LISTING_DAY": 525,
    "EFFECTIVE_TIME_INVALID": 530,
    "FIELD_FIXED": 531,
    "MOVE_HAS_ITS_OWN_ACT": 532,
    "DATE_PAST": 533,
    "SYMBOL_INVALID": 534,
    "SYMBOL_TAKEN": 535,
    "GROUNDS_MISSING": 536,
    "HALT_NEEDS_TWO": 537,
    "OBSERVATION_UNKNOWN": 538,
    "DEX_FULL": 539,
    "TABLE_INVALID": 540,
    "BASIS_MISSING": 541,
    "DISCLOSURE_TEXT_INVALID": 425,
    "DISCLOSURE_VERSION_TAKEN": 426,
    "TOO_MANY_DISCLOSURES": 427,
    "DISCLOSURE_UNKNOWN": 428,
    "DEX_DISABLED": 429,
    "EVENT_NOT_AWAITED": 544,
    "EVENT_TERMS_INVALID": 545,
    "EVENT_DEADLINE_INVALID": 546,
    "EVENT_PHASE_UNKNOWN": 542,
}
CODES = (
    {
        "GTC": 1,
        "IOC": 2,
        "ALO": 3,
        "FOK": 4,
        "FRONTEND_MARKET": 5,
        "LIQUIDATION_MARKET": 6,
        "TWAP_SLICE": 7,
    },  # Time in force
    {
        "NO_TRIGGER": 0,
        "STOP_MARKET": 1,
        "STOP_LIMIT": 2,
        "TAKE_PROFIT_MARKET": 3,
        "TAKE_PROFIT_LIMIT": 4,
    },  # Trigger kinds
    {
        "BY_MARK": 0,
        "BY_INDEX": 1,
        "BY_LAST": 2,
    },  # Which price fires a trigger
    {
        "UNGROUPED": 0,
        "NORMAL_TPSL": 1,
        "POSITION_TPSL": 2,
    },  # Grouping of the orders of one action
    {
        "CROSS": 0,
        "NO_CROSS": 1,
        "STRICT_ISOLATED": 2,
    },  # Margin modes of a market
    {
        "STP_ALLOW": 0,
        "STP_CANCEL_MAKER": 1,
        "STP_REJECT_TAKER": 2,
        "STP_CANCEL_BOTH": 3,
        "STP_DECREMENT": 4,
    },  # Self-trade prevention
    {
        "OPEN": 0,
        "POST_ONLY": 1,
        "CANCEL_ONLY": 2,
        "HALTED": 3,
    },  # Trading status
    {
        "BY_REQUEST": 0,
        "MARK_MOVED": 1,
        "FEED_FAILED": 2,
        "DISK_SLOW": 3,
        "DISK_LOW": 4,
    },  # Causes of a trading status
    {
        "DRAFT": 0,
        "ANNOUNCED": 1,
        "AUCTION": 2,
        "PRE_LISTING": 3,
        "LISTING_DAY": 4,
        "CONVERTING": 5,
        "LISTED": 6,
        "SETTLEMENT_PERIOD": 7,
        "SETTLING": 8,
        "SETTLED": 9,
    },  # Phases
    {
        "FILLED": 1,
        "CANCELED": 2,
        "MARGIN_CANCELED": 3,
        "SELF_TRADE_CANCELED": 4,
        "REDUCE_ONLY_CANCELED": 5,
        "SIBLING_FILLED_CANCELED": 6,
        "LIQUIDATED_CANCELED": 7,
        "SCHEDULED_CANCEL": 8,
        "IOC_REMAINDER": 9,
        "TRIGGER_REFUSED": 10,
        "REPLACED": 11,
        "OPEN_INTEREST_CAP_CANCELED": 12,
        "DELISTED_CANCELED": 13,
        "REBASED_CANCELED": 14,
        "NOT_ELIGIBLE_CANCELED": 15,
        "RULES_CHANGED_CANCELED": 16,
        "OWNER_SHARE_CANCELED": 17,
        "TWAP_OUT_OF_TIME": 18,
        "TWAP_STOPPED": 19,
    },  # Why an order ended
    {
        "NORMAL_TRADE": 0,
        "LIQUIDATION_TRADE": 1,
    },
    {"BY_BACKSTOP": 1, "BY_PROVIDER": 2},
    {"LIQUIDATED": 0, "DELEVERAGED": 1},
    {"EVERY_DAY": 0, "WEEKDAYS": 1, "WEEKENDS": 2},  # How a trade came about
    {
        "DEFAULT_TWAP": 1,
        "TRANSACTION": 2,
        "RECENT_TWAP": 3,
        "ADVERSE_EVENT": 4,
        "DETERMINED": 5,
        "OTHER_METHOD": 6,
        "WIND_DOWN": 7,
        "DELISTING": 8,
        "AT_THE_CROSS": 9,
    },  # How a market is settled
    {
        "APPROVED": 1,
        "REJECTED": 2,
        "PROPOSAL_EXPIRED": 3,
    },  # What became of a proposal
    {
        "PRE_SESSION": 1,
        "REGULAR_SESSION": 2,
        "POST_SESSION": 3,
        "OVERNIGHT_SESSION": 4,
    },  # Sessions of an exchange
    {
        "LISTER": 1,
        "PRICER": 2,
        "RISK": 4,
        "SETTLER": 8,
        "AUDITOR": 16,
        "CUSTODIAN": 32,
        "COMPLIANCE": 64,
        "EVERY_OPERATOR_ROLE": 31,
        "UNREPRESENTABLE": -1,
        "ASSETS_PER_DEX": 10000,
        "FIRST_NAMED_DEX_ASSET": 100000,
    },  # Operator roles
)
BITS = {"LISTER", "PRICER", "RISK", "SETTLER", "AUDITOR", "CUSTODIAN", "COMPLIANCE"}


def numbers_of(module: object) -> dict[str, int]:
    return {
        name: value
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int)
    }


def test_refusals_keep_their_numbers() -> None:
    now = numbers_of(rejects)
    assert {name: now.get(name) for name in REJECTS} == REJECTS
    assert not set(now) - set(REJECTS), "new numbers are written down here"


def test_codes_keep_their_numbers() -> None:
    now = numbers_of(codes)
    written = {name: number for group in CODES for name, number in group.items()}
    assert {name: now.get(name) for name in written} == written
    assert not set(now) - set(written), "new numbers are written down here"


def test_no_refusal_has_the_number_of_another() -> None:
    numbers = list(numbers_of(rejects).values())
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("group", CODES, ids=lambda group: next(iter(group)).lower())
def test_no_code_of_a_group_has_the_number_of_another(group: dict[str, int]) -> None:
    assert len(set(group.values())) == len(group)


def test_refusals_stand_in_their_bands() -> None:
    """1xx requests, 2xx placing, 3xx cancels and modifies, 4xx accounts, 5xx operators."""
    placed = {name: number // 100 for name, number in REJECTS.items() if number}
    assert set(placed.values()) == {1, 2, 3, 4, 5}
    for name in ("NONCE_DUPLICATE", "EXPIRED", "SIGNER_UNKNOWN"):
        assert placed[name] == 1
    for name in ("INSUFFICIENT_MARGIN", "PRICE_OFF_TICK", "POST_ONLY_CROSSES"):
        assert placed[name] == 2


def test_every_refusal_has_one_sentence() -> None:
    numbers = set(numbers_of(rejects).values()) - {rejects.ACCEPTED}
    assert set(rejects.SENTENCES) == numbers
    for sentence in rejects.SENTENCES.values():
        assert re.fullmatch(r"[A-Z][^.]*\.", sentence), sentence
    assert len(set(rejects.SENTENCES.values())) == len(numbers)


def test_roles_are_bits_that_do_not_overlap() -> None:
    together = 0
    for name in BITS:
        bit = getattr(codes, name)
        assert bit & (bit - 1) == 0 and together & bit == 0
        together |= bit
    assert together - codes.CUSTODIAN - codes.COMPLIANCE == codes.EVERY_OPERATOR_ROLE


def test_names_of_phases_and_statuses_follow_their_numbers() -> None:
    """LIFE-1: interfaces speak of phases by name."""
    for number, name in enumerate(codes.PHASE_NAMES):
        assert getattr(codes, name) == number
    for number, name in enumerate(codes.STATUS_NAMES):
        assert getattr(codes, name.upper()) == number
