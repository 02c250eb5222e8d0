"""Refusals (ORD-5): each has a number, a sentence and a place in the order of precedence.

Bands: 1xx the request as a whole, 2xx placing, 3xx cancelling, modifying and sending, and from 311
on withdrawals, 4xx account settings, 5xx operators. Numbers are never reused. Dialects map numbers
to the texts their clients match on.
"""

from typing import Final

ACCEPTED: Final = 0

SIGNER_UNKNOWN: Final = 101
AGENT_EXPIRED: Final = 102
NONCE_DUPLICATE: Final = 103
NONCE_TOO_LOW: Final = 104
NONCE_TOO_HIGH: Final = 105
EXPIRED: Final = 106
VAULT_UNKNOWN: Final = 107
MASTER_ONLY: Final = 108
NO_ORDERS: Final = 109
BUILDER_UNKNOWN: Final = 110
MUST_DEPOSIT: Final = 111
NONCE_TOO_OLD: Final = 112
SUB_ACCOUNT_MAY_NOT: Final = 113
MULTI_SIG_REQUIRED: Final = 120
NOT_MULTI_SIG: Final = 121
OUTER_SIGNER_FOREIGN: Final = 122
CO_SIGNER_FOREIGN: Final = 123
CO_SIGNER_REPEATED: Final = 124
TOO_FEW_SIGNATURES: Final = 125
SIGNERS_INVALID: Final = 126
SIGNER_HAS_NO_ACCOUNT: Final = 127

MARKET_UNKNOWN: Final = 201
TRADING_HALTED: Final = 202
CANCEL_ONLY_NOW: Final = 203
SIZE_INVALID: Final = 204
SIZE_ZERO: Final = 205
PRICE_INVALID: Final = 206
PRICE_OFF_TICK: Final = 207
PRICE_TOO_FAR: Final = 208
VALUE_TOO_SMALL: Final = 209
CLIENT_ORDER_ID_IN_USE: Final = 210
TOO_MANY_OPEN_ORDERS: Final = 211
TRIGGER_PRICE_INVALID: Final = 212
REDUCE_ONLY_INCREASES: Final = 213
POST_ONLY_CROSSES: Final = 214
POST_ONLY_NOW: Final = 215
INSUFFICIENT_MARGIN: Final = 216
NOTHING_TO_MATCH: Final = 217
NO_LIQUIDITY: Final = 218
OPEN_INTEREST_CAPPED: Final = 219
POSITION_LIMIT: Final = 220
SELF_TRADE: Final = 221
NOT_FULLY_MATCHED: Final = 222
OUTSIDE_BAND: Final = 223
SIZE_TOO_LARGE: Final = 224
NOT_ELIGIBLE: Final = 225
MARKET_NOT_TRADING: Final = 226
GROUPING_INVALID: Final = 227
MARGIN_TIER_EXCEEDED: Final = 228
TIME_IN_FORCE_UNKNOWN: Final = 229
TRIGGER_UNKNOWN: Final = 230
GROUPING_UNKNOWN: Final = 231
TRAIL_INVALID: Final = 232
OWNER_SHARE_REACHED: Final = 233
TWAP_DURATION_INVALID: Final = 234
TWAP_VALUE_TOO_SMALL: Final = 235
TOO_MANY_TWAPS: Final = 236
DISK_SLOW_NOW: Final = 237
DISK_STALLED_NOW: Final = 238
DISK_LOW_NOW: Final = 239
DISCLOSURE_MISSING: Final = 240
AUCTION_TAKES_LIMITS: Final = 245
PRICES_AWAITED: Final = 246
BEYOND_ORACLE_AT_CAP: Final = 247
DEX_INTEREST_CAPPED: Final = 248
TRIGGER_BY_UNKNOWN: Final = 250
TWAP_PRICE_INVALID: Final = 251
NO_REWARDS: Final = 252
TOO_MANY_BUILDERS: Final = 253
BUILDER_FEE_INVALID: Final = 254

ORDER_NOT_OPEN: Final = 301
MODIFY_NOT_OPEN: Final = 302
TWAP_NOT_RUNNING: Final = 303
SEND_TO_ITSELF: Final = 304

