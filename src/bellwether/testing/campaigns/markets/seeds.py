"""Markets one seed after the other: the figures of all, and which of them were wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from bellwether.testing.campaigns.markets.cascades import cascade, draw_fall
from bellwether.testing.campaigns.markets.lying_sources import lied_to

Run = Callable[[int], dict[str, int]]
"""Lives through a seed, and gives its figures."""


class Seeds(msgspec.Struct):
    """`wrong` has a sentence for each seed in which something was."""

    tried: int = 0
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    wrong: list[str] = []


def fall_through(seed: int) -> dict[str, int]:
    """A cascade and who paid (F16)."""
    return cascade(seed).counts(draw_fall(seed))


def lie(seed: int) -> dict[str, int]:
    """A market whose sources lie (F14)."""
    return lied_to(seed).counts()


def run_seeds(run: Run, seeds: Iterable[int]) -> Seeds:
    """Every one of them; what is raised is wrong, be it an assertion of the engine."""
    found = Seeds(wrong=[])
    for seed in seeds:
        try:
            found.counts.update(run(seed))
        except Exception as error:
            found.wrong.append(f"seed {seed}: {type(error).__name__}: {error}")
        found.tried += 1
    return found
