"""The moves between phases (LIFE-1): one table, from which the diagram in the docs is made."""

from __future__ import annotations

from hashlib import sha256
from typing import Final, NamedTuple

from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes
from bellwether.schema.events import Announced, PhaseChanged


class Move(NamedTuple):
    """One arrow of the diagram: from a phase to a phase, and what causes it."""

    source: int
    target: int
    cause: str
    kind: str
    text: str


MOVES: Final[tuple[Move, ...]] = (
    Move(
        codes.ANNOUNCED,
        codes.AUCTION,
        "call auction begins, if specified",
        "launch",
        "The call auction has begun. Limit orders gather, and what crosses at the launch trades at "
        "one price.",
    ),
    Move(
        codes.AUCTION,
        codes.PRE_LISTING,
        "launch time",
        "launch",
        "The call auction is over and trading is open.",
    ),
    Move(
        codes.ANNOUNCED,
        codes.PRE_LISTING,
        "launch time",
        "launch",
        "Trading is open at the initial reference price.",
    ),
    Move(
        codes.PRE_LISTING,
        codes.LISTING_DAY,
        "first indicative price, if auction-aware",
        "conversion",
        "The listing day has begun. The oracle blends in the exchange's indicative price, and new "
        "risk gets less leverage.",
    ),
    Move(
        codes.SETTLEMENT_PERIOD,
        codes.LISTING_DAY,
        "first indicative price, if auction-aware",
        "conversion",
        "A late listing day has begun. The oracle blends in the exchange's indicative price, and "
        "new risk gets less leverage.",
    ),
    Move(
        codes.LISTING_DAY,
        codes.PRE_LISTING,
        "half a day without a confirmed listing, or one that waits for an event",
        "conversion",
        "The listing day has ended without a conversion. The market goes on as before.",
    ),
    Move(
        codes.LISTING_DAY,
        codes.SETTLEMENT_PERIOD,
        "the same after the Outside Launch Date",
        "settlement",
        "The listing day has ended without a conversion. The settlement period goes on.",
    ),
    Move(
        codes.LISTING_DAY,
        codes.CONVERTING,
        "listing confirmed, external prices seen",
        "conversion",
        "The listing is confirmed and external prices are there. The oracle moves to them at the "
        "step limit; positions and orders stay.",
    ),
    Move(
        codes.PRE_LISTING,
        codes.SETTLEMENT_PERIOD,
        "Outside Launch Date, no listing confirmed",
        "settlement",
        "The Outside Launch Date has passed without a listing. The settlement period has begun; "
        "trading goes on and a listing still converts.",
    ),
    Move(
        codes.PRE_LISTING,
        codes.CONVERTING,
        "listing confirmed, external prices seen",
        "conversion",
        "The listing is confirmed and external prices are there. The oracle moves to them at the "
        "step limit; positions and orders stay.",
    ),
    Move(
        codes.SETTLEMENT_PERIOD,
        codes.CONVERTING,
        "late listing confirmed, external prices seen",
        "conversion",
        "The company has listed inside the settlement period. The oracle moves to external prices "
        "at the step limit; positions and orders stay.",
    ),
    Move(
        codes.CONVERTING,
        codes.LISTED,
        "oracle has reached the external price",
        "conversion",
        "The conversion is complete. The oracle follows external prices.",
    ),
    Move(
        codes.PRE_LISTING,
        codes.SETTLING,
        "alternative settlement approved, or an awaited event missed",
        "settlement",
        "The market is being settled.",
    ),
    Move(
        codes.SETTLEMENT_PERIOD,
        codes.SETTLING,
        "a deadline, of the period or of an awaited event, or alternative settlement approved",
        "settlement",
        "The market is being settled.",
    ),
    Move(
        codes.LISTING_DAY,
        codes.SETTLING,
        "alternative settlement approved, or an awaited event missed",
        "settlement",
        "The market is being settled.",
    ),
    Move(
        codes.LISTED,
        codes.SETTLING,
        "an hour after a delisting was approved",
        "settlement",
        "The market is being settled.",
    ),
    Move(
        codes.CONVERTING,
        codes.SETTLING,
        "alternative settlement approved",
        "settlement",
        "The market is being settled.",
    ),
    Move(
        codes.SETTLING,
        codes.SETTLED,
        "every position closed",
        "settlement",
        "Every position has been closed at the settlement price.",
    ),
)
"""No other move happens; there is none out of SETTLED."""

_BY_ENDS: Final[dict[tuple[int, int], Move]] = {(m.source, m.target): m for m in MOVES}


def move(turn: Turn, market: Market, target: int) -> None:
    """Moves a market to its next phase and says so to everybody."""
    step = _BY_ENDS.get((market.phase, target))
    assert step is not None, "phases change along the table"
    market.phase = target
    market.epoch += 1
    turn.emit(PhaseChanged(market.asset, turn.time_ns, target))
    name = codes.PHASE_NAMES[target].replace("_", " ").lower()
    announce(turn, market.asset, step.kind, f"{market.name}: {name}", step.text, "", 0)


def announce(
    turn: Turn, asset: int, kind: str, title: str, text: str, grounds: str, effective_ns: int
) -> None:
    """Publishes a text with its hash; `asset` -1 for the whole venue, effective at once if 0."""
    effective = effective_ns if effective_ns > 0 else turn.time_ns
    turn.emit(
        Announced(asset, turn.time_ns, kind, title, text, text_hash(text), grounds, effective)
    )


def text_hash(text: str) -> bytes:
    """SHA-256 of a text in UTF-8."""
    return sha256(text.encode()).digest()
