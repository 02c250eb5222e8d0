"""What a verification has recomputed, told by kind (RULE-8).

Every event is recomputed by the engine. Where an event carries what it was made of, its number is
made once more from that, by the published formula alone: a median from its inputs, a rate from its
premium, a settlement from the published marks, a hash from its text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, final

from bellwether.engine.conversion.ramp import ramped_specification
from bellwether.formulas.funding import funding_index_step, hypercore_rate_e12, kraken_rate_e12
from bellwether.formulas.synthetic_index import NOT_FROZEN, weighted_median_fine
from bellwether.formulas.twap import twap_atoms, twap_sum_after
from bellwether.node.errors import ReplayDiffers
from bellwether.schema import codes, events
from bellwether.schema.event import Event
from bellwether.schema.instrument import InstrumentSpec
from bellwether.units.division import mul_div_half_even
from bellwether.units.quantities import FRACTION_ONE, RATE_ONE

KINDS: Final[dict[type[Event], str]] = {
    events.TradeExecuted: "trades",
    events.PricesPublished: "marks and oracles",
    events.ReAnchored: "re-anchors",
    events.IndexPublished: "indexes",
    events.FundingPaid: "funding rates",
    events.FundingSettled: "funding payments",
    events.LiquidationStarted: "liquidations",
    events.AutoDeleveraged: "deleveragings",
    events.PositionTakenOver: "positions taken over",
    events.EquityStated: "equities",
    events.ListingConfirmed: "listings",
    events.MarketRebased: "rebases",
    events.PositionSettled: "settled positions",
    events.MarketSettled: "settlements",
    events.Announced: "announcements",
}
E12_PER_E6: Final = RATE_ONE // FRACTION_ONE


@final
class Checks:
    """Follows the events of a journal. `again` counts what was made a second time."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.again: Counter[str] = Counter()
        self._markets: dict[int, _Market] = {}
        self._seq = 0

    def take(self, caused: list[Event]) -> None:
        """The events of the next command. Raises ReplayDiffers."""
        self._seq += 1
        for event in caused:
            kind = KINDS.get(type(event))
            if kind is not None:
                self.counts[kind] += 1
            check = _CHECKS.get(type(event))
            if check is not None:
                check(self, event)

    @property
    def told(self) -> dict[str, int]:
        """How many of each kind, in the order of KINDS; what never happened is left out."""
        return {name: self.counts[name] for name in KINDS.values() if self.counts[name]}

    def _compare(self, what: str, recorded: object, recomputed: object) -> None:
        self.again[what] += 1
        if recorded != recomputed:
            raise ReplayDiffers(self._seq, what, str(recorded), str(recomputed))

    def _listed(self, event: events.MarketListed) -> None:
        self._markets[event.asset] = _Market(event.spec)

    def _changed(self, event: events.SpecificationChanged) -> None:
        market = self._markets[event.asset]
        market.spec = market.rules = event.spec

    def _ramped(self, event: events.RampAdvanced) -> None:
        market = self._markets[event.asset]
        market.rules = ramped_specification(market.spec, event.weight_e12)

    def _phase(self, event: events.PhaseChanged) -> None:
        market = self._markets[event.asset]
        if event.phase == codes.PRE_LISTING and not market.launched_ns:
            market.launched_ns = market.since_ns = event.time_ns

    def _prices(self, event: events.PricesPublished) -> None:
        self._markets[event.asset].hold(event.time_ns, event.mark_price)

    def _rebased(self, event: events.MarketRebased) -> None:
        market = self._markets[event.asset]
        market.hold(event.time_ns, market.mark)
        market.sum = mul_div_half_even(market.sum, event.denominator, event.numerator)
        market.funding_index = int(event.index_e12)

    def _index(self, event: events.IndexPublished) -> None:
        if event.reason == NOT_FROZEN:
            median = weighted_median_fine([(price, weight) for *_, price, weight in event.inputs])
            self._compare("indexes", event.median_fine, median)

    def _funding(self, event: events.FundingPaid) -> None:
        market = self._markets[event.asset]
        policy = market.rules.funding
        if policy.policy == "kraken":
            rate = kraken_rate_e12(
                event.premium_e12, policy.divisor, policy.min_e12, policy.cap_e12
            )
        else:
            rate = hypercore_rate_e12(
                event.premium_e12,
                policy.interest_e12,
                policy.clamp_e12,
                policy.multiplier_e6 * E12_PER_E6,
                policy.cap_e12,
            )
            market.funding_index += funding_index_step(event.oracle_price, rate)
            self._compare("funding rates", int(event.index_e12), market.funding_index)
            self.again["funding rates"] -= 1
        self._compare("funding rates", event.rate_e12, rate)

    def _settled(self, event: events.MarketSettled) -> None:
        market = self._markets[event.asset]
        lived = event.time_ns - market.launched_ns
        if event.method == codes.DEFAULT_TWAP and lived > 0:
            market.hold(event.time_ns, market.mark)
            self._compare("settlements", event.price, twap_atoms(market.sum, lived))

    def _equity(self, event: events.EquityStated) -> None:
        total = event.collateral_e6 - event.reserved_e6
        for _, lots, cost, mark, funding, _ in event.rows:
            total += lots * mark - cost + funding
        self._compare("equities", event.equity_e6, total)

    def _announced(self, event: events.Announced) -> None:
        self._compare("announcements", event.text_hash, sha256(event.text.encode()).digest())


@final
class _Market:
    """What the checks remember of a market: its rules, the held mark, and its sum over time."""

    def __init__(self, spec: InstrumentSpec) -> None:
        self.spec = spec
        self.rules = spec
        self.mark = spec.reference_atoms
        self.sum = 0
        self.since_ns = 0
        self.launched_ns = 0
        self.funding_index = 0

    def hold(self, time_ns: int, mark: int) -> None:
        """The mark before has held until now."""
        if self.launched_ns:
            self.sum = twap_sum_after(self.sum, self.mark, time_ns - self.since_ns)
            self.since_ns = time_ns
        self.mark = mark


_CHECKS: Final[dict[type[Event], Callable[[Checks, Any], None]]] = {
    events.MarketListed: Checks._listed,
    events.SpecificationChanged: Checks._changed,
    events.RampAdvanced: Checks._ramped,
    events.PhaseChanged: Checks._phase,
    events.PricesPublished: Checks._prices,
    events.MarketRebased: Checks._rebased,
    events.IndexPublished: Checks._index,
    events.FundingPaid: Checks._funding,
    events.MarketSettled: Checks._settled,
    events.Announced: Checks._announced,
    events.EquityStated: Checks._equity,
}
