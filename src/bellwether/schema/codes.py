"""Numbered words shared by commands, events and state. Numbers are never reused or renumbered.

They are plain integers rather than enums so that compiled code compares machine words.
"""

from typing import Final

# Time in force (ORD-1).
GTC: Final = 1
IOC: Final = 2
ALO: Final = 3
FOK: Final = 4
FRONTEND_MARKET: Final = 5
LIQUIDATION_MARKET: Final = 6
TWAP_SLICE: Final = 7

# Trigger kinds (ORD-1); NO_TRIGGER marks a plain order.
NO_TRIGGER: Final = 0
STOP_MARKET: Final = 1
STOP_LIMIT: Final = 2
TAKE_PROFIT_MARKET: Final = 3
TAKE_PROFIT_LIMIT: Final = 4

# Which price fires a trigger (ORD-1).
BY_MARK: Final = 0
BY_INDEX: Final = 1
BY_LAST: Final = 2

# Grouping of the orders of one action (ORD-1).
UNGROUPED: Final = 0
NORMAL_TPSL: Final = 1
POSITION_TPSL: Final = 2

# Margin modes of a market (INST-1).
CROSS: Final = 0
NO_CROSS: Final = 1
STRICT_ISOLATED: Final = 2

# Self-trade prevention (ORD-3).
STP_ALLOW: Final = 0
STP_CANCEL_MAKER: Final = 1
STP_REJECT_TAKER: Final = 2
STP_CANCEL_BOTH: Final = 3
STP_DECREMENT: Final = 4

# Trading status, orthogonal to the phase (LIFE).
OPEN: Final = 0
POST_ONLY: Final = 1
CANCEL_ONLY: Final = 2
HALTED: Final = 3

# What set the trading status, of a market (LIFE-11) or of the venue (LIFE-13).
BY_REQUEST: Final = 0
MARK_MOVED: Final = 1
FEED_FAILED: Final = 2
DISK_SLOW: Final = 3
DISK_LOW: Final = 4

# Phases (LIFE-1).
DRAFT: Final = 0
ANNOUNCED: Final = 1
AUCTION: Final = 2
PRE_LISTING: Final = 3
LISTING_DAY: Final = 4
CONVERTING: Final = 5
LISTED: Final = 6
SETTLEMENT_PERIOD: Final = 7
SETTLING: Final = 8
SETTLED: Final = 9

# Why an order ended.
FILLED: Final = 1
CANCELED: Final = 2
MARGIN_CANCELED: Final = 3
SELF_TRADE_CANCELED: Final = 4
REDUCE_ONLY_CANCELED: Final = 5
SIBLING_FILLED_CANCELED: Final = 6
LIQUIDATED_CANCELED: Final = 7
SCHEDULED_CANCEL: Final = 8
IOC_REMAINDER: Final = 9
TRIGGER_REFUSED: Final = 10
REPLACED: Final = 11
OPEN_INTEREST_CAP_CANCELED: Final = 12
DELISTED_CANCELED: Final = 13
REBASED_CANCELED: Final = 14
NOT_ELIGIBLE_CANCELED: Final = 15
RULES_CHANGED_CANCELED: Final = 16
OWNER_SHARE_CANCELED: Final = 17
TWAP_OUT_OF_TIME: Final = 18
TWAP_STOPPED: Final = 19

# How a trade came about.
NORMAL_TRADE: Final = 0
LIQUIDATION_TRADE: Final = 1

# Who takes a liquidated position over (LIQ-2, LIQ-3).
BY_BACKSTOP: Final = 1
BY_PROVIDER: Final = 2

# Whose equity is stated (LIQ-8).
LIQUIDATED: Final = 0
DELEVERAGED: Final = 1

# When a provider takes positions over (LIQ-3), by days of UTC.
EVERY_DAY: Final = 0
WEEKDAYS: Final = 1
WEEKENDS: Final = 2
ASSIGNMENT_DAYS: Final[dict[str, int]] = {
    "all": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "weekends": WEEKENDS,
}

# Operator roles (RULE-1), a bit set.
LISTER: Final = 1
PRICER: Final = 2
RISK: Final = 4
SETTLER: Final = 8
AUDITOR: Final = 16
CUSTODIAN: Final = 32
COMPLIANCE: Final = 64
EVERY_OPERATOR_ROLE: Final = 31