WITHDRAWAL_TOO_SMALL: Final = 311
WITHDRAWALS_PAUSED: Final = 312
ACCOUNT_HOUR_USED_UP: Final = 313
TOO_MANY_WITHDRAWALS: Final = 314
WITHDRAWAL_UNKNOWN: Final = 315
WITHDRAWAL_NOT_DUE: Final = 316
APPROVALS_MISSING: Final = 317
APPROVED_BEFORE: Final = 318
VENUE_HOUR_USED_UP: Final = 319
NO_APPROVAL_NEEDED: Final = 320
NEEDS_A_REQUEST: Final = 321
NOT_PAUSED: Final = 322
TERMS_INVALID: Final = 323
DESTINATION_INVALID: Final = 324
NOTHING_TO_WITHDRAW: Final = 325

LEVERAGE_INVALID: Final = 401
CROSS_NOT_ALLOWED: Final = 402
MODE_HAS_POSITION: Final = 403
MARGIN_REMOVAL_REFUSED: Final = 404
NO_POSITION: Final = 405
MARGIN_TOO_SMALL: Final = 406
AGENT_NAME_INVALID: Final = 407
TOO_MANY_AGENTS: Final = 408
AGENT_ADDRESS_TAKEN: Final = 409
SCHEDULE_TOO_SOON: Final = 410
BALANCE_TOO_SMALL: Final = 411
AMOUNT_INVALID: Final = 412
DEX_UNKNOWN: Final = 413
SCHEDULE_LIMIT: Final = 414
SCHEDULE_TOO_FAR: Final = 415
ADDRESS_IS_AGENT: Final = 416
DISCLOSURE_HASH_WRONG: Final = 420
NO_DISCLOSURE: Final = 421
DISCLOSURE_TEXT_INVALID: Final = 425
DISCLOSURE_VERSION_TAKEN: Final = 426
TOO_MANY_DISCLOSURES: Final = 427
DISCLOSURE_UNKNOWN: Final = 428
DEX_DISABLED: Final = 429
NO_ASSIGNMENT_HERE: Final = 430
ASSIGNMENT_LIMITS_INVALID: Final = 431
ASSIGNMENT_EDGE_INVALID: Final = 432
NO_BACKSTOP: Final = 433
ACCOUNT_NAME_INVALID: Final = 434
TOO_MANY_SUB_ACCOUNTS: Final = 435
SUB_ACCOUNT_UNKNOWN: Final = 436
ATTRIBUTES_INHERITED: Final = 437
LEVERAGE_REACHED: Final = 438

ROLE_MISSING: Final = 501
REFERENCE_USED: Final = 502
ALREADY_SO: Final = 503
SPECIFICATION_INVALID: Final = 504
GENESIS_DONE: Final = 505
PROPOSAL_UNKNOWN: Final = 506
PROPOSAL_OWN: Final = 507
PROPOSAL_STALE: Final = 508
GROUNDS_INVALID: Final = 509
SOURCE_UNBOUND: Final = 510
PHASE_FORBIDS: Final = 511
METHOD_INVALID: Final = 512
FACTOR_INVALID: Final = 513
OBSERVATION_TIME_INVALID: Final = 514
ANNOUNCEMENT_MISSING: Final = 515
TOO_MANY_PROPOSALS: Final = 516
TREATMENT_INVALID: Final = 517
SETTLEMENT_PRICE_INVALID: Final = 518
SESSION_INVALID: Final = 519
NOT_OF_THIS_MARKET: Final = 520
KIND_UNKNOWN: Final = 521
UNIT_INVALID: Final = 522
RATIO_INVALID: Final = 523
WINDOW_INVALID: Final = 524
NO_LISTING_DAY: Final = 525

EFFECTIVE_TIME_INVALID: Final = 530
FIELD_FIXED: Final = 531
MOVE_HAS_ITS_OWN_ACT: Final = 532
DATE_PAST: Final = 533
SYMBOL_INVALID: Final = 534
SYMBOL_TAKEN: Final = 535
GROUNDS_MISSING: Final = 536
HALT_NEEDS_TWO: Final = 537
OBSERVATION_UNKNOWN: Final = 538
DEX_FULL: Final = 539
TABLE_INVALID: Final = 540
BASIS_MISSING: Final = 541
EVENT_PHASE_UNKNOWN: Final = 542
EVENT_NOT_AWAITED: Final = 544
EVENT_TERMS_INVALID: Final = 545
EVENT_DEADLINE_INVALID: Final = 546

