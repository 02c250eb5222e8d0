"""Changes of a specification, and the way from a private company to a listed one.

INST-1, INST-5, RULE-2; LIFE-7 to LIFE-9.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import msgspec

from bellwether.audit import clock
from bellwether.audit.arithmetic import (
    FINE,
    HOUR_NS,
    RATE,
    SECOND_NS,
    band,
    blend,
    half_even,
    on_tick,
)
from bellwether.audit.life.ends import deadline_of
from bellwether.audit.life.status import BEFORE_LISTING
from bellwether.audit.life.units import Units
from bellwether.audit.orders import admits
from bellwether.audit.things import Market, Order, Prices, User
from bellwether.schema import codes
from bellwether.schema.commands import ChangeSpecification, ConfirmListing
from bellwether.schema.events import (
    ChangeLapsed,
    ChangeScheduled,
    ListingConfirmed,
    RampAdvanced,
)
from bellwether.schema.instrument import InstrumentSpec, MarginTier, WholeTier
from bellwether.schema.presets import PRESETS

MINUTE_NS = 60 * SECOND_NS


class Changes(Units):
    """Versions: announced, locked for a time, in force; and the conversion's own."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[tuple[int, int], InstrumentSpec] = {}
        self.pending: dict[int, ChangeSpecification] = {}

    def adopt(self, market: Market, spec: InstrumentSpec) -> None:
        """Every version stays readable (INST-1)."""
        self.versions[market.asset, market.spec.version] = market.spec
        super().adopt(market, spec)
        self.versions[market.asset, spec.version] = spec

    # Changes by operators.

    def schedule_change(self, market: Market, number: int, command: ChangeSpecification) -> None:
        """Not before the lock is over; a change without a time to wait is in force (RULE-2)."""
        effective = max(command.effective_ns, self.now + market.spec.time_lock_ns)
        if effective <= self.now:
            self.put_in_force(market, command)
            return
        self.pending[number] = command
        self.clock.set(effective, clock.CHANGE, number)
        spec = self.joined(market, command)
        self.script.say(ChangeScheduled(number, market.asset, self.now, effective, spec))

    def reach_change(self, number: int) -> None:
        """The time of an approved change: in force, or it says that it has lapsed."""
        command = self.pending.pop(number)
        market = self.markets[command.asset]
        if isinstance(self.script.peek(), ChangeLapsed):
            event = self.script.take(ChangeLapsed)
            mine = (event.proposal_id, event.asset, event.time_ns)
            expected = (number, market.asset, self.now)
            self.script.demand(mine == expected, f"the change {number} of now", event)
            self.take_announcement(market.asset)
            return
        self.put_in_force(market, command)

    def joined(self, market: Market, command: ChangeSpecification) -> InstrumentSpec:
        """What is in force, and what the command changes of the version it was written on."""
        base = self.versions.get((market.asset, command.base), market.spec)
        changes = differing(base, command.spec, market.spec)
        return msgspec.structs.replace(market.spec, **changes, version=market.spec.version + 1)

    def put_in_force(self, market: Market, command: ChangeSpecification) -> None:
        """The next version, its dates and prices; orders that it forbids end."""
        before, spec = market.spec, self.joined(market, command)
        self.wake(market)
        self.move_dates(market, before, spec)
        self.adopt(market, spec)
        self.keep_ramp(market)
        if spec.reference_atoms != before.reference_atoms:
            fine = spec.reference_atoms * FINE
            low, high = band(fine, spec.oracle.band_e12)
            market.prices = Prices(fine, fine, fine, low, high)
            market.oracle = market.mark = spec.reference_atoms
        if spec.funding.premium_kind != before.funding.premium_kind:
            self.forget_samples(market)
        self.fit_positions(market)
        self.end_forbidden(market)

    def keep_ramp(self, market: Market) -> None:
        """A version that comes into force on a ramp is as far on it as the one before."""
        share = market.outside.ramp_e12
        if share:
            self.adopt_rules(market, on_the_way(market.spec, share))
            self.script.say(RampAdvanced(market.asset, self.now, share))

    def move_dates(self, market: Market, before: InstrumentSpec, spec: InstrumentSpec) -> None:
        """What is due at a date is due at the new one."""
        dates = (
            (clock.LAUNCH, before.launch_time, spec.launch_time),
            (clock.AUCTION, auction_start(before), auction_start(spec)),
            (clock.OUTSIDE_LAUNCH, before.outside_launch_time, spec.outside_launch_time),
            (clock.DEADLINE, deadline_of(before), deadline_of(spec)),
        )
        for kind, old, new in dates:
            if old != new:
                self.clock.drop(old, kind, market.asset)
                if new:
                    self.clock.set(max(new, self.now), kind, market.asset)

    def fit_positions(self, market: Market) -> None:
        """Who has nothing here begins anew under the new leverage and margin mode."""
        for address in self.dexes[market.dex].accounts:
            user = self.users[address]
            position = user.positions.get(market.asset)
            if position is None or position.lots or self.live(user, market.asset):
                continue
            position.leverage = min(position.leverage, market.rules.max_leverage)
            if market.spec.margin_mode != codes.CROSS:
                position.is_cross = False

    def end_forbidden(self, market: Market) -> None:
        """Orders that could not be placed any more are cancelled, each with the reason."""
        for address in self.dexes[market.dex].accounts:
            user = self.users[address]
            for order in self.live(user, market.asset):
                status = self.forbidden(market, user, order)
                if status and self.is_live(order):
                    self.end(order, status)
            self.keep_within_limit(market, user)

    def forbidden(self, market: Market, user: User, order: Order) -> int:
        """The status that the order ends with, 0 for none."""
        rules = market.rules
        grid = (rules.size_decimals, rules.tick_atoms)
        if not order.reduce_only and not admits(market, user):
            return codes.NOT_ELIGIBLE_CANCELED
        worth = order.price * order.original
        is_typed = order.trigger and not (order.trail_atoms or order.trail_e6)
        is_forbidden = (
            not on_tick(order.price, *grid)
            or (is_typed and not on_tick(order.trigger_price, *grid))
            or 0 < rules.max_order_lots < order.lots
            or (not order.reduce_only and worth < rules.min_order_value_e6)
            or (rules.oracle.reject_outside_band and self.outside_band(market, order.price))
        )
        return codes.RULES_CHANGED_CANCELED if is_forbidden else 0

    def keep_within_limit(self, market: Market, user: User) -> None:
        """The newest orders that could bring a position beyond its limit go first (MARG-7)."""
        most, position = market.rules.position_limit_lots, user.positions.get(market.asset)
        if not most or position is None:
            return
        for order in reversed(self.live(user, market.asset)):
            if order.reduce_only or not order.arrival:
                continue
            held = position.lots if order.is_buy else -position.lots
            open_lots = self.resting_lots(position, order.is_buy)
            if open_lots and held + open_lots > most:
                self.end(order, codes.RULES_CHANGED_CANCELED)

    # The conversion.

    def confirm_listing(self, market: Market, command: ConfirmListing) -> None:
        """The listing stands; neither date fires any more; one may settle at the cross (LIFE-7)."""
        outside = market.outside
        outside.is_confirmed = True
        outside.cross_price, outside.settled_e6 = command.cross_price, command.settled_e6
        outside.cross_ns = command.cross_time_ns
        outside.ratio = listed_shares(market, command)
        self.wake(market)
        self.script.say(
            ListingConfirmed(
                market.asset,
                self.now,
                command.exchange,
                command.listed_as,
                command.structure,
                command.jurisdiction,
                command.treatment,
                command.cross_price,
                command.cross_time_ns,
                outside.ratio.numerator,
                outside.ratio.denominator,
                command.settled_e6,
            )
        )
        self.after_listing(market, command)

    def after_listing(self, market: Market, command: ConfirmListing) -> None:
        """A listing that is treated by settlement ends the market; others convert (LIFE-7)."""
        outside = market.outside
        if command.treatment == "settle":
            price = half_even(outside.cross_price * outside.ratio)
            self.settle(market, price, codes.AT_THE_CROSS, command.grounds)
        else:
            self.convert_if_ready(market)

    def convert_if_ready(self, market: Market) -> None:
        """The listing, and enough prices from enough sources: the conversion begins (LIFE-7)."""
        outside, policy = market.outside, market.spec.conversion
        oldest = self.now - policy.external_window_ns
        recent = [source for at, source in outside.taken if at >= oldest]
        if (
            not outside.is_confirmed
            or outside.awaited is not None
            or market.phase not in BEFORE_LISTING
            or len(recent) < policy.min_external_updates
            or len(set(recent)) < policy.min_external_sources
            or self.outside_price(market) is None
        ):
            return
        self.end_listing_day(market)
        self.enter_phase(market, codes.CONVERTING)
        market.fed_ns = self.now
        self.settle_part(market)
        if outside.ratio != 1:
            kept = outside.latest, outside.taken
            ratio = outside.ratio
            self.rebase(market, ratio.numerator, ratio.denominator, "unit_change")
            outside.latest, outside.taken = kept
        self.forget_samples(market)
        if market.spec.conversion.ramp_ns == 0:
            self.become_listed(market)
            return
        market.prices.internal = market.prices.oracle
        outside.ramp_since_ns = self.now
        self.clock.set(self.now + MINUTE_NS, clock.RAMP, market.asset)

    def step_ramp(self, market: Market) -> None:
        """A minute of the ramp: the rules move on, or the new version is in force (LIFE-8)."""
        outside = market.outside
        if outside.ramp_since_ns == 0 or market.phase != codes.CONVERTING:
            return
        share = self.ramp_weight(market)
        self.script.say(RampAdvanced(market.asset, self.now, share))
        if share < RATE:
            outside.ramp_e12 = share
            self.adopt_rules(market, on_the_way(market.spec, share))
            self.clock.set(self.now + MINUTE_NS, clock.RAMP, market.asset)
            return
        outside.ramp_since_ns = outside.ramp_e12 = 0
        self.forget_samples(market)
        self.become_listed(market)

    def become_listed(self, market: Market) -> None:
        """The rules of the listed share (INST-5)."""
        market.prices.internal = None
        market.frozen_since_ns = -1
        market.index_reason = 0
        self.adopt(market, listed(market.spec))
        self.end_forbidden(market)

    # The listing day.

    def begin_listing_day(self, market: Market) -> None:
        """The first indication begins it (LIFE-9)."""
        self.enter_phase(market, codes.LISTING_DAY)
        market.prices.internal = market.prices.oracle
        market.new_risk_leverage = market.spec.conversion.auction_leverage
        self.clock.set(self.now + 12 * HOUR_NS, clock.LISTING_DAY_END, market.asset)

    def end_listing_day(self, market: Market) -> None:
        """The market's own price stands alone again; nothing of the day is due any more."""
        self.clock.drop_all(clock.LISTING_DAY_END, market.asset)
        market.outside.indications = {}
        market.prices.internal = None
        market.new_risk_leverage = 0

    def give_up_listing_day(self, market: Market) -> None:
        """Half a day without a listing: back, and dates that passed are caught up with."""
        said = market.outside
        is_listed = said.is_confirmed and said.awaited is None
        if market.phase != codes.LISTING_DAY or is_listed:
            return
        self.end_listing_day(market)
        outside = market.spec.outside_launch_time
        is_late = 0 < outside <= self.now
        self.enter_phase(market, codes.SETTLEMENT_PERIOD if is_late else codes.PRE_LISTING)
        if is_late and 0 < deadline_of(market.spec) <= self.now:
            self.reach_deadline(market)


