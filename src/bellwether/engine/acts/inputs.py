"""`resolveInput`: a held or frozen input is resolved among what is on record (RULE-4)."""

from __future__ import annotations

from bellwether.engine.index.state import Observation
from bellwether.engine.index.update import compute_index
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema import rejects
from bellwether.schema.commands import ResolveInput
from bellwether.schema.events import InputResolved


def resolution_refusal(market: Market, command: ResolveInput) -> int:
    """Why an observation may not be accepted or rejected; it must be one on record, unchanged."""
    if market.spec.index is None:
        return rejects.NOT_OF_THIS_MARKET
    if not market.is_trading():
        return rejects.PHASE_FORBIDS
    found = recorded(market, command.source, command.kind)
    if found is None:
        return rejects.OBSERVATION_UNKNOWN
    if (found.value_e6, found.observed_ns) != (command.value_e6, command.observed_ns):
        return rejects.PROPOSAL_STALE
    book = market.index
    place = (command.source, command.kind)
    is_rejected = place in book.rejected and place not in book.held
    counts = place not in book.rejected and place not in book.held
    if counts if command.accept else is_rejected:
        return rejects.OBSERVATION_UNKNOWN
    return rejects.ACCEPTED if command.grounds else rejects.GROUNDS_MISSING


def recorded(market: Market, source: str, kind: str) -> Observation | None:
    """What a resolution is about: the held one of a source and kind, else the newest on record."""
    place = (source, kind)
    book = market.index
    for observations in (book.held, book.rejected, book.accepted):
        found = observations.get(place)
        if found is not None:
            return found
    return None


def resolve_input(turn: Turn, market: Market, command: ResolveInput) -> None:
    """Counts the observation, or counts it no more, and computes the index anew."""
    place = (command.source, command.kind)
    book = market.index
    policy = market.spec.index
    found = recorded(market, command.source, command.kind)
    assert found is not None and policy is not None, "what was approved is on record"
    if command.accept:
        book.accepted[place] = found
        book.held.pop(place, None)
        book.rejected.pop(place, None)
    else:
        if book.held.pop(place, None) is None:
            book.accepted.pop(place, None)
        book.rejected[place] = found
    turn.emit(
        InputResolved(
            market.asset,
            turn.time_ns,
            command.source,
            command.kind,
            found.price_fine,
            found.observed_ns,
            command.accept,
        )
    )
    compute_index(turn, market, policy)
