"""The day of the listing, from the first indication to the opening cross (LIFE-9).

The oracle blends the price of the market's own book, or its synthetic index, with the exchange's
indicative clearing price, which weighs more the more is paired at it. It stays inside the bounds.
"""

from __future__ import annotations

from bellwether.engine.admission import admit_operator
from bellwether.engine.life.phases import move
from bellwether.engine.life.settlement import reach_deadline, settlement_deadline_ns
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import LISTING_DAY_END
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import SubmitIndication
from bellwether.schema.events import CommandRefused, IndicationTaken
from bellwether.units.fine_price import fine_of_atoms, is_price
from bellwether.units.quantities import NS_PER_HOUR

LONGEST_NS = 12 * NS_PER_HOUR
"""A listing day without an opening cross is over after that."""


def take_indication(turn: Turn, command: SubmitIndication) -> None:
    """Records what an exchange indicates; the first one begins the listing day."""
    if admit_operator(turn, command.signer, command.nonce, codes.PRICER) is None:
        return
    market = turn.venue.markets.get(command.asset)
    if market is None:
        turn.emit(CommandRefused(rejects.MARKET_UNKNOWN, command.asset))
        return
    reason = _refusal(turn, market, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, command.asset))
        return
    market.listing.indications[command.source] = (
        command.price,
        command.paired_shares,
        command.observed_ns,
    )
    turn.emit(
        IndicationTaken(
            command.asset,
            command.source,
            command.price,
            command.paired_shares,
            command.observed_ns,
        )
    )
    if market.phase != codes.LISTING_DAY:
        _begin_listing_day(turn, market)


def _refusal(turn: Turn, market: Market, command: SubmitIndication) -> int:
    if turn.venue.sources.get(command.source) != command.signer:
        return rejects.SOURCE_UNBOUND
    if not market.spec.conversion.auction_aware:
        return rejects.NO_LISTING_DAY
    if market.phase not in (codes.PRE_LISTING, codes.LISTING_DAY, codes.SETTLEMENT_PERIOD):
        return rejects.PHASE_FORBIDS
    if market.spec.price_unit != "share":
        return rejects.UNIT_INVALID
    if not is_price(fine_of_atoms(command.price)):
        return rejects.PRICE_INVALID
    if command.paired_shares < 0:
        return rejects.SIZE_INVALID
    before = market.listing.indications.get(command.source)
    if command.observed_ns > turn.time_ns:
        return rejects.OBSERVATION_TIME_INVALID
    if before is not None and command.observed_ns < before[2]:
        return rejects.OBSERVATION_TIME_INVALID
    return rejects.ACCEPTED


def _begin_listing_day(turn: Turn, market: Market) -> None:
    move(turn, market, codes.LISTING_DAY)
    market.prices.internal_fine = market.prices.oracle_fine
    market.new_risk_leverage = market.spec.conversion.auction_leverage
    turn.venue.timers.add(turn.time_ns + LONGEST_NS, LISTING_DAY_END, market.asset)


def end_listing_day(turn: Turn, market: Market) -> None:
    """The opening cross has been, or is not to come: the market's own price stands alone again.

    When this day would have been given up concerns no later one.
    """
    turn.venue.timers.remove_all(LISTING_DAY_END, market.asset)
    market.listing.indications = {}
    market.prices.internal_fine = -1
    market.new_risk_leverage = 0


def give_up_listing_day(turn: Turn, market: Market) -> None:
    """No opening cross came: back to where the market was, whatever date has passed since."""
    listing = market.listing
    if market.phase != codes.LISTING_DAY or (listing.is_confirmed and listing.awaited is None):
        return
    end_listing_day(turn, market)
    outside = market.spec.outside_launch_time
    is_late = 0 < outside <= turn.time_ns
    move(turn, market, codes.SETTLEMENT_PERIOD if is_late else codes.PRE_LISTING)
    if is_late and 0 < settlement_deadline_ns(market.spec) <= turn.time_ns:
        reach_deadline(turn, market)
