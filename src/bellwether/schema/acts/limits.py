"""Numbers that a specification from outside must keep to, so that nothing outgrows the engine.

What contradicts itself `InstrumentSpec.faults` knows; this is about what no market can mean.
"""

from __future__ import annotations

from typing import Any, Final

from bellwether.schema.instrument import MOST_RE_ANCHORS, InstrumentSpec

SECOND_NS: Final = 1_000_000_000
LONGEST_NS: Final = 10 * 366 * 86_400 * SECOND_NS
LAST_NS: Final = 1 << 62
MOST_E6: Final = 10**18
MOST_LOTS: Final = 1 << 53
MOST_SHARES: Final = 10**15
MOST_ROWS: Final = 50
MOST_TEXT: Final = 2_000

_LIMITS: Final[dict[str, tuple[int, int]]] = {
    "tick_atoms": (0, 10**12),
    "reference_atoms": (1, 10**15),
    "share_count": (0, MOST_SHARES),
    "share_count_as_of": (0, LAST_NS),
    "taker_fee_e9": (0, 10**8),
    "maker_fee_e9": (-(10**8), 10**8),
    "self_trade_prevention": (0, 4),
    "open_interest_cap_e6": (0, MOST_E6),
    "open_interest_lots": (0, MOST_LOTS),
    "dex_cap_e6": (0, MOST_E6),
    "owner_cap_e6": (0, MOST_E6),
    "budget_multiple_e6": (0, 10**12),
    "budget_rise_e6": (1, 10**6),
    "position_limit_lots": (0, MOST_LOTS),
    "max_order_lots": (0, MOST_LOTS),
    "min_order_value_e6": (0, 10**15),
    "launch_time": (0, LAST_NS),
    "auction_ns": (0, 30 * 86_400 * SECOND_NS),
    "anticipated_listing_time": (0, LAST_NS),
    "outside_launch_time": (0, LAST_NS),
    "settlement_period_ns": (0, LONGEST_NS),
    "settlement_deadline": (0, LAST_NS),
    "liquidation_quiet_time_ns": (0, LONGEST_NS),
    "losses.step_notional_e6": (0, MOST_E6),
    "losses.cooldown_ns": (0, 3_600 * SECOND_NS),
    "losses.backstop_loss_limit_e6": (0, MOST_E6),
    "time_lock_ns": (0, 366 * 86_400 * SECOND_NS),
    "resume_post_only_ns": (0, 86_400 * SECOND_NS),
    "halt_move_e6": (0, 10**6),
    "halt_move_window_ns": (SECOND_NS, 3_600 * SECOND_NS),
    "halt_ns": (SECOND_NS, 3_600 * SECOND_NS),
    "halt_feed_ns": (0, LONGEST_NS),
    "oracle.time_constant_ns": (1, LONGEST_NS),
    "oracle.step_cap_e6": (1, 10**12),
    "oracle.basis_time_constant_ns": (1, LONGEST_NS),
    "oracle.interval_ns": (SECOND_NS, 3_600 * SECOND_NS),
    "oracle.move_limit_e6": (1, 10**6),
    "oracle.impact_notional_e6": (1, MOST_E6),
    "oracle.depth_rest_time_ns": (0, 3_600 * SECOND_NS),
    "oracle.max_re_anchors": (0, MOST_RE_ANCHORS),
    "funding.multiplier_e6": (0, 10**9),
    "funding.interest_e12": (-(10**12), 10**12),
    "funding.clamp_e12": (0, 10**12),
    "funding.cap_e12": (0, 10**12),
    "funding.min_e12": (-(10**12), 10**12),
    "funding.sample_interval_ns": (SECOND_NS, 3_600 * SECOND_NS),
    "funding.divisor": (1, 10**6),
    "conversion.min_external_updates": (1, 10_000),
    "conversion.min_external_sources": (1, 100),
    "conversion.external_window_ns": (SECOND_NS, LONGEST_NS),
    "conversion.external_max_age_ns": (SECOND_NS, LONGEST_NS),
    "conversion.max_deviation_e6": (1, 10**6),
    "conversion.auction_half_value_e6": (1, MOST_E6),
    "index.method_version": (1, 10**6),
    "index.interval_ns": (SECOND_NS, 86_400 * SECOND_NS),
    "index.source_max_age_ns": (SECOND_NS, LONGEST_NS),
    "index.influence_cap_e6": (1, 10**6),
    "index.min_sources": (1, 100),
    "index.max_dispersion_e6": (1, 10**9),
    "index.smoothing_ns": (SECOND_NS, LONGEST_NS),
    "index.minute_limit_e6": (1, 10**6),
    "index.hour_limit_e6": (1, 10**6),
    "index.split_tolerance_e6": (0, 10**6),
    "index.max_age_ns": (SECOND_NS, LONGEST_NS),
    "index.freeze_grace_ns": (0, LONGEST_NS),
    "index.preferred_factor_e6": (1, 10**6),
    "index.mark_width_e12": (1, 10**12 - 1),
    "index.mark_smoothing_ns": (1, LONGEST_NS),
    "index.impact_lots": (1, MOST_LOTS),
}
"""Field -> lowest and highest value."""

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "price_unit": ("share", "valuation"),
    "funding.premium_kind": ("impact_difference", "impact_mid"),
}


def limit_faults(spec: InstrumentSpec) -> list[str]:
    """Every number, word and list that lies outside what a market can have."""
    found: list[str] = []
    for name, (low, high) in _LIMITS.items():
        value = _value(spec, name)
        if value is not None and not low <= value <= high:
            found.append(f"{name} must lie between {low} and {high}")
    for name, words in _WORDS.items():
        if _value(spec, name) not in words:
            found.append(f"{name} must be one of {', '.join(words)}")
    rows = {
        "tiers": len(spec.tiers),
        "whole_tiers": len(spec.whole_tiers),
        "fee_tiers": len(spec.fee_tiers),
        "event_margins": len(spec.event_margins),
        "index.kinds": len(spec.index.kinds) if spec.index is not None else 0,
        "excluded_jurisdictions": len(spec.excluded_jurisdictions) - 250,
        "professional_jurisdictions": len(spec.professional_jurisdictions) - 250,
    }
    found += [f"{name} has too many entries" for name, many in rows.items() if many > MOST_ROWS]
    bounds = [tier.lower_bound_e6 for tier in spec.tiers]
    bounds += [tier.lower_bound_e6 for tier in spec.whole_tiers]
    if any(bound > MOST_E6 for bound in bounds):
        found.append("a tier's lower_bound_e6 is too large")
    for fees in spec.fee_tiers:
        if fees.volume_e6 > MOST_E6 or fees.maker_e9 < -(10**8):
            found.append("fee_tiers: a volume_e6 is too large, or a rebate is")
    if spec.index is not None:
        for kind in spec.index.kinds:
            if not 0 <= kind.weight_e6 <= 10**9 or not 0 < kind.half_life_ns <= LONGEST_NS:
                found.append(f"index.kinds: {kind.name[:64]} has no usable weight or half-life")
    texts = ("issuer", "description", "listing_exchange", "share_count_source")
    found += [f"{name} is too long" for name in texts if len(getattr(spec, name)) > MOST_TEXT]
    return found


def _value(spec: InstrumentSpec, name: str) -> Any:
    """A field, or one of the group before the dot; None where there is no such group."""
    group, _, field = name.rpartition(".")
    holder = getattr(spec, group) if group else spec
    return None if holder is None else getattr(holder, field)