# How a market is settled (LIFE-4, LIFE-6).
DEFAULT_TWAP: Final = 1
TRANSACTION: Final = 2
RECENT_TWAP: Final = 3
ADVERSE_EVENT: Final = 4
DETERMINED: Final = 5
OTHER_METHOD: Final = 6
WIND_DOWN: Final = 7
DELISTING: Final = 8
AT_THE_CROSS: Final = 9
"""A listing that was treated by settlement (LIFE-7); no act asks for it."""

# What became of a proposal (RULE-2).
APPROVED: Final = 1
REJECTED: Final = 2
PROPOSAL_EXPIRED: Final = 3

# The session of the listing exchange in which an external price was seen (PRICE-19).
PRE_SESSION: Final = 1
REGULAR_SESSION: Final = 2
POST_SESSION: Final = 3
OVERNIGHT_SESSION: Final = 4

SETTLEMENT_METHODS: Final[dict[str, int]] = {
    "default_twap": DEFAULT_TWAP,
    "transaction": TRANSACTION,
    "recent_twap": RECENT_TWAP,
    "adverse_event": ADVERSE_EVENT,
    "determined": DETERMINED,
    "other": OTHER_METHOD,
    "wind_down": WIND_DOWN,
    "delisting": DELISTING,
}
METHOD_NAMES: Final[dict[int, str]] = {
    **{number: name for name, number in SETTLEMENT_METHODS.items()},
    AT_THE_CROSS: "at_the_cross",
}
TREATMENTS: Final = ("convert", "adjusted", "settle", "composite", "trigger")
"""How a listing is treated (LIFE-7); the first goes without saying."""
TREATMENTS_AFTER_EVENT: Final = ("convert", "adjusted", "composite")
"""What a trigger's event leads to."""
TREATMENTS_WITHOUT_EVENT: Final = ("settle", "convert")
"""What a trigger's deadline leads to; the first goes without saying."""
SESSIONS: Final[dict[str, int]] = {
    "pre": PRE_SESSION,
    "regular": REGULAR_SESSION,
    "post": POST_SESSION,
    "overnight": OVERNIGHT_SESSION,
}
SETTLEMENT_GROUNDS: Final = frozenset(
    "acquired taken_private recapitalised other_transaction extended_market insolvency enforcement"
    " restatement wind_down delisted".split()
)
INSUFFICIENT_GROUNDS: Final = frozenset({"partial_tender", "minority_recapitalisation"})
"""Known, and refused: by themselves they trigger nothing (LIFE-6)."""
REBASE_GROUNDS: Final = frozenset({"split", "dilution", "unit_change", "exchange_of_shares"})

EVENT_PHASES: Final = (
    "announced",
    "filed",
    "range_set",
    "priced",
    "indication",
    "crossed",
    "seasoned",
)
"""What is known of a listing, in the order in which it comes to be (MARG-9)."""

PROFESSIONAL: Final = "professional"
"""The client class that may trade where only professionals may (RULE-5)."""

PHASE_NAMES: Final[tuple[str, ...]] = (
    "DRAFT",
    "ANNOUNCED",
    "AUCTION",
    "PRE_LISTING",
    "LISTING_DAY",
    "CONVERTING",
    "LISTED",
    "SETTLEMENT_PERIOD",
    "SETTLING",
    "SETTLED",
)
WATCHED_NAMES: Final[tuple[str, ...]] = ("mark", "index", "last")
"""What a trigger watches, by its code."""
STATUS_NAMES: Final[tuple[str, ...]] = ("open", "post_only", "cancel_only", "halted")
CAUSE_NAMES: Final[tuple[str, ...]] = (
    "request",
    "mark_moved",
    "feed_failed",
    "disk_slow",
    "disk_low",
)

UNREPRESENTABLE: Final = -1
"""Stands for a price or size that was given with more digits than the unit holds (UNIT-3)."""

ASSETS_PER_DEX: Final = 10_000
FIRST_NAMED_DEX_ASSET: Final = 100_000
"""Asset ids: the main dex counts from 0, dex number n > 0 from 100,000 + 10,000 n."""
