"""Sessions with a running venue without end, half of raw frames and half of the protocol.

After every hundred sessions the venue must be as it was: as many connections, tasks and descriptors
as before, no failure logged, the books balanced.
"""

from __future__ import annotations

import time
from collections import Counter
from random import Random
from typing import Final

from bellwether.testing.campaigns.state import State
from bellwether.testing.campaigns.subject import Progress
from bellwether.testing.fuzzing.nearly import Signer
from bellwether.testing.fuzzing.venue import LiveVenue, VenueWrong
from bellwether.testing.fuzzing.websocket.frames import play
from bellwether.testing.fuzzing.websocket.protocol import Player

SESSIONS_A_VENUE: Final = 2_000
_CHECKED_EVERY: Final = 100
_LONGEST: Final = 40
_ADVANCED_MS: Final = 5_000
_SETTLED_S: Final = 30.0
_WARM_UP: Final = 20


def fuzz(seconds: float, port: int, state: State, progress: Progress) -> None:
    """Plays until the time is over; figures and what went wrong go into the state."""
    ends = time.monotonic() + seconds
    state.begin_anywhere()
    while True:
        began = time.monotonic()
        counts: Counter[str] = Counter()
        wrong: list[str] = []
        number = first = state.sums.next
        with LiveVenue(port) as venue:
            signer = Signer()
            try:
                before = _levels(venue, signer)
                while number - first < SESSIONS_A_VENUE:
                    _session(number, venue, signer, counts)
                    number += 1
                    if (number - first) % _CHECKED_EVERY == 0:
                        _check(venue, before)
                    left = ends - time.monotonic()
                    progress(int(seconds - max(0.0, left)), int(seconds))
                    if left <= 0:
                        break
                _check(venue, before)
                commands, events = venue.stop_and_verify()
                counts.update({"commands verified": commands, "events verified": events})
            except VenueWrong as fault:
                wrong = [f"session {number}: {fault}{venue.last_words()}"]
        counts["venues"] += 1
        state.sums.next = number
        state.add(number - first, counts, time.monotonic() - began, wrong)
        if wrong or time.monotonic() >= ends:
            return


def _session(number: int, venue: LiveVenue, signer: Signer, counts: Counter[str]) -> None:
    """One connection; its luck is its number's."""
    luck = Random(number)
    if number % 2:
        counts[f"raw: {play(luck, venue.port)}"] += 1
        return
    player = Player(luck, f"ws://127.0.0.1:{venue.port}/ws", signer)
    player.play(luck.randrange(1, _LONGEST))
    counts["protocol: sessions"] += 1
    counts["protocol: frames"] += player.steps
    venue.post("/dev/clock", {"advanceMs": luck.randrange(_ADVANCED_MS)})


def _levels(venue: LiveVenue, signer: Signer) -> tuple[float, int]:
    """Tasks and descriptors of a venue in use that nobody is connected to."""
    for number in range(_WARM_UP):
        Player(Random(number), f"ws://127.0.0.1:{venue.port}/ws", signer).play(3)
    _settled(venue)
    return venue.gauges()["bellwether_tasks"], venue.descriptors()


def _settled(venue: LiveVenue) -> None:
    """Waits until the venue has noticed that everybody has gone."""
    ends = time.monotonic() + _SETTLED_S
    while venue.gauges()["bellwether_websocket_connections"] > 0:
        if time.monotonic() > ends:
            raise VenueWrong("connections that have gone are still counted")
        time.sleep(0.05)


def _check(venue: LiveVenue, before: tuple[float, int]) -> None:
    """Nothing is left of the sessions. Raises VenueWrong."""
    _settled(venue)
    ends = time.monotonic() + _SETTLED_S
    while True:
        tasks, descriptors = venue.gauges()["bellwether_tasks"], venue.descriptors()
        if tasks <= before[0] and descriptors <= before[1]:
            break
        if time.monotonic() > ends:
            raise VenueWrong(
                f"{tasks:.0f} tasks and {descriptors} descriptors are left, before it were "
                f"{before[0]:.0f} and {before[1]}"
            )
        time.sleep(0.2)
    venue.check()
