"""The capital-structure ledger (LIFE-10, INST-6): how many shares a market stood for, and when."""

from __future__ import annotations

from typing import Final

from bellwether.engine.state.life import CapitalEntry
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema.events import ShareCountRecorded

LISTING: Final = "listing"
REVISION: Final = "revision"
REBASE: Final = "rebase"


def record_capital(
    turn: Turn, market: Market, kind: str, grounds: str, numerator: int, denominator: int
) -> None:
    """Appends what the specification in force says; nothing is ever taken off the ledger."""
    spec = market.spec
    entry = CapitalEntry(turn.time_ns, spec.version, kind, spec.price_unit)
    entry.share_count = spec.share_count
    entry.source = spec.share_count_source
    entry.as_of_ns = spec.share_count_as_of
    entry.grounds = grounds
    entry.numerator = numerator
    entry.denominator = denominator
    market.capital.append(entry)
    turn.emit(
        ShareCountRecorded(
            market.asset,
            entry.time_ns,
            entry.version,
            kind,
            entry.price_unit,
            entry.share_count,
            entry.source,
            entry.as_of_ns,
            grounds,
            numerator,
            denominator,
        )
    )


def capital_at(market: Market, time_ns: int) -> CapitalEntry | None:
    """What held at a time; the first line for times before it, None on an empty ledger."""
    found: CapitalEntry | None = None
    for entry in market.capital:
        if found is None or entry.time_ns <= time_ns:
            found = entry
    return found
