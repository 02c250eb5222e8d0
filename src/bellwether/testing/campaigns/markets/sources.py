"""What a source says of a price: the truth, a little late and with a little noise, or a lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, NamedTuple, final

BP: Final = 10_000
_STEPS: Final = 24
_ABSURD: Final = (0, -1, 1 << 62, (1 << 63) - 1)


class Said(NamedTuple):
    """A price in atoms, seen so many rounds ago, of a kind of observation where there are kinds."""

    price: int
    rounds_ago: int = 0
    kind: str = ""


class Moment(NamedTuple):
    """`path` is the truth of every round up to now; lying has lasted `since` rounds."""

    path: Sequence[int]
    since: int
    down: bool
    luck: Random

    @property
    def truth(self) -> int:
        """What the price is now."""
        return self.path[-1]

    @property
    def began(self) -> int:
        """What it was when the lying began."""
        return self.path[-1 - min(self.since, len(self.path) - 1)]

    def off(self, bp: int) -> int:
        """So far from the truth, to the side that the lie is for."""
        return self.truth * (BP + (-bp if self.down else bp)) // BP


Lie = Callable[[Moment], list[Said]]


def _silent(now: Moment) -> list[Said]:
    return []


def _absurd(now: Moment) -> list[Said]:
    return [Said(now.luck.choice(_ABSURD))]


def _tenfold(now: Moment) -> list[Said]:
    return [Said(now.truth * 10)]


def _tenth(now: Moment) -> list[Said]:
    return [Said(now.truth // 10)]


def _steps(now: Moment) -> list[Said]:
    """Down (or up) by 45 %, a step at a time."""
    return [Said(now.off(4_500 * min(now.since, _STEPS) // _STEPS))]


def _frozen(now: Moment) -> list[Said]:
    return [Said(now.began)]


def _flapping(now: Moment) -> list[Said]:
    far = (300, 2_000, 5_000)[len(now.path) % 3]
    return [Said(now.truth * (BP + (far if now.since % 2 else -far)) // BP)]


def _late(now: Moment) -> list[Said]:
    """What was true some time ago, and is told as late as that."""
    ago = min(now.luck.randrange(1, 25), len(now.path) - 1)
    return [Said(now.path[-1 - ago], ago)]


def _out_of_order(now: Moment) -> list[Said]:
    return [Said(now.off(3_000), 0), Said(now.off(2_000), 2), Said(now.off(4_000), 1)]


def _twice(now: Moment) -> list[Said]:
    return [Said(now.off(3_500))] * 3


def _agreeable(now: Moment) -> list[Said]:
    """No further from the truth than what still counts beside it (PRICE-19)."""
    return [Said(now.off(490))]


LIES: Final[dict[str, Lie]] = {
    "silent": _silent,
    "zero or absurd": _absurd,
    "times ten": _tenfold,
    "a tenth": _tenth,
    "45 % in steps": _steps,
    "frozen": _frozen,
    "flapping": _flapping,
    "late": _late,
    "out of order": _out_of_order,
    "duplicates": _twice,
    "agreeable": _agreeable,
}


@final
class Honest:
    """`rounds_ago` late, and no further than `noise_bp` from the truth."""

    def __init__(self, rounds_ago: int, noise_bp: int, luck: Random) -> None:
        self._rounds_ago = rounds_ago
        self._noise_bp = noise_bp
        self._luck = luck

    def say(self, path: Sequence[int]) -> Said:
        """What it has seen."""
        ago = min(self._rounds_ago, len(path) - 1)
        noise = self._luck.randint(-self._noise_bp, self._noise_bp)
        return Said(path[-1 - ago] * (BP + noise) // BP, ago)


def draw_path(start: int, rounds: int, goal_bp: int, luck: Random) -> list[int]:
    """The truth, round by round: it goes to `goal_bp` from its start and trembles on the way.

    It gets there within the first half, and half of the paths then come back.
    """
    returns = luck.random() < 0.5
    half = max(1, rounds // 2)
    found: list[int] = []
    for number in range(rounds):
        share = min(number, half) / half
        if returns and number > half:
            share = 1 - (number - half) / half
        tremble = luck.randint(-3, 3)
        found.append(int(start * (BP + goal_bp * share + tremble) / BP))
    return found
