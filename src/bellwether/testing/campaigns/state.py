"""What a campaign has done over all its runs, in a file, so that one that was interrupted goes on.

DIRECTORY/sums.json    figures, and where the next case begins
DIRECTORY/corpus/      inputs that were worth keeping (fuzzing)
DIRECTORY/found/       inputs on which something was wrong
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, final

import msgspec

SUMS_NAME: Final = "sums.json"
_MOST_WRONG: Final = 100
_ANYWHERE_BITS: Final = 40


class Sums(msgspec.Struct):
    """`done` cases of all runs; `counts` are figures by name, `worst` the largest seen of each;
    `wrong` are sentences. `next` is where the next case begins, where that is no count of cases."""

    campaign: str
    runs: int = 0
    done: int = 0
    next: int = 0
    seconds: float = 0.0
    counts: dict[str, int] = {}
    worst: dict[str, float] = {}
    wrong: list[str] = []


class StateUnusable(Exception):
    """The file is of another campaign, or is none; the message says what to do."""


@final
class State:
    """The sums of a campaign in `directory`, or in memory where there is none."""

    def __init__(self, campaign: str, directory: Path | None) -> None:
        """Raises StateUnusable."""
        self._directory = directory
        self.sums = Sums(campaign)
        if directory is not None and (directory / SUMS_NAME).exists():
            self.sums = _read(directory / SUMS_NAME, campaign)
        self.sums.runs += 1

    def begin_anywhere(self) -> None:
        """A campaign without an end tries other cases each time it is begun."""
        if self.sums.next == 0:
            self.sums.next = 1 + secrets.randbits(_ANYWHERE_BITS)

    def wanted(self, most: int) -> int:
        """Of all runs, how many cases there will be: a campaign of `most` that was interrupted is
        brought to its end, a complete one is followed by another."""
        return most * (self.sums.done // most + 1)

    def add(
        self,
        done: int,
        counts: Mapping[str, int],
        seconds: float,
        wrong: Iterable[str] = (),
        worst: Mapping[str, float] | None = None,
    ) -> None:
        """Adds what has been done since the last time, and keeps it."""
        sums = self.sums
        sums.done += done
        sums.seconds += seconds
        for name, number in counts.items():
            sums.counts[name] = sums.counts.get(name, 0) + number
        for name, value in (worst or {}).items():
            sums.worst[name] = max(sums.worst.get(name, value), value)
        sums.wrong = [*sums.wrong, *wrong][:_MOST_WRONG]
        if self._directory is None:
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        unfinished = self._directory / (SUMS_NAME + ".new")
        unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(sums)) + b"\n")
        os.replace(unfinished, self._directory / SUMS_NAME)

    def keep(self, name: str, content: bytes) -> None:
        """Keeps an input on which something was wrong."""
        if self._directory is not None:
            folder = self._directory / "found"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


def _read(path: Path, campaign: str) -> Sums:
    try:
        sums = msgspec.json.decode(path.read_bytes(), type=Sums)
    except (OSError, ValueError) as error:
        raise StateUnusable(f"{path}: {error}. Remove it to begin anew.") from None
    if sums.campaign != campaign:
        raise StateUnusable(f"{path} is of the campaign {sums.campaign}, not of {campaign}.")
    return sums