def auction_start(spec: InstrumentSpec) -> int:
    """When the call auction begins; 0 without one."""
    return spec.launch_time - spec.auction_ns if spec.auction_ns else 0


def differing(base: Any, wanted: Any, current: Any) -> dict[str, Any]:
    """What `wanted` changes of `base`, to be put on what is current; groups field by field."""
    changes: dict[str, Any] = {}
    for name in base.__struct_fields__:
        old, new, now = getattr(base, name), getattr(wanted, name), getattr(current, name)
        if name == "version" or old == new:
            continue
        is_group = isinstance(new, msgspec.Struct) and type(old) is type(new) is type(now)
        if is_group and name in ("oracle", "funding", "conversion", "index"):
            changes[name] = msgspec.structs.replace(now, **differing(old, new, now))
        else:
            changes[name] = new
    return changes


def listed_shares(market: Market, command: ConfirmListing) -> Fraction:
    """The listed shares that a contract stands for (LIFE-7)."""
    if command.numerator:
        return Fraction(command.numerator, command.denominator)
    if market.spec.price_unit != "valuation":
        return Fraction(1)
    return Fraction(market.spec.share_count, 10**9)


def listed(spec: InstrumentSpec) -> InstrumentSpec:
    """The version after the listing: funding, leverage, tiers, mode, bounds or clamp (INST-5)."""
    after = PRESETS[spec.conversion.becomes]
    changes: dict[str, Any] = {
        name: getattr(after, name)
        for name in ("preset", "max_leverage", "margin_mode", "tiers", "whole_tiers", "funding")
    }
    changes["oracle"] = msgspec.structs.replace(spec.oracle, band_e12=after.oracle.band_e12)
    if spec.index is not None and after.index is not None:
        changes["index"] = msgspec.structs.replace(
            spec.index,
            kinds=(),
            source=after.index.source,
            mark_width_e12=after.index.mark_width_e12,
        )
        for name in (
            "open_interest_cap_e6",
            "position_limit_lots",
            "max_order_lots",
            "open_interest_lots",
            "halt_feed_ns",
        ):
            changes[name] = getattr(after, name)
    version = spec.version + 1
    return msgspec.structs.replace(spec, **changes, version=version, price_unit="share")


