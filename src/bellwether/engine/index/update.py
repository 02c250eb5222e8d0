"""The index out of what was observed (PRICE-15, PRICE-16, PRICE-18)."""

from __future__ import annotations

from bellwether.engine.acts.halts import resume_fed
from bellwether.engine.index.state import Observation
from bellwether.engine.pricing import update_prices
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.formulas.synthetic_index import (
    NOT_FROZEN,
    capped_weights_e18,
    freeze_reason,
    is_live,
    next_index_fine,
    observation_weight_e18,
    remembered_window,
    weighted_median_fine,
)
from bellwether.schema import codes
from bellwether.schema.events import IndexPublished
from bellwether.schema.instrument import SyntheticIndex
from bellwether.units.quantities import NS_PER_HOUR, NS_PER_MINUTE


def compute_index(turn: Turn, market: Market, policy: SyntheticIndex) -> None:
    """Computes the index anew, or freezes it, publishes what counted, and updates the mark."""
    now = turn.time_ns
    if now < market.awaits_ns:
        return
    if market.status == codes.HALTED and market.halt_cause != codes.FEED_FAILED:
        return
    book = market.index
    inputs = live_observations(market, policy, now)
    reason = freeze_reason(_newest_of_sources(inputs), policy.min_sources, policy.max_dispersion_e6)
    weights = capped_weights_e18(_numbered(inputs), policy.influence_cap_e6)
    published = tuple(
        (inputs[i][0].source, inputs[i][0].kind, inputs[i][0].price_fine, weights[i])
        for i in range(len(inputs))
    )
    prices = market.prices
    before = prices.internal_fine if prices.internal_fine >= 0 else prices.oracle_fine
    if reason != NOT_FROZEN:
        if book.reason == NOT_FROZEN:
            book.frozen_since_ns = now
        if book.reason != reason:
            book.reason = reason
            _publish(turn, market, policy, -1, published)
        return
    if market.status == codes.HALTED:
        resume_fed(turn, market)
    market.fed_ns = now
    book.reason = NOT_FROZEN
    book.frozen_since_ns = -1
    median = weighted_median_fine(
        [(inputs[i][0].price_fine, weights[i]) for i in range(len(inputs))]
    )
    book.minute = remembered_window(book.minute, before, now, NS_PER_MINUTE)
    book.hour = remembered_window(book.hour, before, now, NS_PER_HOUR)
    index = next_index_fine(
        before,
        median,
        now - book.computed_ns,
        policy.smoothing_ns,
        book.minute,
        policy.minute_limit_e6,
        book.hour,
        policy.hour_limit_e6,
    )
    if prices.internal_fine >= 0:
        # The oracle blends it with a price from outside (LIFE-8, LIFE-9).
        prices.internal_fine = index
    else:
        prices.oracle_fine = index
    book.computed_ns = now
    _publish(turn, market, policy, median, published)
    update_prices(turn, market)


def live_observations(
    market: Market, policy: SyntheticIndex, now: int
) -> list[tuple[Observation, int]]:
    """The newest accepted observation of each live source and kind, with its faded weight."""
    last: dict[str, int] = {}
    for observation in market.index.accepted.values():
        before = last.get(observation.source, 0)
        if observation.observed_ns >= before:
            last[observation.source] = observation.observed_ns
    found: list[tuple[Observation, int]] = []
    for observation in market.index.accepted.values():
        if not is_live(now, last[observation.source], policy.source_max_age_ns):
            continue
        for kind in policy.kinds:
            if kind.name == observation.kind:
                age = now - observation.observed_ns
                weight = observation_weight_e18(kind.weight_e6, age, kind.half_life_ns)
                found.append((observation, weight))
    return found


def _newest_of_sources(inputs: list[tuple[Observation, int]]) -> list[int]:
    """One price of each source that has weight: its newest."""
    newest: dict[str, Observation] = {}
    for observation, weight in inputs:
        if weight <= 0:
            continue
        before = newest.get(observation.source)
        if before is None or observation.observed_ns >= before.observed_ns:
            newest[observation.source] = observation
    return [observation.price_fine for observation in newest.values()]


def _numbered(inputs: list[tuple[Observation, int]]) -> list[tuple[int, int]]:
    numbers: dict[str, int] = {}
    found: list[tuple[int, int]] = []
    for observation, weight in inputs:
        number = numbers.setdefault(observation.source, len(numbers))
        found.append((number, weight))
    return found


def _publish(
    turn: Turn,
    market: Market,
    policy: SyntheticIndex,
    median_fine: int,
    inputs: tuple[tuple[str, str, int, int], ...],
) -> None:
    prices = market.prices
    turn.emit(
        IndexPublished(
            market.asset,
            turn.time_ns,
            prices.internal_fine if prices.internal_fine >= 0 else prices.oracle_fine,
            median_fine,
            market.index.reason,
            policy.method_version,
            inputs,
        )
    )
