"""Observations come in: checked, brought to one unit, held back if they look like a split."""

from __future__ import annotations

from bellwether.engine.admission import admit_operator
from bellwether.engine.index.state import IndexBook, Observation
from bellwether.engine.index.update import compute_index
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.formulas.synthetic_index import (
    adjusted_fine,
    confirms_jump,
    contract_price_fine,
    split_factor,
)
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SubmitObservation
from bellwether.schema.events import CommandRefused, ObservationTaken
from bellwether.schema.instrument import SyntheticIndex
from bellwether.units.fine_price import is_price
from bellwether.units.quantities import VALUATION_UNIT
from bellwether.units.tick import lots_per_contract


def observe(turn: Turn, command: SubmitObservation) -> None:
    """Records what a bound source has seen and computes the index anew (PRICE-14, PRICE-15)."""
    if admit_operator(turn, command.signer, command.nonce, codes.PRICER) is None:
        return
    market = turn.venue.markets.get(command.asset)
    if market is None:
        turn.emit(CommandRefused(rejects.MARKET_UNKNOWN, command.asset))
        return
    policy = market.spec.index
    reason = rejects.NOT_OF_THIS_MARKET
    if policy is not None:
        reason = _refusal(turn, market, policy, command)
    if policy is None or reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, command.asset))
        return
    observation = Observation(
        command.source,
        command.kind,
        command.value_e6,
        command.unit,
        _price_fine(market, policy, command),
        command.observed_ns,
    )
    is_held = not _accepts(market.index, policy, observation)
    turn.emit(
        ObservationTaken(
            market.asset,
            command.source,
            command.kind,
            command.value_e6,
            command.unit,
            observation.price_fine,
            command.observed_ns,
            is_held,
        )
    )
    compute_index(turn, market, policy)


def _refusal(turn: Turn, market: Market, policy: SyntheticIndex, command: SubmitObservation) -> int:
    if turn.venue.sources.get(command.source) != command.signer:
        return rejects.SOURCE_UNBOUND
    if not market.is_trading():
        return rejects.PHASE_FORBIDS
    if command.kind not in [kind.name for kind in policy.kinds]:
        return rejects.KIND_UNKNOWN
    if command.unit == "per_share":
        if command.share_count <= 0:
            return rejects.UNIT_INVALID
    elif command.unit != "valuation":
        return rejects.UNIT_INVALID
    if command.value_e6 <= 0 or not is_price(_price_fine(market, policy, command)):
        return rejects.PRICE_INVALID
    if command.observed_ns > turn.time_ns:
        return rejects.OBSERVATION_TIME_INVALID
    place = (command.source, command.kind)
    for book in (market.index.accepted, market.index.held, market.index.rejected):
        before = book.get(place)
        if before is not None and command.observed_ns < before.observed_ns:
            return rejects.OBSERVATION_TIME_INVALID
    return rejects.ACCEPTED


def _price_fine(market: Market, policy: SyntheticIndex, command: SubmitObservation) -> int:
    """The price of one contract: preferred stock is worth less in common than its headline says."""
    multiplier, divisor = 1, 1
    is_valuation = command.unit == "valuation"
    if market.spec.price_unit == "valuation":
        divisor = VALUATION_UNIT
        if not is_valuation:
            multiplier = command.share_count
    elif is_valuation:
        divisor = command.share_count if command.share_count > 0 else market.spec.share_count
        if divisor <= 0:
            return 0
    price = contract_price_fine(
        command.value_e6, multiplier, divisor, lots_per_contract(market.size_decimals)
    )
    if command.share_class == "preferred":
        return adjusted_fine(price, policy.preferred_factor_e6)
    return price


def _accepts(book: IndexBook, policy: SyntheticIndex, new: Observation) -> bool:
    """Takes an observation in, or holds back what looks like a split (PRICE-17)."""
    place = (new.source, new.kind)
    before = book.accepted.get(place)
    tolerance = policy.split_tolerance_e6
    if before is not None and split_factor(before.price_fine, new.price_fine, tolerance) != 0:
        if not _is_confirmed(book, new, tolerance):
            book.held[place] = new
            book.rejected.pop(place, None)
            return False
        for other_place, other in list(book.held.items()):
            if confirms_jump(other.price_fine, new.price_fine, tolerance):
                book.accepted[other_place] = other
                del book.held[other_place]
    book.accepted[place] = new
    book.held.pop(place, None)
    book.rejected.pop(place, None)
    return True


def _is_confirmed(book: IndexBook, new: Observation, tolerance_e6: int) -> bool:
    for observations in (book.accepted, book.held):
        for other in observations.values():
            if other.source != new.source and confirms_jump(
                new.price_fine, other.price_fine, tolerance_e6
            ):
                return True
    return False
