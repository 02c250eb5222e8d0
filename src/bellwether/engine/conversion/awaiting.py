"""A listing that waits for an event before anything is done about it: `trigger` (LIFE-7).

Terms are approved by two operators with the listing, and so is the word that the event has come.
Until then the market goes on by its own prices; the deadline alone needs nobody.
"""

from __future__ import annotations

from typing import Final

from bellwether.engine.conversion.listing_day import end_listing_day
from bellwether.engine.conversion.treatment import treatment_refusal
from bellwether.engine.life.phases import announce, move
from bellwether.engine.state.life import AwaitedEvent
from bellwether.engine.state.market import Market
from bellwether.engine.state.timers import EVENT_DEADLINE
from bellwether.engine.state.turn import Turn
from bellwether.schema import codes, rejects
from bellwether.schema.commands import ConfirmListing, DeclareEvent
from bellwether.schema.events import EventAwaited, EventDecided
from bellwether.units.fine_price import fine_of_atoms, is_price
from bellwether.units.quantities import NS_PER_DAY

TRIGGER: Final = "trigger"
FURTHEST_NS: Final = 366 * NS_PER_DAY
"""A deadline beyond that is a slip of the pen."""


def terms_refusal(turn: Turn, command: ConfirmListing) -> int:
    """Why a listing does not say what it waits for, or says it without waiting."""
    said = command.event or command.condition or command.after or command.otherwise
    if command.treatment != TRIGGER:
        is_plain = not said and command.deadline_ns == 0
        return rejects.ACCEPTED if is_plain else rejects.EVENT_TERMS_INVALID
    if not command.event or not command.condition:
        return rejects.EVENT_TERMS_INVALID
    if command.after not in codes.TREATMENTS_AFTER_EVENT:
        return rejects.EVENT_TERMS_INVALID
    if command.otherwise not in codes.TREATMENTS_WITHOUT_EVENT:
        return rejects.EVENT_TERMS_INVALID
    if not turn.time_ns < command.deadline_ns <= turn.time_ns + FURTHEST_NS:
        return rejects.EVENT_DEADLINE_INVALID
    return rejects.ACCEPTED


def await_event(turn: Turn, market: Market, command: ConfirmListing) -> None:
    """The market goes on under its own prices until the event or its deadline.

    A listing day is over: what has opened is not what the market was waiting for.
    """
    awaited = AwaitedEvent(command.event, command.condition, command.deadline_ns)
    awaited.treatment, awaited.otherwise = command.after, command.otherwise
    market.listing.awaited = awaited
    turn.venue.timers.add(command.deadline_ns, EVENT_DEADLINE, market.asset)
    turn.emit(
        EventAwaited(
            market.asset,
            turn.time_ns,
            awaited.event,
            awaited.condition,
            awaited.deadline_ns,
            awaited.treatment,
            awaited.otherwise,
        )
    )
    if market.phase == codes.LISTING_DAY:
        end_listing_day(turn, market)
        outside = market.spec.outside_launch_time
        is_late = 0 < outside <= turn.time_ns
        move(turn, market, codes.SETTLEMENT_PERIOD if is_late else codes.PRE_LISTING)


def stop_awaiting(turn: Turn, market: Market) -> None:
    """The event has been decided, or the listing is stated anew."""
    awaited = market.listing.awaited
    if awaited is None:
        return
    market.listing.awaited = None
    timers = turn.venue.timers
    if timers.has(awaited.deadline_ns, EVENT_DEADLINE, market.asset):
        timers.remove(awaited.deadline_ns, EVENT_DEADLINE, market.asset)


def declaration_refusal(turn: Turn, market: Market, command: DeclareEvent) -> int:
    """Why an event may not be declared now, or not like this.

    Where a part is settled it is at the share's price after the event, which has to be stated.
    """
    awaited = market.listing.awaited
    if awaited is None or not market.is_trading():
        return rejects.EVENT_NOT_AWAITED
    if command.event != awaited.event:
        return rejects.EVENT_NOT_AWAITED
    if not command.grounds:
        return rejects.GROUNDS_MISSING
    if command.cross_price == 0 and command.cross_time_ns == 0:
        is_enough = awaited.treatment != "composite"
        return rejects.ACCEPTED if is_enough else rejects.PRICE_INVALID
    if not is_price(fine_of_atoms(command.cross_price)):
        return rejects.PRICE_INVALID
    if not market.listing.cross_time_ns <= command.cross_time_ns <= turn.time_ns:
        return rejects.OBSERVATION_TIME_INVALID
    listing = market.listing
    ratio = (listing.numerator, listing.denominator)
    return treatment_refusal(market, command.cross_price, *ratio, awaited.treatment)


def declare(turn: Turn, market: Market, command: DeclareEvent) -> None:
    """The event has come: from now on the listing is treated as it was announced."""
    listing = market.listing
    awaited = listing.awaited
    assert awaited is not None, "what is declared is awaited"
    if command.cross_price > 0:
        listing.cross_price = command.cross_price
        listing.cross_time_ns = command.cross_time_ns
    listing.treatment = awaited.treatment
    stop_awaiting(turn, market)
    _tell(turn, market, awaited.event, True)


def give_up_event(turn: Turn, market: Market) -> None:
    """The deadline has passed: the listing is treated as it was announced for that case.

    A conversion without the event is of a contract as it is, none of it settled; one on a valuation
    stands for its shares in any case.
    """
    listing = market.listing
    awaited = listing.awaited
    assert awaited is not None, "a deadline that passes was of something awaited"
    listing.treatment = awaited.otherwise
    listing.settled_e6 = 0
    if market.spec.price_unit == "share":
        listing.numerator, listing.denominator = 1, 1
    listing.awaited = None
    _tell(turn, market, awaited.event, False)
    topic, text = "conversion", "The market converts to the price of the listed share."
    if awaited.otherwise == "settle":
        topic, text = "settlement", "The market settles at the average of its mark since launch."
    text = f"The event {awaited.event} was not declared by its deadline. {text}"
    announce(turn, market.asset, topic, f"{market.name}: {awaited.event}", text, "", 0)


def _tell(turn: Turn, market: Market, event: str, happened: bool) -> None:
    listing = market.listing
    market.epoch += 1
    turn.emit(
        EventDecided(
            market.asset,
            turn.time_ns,
            event,
            happened,
            listing.treatment,
            listing.cross_price,
            listing.cross_time_ns,
            listing.numerator,
            listing.denominator,
        )
    )
