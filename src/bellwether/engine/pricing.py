"""Oracle, mark, funding and what they set off (PRICE-4 … PRICE-11, PRICE-20, FUND-2 … FUND-4)."""

from __future__ import annotations

from bellwether.engine.acts.halts import is_fed_again, watch_feed, watch_mark
from bellwether.engine.conversion.external import external_fine, indication
from bellwether.engine.conversion.ramp import ramp_weight
from bellwether.engine.funding.impact import refresh_impact
from bellwether.engine.life.phases import move
from bellwether.engine.liquidation.liquidation import liquidate_market
from bellwether.engine.liquidation.watch import pass_on
from bellwether.engine.protection.fresh import still_waits
from bellwether.engine.state.life import Delisting
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.engine.triggering import fire_by_index, fire_triggers
from bellwether.engine.twap.reaching import reach_twaps
from bellwether.formulas.bounds import band_edges_fine
from bellwether.formulas.conversion import blended
from bellwether.formulas.mark import (
    book_component_fine,
    index_is_stale,
    middle_fine,
    next_basis_fine,
    next_premarket_mark_fine,
)
from bellwether.formulas.oracle import limit_step_fine
from bellwether.formulas.synthetic_index import grace_is_over
from bellwether.formulas.twap import twap_sum_after
from bellwether.schema import codes
from bellwether.schema.events import PricesPublished, ReAnchored
from bellwether.schema.instrument import SyntheticIndex
from bellwether.units.fine_price import published_atoms
from bellwether.units.quantities import FINE


def update_prices(turn: Turn, market: Market) -> None:
    """One oracle update: oracle, re-anchor, mark; then triggers and liquidations.

    A halted market holds its prices, and so does one that waits for fresh ones after a restart: no
    time passes for them (LIFE-4, LIFE-11, PRICE-20a).
    """
    target = external_fine(turn, market) if market.follows_external() else -1
    if market.listing.delisting is not None:
        accrue_delisting(turn, market.listing.delisting, target)
    if target >= 0:
        market.fed_ns = turn.time_ns
    if market.status == codes.HALTED and not is_fed_again(turn, market, target):
        market.prices.last_time_ns = turn.time_ns
        return
    if market.awaits_ns > 0 and still_waits(turn, market, target):
        market.prices.last_time_ns = turn.time_ns
        watch_feed(turn, market)
        return
    _end_quiet_time(turn, market)
    refresh_impact(turn, market)
    if market.follows_external():
        _choose_source(turn, market, target)
    index = market.rules.index
    if index is not None:
        _move_index(turn, market, target)
        _clamp_mark(turn, market, index)
    else:
        _advance_prices(turn, market, target)
    oracle = market.prices.oracle_atoms()
    mark = market.prices.mark_atoms()
    previous_mark = market.mark_price
    previous_oracle = market.oracle_price
    if oracle != market.oracle_price or mark != previous_mark:
        accrue_twap(turn, market)
        market.oracle_price = oracle
        market.fit_caps()
        market.mark_price = mark
        publish_prices(turn, market)
    if (
        market.phase == codes.CONVERTING
        and market.prices.oracle_fine == target
        and market.listing.ramp_since_ns == 0
    ):
        move(turn, market, codes.LISTED)
    watch_mark(turn, market)
    watch_feed(turn, market)
    if oracle != previous_oracle or market.recheck:
        fire_by_index(turn, market)
    if mark != previous_mark or market.recheck:
        market.recheck = False
        market.triggers.follow(mark)
        fire_triggers(turn, market)
        reach_twaps(turn, market)
        if market.liquidates():
            liquidate_market(turn, market, previous_mark)
            return
    pass_on(market)


def _end_quiet_time(turn: Turn, market: Market) -> None:
    """A forced fill becomes the last trade once its quiet time is over (LIQ-6)."""
    losses = market.losses
    if losses.quiet_price > 0 and turn.time_ns >= losses.quiet_until_ns:
        market.last_trade_price = losses.quiet_price
        losses.quiet_price = 0


def _move_index(turn: Turn, market: Market, target_fine: int) -> None:
    """The index of a market that lists or has listed, at the step limit (LIFE-8, PRICE-20).

    It is taken from outside, or blended with the synthetic one; without a price from outside it is
    not computed, and grows old.
    """
    prices = market.prices
    aim = target_fine
    if prices.internal_fine >= 0:
        price, weight = _outside(turn, market, target_fine)
        aim = blended(prices.internal_fine, price, weight)
    elif not market.follows_external() or target_fine < 0:
        return
    prices.oracle_fine = limit_step_fine(prices.oracle_fine, aim, market.policy.move_limit_e6)
    if target_fine >= 0:
        market.index.computed_ns = turn.time_ns


def _outside(turn: Turn, market: Market, target_fine: int) -> tuple[int, int]:
    """(fine price, weight 10^-12) of what is blended in: an indication, or the share's price.

    Where there is none, the internal price stands alone.
    """
    if market.phase == codes.LISTING_DAY:
        return indication(turn, market)
    return target_fine, ramp_weight(market, turn.time_ns) if target_fine >= 0 else 0


