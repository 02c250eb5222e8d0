"""The synthetic index out of observations (PRICE-14 … PRICE-18), its value within its limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from bellwether.audit import clock
from bellwether.audit.arithmetic import (
    BILLION,
    FINE,
    HOUR_NS,
    MILLION,
    SECOND_NS,
    can_be_held,
    clamp,
    down,
    half_even,
    toward_zero,
    up,
    weight,
)
from bellwether.audit.life.changes import Changes
from bellwether.audit.orders import TRADING
from bellwether.audit.things import Market
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ResolveInput, SubmitObservation
from bellwether.schema.events import IndexPublished, InputResolved, ObservationTaken
from bellwether.schema.instrument import SyntheticIndex

ONE = 10**18
INVERSE_LN_2 = Fraction(1_442_695_040_888_963_407, ONE)
TOO_FEW, TOO_FAR_APART = 1, 2
NO_JUMPS_BEYOND = 100

Place = tuple[str, str]


@dataclass
class Observation:
    """What a source said last of a kind: a fine price of one contract."""

    source: str
    kind: str
    price: int
    observed_ns: int


@dataclass
class Record:
    """The newest of each source and kind, and the indexes that were in force."""

    accepted: dict[Place, Observation] = field(default_factory=dict)
    held: dict[Place, Observation] = field(default_factory=dict)
    rejected: dict[Place, Observation] = field(default_factory=dict)
    replaced: list[tuple[int, int]] = field(default_factory=list)
    """(until ns, fine) of every index of the last hour and a sixtieth."""


class Index(Changes):
    """Inputs, weights and median are foretold; the index lies where its limits let it."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[int, Record] = {}
        self.sources: dict[str, bytes] = {}

    def record(self, market: Market) -> Record:
        """What has been observed for a market."""
        return self.records.setdefault(market.asset, Record())

    def rebase_prices(self, market: Market, k: Fraction) -> None:
        """Observations come into the new units; the step limits begin anew."""
        super().rebase_prices(market, k)
        record = self.record(market)
        for known in (record.accepted, record.held, record.rejected):
            for observation in known.values():
                observation.price = half_even(observation.price / k)
        record.replaced = []

    def become_listed(self, market: Market) -> None:
        """What was held of the private company is history."""
        self.record(market).held = {}
        super().become_listed(market)

    # Observations.

    def observe(self, market: Market, command: SubmitObservation) -> None:
        """An observation that was admitted: refused, or taken as a price of the contract."""
        policy = market.spec.index
        reason = rejects.NOT_OF_THIS_MARKET
        if policy is not None:
            reason = self.observation_refusal(market, policy, command)
        if policy is None or reason:
            self.command_refused(reason, command.asset)
            return
        price = contract_price(market, policy, command)
        seen = Observation(command.source, command.kind, price, command.observed_ns)
        is_held = not self.is_accepted(self.record(market), policy, seen)
        self.script.say(
            ObservationTaken(
                market.asset,
                command.source,
                command.kind,
                command.value_e6,
                command.unit,
                price,
                command.observed_ns,
                is_held,
            )
        )
        self.compute_index(market, policy)

    def observation_refusal(
        self, market: Market, policy: SyntheticIndex, command: SubmitObservation
    ) -> int:
        """The first reason against an observation."""
        place = (command.source, command.kind)
        if self.sources.get(command.source) != command.signer:
            return rejects.SOURCE_UNBOUND
        if market.phase not in TRADING:
            return rejects.PHASE_FORBIDS
        if all(kind.name != command.kind for kind in policy.kinds):
            return rejects.KIND_UNKNOWN
        is_known = command.unit == "valuation" or (
            command.unit == "per_share" and command.share_count > 0
        )
        if not is_known:
            return rejects.UNIT_INVALID
        if command.value_e6 <= 0 or not can_be_held(contract_price(market, policy, command)):
            return rejects.PRICE_INVALID
        record = self.record(market)
        latest = [
            known[place].observed_ns
            for known in (record.accepted, record.held, record.rejected)
            if place in known
        ]
        if not max(latest, default=command.observed_ns) <= command.observed_ns <= self.now:
            return rejects.OBSERVATION_TIME_INVALID
        return rejects.ACCEPTED

    def is_accepted(self, record: Record, policy: SyntheticIndex, seen: Observation) -> bool:
        """A jump that looks like a split waits until another source says the same (PRICE-17)."""
        place = (seen.source, seen.kind)
        near = Fraction(policy.split_tolerance_e6, MILLION)
        before = record.accepted.get(place)
        if before is not None and looks_like_split(before.price, seen.price, near):
            others = [*record.accepted.values(), *record.held.values()]
            confirmed = any(
                other.source != seen.source and abs(other.price - seen.price) <= near * seen.price
                for other in others
            )
            if not confirmed:
                record.held[place] = seen
                record.rejected.pop(place, None)
                return False
            for other_place, other in list(record.held.items()):
                if abs(seen.price - other.price) <= near * other.price:
                    record.accepted[other_place] = record.held.pop(other_place)
        record.accepted[place] = seen
        record.held.pop(place, None)
        record.rejected.pop(place, None)
        return True

    def resolve_input(self, market: Market, command: ResolveInput) -> None:
        """Two operators have chosen among what is on record (RULE-4)."""
        record, policy = self.record(market), market.spec.index
        place = (command.source, command.kind)
        known = [record.held, record.rejected, record.accepted]
        found = next((each[place] for each in known if place in each), None)
        self.script.demand(found is not None, "an observation on record", place)
        assert found is not None and policy is not None, "it is on record"
        if command.accept:
            record.accepted[place] = found
            record.held.pop(place, None)
            record.rejected.pop(place, None)
        else:
            if record.held.pop(place, None) is None:
                record.accepted.pop(place, None)
            record.rejected[place] = found
        self.script.say(
            InputResolved(
                market.asset,
                self.now,
                command.source,
                command.kind,
                found.price,
                found.observed_ns,
                command.accept,
            )
        )
        self.compute_index(market, policy)

    # The index.

    def run_index(self, market: Market) -> None:
        """Computed anew every so often, as long as it is made of observations (PRICE-15)."""
        policy = market.spec.index
        if policy is not None and policy.source == "observations":
            self.compute_index(market, policy)
            self.clock.set(self.now + policy.interval_ns, clock.INDEX, market.asset)

    def compute_index(self, market: Market, policy: SyntheticIndex) -> None:
        """Frozen, or the weighted median smoothed and limited; then the mark."""
        failed = market.halt_cause == codes.FEED_FAILED
        if self.now < market.awaits_ns or (market.status == codes.HALTED and not failed):
            return
        inputs = self.live_inputs(market, policy)
        reason = freeze_reason(inputs, policy)
        weights = capped(inputs, policy.influence_cap_e6)
        shown = tuple(
            (each.source, each.kind, each.price, share)
            for (each, _), share in zip(inputs, weights, strict=True)
        )
        if reason:
            self.freeze(market, policy, reason, shown)
            return
        if market.status == codes.HALTED:
            self.resume_fed(market)
        market.fed_ns = self.now
        market.index_reason, market.frozen_since_ns = 0, -1
        middle = weighted_median([(price, share) for _, _, price, share in shown])
        prices = market.prices
        before = prices.oracle if prices.internal is None else prices.internal
        low, high = self.index_range(market, policy, before, middle)
        event = self.script.peek()
        index = event.index_fine if isinstance(event, IndexPublished) else low
        self.script.demand(low <= index <= high, f"an index from {low} to {high}", event)
        if prices.internal is None:
            prices.oracle = index
        else:
            prices.internal = index
        market.index_ns = self.now
        self.script.say(
            IndexPublished(market.asset, self.now, index, middle, 0, policy.method_version, shown)
        )
        self.update_prices(market)

    def freeze(
        self,
        market: Market,
        policy: SyntheticIndex,
        reason: int,
        shown: tuple[tuple[str, str, int, int], ...],
    ) -> None:
        """A frozen index holds its value and counts as not computed; another cause is told."""
        if market.index_reason == 0:
            market.frozen_since_ns = self.now
        if market.index_reason == reason:
            return
        market.index_reason = reason
        prices = market.prices
        held = prices.oracle if prices.internal is None else prices.internal
        self.script.say(
            IndexPublished(market.asset, self.now, held, -1, reason, policy.method_version, shown)
        )

    def live_inputs(self, market: Market, policy: SyntheticIndex) -> list[tuple[Observation, int]]:
        """The newest accepted of each live source and kind, with its faded weight (PRICE-15)."""
        accepted = self.record(market).accepted.values()
        spoke: dict[str, int] = {}
        for each in accepted:
            spoke[each.source] = max(spoke.get(each.source, 0), each.observed_ns)
        found = []
        for each in accepted:
            if self.now - spoke[each.source] > policy.source_max_age_ns:
                continue
            for kind in policy.kinds:
                if kind.name == each.kind:
                    age = self.now - each.observed_ns
                    found.append((each, faded(kind.weight_e6, age, kind.half_life_ns)))
        return found

    def index_range(
        self, market: Market, policy: SyntheticIndex, before: int, middle: int
    ) -> tuple[int, int]:
        """The smoothed median within both limits; they look back up to a sixtieth further."""
        share = weight(self.now - market.index_ns, policy.smoothing_ns)
        smoothed = before + toward_zero(share * (middle - before))
        record = self.record(market)
        record.replaced.append((self.now, before))
        longest = HOUR_NS + HOUR_NS // 60 + SECOND_NS
        record.replaced = [each for each in record.replaced if each[0] > self.now - longest]
        ends = []
        for part in (0, 1):
            wanted = smoothed
            for length, limit in (
                (HOUR_NS, policy.hour_limit_e6),
                (HOUR_NS // 60, policy.minute_limit_e6),
            ):
                oldest = self.now - length - part * (length // 60)
                seen = [value for until, value in record.replaced if until > oldest]
                wanted = limited(before, wanted, seen, limit)
            ends.append(wanted)
        return min(ends), max(ends)


def contract_price(market: Market, policy: SyntheticIndex, command: SubmitObservation) -> int:
    """The fine price of one contract that an observed value stands for (PRICE-14, PRICE-15)."""
    value = Fraction(command.value_e6)
    if market.spec.price_unit == "valuation":
        shares = 1 if command.unit == "valuation" else command.share_count
        value = value * shares / BILLION
    elif command.unit == "valuation":
        shares = command.share_count or market.spec.share_count
        if shares <= 0:
            return 0
        value /= shares
    price = half_even(value * FINE / 10**market.rules.size_decimals)
    if command.share_class == "preferred":
        return half_even(Fraction(price * policy.preferred_factor_e6, MILLION))
    return price


def looks_like_split(before: int, after: int, near: Fraction) -> bool:
    """Is the ratio near a whole number from 2 to 100, or the inverse of one (PRICE-17)?"""
    if before <= 0 or after <= 0:
        return False
    ratio = Fraction(after, before)
    return any(
        (1 - near) * n <= ratio <= (1 + near) * n or (1 - near) / n <= ratio <= (1 + near) / n
        for n in range(2, NO_JUMPS_BEYOND + 1)
    )


def faded(kind_weight_e6: int, age_ns: int, half_life_ns: int) -> int:
    """`kind weight × 2^(−age / half-life)` in 10^-18, rounded down (PRICE-15)."""
    halvings, rest = divmod(age_ns, half_life_ns)
    tau = half_even(half_life_ns * INVERSE_LN_2)
    left = (1 - weight(rest, tau)) * ONE
    decay = down(left / 2**halvings) if halvings < 60 else 0
    return down(Fraction(kind_weight_e6 * decay, MILLION))


def capped(inputs: list[tuple[Observation, int]], cap_e6: int) -> list[int]:
    """Weights with no source above its share of the influence (PRICE-15, the cap)."""
    totals: dict[str, int] = {}
    for each, share in inputs:
        totals[each.source] = totals.get(each.source, 0) + share
    most = influence_limit(sorted((t for t in totals.values() if t), reverse=True), cap_e6)
    running: dict[str, int] = {}
    found = []
    for each, share in inputs:
        total = totals[each.source]
        if total <= most:
            found.append(share)
            continue
        before = running.get(each.source, 0)
        running[each.source] = after = before + share
        found.append(down(Fraction(after * most, total)) - down(Fraction(before * most, total)))
    return found


def influence_limit(heaviest: list[int], cap_e6: int) -> int:
    """`L = cap·R / (1 − k·cap)` for the smallest k with no other source above it."""
    cap = Fraction(cap_e6, MILLION)
    if len(heaviest) * cap >= 1:
        for k, total in enumerate(heaviest):
            most = cap * sum(heaviest[k:]) / (1 - k * cap) if k * cap < 1 else Fraction(0)
            if total <= most:
                return down(most)
    return heaviest[-1] if heaviest else 0


def freeze_reason(inputs: list[tuple[Observation, int]], policy: SyntheticIndex) -> int:
    """Too few sources before too far apart; 0 for neither (PRICE-15)."""
    newest: dict[str, Observation] = {}
    for each, share in inputs:
        known = newest.get(each.source)
        if share > 0 and (known is None or each.observed_ns >= known.observed_ns):
            newest[each.source] = each
    if len(newest) < policy.min_sources:
        return TOO_FEW
    ranked = sorted(each.price for each in newest.values())
    middle = down(Fraction(ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2], 2))
    apart = up(Fraction((ranked[-1] - ranked[0]) * MILLION, middle))
    return TOO_FAR_APART if apart > policy.max_dispersion_e6 else 0


def weighted_median(weighted: list[tuple[int, int]]) -> int:
    """The lowest value at which more than half of the weight is reached (PRICE-16)."""
    there = sorted(each for each in weighted if each[1] > 0)
    half = Fraction(sum(share for _, share in there), 2)
    reached = 0
    for place, (value, share) in enumerate(there):
        reached += share
        if reached > half:
            return value
        if reached == half:
            return down(Fraction(value + there[place + 1][0], 2))
    return -1


def limited(before: int, wanted: int, seen: list[int], limit_e6: int) -> int:
    """Within the limit of every earlier value; to stay put is always allowed (PRICE-16).

    The highest of them binds below, and the lowest above.
    """
    part = Fraction(limit_e6, MILLION)
    low = up(max(seen) * (1 - part)) if seen else 0
    high = max(before, wanted)
    if seen:
        high = min(high, down(min(seen) * (1 + part)))
    return clamp(wanted, min(low, before), max(high, before))
