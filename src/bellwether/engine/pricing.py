"""Oracle, mark, funding and what they set off (PRICE-4 … PRICE-11, PRICE-20, FUND-2 … FUND-4)."""

from __future__ import annotations

from typing import Final

from bellwether.engine.acts.halts import is_fed_again, watch_feed, watch_mark
from bellwether.engine.conversion.external import external_fine, indication
from bellwether.engine.conversion.ramp import ramp_weight
from bellwether.engine.life.phases import move
from bellwether.engine.liquidation.liquidation import liquidate_market
from bellwether.engine.protection.fresh import still_waits
from bellwether.engine.state.life import Delisting
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.engine.triggering import fire_by_index, fire_triggers
from bellwether.engine.twap.reaching import reach_twaps
from bellwether.formulas.bounds import band_edges_fine
from bellwether.formulas.conversion import blended
from bellwether.formulas.funding import (
    absolute_rate_atoms_e12,
    funding_index_step,
    hypercore_rate_e12,
    impact_mid_premium_e12,
    kraken_rate_e12,
    premium_sample_e12,
)
from bellwether.formulas.impact import (
    impact_ask_fine,
    impact_bid_fine,
    impact_price_by_size_atoms,
    impact_price_difference_fine,
)
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
from bellwether.schema.events import FundingPaid, PricesPublished, ReAnchored
from bellwether.schema.instrument import SyntheticIndex
from bellwether.units.division import div_down
from bellwether.units.fine_price import published_atoms
from bellwether.units.quantities import FINE, FRACTION_ONE, RATE_ONE

EVERY_LEVEL: Final = 1 << 30
HOURS_KEPT: Final = 721
"""Thirty days of hours, both ends included: the longest window of an average (LIFE-6)."""
E12_PER_E6: Final = div_down(RATE_ONE, FRACTION_ONE)


def refresh_impact(turn: Turn, market: Market) -> None:
    """Computes the impact prices anew if the book has changed since (PRICE-1, PRICE-3)."""
    if market.rules.index is not None:
        _refresh_impact_by_size(market, market.rules.index.impact_lots)
        return
    oracle = market.rules.oracle
    if oracle.depth_rest_time_ns > 0:
        oldest = turn.time_ns - oracle.depth_rest_time_ns
        bids = rested_depth(market, True, oldest)
        asks = rested_depth(market, False, oldest)
    elif market.impact_version == market.book.version:
        return
    else:
        bids = market.book.depth(True, oracle.impact_notional_e6)
        asks = market.book.depth(False, oracle.impact_notional_e6)
    market.impact_version = market.book.version
    market.impact_bid_fine = impact_bid_fine(bids, oracle.impact_notional_e6)
    market.impact_ask_fine = impact_ask_fine(asks, oracle.impact_notional_e6)


def _refresh_impact_by_size(market: Market, lots: int) -> None:
    """The prices at which the book has so many lots on either side (PRICE-2)."""
    if market.impact_version == market.book.version:
        return
    market.impact_version = market.book.version
    market.impact_bid_fine = _price_by_size(market, True, lots)
    market.impact_ask_fine = _price_by_size(market, False, lots)


def _price_by_size(market: Market, is_buy: bool, lots: int) -> int:
    levels = market.book.levels(is_buy, EVERY_LEVEL)
    price = impact_price_by_size_atoms([(level[0], level[1]) for level in levels], lots)
    return _fine(price)


def rested_depth(market: Market, is_buy: bool, placed_until: int) -> list[tuple[int, int]]:
    """Levels of a side without the orders placed later than a time (PRICE-3)."""
    levels: list[tuple[int, int]] = []
    for order in market.book.orders(is_buy):
        if order.placed_ns > placed_until:
            continue
        if levels and levels[-1][0] == order.price:
            levels[-1] = (order.price, levels[-1][1] + order.lots)
        else:
            levels.append((order.price, order.lots))
    return levels


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
        _choose_source(turn, market, target >= 0)
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


def _choose_source(turn: Turn, market: Market, is_external: bool) -> None:
    """Outside prices have come or gone: the bounds are anchored anew, the counters at 0 (PRICE-11).

    When they come, at the external price; when they go, where the oracle was left.
    """
    if market.listing.is_external == is_external:
        return
    market.listing.is_external = is_external
    anchor = external_fine(turn, market) if is_external else market.prices.oracle_fine
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


def _fine(price: int) -> int:
    """Fine price of a price in atoms, -1 where there is none."""
    return price * FINE if price > 0 else -1


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


def sample_premium(turn: Turn, market: Market) -> None:
    """Takes the premium sample that is due, but none of a market whose prices are held (FUND-2)."""
    if market.status == codes.HALTED or market.awaits_ns > 0:
        return
    refresh_impact(turn, market)
    oracle_fine = market.prices.oracle_fine
    bid = market.impact_bid_fine
    ask = market.impact_ask_fine
    if market.rules.funding.premium_kind == "impact_mid":
        if bid < 0 or ask < 0:
            return
        premium = impact_mid_premium_e12(bid, ask, oracle_fine)
        market.premium_sum += premium
        if market.accrues:
            market.premiums.append(premium)
    else:
        difference = impact_price_difference_fine(oracle_fine, bid, ask)
        market.premium_sum += premium_sample_e12(difference, oracle_fine)
    market.premium_samples += 1


def funding_rate(market: Market) -> int:
    """What the running hour's samples give, hourly (FUND-2, FUND-6)."""
    policy = market.rules.funding
    if market.accrues:
        mean = market.premium_e12()
        return kraken_rate_e12(mean, policy.divisor, policy.min_e12, policy.cap_e12)
    return hypercore_rate_e12(
        market.premium_e12(),
        policy.interest_e12,
        policy.clamp_e12,
        policy.multiplier_e6 * E12_PER_E6,
        policy.cap_e12,
    )


def settle_hour(turn: Turn, market: Market) -> None:
    """The top of the hour: one addition to the cumulative index, whoever holds what (FUND-4)."""
    rate = funding_rate(market)
    premium = market.premium_e12()
    market.funding_rate_e12 = rate
    if market.accrues:
        # What has just ended was paid at the rate of the hour before; this one is for the next.
        market.funding_absolute_e12 = absolute_rate_atoms_e12(rate, market.oracle_price)
    else:
        market.funding_index_e12 += funding_index_step(market.oracle_price, rate)
    market.funding_settled_ns = turn.time_ns
    market.recheck = True
    turn.emit(
        FundingPaid(
            market.asset,
            turn.time_ns,
            rate,
            premium,
            market.premium_samples,
            market.oracle_price,
            str(market.funding_index_e12),
        )
    )
    market.premium_sum = 0
    market.premium_samples = 0
    market.premiums = []
    accrue_twap(turn, market)
    market.twap_hours.append((turn.time_ns, market.twap_sum))
    if len(market.twap_hours) > HOURS_KEPT:
        del market.twap_hours[0]
