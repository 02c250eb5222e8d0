"""What has been observed of a company, and what the index remembers (PRICE-14 to PRICE-17)."""

from __future__ import annotations

from typing import NamedTuple, final


class Observation(NamedTuple):
    """One value, as a price of one contract adjusted for its share class."""

    source: str
    kind: str
    value_e6: int
    unit: str
    price_fine: int
    observed_ns: int


@final
class IndexBook:
    """`accepted`, `held` and `rejected` have the newest of each (source, kind).

    `reason` is why the index is frozen, since `frozen_since_ns` (-1 for not); `minute` and `hour`
    are the step limits' windows.
    """

    __slots__ = (
        "accepted",
        "computed_ns",
        "frozen_since_ns",
        "held",
        "hour",
        "minute",
        "reason",
        "rejected",
    )

    def __init__(self) -> None:
        self.accepted: dict[tuple[str, str], Observation] = {}
        self.held: dict[tuple[str, str], Observation] = {}
        self.rejected: dict[tuple[str, str], Observation] = {}
        self.computed_ns: int = 0
        self.reason: int = 0
        self.frozen_since_ns: int = -1
        self.minute: list[tuple[int, int, int]] = []
        self.hour: list[tuple[int, int, int]] = []
