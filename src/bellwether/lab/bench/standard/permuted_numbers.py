"""PCG64 (XSL-RR 128/64, M. O'Neill 2014) as numpy's `default_rng(7)` draws from it.

The standard stream was drawn with numpy; these few lines give the same numbers to the last bit,
so that the benchmarks need neither numpy nor a stored file.
"""

from __future__ import annotations

from array import array
from typing import Final, final

_MULTIPLIER: Final = 0x2360ED051FC65DA44385DF649FCCF645
_INCREMENT: Final = 261136684632268670825940853076396136793
_STATE_OF_SEED_7: Final = 208745520555909116978795849195383758904
_MASK_128: Final = 2**128 - 1
_MASK_64: Final = 2**64 - 1
_MASK_32: Final = 2**32 - 1
_UNIT: Final = 2.0**-53


@final
class PermutedNumbers:
    """The generator after seed 7: fractions in [0, 1) and bounded whole numbers."""

    __slots__ = ("_half", "_state")

    def __init__(self) -> None:
        self._state = _STATE_OF_SEED_7
        self._half = -1

    def fractions(self, count: int) -> array[float]:
        """`count` multiples of 2^-53 in [0, 1), each from the upper 53 bits of a draw."""
        return array("d", ((self._word() >> 11) * _UNIT for _ in range(count)))

    def whole_numbers(self, low: int, high: int, count: int) -> array[int]:
        """`count` numbers in [low, high) from halves of draws (Lemire's method); high - low at
        least 2 and below 2^32."""
        span = high - low
        threshold = 2**32 % span
        found = array("q")
        while len(found) < count:
            product = self._half_word() * span
            if product & _MASK_32 >= threshold:
                found.append(low + (product >> 32))
        return found

    def _half_word(self) -> int:
        """Thirty-two bits: the lower half of a draw first, then its upper half."""
        half = self._half
        if half >= 0:
            self._half = -1
            return half
        word = self._word()
        self._half = word >> 32
        return word & _MASK_32

    def _word(self) -> int:
        state = (self._state * _MULTIPLIER + _INCREMENT) & _MASK_128
        self._state = state
        folded = (state >> 64) ^ (state & _MASK_64)
        turn = state >> 122
        return (folded >> turn | folded << (64 - turn)) & _MASK_64
