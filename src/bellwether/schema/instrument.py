"""The specification of a market (INST-1): every field that decides how it behaves."""

from typing import Final

import msgspec

from bellwether.schema.codes import EVENT_PHASES
from bellwether.schema.disclosures import Disclosure, is_stated
from bellwether.schema.parts.losses import LossPolicy, loss_faults
from bellwether.units.division import mul_div_up
from bellwether.units.quantities import FINE, RATE_ONE

LONGEST_RAMP_NS: Final = 86_400_000_000_000
LONGEST_NOTICE_NS: Final = 90 * LONGEST_RAMP_NS
MOST_RE_ANCHORS: Final = 20


class MarginTier(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """From `lower_bound_e6` of notional (micro-USD, inclusive) at most `max_leverage` (MARG-3)."""

    lower_bound_e6: int
    max_leverage: int


class FeeTier(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """From `volume_e6` micro-USD traded in the window on, these fees (10^-9) (ORD-7)."""

    volume_e6: int
    taker_e9: int
    maker_e9: int


class InternalOracle(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Parameters of the internal oracle, the mark and the discovery bounds (PRICE-4 … PRICE-11)."""

    time_constant_ns: int = 1_800_000_000_000
    step_cap_e6: int = 100_000
    basis_time_constant_ns: int = 150_000_000_000
    interval_ns: int = 3_000_000_000
    move_limit_e6: int = 5_000
    impact_notional_e6: int = 6_000_000_000
    depth_rest_time_ns: int = 0
    band_e12: int = 250_000_000_000
    re_anchor_threshold_e12: int = 900_000_000_000
    max_re_anchors: int = 4
    reject_outside_band: bool = False


class FundingPolicy(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Rates are 10^-12, the multiplier 10^-6. `policy` is `hypercore` (FUND-2) or `kraken`
    (FUND-5), which takes `divisor`, `min_e12` and `cap_e12` and no multiplier."""

    multiplier_e6: int = 5_000
    interest_e12: int = 100_000_000
    clamp_e12: int = 500_000_000
    cap_e12: int = 40_000_000_000
    sample_interval_ns: int = 5_000_000_000
    premium_kind: str = "impact_difference"
    policy: str = "hypercore"
    divisor: int = 8
    min_e12: int = 0


class WholeTier(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """From `lower_bound_e6` of notional on, these shares of the whole position (MARG-3)."""

    lower_bound_e6: int
    initial_e6: int
    maintenance_e6: int


class ObservationKind(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How much an observation of a kind weighs, and how fast it fades (PRICE-15)."""

    name: str
    weight_e6: int
    half_life_ns: int


class EventMargin(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """From a phase of the event clock on `max_leverage` at most, with half of that margin as
    maintenance; positions are given notice (MARG-9)."""

    phase: str
    max_leverage: int
    notice_ns: int


class SyntheticIndex(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The index out of observed valuations and the mark around it (PRICE-9, PRICE-14 to 17).

    With `source` `external` the index is the price from outside and needs no observations (INST-5).
    """

    kinds: tuple[ObservationKind, ...]
    method_version: int = 1
    interval_ns: int = 60_000_000_000
    source_max_age_ns: int = 604_800_000_000_000
    influence_cap_e6: int = 340_000
    min_sources: int = 3
    max_dispersion_e6: int = 250_000
    smoothing_ns: int = 3_600_000_000_000
    minute_limit_e6: int = 10_000
    hour_limit_e6: int = 100_000
    split_tolerance_e6: int = 20_000
    max_age_ns: int = 900_000_000_000
    freeze_grace_ns: int = 600_000_000_000
    preferred_factor_e6: int = 666_667
    source: str = "observations"
    mark_width_e12: int = 2_500_000_000
    mark_smoothing_ns: int = 30_000_000_000
    impact_lots: int = 48


class ConversionPolicy(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What a conversion waits for, and what the market becomes (LIFE-7, PRICE-19, INST-5).

    A source further than `max_deviation_e6` from the median of the fresh ones does not count.
    Over `ramp_ns` the old rules become the new ones; 0 is at once (LIFE-8). An `auction_aware`
    market has a listing day: the indicated price weighs half of `auction_max_weight_e6` where
    `auction_half_value_e6` is paired, and new risk has `auction_leverage` at most (LIFE-9).
    """

    min_external_updates: int = 10
    min_external_sources: int = 2
    external_window_ns: int = 60_000_000_000
    external_max_age_ns: int = 30_000_000_000
    max_deviation_e6: int = 50_000
    becomes: str = "standard_equity"
    ramp_ns: int = 0
    auction_aware: bool = False
    auction_half_value_e6: int = 10_000_000_000_000
    auction_max_weight_e6: int = 800_000
    auction_leverage: int = 2


class InstrumentSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a market's specification (INST-1). Money is micro-USD, prices are price atoms.

    `tick_atoms` 0 means the significant-figures rule of UNIT-3. `market_protection_e6` is how
    far from the mark a market order may trade and `largest_owner_share_e6` an owner's part of
    the open-interest cap, both in millionths, `maker_protection_ns` how long takers wait,
    `halt_feed_ns` how long prices from outside may be missing before the market halts by
    itself; 0 where there is no such rule. Open interest is capped in money, in lots, as a whole
    dex's, and for each owner, 0 for not; with a `budget_multiple_e6` (millionths) also by the
    manipulation budget, the cap then rising by `budget_rise_e6` of itself a minute at most.
    `fee_tiers` go by what was traded on the `fee_window_days` full UTC days before and only
    lower the base fees; growth mode charges a tenth. `block_priority` sorts what waits together
    (ORD-2); where a dex's deployer has named a recipient, it gets `deployer_share_e6`
    (millionths) of the fees. Times are UTC nanoseconds, 0 where absent.
    """

    symbol: str
    dex: str
    preset: str
    issuer: str = ""
    description: str = ""
    version: int = 1
    size_decimals: int = 3
    tick_atoms: int = 0
    price_unit: str = "share"
    max_leverage: int = 5
    margin_mode: int = 2
    tiers: tuple[MarginTier, ...] = (MarginTier(0, 5),)
    reference_atoms: int = 0
    share_count: int = 0
    share_count_as_of: int = 0
    oracle: InternalOracle = InternalOracle()
    funding: FundingPolicy = FundingPolicy()
    taker_fee_e9: int = 900_000
    maker_fee_e9: int = 300_000
    growth_mode: bool = False
    self_trade_prevention: int = 1
    open_interest_cap_e6: int = 100_000_000_000_000
    position_limit_lots: int = 0
    max_order_lots: int = 0
    min_order_value_e6: int = 10_000_000
    launch_time: int = 0
    auction_ns: int = 0
    anticipated_listing_time: int = 0
    outside_launch_time: int = 0
    settlement_period_ns: int = 5_184_000_000_000_000
    settlement_deadline: int = 0
    listing_exchange: str = ""
    liquidation_policy: str = "hypercore"
    adl: str = "ranked"
    liquidation_quiet_time_ns: int = 30_000_000_000
    excluded_jurisdictions: tuple[str, ...] = ()
    professional_jurisdictions: tuple[str, ...] = ()
    conversion: ConversionPolicy = ConversionPolicy()
    whole_tiers: tuple[WholeTier, ...] = ()
    index: SyntheticIndex | None = None
    share_count_source: str = ""
    time_lock_ns: int = 0
    resume_post_only_ns: int = 30_000_000_000
    halt_move_e6: int = 0
    halt_move_window_ns: int = 300_000_000_000
    halt_ns: int = 300_000_000_000
    halt_feed_ns: int = 0
    open_interest_lots: int = 0
    dex_cap_e6: int = 0
    owner_cap_e6: int = 0
    budget_multiple_e6: int = 0
    budget_rise_e6: int = 10_000
    event_margins: tuple[EventMargin, ...] = ()
    market_protection_e6: int = 0
    largest_owner_share_e6: int = 0
    maker_protection_ns: int = 0
    disclosure: Disclosure | None = None
    fee_tiers: tuple[FeeTier, ...] = ()
    fee_window_days: int = 14
    block_priority: bool = False
    deployer_share_e6: int = 500_000
    losses: LossPolicy = LossPolicy()

    def faults(self) -> list[str]:
        """Everything that contradicts itself (INST-7); empty if the specification can be listed."""
        found: list[str] = []
        if not 0 <= self.size_decimals <= 5:
            found.append("size_decimals must lie between 0 and 5")
        if self.tick_atoms < 0:
            found.append("tick_atoms must not be negative")
        if not 1 <= self.max_leverage <= 50:
            found.append("max_leverage must lie between 1 and 50")
        if not 0 <= self.oracle.max_re_anchors <= MOST_RE_ANCHORS:
            found.append(f"oracle.max_re_anchors must lie between 0 and {MOST_RE_ANCHORS}")
        elif self.reference_atoms <= 0:
            found.append("reference_atoms must be positive")
        elif self._highest_fine() >= 1 << 63:
            found.append("reference_atoms is too large for 63 bits; take more size_decimals")
        if not 0 < self.oracle.band_e12 < 10**12:
            found.append("band_e12 must lie between 0 and 100 %, both excluded")
        if not 0 < self.oracle.re_anchor_threshold_e12 <= 10**12:
            found.append("re_anchor_threshold_e12 must lie between 0 and 1")
        if self.outside_launch_time and self.outside_launch_time < self.launch_time:
            found.append("outside_launch_time lies before launch_time")
        if self.settlement_deadline and self.settlement_deadline < self.outside_launch_time:
            found.append("settlement_deadline lies before outside_launch_time")
        if self.margin_mode not in (0, 1, 2):
            found.append("margin_mode is unknown")
        found += self._fee_faults()
        found += loss_faults(self.liquidation_policy, self.adl, self.losses)
        return found + self._tier_faults() + self._whole_tier_faults() + self._amount_faults()

    def _fee_faults(self) -> list[str]:
        found: list[str] = []
        if not 1 <= self.fee_window_days <= 30:
            found.append("fee_window_days must lie between 1 and 30")
        if not 0 <= self.deployer_share_e6 <= 10**6:
            found.append("deployer_share_e6 must lie between 0 and 100 %")
        taker, maker, below = self.taker_fee_e9, self.maker_fee_e9, FeeTier(0, 10**9, 10**9)
        for tier in self.fee_tiers:
            if tier.volume_e6 <= below.volume_e6:
                found.append("fee_tiers must rise in volume_e6, from above 0")
            if tier.taker_e9 > below.taker_e9 or tier.maker_e9 > below.maker_e9:
                found.append("fee_tiers must not rise in taker_e9 and maker_e9")
            if tier.taker_e9 < 0:
                found.append("fee_tiers.taker_e9 must not be negative")
            taker, maker, below = min(taker, tier.taker_e9), min(maker, tier.maker_e9), tier
        # The best taker may meet the best maker.
        if self.fee_tiers and maker < -taker:
            found.append("a maker rebate of fee_tiers must not exceed the lowest taker fee")
        return found

    def _whole_tier_faults(self) -> list[str]:
        found: list[str] = []
        if self.whole_tiers and self.whole_tiers[0].lower_bound_e6 != 0:
            found.append("the first whole tier must start at 0")
        for lower, upper in zip(self.whole_tiers, self.whole_tiers[1:], strict=False):
            if upper.lower_bound_e6 <= lower.lower_bound_e6:
                found.append("whole tiers must rise in lower_bound_e6")
        for tier in self.whole_tiers:
            if not 0 < tier.maintenance_e6 < tier.initial_e6 <= 10**6:
                found.append("a whole tier's maintenance lies between 0 and its initial margin")
        if self.funding.policy not in ("hypercore", "kraken"):
            found.append("funding.policy is unknown")
        if self.index is not None and self.index.source not in ("observations", "external"):
            found.append("index.source is unknown")
        found += self._conversion_faults()
        if self.disclosure is not None and not is_stated(self.disclosure):
            found.append("disclosure needs a version above zero and the SHA-256 of a text, 0x…")
        found += self._event_faults()
        if self.index is not None and len({kind.name for kind in self.index.kinds}) != len(
            self.index.kinds
        ):
            found.append("index.kinds must have different names")
        return found

    def _event_faults(self) -> list[str]:
        found: list[str] = []
        names = [row.phase for row in self.event_margins]
        if len(set(names)) != len(names):
            found.append("event_margins must have different phases")
        for row in self.event_margins:
            if row.phase not in EVENT_PHASES:
                found.append(f"event_margins: there is no phase {row.phase[:32]}")
            if not 1 <= row.max_leverage <= 50:
                found.append("event_margins: max_leverage must lie between 1 and 50")
            if not 0 <= row.notice_ns <= LONGEST_NOTICE_NS:
                found.append("event_margins: notice_ns must lie between 0 and 90 days")
        return found

    def _conversion_faults(self) -> list[str]:
        found: list[str] = []
        policy = self.conversion
        expected = "standard_equity" if self.index is None else "xstock"
        if policy.becomes != expected:
            found.append(f"conversion.becomes must be {expected} for this design")
        if not 0 <= policy.ramp_ns <= LONGEST_RAMP_NS:
            found.append("conversion.ramp_ns must lie between 0 and a day")
        if not 0 < policy.max_deviation_e6 <= 10**6:
            found.append("conversion.max_deviation_e6 must lie between 0 and 1")
        if not 0 < policy.auction_max_weight_e6 <= 10**6:
            found.append("conversion.auction_max_weight_e6 must lie between 0 and 1")
        if policy.auction_half_value_e6 <= 0:
            found.append("conversion.auction_half_value_e6 must be positive")
        if not 1 <= policy.auction_leverage <= 50:
            found.append("conversion.auction_leverage must lie between 1 and 50")
        return found

    def _highest_fine(self) -> int:
        """A bound on any fine price: twice what the last re-anchor's band reaches (PRICE-11)."""
        highest = 2 * self.reference_atoms * FINE
        for _ in range(self.oracle.max_re_anchors + 1):
            highest = mul_div_up(highest, RATE_ONE + self.oracle.band_e12, RATE_ONE)
        return highest

    def _tier_faults(self) -> list[str]:
        found: list[str] = []
        if not self.tiers or self.tiers[0].lower_bound_e6 != 0:
            found.append("the first margin tier must start at 0")
        if self.tiers and self.tiers[0].max_leverage != self.max_leverage:
            found.append("the first margin tier must carry max_leverage")
        for lower, upper in zip(self.tiers, self.tiers[1:], strict=False):
            if upper.lower_bound_e6 <= lower.lower_bound_e6:
                found.append("margin tiers must rise in lower_bound_e6")
            if upper.max_leverage >= lower.max_leverage:
                found.append("margin tiers must fall in max_leverage")
        if any(tier.max_leverage < 1 for tier in self.tiers):
            found.append("a margin tier's max_leverage must be at least 1")
        return found

    def _amount_faults(self) -> list[str]:
        fields = {
            "open_interest_cap_e6": self.open_interest_cap_e6,
            "position_limit_lots": self.position_limit_lots,
            "max_order_lots": self.max_order_lots,
            "min_order_value_e6": self.min_order_value_e6,
            "market_protection_e6": self.market_protection_e6,
            "largest_owner_share_e6": self.largest_owner_share_e6,
            "maker_protection_ns": self.maker_protection_ns,
            "taker_fee_e9": self.taker_fee_e9,
            "settlement_period_ns": self.settlement_period_ns,
            "auction_ns": self.auction_ns,
            "share_count": self.share_count,
            "time_lock_ns": self.time_lock_ns,
            "resume_post_only_ns": self.resume_post_only_ns,
            "halt_feed_ns": self.halt_feed_ns,
            "open_interest_lots": self.open_interest_lots,
            "dex_cap_e6": self.dex_cap_e6,
            "owner_cap_e6": self.owner_cap_e6,
            "budget_multiple_e6": self.budget_multiple_e6,
            "funding.multiplier_e6": self.funding.multiplier_e6,
            "funding.cap_e12": self.funding.cap_e12,
            "funding.clamp_e12": self.funding.clamp_e12,
        }
        found = [f"{name} must not be negative" for name, value in fields.items() if value < 0]
        positive = {
            "budget_rise_e6": self.budget_rise_e6,
            "oracle.interval_ns": self.oracle.interval_ns,
            "oracle.time_constant_ns": self.oracle.time_constant_ns,
            "oracle.basis_time_constant_ns": self.oracle.basis_time_constant_ns,
            "oracle.impact_notional_e6": self.oracle.impact_notional_e6,
            "funding.sample_interval_ns": self.funding.sample_interval_ns,
            "conversion.min_external_updates": self.conversion.min_external_updates,
            "conversion.min_external_sources": self.conversion.min_external_sources,
            "conversion.external_window_ns": self.conversion.external_window_ns,
            "conversion.external_max_age_ns": self.conversion.external_max_age_ns,
        }
        found += [f"{name} must be positive" for name, value in positive.items() if value <= 0]
        if self.taker_fee_e9 > 10**9 or self.maker_fee_e9 > 10**9:
            found.append("taker_fee_e9 and maker_fee_e9 must not exceed 100 %")
        if self.market_protection_e6 >= 10**6 or self.largest_owner_share_e6 > 10**6:
            found.append("market_protection_e6 and largest_owner_share_e6 must not exceed 100 %")
        if self.maker_fee_e9 < -self.taker_fee_e9:
            found.append("a maker rebate must not exceed the taker fee")
        return found
