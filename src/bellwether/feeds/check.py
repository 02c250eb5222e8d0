"""What a configuration would do now: sessions, sources, the venue. Nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from bellwether.feeds.config import FeedConfig, PriceSection, ValuationSection
from bellwether.feeds.runner import calendars_of, place_of, price_sources
from bellwether.feeds.sources.outlet import ProviderLost, Silent
from bellwether.feeds.valuations.entries import read_entries
from bellwether.feeds.valuations.source import read_place
from bellwether.feeds.venue import Venue, VenueTrouble
from bellwether.units.clock_text import format_time_ns


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at; `details` has a line for each particular."""

    what: str
    ok: bool
    says: str
    details: list[str] = []


async def check(
    config: FeedConfig, venue: Venue, now: Callable[[], Awaitable[int]]
) -> list[Finding]:
    """The venue first, then calendars, then sources. Raises ConfigInvalid."""
    calendars = calendars_of(config)
    # Read before anything is asked, so that a fault of the configuration comes alone.
    price_sources(config, lambda _: Silent(), asyncio.sleep)
    found = [await _venue(config, venue)]
    try:
        now_ns = await now()
    except VenueTrouble as fault:
        return [*found, Finding("clock", False, str(fault))]
    for code, calendar in sorted(calendars.items()):
        day = calendar.trading_day(now_ns)
        details = [
            f"{span.session} {format_time_ns(span.begin_ns)} to {format_time_ns(span.end_ns)}"
            for span in calendar.spans(day)
        ]
        session = calendar.session_at(now_ns)
        says = f"{day}, now {session or 'closed: nothing is sent'}"
        found.append(Finding(f"calendar {code}", True, says, details or ["no session"]))
    for section in config.sources:
        alone = msgspec.structs.replace(config, sources=[section])
        found.append(
            await _entries(config, section)
            if isinstance(section, ValuationSection)
            else await _provider(alone, section)
        )
    return found


async def _venue(config: FeedConfig, venue: Venue) -> Finding:
    """Whether it answers, and knows the markets."""
    coins = {
        coin
        for section in config.sources
        if isinstance(section, PriceSection)
        for coin in section.coins
    }
    try:
        told = format_time_ns(await venue.time_ns())
        details = [
            f"{coin}: prices of {await venue.price_decimals(coin)} decimals"
            for coin in sorted(coins)
        ]
    except VenueTrouble as fault:
        return Finding(f"venue {config.venue.url}", False, str(fault))
    return Finding(f"venue {config.venue.url}", True, f"its time is {told}", details)


async def _provider(alone: FeedConfig, section: PriceSection) -> Finding:
    (source,) = price_sources(alone, lambda _: Silent(), asyncio.sleep)
    details = [f"{coin} is {symbol}" for coin, symbol in section.coins.items()]
    try:
        says = await source.probe()
    except ProviderLost as fault:
        return Finding(f"source {section.name}", False, str(fault), details)
    return Finding(f"source {section.name}", True, says, details)


async def _entries(config: FeedConfig, section: ValuationSection) -> Finding:
    what = f"source {section.name}"
    try:
        content = await read_place(place_of(config, section))
    except ProviderLost as fault:
        return Finding(what, False, str(fault))
    signers = frozenset(signer.lower() for signer in section.signers)
    entries, refused = read_entries(content, section.name, signers)
    details = [f"line {fault.line} {fault.id}: {fault.reason}" for fault in refused]
    says = f"{len(entries)} entries can be sent, {len(refused)} can not"
    return Finding(what, True, says, details)
