"""Shapes of what is told of operators, their decisions, and what an act would do."""

from __future__ import annotations

from tests.gateway.shapes import ADDRESS, HASH, NULL, NUM, SIGNED, STR, D, either, many, pattern

DECISION = {
    "proposalId": NUM,
    "coin": either(STR, NULL),
    "kind": STR,
    "grounds": STR,
    "text": STR,
    "hash": HASH,
    "proposer": ADDRESS,
    "time": NUM,
    "outcome": pattern("approved|rejected|expired"),
    "decidedBy": either(ADDRESS, NULL),
    "decidedTime": NUM,
    "seq": NUM,
}
ACT = {
    "seq": NUM,
    "time": NUM,
    "kind": STR,
    "coin": either(STR, NULL),
    "by": ADDRESS,
    "roles": many(pattern("[a-z]+")),
    "outcome": pattern("done|proposed|refused"),
    "refusal": either(STR, NULL),
    "proposalId": either(NUM, NULL),
    "grounds": STR,
}
"""Beside them it has `fields`, those of its kind."""
OPERATOR = {
    "address": ADDRESS,
    "roles": many(pattern("[a-z]+")),
    "deploys": many(STR),
    "sources": many(STR),
}
PRICE_SOURCE = {
    "source": STR,
    "px": either(D, NULL),
    "time": either(NUM, NULL),
    "state": pattern("live|expired|halted"),
    "reason": either(STR, NULL),
}
INDEX_AT = either(
    {
        "time": NUM,
        "indexPx": D,
        "medianPx": either(D, NULL),
        "frozen": either(STR, NULL),
        "methodVersion": NUM,
        "influenceCap": D,
        "inputs": many(
            {"source": STR, "kind": STR, "px": D, "weight": D, "observedAt": either(NUM, NULL)}
        ),
    },
    NULL,
)
_OUTCOME_SIDE = {
    "accounts": NUM,
    "sz": D,
    "entryPx": either(D, NULL),
    "gained": D,
    "lost": D,
    "funding": SIGNED,
    "ruined": NUM,
    "deficit": D,
}
OUTCOME = {
    "px": D,
    "markPx": D,
    "long": _OUTCOME_SIDE,
    "short": _OUTCOME_SIDE,
    "insuranceFund": D,
    "deficit": D,
    "borneByOthers": D,
}
STATUS_CHANGE = {
    "time": NUM,
    "seq": NUM,
    "coin": either(STR, NULL),
    "status": pattern("open|post_only|cancel_only|halted"),
    "cause": either(pattern("mark_moved|feed_failed|disk_slow|disk_low"), NULL),
    "grounds": STR,
}
