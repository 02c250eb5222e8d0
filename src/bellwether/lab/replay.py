"""One market driven by recorded prices, through the pipeline the engine uses (PRICE-13).

Each print stands for the impact price on both sides, the best bid and ask and the last trade,
until the next. The market launches with the first print unless told otherwise, prices are updated
every `interval_ns`, funding is sampled and settled as in FUND-2, until an hour after the last
print. There are no positions, so nothing is liquidated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, final

import msgspec

from bellwether.formulas.discovery import DiscoveryPolicy, DiscoveryPrices
from bellwether.formulas.funding import (
    hypercore_rate_e12,
    impact_mid_premium_e12,
    mean_toward_zero,
    premium_sample_e12,
)
from bellwether.formulas.impact import impact_price_difference_fine
from bellwether.lab.tape import Print
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.fine_price import fine_of_atoms
from bellwether.units.quantities import FRACTION_ONE, NS_PER_HOUR

AFTERWARDS_NS: Final = NS_PER_HOUR
_E12_PER_E6: Final = 10**6


class Launched(msgspec.Struct, frozen=True):
    """The market opened at its reference price."""

    time_ns: int
    reference_fine: int
    band_low_fine: int
    band_high_fine: int


class Moved(msgspec.Struct, frozen=True):
    """The reference re-anchored; `direction` is +1 or -1."""

    time_ns: int
    direction: int
    reference_fine: int
    band_low_fine: int
    band_high_fine: int


class HourSettled(msgspec.Struct, frozen=True):
    """The hour's funding rate; without a sample its premium is 0."""

    time_ns: int
    rate_e12: int
    premium_e12: int
    samples: int
    oracle_atoms: int


class Updated(msgspec.Struct, frozen=True, gc=False):
    """Prices after an update that changed a published one; prices in atoms, the band in fine."""

    time_ns: int
    price_atoms: int
    oracle_atoms: int
    mark_atoms: int
    reference_fine: int
    band_low_fine: int
    band_high_fine: int


class Ended(msgspec.Struct, frozen=True):
    """The end of the tape and an hour more."""

    time_ns: int
    updates: int
    ups: int
    downs: int
    oracle_atoms: int
    mark_atoms: int
    reference_fine: int


Happening = Launched | Moved | HourSettled | Updated | Ended


def policy_of(spec: InstrumentSpec) -> DiscoveryPolicy:
    """The numbers of a specification that an update needs."""
    oracle = spec.oracle
    return DiscoveryPolicy(
        band_e12=oracle.band_e12,
        threshold_e12=oracle.re_anchor_threshold_e12,
        max_re_anchors=oracle.max_re_anchors,
        tau_ns=oracle.time_constant_ns,
        step_cap_ns=oracle.time_constant_ns * oracle.step_cap_e6 // FRACTION_ONE,
        move_limit_e6=oracle.move_limit_e6,
        basis_tau_ns=oracle.basis_time_constant_ns,
    )


def replay(
    spec: InstrumentSpec,
    prints: list[Print],
    launch_ns: int | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Iterator[Happening]:
    """What happens to a market with this specification, in order of time.

    `progress` is told the time, the first and the last (ns) at every funding hour.
    """
    start_ns = prints[0].time_ns if launch_ns is None else launch_ns
    end_ns = max(prints[-1].time_ns + AFTERWARDS_NS, start_ns)
    market = _Market(spec, start_ns)
    yield market.launched()
    index = -1
    while (time_ns := market.next_ns()) <= end_ns:
        while index + 1 < len(prints) and prints[index + 1].time_ns <= time_ns:
            index += 1
        price_atoms = prints[index].price_atoms if index >= 0 else -1
        if time_ns == market.update_ns:
            yield from market.update(price_atoms)
        if time_ns == market.sample_ns:
            market.sample(price_atoms)
        if time_ns == market.hour_ns:
            yield market.settle_hour()
            if progress is not None:
                progress(time_ns, start_ns, end_ns)
    yield market.ended(end_ns)


@final
class _Market:
    """The state of the one market and when its timers are next due; equal times run in the order
    update, sample, hour."""

    def __init__(self, spec: InstrumentSpec, start_ns: int) -> None:
        self._spec = spec
        self._policy = policy_of(spec)
        self._prices = DiscoveryPrices(fine_of_atoms(spec.reference_atoms), spec.oracle.band_e12)
        self._prices.last_time_ns = start_ns
        self._start_ns = start_ns
        self._premium_sum = 0
        self._samples = 0
        self._updates = 0
        self._published = (-1, -1, -1)
        self.update_ns = start_ns + spec.oracle.interval_ns
        self.sample_ns = start_ns + spec.funding.sample_interval_ns
        self.hour_ns = start_ns - start_ns % NS_PER_HOUR + NS_PER_HOUR

    def next_ns(self) -> int:
        return min(self.update_ns, self.sample_ns, self.hour_ns)

    def launched(self) -> Launched:
        prices = self._prices
        return Launched(
            self._start_ns, prices.reference_fine, prices.band_low_fine, prices.band_high_fine
        )

    def update(self, price_atoms: int) -> Iterator[Moved | Updated]:
        prices, time_ns = self._prices, self.update_ns
        fine = fine_of_atoms(price_atoms) if price_atoms > 0 else -1
        self._updates += 1
        self.update_ns += self._spec.oracle.interval_ns
        direction = prices.update(
            self._policy, time_ns, fine, fine, price_atoms, price_atoms, price_atoms
        )
        if direction:
            yield Moved(
                time_ns,
                direction,
                prices.reference_fine,
                prices.band_low_fine,
                prices.band_high_fine,
            )
        published = (price_atoms, prices.oracle_atoms(), prices.mark_atoms())
        if published != self._published or direction:
            self._published = published
            yield Updated(
                time_ns,
                *published,
                prices.reference_fine,
                prices.band_low_fine,
                prices.band_high_fine,
            )

    def sample(self, price_atoms: int) -> None:
        """FUND-2. A missing price gives no difference, and no sample of the impact middle."""
        self.sample_ns += self._spec.funding.sample_interval_ns
        oracle_fine = self._prices.oracle_fine
        fine = fine_of_atoms(price_atoms) if price_atoms > 0 else -1
        if self._spec.funding.premium_kind == "impact_mid":
            if fine < 0:
                return
            sample = impact_mid_premium_e12(fine, fine, oracle_fine)
        else:
            difference = impact_price_difference_fine(oracle_fine, fine, fine)
            sample = premium_sample_e12(difference, oracle_fine)
        self._premium_sum += sample
        self._samples += 1

    def settle_hour(self) -> HourSettled:
        time_ns, funding = self.hour_ns, self._spec.funding
        self.hour_ns += NS_PER_HOUR
        mean = mean_toward_zero(self._premium_sum, self._samples) if self._samples else 0
        rate = hypercore_rate_e12(
            mean,
            funding.interest_e12,
            funding.clamp_e12,
            funding.multiplier_e6 * _E12_PER_E6,
            funding.cap_e12,
        )
        settled = HourSettled(time_ns, rate, mean, self._samples, self._prices.oracle_atoms())
        self._premium_sum = 0
        self._samples = 0
        return settled

    def ended(self, time_ns: int) -> Ended:
        prices = self._prices
        return Ended(
            time_ns,
            self._updates,
            prices.up_count,
            prices.down_count,
            prices.oracle_atoms(),
            prices.mark_atoms(),
            prices.reference_fine,
        )
