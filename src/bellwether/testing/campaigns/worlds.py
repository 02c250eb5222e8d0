"""A campaign of worlds in a folder: interrupted whenever you like, it goes on where it was.

`campaign.json` is all there is. It is replaced as a whole, so that a world is counted once or, if
the campaign was killed before it was written down, run again.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from bellwether.testing.simulator.hunt import Sums
from bellwether.testing.simulator.world import Outcome

FILE: Final = "campaign.json"
LOCK: Final = "campaign.lock"


class CampaignError(Exception):
    """A folder holds no campaign that can go on, or another one than was asked for."""


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """While this lasts no other process goes on with the folder's campaign; makes the folder.

    Raises CampaignError if one does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CampaignError(f"{folder}: another process goes on with it") from error
        yield


class Wrong(msgspec.Struct, frozen=True):
    """A world in which something was wrong, and the program that it was seen with."""

    seed: int
    code: str
    violation: str
    commit: str


class Part(msgspec.Struct):
    """What one call of the command has done; `began` is UTC, `seconds` is time on the wall."""

    commit: str
    core: str
    began: str
    worlds: int = 0
    events: int = 0
    seconds: float = 0.0


class Campaign(msgspec.Struct):
    """Worlds from `first_seed` up to `last_seed` (-1: without end), `steps` long.

    `next_seed` was never begun; `begun` were, and are not among the sums. A world that was wrong
    stays there until it is right.
    """

    first_seed: int
    last_seed: int
    steps: int
    next_seed: int
    begun: list[int]
    sums: Sums
    wrong: list[Wrong]
    parts: list[Part]

    def seeds(self) -> Iterator[int]:
        """What is to be run: first what was begun before."""
        yield from tuple(self.begun)
        while self.last_seed < 0 or self.next_seed <= self.last_seed:
            seed = self.next_seed
            self.next_seed += 1
            self.begun.append(seed)
            yield seed

    def take(self, outcome: Outcome, seconds: float) -> None:
        """Counts a world in; `seconds` is how long the present part has taken."""
        part = self.parts[-1]
        self.sums.seconds += seconds - part.seconds
        part.seconds = seconds
        if outcome.code:
            wrong = Wrong(outcome.seed, outcome.code, outcome.violation, part.commit)
            self.wrong.append(wrong)
            return
        self.begun.remove(outcome.seed)
        self.sums.add(outcome)
        part.worlds += 1
        part.events += outcome.events

    def save(self, folder: Path) -> None:
        """Replaces what the folder holds."""
        text = msgspec.json.format(msgspec.json.encode(self), indent=1)
        unfinished = folder / f"{FILE}.new"
        with unfinished.open("wb") as file:
            file.write(text + b"\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / FILE)


def open_campaign(folder: Path, first: int, last: int, steps: int, is_range: bool) -> Campaign:
    """The campaign of a folder, or a new one in it. With `is_range` its seeds must be these.

    Raises CampaignError for a file that is none, and for a campaign of other worlds.
    """
    path = folder / FILE
    if not path.exists():
        return Campaign(first, last, steps, first, [], Sums(), [], [])
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Campaign)
    except msgspec.MsgspecError as error:
        raise CampaignError(f"{path}: {error}") from error
    if found.steps != steps:
        raise CampaignError(f"{path}: its worlds have {found.steps} steps, not {steps}")
    if is_range and (found.first_seed, found.last_seed) != (first, last):
        raise CampaignError(f"{path}: its seeds are others, from {found.first_seed} on")
    return found
