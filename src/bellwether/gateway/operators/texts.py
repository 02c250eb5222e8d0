"""What the venue announces where an act brings no text of its own: its fields in a sentence.

Numbers stand as the operator wrote them; the fields have been checked before.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from bellwether.engine.index.state import Observation
from bellwether.engine.state.market import Market
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.clock_text import format_time_ns
from bellwether.units.quantities import NS_PER_HOUR, PRICE_AND_SIZE_DECIMALS
from bellwether.units.text import format_decimal

_METHODS: Final[dict[str, str]] = {
    "default_twap": "{coin} is settled early, at {px}.",
    "transaction": "{coin} is settled at {px}, the price of the transaction.",
    "adverse_event": "{coin} is settled at {px}, the value determined after an adverse event.",
    "determined": "{coin} is settled at {px}, a determined value.",
    "recent_twap": "{coin} is settled at {px}.",
    "delisting": "{coin} is delisted; it settles in an hour at the outside price of that hour.",
    "wind_down": "{coin} is wound down and settled at {px}.",
}

_TREATMENTS: Final[dict[str, str]] = {
    "convert": (
        "The market converts to the price of the listed share; positions and resting orders stay."
    ),
    "adjusted": (
        "Positions and orders are put into listed shares by the stated ratio, and the market"
        " converts to their price."
    ),
    "settle": "Every position is closed at that price, times the shares of a contract.",
    "composite": "A part of every position is closed at that price, and the rest converts.",
    "trigger": "It waits for an event and trades on by its own prices until then.",
}

_AFTER_EVENT: Final[dict[str, str]] = {
    "convert": "the market converts to the price of the listed share",
    "adjusted": "it is put into listed shares by the stated ratio and converts to their price",
    "composite": (
        "a part of every position is closed at the share's price after the event, and the rest"
        " converts"
    ),
}
_WITHOUT_EVENT: Final[dict[str, str]] = {
    "settle": "it settles at the average of its mark since the launch",
    "convert": "it converts to the price of the listed share all the same",
}


def listing_text(
    coin: str, exchange: str, listed_as: str, structure: str, px: str, time_ns: int, treatment: str
) -> str:
    """A confirmed listing and what it does to a position."""
    return (
        f"{coin} is listed on {exchange} as {listed_as} ({structure}). Its first price was {px} USD"
        f" at {format_time_ns(time_ns)}. {_TREATMENTS[treatment]}"
    )


def event_text(event: str, condition: str, deadline_ns: int, after: str, otherwise: str) -> str:
    """What a listing waits for; nothing where it does not."""
    if not event:
        return ""
    return (
        f" The event {event}: {condition} Declared by two operators no later than"
        f" {format_time_ns(deadline_ns)}, {_AFTER_EVENT[after]}; otherwise"
        f" {_WITHOUT_EVENT[otherwise]}."
    )


def declaration_text(coin: str, event: str, px: str, grounds: str) -> str:
    """The event that a listing waited for."""
    at = f" The share's first price after it was {px} USD." if px else ""
    return (
        f"The event {event}, which {coin} waited for, has happened.{at} The listing is treated as"
        f" announced. Grounds: {grounds}"
    )


def settlement_text(coin: str, method: str, px: str, window_ns: int, grounds: str) -> str:
    """A settlement by any method but `other`, whose formula only its operator can state."""
    at = f"{px} USD" if px else "the average of its mark since the launch"
    if window_ns:
        at = f"the average of its mark over {window_ns // NS_PER_HOUR} h up to the last full hour"
    return f"{_METHODS[method].format(coin=coin, px=at)} Grounds: {grounds}."


def rebase_text(coin: str, numerator: int, denominator: int, grounds: str) -> str:
    """A change of units."""
    factor = str(numerator) if denominator == 1 else f"{numerator}/{denominator}"
    return (
        f"{coin} is rebased by {factor}: sizes are multiplied and prices divided by it, and what"
        f" an account is worth stays the same. Grounds: {grounds}."
    )


def list_text(spec: InstrumentSpec) -> str:
    """A new market; its basis stands beside it as the grounds."""
    price = format_decimal(spec.reference_atoms, PRICE_AND_SIZE_DECIMALS - spec.size_decimals)
    when = f"at {format_time_ns(spec.launch_time)}" if spec.launch_time else "with its approval"
    return (
        f"{spec.symbol} is listed (preset {spec.preset}). It launches {when} at the initial"
        f" reference price {price} USD, which is no forecast and may differ from any offer price."
    )


def change_text(
    before: InstrumentSpec, after: InstrumentSpec, names: list[str], grounds: str
) -> str:
    """A change of a specification, field by field."""
    fields = ", ".join(
        f"{name} from {_shown(before, name)} to {_shown(after, name)}" for name in names
    )
    return f"The specification of {before.symbol} changes: {fields}. Grounds: {grounds}"[:10_000]


def _shown(spec: InstrumentSpec, name: str) -> str:
    group, _, field = name.rpartition(".")
    value: Any = getattr(getattr(spec, group) if group else spec, field)
    if field in _TIMES:
        return format_time_ns(value) if value else "none"
    return msgspec.json.encode(value).decode()


_TIMES: Final = frozenset(
    "launch_time anticipated_listing_time outside_launch_time settlement_deadline"
    " share_count_as_of".split()
)


def phase_text(coin: str, phase: str, grounds: str) -> str:
    """A phase that operators set."""
    return f"{coin} moves to {phase.replace('_', ' ').lower()}. Grounds: {grounds}"


def event_phase_text(market: Market, phase: str, grounds: str) -> str:
    """A phase of the event clock, with what it asks for."""
    known = phase.replace("_", " ")
    for row in market.spec.event_margins:
        if row.phase == phase:
            hours = format_decimal(row.notice_ns * 10**6 // NS_PER_HOUR, 6)
            return (
                f"{market.name} is {known}. New risk has leverage {row.max_leverage} at most at"
                f" once, existing positions after {hours} hours. Grounds: {grounds}"
            )
    return f"{market.name} is {known}. Its own leverage holds. Grounds: {grounds}"


def resolution_text(coin: str, seen: Observation, accept: bool, grounds: str) -> str:
    """A recorded observation that is accepted or rejected."""
    how = "accepted" if accept else "rejected"
    value = format_decimal(seen.value_e6, 6)
    return (
        f"The {seen.kind} of {value} USD ({seen.unit}) that {seen.source} saw of {coin} at"
        f" {format_time_ns(seen.observed_ns)} is {how}. Grounds: {grounds}"
    )


def halt_text(coin: str, status: str, grounds: str) -> str:
    """A halt beyond an hour."""
    return f"{coin} is {status} until it is resumed. Grounds: {grounds}"


def disable_text(dex: str, grounds: str) -> str:
    """The end of a dex."""
    return (
        f"Every market of the dex {dex} is halted for good and no other is listed there. Positions"
        f" stay as they are until each market is settled. Grounds: {grounds}"
    )
