"""Trade conditions of the consolidated tape (CTA and UTP): which prints stand for the price.

What is listed here sets the last price for everybody; odd lots, average prices, late and out of
sequence reports, other settlements and prices derived from something else do not, and a code that
is not listed does not either. Form T marks every trade outside regular hours, and counts there.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

REGULAR: Final = frozenset(
    {
        "",
        " ",
        "@",  # regular sale
        "A",  # acquisition
        "D",  # distribution
        "E",  # automatic execution
        "F",  # intermarket sweep
        "K",  # rule 127 or 155
        "O",  # opening print
        "S",  # split trade
        "X",  # cross
        "Y",  # yellow flag
        "1",  # stopped stock
        "5",  # reopening print
        "6",  # closing print
    }
)
EXTENDED: Final = frozenset({"T"})
ODD_LOT: Final = "I"


def condition_refusal(
    conditions: Collection[str], session: str, more: Collection[str] = ()
) -> str | None:
    """Why a trade does not stand for the price in this session, or None; `more` are let pass."""
    for code in conditions:
        if code in REGULAR or code in more:
            continue
        if code in EXTENDED and session != "regular":
            continue
        return "odd lot" if code == ODD_LOT else f"condition {code[:8]}"
    return None
