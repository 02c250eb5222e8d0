"""From the private to the listed company (LIFE-7, LIFE-8): prices from outside, and the switch."""

from __future__ import annotations

from bellwether.engine.admission import admit_for_dex
from bellwether.engine.conversion.awaiting import (
    TRIGGER,
    await_event,
    declare,
    give_up_event,
    stop_awaiting,
    terms_refusal,
)
from bellwether.engine.conversion.external import external_fine
from bellwether.engine.conversion.listing_day import end_listing_day
from bellwether.engine.conversion.ramp import begin_ramp
from bellwether.engine.conversion.treatment import (
    into_listed_units,
    settle_listed_part,
    settlement_atoms,
    shares_per_contract,
    statement_refusal,
)
from bellwether.engine.life.phases import move
from bellwether.engine.life.settlement import full_life_twap, settle
from bellwether.engine.state.market import Market
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ConfirmListing, DeclareEvent, SubmitExternalPrice
from bellwether.schema.events import CommandRefused, ExternalPriceTaken, ListingConfirmed
from bellwether.units.fine_price import fine_of_atoms, is_price

UNLISTED = (codes.PRE_LISTING, codes.LISTING_DAY, codes.SETTLEMENT_PERIOD)
"""Phases out of which a market can convert."""


def take_external_price(turn: Turn, command: SubmitExternalPrice) -> None:
    """Records what a bound source saw; before the listing is confirmed nothing depends on it."""
    market = turn.venue.markets.get(command.asset)
    dex = None if market is None else market.dex
    roles, variant = codes.PRICER, command.variant
    if admit_for_dex(turn, command.signer, command.nonce, roles, dex, variant) is None:
        return
    if market is None:
        turn.emit(CommandRefused(rejects.MARKET_UNKNOWN, command.asset))
        return
    reason = _price_refusal(turn, market, command)
    if reason != rejects.ACCEPTED:
        turn.emit(CommandRefused(reason, command.asset))
        return
    listing = market.listing
    halted = listing.halts.get(command.source)
    if halted is not None and command.observed_ns > halted[0]:
        del listing.halts[command.source]
    listing.latest[command.source] = (command.price, command.observed_ns)
    oldest = turn.time_ns - market.spec.conversion.external_window_ns
    listing.taken = [(at, source) for at, source in listing.taken if at >= oldest]
    if command.observed_ns >= oldest:
        listing.taken.append((turn.time_ns, command.source))
    turn.emit(
        ExternalPriceTaken(
            command.asset, command.source, command.price, command.observed_ns, command.session
        )
    )
    convert_if_ready(turn, market)


def _price_refusal(turn: Turn, market: Market, command: SubmitExternalPrice) -> int:
    if turn.venue.sources.get(command.source) != command.signer:
        return rejects.SOURCE_UNBOUND
    if market.phase > codes.SETTLEMENT_PERIOD:
        return rejects.PHASE_FORBIDS
    if not is_price(fine_of_atoms(command.price)):
        return rejects.PRICE_INVALID
    if not codes.PRE_SESSION <= command.session <= codes.OVERNIGHT_SESSION:
        return rejects.SESSION_INVALID
    latest = market.listing.latest.get(command.source)
    if command.observed_ns > turn.time_ns:
        return rejects.OBSERVATION_TIME_INVALID
    if latest is not None and command.observed_ns < latest[1]:
        return rejects.OBSERVATION_TIME_INVALID
    return rejects.ACCEPTED


def confirmation_refusal(turn: Turn, market: Market, command: ConfirmListing) -> int:
    """Why a listing may not be confirmed now, or not like this (LIFE-7).

    One that waits for an event may be stated anew; that is how its terms change.
    """
    if market.phase not in UNLISTED:
        return rejects.PHASE_FORBIDS
    if market.listing.is_confirmed and market.listing.awaited is None:
        return rejects.ALREADY_SO
    if not is_price(fine_of_atoms(command.cross_price)):
        return rejects.PRICE_INVALID
    if not 0 < command.cross_time_ns <= turn.time_ns:
        return rejects.OBSERVATION_TIME_INVALID
    if command.treatment not in codes.TREATMENTS:
        return rejects.TREATMENT_INVALID
    expected = market.spec.listing_exchange
    if expected and command.exchange != expected and not command.grounds:
        return rejects.TREATMENT_INVALID
    reason = terms_refusal(turn, command)
    return statement_refusal(market, command) if reason == rejects.ACCEPTED else reason


def confirm_listing(turn: Turn, market: Market, command: ConfirmListing) -> None:
    """The listing stands; from now on neither date fires (LIFE-3).

    One that is treated by settlement ends the market at the opening cross.
    """
    listing = market.listing
    stop_awaiting(turn, market)
    listing.is_confirmed = True
    listing.exchange = command.exchange
    listing.listed_as = command.listed_as
    listing.structure = command.structure
    listing.jurisdiction = command.jurisdiction
    listing.treatment = command.treatment
    listing.cross_price = command.cross_price
    listing.cross_time_ns = command.cross_time_ns
    listing.numerator, listing.denominator = shares_per_contract(market, command)
    listing.settled_e6 = command.settled_e6
    market.epoch += 1
    turn.emit(
        ListingConfirmed(
            market.asset,
            turn.time_ns,
            command.exchange,
            command.listed_as,
            command.structure,
            command.jurisdiction,
            command.treatment,
            command.cross_price,
            command.cross_time_ns,
            listing.numerator,
            listing.denominator,
            listing.settled_e6,
        )
    )
    if command.treatment == "settle":
        price = settlement_atoms(command.cross_price, listing.numerator, listing.denominator)
        settle(turn, market, price, codes.AT_THE_CROSS, command.grounds)
        return
    if command.treatment == TRIGGER:
        await_event(turn, market, command)
        return
    convert_if_ready(turn, market)


def declare_event(turn: Turn, market: Market, command: DeclareEvent) -> None:
    """The awaited event has come; the market converts once outside prices are there."""
    declare(turn, market, command)
    convert_if_ready(turn, market)


def reach_event_deadline(turn: Turn, market: Market) -> None:
    """The awaited event has not come: the market settles at its full-life average, or converts."""
    if market.listing.awaited is None or not market.is_trading():
        return
    give_up_event(turn, market)
    if market.listing.treatment == "settle":
        settle(turn, market, full_life_twap(turn, market), codes.DEFAULT_TWAP, "")
        return
    convert_if_ready(turn, market)


def convert_if_ready(turn: Turn, market: Market) -> None:
    """Begins the conversion once the listing and enough external prices are there (LIFE-7)."""
    listing = market.listing
    if not listing.is_confirmed or market.phase not in UNLISTED or listing.awaited is not None:
        return
    policy = market.spec.conversion
    oldest = turn.time_ns - policy.external_window_ns
    recent = [source for at, source in listing.taken if at >= oldest]
    if len(recent) < policy.min_external_updates:
        return
    if len(set(recent)) < policy.min_external_sources or external_fine(turn, market) < 0:
        return
    end_listing_day(turn, market)
    move(turn, market, codes.CONVERTING)
    market.fed_ns = turn.time_ns
    settle_listed_part(turn, market)
    into_listed_units(turn, market)
    begin_ramp(turn, market)
