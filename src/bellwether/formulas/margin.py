"""Initial and maintenance margin (MARG-2, MARG-3). Requirements round up.

HyperCore tiers are ``(lower_bound_e6, max_leverage)``, Kraken tiers are
``(lower_bound_e6, initial_e6, maintenance_e6)``; in order, the first from 0, each holding from its
lower bound inclusive. A notional is micro-USD and not negative.
"""

from math import lcm
from typing import final

from bellwether.units.division import div_down, div_up, mul_div_up
from bellwether.units.quantities import FRACTION_ONE


@final
class MaintenanceTable:
    """HyperCore tiers with the rates and deductions of MARG-3 over one common denominator.

    Maintenance is half of the initial margin at the tier's maximum leverage, so a tier's rate is
    ``1 / (2 * max_leverage)``.
    """

    def __init__(
        self, tiers: list[tuple[int, int]], whole: list[tuple[int, int, int]] | None = None
    ) -> None:
        """Prepare the tiers, which INST-7 has found to be in order.

        With `whole` tiers (lower bound, initial 10^-6, maintenance 10^-6) these decide: the tier of
        the whole position applies to all of it.
        """
        self.is_whole: bool = whole is not None
        if whole is not None:
            assert whole and whole[0][0] == 0, "tiers start at zero"
            self._prepare_whole(whole)
            return
        assert tiers and tiers[0][0] == 0, "tiers start at zero"
        self.denominator: int = 1
        for _, leverage in tiers:
            self.denominator = lcm(self.denominator, 2 * leverage)
        self.lower_bounds: list[int] = []
        self.leverages: list[int] = []
        self.rates: list[int] = []
        self.deductions: list[int] = []
        rate_before = 0
        deduction = 0
        for lower_bound, leverage in tiers:
            rate = div_down(self.denominator, 2 * leverage)
            deduction += lower_bound * (rate - rate_before)
            self.lower_bounds.append(lower_bound)
            self.leverages.append(leverage)
            self.rates.append(rate)
            self.deductions.append(deduction)
            rate_before = rate
        self.last_tier: int = len(tiers) - 1
        self.initials: list[int] = []

    def _prepare_whole(self, whole: list[tuple[int, int, int]]) -> None:
        self.denominator = FRACTION_ONE
        self.lower_bounds = [tier[0] for tier in whole]
        self.leverages = [div_down(FRACTION_ONE, tier[1]) for tier in whole]
        self.rates = [tier[2] for tier in whole]
        self.deductions = [0 for _ in whole]
        self.initials = [tier[1] for tier in whole]
        self.last_tier = len(whole) - 1

    def tier(self, notional_e6: int) -> int:
        """Return the number, from 0, of the tier that holds for a notional."""
        tier = self.last_tier
        while notional_e6 < self.lower_bounds[tier]:
            tier -= 1
        return tier

    def maintenance(self, notional_e6: int) -> int:
        """Return the maintenance margin in micro-USD, rounded up once (MARG-3)."""
        assert notional_e6 >= 0, "a notional is not negative"
        tier = self.tier(notional_e6)
        return div_up(notional_e6 * self.rates[tier] - self.deductions[tier], self.denominator)

    def max_leverage(self, notional_e6: int) -> int:
        """Return the highest leverage that the tier of a notional allows (MARG-2)."""
        return self.leverages[self.tier(notional_e6)]

    def initial(self, notional_e6: int, leverage: int) -> int:
        """Return the initial margin at a chosen leverage, at least the tier's (MARG-2)."""
        if self.is_whole:
            rate = self.initials[self.tier(notional_e6)]
            least = mul_div_up(notional_e6, rate, FRACTION_ONE)
            chosen = initial_margin(notional_e6, leverage)
            return least if least > chosen else chosen
        return initial_margin(notional_e6, min(leverage, self.max_leverage(notional_e6)))


def maintenance_hypercore(notional_e6: int, tiers: list[tuple[int, int]]) -> int:
    """Return the maintenance margin in micro-USD, rounded up once at the end (MARG-3)."""
    return MaintenanceTable(tiers).maintenance(notional_e6)


def max_leverage_at(notional_e6: int, tiers: list[tuple[int, int]]) -> int:
    """Return the highest leverage that the tier of a notional allows (MARG-2)."""
    return MaintenanceTable(tiers).max_leverage(notional_e6)


def initial_margin(notional_e6: int, leverage: int) -> int:
    """Return ``notional / leverage`` in micro-USD, rounded up (MARG-2)."""
    return div_up(notional_e6, leverage)


def margin_kraken(notional_e6: int, tiers: list[tuple[int, int, int]]) -> tuple[int, int]:
    """Return initial and maintenance margin: the tier of the whole applies to all (MARG-3)."""
    assert notional_e6 >= 0, "a notional is not negative"
    assert tiers and tiers[0][0] == 0, "tiers start at zero"
    number = len(tiers) - 1
    while notional_e6 < tiers[number][0]:
        number -= 1
    tier = tiers[number]
    return (
        mul_div_up(notional_e6, tier[1], FRACTION_ONE),
        mul_div_up(notional_e6, tier[2], FRACTION_ONE),
    )
