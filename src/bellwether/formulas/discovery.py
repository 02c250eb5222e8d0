"""Oracle, band and mark of one market, updated together (PRICE-4 to PRICE-11, PRICE-20)."""

from typing import final

from bellwether.formulas.bounds import (
    band_edges_fine,
    re_anchor_direction,
    re_anchored_reference_fine,
)
from bellwether.formulas.conversion import blended
from bellwether.formulas.impact import impact_price_difference_fine
from bellwether.formulas.mark import (
    book_component_fine,
    middle_fine,
    next_basis_fine,
    next_mark_fine,
)
from bellwether.formulas.oracle import clamp_fine, limit_step_fine, next_oracle_fine
from bellwether.units.fine_price import published_atoms
from bellwether.units.quantities import FINE


@final
class DiscoveryPolicy:
    """The numbers of a market's pricing policy that an update needs.

    `step_cap_ns` is c * tau (PRICE-5), `move_limit_e6` the step limit (PRICE-6, PRICE-8).
    """

    def __init__(
        self,
        band_e12: int,
        threshold_e12: int,
        max_re_anchors: int,
        tau_ns: int,
        step_cap_ns: int,
        move_limit_e6: int,
        basis_tau_ns: int,
    ) -> None:
        self.band_e12 = band_e12
        self.threshold_e12 = threshold_e12
        self.max_re_anchors = max_re_anchors
        self.tau_ns = tau_ns
        self.step_cap_ns = step_cap_ns
        self.move_limit_e6 = move_limit_e6
        self.basis_tau_ns = basis_tau_ns


