"""What a benchmark found, beside what it did."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far it is and where it ends."""


class BenchFailed(Exception):
    """A benchmark can not be run here, or its outcome is wrong; the message says why."""


class Figure(msgspec.Struct, frozen=True):
    """One number; `unit` is empty for a ratio, `target` for what nothing is asked of."""

    name: str
    value: float
    unit: str = ""
    target: str = ""

    def text(self) -> str:
        """Whole numbers above a hundred, three significant digits below."""
        number = f"{self.value:,.0f}" if abs(self.value) >= 100 else f"{self.value:.3g}"
        return f"{number} {self.unit}".rstrip()


class Report(msgspec.Struct, frozen=True):
    """A benchmark's workload in words, its figures, and what a reader should know of them."""

    name: str
    workload: tuple[str, ...]
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...] = ()