def _clamp_mark(turn: Turn, market: Market, policy: SyntheticIndex) -> None:
    """The mark of a market with a synthetic index (PRICE-9), and what its age forbids."""
    now = turn.time_ns
    prices = market.prices
    book = market.index
    elapsed = now - prices.last_time_ns
    prices.last_time_ns = now
    was_blind = market.is_blind
    market.is_stale = index_is_stale(now, book.computed_ns, policy.max_age_ns)
    market.is_blind = market.is_stale or grace_is_over(
        now, book.frozen_since_ns, policy.freeze_grace_ns
    )
    if was_blind and not market.is_blind:
        market.recheck = True
    if not market.is_stale:
        mid = middle_fine(market.impact_bid_fine, market.impact_ask_fine)
        prices.basis_fine = next_basis_fine(
            prices.basis_fine, mid, prices.oracle_fine, elapsed, policy.mark_smoothing_ns
        )
    width = policy.mark_width_e12
    prices.mark_fine = next_premarket_mark_fine(
        prices.mark_fine, prices.oracle_fine, prices.basis_fine, width, market.is_stale
    )
    prices.band_low_fine, prices.band_high_fine = band_edges_fine(prices.oracle_fine, width)


def _advance_prices(turn: Turn, market: Market, target_fine: int) -> None:
    """Moves oracle and mark: towards an external price, or (-1) by the book (PRICE-20, PRICE-4)."""
    prices = market.prices
    book = market.book
    bid = book.best_bid if book.best_bid > 0 else -1
    ask = book.best_ask if book.best_ask > 0 else -1
    last = market.last_trade_price if market.last_trade_price > 0 else -1
    if prices.internal_fine >= 0:
        _blend_prices(turn, market, target_fine, bid, ask, last)
        return
    if target_fine >= 0:
        prices.follow(market.policy, turn.time_ns, target_fine, bid, ask, last)
        return
    direction = prices.update(
        market.policy,
        turn.time_ns,
        market.impact_bid_fine,
        market.impact_ask_fine,
        bid,
        ask,
        last,
    )
    if direction != 0:
        _tell_anchor(turn, market, direction)


def _blend_prices(
    turn: Turn, market: Market, target_fine: int, bid: int, ask: int, last: int
) -> None:
    """The internal oracle goes on by the book, and the published one is a mixture (LIFE-8, 9)."""
    prices = market.prices
    policy, now = market.policy, turn.time_ns
    prices.advance_internal(policy, now, market.impact_bid_fine, market.impact_ask_fine)
    price, weight = _outside(turn, market, target_fine)
    if market.phase != codes.LISTING_DAY:
        prices.blend(policy, now, price, weight, bid, ask, last)
        return
    direction = prices.blend_in_band(policy, now, price, weight, bid, ask, last)
    if direction != 0:
        _tell_anchor(turn, market, direction)


def accrue_delisting(turn: Turn, delisting: Delisting, target_fine: int) -> None:
    """Adds the held outside price to the last hour's sum; in a gap the last one holds (LIFE-12)."""
    held = turn.time_ns - delisting.since_ns
    delisting.weighted_sum = twap_sum_after(delisting.weighted_sum, delisting.price_fine, held)
    delisting.since_ns = turn.time_ns
    if target_fine >= 0:
        delisting.price_fine = target_fine


def _choose_source(turn: Turn, market: Market, target_fine: int) -> None:
    """Outside prices have come or gone: the bounds are anchored anew, the counters at 0 (PRICE-11).

    When they come, at the update's external price; when they go (-1), where the oracle was left.
    """
    is_external = target_fine >= 0
    if market.listing.is_external == is_external:
        return
    market.listing.is_external = is_external
    anchor = target_fine if is_external else market.prices.oracle_fine
    market.prices.resume_external(anchor, market.rules.oracle.band_e12)
    _tell_anchor(turn, market, 0)


def _tell_anchor(turn: Turn, market: Market, direction: int) -> None:
    prices = market.prices
    turn.emit(
        ReAnchored(
            market.asset,
            turn.time_ns,
            direction,
            prices.reference_fine,
            prices.band_low_fine,
            prices.band_high_fine,
        )
    )


def accrue_twap(turn: Turn, market: Market) -> None:
    """Adds the held mark to the full-life sum (LIFE-4)."""
    held = turn.time_ns - market.twap_since_ns
    market.twap_sum = twap_sum_after(market.twap_sum, market.mark_price, held)
    market.twap_since_ns = turn.time_ns


def publish_prices(turn: Turn, market: Market) -> None:
    """Publishes oracle and mark with the mark's components (PRICE-7)."""
    prices = market.prices
    bid, ask, last = market.book.best_bid, market.book.best_ask, market.last_trade_price
    in_book = book_component_fine(
        bid * FINE if bid > 0 else -1,
        ask * FINE if ask > 0 else -1,
        last * FINE if last > 0 else -1,
    )
    oracle = market.oracle_price
    turn.emit(
        PricesPublished(
            market.asset,
            turn.time_ns,
            oracle,
            market.mark_price,
            oracle,
            published_atoms(prices.oracle_fine + prices.basis_fine),
            oracle if in_book < 0 else published_atoms(in_book),
        )
    )
