"""A price against the median of its own recent ones (PRICE-19).

One that is off by more than a set share is held back until a further one confirms it. So is the
very first: a lone print is nobody's market.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bellwether.feeds.prices.prints import Print
from bellwether.units.quantities import NS_PER_MINUTE

ACCEPTED: Final = "accepted"
HELD: Final = "held back"
REPEATED: Final = "repeated"
OUT_OF_ORDER: Final = "out of order"


@dataclass(frozen=True, slots=True)
class SanityRule:
    """`most_off_e6` is the share; the median is of at most `window` prices not older than
    `memory_ns` at the print that is judged."""

    most_off_e6: int = 50_000
    window: int = 9
    memory_ns: int = 5 * NS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class Recent:
    """What one source has said of one market: accepted prints, oldest first, and one held back."""

    accepted: tuple[Print, ...] = ()
    held: Print | None = None


def judge(rule: SanityRule, recent: Recent, seen: Print) -> tuple[Recent, str]:
    """What is remembered after a print, and the verdict on it."""
    recent = _remembered(rule, recent, seen.time_ns)
    newest = recent.accepted[-1] if recent.accepted else None
    if seen.key and any(seen.key == old.key for old in (*recent.accepted, recent.held) if old):
        return recent, REPEATED
    if newest is not None and seen.time_ns < newest.time_ns:
        return recent, OUT_OF_ORDER
    if newest is not None and _is_near(rule, seen.price_e8, median_e8(recent.accepted)):
        return _with(rule, recent.accepted, seen), ACCEPTED
    held = recent.held
    if held is None or not _is_near(rule, seen.price_e8, held.price_e8):
        return replace(recent, held=seen), HELD
    # Two in a row agree: the price has moved, and the prices before the move say nothing now.
    return _with(rule, (held,), seen), ACCEPTED


def withdraw(recent: Recent, key: str) -> Recent:
    """Without the print that its provider has called back."""
    held = recent.held
    return Recent(
        tuple(old for old in recent.accepted if old.key != key),
        None if held is not None and held.key == key else held,
    )


def median_e8(prints: tuple[Print, ...]) -> int:
    """The median price; of an even number the lower of the two in the middle."""
    prices = sorted(one.price_e8 for one in prints)
    return prices[(len(prices) - 1) // 2]


def _is_near(rule: SanityRule, price: int, middle: int) -> bool:
    return abs(price - middle) * 10**6 <= rule.most_off_e6 * middle


def _with(rule: SanityRule, accepted: tuple[Print, ...], seen: Print) -> Recent:
    return Recent((*accepted, seen)[-rule.window :])


def _remembered(rule: SanityRule, recent: Recent, now_ns: int) -> Recent:
    oldest = now_ns - rule.memory_ns
    held = recent.held
    return Recent(
        tuple(one for one in recent.accepted if one.time_ns >= oldest),
        None if held is None or held.time_ns < oldest else held,
    )
