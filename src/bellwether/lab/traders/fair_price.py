"""What a share may be worth, as demo traders see it: a seeded random walk with a home."""

from __future__ import annotations

import math
from random import Random
from typing import Final

DAILY_VOLATILITY: Final = 0.12
HOME_PULL_S: Final = 6 * 3_600.0
"""Time constant of the pull back to the middle of the band."""

_S_PER_DAY: Final = 86_400.0
_BAND_SHARE: Final = 0.8
"""How much of the way from the middle to a bound the walk may use."""


class FairPrice:
    """One market's value in USD. Not what anything is worth: luck from a seed, within the band."""

    def __init__(self, luck: Random, start: float) -> None:
        self.value = start
        self._luck = luck
        self._home = start
        self._low = 0.0
        self._high = math.inf

    def stay_within(self, low: float, high: float) -> None:
        """Tells the walk the discovery band (PRICE-10); it moves with every re-anchor."""
        self._home = (low + high) / 2
        self._low = self._home - _BAND_SHARE * (self._home - low)
        self._high = self._home + _BAND_SHARE * (high - self._home)

    def walk(self, seconds: float) -> float:
        """Moves on by `seconds` and returns the value."""
        spread = DAILY_VOLATILITY * math.sqrt(seconds / _S_PER_DAY)
        pull = math.log(self._home / self.value) * (1 - math.exp(-seconds / HOME_PULL_S))
        moved = self.value * math.exp(self._luck.gauss(0.0, spread) + pull)
        self.value = min(max(moved, self._low), self._high)
        return self.value