@final
class DiscoveryPrices:
    """Reference, oracle, basis and mark of a market; all prices in fine price.

    `last_time_ns` is the time of the last update, -1 before the first, whose dt is 0.
    `ipd_fine` is the impact price difference that the last update used. `internal_fine` is the
    internal oracle or synthetic index while the oracle blends it with an outside price, else -1.
    """

    def __init__(self, reference_fine: int, band_e12: int) -> None:
        """Start with oracle, reference and mark at the initial reference price (LIFE-2)."""
        self.reference_fine: int = reference_fine
        self.oracle_fine: int = reference_fine
        self.mark_fine: int = reference_fine
        self.internal_fine: int = -1
        self.basis_fine: int = 0
        self.ipd_fine: int = 0
        self.up_count: int = 0
        self.down_count: int = 0
        self.last_time_ns: int = -1
        self.band_low_fine: int = 0
        self.band_high_fine: int = 0
        self.set_band(band_e12)

    def oracle_atoms(self) -> int:
        """Return the oracle price as it is published (UNIT-4)."""
        return published_atoms(self.oracle_fine)

    def mark_atoms(self) -> int:
        """Return the mark price as it is published (UNIT-4)."""
        return published_atoms(self.mark_fine)

    def set_band(self, band_e12: int) -> None:
        """Set the edges from the reference and a band width (PRICE-10)."""
        self.band_low_fine, self.band_high_fine = band_edges_fine(self.reference_fine, band_e12)

    def update(
        self,
        policy: DiscoveryPolicy,
        time_ns: int,
        impact_bid_fine: int,
        impact_ask_fine: int,
        best_bid_atoms: int,
        best_ask_atoms: int,
        last_atoms: int,
    ) -> int:
        """Update from the book: oracle, re-anchor, basis, mark, in this order.

        A missing price is -1. Returns the direction of the re-anchor: 1, -1 or 0.
        """
        dt_ns = self._elapsed_ns(time_ns)
        self.ipd_fine = impact_price_difference_fine(
            self.oracle_fine, impact_bid_fine, impact_ask_fine
        )
        self.oracle_fine = next_oracle_fine(
            self.oracle_fine,
            self.ipd_fine,
            dt_ns,
            policy.tau_ns,
            policy.step_cap_ns,
            policy.move_limit_e6,
            self.band_low_fine,
            self.band_high_fine,
        )
        direction = self._re_anchor(policy)
        self._update_mark(policy, dt_ns, best_bid_atoms, best_ask_atoms, last_atoms)
        return direction

    def resume_external(self, external_fine: int, band_e12: int) -> None:
        """Set the reference to the external price and the counters to 0 (PRICE-11)."""
        self.reference_fine = external_fine
        self.up_count = 0
        self.down_count = 0
        self.set_band(band_e12)

    def follow(
        self,
        policy: DiscoveryPolicy,
        time_ns: int,
        target_fine: int,
        best_bid_atoms: int,
        best_ask_atoms: int,
        last_atoms: int,
    ) -> None:
        """Update towards an external oracle at the step limit (PRICE-20).

        The band does not hold the oracle here, or it would make the jump that the step limit
        prevents; the mark may be as far out as the oracle is.
        """
        dt_ns = self._elapsed_ns(time_ns)
        self.ipd_fine = 0
        self._approach(policy, dt_ns, target_fine, best_bid_atoms, best_ask_atoms, last_atoms)

    def advance_internal(
        self, policy: DiscoveryPolicy, time_ns: int, impact_bid_fine: int, impact_ask_fine: int
    ) -> None:
        """Update the internal oracle beside the one that is published (LIFE-8, LIFE-9)."""
        dt_ns = time_ns - self.last_time_ns if self.last_time_ns >= 0 else 0
        self.ipd_fine = impact_price_difference_fine(
            self.internal_fine, impact_bid_fine, impact_ask_fine
        )
        self.internal_fine = next_oracle_fine(
            self.internal_fine,
            self.ipd_fine,
            dt_ns,
            policy.tau_ns,
            policy.step_cap_ns,
            policy.move_limit_e6,
            min(self.band_low_fine, self.internal_fine),
            max(self.band_high_fine, self.internal_fine),
        )

    def blend(
        self,
        policy: DiscoveryPolicy,
        time_ns: int,
        target_fine: int,
        weight_e12: int,
        best_bid_atoms: int,
        best_ask_atoms: int,
        last_atoms: int,
    ) -> None:
        """Update towards a mixture of the internal oracle and an outside price (LIFE-8)."""
        dt_ns = self._elapsed_ns(time_ns)
        aim = blended(self.internal_fine, target_fine, weight_e12)
        self._approach(policy, dt_ns, aim, best_bid_atoms, best_ask_atoms, last_atoms)

    def blend_in_band(
        self,
        policy: DiscoveryPolicy,
        time_ns: int,
        target_fine: int,
        weight_e12: int,
        best_bid_atoms: int,
        best_ask_atoms: int,
        last_atoms: int,
    ) -> int:
        """Like blend, but inside the bounds, which re-anchor as ever (LIFE-9, PRICE-11).

        Returns the direction of the re-anchor: 1, -1 or 0.
        """
        dt_ns = self._elapsed_ns(time_ns)
        aim = blended(self.internal_fine, target_fine, weight_e12)
        limited = limit_step_fine(self.oracle_fine, aim, policy.move_limit_e6)
        self.oracle_fine = clamp_fine(limited, self.band_low_fine, self.band_high_fine)
        direction = self._re_anchor(policy)
        self._update_mark(policy, dt_ns, best_bid_atoms, best_ask_atoms, last_atoms)
        return direction

    def _approach(
        self,
        policy: DiscoveryPolicy,
        dt_ns: int,
        aim_fine: int,
        best_bid_atoms: int,
        best_ask_atoms: int,
        last_atoms: int,
    ) -> None:
        """Walk to a price at the step limit, and let the mark be as far out as the oracle is."""
        self.oracle_fine = limit_step_fine(self.oracle_fine, aim_fine, policy.move_limit_e6)
        low, high = self.band_low_fine, self.band_high_fine
        self.band_low_fine = min(low, self.oracle_fine, self.mark_fine)
        self.band_high_fine = max(high, self.oracle_fine, self.mark_fine)
        self._update_mark(policy, dt_ns, best_bid_atoms, best_ask_atoms, last_atoms)
        self.band_low_fine, self.band_high_fine = low, high

    def _elapsed_ns(self, time_ns: int) -> int:
        """Return the time since the last update and remember this one."""
        dt_ns = time_ns - self.last_time_ns if self.last_time_ns >= 0 else 0
        assert dt_ns >= 0, "time does not run backwards"
        self.last_time_ns = time_ns
        return dt_ns

    def _re_anchor(self, policy: DiscoveryPolicy) -> int:
        """Move the reference by one band if the oracle has reached its threshold (PRICE-11)."""
        direction = re_anchor_direction(
            self.oracle_fine,
            self.reference_fine,
            policy.band_e12,
            policy.threshold_e12,
            self.up_count,
            self.down_count,
            policy.max_re_anchors,
        )
        if direction == 0:
            return 0
        self.reference_fine = re_anchored_reference_fine(
            self.reference_fine, policy.band_e12, direction
        )
        if direction > 0:
            self.up_count += 1
        else:
            self.down_count += 1
        self.set_band(policy.band_e12)
        return direction

    def _update_mark(
        self, policy: DiscoveryPolicy, dt_ns: int, bid_atoms: int, ask_atoms: int, last_atoms: int
    ) -> None:
        """Update basis and mark with the oracle and the band as they are now."""
        bid_fine = bid_atoms * FINE
        ask_fine = ask_atoms * FINE
        self.basis_fine = next_basis_fine(
            self.basis_fine,
            middle_fine(bid_fine, ask_fine),
            self.oracle_fine,
            dt_ns,
            policy.basis_tau_ns,
        )
        self.mark_fine = next_mark_fine(
            self.mark_fine,
            self.oracle_fine,
            self.basis_fine,
            book_component_fine(bid_fine, ask_fine, last_atoms * FINE),
            policy.move_limit_e6,
            self.band_low_fine,
            self.band_high_fine,
        )
