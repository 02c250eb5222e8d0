"""The rules of a listed share, and the way there from those of a private company (LIFE-8, INST-5).

A ramp changes what a market goes by (`rules`), minute by minute; the version of its specification
changes once, when the ramp is over. Without a ramp it changes at once.
"""

from __future__ import annotations

import msgspec

from bellwether.engine.acts.fitting import end_forbidden_orders
from bellwether.engine.life.specification import adopt_rules, change_specification
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import RAMP_STEP
from bellwether.engine.state.turn import Turn
from bellwether.formulas.conversion import blended, ramp_weight_e12
from bellwether.formulas.synthetic_index import NOT_FROZEN
from bellwether.schema import codes
from bellwether.schema.events import RampAdvanced
from bellwether.schema.instrument import (
    FundingPolicy,
    InstrumentSpec,
    MarginTier,
    SyntheticIndex,
    WholeTier,
)
from bellwether.schema.presets import PRESETS
from bellwether.units.quantities import NS_PER_MINUTE, RATE_ONE


def listed_specification(spec: InstrumentSpec) -> InstrumentSpec:
    """The next version: funding, leverage, tiers, margin mode, bounds or clamp after the listing.

    An `xstock` also takes that preset's limits, which are in listed shares (INST-5).
    """
    after = PRESETS[spec.conversion.becomes]
    listed = msgspec.structs.replace(
        spec,
        preset=after.preset,
        version=spec.version + 1,
        price_unit="share",
        max_leverage=after.max_leverage,
        margin_mode=after.margin_mode,
        tiers=after.tiers,
        whole_tiers=after.whole_tiers,
        oracle=msgspec.structs.replace(spec.oracle, band_e12=after.oracle.band_e12),
        funding=after.funding,
    )
    if spec.index is None or after.index is None:
        return listed
    index = msgspec.structs.replace(
        spec.index, kinds=(), source=after.index.source, mark_width_e12=after.index.mark_width_e12
    )
    return msgspec.structs.replace(
        listed,
        index=index,
        open_interest_cap_e6=after.open_interest_cap_e6,
        open_interest_lots=after.open_interest_lots,
        position_limit_lots=after.position_limit_lots,
        max_order_lots=after.max_order_lots,
        halt_feed_ns=after.halt_feed_ns,
    )


def begin_ramp(turn: Turn, market: Market) -> None:
    """Starts on the way to the new rules, or with no ramp goes it at once.

    No funding sample from before is used with the new rule (FUND-7).
    """
    _forget_samples(market)
    if market.spec.conversion.ramp_ns == 0:
        _become_listed(turn, market)
        return
    market.prices.internal_fine = market.prices.oracle_fine
    market.listing.ramp_since_ns = turn.time_ns
    turn.venue.timers.add(turn.time_ns + NS_PER_MINUTE, RAMP_STEP, market.asset)


def ramp_weight(market: Market, now: int) -> int:
    """How much the new price weighs now, 10^-12; everything without a ramp or once it is over."""
    since = market.listing.ramp_since_ns
    if since == 0:
        return RATE_ONE
    return ramp_weight_e12(now - since, market.spec.conversion.ramp_ns)


def step_ramp(turn: Turn, market: Market) -> None:
    """A minute has passed: the rules move on, or the new version is in force."""
    listing = market.listing
    if listing.ramp_since_ns == 0 or market.phase != codes.CONVERTING:
        return
    weight = ramp_weight(market, turn.time_ns)
    if weight < RATE_ONE:
        listing.ramp_e12 = weight
        adopt_rules(market, ramped_specification(market.spec, weight))
        turn.emit(RampAdvanced(market.asset, turn.time_ns, weight))
        turn.venue.timers.add(turn.time_ns + NS_PER_MINUTE, RAMP_STEP, market.asset)
        return
    listing.ramp_since_ns = 0
    listing.ramp_e12 = 0
    _forget_samples(market)
    turn.emit(RampAdvanced(market.asset, turn.time_ns, RATE_ONE))
    _become_listed(turn, market)


def keep_ramp(turn: Turn, market: Market) -> None:
    """A version that came into force on the way is as far on it as the one before."""
    weight = market.listing.ramp_e12
    if weight > 0:
        adopt_rules(market, ramped_specification(market.spec, weight))
        turn.emit(RampAdvanced(market.asset, turn.time_ns, weight))


