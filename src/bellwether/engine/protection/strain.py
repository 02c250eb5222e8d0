"""What the venue's disk lets all markets take (LIFE-13): the node says so, the engine keeps to it.

What was accepted goes on: resting orders stay, stops fire, positions are liquidated. Prices are as
fresh as ever, so nothing has to be protected from them.
"""

from __future__ import annotations

from typing import Final

from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SetVenueStatus
from bellwether.schema.events import CommandRefused, VenueStatusSet

_KNOWN: Final = (
    (codes.OPEN, codes.BY_REQUEST),
    (codes.POST_ONLY, codes.DISK_SLOW),
    (codes.CANCEL_ONLY, codes.DISK_SLOW),
    (codes.CANCEL_ONLY, codes.DISK_LOW),
)


def set_venue_status(turn: Turn, command: SetVenueStatus) -> None:
    """From here on, until it is said otherwise. What is so already, or unheard of, is refused."""
    venue = turn.venue
    said = (command.status, command.cause)
    if said not in _KNOWN or said == (venue.status, venue.status_cause):
        turn.emit(CommandRefused(rejects.ALREADY_SO))
        return
    venue.status = command.status
    venue.status_cause = command.cause
    venue.status_since_ns = turn.time_ns
    turn.emit(VenueStatusSet(turn.time_ns, command.status, command.cause, command.grounds))
