"""What a move of the mark would liquidate, and what it would cost beyond margin: estimates."""

from __future__ import annotations

from typing import Final, final

from bellwether.engine.questions import cross_equity, liquidation_price
from bellwether.engine.state.holding import Holding
from bellwether.engine.state.market import Market
from bellwether.units.division import mul_div_half_even
from bellwether.units.quantities import FRACTION_ONE

MOVES_E6: Final = (
    -500_000,
    -300_000,
    -200_000,
    -100_000,
    -50_000,
    50_000,
    100_000,
    200_000,
    300_000,
    500_000,
    1_000_000,
)
"""Moves of the mark, 10^-6 of it."""


@final
class Shock:
    """One move: the mark then (atoms), lots and accounts that it would liquidate on either side.

    `shortfall` (micro-USD) is what equity would fall below zero, were nothing closed on the way.
    """

    def __init__(self, move_e6: int, price: int) -> None:
        self.move_e6: int = move_e6
        self.price: int = price
        self.long_lots: int = 0
        self.short_lots: int = 0
        self.accounts: int = 0
        self.shortfall: int = 0


@final
class Stress:
    """A market under every one of MOVES_E6, each alone: other markets and orders stand still."""

    def __init__(self, market: Market) -> None:
        mark = market.mark_price
        self.mark: int = mark
        self.shocks: list[Shock] = [
            Shock(move, mul_div_half_even(mark, FRACTION_ONE + move, FRACTION_ONE))
            for move in MOVES_E6
        ]

    def add(self, holding: Holding) -> None:
        """Counts one more position; a vault's is nobody's to liquidate."""
        lots = holding.lots
        account = holding.account
        if lots == 0 or account is holding.market.losses.vault:
            return
        limit = liquidation_price(account, holding)
        equity = holding.margin.balance + holding.worth()
        if holding.is_cross:
            equity = cross_equity(account)
        for shock in self.shocks:
            if limit < 0 or (shock.price > limit if lots > 0 else shock.price < limit):
                continue
            shock.accounts += 1
            if lots > 0:
                shock.long_lots += lots
            else:
                shock.short_lots -= lots
            after = equity + lots * (shock.price - self.mark)
            if after < 0:
                shock.shortfall -= after
