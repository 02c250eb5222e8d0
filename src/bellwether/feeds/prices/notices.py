"""What a source has to say besides prices: halts and what an auction indicates; the newest of each.

Halts go out at once and are kept until they have. Indications go out at most once in an interval
each, and one that has become too old while it waited is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from bellwether.units.quantities import NS_PER_MS

HALT: Final = "exchangeHalt"
INDICATION: Final = "indicativeAuction"


@dataclass(frozen=True, slots=True)
class Notice:
    """`price_e8` (10^-8 USD) and `shares` are an indication's, `halted` and `reason` a halt's."""

    kind: str
    coin: str
    time_ns: int
    price_e8: int = 0
    shares: int = 0
    halted: bool = False
    reason: str = ""


@final
class Notices:
    """Of one source, what waits to be sent."""

    def __init__(self, interval_ns: int, max_age_ns: int) -> None:
        self._interval_ns = interval_ns
        self._max_age_ns = max_age_ns
        self._waiting: dict[tuple[str, str], Notice] = {}
        self._sent_ns: dict[str, int] = {}

    def offer(self, notice: Notice) -> None:
        """Takes the place of an older one of its kind."""
        place = (notice.kind, notice.coin)
        waiting = self._waiting.get(place)
        if waiting is None or waiting.time_ns <= notice.time_ns:
            self._waiting[place] = notice

    def ready(self, now_ns: int) -> list[Notice]:
        """What may go now; it counts as sent unless it is kept."""
        going: list[Notice] = []
        for place, notice in list(self._waiting.items()):
            if notice.kind == INDICATION and self._due_ns(notice.coin) > now_ns:
                continue
            del self._waiting[place]
            if notice.kind == INDICATION:
                if now_ns - notice.time_ns > self._max_age_ns:
                    continue
                self._sent_ns[notice.coin] = now_ns
            going.append(notice)
        return going

    def keep(self, notice: Notice) -> None:
        """Puts back what could not be sent, unless something newer waits by now."""
        self._sent_ns.pop(notice.coin, None)
        self._waiting.setdefault((notice.kind, notice.coin), notice)

    def waits(self) -> bool:
        return bool(self._waiting)

    def _due_ns(self, coin: str) -> int:
        sent = self._sent_ns.get(coin)
        return 0 if sent is None else sent + self._interval_ns


def act_of(source: str, notice: Notice, price: str) -> dict[str, object]:
    """The act that says it to the venue; `price` is the notice's as the venue takes it."""
    act: dict[str, object] = {
        "kind": notice.kind,
        "coin": notice.coin,
        "source": source,
        "time": notice.time_ns // NS_PER_MS,
    }
    if notice.kind == HALT:
        return {**act, "halted": notice.halted, "reason": notice.reason}
    return {**act, "px": price, "pairedVolume": str(notice.shares)}
