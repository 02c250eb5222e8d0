"""`setPhase`: two operators move a market along the table of phases, with grounds (LIFE-1)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.life.launch import launch
from bellwether.engine.life.phases import MOVES, move
from bellwether.engine.life.settlement import settlement_deadline_ns
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import LAUNCH
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SetPhase

STEERED: Final = frozenset(
    {
        (codes.ANNOUNCED, codes.PRE_LISTING),
        (codes.AUCTION, codes.PRE_LISTING),
        (codes.PRE_LISTING, codes.SETTLEMENT_PERIOD),
    }
)
"""Moves that operators may make ahead of their date. The others have a cause that no phase can
stand for: a confirmed listing with its prices, a settlement with its price, an oracle arrived."""


def phase_refusal(market: Market, command: SetPhase) -> int:
    """Why two operators may not move the market there now."""
    step = (market.phase, command.phase)
    if step not in [(each.source, each.target) for each in MOVES]:
        return rejects.PHASE_FORBIDS
    if step not in STEERED:
        return rejects.MOVE_HAS_ITS_OWN_ACT
    # A confirmed listing stops both dates (LIFE-3), and a period needs an end.
    if command.phase == codes.SETTLEMENT_PERIOD and (
        market.listing.is_confirmed or settlement_deadline_ns(market.spec) == 0
    ):
        return rejects.PHASE_FORBIDS
    return rejects.ACCEPTED if command.grounds else rejects.GROUNDS_MISSING


def set_phase(turn: Turn, market: Market, command: SetPhase) -> None:
    """Moves the market ahead of the date that would have moved it."""
    if command.phase == codes.PRE_LISTING:
        # A restart may have put the launch off: it is due at another time than was specified.
        turn.venue.timers.remove_all(LAUNCH, market.asset)
        launch(turn, market)
        return
    move(turn, market, command.phase)