def _become_listed(turn: Turn, market: Market) -> None:
    """The new version is in force, and observations of the private company are history."""
    market.prices.internal_fine = -1
    market.index.reason = NOT_FROZEN
    market.index.frozen_since_ns = -1
    market.index.held = {}
    change_specification(turn, market, listed_specification(market.spec))
    end_forbidden_orders(turn, market)


def _forget_samples(market: Market) -> None:
    market.premium_sum = 0
    market.premium_samples = 0
    market.premiums = []


def ramped_specification(old: InstrumentSpec, weight_e12: int) -> InstrumentSpec:
    """The rules in force at a weight: rates, bounds and clamp by linear steps towards zero.

    Leverage has whole steps. The margin mode is the old one until the ramp is over.
    """
    new = listed_specification(old)
    band = blended(old.oracle.band_e12, new.oracle.band_e12, weight_e12)
    tiers = _ramped_tiers(old.tiers, new.tiers, weight_e12)
    return msgspec.structs.replace(
        old,
        max_leverage=tiers[0].max_leverage,
        tiers=tiers,
        whole_tiers=_ramped_whole_tiers(old.whole_tiers, new.whole_tiers, weight_e12),
        oracle=msgspec.structs.replace(old.oracle, band_e12=band),
        funding=_ramped_funding(old.funding, new.funding, weight_e12),
        index=_ramped_index(old.index, new.index, weight_e12),
    )


def _ramped_funding(old: FundingPolicy, new: FundingPolicy, weight: int) -> FundingPolicy:
    return msgspec.structs.replace(
        old,
        multiplier_e6=blended(old.multiplier_e6, new.multiplier_e6, weight),
        interest_e12=blended(old.interest_e12, new.interest_e12, weight),
        clamp_e12=blended(old.clamp_e12, new.clamp_e12, weight),
        cap_e12=blended(old.cap_e12, new.cap_e12, weight),
        min_e12=blended(old.min_e12, new.min_e12, weight),
    )


def _ramped_index(
    old: SyntheticIndex | None, new: SyntheticIndex | None, weight: int
) -> SyntheticIndex | None:
    if old is None or new is None:
        return old
    width = blended(old.mark_width_e12, new.mark_width_e12, weight)
    return msgspec.structs.replace(old, mark_width_e12=width)


def _ramped_tiers(
    old: tuple[MarginTier, ...], new: tuple[MarginTier, ...], weight: int
) -> tuple[MarginTier, ...]:
    """Leverage by whole steps at every bound of either table; equal neighbours are one tier."""
    bounds = sorted({tier.lower_bound_e6 for tier in old + new})
    tiers: list[MarginTier] = []
    for bound in bounds:
        leverage = blended(_leverage_at(old, bound), _leverage_at(new, bound), weight)
        if not tiers or leverage < tiers[-1].max_leverage:
            tiers.append(MarginTier(bound, leverage))
    return tuple(tiers)


def _leverage_at(tiers: tuple[MarginTier, ...], bound: int) -> int:
    leverage = tiers[0].max_leverage
    for tier in tiers:
        if tier.lower_bound_e6 <= bound:
            leverage = tier.max_leverage
    return leverage


def _ramped_whole_tiers(
    old: tuple[WholeTier, ...], new: tuple[WholeTier, ...], weight: int
) -> tuple[WholeTier, ...]:
    if not old or not new:
        return old
    tiers: list[WholeTier] = []
    for bound in sorted({tier.lower_bound_e6 for tier in old + new}):
        before, after = _whole_at(old, bound), _whole_at(new, bound)
        initial = blended(before.initial_e6, after.initial_e6, weight)
        maintenance = blended(before.maintenance_e6, after.maintenance_e6, weight)
        last = tiers[-1] if tiers else None
        if last is None or (initial, maintenance) != (last.initial_e6, last.maintenance_e6):
            tiers.append(WholeTier(bound, initial, maintenance))
    return tuple(tiers)


def _whole_at(tiers: tuple[WholeTier, ...], bound: int) -> WholeTier:
    found = tiers[0]
    for tier in tiers:
        if tier.lower_bound_e6 <= bound:
            found = tier
    return found
