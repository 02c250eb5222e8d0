"""What the venue announces where an act brings no text of its own: its fields in a sentence.

Numbers stand as the operator wrote them; the fields have been checked before.
"""

from __future__ import annotations

from typing import Final

from bellwether.units.clock_text import format_time_ns
from bellwether.units.quantities import NS_PER_HOUR

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
}


def listing_text(
    coin: str, exchange: str, listed_as: str, structure: str, px: str, time_ns: int, treatment: str
) -> str:
    """A confirmed listing and what it does to a position."""
    return (
        f"{coin} is listed on {exchange} as {listed_as} ({structure}). Its first price was {px} USD"
        f" at {format_time_ns(time_ns)}. {_TREATMENTS[treatment]}"
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
