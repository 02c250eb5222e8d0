"""Looks at the disk four times a second, and says what the venue may take on it (LIFE-13).

A sync that lasts is seen while it lasts: what is said of it reaches the engine before the orders
that come meanwhile. Time is counted in looks, so a program that itself stands still, or a machine
that was asleep, is no slow disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple, final

import structlog

from bellwether.journal import DiskSpace
from bellwether.schema import codes
from bellwether.schema.commands import SetVenueStatus

LOOK_S: Final = 0.25
SLOW_S: Final = 1.0
STALLED_S: Final = 5.0
CALM_S: Final = 30.0
"""Whatever was seen holds until it has not been seen for this long."""

WARNED_PERCENT: Final = 20
LOW_PERCENT: Final = 5
MARGIN_PERCENT: Final = 1
"""So much more has to be free before a shortage is over."""


class State(NamedTuple):
    """A status of the venue and its cause, as the engine is told."""

    status: int
    cause: int


WELL: Final = State(codes.OPEN, codes.BY_REQUEST)
SLOW: Final = State(codes.POST_ONLY, codes.DISK_SLOW)
STALLED: Final = State(codes.CANCEL_ONLY, codes.DISK_SLOW)
LOW: Final = State(codes.CANCEL_ONLY, codes.DISK_LOW)

_WORST_FIRST: Final = (LOW, STALLED, SLOW)
_TAKES: Final = {
    WELL: "all orders",
    SLOW: "post-only and reducing orders, and cancels",
    STALLED: "cancels, no new orders",
    LOW: "cancels, no new orders",
}
_TO_DO: Final = {
    SLOW: "see what else uses the disk, and whether it is failing",
    STALLED: "see what else uses the disk, and whether it is failing; move the venue if it is",
    LOW: "make room on the volume of the data directory, or enlarge it",
}
_KEPT: Final = "all that was acknowledged, resting orders and positions; liquidations go on"

_log: Final = structlog.get_logger("bellwether.node")


@final
class DiskWatch:
    """`say` takes a command to the engine, before everything that waits; `said` is what the engine
    was told last, in a life before this one perhaps. `space` may raise OSError."""

    def __init__(
        self,
        space: Callable[[], DiskSpace],
        say: Callable[[SetVenueStatus], object],
        said: State = WELL,
    ) -> None:
        self.is_warned = False
        self._space = space
        self._say = say
        self._said = said
        self._now_s = 0.0
        self._seen_s: dict[State, float] = {} if said == WELL else {said: 0.0}
        self._grounds: dict[State, str] = {}
        self._writing = 0
        self._lasts_s = 0.0
        self._has_failed = False

    async def run(self, writing: Callable[[], int]) -> None:
        """Looks until it is cancelled; `writing` names the batch on its way to the disk, or 0."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look(writing())

    def look(self, writing: int) -> None:
        """One look; `writing` is the number of the batch that is being written, 0 for none."""
        self._now_s += LOOK_S
        goes_on = writing != 0 and writing == self._writing
        self._lasts_s = self._lasts_s + LOOK_S if goes_on else 0.0
        self._writing = writing
        if self._lasts_s >= SLOW_S:
            state = STALLED if self._lasts_s >= STALLED_S else SLOW
            self._see(state, f"a write to the journal has taken {self._lasts_s:.0f} s so far")
        self.look_at_space()

    def look_at_space(self) -> None:
        """Warns, halts new orders or lets them in again by what is free; says what is new."""
        try:
            self._judge(*self._space())
            self._has_failed = False
        except OSError as error:
            if not self._has_failed:
                _log.warning("disk_space_unknown", error=str(error))
            self._has_failed = True
        self._tell()

    def _judge(self, free: int, total: int) -> None:
        share = f"{_amount(free)} of {_amount(total)} are free"
        held = MARGIN_PERCENT if LOW in self._seen_s else 0
        if free * 100 < total * (LOW_PERCENT + held):
            self._see(LOW, share)
        self._warn(free * 100, total, share)

    def _see(self, state: State, grounds: str) -> None:
        self._seen_s[state] = self._now_s
        self._grounds[state] = grounds

    def _tell(self) -> None:
        """Tells the engine what is so now, if it is not what it was told last."""
        for state, seen_s in tuple(self._seen_s.items()):
            if self._now_s - seen_s >= CALM_S:
                del self._seen_s[state]
        state = next((state for state in _WORST_FIRST if state in self._seen_s), WELL)
        if state == self._said:
            return
        self._said = state
        if state == WELL:
            grounds = f"the disk has been well for {CALM_S:.0f} s"
            _log.warning("venue_open", because=grounds, takes=_TAKES[state])
        else:
            grounds = self._grounds.get(state, "as before the start")
            _log.error(
                "venue_restricted",
                because=grounds,
                takes=_TAKES[state],
                keeps=_KEPT,
                do=_TO_DO[state],
                ends=f"{CALM_S:.0f} s after the last sign of it",
            )
        self._say(SetVenueStatus(*state, grounds))

    def _warn(self, free_percent: int, total: int, share: str) -> None:
        """One line in the log when room becomes scarce, and one when it is so no more."""
        if not self.is_warned and free_percent < total * WARNED_PERCENT:
            self.is_warned = True
            _log.warning(
                "disk_filling",
                because=share,
                do=_TO_DO[LOW],
                below_percent=LOW_PERCENT,
                then_takes=_TAKES[LOW],
            )
        elif self.is_warned and free_percent >= total * (WARNED_PERCENT + MARGIN_PERCENT):
            self.is_warned = False
            _log.warning("disk_has_room", because=share)


def _amount(count: int) -> str:
    """Bytes for people."""
    return f"{count / 1e9:.1f} GB" if count >= 10**9 else f"{count / 1e6:.1f} MB"
