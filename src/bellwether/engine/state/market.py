"""A market: its specification, book, prices, funding and totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from bellwether.book.book import Book
from bellwether.book.watch import PriceWatch
from bellwether.engine.fees.rates import grown
from bellwether.engine.index.state import IndexBook
from bellwether.engine.liquidation.state import LossBook
from bellwether.engine.state.fences import Fences
from bellwether.engine.state.life import CapitalEntry, Listing
from bellwether.engine.state.triggers import TriggerBook
from bellwether.formulas.discovery import DiscoveryPolicy, DiscoveryPrices
from bellwether.formulas.funding import kraken_mean_e12, mean_toward_zero
from bellwether.formulas.limits.caps import lots_under_cap, smaller_cap
from bellwether.formulas.margin import MaintenanceTable
from bellwether.ledger.ledger import LedgerAccount
from bellwether.schema import codes
from bellwether.schema.instrument import InstrumentSpec
from bellwether.schema.parts.losses import EQUITY_PROTECTION
from bellwether.units.division import div_down, div_up, mul_div_down
from bellwether.units.quantities import FINE, FRACTION_ONE, NS_PER_HOUR

if TYPE_CHECKING:
    from bellwether.engine.state.dex import Dex
    from bellwether.engine.state.holding import Holding

NO_END: Final = 1 << 62
"""Micro-USD that no notional reaches."""


def margin_table_of(spec: InstrumentSpec) -> MaintenanceTable:
    """The tiers of a specification, ready to be asked (MARG-3)."""
    return MaintenanceTable(
        [(tier.lower_bound_e6, tier.max_leverage) for tier in spec.tiers],
        [(t.lower_bound_e6, t.initial_e6, t.maintenance_e6) for t in spec.whole_tiers]
        if spec.whole_tiers
        else None,
    )


@final
class Market:
    """Prices are price atoms unless named `_fine`; money is micro-USD.

    `cost_total` is the sum of all positions' costs and always the negative of `clearing`;
    `funding_account` holds what funding has been collected and not yet paid out. `recheck` asks the
    next update to look at triggers and liquidations although the mark stands still. `epoch` counts
    the changes that an open proposal must not outlive; `versions` are all specifications, the one
    in force last; `rules` is the one in force, or what a conversion ramp makes of it. `twap_hours`
    are the full-life sums at the last full hours. Without a young index a market is `is_stale`
    (post-only), and `is_blind` (no liquidation) also when the index has been frozen for long.
    `new_risk_leverage` is 0 but on a listing day. `recent_marks` (ns, price atoms)
    are those that an automatic halt looks back at. One operator may halt within the hour that
    begins at `halt_window_ns`; such a halt, and one of the market's own, is over at `halt_ends_ns`,
    and the post-only time of a resumption at `reopens_ns` (0 for none); `halt_cause` is what
    stopped the market. Its feed was last there at `fed_ns`. After a restart the market waits for
    prices seen at `awaits_ns` or later, 0 for not. `capital` is the capital-structure ledger,
    `annotation` what a deployer says of the market: category, description, display name (empty for
    none), keywords.
    `budget_costs` are (move 10^-6, up, down) as last estimated at `budget_ns`, and `budget_cap_e6`
    the cap on open interest that follows, -1 for none (MARG-8). In `event_phase` of the event clock
    new risk has `event_risk_leverage` at most and, from `event_binds_ns` on (0 for now), positions
    too: they have `event_leverage` now; 0 is no limit (MARG-9).
    The fees are the highest that anybody pays; `rates_epoch` counts what may change them, the rules
    or the UTC `day` (counted from 1970).
    `losses` has fund, vault and providers. Where accounts are `is_protected`, orders end below the
    initial margin (LIQ-3).
    """

    def __init__(self, asset: int, dex: Dex, spec: InstrumentSpec) -> None:
        self.asset: int = asset
        self.dex: Dex = dex
        self.name: str = spec.symbol
        self.spec: InstrumentSpec = spec
        self.day: int = 0
        self.rates_epoch: int = 0
        self.oracle_price: int = spec.reference_atoms
        self.long_lots: int = 0
        self.budget_costs: list[tuple[int, int, int]] = []
        self.budget_cap_e6: int = -1
        self.budget_ns: int = 0
        self.event_phase: str = ""
        self.event_risk_leverage: int = 0
        self.event_leverage: int = 0
        self.event_binds_ns: int = 0
        self.adopt(spec)
        self.phase: int = codes.ANNOUNCED
        self.status: int = codes.OPEN
        self.book: Book = Book()
        self.triggers: TriggerBook = TriggerBook()
        self.twap_watch: PriceWatch = PriceWatch()
        self.holders: dict[int, Holding] = {}
        self.fences: Fences = Fences()
        self.prices: DiscoveryPrices = DiscoveryPrices(
            spec.reference_atoms * FINE, spec.oracle.band_e12
        )
        self.mark_price: int = spec.reference_atoms
        self.last_trade_price: int = 0
        self.recheck: bool = False
        self.impact_version: int = -1
        self.impact_bid_fine: int = -1
        self.impact_ask_fine: int = -1
        self.short_lots: int = 0
        self.cost_total: int = 0
        self.clearing: LedgerAccount = LedgerAccount()
        self.funding_account: LedgerAccount = LedgerAccount()
        self.funding_remainder: int = 0
        self.funding_index_e12: int = 0
        self.funding_rate_e12: int = 0
        self.funding_settled_ns: int = 0
        self.premium_sum: int = 0
        self.premium_samples: int = 0
        self.twap_sum: int = 0
        self.twap_since_ns: int = 0
        self.twap_hours: list[tuple[int, int]] = []
        self.launched_ns: int = 0
        self.epoch: int = 0
        self.versions: list[InstrumentSpec] = [spec]
        self.listing: Listing = Listing()
        self.index: IndexBook = IndexBook()
        self.is_stale: bool = False
        self.is_blind: bool = False
        self.new_risk_leverage: int = 0
        self.recent_marks: list[tuple[int, int]] = []
        self.premiums: list[int] = []
        self.funding_absolute_e12: int = 0
        self.accrued_ns: int = 0
        self.accrual_rest: int = 0
        self.settlement_price: int = 0
        self.settled_ns: int = 0
        self.halt_window_ns: int = 0
        self.halt_ends_ns: int = 0
        self.reopens_ns: int = 0
        self.halt_cause: int = codes.BY_REQUEST
        self.fed_ns: int = 0
        self.awaits_ns: int = 0
        self.capital: list[CapitalEntry] = []
        self.annotation: tuple[str, str, str, tuple[str, ...]] | None = None
        self.losses: LossBook = LossBook()

    def adopt(self, spec: InstrumentSpec) -> None:
        """Goes by a specification's rules, and takes the numbers out that hot code needs."""
        self.rules: InstrumentSpec = spec
        oracle = spec.oracle
        self.margin_table: MaintenanceTable = margin_table_of(spec)
        self.accrues: bool = spec.funding.policy == "kraken"
        # Tiers of the whole position ask for a share of their own, whatever the leverage.
        self.first_tier_end_e6: int = NO_END
        if spec.whole_tiers:
            self.first_tier_end_e6 = 0
        elif len(spec.tiers) > 1:
            self.first_tier_end_e6 = spec.tiers[1].lower_bound_e6
        self.max_leverage: int = spec.max_leverage
        self.size_decimals: int = spec.size_decimals
        self.tick_atoms: int = spec.tick_atoms
        self.taker_fee_e9: int = grown(spec.taker_fee_e9, spec.growth_mode)
        self.maker_fee_e9: int = grown(spec.maker_fee_e9, spec.growth_mode)
        self.rates_epoch += 1
        self.deployer_share_e6: int = spec.deployer_share_e6
        self.min_order_value_e6: int = spec.min_order_value_e6
        self.self_trade_prevention: int = spec.self_trade_prevention
        self.open_interest_cap_e6: int = spec.open_interest_cap_e6
        self.position_limit_lots: int = spec.position_limit_lots
        self.max_order_lots: int = spec.max_order_lots
        self.maker_protection_ns: int = spec.maker_protection_ns
        self.market_protection_e6: int = spec.market_protection_e6
        self.dex_cap_e6: int = spec.dex_cap_e6
        self.owner_cap_e6: int = smaller_cap(
            mul_div_down(spec.open_interest_cap_e6, spec.largest_owner_share_e6, FRACTION_ONE),
            spec.owner_cap_e6,
        )
        self.fit_caps()
        self.is_restricted: bool = bool(
            spec.excluded_jurisdictions or spec.professional_jurisdictions
        )
        self.disclosure_hash: bytes = (
            b"" if spec.disclosure is None else bytes.fromhex(spec.disclosure.hash[2:])
        )
        self.is_protected: bool = spec.liquidation_policy == EQUITY_PROTECTION
        self.reject_outside_band: bool = oracle.reject_outside_band
        self.policy: DiscoveryPolicy = DiscoveryPolicy(
            oracle.band_e12,
            oracle.re_anchor_threshold_e12,
            oracle.max_re_anchors,
            oracle.time_constant_ns,
            mul_div_down(oracle.time_constant_ns, oracle.step_cap_e6, FRACTION_ONE),
            oracle.move_limit_e6,
            oracle.basis_time_constant_ns,
        )

    def fit_caps(self) -> None:
        """Caps as lots at the oracle's price, for whoever changes the one or the other (MARG-7).

        `capped_lots` are those of the specification, `most_lots` also those of the budget.
        """
        capped = lots_under_cap(self.open_interest_cap_e6, self.oracle_price)
        by_size = self.rules.open_interest_lots
        if 0 < by_size < capped:
            capped = by_size
        self.capped_lots: int = capped
        self.most_lots: int = capped
        if self.budget_cap_e6 >= 0:
            budgeted = div_down(self.budget_cap_e6, self.oracle_price)
            self.most_lots = budgeted if budgeted < capped else capped

    @property
    def open_interest_lots(self) -> int:
        """Open interest, counted once."""
        return self.long_lots

    @property
    def reference_fine(self) -> int:
        """The discovery reference (PRICE-10)."""
        return self.prices.reference_fine

    @property
    def band_low_fine(self) -> int:
        """The lower edge of the discovery band (PRICE-10)."""
        return self.prices.band_low_fine

    @property
    def band_high_fine(self) -> int:
        """The upper edge of the discovery band (PRICE-10)."""
        return self.prices.band_high_fine

    @property
    def up_count(self) -> int:
        """Upward re-anchors used (PRICE-11)."""
        return self.prices.up_count

    @property
    def down_count(self) -> int:
        """Downward re-anchors used (PRICE-11)."""
        return self.prices.down_count

    def watched_price(self, trigger_by: int) -> int:
        """What an order that watches this kind of price sees now; the mark until the first trade,
        price atoms (ORD-1)."""
        if trigger_by == codes.BY_INDEX:
            return self.oracle_price
        if trigger_by == codes.BY_LAST and self.last_trade_price > 0:
            return self.last_trade_price
        return self.mark_price

    def is_trading(self) -> bool:
        """Do the phase's rules let orders in at all?"""
        return codes.PRE_LISTING <= self.phase <= codes.SETTLEMENT_PERIOD

    def follows_external(self) -> bool:
        """Does the oracle listen to outside prices (PRICE-19)?"""
        return self.phase == codes.CONVERTING or self.phase == codes.LISTED

    def admits(self, jurisdiction: str, client_class: str) -> bool:
        """May an account with these attributes take risk here (RULE-5)?

        A subdivision (`US-NY`) is part of its country. Where there is a rule, an account without
        attributes may not.
        """
        if not self.is_restricted:
            return True
        country = jurisdiction[:2]
        if not country or country in self.spec.excluded_jurisdictions:
            return False
        if country in self.spec.professional_jurisdictions:
            return client_class == codes.PROFESSIONAL
        return True

    def liquidates(self) -> bool:
        """Are positions liquidated in this market now (LIQ-10)?"""
        return (
            self.is_trading()
            and not self.is_blind
            and self.awaits_ns == 0
            and (self.status == codes.OPEN or self.status == codes.CANCEL_ONLY)
        )

    def accrue_funding(self, now: int) -> None:
        """Adds what the hour's absolute rate has come to since the last time, exactly (FUND-5)."""
        if self.accrued_ns == 0:
            return
        self.accrual_rest += self.funding_absolute_e12 * (now - self.accrued_ns)
        self.accrued_ns = now
        step = div_down(self.accrual_rest, NS_PER_HOUR)
        self.funding_index_e12 += step
        self.accrual_rest -= step * NS_PER_HOUR

    def initial_margin(self, notional_e6: int, leverage: int) -> int:
        """Initial margin at a chosen leverage, at least the tier's, rounded up (MARG-2)."""
        if notional_e6 < self.first_tier_end_e6 and leverage <= self.max_leverage:
            return div_up(notional_e6, leverage)
        return self.margin_table.initial(notional_e6, leverage)

    def premium_e12(self) -> int:
        """Mean of the running hour's premium samples, 0 before the first (FUND-6)."""
        if self.accrues:
            return kraken_mean_e12(self.premiums) if self.premiums else 0
        if self.premium_samples == 0:
            return 0
        return mean_toward_zero(self.premium_sum, self.premium_samples)
