"""Changes of units (LIFE-10): sizes times k, prices over k, nobody richer by a micro-dollar."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import msgspec

from bellwether.audit.arithmetic import (
    BILLION,
    band,
    down,
    half_even,
    largest_remainders,
    tick_above,
    tick_below,
    up,
)
from bellwether.audit.life.ends import Ends
from bellwether.audit.life.event_rules import under_event
from bellwether.audit.matching import follow_mark
from bellwether.audit.orders import rises
from bellwether.audit.things import Market, Order, Position
from bellwether.schema import codes
from bellwether.schema.events import (
    MarketRebased,
    OrderRebased,
    PositionRebased,
    ShareCountRecorded,
    SpecificationChanged,
    TwapRebased,
)
from bellwether.schema.instrument import InstrumentSpec

CHOSEN: Final = {
    "liquidation_policy": ("hypercore", "kraken"),
    "adl": ("ranked", "pro_rata"),
}
"""Choices of which the auditor knows these."""

KNOWN_FIELDS: Final = frozenset(
    (
        "symbol dex preset version issuer description size_decimals tick_atoms price_unit"
        " max_leverage margin_mode tiers reference_atoms share_count share_count_as_of oracle"
        " funding taker_fee_e9 maker_fee_e9 growth_mode self_trade_prevention"
        " open_interest_cap_e6 position_limit_lots max_order_lots min_order_value_e6 launch_time"
        " auction_ns anticipated_listing_time outside_launch_time settlement_period_ns"
        " settlement_deadline listing_exchange liquidation_policy adl liquidation_quiet_time_ns"
        " excluded_jurisdictions professional_jurisdictions conversion whole_tiers index"
        " share_count_source time_lock_ns resume_post_only_ns halt_move_e6 halt_move_window_ns"
        " halt_ns market_protection_e6 largest_owner_share_e6 maker_protection_ns disclosure"
        " time_constant_ns step_cap_e6 basis_time_constant_ns interval_ns move_limit_e6"
        " impact_notional_e6 depth_rest_time_ns band_e12 re_anchor_threshold_e12 max_re_anchors"
        " reject_outside_band multiplier_e6 interest_e12 clamp_e12 cap_e12 sample_interval_ns"
        " premium_kind policy divisor min_e12 min_external_updates min_external_sources"
        " external_window_ns external_max_age_ns max_deviation_e6 becomes ramp_ns auction_aware"
        " auction_half_value_e6 auction_max_weight_e6 auction_leverage kinds method_version"
        " source_max_age_ns influence_cap_e6 min_sources max_dispersion_e6 smoothing_ns"
        " minute_limit_e6 hour_limit_e6 split_tolerance_e6 max_age_ns freeze_grace_ns"
        " halt_feed_ns open_interest_lots dex_cap_e6 owner_cap_e6 budget_rise_e6"
        " budget_multiple_e6 event_margins"
        " fee_tiers fee_window_days block_priority deployer_share_e6"
        " losses step_e6 step_notional_e6 cooldown_ns backstop_loss_limit_e6 covered_e6 fee_e9"
        " preferred_factor_e6 source mark_width_e12 mark_smoothing_ns impact_lots"
    ).split()
)
"""Fields of a specification that the auditor goes by, or that bind nothing."""


class Units(Ends):
    """A rebase, and versions of a specification that come into force.

    `unknown` are kinds and rules of which the auditor has never heard.
    """

    def __init__(self) -> None:
        super().__init__()
        self.unknown: set[str] = set()

    def adopt(self, market: Market, spec: InstrumentSpec) -> None:
        """The next version is in force; another share count is a line of its ledger (INST-1)."""
        before = market.spec
        market.spec = spec
        self.adopt_rules(market, spec)
        self.script.say(SpecificationChanged(market.asset, self.now, spec))
        told = ("share_count", "share_count_as_of", "share_count_source", "price_unit")
        if isinstance(self.script.peek(), ShareCountRecorded):
            self.take_share_count(market)
        else:
            same = all(getattr(spec, name) == getattr(before, name) for name in told)
            self.script.demand(same, "a line of the capital ledger", self.script.peek())

    def take_share_count(self, market: Market) -> None:
        """A line of the capital-structure ledger says what the specification says."""
        spec = market.spec
        event = self.script.take(ShareCountRecorded)
        demand = self.script.demand
        demand(event.asset == market.asset, f"a line of market {market.asset}", event)
        demand(event.share_count == spec.share_count, f"{spec.share_count} shares", event)
        demand(event.version == spec.version, f"version {spec.version}", event)
        demand(event.price_unit == spec.price_unit, f"the unit {spec.price_unit}", event)

    def keep_ramp(self, market: Market) -> None:
        """A version that comes into force on a ramp is as far on it as the one before."""

    def adopt_rules(self, market: Market, rules: InstrumentSpec) -> None:
        """The rules in force; bounds follow them, and everybody is looked at again."""
        rules = under_event(rules, market.event.leverage)
        market.rules = rules
        self.unknown.update(unknown_rules(rules))
        if rules.index is None:
            prices = market.prices
            prices.low, prices.high = band(prices.reference, rules.oracle.band_e12)
        self.look_again(market)

    def rebase(self, market: Market, a: int, b: int, grounds: str) -> None:
        """Everything into the new units, in one command."""
        k = Fraction(a, b)
        accounts = [self.users[address] for address in self.dexes[market.dex].accounts]
        for user in accounts:
            for order in self.live(user, market.asset):
                if self.is_live(order) and not self.fits(market, order, k):
                    order.filled = down(order.filled * k)
                    self.end(order, codes.REBASED_CANCELED)
        resting = market.book[True] + market.book[False]
        for order in resting:
            self.leave_book(order)
        self.show_trades(market)
        holders = self.in_order(market)
        for position in holders:
            self.settle_funding(position)
        worths = [p.lots * market.mark - p.cost for p in holders]
        self.hold_mark(market)
        self.rebase_prices(market, k)
        index, rate = str(market.funding_index), market.absolute_e12
        self.script.say(MarketRebased(market.asset, self.now, a, b, index, rate))
        self.adopt(market, rebased(market.spec, k, grounds))
        self.keep_ramp(market)
        self.rebase_positions(market, holders, worths, k)
        for user in accounts:
            for order in self.live(user, market.asset):
                self.rebase_order(market, order, k)
        self.rebase_twaps(market, k)
        if grounds == "unit_change" and market.outside.is_confirmed:
            market.outside.ratio /= k
        for order in resting:
            self.rest(order)
        self.publish(market)

    def fits(self, market: Market, order: Order, k: Fraction) -> bool:
        """Is there a lot and a price left of an order?"""
        return down(order.lots * k) > 0 and new_price(market, order, k) > 0

    def rebase_prices(self, market: Market, k: Fraction) -> None:
        """Reference, oracle, mark, TWAP sum and funding index, each half to even."""
        prices = market.prices
        for name in ("reference", "oracle", "mark", "basis"):
            setattr(prices, name, half_even(getattr(prices, name) / k))
        if prices.internal is not None:
            prices.internal = half_even(prices.internal / k)
        prices.low, prices.high = band(prices.reference, market.spec.oracle.band_e12)
        market.oracle, market.mark = self.published(prices.oracle), self.published(prices.mark)
        if market.last_trade:
            market.last_trade = max(1, half_even(market.last_trade / k))
        losses = market.losses
        losses.quiet_price = half_even(losses.quiet_price / k)
        for provider in losses.providers.values():
            provider.most_lots = max(1, down(provider.most_lots * k))
            provider.most_position_lots = max(1, down(provider.most_position_lots * k))
        market.twap_sum = half_even(market.twap_sum / k)
        market.twap_hours = [(at, half_even(total / k)) for at, total in market.twap_hours]
        market.recent_marks = []
        market.funding_index = half_even(market.funding_index / k)
        market.absolute_e12 = half_even(market.absolute_e12 / k)
        market.accrued = Fraction(0)
        outside = market.outside
        outside.latest, outside.taken, outside.indications = {}, [], {}
        if outside.delisting is not None:
            since, price, total = outside.delisting
            outside.delisting = (since, half_even(price / k), half_even(total / k))

    def rebase_positions(
        self, market: Market, holders: list[Position], worths: list[int], k: Fraction
    ) -> None:
        """Whole lots, then one more to the largest remainders; the profit on the rest is paid."""
        sizes: dict[bytes, int] = {}
        for sign in (1, -1):
            side = [p for p in holders if p.lots * sign > 0]
            numbered = [(place, abs(p.lots)) for place, p in enumerate(side)]
            total = down(sum(size for _, size in numbered) * k)
            shares = largest_remainders(numbered, total, k)
            sizes |= {side[place].user: lots for place, lots in shares.items()}
        for position, worth in zip(holders, worths, strict=True):
            self.rebase_position(market, position, sizes[position.user], worth, k)
        for address in self.dexes[market.dex].accounts:
            found = self.users[address].positions.get(market.asset)
            if found is not None:
                found.funding_index = market.funding_index

    def rebase_position(
        self, market: Market, position: Position, size: int, worth: int, k: Fraction
    ) -> None:
        """The profit on what does not fit a lot is paid; the rest of it stays in the position."""
        start = position.lots
        dropped = abs(start) * k - size
        paid = 0
        if size == 0:
            paid = worth
        elif dropped > 0:
            paid = down(worth * dropped / (abs(start) * k))
        position.lots = size if start > 0 else -size
        position.cost = position.lots * market.mark - worth + paid
        market.clearing -= paid
        user = self.users[position.user]
        if position.is_cross:
            user.cash[market.dex] += paid
        else:
            position.margin += paid
        self.note_holder(position)
        if size == 0:
            if position.margin > 0:
                user.cash[market.dex] += position.margin
                position.margin = 0
            self.flattened.append(position)
            self.cover_deficit(position)
        self.script.say(PositionRebased(market.asset, position.user, start, position.lots, paid))

    def rebase_order(self, market: Market, order: Order, k: Fraction) -> None:
        """A live order in the new units; a buyer never pays more, a seller never gets less."""
        if order.order_id in market.due:
            market.due.remove(order.order_id)
            market.due.append(order.order_id)
        order.price = new_price(market, order, k)
        order.lots = down(order.lots * k)
        order.original = down(order.original * k)
        order.filled = down(order.filled * k)
        if order.trail_atoms or order.trail_e6:
            order.trail_atoms = up(order.trail_atoms / k)
            exact = order.best / k
            order.best = up(exact) if order.is_buy else down(exact)
            self.follow(market, order)
        elif order.trigger:
            order.trigger_price = new_trigger(market, order, k)
        self.script.say(
            OrderRebased(
                order.order_id,
                order.user,
                market.asset,
                order.price,
                order.lots,
                order.trigger_price,
                order.original,
            )
        )

    def follow(self, market: Market, order: Order) -> None:
        """A trailing stop that waits stands at its distance to the best mark."""
        if order.order_id in market.triggers:
            follow_mark(order, market.mark)

    def rebase_twaps(self, market: Market, k: Fraction) -> None:
        """Sizes times k, each rounded down; an order with nothing left to trade ends."""
        for twap in list(self.twaps.values()):
            if twap.asset != market.asset:
                continue
            twap.lots, twap.executed_lots = down(twap.lots * k), down(twap.executed_lots * k)
            twap.trigger_price = new_limit(market, twap.trigger_price, twap.trigger_above, k)
            twap.stop_price = new_limit(market, twap.stop_price, twap.stop_above, k)
            self.script.say(
                TwapRebased(
                    twap.number,
                    twap.user,
                    market.asset,
                    twap.lots,
                    twap.executed_lots,
                    twap.trigger_price,
                    twap.stop_price,
                )
            )
            if twap.executed_lots >= twap.lots:
                self.end_twap(twap, codes.REBASED_CANCELED)


def unknown_rules(spec: InstrumentSpec) -> set[str]:
    """Fields with a value of which the auditor does not know what follows."""
    found = {
        f"{name}={getattr(spec, name)}"
        for name in CHOSEN
        if getattr(spec, name) not in CHOSEN[name]
    }
    groups: list[msgspec.Struct] = [spec, spec.oracle, spec.funding, spec.conversion, spec.losses]
    if spec.index is not None:
        groups.append(spec.index)
    for group in groups:
        for name in group.__struct_fields__:
            if name not in KNOWN_FIELDS and getattr(group, name) != default_of(group, name):
                found.add(f"{type(group).__name__}.{name}")
    return found


def default_of(group: msgspec.Struct, name: str) -> object:
    """The value that a field has where nothing is said."""
    for known in msgspec.structs.fields(group):
        if known.name == name:
            return known.default
    return msgspec.NODEFAULT


def new_price(market: Market, order: Order, k: Fraction) -> int:
    """A limit in the new units, on the tick."""
    rules = market.rules
    if order.is_buy:
        return tick_below(down(order.price / k), rules.size_decimals, rules.tick_atoms)
    return tick_above(up(order.price / k), rules.size_decimals, rules.tick_atoms)


def new_trigger(market: Market, order: Order, k: Fraction) -> int:
    """A trigger in the new units: it does not fire earlier than before."""
    return new_limit(market, order.trigger_price, rises(order), k)


def new_limit(market: Market, price: int, above: bool, k: Fraction) -> int:
    """A price that is waited for, in the new units: it is not reached earlier; 0 is none."""
    rules = market.rules
    exact = price / k
    if price == 0:
        return 0
    if above:
        return tick_above(up(exact), rules.size_decimals, rules.tick_atoms)
    return max(1, tick_below(down(exact), rules.size_decimals, rules.tick_atoms))


def rebased(spec: InstrumentSpec, k: Fraction, grounds: str) -> InstrumentSpec:
    """The next version in the new units; a valuation that changes its unit becomes a share."""
    shares, unit = spec.share_count, spec.price_unit
    if unit != "valuation":
        shares = half_even(shares * k)
    elif grounds == "unit_change":
        unit = "share"
        shares = shares or down(k * BILLION)
    index = spec.index
    if index is not None:
        index = msgspec.structs.replace(index, impact_lots=limit(index.impact_lots, k))
    return msgspec.structs.replace(
        spec,
        version=spec.version + 1,
        reference_atoms=half_even(spec.reference_atoms / k),
        share_count=shares,
        price_unit=unit,
        position_limit_lots=limit(spec.position_limit_lots, k),
        max_order_lots=limit(spec.max_order_lots, k),
        open_interest_lots=limit(spec.open_interest_lots, k),
        index=index,
    )


def limit(lots: int, k: Fraction) -> int:
    """A limit stays a limit: 0 means that there is none."""
    return max(1, down(lots * k)) if lots else 0