SENTENCES: Final[dict[int, str]] = {
    SIGNER_UNKNOWN: "The signer is neither an account nor an agent of one.",
    AGENT_EXPIRED: "The agent's approval has expired.",
    NONCE_DUPLICATE: "The nonce has been used before.",
    NONCE_TOO_LOW: "The nonce is below the lowest of the hundred highest seen.",
    NONCE_TOO_HIGH: "The nonce lies too far in the future.",
    NONCE_TOO_OLD: "The nonce lies too far in the past.",
    EXPIRED: "The action's expiry has passed.",
    VAULT_UNKNOWN: "The signer may not act for this account.",
    MASTER_ONLY: "Only the account's own key may do this.",
    SUB_ACCOUNT_MAY_NOT: "This is done by the master itself, not for a sub-account.",
    NO_ORDERS: "The action holds no orders.",
    BUILDER_UNKNOWN: "The builder has not been approved.",
    MUST_DEPOSIT: "The account holds no deposit.",
    MULTI_SIG_REQUIRED: "The account acts by several signers together only.",
    NOT_MULTI_SIG: "The account has no several signers.",
    OUTER_SIGNER_FOREIGN: "Who sends the action is no signer of the account.",
    CO_SIGNER_FOREIGN: "A signature is of nobody who signs for the account.",
    CO_SIGNER_REPEATED: "A signer has signed twice.",
    TOO_FEW_SIGNATURES: "Fewer have signed than must.",
    SIGNERS_INVALID: "One to ten signers, each once, and a threshold of at most as many.",
    SIGNER_HAS_NO_ACCOUNT: "Whoever is to sign for an account has one of his own.",
    MARKET_UNKNOWN: "There is no such market.",
    TRADING_HALTED: "Trading is halted.",
    CANCEL_ONLY_NOW: "Only cancels are taken now.",
    SIZE_INVALID: "The size has more digits than a lot.",
    SIZE_ZERO: "The size is zero.",
    PRICE_INVALID: "The price is not positive, or too large to be held.",
    PRICE_OFF_TICK: "The price is off the tick.",
    PRICE_TOO_FAR: "The price is more than 95 % away from the reference.",
    VALUE_TOO_SMALL: "The order is worth less than the minimum.",
    CLIENT_ORDER_ID_IN_USE: "The client order id belongs to a live order.",
    TOO_MANY_OPEN_ORDERS: "The account has as many open orders as it may.",
    TRIGGER_PRICE_INVALID: "The trigger would fire at once or has no valid price.",
    REDUCE_ONLY_INCREASES: "A reduce-only order would increase the position.",
    POST_ONLY_CROSSES: "A post-only order would match at once.",
    POST_ONLY_NOW: "Only post-only orders are taken now.",
    INSUFFICIENT_MARGIN: "The margin does not cover the order.",
    NOTHING_TO_MATCH: "Nothing rests at the limit or better.",
    NO_LIQUIDITY: "The opposite side of the book is empty.",
    OPEN_INTEREST_CAPPED: "Open interest is at its cap.",
    POSITION_LIMIT: "The position would exceed its limit.",
    SELF_TRADE: "The order would trade with the account's own.",
    NOT_FULLY_MATCHED: "The whole size can not be matched at once.",
    OUTSIDE_BAND: "The price lies outside the discovery band.",
    SIZE_TOO_LARGE: "The size is larger than an order may be.",
    NOT_ELIGIBLE: "The account may not take risk in this market.",
    MARKET_NOT_TRADING: "The market is not in a trading phase.",
    GROUPING_INVALID: "The orders do not form the group that was asked for.",
    MARGIN_TIER_EXCEEDED: "The position would exceed the tier of the chosen leverage.",
    TIME_IN_FORCE_UNKNOWN: "The time in force is unknown.",
    TRIGGER_UNKNOWN: "The kind of trigger is unknown.",
    GROUPING_UNKNOWN: "The grouping is unknown.",
    TRAIL_INVALID: "A trailing stop needs one distance, above nothing and below the price.",
    OWNER_SHARE_REACHED: "The owner's share of the open-interest cap is used up.",
    TWAP_DURATION_INVALID: "A TWAP order takes from 5 minutes to 7 days.",
    TWAP_VALUE_TOO_SMALL: "The TWAP order is worth less than the minimum a minute.",
    TOO_MANY_TWAPS: "The account has as many running TWAP orders as it may.",
    DISK_SLOW_NOW: "The disk is slow: only post-only and reducing orders until it is well.",
    DISK_STALLED_NOW: "The disk stands nearly still: no new orders until it is well.",
    DISK_LOW_NOW: "The disk is nearly full: no new orders until there is room.",
    DISCLOSURE_MISSING: "The market's disclosure in force has to be accepted before adding risk.",
    AUCTION_TAKES_LIMITS: "The call auction takes only limit orders that may rest.",
    PRICES_AWAITED: "After a restart nothing trades before the first fresh price.",
    BEYOND_ORACLE_AT_CAP: "At the cap of open interest no price may go beyond the oracle.",
    DEX_INTEREST_CAPPED: "Open interest of the dex is at its cap.",
    TRIGGER_BY_UNKNOWN: "The price that the trigger is to watch is unknown.",
    TWAP_PRICE_INVALID: "A TWAP order's trigger or stop price is off the tick or reached already.",
    NO_REWARDS: "There are no rewards to claim.",
    TOO_MANY_BUILDERS: "The account has approved as many builders as it may.",
    BUILDER_FEE_INVALID: "A builder's fee lies between nothing and a tenth of a per cent.",
    ORDER_NOT_OPEN: "There is no such open order.",
    MODIFY_NOT_OPEN: "The order to modify is not open.",
    TWAP_NOT_RUNNING: "There is no such running TWAP order.",
    SEND_TO_ITSELF: "Source and destination are the same.",
    WITHDRAWAL_TOO_SMALL: "The withdrawal is smaller than the least there is.",
    WITHDRAWALS_PAUSED: "Withdrawals are paused.",
    ACCOUNT_HOUR_USED_UP: "The account has asked for as much as it may within an hour.",
    TOO_MANY_WITHDRAWALS: "The account has as many pending withdrawals as it may.",
    WITHDRAWAL_UNKNOWN: "There is no such pending withdrawal.",
    WITHDRAWAL_NOT_DUE: "The withdrawal's time has not come.",
    APPROVALS_MISSING: "The withdrawal needs the approval of more keys.",
    APPROVED_BEFORE: "The key has approved this withdrawal before.",
    VENUE_HOUR_USED_UP: "As much has left the venue within an hour as may.",
    NO_APPROVAL_NEEDED: "The withdrawal needs no approval.",
    NEEDS_A_REQUEST: "So much leaves only on its owner's request, with approvals.",
    NOT_PAUSED: "Withdrawals are not paused.",
    TERMS_INVALID: "The terms of withdrawals contradict themselves.",
    DESTINATION_INVALID: "Money is paid out to an address of 20 bytes that is not zero.",
    NOTHING_TO_WITHDRAW: "The account has not that much that may leave it.",
    LEVERAGE_INVALID: "The leverage lies outside what the market allows.",
    CROSS_NOT_ALLOWED: "The market does not allow cross margin.",
    MODE_HAS_POSITION: "The margin mode can not change while a position or order is open.",
    MARGIN_REMOVAL_REFUSED: "Margin can not be taken out of this position.",
    NO_POSITION: "There is no such position.",
    MARGIN_TOO_SMALL: "The remaining margin would not cover the position.",
    AGENT_NAME_INVALID: "An agent's name has 1 to 16 characters.",
    TOO_MANY_AGENTS: "The account has as many named agents as it may.",
    AGENT_ADDRESS_TAKEN: "The agent's address is or was in use.",
    SCHEDULE_TOO_SOON: "A scheduled cancel lies at least five seconds ahead.",
    SCHEDULE_TOO_FAR: "A scheduled cancel lies beyond the last time that the clock can show.",
    SCHEDULE_LIMIT: "The day's scheduled cancels are used up.",
    BALANCE_TOO_SMALL: "The free balance does not cover the amount.",
    AMOUNT_INVALID: "The amount is not positive, or more than a dex can hold.",
    ADDRESS_IS_AGENT: "The address is an agent's key, which owns no account.",
    DISCLOSURE_HASH_WRONG: "The hash is not that of the market's disclosure in force.",
    NO_DISCLOSURE: "The market has no disclosure to accept.",
    DISCLOSURE_TEXT_INVALID: "A disclosure needs a version above zero and a text of some length.",
    DISCLOSURE_VERSION_TAKEN: "Another text of this venue has that version.",
    TOO_MANY_DISCLOSURES: "The venue has published as many texts as it may.",
    DEX_DISABLED: "The dex has been disabled: its markets only end.",
    DISCLOSURE_UNKNOWN: "The disclosure's version and hash are those of no published text.",
    NO_ASSIGNMENT_HERE: "The market assigns no positions to providers.",
    ASSIGNMENT_LIMITS_INVALID: "A provider's limits are not positive, or its days are unknown.",
    ASSIGNMENT_EDGE_INVALID: "A provider's edge lies between 75 and 250 basis points.",
    NO_BACKSTOP: "The market has no backstop.",
    ACCOUNT_NAME_INVALID: "An account's name is too long, empty, or has control characters.",
    TOO_MANY_SUB_ACCOUNTS: "The account has as many sub-accounts as it may.",
    SUB_ACCOUNT_UNKNOWN: "There is no such sub-account of this account.",
    ATTRIBUTES_INHERITED: "A sub-account has its master's attributes.",
    LEVERAGE_REACHED: "The position stands at that leverage or below it already.",
    DEX_UNKNOWN: "There is no such dex.",
    ROLE_MISSING: "The key does not hold the role.",
    REFERENCE_USED: "The reference has been used before.",
    ALREADY_SO: "That is how it is already.",
    SPECIFICATION_INVALID: "The specification contradicts itself.",
    GENESIS_DONE: "The venue has been founded already.",
    PROPOSAL_UNKNOWN: "There is no such open proposal.",
    PROPOSAL_OWN: "A proposal is approved by another operator than its proposer.",
    PROPOSAL_STALE: "The market has changed since the proposal was made; it has to be made anew.",
    GROUNDS_INVALID: "The grounds do not allow this.",
    SOURCE_UNBOUND: "The key does not speak for this price source.",
    PHASE_FORBIDS: "The market's phase does not allow this.",
    METHOD_INVALID: "The settlement method is unknown or not open now.",
    FACTOR_INVALID: "The factor is not a positive fraction that all prices and sizes can bear.",
    OBSERVATION_TIME_INVALID: "The price was seen in the future or before the source's last.",
    ANNOUNCEMENT_MISSING: "The act needs a text to announce.",
    TOO_MANY_PROPOSALS: "There are as many open proposals as there may be.",
    TREATMENT_INVALID: "The listing differs from what was expected and names no treatment for it.",
    NOT_OF_THIS_MARKET: "The market has no synthetic index.",
    KIND_UNKNOWN: "The market's index does not know this kind of observation.",
    UNIT_INVALID: "The value needs its unit, and one per share the share count it refers to.",
    SESSION_INVALID: "The session of the listing exchange is unknown.",
    RATIO_INVALID: "The treatment's ratio or part is missing, or does not belong to it.",
    WINDOW_INVALID: "The window is not a number of full hours that the market has lived.",
    NO_LISTING_DAY: "The market's specification knows no listing day.",
    EFFECTIVE_TIME_INVALID: "A change can not take effect in the past.",
    FIELD_FIXED: "A field of the specification does not change in place.",
    MOVE_HAS_ITS_OWN_ACT: "The phase does not move there, or only by an act or a date of its own.",
    DATE_PAST: "A date of the specification has passed.",
    SYMBOL_INVALID: "The symbol is not one that a market of this dex can have.",
    SYMBOL_TAKEN: "There is a market with this symbol.",
    GROUNDS_MISSING: "The act needs grounds.",
    HALT_NEEDS_TWO: "One operator's hour is over, or two have decided: this takes two operators.",
    OBSERVATION_UNKNOWN: "There is no such observation on record, or it counts so already.",
    DEX_FULL: "The dex has as many markets, tables or deployers as it may.",
    TABLE_INVALID: "Margin tiers begin at 0, rise in notional and fall in leverage.",
    BASIS_MISSING: "A listing needs what its reference price rests on.",
    EVENT_NOT_AWAITED: "No listing of this market waits for that event.",
    EVENT_TERMS_INVALID: "A trigger, and no other treatment, has an event, its condition and ends.",
    EVENT_DEADLINE_INVALID: "The event's deadline lies ahead, by a year at the most.",
    EVENT_PHASE_UNKNOWN: "The event clock has no such phase.",
    SETTLEMENT_PRICE_INVALID: "The method needs a positive price on the market's grid.",
}
"""One sentence a number, for people; generated tables quote it."""
