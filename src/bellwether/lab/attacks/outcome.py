"""What happened in an attack, told by events, and who has what in the end (LIQ-5)."""

from __future__ import annotations

from typing import Final, final

import msgspec

from bellwether.engine.state.market import Market
from bellwether.schema.events import (
    AutoDeleveraged,
    DeficitCovered,
    Event,
    LiquidationStarted,
    PositionTakenOver,
    PricesPublished,
)
from bellwether.units.division import mul_div_up
from bellwether.units.quantities import FRACTION_ONE

ROUNDING_E6: Final = 1_000
"""Micro-USD that the floors of funding and of entries may add up to in one attack."""


class Outcome(msgspec.Struct, frozen=True):
    """Micro-USD, each account at what a contract is worth; a gain is positive.

    `liquidated` counts honest positions, `deleveraged_e6` is the notional closed against somebody
    opposite, `unassigned_e6` what nobody had for (0 by LIQ-5), `mark_move_e6` the largest distance
    of the mark from the truth, millionths. The attacker's profit is at most `bound_e6`.
    """

    attack: str
    preset: str
    capital_e6: int
    profit_e6: int
    bound_e6: int
    honest_e6: int
    fund_e6: int
    backstop_e6: int
    fees_e6: int
    liquidated: int
    deleveraged_e6: int
    unassigned_e6: int
    mark_move_e6: int

    @property
    def holds(self) -> bool:
        """Is the attacker's profit within the bound, and every loss somebody's?"""
        is_assigned = self.unassigned_e6 == 0 and abs(self.difference_e6) <= ROUNDING_E6
        return self.profit_e6 <= self.bound_e6 and is_assigned

    @property
    def difference_e6(self) -> int:
        """What one side has and no other lost; the floors of funding at most."""
        parts = self.profit_e6 + self.honest_e6 + self.fund_e6 + self.backstop_e6
        return parts + self.fees_e6


@final
class Record:
    """What the events of a world have said since the attack began."""

    def __init__(self) -> None:
        self.truth: int = 0
        self.liquidated: list[bytes] = []
        self.deleveraged_e6: int = 0
        self.by_venue_e6: int = 0
        self.fund_paid_e6: int = 0
        self.taken_over_e6: int = 0
        self.mark_move_e6: int = 0
        self.oracle_move_e6: int = 0
        self.fund_e6: int = 0
        self.fees_e6: int = 0
        self.has_begun: bool = False

    def begin(self, market: Market) -> None:
        """From now on it counts."""
        self.truth = market.mark_price
        self.fund_e6 = market.losses.fund.balance
        self.fees_e6 = market.dex.ledger.fees.balance
        self.has_begun = True

    def take(self, events: list[Event], market: Market) -> None:
        """Reads what a command has caused."""
        if not self.has_begun:
            return
        for event in events:
            if isinstance(event, PricesPublished):
                self.mark_move_e6 = max(self.mark_move_e6, self._away(event.mark_price))
                self.oracle_move_e6 = max(self.oracle_move_e6, self._away(event.oracle_price))
            elif isinstance(event, LiquidationStarted):
                if event.account not in self.liquidated:
                    self.liquidated.append(event.account)
            elif isinstance(event, AutoDeleveraged):
                self.deleveraged_e6 += event.lots * event.price
            elif isinstance(event, PositionTakenOver):
                self.taken_over_e6 += event.lots * event.price
            elif isinstance(event, DeficitCovered):
                if event.by_venue:
                    self.by_venue_e6 += event.amount_e6
                else:
                    self.fund_paid_e6 += event.amount_e6

    def rescale(self, truth: int) -> None:
        """Prices are in new units from now on (LIFE-10)."""
        self.truth = truth

    def _away(self, price: int) -> int:
        return mul_div_up(abs(price - self.truth), FRACTION_ONE, self.truth)
