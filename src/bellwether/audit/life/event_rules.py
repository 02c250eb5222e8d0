"""Margin fractions that a phase of the event clock asks for at least (MARG-9, MARG-2)."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from bellwether.audit.arithmetic import MILLION, up
from bellwether.schema.instrument import InstrumentSpec, MarginTier, WholeTier


def under_event(rules: InstrumentSpec, leverage: int) -> InstrumentSpec:
    """No tier allows more leverage than that, 0 for any; maintenance is half of the margin."""
    if leverage == 0:
        return rules
    initial, maintenance = up(Fraction(MILLION, leverage)), up(Fraction(MILLION, 2 * leverage))
    return msgspec.structs.replace(
        rules,
        max_leverage=min(rules.max_leverage, leverage),
        tiers=tuple(
            MarginTier(tier.lower_bound_e6, min(tier.max_leverage, leverage))
            for tier in rules.tiers
        ),
        whole_tiers=tuple(
            WholeTier(
                tier.lower_bound_e6,
                max(tier.initial_e6, initial),
                max(tier.maintenance_e6, maintenance),
            )
            for tier in rules.whole_tiers
        ),
    )
