"""The rules of a market under the leverage that its event clock allows (MARG-9)."""

from __future__ import annotations

import msgspec

from bellwether.formulas.limits.event_margin import least_initial_e6, least_maintenance_e6
from bellwether.schema.instrument import InstrumentSpec, MarginTier, WholeTier


def clocked_rules(rules: InstrumentSpec, leverage: int) -> InstrumentSpec:
    """Tiers with no more leverage than that, and margin to match; 0 leaves the rules alone."""
    if leverage == 0:
        return rules
    tiers = _tiers(rules.tiers, leverage)
    return msgspec.structs.replace(
        rules,
        max_leverage=tiers[0].max_leverage,
        tiers=tiers,
        whole_tiers=_whole_tiers(rules.whole_tiers, leverage),
    )


def _tiers(tiers: tuple[MarginTier, ...], leverage: int) -> tuple[MarginTier, ...]:
    """Equal neighbours are one tier."""
    found: list[MarginTier] = []
    for tier in tiers:
        most = tier.max_leverage if tier.max_leverage < leverage else leverage
        if not found or most < found[-1].max_leverage:
            found.append(MarginTier(tier.lower_bound_e6, most))
    return tuple(found)


def _whole_tiers(tiers: tuple[WholeTier, ...], leverage: int) -> tuple[WholeTier, ...]:
    initial, maintenance = least_initial_e6(leverage), least_maintenance_e6(leverage)
    found: list[WholeTier] = []
    for tier in tiers:
        asked = WholeTier(
            tier.lower_bound_e6,
            tier.initial_e6 if tier.initial_e6 > initial else initial,
            tier.maintenance_e6 if tier.maintenance_e6 > maintenance else maintenance,
        )
        last = found[-1] if found else None
        if last is None or (asked.initial_e6, asked.maintenance_e6) != (
            last.initial_e6,
            last.maintenance_e6,
        ):
            found.append(asked)
    return tuple(found)
