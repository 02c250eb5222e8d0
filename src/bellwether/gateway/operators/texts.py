"""What the venue announces where an act brings no text of its own: its fields in a sentence.

Numbers stand as the operator wrote them; the fields have been checked before.
"""

from __future__ import annotations

from typing import Final

from bellwether.units.clock_text import format_time_ns

_METHODS: Final[dict[str, str]] = {
    "default_twap": "{coin} is settled early, at {px}.",
    "transaction": "{coin} is settled at {px}, the price of the transaction.",
    "adverse_event": "{coin} is settled at {px}, the value determined after an adverse event.",
    "determined": "{coin} is settled at {px}, a determined value.",
    "wind_down": "{coin} is wound down and settled at {px}.",
}


def listing_text(
    coin: str, exchange: str, listed_as: str, structure: str, px: str, time_ns: int
) -> str:
    """A confirmed listing."""
    return (
        f"{coin} is listed on {exchange} as {listed_as} ({structure}). Its first price was {px} USD"
        f" at {format_time_ns(time_ns)}. The market converts to the price of the listed share;"
        " positions and resting orders stay."
    )


def settlement_text(coin: str, method: str, px: str, grounds: str) -> str:
    """A settlement by any method but `other`, whose formula only its operator can state."""
    at = f"{px} USD" if px else "the average of its mark since the launch"
    return f"{_METHODS[method].format(coin=coin, px=at)} Grounds: {grounds}."


def rebase_text(coin: str, numerator: int, denominator: int, grounds: str) -> str:
    """A change of units."""
    factor = str(numerator) if denominator == 1 else f"{numerator}/{denominator}"
    return (
        f"{coin} is rebased by {factor}: sizes are multiplied and prices divided by it, and what"
        f" an account is worth stays the same. Grounds: {grounds}."
    )