def on_the_way(old: InstrumentSpec, share: int) -> InstrumentSpec:
    """The rules at a weight: each linearly, towards zero; leverage in whole steps (LIFE-8)."""
    new = listed(old)
    funding = {
        name: blend(getattr(old.funding, name), getattr(new.funding, name), share)
        for name in ("multiplier_e6", "interest_e12", "clamp_e12", "cap_e12", "min_e12")
    }
    width = blend(old.oracle.band_e12, new.oracle.band_e12, share)
    tiers = tiers_on_the_way(old, new, share)
    index = old.index
    if index is not None and new.index is not None:
        clamped = blend(index.mark_width_e12, new.index.mark_width_e12, share)
        index = msgspec.structs.replace(index, mark_width_e12=clamped)
    return msgspec.structs.replace(
        old,
        max_leverage=tiers[0].max_leverage,
        tiers=tiers,
        whole_tiers=whole_tiers_on_the_way(old, new, share),
        oracle=msgspec.structs.replace(old.oracle, band_e12=width),
        funding=msgspec.structs.replace(old.funding, **funding),
        index=index,
    )


def tiers_on_the_way(
    old: InstrumentSpec, new: InstrumentSpec, share: int
) -> tuple[MarginTier, ...]:
    """At every bound of either table; equal neighbours are one tier."""
    found: list[MarginTier] = []
    for bound in sorted({tier.lower_bound_e6 for tier in old.tiers + new.tiers}):
        before, after = (
            [t.max_leverage for t in spec.tiers if t.lower_bound_e6 <= bound][-1]
            for spec in (old, new)
        )
        leverage = blend(before, after, share)
        if not found or leverage < found[-1].max_leverage:
            found.append(MarginTier(bound, leverage))
    return tuple(found)


def whole_tiers_on_the_way(
    old: InstrumentSpec, new: InstrumentSpec, share: int
) -> tuple[WholeTier, ...]:
    """The same of tiers that hold for the whole position."""
    if not old.whole_tiers or not new.whole_tiers:
        return old.whole_tiers
    found: list[WholeTier] = []
    for bound in sorted({tier.lower_bound_e6 for tier in old.whole_tiers + new.whole_tiers}):
        before, after = (
            [t for t in spec.whole_tiers if t.lower_bound_e6 <= bound][-1] for spec in (old, new)
        )
        tier = WholeTier(
            bound,
            blend(before.initial_e6, after.initial_e6, share),
            blend(before.maintenance_e6, after.maintenance_e6, share),
        )
        last = found[-1] if found else None
        if last is None or (last.initial_e6, last.maintenance_e6) != (
            tier.initial_e6,
            tier.maintenance_e6,
        ):
            found.append(tier)
    return tuple(found)
