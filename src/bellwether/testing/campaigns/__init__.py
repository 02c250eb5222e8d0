"""Faults of the disk in great numbers: every bit, every torn write, every call a kill can hit."""

from typing import Final

BITS: Final = 524_288
WRITES: Final = 100_000
POINTS: Final = 2_000
"""Cases of the whole campaigns: flipped bits, torn writes, crash points."""
